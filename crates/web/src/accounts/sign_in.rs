//! Signing in with address and password.

use app::accounts::{self, SignIn};
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use serde::{Deserialize, Serialize};

use super::refusal;
use crate::cookies;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::route::{encode, safe_next};
use crate::session::{Caller, MaybeSigned};
use crate::state::WebState;

/// The page on which somebody signs in.
#[derive(Clone, Debug, Serialize)]
pub struct SignInPage {
    /// The frame.
    pub layout: Layout,
    /// The address, as typed before.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
}

impl SignInPage {
    fn new(layout: Layout, email: &str, next: &str) -> Self {
        SignInPage {
            layout: layout.titled("Sign in"),
            email: email.to_owned(),
            next: safe_next(next).to_owned(),
        }
    }
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "accounts/sign_in.html";

    fn samples() -> Vec<SignInPage> {
        let errors = vec![ErrorLink::at(
            "email",
            "The email address or password is not right",
        )];
        vec![
            SignInPage::new(Layout::new(""), "", ""),
            SignInPage::new(Layout::new("").with_errors(errors), "bea@example.org", "/account"),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    pub(super) next: String,
}

/// What somebody types to sign in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    email: String,
    password: String,
    next: String,
}

/// The form; somebody who has signed in is there already.
pub async fn get(
    State(state): State<WebState>,
    MaybeSigned(who): MaybeSigned,
    Query(wanted): Query<Next>,
    layout: Layout,
) -> Answer {
    if who.is_some() {
        return Ok(Redirect::to(safe_next(&wanted.next)).into_response());
    }
    Ok(state.templates.show(&SignInPage::new(layout, "", &wanted.next)))
}

/// Signs in, or asks for the code, or shows the form again.
pub async fn post(
    State(state): State<WebState>,
    Caller(visitor): Caller,
    layout: Layout,
    Form(form): Form<SignInForm>,
) -> Answer {
    match accounts::sign_in(&state.app, &form.email, &form.password, &visitor).await {
        Ok(SignIn::Done(session)) => {
            let response = Redirect::to(safe_next(&form.next)).into_response();
            Ok(cookies::signed_in(response, &state, &session))
        }
        Ok(SignIn::CodeDue(session)) => {
            let there = format!("/sign-in/code?next={}", encode(safe_next(&form.next)));
            let response = Redirect::to(&there).into_response();
            Ok(cookies::signed_in(response, &state, &session))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "email")?;
            let page = SignInPage::new(layout.with_errors(errors), &form.email, &form.next);
            Ok(state.templates.show_as(status, &page))
        }
    }
}
