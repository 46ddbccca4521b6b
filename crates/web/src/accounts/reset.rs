//! A forgotten password.

use app::accounts;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use serde::{Deserialize, Serialize};

use super::refusal;
use crate::cookies;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Caller;
use crate::state::WebState;

/// The page on which somebody asks for a link to reset their password.
#[derive(Clone, Debug, Serialize)]
pub struct AskResetPage {
    /// The frame.
    pub layout: Layout,
    /// The address, as typed before.
    pub email: String,
}

impl AskResetPage {
    fn new(layout: Layout, email: &str) -> Self {
        AskResetPage {
            layout: layout.titled("Reset your password").with_back("/sign-in"),
            email: email.to_owned(),
        }
    }
}

impl Page for AskResetPage {
    const TEMPLATE: &'static str = "accounts/ask_reset.html";

    fn samples() -> Vec<AskResetPage> {
        let errors = vec![ErrorLink::at("email", "Enter an email address")];
        vec![
            AskResetPage::new(Layout::new(""), ""),
            AskResetPage::new(Layout::new("").with_errors(errors), "bea"),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// What everybody is told who asked, whether or not there is such an account.
#[derive(Clone, Debug, Serialize)]
pub struct ResetAskedPage {
    /// The frame.
    pub layout: Layout,
}

impl Page for ResetAskedPage {
    const TEMPLATE: &'static str = "accounts/reset_asked.html";

    fn samples() -> Vec<ResetAskedPage> {
        vec![ResetAskedPage {
            layout: Layout::new("Check your email"),
        }]
    }
}

/// The page on which somebody with a link chooses a new password.
#[derive(Clone, Debug, Serialize)]
pub struct ResetPage {
    /// The frame.
    pub layout: Layout,
}

impl ResetPage {
    fn new(layout: Layout) -> Self {
        ResetPage {
            layout: layout.titled("Choose a new password"),
        }
    }
}

impl Page for ResetPage {
    const TEMPLATE: &'static str = "accounts/reset.html";

    fn samples() -> Vec<ResetPage> {
        let errors = vec![ErrorLink::at("password", "This password is too easy to guess")];
        vec![
            ResetPage::new(Layout::new("")),
            ResetPage::new(Layout::new("").with_errors(errors)),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// The address of somebody who forgot their password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AskResetForm {
    email: String,
}

/// The new password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ResetForm {
    password: String,
}

/// The form that asks for a link.
pub async fn get(State(state): State<WebState>, layout: Layout) -> Answer {
    Ok(state.templates.show(&AskResetPage::new(layout, "")))
}

/// Sends the link; says the same to everybody.
pub async fn post(
    State(state): State<WebState>,
    Caller(visitor): Caller,
    layout: Layout,
    Form(form): Form<AskResetForm>,
) -> Answer {
    match accounts::ask_reset(&state.app, &form.email, &visitor).await {
        Ok(()) => Ok(state.templates.show(&ResetAskedPage {
            layout: layout.titled("Check your email"),
        })),
        Err(error) => {
            let (status, errors) = refusal(error, "email")?;
            let page = AskResetPage::new(layout.with_errors(errors), &form.email);
            Ok(state.templates.show_as(status, &page))
        }
    }
}

/// The form behind a link.
pub async fn get_link(State(state): State<WebState>, Path(token): Path<String>, layout: Layout) -> Answer {
    accounts::check_reset(&state.app, &token).await?;
    Ok(state.templates.show(&ResetPage::new(layout)))
}

/// Keeps the new password.
pub async fn post_link(
    State(state): State<WebState>,
    Path(token): Path<String>,
    layout: Layout,
    Form(form): Form<ResetForm>,
) -> Answer {
    accounts::check_reset(&state.app, &token).await?;
    match accounts::reset(&state.app, &token, &form.password).await {
        Ok(()) => {
            let response = cookies::signed_out(Redirect::to("/sign-in").into_response(), &state);
            let said = "Your password was changed. Sign in with the new one.";
            Ok(cookies::with_notice(response, &state, said))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "password")?;
            Ok(state
                .templates
                .show_as(status, &ResetPage::new(layout.with_errors(errors))))
        }
    }
}
