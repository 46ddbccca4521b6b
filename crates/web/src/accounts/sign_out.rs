//! Signing out.

use app::accounts;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::cookies;
use crate::error::Answer;
use crate::session::Signed;
use crate::state::WebState;

/// Ends the session.
pub async fn post(State(state): State<WebState>, Signed(who): Signed) -> Answer {
    accounts::sign_out(&state.app, &who).await?;
    let response = Redirect::to("/sign-in").into_response();
    let response = cookies::signed_out(response, &state);
    Ok(cookies::with_notice(response, &state, "You have signed out."))
}
