//! Signing off, and the receipts of earlier revisions.

use app::AppError;
use app::sign_off::{SignOffView, in_words, sign_off, view};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::participations::ParticipationState;
use domain::problem::Problem;
use domain::sign_off::DECLARATION;
use serde::{Deserialize, Serialize};

use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// How many obstacles the page lists.
const SHOWN: usize = 50;

/// The form.
#[derive(Debug, Deserialize)]
pub struct SignOffForm {
    #[serde(default)]
    declared: String,
}

/// The page: what is in the way, the declaration, and what is sealed.
#[derive(Serialize)]
pub struct SignOffPage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// The organisation's name.
    pub organisation: String,
    /// Where the form is sent.
    pub action: String,
    /// The organisation's services.
    pub board: String,
    /// The check report.
    pub check_report: String,
    /// How many services would be sealed.
    pub service_count: usize,
    /// What is in the way.
    pub obstacles: Vec<Obstacle>,
    /// How many more there are than are listed.
    pub further_obstacle_count: usize,
    /// Whether this person may sign off.
    pub may_sign_off: bool,
    /// Whether the returns are sealed now.
    pub is_signed_off: bool,
    /// The words to declare.
    pub declaration: &'static str,
    /// What is wrong with the form; empty when nothing is.
    pub error: String,
    /// The sealed revisions, newest first.
    pub receipts: Vec<Receipt>,
}

/// One thing that is in the way.
#[derive(Serialize)]
pub struct Obstacle {
    /// What.
    pub text: String,
    /// Where to put it right; empty where there is no page for it.
    pub href: String,
}

/// One sealed revision.
#[derive(Serialize)]
pub struct Receipt {
    /// Its number.
    pub revision: i64,
    /// Who declared.
    pub person: String,
    /// When, in words.
    pub at: String,
    /// How many services.
    pub service_count: i64,
    /// The hash of the content.
    pub content_hash: String,
}

/// Shows what is in the way, the declaration, and what is sealed.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(state.templates.show(&page(layout, &view, &place, &[])))
}

/// Signs off.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
    Form(form): Form<SignOffForm>,
) -> Result<Response, WebError> {
    let declared = form.declared == "yes";
    match sign_off(
        &state.app,
        &who.actor,
        &place.cycle,
        &place.organisation,
        declared,
    )
    .await
    {
        Ok(_) => Ok(Redirect::to(&format!("{}/sign-off", place.base())).into_response()),
        Err(AppError::Refused(problems)) => {
            let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
            Ok(state.templates.show(&page(layout, &view, &place, &problems)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(layout: Layout, view: &SignOffView, place: &OrganisationPlace, problems: &[Problem]) -> SignOffPage {
    let error = problems.iter().find(|problem| problem.place == "declared");
    let mut errors = Vec::new();
    for problem in problems.iter().take(SHOWN) {
        let target = if problem.place == "declared" {
            "declared"
        } else {
            "obstacles"
        };
        errors.push(ErrorLink::at(target, &problem.message));
    }
    let obstacles = view
        .obstacles
        .iter()
        .take(SHOWN)
        .map(|problem| obstacle(problem, place))
        .collect();
    let receipts = view
        .sealed
        .iter()
        .map(|sealed| Receipt {
            revision: sealed.revision,
            person: sealed.person_name.clone(),
            at: in_words(sealed.at),
            service_count: sealed.service_count,
            content_hash: sealed.content_hash.clone(),
        })
        .collect();
    let is_signed_off = view.participation.state == ParticipationState::SignedOff;
    SignOffPage {
        layout: layout
            .titled(if is_signed_off { "Signed off" } else { "Sign off" })
            .with_back(&place.board())
            .with_errors(errors),
        cycle: view.cycle.name.clone(),
        organisation: view.organisation.name.clone(),
        action: format!("{}/sign-off", place.base()),
        board: place.board(),
        check_report: format!("{}/check-report", place.base()),
        service_count: view.service_count,
        obstacles,
        further_obstacle_count: view.obstacles.len().saturating_sub(SHOWN),
        may_sign_off: view.may_sign_off,
        is_signed_off,
        declaration: DECLARATION,
        error: error.map(|problem| problem.message.clone()).unwrap_or_default(),
        receipts,
    }
}

fn obstacle(problem: &Problem, place: &OrganisationPlace) -> Obstacle {
    let href = match problem.place.strip_prefix("service/") {
        Some(service) => format!("{}/{service}/check-answers", place.board()),
        None => String::new(),
    };
    Obstacle {
        text: problem.message.clone(),
        href,
    }
}

impl Page for SignOffPage {
    const TEMPLATE: &'static str = "services/sign_off.html";

    fn samples() -> Vec<Self> {
        let sample = |obstacles: Vec<Obstacle>, is_signed_off: bool, error: &str| SignOffPage {
            layout: Layout::sample("Sign off"),
            cycle: "Children's Services Mapping 2026/27".to_owned(),
            organisation: "Blackpool Borough Council".to_owned(),
            action: "/somewhere".to_owned(),
            board: "/services".to_owned(),
            check_report: "/check-report".to_owned(),
            service_count: 5,
            further_obstacle_count: obstacles.len(),
            obstacles,
            may_sign_off: true,
            is_signed_off,
            declaration: DECLARATION,
            error: error.to_owned(),
            receipts: vec![Receipt {
                revision: 1,
                person: "Bea Mapping".to_owned(),
                at: "3 February 2027 at 14:05".to_owned(),
                service_count: 5,
                content_hash: "0f1e2d".repeat(10),
            }],
        };
        let obstacle = |href: &str| Obstacle {
            text: "Health visiting: enter the total cost".to_owned(),
            href: href.to_owned(),
        };
        vec![
            sample(vec![obstacle("/services/1"), obstacle("")], false, ""),
            sample(Vec::new(), true, ""),
            sample(Vec::new(), false, "Confirm that you have checked the returns"),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
