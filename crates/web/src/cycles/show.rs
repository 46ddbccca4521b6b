//! One cycle: how far it is, its dates, what can be done, and how far its organisations are.

use app::participations::{Progress, progress};
use axum::extract::{Path, State};
use domain::cycles::CycleState;
use domain::roles::Right;
use serde::Serialize;

use super::{CyclePlace, date_rows};
use crate::content::{SummaryRow, Table};
use crate::error::Answer;
use crate::page::{Layout, Link, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The page of a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct CyclePage {
    /// The frame.
    pub layout: Layout,
    /// How far the cycle is.
    pub state: String,
    /// The colour of that.
    pub colour: String,
    /// Its dates.
    pub dates: Vec<SummaryRow>,
    /// Its address.
    pub base: String,
    /// The steps that it can take from here; empty for somebody who may not take them.
    pub steps: Vec<Link>,
    /// Whether the person may change dates.
    pub may_manage: bool,
    /// Whether the person may invite organisations.
    pub may_invite: bool,
    /// Organisations by region and state.
    pub by_region: Table,
    /// Organisations by kind and state.
    pub by_kind: Table,
}

/// Shows a cycle, with the organisations of the regions that the person may see.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<CyclePlace>,
    layout: Layout,
) -> Answer {
    let progress = progress(&state.app, &who.actor, &place.cycle).await?;
    let may_manage = who.actor.has_anywhere(Right::ManageCycles);
    let mut page = page(layout, &progress, may_manage);
    page.may_invite = who.actor.has_anywhere(Right::ManageParticipations);
    Ok(state.templates.show(&page))
}

/// What a step is called on a link to it.
pub(super) fn step_name(from: CycleState, to: CycleState) -> &'static str {
    match (from, to) {
        (_, CycleState::Sandbox) => "Let organisations try the questionnaires",
        (CycleState::Checking | CycleState::Closed, CycleState::Open) => "Open for collecting again",
        (_, CycleState::Open) => "Open for collecting",
        (_, CycleState::Checking) => "Start checking",
        (_, CycleState::Closed) => "Close",
        (_, CycleState::Published) => "Publish",
        (_, CycleState::Archived) => "Archive",
        (_, CycleState::Planned) => "Plan again",
    }
}

fn page(layout: Layout, progress: &Progress, may_manage: bool) -> CyclePage {
    let cycle = &progress.cycle;
    let base = format!("/cycles/{}", cycle.key.as_str());
    let mut steps = Vec::new();
    if may_manage {
        for to in cycle.state.next() {
            steps.push(Link {
                text: step_name(cycle.state, *to).to_owned(),
                href: format!("{base}/move/{}", to.code()),
            });
        }
    }
    CyclePage {
        layout: layout.titled(&cycle.name).with_back("/cycles"),
        state: cycle.state.label().to_owned(),
        colour: super::colour(cycle.state).to_owned(),
        dates: date_rows(&cycle.dates),
        base,
        steps,
        may_manage,
        may_invite: may_manage,
        by_region: super::progress::by_region(&progress.counts),
        by_kind: super::progress::by_kind(&progress.counts),
    }
}

impl Page for CyclePage {
    const TEMPLATE: &'static str = "cycles/show.html";

    fn samples() -> Vec<CyclePage> {
        let progress = Progress {
            cycle: super::sample(),
            counts: super::progress::sample(),
        };
        let nobody = Progress {
            counts: Vec::new(),
            ..progress.clone()
        };
        vec![
            page(Layout::sample(""), &progress, true),
            page(Layout::sample(""), &nobody, false),
        ]
    }
}
