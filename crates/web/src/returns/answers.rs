//! Check your answers: every answer that applies, with a link to change it.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::assessment::{Assessment, assess};
use questionnaire::{Page as QuestionPage, Questionnaire, display_value};
use serde::Serialize;

use crate::error::WebError;
use crate::page::{Layout, Page};
use crate::questions::html_id;
use crate::returns::{Place, caption, opened};
use crate::session::Signed;
use crate::state::WebState;

/// All answers of a return.
#[derive(Serialize)]
pub struct AnswersPage {
    /// The frame.
    pub layout: Layout,
    /// Organisation and cycle.
    pub caption: String,
    /// The service's name.
    pub name: String,
    /// The service's task list.
    pub tasks: String,
    /// What is missing or wrong, in the order of the questionnaire.
    pub missing: Vec<MissingLine>,
    /// One card for each page that applies.
    pub cards: Vec<Card>,
}

/// One answer that is missing or wrong.
#[derive(Serialize)]
pub struct MissingLine {
    /// What is wrong.
    pub text: String,
    /// Where to put it right.
    pub href: String,
}

/// The answers of one page, or of one row of its table.
#[derive(Serialize)]
pub struct Card {
    /// The page's title, and the row's number.
    pub title: String,
    /// Where to change the answers; empty when they cannot be changed.
    pub href: String,
    /// The answers.
    pub lines: Vec<Line>,
}

/// One answer.
#[derive(Serialize)]
pub struct Line {
    /// The question.
    pub label: String,
    /// The answer in words, or "Not provided".
    pub value: String,
}

/// Shows all answers.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<Place>,
    layout: Layout,
) -> Result<Response, WebError> {
    let opened = opened(&state, &who.actor, &place).await?;
    let assessment = assess(
        &opened.questionnaire,
        &opened.current.answers,
        state.app.today(),
        true,
    );
    let mut cards = Vec::new();
    for section in opened.questionnaire.sections() {
        for page in &section.pages {
            let href = if opened.may_edit {
                format!("{}/pages/{}", place.address(), page.id)
            } else {
                String::new()
            };
            cards.extend(cards_of(
                &opened.questionnaire,
                &opened.current.answers,
                &assessment,
                page,
                &href,
            ));
        }
    }
    let page = AnswersPage {
        layout: layout.titled("Check your answers").with_back(&place.address()),
        caption: caption(&opened),
        name: opened.service.name.clone(),
        tasks: place.address(),
        missing: missing_lines(&opened.questionnaire, &assessment, &place),
        cards,
    };
    Ok(state.templates.show(&page))
}

fn missing_lines(questionnaire: &Questionnaire, assessment: &Assessment, place: &Place) -> Vec<MissingLine> {
    let mut lines = Vec::new();
    for missing in &assessment.missing {
        let template = questionnaire::template_path(&missing.path);
        let page = questionnaire
            .question(&template)
            .and_then(|question| question.page_id.clone());
        if let Some(page) = page {
            let href = format!("{}/pages/{page}#{}", place.address(), html_id(&missing.path));
            lines.push(MissingLine {
                text: missing.message.clone(),
                href,
            });
        }
    }
    lines
}

fn cards_of(
    questionnaire: &Questionnaire,
    answers: &questionnaire::Answers,
    assessment: &Assessment,
    page: &QuestionPage,
    href: &str,
) -> Vec<Card> {
    let mut cards = Vec::new();
    let single = lines_of(questionnaire, assessment, page, None);
    if !single.is_empty() {
        cards.push(Card {
            title: page.title.clone(),
            href: href.to_owned(),
            lines: single,
        });
    }
    let Some(table) = &page.repeat else { return cards };
    let repeat = table.path.as_str();
    for (index, key) in answers.instances(repeat).iter().enumerate() {
        let lines = lines_of(questionnaire, assessment, page, Some((repeat, *key)));
        if !lines.is_empty() {
            cards.push(Card {
                title: format!("{}: row {}", page.title, index + 1),
                href: format!("{href}#row-{key}"),
                lines,
            });
        }
    }
    cards
}

fn lines_of(
    questionnaire: &Questionnaire,
    assessment: &Assessment,
    page: &QuestionPage,
    row: Option<(&str, u32)>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for template in &page.questions {
        let Some(question) = questionnaire.question(template) else {
            continue;
        };
        let is_shown = question.is_asked() || (question.calculated && question.kind.is_shown());
        if !is_shown || question.repeat.is_some() != row.is_some() {
            continue;
        }
        let path = match row {
            Some((repeat, key)) => match template.strip_prefix(repeat) {
                Some(rest) => format!("{repeat}[{key}]{rest}"),
                None => continue,
            },
            None => template.clone(),
        };
        let Some(node) = assessment.evaluation.get(&path) else {
            continue;
        };
        if node.relevant {
            let value = if node.value.is_empty() {
                "Not provided".to_owned()
            } else {
                display_value(question, &node.value)
            };
            lines.push(Line {
                label: assessment.evaluation.label(&path),
                value,
            });
        }
    }
    lines
}

impl Page for AnswersPage {
    const TEMPLATE: &'static str = "returns/answers.html";

    fn samples() -> Vec<Self> {
        let sample = |missing, href: &str| AnswersPage {
            layout: Layout::sample("Check your answers"),
            caption: "Blackpool Borough Council".to_owned(),
            name: "Health visiting".to_owned(),
            tasks: "/".to_owned(),
            missing,
            cards: vec![Card {
                title: "Cost".to_owned(),
                href: href.to_owned(),
                lines: vec![Line {
                    label: "Total cost".to_owned(),
                    value: "£220,320".to_owned(),
                }],
            }],
        };
        let missing = MissingLine {
            text: "Enter the total cost".to_owned(),
            href: "/somewhere".to_owned(),
        };
        vec![sample(vec![missing], "/pages/cost"), sample(Vec::new(), "")]
    }
}
