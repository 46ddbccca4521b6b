//! The first page: what this is, the current cycle, how far it is. Its cost does not grow with the data: it reads
//! the cycles and one finished table.

use app::public_summary::KEY;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use domain::cycles::Cycle;
use serde::Serialize;
use serde_json::Value;
use storage::{cycles, published_tables};

use crate::content::SummaryRow;
use crate::cycles::date_rows;
use crate::error::Answer;
use crate::page::{Layout, Page};
use crate::session::MaybeSigned;
use crate::state::WebState;

/// The first page.
#[derive(Clone, Debug, Serialize)]
pub struct LandingPage {
    /// The frame.
    pub layout: Layout,
    /// The name of the current cycle; empty before there is one.
    pub cycle: String,
    /// How far it is, in a sentence.
    pub state: String,
    /// Its dates.
    pub dates: Vec<SummaryRow>,
    /// The public summary in finished words, once there is one.
    pub table: Option<Value>,
    /// Where the summary has a page of its own; empty without one.
    pub summary_href: String,
}

/// Shows the first page; somebody who has signed in goes on to theirs.
pub async fn get(State(state): State<WebState>, MaybeSigned(who): MaybeSigned, layout: Layout) -> Answer {
    if who.is_some() {
        return Ok(Redirect::to("/home").into_response());
    }
    let mut conn = state.app.reader().conn().await?;
    let cycle = cycles::current(&mut conn).await?;
    let table = match &cycle {
        Some(cycle) => published_tables::find(&mut conn, cycle.id, KEY).await?,
        None => None,
    };
    let mut page = page(layout, cycle.as_ref());
    page.table = table.map(|table| table.content);
    Ok(state.templates.show(&page))
}

fn page(layout: Layout, cycle: Option<&Cycle>) -> LandingPage {
    let mut page = LandingPage {
        layout: layout.titled("Services for children and families"),
        cycle: String::new(),
        state: String::new(),
        dates: Vec::new(),
        table: None,
        summary_href: String::new(),
    };
    if let Some(cycle) = cycle {
        page.cycle.clone_from(&cycle.name);
        page.state = super::summary::sentence(cycle);
        page.dates = date_rows(&cycle.dates);
        page.summary_href = format!("/cycles/{}/summary", cycle.key.as_str());
    }
    page
}

impl Page for LandingPage {
    const TEMPLATE: &'static str = "public/landing.html";

    fn samples() -> Vec<LandingPage> {
        let cycle = crate::cycles::sample();
        let empty = page(Layout::new(""), None);
        let mut usual = page(Layout::new(""), Some(&cycle));
        usual.table = Some(super::sample_table());
        vec![empty, usual]
    }
}
