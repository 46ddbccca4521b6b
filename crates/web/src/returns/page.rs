//! One page of questions: shown, saved, merged, and redrawn while somebody answers.

use std::collections::BTreeMap;

use app::returns::{OpenReturn, PagePost, RowAction, SavedPage, save_page};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use domain::assessment::{Assessment, assess};
use domain::ids::ServiceId;
use domain::returns::Conflict;
use questionnaire::{Page as QuestionPage, QuestionKind, Questionnaire, SectionState, parse_value};
use serde::{Deserialize, Serialize};

use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Notice, Page};
use crate::questions::{Fields, Layout as FieldLayout, html_id, question_at};
use crate::returns::{Place, caption, opened, return_id};
use crate::session::Signed;
use crate::state::WebState;

/// The keys in the address of a page.
#[derive(Debug, Clone, Deserialize)]
pub struct PagePlace {
    cycle: String,
    organisation: String,
    service: ServiceId,
    page: String,
}

impl PagePlace {
    fn place(&self) -> Place {
        Place {
            cycle: self.cycle.clone(),
            organisation: self.organisation.clone(),
            service: self.service,
        }
    }
}

/// A page of questions.
#[derive(Serialize)]
pub struct QuestionsPage {
    /// The frame.
    pub layout: Layout,
    /// The section, above the heading.
    pub caption: String,
    /// The page's heading.
    pub title: String,
    /// Words before the questions; empty where the author wrote none.
    pub intro: String,
    /// Whether anything on the page applies, given the other answers.
    pub applies: bool,
    /// The questions.
    pub fields: Fields,
    /// The version of the return that this page shows.
    pub version: i64,
    /// Where the form is sent.
    pub action: String,
    /// The address of the service's task list.
    pub tasks: String,
    /// Why the answers cannot be changed; empty when they can.
    pub closed_because: String,
    /// Whether this person may change them.
    pub may_edit: bool,
}

/// The questions alone, for redrawing while somebody answers.
#[derive(Serialize)]
pub struct QuestionsPart {
    /// The questions.
    pub fields: Fields,
}

/// Shows a page.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(at): Path<PagePlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let place = at.place();
    let opened = opened(&state, &who.actor, &place).await?;
    let page = opened
        .questionnaire
        .page(&at.page)
        .ok_or(app::AppError::NotFound("page"))?;
    let assessment = assess(
        &opened.questionnaire,
        &opened.current.answers,
        state.app.today(),
        true,
    );
    let shown = draw(
        &state,
        &opened,
        &assessment,
        page,
        &place,
        Shown {
            layout,
            conflicts: &[],
            problems: false,
        },
    );
    Ok(state.templates.show(&shown))
}

/// Saves a page, then goes on, stays with what is wrong, or asks which of two answers to keep.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(at): Path<PagePlace>,
    layout: Layout,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let place = at.place();
    let form = AnswersForm::read(sent);
    let id = return_id(&state, &place).await?;
    let before = opened(&state, &who.actor, &place).await?;
    let page = before
        .questionnaire
        .page(&at.page)
        .ok_or(app::AppError::NotFound("page"))?
        .clone();
    let post = form.to_post(&page, &before.questionnaire);
    let saved = save_page(&state.app, &who.actor, id, &post).await?;
    let here = format!("{}/pages/{}", place.address(), page.id);
    if !saved.conflicts.is_empty() {
        return Ok(ask_which(&state, &saved, &page, &place, layout));
    }
    if post.row.is_some() {
        return Ok(Redirect::to(&format!("{here}#rows")).into_response());
    }
    if form.action == "return" {
        return Ok(Redirect::to(&place.address()).into_response());
    }
    if form.shows_new_questions(&page, &saved) {
        let layout = layout.with_notice(Notice::important(
            "Your answers brought new questions on this page.",
        ));
        let shown = Shown {
            layout,
            conflicts: &[],
            problems: false,
        };
        return Ok(state.templates.show(&draw(
            &state,
            &saved.opened,
            &saved.assessment,
            &page,
            &place,
            shown,
        )));
    }
    let errors = errors_of(&page, &saved);
    if !errors.is_empty() {
        let shown = Shown {
            layout: layout.with_errors(errors),
            conflicts: &[],
            problems: true,
        };
        return Ok(state.templates.show(&draw(
            &state,
            &saved.opened,
            &saved.assessment,
            &page,
            &place,
            shown,
        )));
    }
    Ok(Redirect::to(&next_address(&saved, &page, &place)).into_response())
}

