//! Cycles: their list, their progress, planning them, their dates, and moving them on.

pub mod dates;
pub mod list;
pub mod new;
mod progress;
pub mod show;
pub mod step;

use domain::cycles::{Cycle, CycleState, KeyDates};
use domain::roles::Right;
use serde::Deserialize;

use crate::content::SummaryRow;
use crate::key_dates::in_words;
use crate::route::{Need, Route};

/// The key in the address of a cycle.
#[derive(Debug, Clone, Deserialize)]
pub struct CyclePlace {
    /// The cycle's key.
    pub cycle: String,
}

impl CyclePlace {
    /// The address of the cycle's page.
    pub fn base(&self) -> String {
        format!("/cycles/{}", self.cycle)
    }
}

const DATES: &str = "/cycles/{cycle}/dates";
const STEP: &str = "/cycles/{cycle}/move/{state}";

/// Their routes.
pub fn routes() -> Vec<Route> {
    let see = Need::Right(Right::SeeProgress);
    let manage = Need::Right(Right::ManageCycles);
    vec![
        Route::get("/cycles", see, list::get),
        Route::get("/cycles/new", manage, new::get),
        Route::post("/cycles/new", manage, new::post),
        Route::get("/cycles/{cycle}", see, show::get),
        Route::get(DATES, manage, dates::get),
        Route::post(DATES, manage, dates::post),
        Route::get(STEP, manage, step::get),
        Route::post(STEP, manage, step::post),
    ]
}

/// The colour of a state.
fn colour(state: CycleState) -> &'static str {
    match state {
        CycleState::Planned | CycleState::Sandbox => "yellow",
        CycleState::Open | CycleState::Checking => "green",
        CycleState::Closed => "orange",
        CycleState::Published => "blue",
        CycleState::Archived => "grey",
    }
}

/// The dates of a cycle in words.
pub(crate) fn date_rows(dates: &KeyDates) -> Vec<SummaryRow> {
    let row = |key: &str, date| SummaryRow {
        key: key.to_owned(),
        value: in_words(date),
        href: None,
        what: None,
    };
    vec![
        row("Opens", dates.opens_on),
        row("Checking from", dates.checking_on),
        row("Closes", dates.closes_on),
        row("Tables come out", dates.publishes_on),
        row("Staff and caseload as at", dates.census_on),
    ]
}

/// An open cycle, for samples.
pub(crate) fn sample() -> Cycle {
    use domain::cycles::CycleKey;
    use domain::ids::{CycleId, QuestionnaireId};
    use jiff::civil::date;
    use uuid::Uuid;
    Cycle {
        id: CycleId(Uuid::nil()),
        key: CycleKey::parse("2026-27").unwrap_or_else(|problem| panic!("{}", problem.message)),
        name: "Children's Services Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
        state: CycleState::Open,
        dates: KeyDates {
            opens_on: date(2026, 11, 1),
            checking_on: date(2027, 1, 4),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire: QuestionnaireId(Uuid::nil()),
    }
}
