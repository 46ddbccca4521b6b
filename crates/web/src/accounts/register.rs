//! Registration by a one-use link (A03).

use app::accounts::{self, Invitation, Registration};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use serde::{Deserialize, Serialize};

use super::refusal;
use crate::cookies;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::{Caller, MaybeSigned, Signed};
use crate::state::WebState;

/// The page on which somebody who was invited makes an account.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterPage {
    /// The frame.
    pub layout: Layout,
    /// To whom the invitation was sent; how they will sign in.
    pub email: String,
    /// What they are invited to: organisation and cycle.
    pub about: String,
    /// What they will be, such as "Mapping lead".
    pub roles: Vec<String>,
    /// Their name, as the inviter or they themselves wrote it.
    pub name: String,
    /// Their post, likewise.
    pub post: String,
}

impl RegisterPage {
    fn new(layout: Layout, invitation: &Invitation, name: &str, post: &str) -> Self {
        RegisterPage {
            layout: layout.titled("Create your account"),
            email: invitation.email.as_str().to_owned(),
            about: invitation.detail.about.clone(),
            roles: roles(invitation),
            name: name.to_owned(),
            post: post.to_owned(),
        }
    }
}

fn roles(invitation: &Invitation) -> Vec<String> {
    let offers = &invitation.detail.grants;
    offers.iter().map(|offer| offer.role.label().to_owned()).collect()
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "accounts/register.html";

    fn samples() -> Vec<RegisterPage> {
        let usual = RegisterPage {
            layout: Layout::new("Create your account"),
            email: "bea@example.org".to_owned(),
            about: "South Example Council, mapping 2026/27".to_owned(),
            roles: vec!["Mapping lead".to_owned()],
            name: "Bea Mapping".to_owned(),
            post: "Head of early help".to_owned(),
        };
        let errors = vec![
            ErrorLink::at("name", "Enter your full name"),
            ErrorLink::at("password", "Password must be 12 characters or more"),
        ];
        let bare = RegisterPage {
            layout: usual.layout.clone().with_errors(errors),
            about: String::new(),
            roles: Vec::new(),
            name: String::new(),
            ..usual.clone()
        };
        vec![usual, bare]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

/// The page for an invitation to somebody who has an account already.
#[derive(Clone, Debug, Serialize)]
pub struct AcceptPage {
    /// The frame.
    pub layout: Layout,
    /// To whom the invitation was sent.
    pub email: String,
    /// What they are invited to.
    pub about: String,
    /// What they will be.
    pub roles: Vec<String>,
    /// The link's secret, for the addresses on the page.
    pub token: String,
    /// Whether somebody has signed in.
    pub is_signed_in: bool,
}

impl Page for AcceptPage {
    const TEMPLATE: &'static str = "accounts/accept.html";

    fn samples() -> Vec<AcceptPage> {
        let stranger = AcceptPage {
            layout: Layout::new("You have an account already"),
            email: "bea@example.org".to_owned(),
            about: "South Example Council, mapping 2026/27".to_owned(),
            roles: vec!["Mapping lead".to_owned()],
            token: "0".to_owned(),
            is_signed_in: false,
        };
        let signed_in = AcceptPage {
            layout: Layout::sample("You have an account already"),
            about: String::new(),
            is_signed_in: true,
            ..stranger.clone()
        };
        vec![stranger, signed_in]
    }
}

/// What somebody tells when registering.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RegisterForm {
    name: String,
    post: String,
    password: String,
}

/// The form, or the way to an account that is there.
pub async fn get(
    State(state): State<WebState>,
    MaybeSigned(who): MaybeSigned,
    Path(token): Path<String>,
    layout: Layout,
) -> Answer {
    let invitation = accounts::invitation(&state.app, &token).await?;
    if invitation.has_account {
        return Ok(state.templates.show(&AcceptPage {
            layout: layout.titled("You have an account already"),
            email: invitation.email.as_str().to_owned(),
            about: invitation.detail.about.clone(),
            roles: roles(&invitation),
            token,
            is_signed_in: who.is_some(),
        }));
    }
    let detail = &invitation.detail;
    let page = RegisterPage::new(layout, &invitation, &detail.name, &detail.post);
    Ok(state.templates.show(&page))
}

/// Makes the account and signs in.
pub async fn post(
    State(state): State<WebState>,
    Caller(visitor): Caller,
    Path(token): Path<String>,
    layout: Layout,
    Form(form): Form<RegisterForm>,
) -> Answer {
    let invitation = accounts::invitation(&state.app, &token).await?;
    let registration = Registration {
        name: form.name.clone(),
        post: form.post.clone(),
        password: form.password,
    };
    match accounts::register(&state.app, &token, &registration, &visitor).await {
        Ok((_, session)) => {
            let response = cookies::signed_in(Redirect::to("/home").into_response(), &state, &session);
            Ok(cookies::with_notice(response, &state, "Your account is ready."))
        }
        Err(error) => {
            let (status, errors) = refusal(error, "password")?;
            let page = RegisterPage::new(layout.with_errors(errors), &invitation, &form.name, &form.post);
            Ok(state.templates.show_as(status, &page))
        }
    }
}

/// Adds the invitation to the account of whoever has signed in.
pub async fn accept(State(state): State<WebState>, Signed(who): Signed, Path(token): Path<String>) -> Answer {
    accounts::accept(&state.app, &who, &token).await?;
    let response = Redirect::to("/home").into_response();
    Ok(cookies::with_notice(
        response,
        &state,
        "The invitation was added to your account.",
    ))
}