/// Redraws the questions for answers that are not saved, so that branching is immediate.
pub async fn preview(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(at): Path<PagePlace>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let place = at.place();
    let form = AnswersForm::read(sent);
    let opened = opened(&state, &who.actor, &place).await?;
    let page = opened
        .questionnaire
        .page(&at.page)
        .ok_or(app::AppError::NotFound("page"))?;
    let mut answers = opened.current.answers.clone();
    for (path, text) in form.to_post(page, &opened.questionnaire).typed {
        let value = question_at(&opened.questionnaire, &path)
            .and_then(|question| parse_value(question, &text).ok())
            .unwrap_or(text);
        answers.set(&path, value);
    }
    let assessment = assess(&opened.questionnaire, &answers, state.app.today(), true);
    let fields = FieldLayout {
        questionnaire: &opened.questionnaire,
        answers: &answers,
        evaluation: &assessment.evaluation,
        conflicts: &[],
        show_problems: false,
    }
    .fields(page);
    Ok(state.templates.show(&QuestionsPart { fields }))
}

/// What a drawing of the page shows besides the questions.
struct Shown<'a> {
    layout: Layout,
    conflicts: &'a [Conflict],
    problems: bool,
}

fn draw(
    state: &WebState,
    opened: &OpenReturn,
    assessment: &Assessment,
    page: &QuestionPage,
    place: &Place,
    shown: Shown<'_>,
) -> QuestionsPage {
    let fields = FieldLayout {
        questionnaire: &opened.questionnaire,
        answers: &opened.current.answers,
        evaluation: &assessment.evaluation,
        conflicts: shown.conflicts,
        show_problems: shown.problems,
    }
    .fields(page);
    QuestionsPage {
        layout: shown.layout.titled(&page.title).with_back(&place.address()),
        caption: format!("{} – {}", opened.service.name, caption(opened)),
        title: page.title.clone(),
        intro: assessment.evaluation.hint(&page.path),
        applies: assessment.evaluation.page_state(page) != SectionState::NotApplicable,
        fields,
        version: opened.current.version,
        action: format!("{}/pages/{}", place.address(), page.id),
        tasks: place.address(),
        closed_because: opened.closed_because(&state.app).unwrap_or_default().to_owned(),
        may_edit: opened.may_edit,
    }
}

fn ask_which(
    state: &WebState,
    saved: &SavedPage,
    page: &QuestionPage,
    place: &Place,
    layout: Layout,
) -> Response {
    let mut errors = Vec::new();
    for conflict in &saved.conflicts {
        errors.push(ErrorLink::at(
            &html_id(&conflict.path),
            "Choose which answer to keep",
        ));
    }
    let shown = Shown {
        layout: layout.with_errors(errors),
        conflicts: &saved.conflicts,
        problems: false,
    };
    let drawn = draw(state, &saved.opened, &saved.assessment, page, place, shown);
    state.templates.show_as(axum::http::StatusCode::CONFLICT, &drawn)
}

/// What is wrong on the page, each linked to its question.
fn errors_of(page: &QuestionPage, saved: &SavedPage) -> Vec<ErrorLink> {
    let mut errors = Vec::new();
    for missing in &saved.assessment.missing {
        if page
            .questions
            .contains(&questionnaire::template_path(&missing.path))
        {
            errors.push(ErrorLink::at(&html_id(&missing.path), &missing.message));
        }
    }
    errors
}

/// The next page of the section that applies, or the task list after the last.
fn next_address(saved: &SavedPage, page: &QuestionPage, place: &Place) -> String {
    for section in saved.opened.questionnaire.sections() {
        let Some(here) = section.pages.iter().position(|other| other.id == page.id) else {
            continue;
        };
        for next in &section.pages[here + 1..] {
            if saved.assessment.evaluation.page_state(next) != SectionState::NotApplicable {
                return format!("{}/pages/{}", place.address(), next.id);
            }
        }
    }
    place.address()
}

