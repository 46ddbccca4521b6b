//! Moving a cycle on, after saying what that means.

use app::AppError;
use app::services::cycle_by_key;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use domain::cycles::{Cycle, CycleState};
use serde::{Deserialize, Serialize};

use super::show::step_name;
use crate::cookies::with_notice;
use crate::error::{Answer, WebError};
use crate::key_dates::in_words;
use crate::page::{Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The address of a step.
#[derive(Debug, Clone, Deserialize)]
pub struct StepPlace {
    cycle: String,
    state: String,
}

/// The page that asks whether to go on.
#[derive(Clone, Debug, Serialize)]
pub struct StepPage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// What the step means.
    pub consequence: String,
    /// What the button says.
    pub button: String,
    /// Where to go instead.
    pub cancel: String,
}

/// Says what the step means; a step that the cycle cannot take is refused here already.
pub async fn get(State(state): State<WebState>, Path(place): Path<StepPlace>, layout: Layout) -> Answer {
    let (cycle, to) = find(&state, &place).await?;
    cycle.move_to(to)?;
    Ok(state.templates.show(&page(layout, &cycle, to)))
}

/// Takes the step.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<StepPlace>,
) -> Answer {
    let (cycle, to) = find(&state, &place).await?;
    app::cycles::move_to(&state.app, &who.actor, cycle.id, to).await?;
    let response = Redirect::to(&format!("/cycles/{}", cycle.key.as_str())).into_response();
    let said = format!("The cycle is now {}.", to.label().to_lowercase());
    Ok(with_notice(response, &state, &said))
}

async fn find(state: &WebState, place: &StepPlace) -> Result<(Cycle, CycleState), WebError> {
    let Some(to) = CycleState::from_code(&place.state) else {
        return Err(WebError::from(AppError::NotFound("state")));
    };
    let mut conn = state.app.reader().conn().await?;
    Ok((cycle_by_key(&mut conn, &place.cycle).await?, to))
}

fn consequence(cycle: &Cycle, to: CycleState) -> String {
    let closes = in_words(cycle.dates.closes_on);
    match to {
        CycleState::Planned => "The cycle goes back to being planned.".to_owned(),
        CycleState::Sandbox => "Organisations can try the questionnaires. Nothing they enter is kept.".to_owned(),
        CycleState::Open => format!(
            "From {} to {closes} organisations can set up their services, answer and sign off.",
            in_words(cycle.dates.opens_on)
        ),
        CycleState::Checking => {
            format!("Organisations check what they have entered. They can still correct it until {closes}.")
        }
        CycleState::Closed => "Nobody can change answers any more, unless you reopen their organisation by name. \
                               Organisations that have not signed off will not be in the tables."
            .to_owned(),
        CycleState::Published => {
            "The tables are out, and the dates can no longer be changed. A published cycle does not open again."
                .to_owned()
        }
        CycleState::Archived => "The cycle is kept to be read. This cannot be undone.".to_owned(),
    }
}

fn page(layout: Layout, cycle: &Cycle, to: CycleState) -> StepPage {
    let name = step_name(cycle.state, to);
    let cancel = format!("/cycles/{}", cycle.key.as_str());
    StepPage {
        layout: layout.titled(name).with_back(&cancel),
        cycle: cycle.name.clone(),
        consequence: consequence(cycle, to),
        button: name.to_owned(),
        cancel,
    }
}

impl Page for StepPage {
    const TEMPLATE: &'static str = "cycles/step.html";

    fn samples() -> Vec<StepPage> {
        let cycle = super::sample();
        vec![page(Layout::sample(""), &cycle, CycleState::Closed)]
    }
}
