//! The task list of one service: its sections and how far each is.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::assessment::assess;
use questionnaire::SectionState;
use serde::Serialize;

use crate::error::WebError;
use crate::page::{Layout, Page};
use crate::returns::{Place, caption, opened};
use crate::session::Signed;
use crate::state::WebState;

/// The task list.
#[derive(Serialize)]
pub struct TasksPage {
    /// The frame.
    pub layout: Layout,
    /// Organisation and cycle.
    pub caption: String,
    /// The service's name.
    pub name: String,
    /// The service's reference.
    pub reference: String,
    /// How far the whole is, in words.
    pub progress: String,
    /// How the return came to be, where that is worth saying.
    pub origin: String,
    /// Why the answers cannot be changed; empty when they can.
    pub closed_because: String,
    /// One for each section that applies.
    pub tasks: Vec<Task>,
    /// The address of the service.
    pub address: String,
    /// The address of the organisation's services; empty for those who may not see them.
    pub board: String,
    /// Whether everything required is answered.
    pub is_complete: bool,
    /// How many answers are missing or wrong.
    pub missing_count: usize,
}

/// One section.
#[derive(Serialize)]
pub struct Task {
    /// The section's name.
    pub title: String,
    /// Where it begins.
    pub href: String,
    /// How far it is, in words.
    pub status: &'static str,
    /// The class of the status tag; empty for plain text.
    pub tag: &'static str,
}

/// Shows the task list.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<Place>,
    layout: Layout,
) -> Result<Response, WebError> {
    let opened = opened(&state, &who.actor, &place).await?;
    let edited = opened.current.edited_at.is_some();
    let assessment = assess(
        &opened.questionnaire,
        &opened.current.answers,
        state.app.today(),
        edited,
    );
    let mut tasks = Vec::new();
    for section in opened.questionnaire.sections() {
        let section_state = assessment.evaluation.section_state(section);
        let (status, tag) = words(section_state);
        let first = section
            .pages
            .iter()
            .find(|page| assessment.evaluation.page_state(page) != SectionState::NotApplicable);
        if let (Some(first), true) = (first, section_state != SectionState::NotApplicable) {
            let href = format!("{}/pages/{}", place.address(), first.id);
            tasks.push(Task {
                title: section.label.clone(),
                href,
                status,
                tag,
            });
        }
    }
    let complete = tasks.iter().filter(|task| task.tag.is_empty()).count();
    let board_is_open = who
        .actor
        .may(
            domain::roles::Right::SeeOrganisation,
            &opened.organisation.target(),
        )
        .is_ok();
    let page = TasksPage {
        layout: layout.titled(&opened.service.name),
        caption: caption(&opened),
        name: opened.service.name.clone(),
        reference: opened.service.reference.clone(),
        progress: format!("You have completed {complete} of {} sections.", tasks.len()),
        origin: origin(&opened.current),
        closed_because: opened.closed_because(&state.app).unwrap_or_default().to_owned(),
        tasks,
        address: place.address(),
        board: if board_is_open {
            place.board()
        } else {
            String::new()
        },
        is_complete: assessment.missing.is_empty() && edited,
        missing_count: assessment.missing.len(),
    };
    Ok(state.templates.show(&page))
}

fn words(section: SectionState) -> (&'static str, &'static str) {
    match section {
        SectionState::Complete => ("Completed", ""),
        SectionState::InProgress => ("In progress", "govuk-tag--light-blue"),
        SectionState::NotStarted | SectionState::NotApplicable => ("Not started", "govuk-tag--blue"),
    }
}

fn origin(current: &domain::returns::Return) -> String {
    use domain::returns::How;
    match (current.origin, current.edited_at) {
        (How::Carried, None) => {
            "These answers are carried from the cycle before. Open each section, check it and save it."
                .to_owned()
        }
        _ => String::new(),
    }
}

impl Page for TasksPage {
    const TEMPLATE: &'static str = "returns/tasks.html";

    fn samples() -> Vec<Self> {
        let task = |title: &str, status, tag| Task {
            title: title.to_owned(),
            href: "/somewhere".to_owned(),
            status,
            tag,
        };
        let sample = |closed: &str, is_complete| TasksPage {
            layout: Layout::sample("Health visiting"),
            caption: "Blackpool Borough Council, Children's Services Mapping 2026/27".to_owned(),
            name: "Health visiting".to_owned(),
            reference: "S001".to_owned(),
            progress: "You have completed 1 of 2 sections.".to_owned(),
            origin: "These answers are carried from the cycle before.".to_owned(),
            closed_because: closed.to_owned(),
            tasks: vec![
                task("About the service", "Completed", ""),
                task("Workforce", "In progress", "govuk-tag--light-blue"),
            ],
            address: "/cycles/2026-27".to_owned(),
            board: if is_complete {
                String::new()
            } else {
                "/cycles".to_owned()
            },
            is_complete,
            missing_count: 3,
        };
        vec![sample("", false), sample("These answers are signed off.", true)]
    }
}