/// The form of a page as it was sent.
struct AnswersForm {
    version: i64,
    action: String,
    asked: Vec<String>,
    settled: Vec<String>,
    values: BTreeMap<String, Vec<String>>,
}

impl AnswersForm {
    fn read(sent: Vec<(String, String)>) -> Self {
        let mut form = Self {
            version: 0,
            action: String::new(),
            asked: Vec::new(),
            settled: Vec::new(),
            values: BTreeMap::new(),
        };
        for (name, value) in sent {
            match name.as_str() {
                "version" => form.version = value.parse().unwrap_or(0),
                "action" => form.action = value,
                "asked" => form.asked.push(value),
                "settled" => form.settled.push(value),
                _ => form.values.entry(name).or_default().push(value),
            }
        }
        form
    }

    fn to_post(&self, page: &QuestionPage, questionnaire: &Questionnaire) -> PagePost {
        let mut typed = Vec::with_capacity(self.asked.len());
        for path in &self.asked {
            typed.push((path.clone(), self.typed(questionnaire, path)));
        }
        PagePost {
            page: page.id.clone(),
            version: self.version,
            typed,
            settled: self.settled.clone(),
            row: self.row_action(page),
        }
    }

    /// What was typed for a question: checked boxes joined by spaces, a date put together from its parts.
    fn typed(&self, questionnaire: &Questionnaire, path: &str) -> String {
        if let Some(values) = self.values.get(path) {
            return values.join(" ").trim().to_owned();
        }
        let is_date =
            question_at(questionnaire, path).is_some_and(|question| question.kind == QuestionKind::Date);
        if !is_date {
            return String::new();
        }
        let part = |name: &str| {
            let found = self
                .values
                .get(&format!("{path}-{name}"))
                .and_then(|values| values.first());
            found.map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let (day, month, year) = (part("day"), part("month"), part("year"));
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return String::new();
        }
        format!("{year}-{month:0>2}-{day:0>2}")
    }

    fn row_action(&self, page: &QuestionPage) -> Option<RowAction> {
        let repeat = page.repeat.as_ref()?.path.clone();
        if self.action == "add" {
            return Some(RowAction::Add(repeat));
        }
        let key = self.action.strip_prefix("remove:")?.parse().ok()?;
        Some(RowAction::Remove(repeat, key))
    }

    /// Whether the answers made questions of this page apply that the person has not seen.
    fn shows_new_questions(&self, page: &QuestionPage, saved: &SavedPage) -> bool {
        let fields = FieldLayout {
            questionnaire: &saved.opened.questionnaire,
            answers: &saved.opened.current.answers,
            evaluation: &saved.assessment.evaluation,
            conflicts: &[],
            show_problems: false,
        }
        .fields(page);
        fields.asked.iter().any(|path| !self.asked.contains(path))
    }
}

impl Page for QuestionsPage {
    const TEMPLATE: &'static str = "returns/page.html";

    fn samples() -> Vec<Self> {
        let sample = |fields: Fields, closed: &str, applies| QuestionsPage {
            layout: Layout::sample("Staff in post"),
            caption: "Health visiting".to_owned(),
            title: "Staff in post".to_owned(),
            intro: "Enter everybody who is paid.".to_owned(),
            applies,
            fields,
            version: 3,
            action: "/somewhere".to_owned(),
            tasks: "/".to_owned(),
            may_edit: closed.is_empty(),
            closed_because: closed.to_owned(),
        };
        vec![
            sample(Fields::sample(), "", true),
            sample(Fields::default(), "These answers are signed off.", true),
            sample(Fields::default(), "", false),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

impl Page for QuestionsPart {
    const TEMPLATE: &'static str = "returns/part.html";

    fn samples() -> Vec<Self> {
        vec![QuestionsPart {
            fields: Fields::sample(),
        }]
    }
}
