//! What surrounds every request: an identity, a log line, a time limit, a net for panics. How large a body may
//! be, each route says.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;
use uuid::Uuid;

/// The limits that the operator sets.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest time for a request.
    pub timeout: Duration,
}

/// The header that tells a person, and a support desk, which request it was.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the surroundings around a router. To be called last, so that they surround everything.
pub fn surround(router: Router, limits: Limits) -> Router {
    router
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            limits.timeout,
        ))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(log))
}

/// Writes one line for each request. It names the route, never the address asked for: addresses hold secrets of
/// links and words that people searched for.
async fn log(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request.id = %id);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took_ms = started.elapsed().as_millis() as u64;
    let status = response.status().as_u16();
    let _entered = span.enter();
    if status >= 500 {
        tracing::error!(%method, route, status, took_ms, "request failed");
    } else if route.starts_with("/health/") || route.starts_with("/assets/") {
        tracing::debug!(%method, route, status, took_ms, "request");
    } else {
        tracing::info!(%method, route, status, took_ms, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use tower::ServiceExt;

    fn router() -> Router {
        let router = Router::new()
            .route("/register/{token}", get(|| async { "hello" }))
            .route("/slow", get(std::future::pending::<&'static str>))
            .route("/broken", get(broken));
        let limits = Limits {
            timeout: Duration::from_millis(50),
        };
        surround(router, limits)
    }

    async fn broken() -> &'static str {
        panic!("a fault of ours")
    }

    async fn ask(request: Request) -> Response {
        router().oneshot(request).await.unwrap()
    }

    fn get_request(address: &str) -> Request {
        Request::builder().uri(address).body(Body::empty()).unwrap()
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_log_line_names_the_route_and_never_the_secret_in_the_address() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        let response = ask(get_request("/register/0123456789abcdef?email=bea@example.org")).await;
        drop(guard);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let id = response.headers()[REQUEST_ID].to_str().unwrap();
        assert!(text.contains("/register/{token}") && text.contains(id), "{text}");
        assert!(
            !text.contains("0123456789abcdef") && !text.contains("bea"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_ended() {
        let response = ask(get_request("/slow")).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_fault_of_ours_is_one_failed_request_and_no_more() {
        let response = ask(get_request("/broken")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
