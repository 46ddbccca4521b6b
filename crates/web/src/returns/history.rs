//! The history of a return: every change, by whom, when and how.

use axum::extract::{Path, State};
use axum::response::Response;
use questionnaire::display_value;
use serde::Serialize;
use storage::returns::{RecordedChange, list_changes};

use crate::error::WebError;
use crate::page::{Layout, Page};
use crate::questions::question_at;
use crate::returns::{Place, caption, opened};
use crate::session::Signed;
use crate::state::WebState;

/// How many changes a page shows.
const SHOWN: i64 = 200;

/// The history.
#[derive(Serialize)]
pub struct HistoryPage {
    /// The frame.
    pub layout: Layout,
    /// Organisation and cycle.
    pub caption: String,
    /// The service's name.
    pub name: String,
    /// The changes, newest first.
    pub lines: Vec<HistoryLine>,
    /// Whether there are more changes than are shown.
    pub is_cut: bool,
}

/// One change.
#[derive(Serialize)]
pub struct HistoryLine {
    /// When, in words.
    pub at: String,
    /// By whom.
    pub person: String,
    /// How.
    pub how: &'static str,
    /// The question.
    pub question: String,
    /// What it was.
    pub old: String,
    /// What it became.
    pub new: String,
}

/// Shows the history.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<Place>,
    layout: Layout,
) -> Result<Response, WebError> {
    let opened = opened(&state, &who.actor, &place).await?;
    let mut conn = state.app.reader().conn().await.map_err(app::AppError::from)?;
    let changes = list_changes(&mut conn, opened.current.id, SHOWN + 1)
        .await
        .map_err(app::AppError::from)?;
    let is_cut = changes.len() as i64 > SHOWN;
    let lines = changes
        .iter()
        .take(SHOWN as usize)
        .map(|change| line(&opened.questionnaire, change))
        .collect();
    let page = HistoryPage {
        layout: layout.titled("History").with_back(&place.address()),
        caption: caption(&opened),
        name: opened.service.name.clone(),
        lines,
        is_cut,
    };
    Ok(state.templates.show(&page))
}

fn line(questionnaire: &questionnaire::Questionnaire, recorded: &RecordedChange) -> HistoryLine {
    let change = &recorded.change;
    let question = question_at(questionnaire, &change.path);
    let say = |value: &str| match question {
        _ if value.is_empty() => "No answer".to_owned(),
        Some(question) => display_value(question, value),
        None => {
            let rows = value.split_whitespace().count();
            if rows == 1 {
                "1 row".to_owned()
            } else {
                format!("{rows} rows")
            }
        }
    };
    HistoryLine {
        at: app::sign_off::in_words(recorded.at),
        person: if recorded.person_name.is_empty() {
            "The system".to_owned()
        } else {
            recorded.person_name.clone()
        },
        how: recorded.how.label(),
        question: question.map_or_else(|| "Rows of a table".to_owned(), |question| question.label.clone()),
        old: say(&change.old),
        new: say(&change.new),
    }
}

impl Page for HistoryPage {
    const TEMPLATE: &'static str = "returns/history.html";

    fn samples() -> Vec<Self> {
        let sample = |lines, is_cut| HistoryPage {
            layout: Layout::sample("History"),
            caption: "Blackpool Borough Council".to_owned(),
            name: "Health visiting".to_owned(),
            lines,
            is_cut,
        };
        let line = HistoryLine {
            at: "3 February 2027 at 14:05".to_owned(),
            person: "Carl".to_owned(),
            how: "Entered on a page",
            question: "Total cost".to_owned(),
            old: "No answer".to_owned(),
            new: "£220,320".to_owned(),
        };
        vec![sample(vec![line], true), sample(Vec::new(), false)]
    }
}
