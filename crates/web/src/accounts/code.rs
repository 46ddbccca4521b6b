//! The second step of signing in.

use app::accounts;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use serde::{Deserialize, Serialize};

use super::refusal;
use super::sign_in::Next;
use crate::cookies;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::route::safe_next;
use crate::session::CodeDue;
use crate::state::WebState;

/// The page on which somebody enters the code from their app.
#[derive(Clone, Debug, Serialize)]
pub struct CodePage {
    /// The frame.
    pub layout: Layout,
    /// Where to go afterwards.
    pub next: String,
}

impl CodePage {
    fn new(layout: Layout, next: &str) -> Self {
        CodePage {
            layout: layout.titled("Enter your code").with_back("/sign-in"),
            next: safe_next(next).to_owned(),
        }
    }
}

impl Page for CodePage {
    const TEMPLATE: &'static str = "accounts/code.html";

    fn samples() -> Vec<CodePage> {
        let errors = vec![ErrorLink::at("code", "The code is not right")];
        vec![
            CodePage::new(Layout::new(""), ""),
            CodePage::new(Layout::new("").with_errors(errors), "/account"),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// The code, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
    next: String,
}

/// The form, for somebody whose password was right a moment ago.
pub async fn get(
    State(state): State<WebState>,
    CodeDue(token): CodeDue,
    Query(Next { next }): Query<Next>,
    layout: Layout,
) -> Answer {
    if token.is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    Ok(state.templates.show(&CodePage::new(layout, &next)))
}

/// Signs in, or shows the form again.
pub async fn post(
    State(state): State<WebState>,
    CodeDue(token): CodeDue,
    layout: Layout,
    Form(form): Form<CodeForm>,
) -> Answer {
    let Some(token) = token else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    match accounts::enter_code(&state.app, &token, &form.code).await {
        Ok(session) => {
            let response = Redirect::to(safe_next(&form.next)).into_response();
            Ok(cookies::signed_in(response, &state, &session))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "code")?;
            let page = CodePage::new(layout.with_errors(errors), &form.next);
            Ok(state.templates.show_as(status, &page))
        }
    }
}
