//! Organisations in a cycle as the national team sees them: list, invitations, one organisation's part.

pub mod arms;
pub mod invite;
pub mod list;
pub mod nominate;
pub mod reason;
pub mod show;

use app::AppError;
use app::participations::PartView;
use domain::participations::ParticipationState;
use domain::problem::Problem;
use domain::roles::Right;
use serde::Deserialize;

use crate::page::ErrorLink;
use crate::route::{Need, Route};

/// The keys in the address of an organisation's part in a cycle.
#[derive(Debug, Clone, Deserialize)]
pub struct PartPlace {
    /// The cycle's key.
    pub cycle: String,
    /// The organisation's code.
    pub organisation: String,
}

impl PartPlace {
    /// The address of the page.
    pub fn base(&self) -> String {
        base(&self.cycle, &self.organisation)
    }
}

/// The address of an organisation's part in a cycle.
pub fn base(cycle: &str, organisation: &str) -> String {
    format!("/cycles/{cycle}/organisations/{organisation}/participation")
}

const LIST: &str = "/cycles/{cycle}/organisations";
const INVITE: &str = "/cycles/{cycle}/organisations/invite";
const PART: &str = "/cycles/{cycle}/organisations/{organisation}/participation";
const NOMINATE: &str = "/cycles/{cycle}/organisations/{organisation}/participation/nominate";
const DECLINE: &str = "/cycles/{cycle}/organisations/{organisation}/participation/decline";
const INVITE_AGAIN: &str = "/cycles/{cycle}/organisations/{organisation}/participation/invite-again";
const REOPEN: &str = "/cycles/{cycle}/organisations/{organisation}/participation/reopen";
const ARMS: &str = "/cycles/{cycle}/organisations/{organisation}/participation/arms";

/// Their routes.
pub fn routes() -> Vec<Route> {
    let see = Need::Right(Right::SeeProgress);
    let manage = Need::Right(Right::ManageParticipations);
    let reopen = Need::Right(Right::Reopen);
    vec![
        Route::get(LIST, see, list::get),
        Route::get(INVITE, manage, invite::get),
        Route::post(INVITE, manage, invite::post),
        Route::get(PART, see, show::get),
        Route::get(NOMINATE, manage, nominate::get),
        Route::post(NOMINATE, manage, nominate::post),
        Route::get(DECLINE, manage, reason::get_decline),
        Route::post(DECLINE, manage, reason::post_decline),
        Route::post(INVITE_AGAIN, manage, show::post_invite_again),
        Route::get(REOPEN, reopen, reason::get_reopen),
        Route::post(REOPEN, reopen, reason::post_reopen),
        Route::get(ARMS, manage, arms::get),
        Route::post(ARMS, manage, arms::post),
    ]
}

/// The colour of a state.
fn colour(state: ParticipationState) -> &'static str {
    match state {
        ParticipationState::Invited => "grey",
        ParticipationState::Nominated => "yellow",
        ParticipationState::Registered | ParticipationState::SetUp => "light-blue",
        ParticipationState::Collecting => "blue",
        ParticipationState::SignedOff => "green",
        ParticipationState::Reopened => "orange",
        ParticipationState::Declined => "red",
        ParticipationState::InArms => "purple",
    }
}

/// The errors of a form that has these fields. What concerns no field is not for the form to say: it goes on as
/// a failure, and becomes a page of its own.
fn form_errors(error: AppError, fields: &[&str]) -> Result<Vec<ErrorLink>, AppError> {
    match error {
        AppError::Refused(problems) if concern(&problems, fields) => Ok(ErrorLink::for_problems(&problems)),
        other => Err(other),
    }
}

fn concern(problems: &[Problem], fields: &[&str]) -> bool {
    problems
        .iter()
        .all(|problem| fields.contains(&problem.place.as_str()))
}

/// An organisation's part in an open cycle, for samples.
fn sample(state: ParticipationState) -> PartView {
    use domain::ids::{OrganisationId, ParticipationId};
    use domain::organisations::{ListedOrganisation, OrganisationKind};
    use domain::participations::Participation;
    use uuid::Uuid;
    let cycle = crate::cycles::sample();
    let organisation = ListedOrganisation {
        code: "QOP".to_owned(),
        code_scheme: "ods".to_owned(),
        name: "NHS Greater Manchester Integrated Care Board".to_owned(),
        kind: OrganisationKind::IntegratedCareBoard,
        region: Some(domain::areas::AreaCode::new("E12000002")),
        area: None,
        valid_from: None,
        valid_to: None,
        source: String::new(),
    }
    .identified(OrganisationId(Uuid::nil()));
    PartView {
        participation: Participation {
            id: ParticipationId(Uuid::nil()),
            cycle: cycle.id,
            organisation: organisation.id,
            state,
            revision: 1,
            reason: String::new(),
        },
        cycle,
        organisation,
        nominations: Vec::new(),
        sealed: Vec::new(),
        body: None,
        arms: Vec::new(),
        may_manage: true,
        may_reopen: true,
    }
}
