//! Changing the dates of a cycle.

use app::AppError;
use app::services::cycle_by_key;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect};
use domain::cycles::Cycle;
use serde::Serialize;

use super::CyclePlace;
use crate::cookies::with_notice;
use crate::error::Answer;
use crate::key_dates::{self, DateQuestion, Fields};
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The form for the dates of a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct DatesPage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// The dates.
    pub dates: Vec<DateQuestion>,
}

/// Shows the dates as they are.
pub async fn get(State(state): State<WebState>, Path(place): Path<CyclePlace>, layout: Layout) -> Answer {
    let cycle = find(&state, &place).await?;
    let fields = key_dates::fields_of(&cycle.dates);
    Ok(state.templates.show(&page(layout, &cycle, &fields)))
}

/// Changes the dates and shows the cycle.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<CyclePlace>,
    layout: Layout,
    Form(fields): Form<Fields>,
) -> Answer {
    let cycle = find(&state, &place).await?;
    let errors = match key_dates::read(&fields) {
        Ok(dates) => match app::cycles::change_dates(&state.app, &who.actor, cycle.id, dates).await {
            Ok(_) => {
                let response = Redirect::to(&place.base()).into_response();
                return Ok(with_notice(response, &state, "The dates have been changed."));
            }
            Err(AppError::Refused(problems)) if problems.iter().all(|one| one.place.ends_with("_on")) => {
                ErrorLink::for_problems(&problems)
            }
            Err(other) => return Err(other.into()),
        },
        Err(errors) => errors,
    };
    Ok(state
        .templates
        .show(&page(layout.with_errors(errors), &cycle, &fields)))
}

async fn find(state: &WebState, place: &CyclePlace) -> Result<Cycle, AppError> {
    let mut conn = state.app.reader().conn().await?;
    cycle_by_key(&mut conn, &place.cycle).await
}

fn page(layout: Layout, cycle: &Cycle, fields: &Fields) -> DatesPage {
    DatesPage {
        layout: layout
            .titled("Change the dates")
            .with_back(&format!("/cycles/{}", cycle.key.as_str())),
        cycle: cycle.name.clone(),
        dates: key_dates::questions(fields),
    }
}

impl Page for DatesPage {
    const TEMPLATE: &'static str = "cycles/dates.html";

    fn samples() -> Vec<DatesPage> {
        let cycle = super::sample();
        let errors = key_dates::read(&Fields::new()).err().unwrap_or_default();
        vec![
            page(Layout::sample(""), &cycle, &key_dates::fields_of(&cycle.dates)),
            page(Layout::sample("").with_errors(errors), &cycle, &Fields::new()),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
