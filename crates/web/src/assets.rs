//! What browsers fetch beside a page: styles, scripts and the icon, kept by them for ever.
//!
//! The version in the address is made from the contents, so that a new release has new addresses and nobody
//! is left with yesterday's styles.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The built files; part of the program in a release, read from the source folder in a development build.
#[derive(RustEmbed)]
#[folder = "frontend/dist/assets"]
struct Files;

/// Twelve characters made from the contents of every file.
static VERSION: LazyLock<String> = LazyLock::new(contents_version);

fn contents_version() -> String {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut sum = [0_u8; 32];
    for name in names {
        let Some(file) = Files::get(&name) else { continue };
        for (place, byte) in file.metadata.sha256_hash().into_iter().enumerate() {
            sum[place] = sum[place].rotate_left(1) ^ byte;
        }
    }
    let mut version = String::new();
    for byte in &sum[..6] {
        // Writing to a text in memory cannot fail.
        let _ = write!(version, "{byte:02x}");
    }
    version
}

/// The address of every file by its name.
static ADDRESSES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut addresses = BTreeMap::new();
    for name in Files::iter() {
        addresses.insert(name.to_string(), format!("/assets/{}/{name}", *VERSION));
    }
    addresses
});

/// The address of a file, such as `/assets/3f2a…/csm.css`, if there is such a file.
pub fn address(name: &str) -> Option<&'static str> {
    ADDRESSES.get(name).map(String::as_str)
}

/// The route that serves the files; open to everybody, because the sign-in page needs them.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{name}", get(serve))
}

async fn serve(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(media_type) = media_type(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let wants_gzip = accepts_gzip(&headers);
    let (file, is_gzip) = match Files::get(&format!("{name}.gz")) {
        Some(packed) if wants_gzip => (Some(packed), true),
        _ => (Files::get(&name), false),
    };
    let Some(file) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // An address of an older release is answered with today's file, and not to be kept.
    let caching = if version == *VERSION {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = file.data.into_owned().into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    answer.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(caching));
    answer.insert(header::VARY, header::HeaderValue::from_static("accept-encoding"));
    if is_gzip {
        answer.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
    }
    response
}

/// The media types that are served; anything else is not a file for browsers.
fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "txt" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|part| {
        let mut words = part.split(';');
        words.next().is_some_and(|name| name.trim() == "gzip") && !words.any(|word| word.trim() == "q=0")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    async fn fetch(address: &str, encoding: &str) -> Response {
        let request = Request::builder()
            .uri(address)
            .header(header::ACCEPT_ENCODING, encoding)
            .body(Body::empty())
            .unwrap();
        routes::<()>().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_styles_may_be_kept_for_ever_under_the_address_of_their_contents() {
        let response = fetch(address("csm.css").unwrap(), "identity").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            response.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
        assert!(response.headers().get(header::CONTENT_ENCODING).is_none());
    }

    #[tokio::test]
    async fn an_address_of_an_older_release_still_works_but_is_not_kept() {
        let response = fetch("/assets/000000000000/csm.css", "identity").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn a_browser_that_reads_gzip_gets_a_fifth_of_the_bytes() {
        let plain = to_bytes(
            fetch(address("csm.css").unwrap(), "identity").await.into_body(),
            1_000_000,
        )
        .await
        .unwrap();
        let response = fetch(address("csm.css").unwrap(), "br, gzip").await;
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
        let packed = to_bytes(response.into_body(), 1_000_000).await.unwrap();
        assert!(packed.len() * 5 < plain.len());
        let refused = fetch(address("csm.css").unwrap(), "gzip;q=0").await;
        assert!(refused.headers().get(header::CONTENT_ENCODING).is_none());
    }

    #[tokio::test]
    async fn only_built_files_are_served() {
        for address in [
            "/assets/x/nothing.css",
            "/assets/x/..%2Fcomponents.json",
            "/assets/x/csm.css.gz",
        ] {
            assert_eq!(
                fetch(address, "gzip").await.status(),
                StatusCode::NOT_FOUND,
                "{address}"
            );
        }
    }

    #[test]
    fn nothing_reserved_for_gov_uk_is_shipped() {
        for name in Files::iter().filter(|name| !name.ends_with(".gz") && name != "licences.txt") {
            let file = Files::get(&name).unwrap();
            let text = String::from_utf8(file.data.into_owned()).unwrap().to_lowercase();
            for word in [
                "gds transport",
                "@font-face",
                "crest",
                "crown",
                "logotype",
                "#1d70b8",
                "//# sourcemapping",
            ] {
                assert!(!text.contains(word), "{name} contains {word}");
            }
        }
    }

    #[test]
    fn the_lock_file_names_no_place_to_fetch_from() {
        let lock = include_str!("../frontend/package-lock.json");
        assert!(lock.contains("\"integrity\"") && !lock.contains("\"resolved\"") && !lock.contains("://"));
    }
}
