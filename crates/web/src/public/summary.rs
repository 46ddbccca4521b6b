//! The public summary of a cycle: one finished table, read and shown.

use app::public_summary::KEY;
use axum::extract::{Path, State};
use domain::cycles::{Cycle, CycleState};
use serde::Serialize;
use serde_json::Value;
use storage::published_tables;

use crate::cycles::CyclePlace;
use crate::error::Answer;
use crate::key_dates::in_words;
use crate::page::{Layout, Page};
use crate::state::WebState;

/// The public summary.
#[derive(Clone, Debug, Serialize)]
pub struct SummaryPage {
    /// The frame.
    pub layout: Layout,
    /// How far the cycle is, in a sentence.
    pub state: String,
    /// The summary in finished words, once there is one.
    pub table: Option<Value>,
}

/// Shows the summary of a cycle.
pub async fn get(State(state): State<WebState>, Path(place): Path<CyclePlace>, layout: Layout) -> Answer {
    let mut conn = state.app.reader().conn().await?;
    let cycle = app::services::cycle_by_key(&mut conn, &place.cycle).await?;
    let table = published_tables::find(&mut conn, cycle.id, KEY).await?;
    Ok(state.templates.show(&SummaryPage {
        layout: layout.titled(&cycle.name).with_back("/"),
        state: sentence(&cycle),
        table: table.map(|table| table.content),
    }))
}

/// How far a cycle is, for everybody.
pub(super) fn sentence(cycle: &Cycle) -> String {
    let opens = in_words(cycle.dates.opens_on);
    let closes = in_words(cycle.dates.closes_on);
    let publishes = in_words(cycle.dates.publishes_on);
    match cycle.state {
        CycleState::Planned | CycleState::Sandbox => format!("Organisations can answer from {opens}."),
        CycleState::Open | CycleState::Checking => format!("Organisations can answer until {closes}."),
        CycleState::Closed => format!("Collection has ended. Tables come out on {publishes}."),
        CycleState::Published | CycleState::Archived => format!("Tables came out on {publishes}."),
    }
}

impl Page for SummaryPage {
    const TEMPLATE: &'static str = "public/summary.html";

    fn samples() -> Vec<SummaryPage> {
        let cycle = crate::cycles::sample();
        let page = |table| SummaryPage {
            layout: Layout::new(&cycle.name),
            state: sentence(&cycle),
            table,
        };
        vec![page(None), page(Some(super::sample_table()))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_names_the_date_that_matters() {
        let mut cycle = crate::cycles::sample();
        assert_eq!(
            sentence(&cycle),
            "Organisations can answer until 28 February 2027."
        );
        cycle.state = CycleState::Planned;
        assert_eq!(sentence(&cycle), "Organisations can answer from 1 November 2026.");
        cycle.state = CycleState::Closed;
        assert!(sentence(&cycle).contains("20 April 2027"));
    }
}
