//! Planning a cycle.

use app::AppError;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect};
use domain::cycles::{CycleKey, NewCycle};
use domain::ids::QuestionnaireId;
use domain::problem::Problem;
use serde::Serialize;
use storage::questionnaires::{self, PublishedQuestionnaire};

use crate::content::Choice;
use crate::cookies::with_notice;
use crate::error::Answer;
use crate::key_dates::{self, DateQuestion, Fields};
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The form for a new cycle.
#[derive(Clone, Debug, Serialize)]
pub struct NewCyclePage {
    /// The frame.
    pub layout: Layout,
    /// The name that was typed.
    pub name: String,
    /// The key that was typed.
    pub key: String,
    /// The year that was typed.
    pub financial_year: String,
    /// The dates that were typed.
    pub dates: Vec<DateQuestion>,
    /// The questionnaires to choose from.
    pub questionnaires: Vec<Choice>,
    /// The one that was chosen.
    pub questionnaire: String,
}

/// Shows the form.
pub async fn get(State(state): State<WebState>, layout: Layout) -> Answer {
    let published = published(&state).await?;
    Ok(state.templates.show(&page(layout, &Fields::new(), &published)))
}

/// Plans the cycle and shows it.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    layout: Layout,
    Form(fields): Form<Fields>,
) -> Answer {
    let errors = match read(&fields) {
        Ok(new) => match app::cycles::create(&state.app, &who.actor, new).await {
            Ok(cycle) => {
                let response = Redirect::to(&format!("/cycles/{}", cycle.key.as_str())).into_response();
                return Ok(with_notice(response, &state, "The cycle has been planned."));
            }
            Err(AppError::Refused(problems)) => ErrorLink::for_problems(&problems),
            Err(other) => return Err(other.into()),
        },
        Err(errors) => errors,
    };
    let published = published(&state).await?;
    Ok(state
        .templates
        .show(&page(layout.with_errors(errors), &fields, &published)))
}

async fn published(state: &WebState) -> Result<Vec<PublishedQuestionnaire>, AppError> {
    let mut conn = state.app.reader().conn().await?;
    Ok(questionnaires::list(&mut conn).await?)
}

/// Everything that is wrong at once, in the order of the form.
fn read(fields: &Fields) -> Result<NewCycle, Vec<ErrorLink>> {
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let key = CycleKey::parse(&field("key"));
    let dates = key_dates::read(fields);
    let questionnaire = field("questionnaire").parse::<QuestionnaireId>();
    if let (Ok(key), Ok(dates), Ok(questionnaire)) = (&key, &dates, &questionnaire) {
        return Ok(NewCycle {
            key: key.clone(),
            name: field("name"),
            financial_year: field("financial_year"),
            dates: dates.clone(),
            questionnaire: *questionnaire,
        });
    }
    let mut errors = Vec::new();
    if let Err(problem) = key {
        errors.extend(ErrorLink::for_problems(&[problem]));
    }
    errors.extend(dates.err().unwrap_or_default());
    if questionnaire.is_err() {
        let problem = Problem::at(
            "questionnaire",
            "cycle.no_questionnaire",
            "Select the questionnaire for services",
        );
        errors.extend(ErrorLink::for_problems(&[problem]));
    }
    Err(errors)
}

fn page(layout: Layout, fields: &Fields, published: &[PublishedQuestionnaire]) -> NewCyclePage {
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut choices = Vec::new();
    for questionnaire in published {
        let text = format!("{}, version {}", questionnaire.title, questionnaire.version);
        choices.push(Choice::new(&questionnaire.id.to_string(), &text));
    }
    NewCyclePage {
        layout: layout.titled("Plan a cycle").with_back("/cycles"),
        name: field("name"),
        key: field("key"),
        financial_year: field("financial_year"),
        dates: key_dates::questions(fields),
        questionnaires: choices,
        questionnaire: field("questionnaire"),
    }
}

impl Page for NewCyclePage {
    const TEMPLATE: &'static str = "cycles/new.html";

    fn samples() -> Vec<NewCyclePage> {
        let published = PublishedQuestionnaire {
            id: QuestionnaireId(uuid::Uuid::nil()),
            form_id: "service".to_owned(),
            version: "2026".to_owned(),
            title: "Service questionnaire".to_owned(),
            file_name: "service.xlsx".to_owned(),
            content_hash: String::new(),
            published_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let empty = Fields::new();
        let errors = read(&empty).err().unwrap_or_default();
        let wrong = Layout::sample("").with_errors(errors);
        vec![
            page(Layout::sample(""), &empty, &[]),
            page(wrong, &empty, &[published]),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
