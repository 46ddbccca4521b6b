//! The three cookies: who is signed in, what an anonymous form must match, what is said once.

use app::accounts::NewSession;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::page::Notice;
use crate::state::WebState;

/// A cookie of ours. Over HTTPS the name begins with `__Host-`, so that no other host can set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jar {
    /// The session's token.
    Session,
    /// What the form of somebody who has not signed in must match.
    Form,
    /// What is said once.
    Notice,
}

impl Jar {
    fn name(self, is_secure: bool) -> String {
        let plain = match self {
            Jar::Session => "csm",
            Jar::Form => "csm-form",
            Jar::Notice => "csm-notice",
        };
        if is_secure {
            format!("__Host-{plain}")
        } else {
            plain.to_owned()
        }
    }

    /// The value that the browser sent.
    pub(crate) fn read(self, headers: &HeaderMap, is_secure: bool) -> Option<String> {
        let name = self.name(is_secure);
        for line in headers.get_all(header::COOKIE) {
            for pair in line.to_str().ok()?.split(';') {
                if let Some((found, value)) = pair.trim().split_once('=')
                    && found == name
                {
                    return Some(value.to_owned());
                }
            }
        }
        None
    }

    /// Has the browser keep a value for some seconds; none at all for zero.
    pub(crate) fn write(self, response: &mut Response, is_secure: bool, value: &str, seconds: i64) {
        let secure = if is_secure { "; Secure" } else { "" };
        let name = self.name(is_secure);
        let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        // Values are made of digits by ourselves, so that the line is always sound.
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    }
}

/// Signs the browser in: the cookie of a session that has just begun.
#[must_use]
pub fn signed_in(mut response: Response, state: &WebState, session: &NewSession) -> Response {
    let is_secure = state.app.settings().secure_cookies;
    Jar::Session.write(&mut response, is_secure, &session.token, session.seconds);
    response
}

/// Signs the browser out.
#[must_use]
pub fn signed_out(mut response: Response, state: &WebState) -> Response {
    Jar::Session.write(&mut response, state.app.settings().secure_cookies, "", 0);
    response
}

/// Has a success told on the next page: `with_notice(Redirect::to("/account").into_response(), &state, "…")`.
#[must_use]
pub fn with_notice(mut response: Response, state: &WebState, text: &str) -> Response {
    let value: String = app::tokens::hex(text.as_bytes());
    Jar::Notice.write(&mut response, state.app.settings().secure_cookies, &value, 60);
    response
}

/// What is to be said once.
pub(crate) fn notice_from(value: &str) -> Option<Notice> {
    let mut bytes = Vec::new();
    for place in (0..value.len().min(2000)).step_by(2) {
        bytes.push(u8::from_str_radix(value.get(place..place + 2)?, 16).ok()?);
    }
    let text = String::from_utf8(bytes).ok()?;
    if text.is_empty() {
        return None;
    }
    Some(Notice::success(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    #[test]
    fn over_https_a_cookie_is_for_this_host_alone_and_not_for_scripts() {
        let mut response = ().into_response();
        Jar::Session.write(&mut response, true, "ab", 60);
        assert_eq!(
            response.headers()[header::SET_COOKIE],
            "__Host-csm=ab; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "xcsm=no; csm-form=f; csm=yes".parse().unwrap());
        assert_eq!(Jar::Session.read(&headers, false).as_deref(), Some("yes"));
        assert_eq!(Jar::Form.read(&headers, false).as_deref(), Some("f"));
        assert_eq!(Jar::Session.read(&headers, true), None);
    }

    #[test]
    fn a_notice_comes_back_as_it_was_and_nonsense_is_nothing() {
        let value = app::tokens::hex("Saved – “all” of it".as_bytes());
        assert_eq!(notice_from(&value), Some(Notice::success("Saved – “all” of it")));
        assert_eq!(notice_from("zz"), None);
        assert_eq!(notice_from("abc"), None);
        assert_eq!(notice_from(""), None);
    }
}
