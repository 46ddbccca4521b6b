//! One's own name and post.

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

/// The page on which somebody corrects their name and post.
#[derive(Clone, Debug, Serialize)]
pub struct NamePage {
    /// The frame.
    pub layout: Layout,
    /// The name.
    pub name: String,
    /// The post.
    pub post: String,
}

impl NamePage {
    fn new(layout: Layout, name: &str, post: &str) -> Self {
        NamePage {
            layout: layout.titled("Your name and post").with_back("/account"),
            name: name.to_owned(),
            post: post.to_owned(),
        }
    }
}

impl Page for NamePage {
    const TEMPLATE: &'static str = "accounts/name.html";

    fn samples() -> Vec<NamePage> {
        let errors = vec![ErrorLink::at("name", "Enter your full name")];
        vec![
            NamePage::new(Layout::sample(""), "Bea Mapping", "Head of early help"),
            NamePage::new(Layout::sample("").with_errors(errors), "", ""),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// Name and post, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NameForm {
    name: String,
    post: String,
}

/// The form.
pub async fn get(State(state): State<WebState>, Signed(who): Signed, layout: Layout) -> Answer {
    let mut conn = state.app.reader().conn().await?;
    let person = storage::people::get(&mut conn, who.actor.person()).await?;
    Ok(state
        .templates
        .show(&NamePage::new(layout, &person.name, &person.post)))
}

/// Keeps them.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    layout: Layout,
    Form(form): Form<NameForm>,
) -> Answer {
    match accounts::change_name(&state.app, &who, &form.name, &form.post).await {
        Ok(()) => {
            let response = Redirect::to("/account").into_response();
            Ok(cookies::with_notice(
                response,
                &state,
                "Your name and post were saved.",
            ))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "name")?;
            let page = NamePage::new(layout.with_errors(errors), &form.name, &form.post);
            Ok(state.templates.show_as(status, &page))
        }
    }
}
