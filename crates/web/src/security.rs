//! The headers that keep a page from being framed, stored, spied on or fed with foreign scripts.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;

/// Everything comes from our own server; nothing inline, nothing framed.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Nothing that a page of ours could ask a device for.
const PERMISSIONS_POLICY: &str =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()";

/// A year, for this host and those below it.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// Adds the headers to every answer; a handler's own value of a header is left alone.
///
/// So a page with a one-use link may say `Referrer-Policy: no-referrer`, and a public table may be cached.
/// `is_secure` says that people reach us by HTTPS, which browsers are then told to insist on.
pub fn with_headers(router: Router, is_secure: bool) -> Router {
    router.layer(middleware::from_fn_with_state(is_secure, add_headers))
}

async fn add_headers(State(is_secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    add(headers, header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    add(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(headers, header::X_FRAME_OPTIONS, "DENY");
    add(headers, header::REFERRER_POLICY, "same-origin");
    add(
        headers,
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    );
    add(
        headers,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    add(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    add(headers, header::CACHE_CONTROL, "no-store");
    if is_secure {
        add(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            STRICT_TRANSPORT_SECURITY,
        );
    }
    response
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn headers_of(path: &str, is_secure: bool) -> HeaderMap {
        let router = Router::new().route("/page", get(|| async { "page" })).route(
            "/link",
            get(|| async { ([(header::REFERRER_POLICY, "no-referrer")], "link") }),
        );
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        with_headers(router, is_secure)
            .oneshot(request)
            .await
            .unwrap()
            .headers()
            .clone()
    }

    #[tokio::test]
    async fn a_page_allows_no_inline_script_and_no_frame_and_is_not_stored() {
        let headers = headers_of("/page", false).await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[tokio::test]
    async fn a_handler_may_be_stricter_about_the_referrer() {
        assert_eq!(
            headers_of("/page", false).await[header::REFERRER_POLICY],
            "same-origin"
        );
        assert_eq!(
            headers_of("/link", false).await[header::REFERRER_POLICY],
            "no-referrer"
        );
    }

    #[tokio::test]
    async fn browsers_are_told_to_insist_on_https_only_where_it_is_there() {
        assert!(
            headers_of("/page", true)
                .await
                .contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
        assert!(
            !headers_of("/page", false)
                .await
                .contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
    }

    #[tokio::test]
    async fn an_address_that_leads_nowhere_has_the_headers_too() {
        assert!(
            headers_of("/nowhere", false)
                .await
                .contains_key(header::CONTENT_SECURITY_POLICY)
        );
    }
}
