//! One's own account: name, roles, password, second step, sessions.

use app::accounts;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::roles::describe;
use crate::content::SummaryRow;
use crate::cookies;
use crate::error::Answer;
use crate::page::{Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The page about one's own account.
#[derive(Clone, Debug, Serialize)]
pub struct AccountPage {
    /// The frame.
    pub layout: Layout,
    /// Name, post, address, password, second step.
    pub rows: Vec<SummaryRow>,
    /// What the person is.
    pub roles: Vec<String>,
    /// Where the person has signed in.
    pub sessions: Vec<SessionLine>,
}

/// One place in which the person has signed in.
#[derive(Clone, Debug, Serialize)]
pub struct SessionLine {
    /// Which, for the form that ends it.
    pub key: String,
    /// What it runs on.
    pub device: String,
    /// When it was last used.
    pub seen: String,
    /// Whether it is this one.
    pub is_this_one: bool,
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "accounts/account.html";

    fn samples() -> Vec<AccountPage> {
        let line = |key: &str, is_this_one| SessionLine {
            key: key.to_owned(),
            device: "Firefox on Windows".to_owned(),
            seen: "22 November 2026, 10:00".to_owned(),
            is_this_one,
        };
        let usual = AccountPage {
            layout: Layout::sample("Your account"),
            rows: vec![row("Name", "Bea Mapping", Some("/account/name"))],
            roles: vec!["Mapping lead, South Example Council".to_owned()],
            sessions: vec![line("0", true), line("1", false)],
        };
        let bare = AccountPage {
            roles: Vec::new(),
            sessions: vec![line("0", true)],
            ..usual.clone()
        };
        vec![usual, bare]
    }
}

fn row(key: &str, value: &str, href: Option<&str>) -> SummaryRow {
    SummaryRow {
        key: key.to_owned(),
        value: value.to_owned(),
        href: href.map(str::to_owned),
        what: Some(key.to_lowercase()),
    }
}

/// Which session to end.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    key: String,
}

/// The page.
pub async fn get(State(state): State<WebState>, Signed(who): Signed, layout: Layout) -> Answer {
    let mut conn = state.app.reader().conn().await?;
    let person = storage::people::get(&mut conn, who.actor.person()).await?;
    let mut roles = Vec::new();
    for grant in who.actor.grants() {
        roles.push(describe(&mut conn, grant).await?);
    }
    drop(conn);
    let second_step = if accounts::has_second_factor(&state.app, &who).await? {
        row(
            "Second step",
            "On: sign-in asks for a code",
            Some("/account/second-step/remove"),
        )
    } else {
        row("Second step", "Off", Some("/account/second-step"))
    };
    let mut sessions = Vec::new();
    for session in accounts::sessions(&state.app, &who).await? {
        sessions.push(SessionLine {
            key: session.key.to_text(),
            device: session.device,
            seen: in_london(session.seen_at),
            is_this_one: session.is_this_one,
        });
    }
    Ok(state.templates.show(&AccountPage {
        layout: layout.titled("Your account"),
        rows: vec![
            row("Name", &person.name, Some("/account/name")),
            row("Post", &person.post, Some("/account/name")),
            row("Email address", person.email.as_str(), None),
            row("Password", "Set", Some("/account/password")),
            second_step,
        ],
        roles,
        sessions,
    }))
}

fn in_london(at: Timestamp) -> String {
    match at.in_tz("Europe/London") {
        Ok(zoned) => zoned.strftime("%-d %B %Y, %H:%M").to_string(),
        Err(_) => at.to_string(),
    }
}

/// Ends one of one's sessions.
pub async fn end_session(
    State(state): State<WebState>,
    Signed(who): Signed,
    Form(form): Form<EndForm>,
) -> Answer {
    accounts::end_session(&state.app, &who, &form.key).await?;
    let response = Redirect::to("/account").into_response();
    Ok(cookies::with_notice(
        response,
        &state,
        "That session was signed out.",
    ))
}

/// Signs out everywhere, here too.
pub async fn end_all_sessions(State(state): State<WebState>, Signed(who): Signed) -> Answer {
    accounts::sign_out_everywhere(&state.app, &who).await?;
    let response = cookies::signed_out(Redirect::to("/sign-in").into_response(), &state);
    Ok(cookies::with_notice(
        response,
        &state,
        "You have signed out everywhere.",
    ))
}
