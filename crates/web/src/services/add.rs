//! Adding a service by hand.

use app::AppError;
use app::services::{NewService, add, board};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// The form.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct AddForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    reference: String,
}

/// The page with the form.
#[derive(Serialize)]
pub struct AddPage {
    /// The frame.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// Where the form is sent.
    pub action: String,
    /// What was typed.
    pub form: AddForm,
    /// What is wrong with the name; empty when nothing is.
    pub name_error: String,
    /// What is wrong with the reference; empty when nothing is.
    pub reference_error: String,
}

/// Shows the form.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let board = board(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(state.templates.show(&page(
        layout,
        &board.organisation.name,
        &place,
        AddForm::default(),
    )))
}

/// Adds the service and opens its task list.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
    Form(form): Form<AddForm>,
) -> Result<Response, WebError> {
    let new = NewService {
        name: form.name.clone(),
        reference: form.reference.clone(),
    };
    match add(&state.app, &who.actor, &place.cycle, &place.organisation, &new).await {
        Ok(service) => Ok(Redirect::to(&format!("{}/{service}", place.board())).into_response()),
        Err(AppError::Refused(problems)) => {
            let board = board(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
            let mut errors = Vec::new();
            let mut drawn = page(layout, &board.organisation.name, &place, form);
            for problem in &problems {
                errors.push(ErrorLink::at(&problem.place, &problem.message));
                match problem.place.as_str() {
                    "reference" => drawn.reference_error.clone_from(&problem.message),
                    _ => drawn.name_error.clone_from(&problem.message),
                }
            }
            drawn.layout = drawn.layout.with_errors(errors);
            Ok(state.templates.show(&drawn))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(layout: Layout, organisation: &str, place: &OrganisationPlace, form: AddForm) -> AddPage {
    AddPage {
        layout: layout.titled("Add a service").with_back(&place.board()),
        organisation: organisation.to_owned(),
        action: format!("{}/new", place.board()),
        form,
        name_error: String::new(),
        reference_error: String::new(),
    }
}

impl Page for AddPage {
    const TEMPLATE: &'static str = "services/add.html";

    fn samples() -> Vec<Self> {
        let place = OrganisationPlace {
            cycle: "2026-27".to_owned(),
            organisation: "E06000009".to_owned(),
        };
        let empty = page(
            Layout::sample("Add a service"),
            "Blackpool",
            &place,
            AddForm::default(),
        );
        let errors = vec![ErrorLink::at("name", "Enter the name of the service")];
        let layout = Layout::sample("Add a service").with_errors(errors);
        let mut wrong = page(layout, "Blackpool", &place, AddForm::default());
        "Enter the name of the service".clone_into(&mut wrong.name_error);
        "Your organisation already uses this reference".clone_into(&mut wrong.reference_error);
        vec![empty, wrong]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
