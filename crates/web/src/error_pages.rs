//! The pages for when something is not there, not allowed, too much, or broken: what happened, what to do next.

use crate::page::{Layout, Page};
use crate::templates::Templates;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use std::future::{Ready, ready};

/// A page instead of the one that was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorPage {
    /// The frame; the title is what happened.
    pub layout: Layout,
    /// What the person can do, one paragraph each.
    pub advice: Vec<&'static str>,
    #[serde(skip)]
    status: StatusCode,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error.html";

    fn samples() -> Vec<ErrorPage> {
        [400, 403, 404, 405, 409, 413, 429, 500, 503]
            .into_iter()
            .filter_map(|code| StatusCode::from_u16(code).ok())
            .map(|status| ErrorPage::new(status, Layout::sample("")))
            .collect()
    }
}

impl ErrorPage {
    /// The page for a status; what has no words of its own gets those of a failure on our side (500).
    pub fn new(status: StatusCode, layout: Layout) -> ErrorPage {
        let (title, advice) = words(status);
        ErrorPage {
            layout: layout.titled(title),
            advice,
            status,
        }
    }

    /// Answers with the page and its status.
    pub fn show(&self, templates: &Templates) -> Response {
        templates.show_as(self.status, self)
    }
}

/// Answers for an address that we do not have: `Router::fallback(error_pages::not_found)` with `Templates` as state.
pub fn not_found(State(templates): State<Templates>, layout: Layout) -> Ready<Response> {
    ready(ErrorPage::new(StatusCode::NOT_FOUND, layout).show(&templates))
}

/// Turns bare answers with an error status into pages, for people; programs that ask for JSON keep theirs.
///
/// To be added outside the session's layer, so that refusals of other layers (too large, too many, timed out)
/// become pages as well: `.layer(middleware::from_fn_with_state(templates, error_pages::dress))`.
pub async fn dress(State(templates): State<Templates>, request: Request, next: Next) -> Response {
    let is_for_people = request.method() != Method::HEAD && wants_html(request.headers());
    let (mut parts, body) = request.into_parts();
    let Ok(layout) = Layout::from_request_parts(&mut parts, &()).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    if !is_for_people || !has_words(status) || is_dressed(response.headers()) {
        return response;
    }
    let mut page = ErrorPage::new(status, layout).show(&templates);
    // When to come back, how to sign in, what is allowed: still true.
    for name in [header::RETRY_AFTER, header::ALLOW, header::SET_COOKIE] {
        for value in response.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.contains("text/html")
}

/// HTML is a page already, and JSON or a document is not for us to replace; bare text is a library's.
fn is_dressed(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| !kind.starts_with("text/plain"))
}

fn has_words(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status.as_u16(),
            400 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 429
        )
}

fn words(status: StatusCode) -> (&'static str, Vec<&'static str>) {
    match status.as_u16() {
        400 | 415 => (
            "We could not read what was sent",
            vec![
                "Go back, reload the page and try again.",
                "If you followed a link, it may be incomplete: check that you copied all of it.",
            ],
        ),
        403 => (
            "You cannot see this page",
            vec![
                "You are signed in, but your rights do not cover it. Your mapping lead or administrator can give you the right you need.",
                "If you had a form open for a long time, go back, reload it and send it again.",
            ],
        ),
        404 | 405 => (
            "Page not found",
            vec![
                "If you typed the address, check that it is correct. If you pasted it, check that you copied all of it.",
                "It may also have been moved, or a link may have been used already or have run out.",
            ],
        ),
        408 | 503 => (
            "We cannot answer at the moment",
            vec!["Wait a minute, then try again. What you saved before is safe."],
        ),
        409 => (
            "Somebody else changed this at the same time",
            vec!["Go back and reload the page to see what is there now, then make your change again."],
        ),
        413 => (
            "The file is too large",
            vec![
                "Go back and choose a smaller file. A spreadsheet can be split into several, which you then import one after the other.",
            ],
        ),
        429 => (
            "You have tried too many times",
            vec![
                "To keep accounts safe we limit how often something can be tried. Wait a few minutes, then try again.",
            ],
        ),
        _ => (
            "There is a problem with the service",
            vec![
                "This is our fault, and it has been recorded.",
                "What you saved before is safe. Try again in a few minutes.",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn answer(path: &str, accept: &str) -> (Response, Templates) {
        let templates = Templates::load().unwrap();
        let router = Router::new()
            .route(
                "/busy",
                get(|| async {
                    (
                        StatusCode::TOO_MANY_REQUESTS,
                        [(header::RETRY_AFTER, "60")],
                        "too many",
                    )
                }),
            )
            .route(
                "/own",
                get(|| async {
                    (StatusCode::FORBIDDEN, axum::response::Html("<p>own words</p>")).into_response()
                }),
            )
            .layer(middleware::from_fn_with_state(templates.clone(), dress));
        let request = Request::builder()
            .uri(path)
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .unwrap();
        (router.oneshot(request).await.unwrap(), templates)
    }

    async fn text_of(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_bare_refusal_becomes_a_page_that_says_what_to_do() {
        let (response, _) = answer("/busy", "text/html").await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "60");
        assert!(text_of(response).await.contains("Wait a few minutes"));
    }

    #[tokio::test]
    async fn an_unknown_address_is_a_page_for_people_and_bare_for_programs() {
        let (page, _) = answer("/nowhere", "text/html,application/xhtml+xml").await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND);
        assert!(
            text_of(page)
                .await
                .contains("<h1 class=\"govuk-heading-l\">Page not found</h1>")
        );
        let (bare, _) = answer("/nowhere", "application/json").await;
        assert_eq!(text_of(bare).await, "");
    }

    #[tokio::test]
    async fn a_page_that_has_its_own_words_keeps_them() {
        let (response, _) = answer("/own", "text/html").await;
        assert_eq!(text_of(response).await, "<p>own words</p>");
    }
}
