//! Forms sent by another website in the name of somebody signed in here are refused.
//!
//! Three walls, each for every request that is not a read, without any word from the handler:
//!
//! 1. The session cookie is `SameSite=Lax`, so that browsers do not send it along.
//! 2. A browser says from where a form comes (`Sec-Fetch-Site`, or else `Origin`); what comes from elsewhere is
//!    refused.
//! 3. The form must carry a token: that of the session, or, for somebody who has not signed in, one made from a
//!    cookie that only we can set and read (double submit). The token is in the field `csrf_token`, or in the
//!    header `x-csrf-token`. In a multipart form the field comes first.

use std::pin::Pin;
use std::task::{Context, Poll};

use app::tokens;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use http_body::Frame;

/// The field that carries the token.
const FIELD: &str = "csrf_token";

/// Where the field must have ended in a multipart form, in bytes.
const MULTIPART_HEAD: usize = 4096;

/// Why a form was refused; for the log, never for the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forged {
    /// A browser says that it comes from another website.
    Elsewhere,
    /// It carries no token, or another one.
    Token,
    /// It is larger than the route allows.
    TooLarge,
}

/// Whether requests with this method change nothing.
pub(crate) fn is_read(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

/// What the form of somebody who has not signed in carries: made from their cookie, so that the cookie itself is
/// not in the page.
pub(crate) fn field_for(cookie: &str) -> String {
    tokens::hex(&tokens::hash(&format!("form {cookie}")))
}

/// Lets a request pass that carries the expected token; its body is whole again afterwards.
pub(crate) async fn check(request: Request, expected: &str, body_limit: usize) -> Result<Request, Forged> {
    if comes_from_elsewhere(request.headers()) {
        return Err(Forged::Elsewhere);
    }
    if expected.is_empty() {
        return Err(Forged::Token);
    }
    if let Some(value) = request.headers().get("x-csrf-token") {
        let is_right = value.to_str().is_ok_and(|sent| tokens::are_same(sent, expected));
        return if is_right { Ok(request) } else { Err(Forged::Token) };
    }
    let kind = text_of(request.headers(), header::CONTENT_TYPE.as_str()).to_ascii_lowercase();
    let (parts, body) = request.into_parts();
    let (found, body) = if kind.starts_with("multipart/form-data") {
        let (head, rest) = read_head(body).await;
        let found = first_field(&head);
        let whole = Rejoined {
            head: Some(head),
            rest,
        };
        (found, Body::new(whole))
    } else {
        let bytes = to_bytes(body, body_limit).await.map_err(|_| Forged::TooLarge)?;
        (field_in(&bytes), Body::from(bytes))
    };
    if found.is_some_and(|sent| tokens::are_same(&sent, expected)) {
        Ok(Request::from_parts(parts, body))
    } else {
        Err(Forged::Token)
    }
}

/// Whether the browser names another website as the origin. Where it names none, the token decides: `Origin` is
/// also `null` on our own pages that hide the address they were reached by.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = text_of(headers, "sec-fetch-site");
    if !site.is_empty() {
        return site != "same-origin" && site != "none";
    }
    let origin = text_of(headers, header::ORIGIN.as_str());
    let Some((_, origin_host)) = origin.split_once("://") else {
        return false;
    };
    origin_host != text_of(headers, header::HOST.as_str())
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The token in a form sent in the usual way; it is made of digits that no encoding changes.
fn field_in(body: &[u8]) -> Option<String> {
    for pair in body.split(|byte| *byte == b'&') {
        let text = std::str::from_utf8(pair).ok()?;
        if let Some((FIELD, value)) = text.split_once('=') {
            return Some(value.to_owned());
        }
    }
    None
}

/// The value of the first field of a multipart form, if it is the token.
fn first_field(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let (headings, rest) = text.split_once("\r\n\r\n")?;
    if !headings.contains(&format!("name=\"{FIELD}\"")) {
        return None;
    }
    let (value, _) = rest.split_once("\r\n")?;
    Some(value.to_owned())
}

/// Reads until the first field has surely ended, and leaves the rest, which may be a large file, unread.
async fn read_head(mut body: Body) -> (Bytes, Body) {
    let mut head: Vec<u8> = Vec::new();
    while head.len() < MULTIPART_HEAD && first_field(&head).is_none() {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        let Some(Ok(frame)) = frame else { break };
        if let Ok(data) = frame.into_data() {
            head.extend_from_slice(&data);
        }
    }
    (Bytes::from(head), body)
}

/// A body whose beginning was read already.
struct Rejoined {
    head: Option<Bytes>,
    rest: Body,
}

impl HttpBody for Rejoined {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head))));
        }
        Pin::new(&mut self.rest).poll_frame(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "aa11";

    async fn result(headers: &[(&str, &str)], body: &str) -> Result<String, Forged> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/x")
            .header("host", "csm.example.org");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let passed = check(request, TOKEN, 1000).await?;
        let bytes = to_bytes(passed.into_body(), 100_000).await.unwrap();
        Ok(String::from_utf8(bytes.to_vec()).unwrap())
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    #[tokio::test]
    async fn a_form_with_its_token_passes_whole() {
        let body = "name=Bea+Brown&csrf_token=aa11";
        assert_eq!(result(&[FORM], body).await, Ok(body.to_owned()));
    }

    #[tokio::test]
    async fn a_form_without_its_token_or_with_another_is_refused() {
        for body in [
            "",
            "name=Bea",
            "csrf_token=",
            "csrf_token=aa12",
            "xcsrf_token=aa11",
        ] {
            assert_eq!(result(&[FORM], body).await, Err(Forged::Token), "{body}");
        }
    }

    #[tokio::test]
    async fn a_form_from_another_website_is_refused_even_with_the_token() {
        for elsewhere in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example.org"),
        ] {
            let answer = result(&[FORM, elsewhere], "csrf_token=aa11").await;
            assert_eq!(answer, Err(Forged::Elsewhere), "{elsewhere:?}");
        }
        for own in [
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://csm.example.org"),
            ("origin", "null"),
        ] {
            assert!(result(&[FORM, own], "csrf_token=aa11").await.is_ok(), "{own:?}");
        }
    }

    #[tokio::test]
    async fn a_script_of_ours_may_send_the_token_in_a_header() {
        let json = ("content-type", "application/json");
        assert!(result(&[json, ("x-csrf-token", TOKEN)], "{}").await.is_ok());
        assert_eq!(result(&[json], "{}").await, Err(Forged::Token));
        assert_eq!(
            result(&[json, ("x-csrf-token", "bb")], "{}").await,
            Err(Forged::Token)
        );
    }

    #[tokio::test]
    async fn a_multipart_form_begins_with_its_token_and_its_file_is_left_unread() {
        let kind = ("content-type", "multipart/form-data; boundary=b");
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = part("file", &"x".repeat(50_000));
        let right = format!("{}{file}--b--\r\n", part(FIELD, TOKEN));
        assert_eq!(result(&[kind], &right).await, Ok(right.clone()));
        let late = format!("{file}{}--b--\r\n", part(FIELD, TOKEN));
        assert_eq!(result(&[kind], &late).await, Err(Forged::Token));
        let wrong = format!("{}{file}--b--\r\n", part(FIELD, "bb"));
        assert_eq!(result(&[kind], &wrong).await, Err(Forged::Token));
    }

    #[tokio::test]
    async fn a_form_larger_than_the_route_allows_is_refused() {
        let body = format!("csrf_token=aa11&x={}", "x".repeat(2000));
        assert_eq!(result(&[FORM], &body).await, Err(Forged::TooLarge));
    }
}
