//! Pages about accounts: signing in and out, a forgotten password, registration, one's own account.

pub mod account;
pub mod code;
pub mod name;
pub mod password;
pub mod register;
pub mod reset;
mod roles;
pub mod second_step;
pub mod sign_in;
pub mod sign_out;

use app::AppError;
use axum::http::StatusCode;

use crate::error::{WebError, wait_sentence};
use crate::page::ErrorLink;
use crate::route::{Need, Route};

/// Their routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Need::Anyone, sign_in::get),
        Route::post("/sign-in", Need::Anyone, sign_in::post),
        Route::get("/sign-in/code", Need::Anyone, code::get),
        Route::post("/sign-in/code", Need::Anyone, code::post),
        Route::post("/sign-out", Need::SignedIn, sign_out::post),
        Route::get("/reset-password", Need::Anyone, reset::get),
        Route::post("/reset-password", Need::Anyone, reset::post),
        Route::get("/reset-password/{token}", Need::Link, reset::get_link),
        Route::post("/reset-password/{token}", Need::Link, reset::post_link),
        Route::get("/register/{token}", Need::Link, register::get),
        Route::post("/register/{token}", Need::Link, register::post),
        Route::post("/register/{token}/accept", Need::SignedIn, register::accept),
        Route::get("/account", Need::SignedIn, account::get),
        Route::get("/account/name", Need::SignedIn, name::get),
        Route::post("/account/name", Need::SignedIn, name::post),
        Route::get("/account/password", Need::SignedIn, password::get),
        Route::post("/account/password", Need::SignedIn, password::post),
        Route::get("/account/second-step", Need::SignedIn, second_step::get),
        Route::post("/account/second-step", Need::SignedIn, second_step::post),
        Route::get(
            "/account/second-step/remove",
            Need::SignedIn,
            second_step::get_remove,
        ),
        Route::post(
            "/account/second-step/remove",
            Need::SignedIn,
            second_step::post_remove,
        ),
        Route::post("/account/sessions/end", Need::SignedIn, account::end_session),
        Route::post(
            "/account/sessions/end-all",
            Need::SignedIn,
            account::end_all_sessions,
        ),
    ]
}

/// What a form shows after a refusal: the problems at their fields, or how long to wait; anything else is not for
/// the form.
pub(crate) fn refusal(error: AppError, first_field: &str) -> Result<(StatusCode, Vec<ErrorLink>), WebError> {
    match error {
        AppError::Refused(problems) => Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            ErrorLink::for_problems(&problems),
        )),
        AppError::TooManyTries(seconds) => Ok((
            StatusCode::TOO_MANY_REQUESTS,
            vec![ErrorLink::at(first_field, &wait_sentence(seconds))],
        )),
        other => Err(other.into()),
    }
}
