//! The organisation's services in a cycle, each with its state and figures.

use app::services::{Board, board};
use axum::extract::{Path, State};
use axum::response::Response;
use domain::participations::ParticipationState;
use domain::returns::ReturnState;
use domain::roles::Right;
use serde::Serialize;
use storage::returns::ReturnLine;

use crate::error::WebError;
use crate::page::{Layout, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// The organisation's services.
#[derive(Serialize)]
pub struct BoardPage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// The organisation's name.
    pub organisation: String,
    /// How far the organisation is.
    pub state: &'static str,
    /// The last day for answers, in words.
    pub closes: String,
    /// The day to which staff and caseload refer, in words.
    pub census: String,
    /// The address below which everything of the organisation lies.
    pub base: String,
    /// One line for each service.
    pub lines: Vec<BoardLine>,
    /// How many services are complete, in words.
    pub progress: String,
    /// How many services could be brought from last year.
    pub carryable_count: usize,
    /// Whether this person may add services today.
    pub may_set_up: bool,
    /// Whether this person may invite colleagues.
    pub may_invite: bool,
    /// Whether this person may sign off.
    pub may_sign_off: bool,
    /// Whether the returns are sealed.
    pub is_signed_off: bool,
}

/// One service.
#[derive(Serialize)]
pub struct BoardLine {
    /// Its name.
    pub name: String,
    /// Its reference.
    pub reference: String,
    /// Its task list.
    pub href: String,
    /// How far its return is.
    pub state: &'static str,
    /// The class of the state's tag; empty for plain text.
    pub tag: &'static str,
    /// What is missing, in words; empty when nothing is.
    pub missing: String,
    /// Who edited it last, and when.
    pub edited: String,
}

/// Shows the organisation's services.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let board = board(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let target = board.organisation.target();
    let complete = board
        .lines
        .iter()
        .filter(|line| line.state >= ReturnState::Complete)
        .count();
    let page = BoardPage {
        layout: layout.titled(&board.organisation.name),
        cycle: board.cycle.name.clone(),
        organisation: board.organisation.name.clone(),
        state: board.participation.state.label(),
        closes: board.cycle.dates.closes_on.strftime("%-d %B %Y").to_string(),
        census: board.cycle.dates.census_on.strftime("%-d %B %Y").to_string(),
        base: place.base(),
        progress: format!("{complete} of {} services are complete.", board.lines.len()),
        lines: lines(&board, &place),
        carryable_count: board.carryable_count,
        may_set_up: board.may_set_up,
        may_invite: who.actor.may(Right::InviteColleagues, &target).is_ok(),
        may_sign_off: who.actor.may(Right::SignOff, &target).is_ok(),
        is_signed_off: board.participation.state == ParticipationState::SignedOff,
    };
    Ok(state.templates.show(&page))
}

fn lines(board: &Board, place: &OrganisationPlace) -> Vec<BoardLine> {
    board.lines.iter().map(|line| board_line(line, place)).collect()
}

fn board_line(line: &ReturnLine, place: &OrganisationPlace) -> BoardLine {
    let tag = match line.state {
        ReturnState::NotStarted => "govuk-tag--blue",
        ReturnState::InProgress => "govuk-tag--light-blue",
        ReturnState::Complete => "govuk-tag--green",
        ReturnState::SignedOff => "",
    };
    let edited = match line.edited_at {
        Some(at) if line.edited_by_name.is_empty() => app::sign_off::in_words(at),
        Some(at) => format!("{}, {}", line.edited_by_name, app::sign_off::in_words(at)),
        None => format!("Not in this cycle ({})", line.origin.label().to_lowercase()),
    };
    BoardLine {
        name: line.name.clone(),
        reference: line.reference.clone(),
        href: format!("{}/{}", place.board(), line.service),
        state: line.state.label(),
        tag,
        missing: match line.missing_count {
            0 => String::new(),
            1 => "1 answer to give or put right".to_owned(),
            count => format!("{count} answers to give or put right"),
        },
        edited,
    }
}

impl Page for BoardPage {
    const TEMPLATE: &'static str = "services/board.html";

    fn samples() -> Vec<Self> {
        let sample = |lines, may: bool| BoardPage {
            layout: Layout::sample("Blackpool Borough Council"),
            cycle: "Children's Services Mapping 2026/27".to_owned(),
            organisation: "Blackpool Borough Council".to_owned(),
            state: "Collecting",
            closes: "28 February 2027".to_owned(),
            census: "30 November 2026".to_owned(),
            base: "/cycles/2026-27/organisations/E06000009".to_owned(),
            lines,
            progress: "1 of 2 services are complete.".to_owned(),
            carryable_count: usize::from(may),
            may_set_up: may,
            may_invite: may,
            may_sign_off: may,
            is_signed_off: !may,
        };
        let line = BoardLine {
            name: "Health visiting".to_owned(),
            reference: "S001".to_owned(),
            href: "/somewhere".to_owned(),
            state: "In progress",
            tag: "govuk-tag--light-blue",
            missing: "3 answers to give or put right".to_owned(),
            edited: "Carl, 3 February 2027 at 14:05".to_owned(),
        };
        vec![sample(vec![line], true), sample(Vec::new(), false)]
    }
}
