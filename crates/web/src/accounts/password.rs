//! One's own password.

use app::accounts;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use serde::{Deserialize, Serialize};

use super::refusal;
use crate::cookies;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The page on which somebody changes their password.
#[derive(Clone, Debug, Serialize)]
pub struct PasswordPage {
    /// The frame.
    pub layout: Layout,
}

impl PasswordPage {
    fn new(layout: Layout) -> Self {
        PasswordPage {
            layout: layout.titled("Change your password").with_back("/account"),
        }
    }
}

impl Page for PasswordPage {
    const TEMPLATE: &'static str = "accounts/password.html";

    fn samples() -> Vec<PasswordPage> {
        let errors = vec![
            ErrorLink::at("current_password", "The password is not right"),
            ErrorLink::at("new_password", "This password is too easy to guess"),
        ];
        vec![
            PasswordPage::new(Layout::sample("")),
            PasswordPage::new(Layout::sample("").with_errors(errors)),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// The current password and the new one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    current_password: String,
    new_password: String,
}

/// The form.
pub async fn get(State(state): State<WebState>, layout: Layout) -> Answer {
    Ok(state.templates.show(&PasswordPage::new(layout)))
}

/// Keeps the new password.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    layout: Layout,
    Form(form): Form<PasswordForm>,
) -> Answer {
    match accounts::change_password(&state.app, &who, &form.current_password, &form.new_password).await {
        Ok(session) => {
            let response = cookies::signed_in(Redirect::to("/account").into_response(), &state, &session);
            let said = "Your password was changed, and every other session was signed out.";
            Ok(cookies::with_notice(response, &state, said))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "current_password")?;
            Ok(state
                .templates
                .show_as(status, &PasswordPage::new(layout.with_errors(errors))))
        }
    }
}
