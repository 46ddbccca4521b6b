//! Inviting a colleague.

use app::AppError;
use app::colleagues::{Invitation, OFFERED_ROLES, invite};
use app::services::{Board, board};
use axum::extract::{Form, Path, State};
use axum::response::Response;
use domain::problem::Problem;
use serde::{Deserialize, Serialize};

use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Notice, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// The form.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct ColleagueForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    service: String,
}

/// The page with the form.
#[derive(Serialize)]
pub struct ColleaguePage {
    /// The frame.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// Where the form is sent.
    pub action: String,
    /// What was typed.
    pub form: ColleagueForm,
    /// What is wrong, by field.
    pub wrong: Wrong,
    /// The roles on offer.
    pub roles: Vec<Choice>,
    /// The organisation's services.
    pub services: Vec<Choice>,
}

/// What is wrong with each field; empty where nothing is.
#[derive(Debug, Default, Serialize)]
pub struct Wrong {
    name: String,
    email: String,
    role: String,
    service: String,
}

/// Something to choose.
#[derive(Debug, Serialize)]
pub struct Choice {
    value: String,
    text: String,
}

/// Shows the form.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let board = board(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(state
        .templates
        .show(&page(layout, &board, &place, ColleagueForm::default(), &[])))
}

/// Sends the invitation.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
    Form(form): Form<ColleagueForm>,
) -> Result<Response, WebError> {
    let board = board(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let invitation = Invitation {
        name: form.name.clone(),
        email: form.email.clone(),
        role: form.role.clone(),
        service: form.service.clone(),
    };
    match invite(
        &state.app,
        &who.actor,
        &place.cycle,
        &place.organisation,
        &invitation,
    )
    .await
    {
        Ok(()) => {
            let notice = Notice::success(&format!("An invitation has been sent to {}.", form.name.trim()));
            let layout = layout.with_notice(notice);
            Ok(state
                .templates
                .show(&page(layout, &board, &place, ColleagueForm::default(), &[])))
        }
        Err(AppError::Refused(problems)) => Ok(state
            .templates
            .show(&page(layout, &board, &place, form, &problems))),
        Err(error) => Err(error.into()),
    }
}

fn page(
    layout: Layout,
    board: &Board,
    place: &OrganisationPlace,
    form: ColleagueForm,
    problems: &[Problem],
) -> ColleaguePage {
    let said = |field: &str| {
        let found = problems.iter().find(|problem| problem.place == field);
        found.map(|problem| problem.message.clone()).unwrap_or_default()
    };
    let errors = problems
        .iter()
        .map(|problem| ErrorLink::at(&problem.place, &problem.message))
        .collect();
    let choice = |value: String, text: String| Choice { value, text };
    ColleaguePage {
        layout: layout
            .titled("Invite a colleague")
            .with_back(&place.board())
            .with_errors(errors),
        organisation: board.organisation.name.clone(),
        action: format!("{}/colleagues/new", place.base()),
        wrong: Wrong {
            name: said("name"),
            email: said("email"),
            role: said("role"),
            service: said("service"),
        },
        form,
        roles: OFFERED_ROLES
            .iter()
            .map(|role| choice(role.code().to_owned(), role.label().to_owned()))
            .collect(),
        services: board
            .lines
            .iter()
            .map(|line| {
                choice(
                    line.service.to_string(),
                    format!("{} ({})", line.name, line.reference),
                )
            })
            .collect(),
    }
}

impl Page for ColleaguePage {
    const TEMPLATE: &'static str = "services/colleagues.html";

    fn samples() -> Vec<Self> {
        let sample = |error: &str| ColleaguePage {
            layout: Layout::sample("Invite a colleague"),
            organisation: "Blackpool Borough Council".to_owned(),
            action: "/somewhere".to_owned(),
            form: ColleagueForm::default(),
            wrong: Wrong {
                name: error.to_owned(),
                email: error.to_owned(),
                role: error.to_owned(),
                service: error.to_owned(),
            },
            roles: vec![Choice {
                value: "deputy".to_owned(),
                text: "Deputy mapping lead".to_owned(),
            }],
            services: vec![Choice {
                value: "1".to_owned(),
                text: "Health visiting (S001)".to_owned(),
            }],
        };
        vec![sample(""), sample("Enter your colleague's name")]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
