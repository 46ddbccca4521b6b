//! Bringing services of last year into this cycle.

use app::services::{board, carry, carryable};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use domain::ids::ServiceId;
use serde::Serialize;

use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// The services to choose from.
#[derive(Serialize)]
pub struct CarryPage {
    /// The frame.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// Where the form is sent.
    pub action: String,
    /// The services, all chosen at first.
    pub choices: Vec<CarryChoice>,
    /// What is wrong; empty when nothing is.
    pub error: String,
}

/// One service of last year.
#[derive(Serialize)]
pub struct CarryChoice {
    /// Its id.
    pub value: String,
    /// Its name and reference.
    pub text: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// Shows the services to choose from.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let page = choose(&state, &who.actor, &place, layout, "").await?;
    Ok(state.templates.show(&page))
}

/// Brings the chosen services.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let mut chosen: Vec<ServiceId> = Vec::new();
    for (name, value) in &sent {
        if name == "service"
            && let Ok(id) = value.parse()
        {
            chosen.push(id);
        }
    }
    if chosen.is_empty() {
        let page = choose(
            &state,
            &who.actor,
            &place,
            layout,
            "Select the services to bring from last year",
        )
        .await?;
        return Ok(state.templates.show(&page));
    }
    carry(
        &state.app,
        &who.actor,
        &place.cycle,
        &place.organisation,
        Some(&chosen),
    )
    .await?;
    Ok(Redirect::to(&place.board()).into_response())
}

async fn choose(
    state: &WebState,
    actor: &domain::access::Actor,
    place: &OrganisationPlace,
    layout: Layout,
    error: &str,
) -> Result<CarryPage, WebError> {
    let board = board(&state.app, actor, &place.cycle, &place.organisation).await?;
    let services = carryable(&state.app, actor, &place.cycle, &place.organisation).await?;
    let mut choices = Vec::new();
    for service in services {
        choices.push(CarryChoice {
            value: service.id.to_string(),
            text: format!("{} ({})", service.name, service.reference),
            checked: error.is_empty(),
        });
    }
    let errors = if error.is_empty() {
        Vec::new()
    } else {
        vec![ErrorLink::at("service", error)]
    };
    Ok(CarryPage {
        layout: layout
            .titled("Bring services from last year")
            .with_back(&place.board())
            .with_errors(errors),
        organisation: board.organisation.name,
        action: format!("{}/from-last-year", place.board()),
        choices,
        error: error.to_owned(),
    })
}

impl Page for CarryPage {
    const TEMPLATE: &'static str = "services/carry.html";

    fn samples() -> Vec<Self> {
        let sample = |choices, error: &str| CarryPage {
            layout: Layout::sample("Bring services from last year"),
            organisation: "Blackpool Borough Council".to_owned(),
            action: "/somewhere".to_owned(),
            choices,
            error: error.to_owned(),
        };
        let choice = CarryChoice {
            value: "1".to_owned(),
            text: "Health visiting (S001)".to_owned(),
            checked: true,
        };
        vec![
            sample(vec![choice], "Select the services to bring from last year"),
            sample(Vec::new(), ""),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
