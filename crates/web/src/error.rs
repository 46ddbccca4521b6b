//! What a failed verb looks like from outside, decided in one place.

use app::AppError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Denied;
use domain::problem::Problem;
use serde::Serialize;
use storage::StorageError;

use crate::page::{Layout, Page};

/// What a handler answers: a page, or a failure that becomes one.
pub type Answer = Result<Response, WebError>;

/// A failure on its way out. A handler that shows a form catches [`AppError::Refused`] itself and shows the form
/// again; what it does not catch becomes a page here: 404 for what is not there, 403 for what is not allowed, 422
/// for what the person can put right, 429 with the time to wait, and 500 with a request id and nothing else.
#[derive(Debug)]
pub struct WebError(AppError);

impl<E: Into<AppError>> From<E> for WebError {
    fn from(error: E) -> Self {
        WebError(error.into())
    }
}

impl WebError {
    /// What is asked for is not there, or not for this person to know of.
    pub fn not_found(what: &'static str) -> Self {
        WebError(AppError::NotFound(what))
    }
}

/// Problems that no form caught; the guard around the handler draws a page of them.
#[derive(Debug, Clone)]
pub(crate) struct Uncaught(pub(crate) Vec<Problem>);

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        match self.0 {
            AppError::Refused(problems) => {
                let mut response = StatusCode::UNPROCESSABLE_ENTITY.into_response();
                response.extensions_mut().insert(Uncaught(problems));
                response
            }
            AppError::Denied(denied) => denied_response(denied),
            AppError::TooManyTries(seconds) => {
                let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
                let wait = HeaderValue::from_str(&seconds.to_string());
                if let Ok(wait) = wait {
                    response.headers_mut().insert(header::RETRY_AFTER, wait);
                }
                response
            }
            AppError::NotFound(_) | AppError::Store(StorageError::NotFound(_)) => {
                StatusCode::NOT_FOUND.into_response()
            }
            broken @ (AppError::Store(_) | AppError::Broken(_)) => {
                tracing::error!(because = %broken, "a request failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// A refusal that the guard keeps in the audit.
pub(crate) fn denied_response(denied: Denied) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    response.extensions_mut().insert(denied);
    response
}

/// What is wrong and what to do, in one line.
pub(crate) fn sentence(problem: &Problem) -> String {
    if problem.remedy.is_empty() {
        problem.message.clone()
    } else {
        format!("{}. {}", problem.message.trim_end_matches('.'), problem.remedy)
    }
}

/// How long to wait, for a person.
pub fn wait_sentence(seconds: i64) -> String {
    let (count, unit) = if seconds <= 90 {
        (seconds, "second")
    } else {
        ((seconds + 59) / 60, "minute")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("You have tried too many times. Wait {count} {unit}{plural}, then try again")
}

/// The page of problems that no form caught.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemPage {
    /// The frame.
    pub layout: Layout,
    /// What is wrong, one sentence each.
    pub messages: Vec<String>,
}

impl ProblemPage {
    pub(crate) fn new(layout: Layout, problems: &[Problem]) -> Self {
        ProblemPage {
            layout: layout.titled("You cannot go on from here"),
            messages: problems.iter().map(sentence).collect(),
        }
    }
}

impl Page for ProblemPage {
    const TEMPLATE: &'static str = "problem.html";

    fn samples() -> Vec<ProblemPage> {
        let problem =
            Problem::at("link", "link.not_working", "This link does not work").remedy("Ask for a new one");
        vec![
            ProblemPage::new(Layout::new(""), std::slice::from_ref(&problem)),
            ProblemPage::new(Layout::sample(""), &[problem.clone(), problem]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_follows_the_message_as_a_sentence() {
        let problem = Problem::at("code", "code.wrong", "The code is not right").remedy("Try the next one");
        assert_eq!(sentence(&problem), "The code is not right. Try the next one");
    }

    #[test]
    fn a_wait_is_told_in_seconds_and_then_in_minutes() {
        assert!(wait_sentence(1).contains("Wait 1 second, "));
        assert!(wait_sentence(300).contains("Wait 5 minutes, "));
    }

    #[test]
    fn the_operator_reads_what_broke_and_the_visitor_does_not() {
        let response = WebError::from(AppError::Broken("the disk is full".to_owned())).into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().get(header::CONTENT_TYPE).is_none());
    }
}
