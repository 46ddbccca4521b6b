//! A route and who may use it. There is no other way to put a page on the web: the router is built from a list of
//! these, so that a test can walk them all.

use std::collections::HashSet;
use std::sync::Arc;

use app::accounts::{self, Recognised};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::access::Denied;
use domain::roles::Right;

use crate::csrf::{self, Forged};
use crate::error::{ProblemPage, Uncaught, denied_response};
use crate::page::Layout;
use crate::session::Visit;
use crate::state::WebState;

/// The most bytes of a form, unless its route says otherwise.
const USUAL_BODY: usize = 1024 * 1024;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Everybody.
    Anyone,
    /// Whoever has signed in; somebody else is sent to sign in.
    SignedIn,
    /// Whoever holds the right over anything. The verb asks again, for the very thing it is about.
    Right(Right),
    /// Whoever has a one-use link, which the handler looks up; such a page tells no other website its address.
    Link,
}

/// A way in: method, path, who may use it, and what answers.
pub struct Route {
    method: Method,
    path: &'static str,
    need: Need,
    body_limit: usize,
    handler: MethodRouter<WebState>,
}

impl Route {
    /// A page to read: `Route::get("/cycles/{key}", Need::Right(Right::ManageCycles), show::get)`. It must change
    /// nothing, because no form token is asked for.
    pub fn get<H, T>(path: &'static str, need: Need, handler: H) -> Route
    where
        H: Handler<T, WebState>,
        T: 'static,
    {
        Route::new(Method::GET, path, need, on(MethodFilter::GET, handler))
    }

    /// A form that is sent. Its token is checked before the handler runs.
    pub fn post<H, T>(path: &'static str, need: Need, handler: H) -> Route
    where
        H: Handler<T, WebState>,
        T: 'static,
    {
        Route::new(Method::POST, path, need, on(MethodFilter::POST, handler))
    }

    fn new(method: Method, path: &'static str, need: Need, handler: MethodRouter<WebState>) -> Route {
        Route {
            method,
            path,
            need,
            body_limit: USUAL_BODY,
            handler,
        }
    }

    /// Allows a body of so many bytes, for uploads; 1 MiB otherwise.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Route {
        self.body_limit = bytes;
        self
    }

    /// Its method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Its path, with its parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Who may use it.
    pub fn need(&self) -> Need {
        self.need
    }
}

/// A router made of routes, each behind its guard.
pub(crate) fn build(routes: Vec<Route>, state: &WebState) -> Router<WebState> {
    let mut router = Router::new();
    for route in routes {
        let gate = Arc::new(Gate {
            state: state.clone(),
            need: route.need,
            path: route.path,
            body_limit: route.body_limit,
        });
        let guarded = route
            .handler
            .layer(DefaultBodyLimit::max(route.body_limit))
            .route_layer(middleware::from_fn_with_state(gate, guard));
        router = router.route(route.path, guarded);
    }
    router
}

/// The paths at which somebody who has not signed in finds a form: those to which one may post without signing in.
pub(crate) fn anonymous_forms(routes: &[Route]) -> HashSet<&'static str> {
    let mut paths = HashSet::new();
    for route in routes {
        if route.method == Method::POST && matches!(route.need, Need::Anyone | Need::Link) {
            paths.insert(route.path);
        }
    }
    paths
}

struct Gate {
    state: WebState,
    need: Need,
    path: &'static str,
    body_limit: usize,
}

/// Stands before every handler: who may pass, whether a form is genuine, and what a refusal looks like.
async fn guard(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        // Without the layer that recognises visitors nobody may pass.
        return StatusCode::FORBIDDEN.into_response();
    };
    let layout = request.extensions().get::<Layout>().cloned().unwrap_or_default();
    if let Some(refusal) = refuse(&gate, &visit, &request) {
        return finish(&gate, &visit, layout, refusal).await;
    }
    let request = if csrf::is_read(request.method()) {
        request
    } else {
        match csrf::check(request, &visit.form_token, gate.body_limit).await {
            Ok(request) => request,
            Err(Forged::TooLarge) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Err(why) => {
                tracing::warn!(route = gate.path, ?why, "a form was refused");
                return StatusCode::FORBIDDEN.into_response();
            }
        }
    };
    let response = next.run(request).await;
    finish(&gate, &visit, layout, response).await
}

/// What somebody gets who may not pass.
fn refuse(gate: &Gate, visit: &Visit, request: &Request) -> Option<Response> {
    let right = match gate.need {
        Need::Anyone | Need::Link => return None,
        Need::SignedIn => None,
        Need::Right(right) => Some(right),
    };
    match (&visit.who, right) {
        (Recognised::SignedIn(_), None) => None,
        (Recognised::SignedIn(signed_in), Some(right)) if signed_in.actor.has_anywhere(right) => None,
        (Recognised::SignedIn(_), Some(right)) => Some(denied_response(Denied { right })),
        (Recognised::CodeDue { .. }, _) => Some(Redirect::to("/sign-in/code").into_response()),
        (Recognised::Nobody, _) => Some(to_sign_in(request)),
    }
}

/// Sends somebody to sign in, and afterwards to the page that they asked for; a form that was sent is lost.
fn to_sign_in(request: &Request) -> Response {
    if request.headers().contains_key("hx-request") {
        // A part of a page must not be replaced by the sign-in page.
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        response
            .headers_mut()
            .insert("hx-redirect", HeaderValue::from_static("/sign-in"));
        return response;
    }
    if request.method() != Method::GET {
        return Redirect::to("/sign-in").into_response();
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/home", axum::http::uri::PathAndQuery::as_str);
    Redirect::to(&format!("/sign-in?next={}", encode(wanted))).into_response()
}

/// A path as the value of a parameter.
pub(crate) fn encode(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&app::tokens::hex(&[byte]).to_ascii_uppercase());
        }
    }
    text
}

/// Where to go after signing in: only ever to a page of ours, or home.
pub(crate) fn safe_next(next: &str) -> &str {
    let is_ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if is_ours { next } else { "/home" }
}

/// Keeps a refusal in the audit, draws problems that no form caught, and hides a link's address.
async fn finish(gate: &Gate, visit: &Visit, layout: Layout, mut response: Response) -> Response {
    if let (Some(denied), Recognised::SignedIn(signed_in)) =
        (response.extensions_mut().remove::<Denied>(), &visit.who)
    {
        let kept = accounts::record_denied(&gate.state.app, &signed_in.actor, denied, gate.path).await;
        if let Err(error) = kept {
            tracing::error!(because = %error, "a refusal could not be kept in the audit");
        }
    }
    if let Some(Uncaught(problems)) = response.extensions_mut().remove::<Uncaught>() {
        let page = ProblemPage::new(layout, &problems);
        let mut drawn = gate
            .state
            .templates
            .show_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
        drawn.headers_mut().extend(std::mem::take(response.headers_mut()));
        response = drawn;
    }
    if gate.need == Need::Link {
        response
            .headers_mut()
            .insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_to_another_website() {
        for next in [
            "https://evil.example.org",
            "//evil.example.org",
            "/\\evil.example.org",
            "evil",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(safe_next(next), "/home", "{next:?}");
        }
        assert_eq!(safe_next("/cycles/2026?page=2"), "/cycles/2026?page=2");
    }

    #[test]
    fn a_path_is_one_value_even_with_parameters_of_its_own() {
        assert_eq!(encode("/a?b=c&d=é"), "/a%3Fb%3Dc%26d%3D%C3%A9");
    }
}
