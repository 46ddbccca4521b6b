//! All cycles.

use axum::extract::State;
use domain::cycles::Cycle;
use domain::roles::Right;
use serde::Serialize;
use storage::cycles;

use crate::content::{Cell, Column, Table};
use crate::error::Answer;
use crate::key_dates::in_words;
use crate::page::{Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The list of cycles.
#[derive(Clone, Debug, Serialize)]
pub struct CyclesPage {
    /// The frame.
    pub layout: Layout,
    /// The cycles.
    pub table: Table,
    /// Whether the person may plan another.
    pub may_manage: bool,
}

/// Shows every cycle, the one that opens last first.
pub async fn get(State(state): State<WebState>, Signed(who): Signed, layout: Layout) -> Answer {
    let mut conn = state.app.reader().conn().await?;
    let all = cycles::list(&mut conn).await?;
    Ok(state.templates.show(&CyclesPage {
        layout: layout.titled("Cycles").at("/cycles"),
        table: table(&all),
        may_manage: who.actor.has_anywhere(Right::ManageCycles),
    }))
}

fn table(all: &[Cycle]) -> Table {
    let mut rows = Vec::new();
    for cycle in all {
        rows.push(vec![
            Cell::link(&cycle.name, &format!("/cycles/{}", cycle.key.as_str())),
            Cell::status(cycle.state.label(), super::colour(cycle.state)),
            Cell::new(in_words(cycle.dates.opens_on)),
            Cell::new(in_words(cycle.dates.closes_on)),
        ]);
    }
    Table {
        caption: "All cycles".to_owned(),
        columns: vec![
            Column::words("Cycle"),
            Column::words("State"),
            Column::words("Opens"),
            Column::words("Closes"),
        ],
        rows,
        when_empty: "No cycle has been planned yet".to_owned(),
        ..Table::default()
    }
}

impl Page for CyclesPage {
    const TEMPLATE: &'static str = "cycles/list.html";

    fn samples() -> Vec<CyclesPage> {
        let page = |all: &[Cycle], may_manage| CyclesPage {
            layout: Layout::sample("Cycles"),
            table: table(all),
            may_manage,
        };
        vec![page(&[], true), page(&[super::sample()], false)]
    }
}
