//! One page of questions: shown, saved, merged, and redrawn while somebody answers.

use app::returns::{OpenReturn, SavedPage, find, save_page};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use domain::assessment::{Assessment, assess};
use domain::ids::ServiceId;
use domain::returns::Conflict;
use questionnaire::{Page as QuestionPage, SectionState, parse_value};
use serde::{Deserialize, Serialize};

use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Notice, Page};
use crate::questions::{Fields, Layout as FieldLayout, html_id, question_at};
use crate::returns::form::AnswersForm;
use crate::returns::{Place, caption, opened};
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
    let assessment = assess(
        &opened.questionnaire,
        &opened.current.answers,
        state.app.today(),
        true,
    );
    let drawing = Drawing {
        state: &state,
        opened: &opened,
        assessment: &assessment,
        place: &place,
    };
    let page = page_of(&opened, &at.page)?;
    Ok(state.templates.show(&drawing.draw(page, layout, &[], false)))
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
    let id = find(&state.app, &at.cycle, at.service).await?;
    let saved = save_page(&state.app, &who.actor, id, &form.to_post(&at.page)).await?;
    let drawing = Drawing {
        state: &state,
        opened: &saved.opened,
        assessment: &saved.assessment,
        place: &place,
    };
    let page = page_of(&saved.opened, &at.page)?;
    if !saved.conflicts.is_empty() {
        let layout = layout.with_errors(conflict_links(&saved));
        let drawn = drawing.draw(page, layout, &saved.conflicts, false);
        return Ok(state.templates.show_as(StatusCode::CONFLICT, &drawn));
    }
    if form.changes_rows() {
        return Ok(Redirect::to(&format!("{}/pages/{}#questions", place.address(), page.id)).into_response());
    }
    if form.returns_to_tasks() {
        return Ok(Redirect::to(&place.address()).into_response());
    }
    let fields = drawing.fields(page, &[], false);
    if fields.asked.iter().any(|path| !form.asked(path)) {
        let notice = Notice::important("Your answers brought new questions on this page.");
        return Ok(state
            .templates
            .show(&drawing.draw(page, layout.with_notice(notice), &[], false)));
    }
    let errors = errors_of(page, &saved);
    if !errors.is_empty() {
        return Ok(state
            .templates
            .show(&drawing.draw(page, layout.with_errors(errors), &[], true)));
    }
    Ok(Redirect::to(&next_address(&saved, page, &place)).into_response())
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
    let mut opened = opened(&state, &who.actor, &place).await?;
    for (path, text) in form.to_post(&at.page).typed {
        let value = question_at(&opened.questionnaire, &path)
            .and_then(|question| parse_value(question, &text).ok())
            .unwrap_or(text);
        opened.current.answers.set(&path, value);
    }
    let assessment = assess(
        &opened.questionnaire,
        &opened.current.answers,
        state.app.today(),
        true,
    );
    let drawing = Drawing {
        state: &state,
        opened: &opened,
        assessment: &assessment,
        place: &place,
    };
    let page = page_of(&opened, &at.page)?;
    Ok(state.templates.show(&QuestionsPart {
        fields: drawing.fields(page, &[], false),
    }))
}

fn page_of<'a>(opened: &'a OpenReturn, page: &str) -> Result<&'a QuestionPage, WebError> {
    Ok(opened
        .questionnaire
        .page(page)
        .ok_or(app::AppError::NotFound("page"))?)
}

/// What a page is drawn from.
struct Drawing<'a> {
    state: &'a WebState,
    opened: &'a OpenReturn,
    assessment: &'a Assessment,
    place: &'a Place,
}

impl Drawing<'_> {
    fn fields(&self, page: &QuestionPage, conflicts: &[Conflict], show_problems: bool) -> Fields {
        let layout = FieldLayout {
            questionnaire: &self.opened.questionnaire,
            answers: &self.opened.current.answers,
            evaluation: &self.assessment.evaluation,
            conflicts,
            show_problems,
        };
        layout.fields(page)
    }

    fn draw(
        &self,
        page: &QuestionPage,
        layout: Layout,
        conflicts: &[Conflict],
        show_problems: bool,
    ) -> QuestionsPage {
        let (opened, evaluation) = (self.opened, &self.assessment.evaluation);
        QuestionsPage {
            layout: layout.titled(&page.title).with_back(&self.place.address()),
            caption: format!("{} – {}", opened.service.name, caption(opened)),
            title: page.title.clone(),
            intro: evaluation.hint(&page.path),
            applies: evaluation.page_state(page) != SectionState::NotApplicable,
            fields: self.fields(page, conflicts, show_problems),
            version: opened.current.version,
            action: format!("{}/pages/{}", self.place.address(), page.id),
            tasks: self.place.address(),
            closed_because: opened
                .closed_because(&self.state.app)
                .unwrap_or_default()
                .to_owned(),
            may_edit: opened.may_edit,
        }
    }
}

fn conflict_links(saved: &SavedPage) -> Vec<ErrorLink> {
    let mut links = Vec::new();
    for conflict in &saved.conflicts {
        links.push(ErrorLink::at(
            &html_id(&conflict.path),
            "Choose which answer to keep",
        ));
    }
    links
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
