//! The second step at sign-in: set it up, remove it.

use app::accounts::{self, SecondFactorSetUp, SignedIn};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::refusal;
use crate::cookies;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The page on which somebody sets up the second step.
#[derive(Clone, Debug, Serialize)]
pub struct SecondStepPage {
    /// The frame.
    pub layout: Layout,
    /// The secret to type into the app.
    pub secret: String,
    /// The link that opens the app.
    pub link: String,
}

impl SecondStepPage {
    fn new(layout: Layout, set_up: SecondFactorSetUp) -> Self {
        SecondStepPage {
            layout: layout.titled("Set up a second step").with_back("/account"),
            secret: set_up.secret,
            link: set_up.link,
        }
    }
}

impl Page for SecondStepPage {
    const TEMPLATE: &'static str = "accounts/second_step.html";

    fn samples() -> Vec<SecondStepPage> {
        let set_up = SecondFactorSetUp {
            secret: "ABCD EFGH".to_owned(),
            link: "otpauth://totp/a?secret=ABCDEFGH".to_owned(),
        };
        let errors = vec![ErrorLink::at("code", "The code is not right")];
        vec![
            SecondStepPage::new(Layout::sample(""), set_up.clone()),
            SecondStepPage::new(Layout::sample("").with_errors(errors), set_up),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// The page on which somebody removes the second step.
#[derive(Clone, Debug, Serialize)]
pub struct RemoveSecondStepPage {
    /// The frame.
    pub layout: Layout,
}

impl RemoveSecondStepPage {
    fn new(layout: Layout) -> Self {
        RemoveSecondStepPage {
            layout: layout.titled("Remove the second step").with_back("/account"),
        }
    }
}

impl Page for RemoveSecondStepPage {
    const TEMPLATE: &'static str = "accounts/remove_second_step.html";

    fn samples() -> Vec<RemoveSecondStepPage> {
        let errors = vec![ErrorLink::at("password", "The password is not right")];
        vec![
            RemoveSecondStepPage::new(Layout::sample("")),
            RemoveSecondStepPage::new(Layout::sample("").with_errors(errors)),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// The code that proves that the app is set up.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    code: String,
}

/// The password that proves who removes the second step.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RemoveForm {
    password: String,
}

/// The secret and the form; the same secret until it is confirmed.
pub async fn get(State(state): State<WebState>, Signed(who): Signed, layout: Layout) -> Answer {
    show(&state, &who, layout, StatusCode::OK).await
}

async fn show(state: &WebState, who: &SignedIn, layout: Layout, status: StatusCode) -> Answer {
    let set_up = accounts::add_second_factor(&state.app, who).await?;
    Ok(state
        .templates
        .show_as(status, &SecondStepPage::new(layout, set_up)))
}

/// Confirms it.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    layout: Layout,
    Form(form): Form<ConfirmForm>,
) -> Answer {
    match accounts::confirm_second_factor(&state.app, &who, &form.code).await {
        Ok(session) => {
            let response = cookies::signed_in(to_account(), &state, &session);
            let said = "The second step is on: from now on, signing in asks for a code.";
            Ok(cookies::with_notice(response, &state, said))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "code")?;
            show(&state, &who, layout.with_errors(errors), status).await
        }
    }
}

fn to_account() -> Response {
    Redirect::to("/account").into_response()
}

/// The form that removes it.
pub async fn get_remove(State(state): State<WebState>, layout: Layout) -> Answer {
    Ok(state.templates.show(&RemoveSecondStepPage::new(layout)))
}

/// Removes it.
pub async fn post_remove(
    State(state): State<WebState>,
    Signed(who): Signed,
    layout: Layout,
    Form(form): Form<RemoveForm>,
) -> Answer {
    match accounts::remove_second_factor(&state.app, &who, &form.password).await {
        Ok(()) => Ok(cookies::with_notice(
            to_account(),
            &state,
            "The second step was removed.",
        )),
        Err(error) => {
            let (status, errors) = refusal(error, "password")?;
            let page = RemoveSecondStepPage::new(layout.with_errors(errors));
            Ok(state.templates.show_as(status, &page))
        }
    }
}
