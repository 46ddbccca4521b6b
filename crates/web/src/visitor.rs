//! From where somebody speaks to us, and with what.

use std::net::SocketAddr;

use app::accounts::Visitor;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, header};

/// Reads the visitor's address and device. `X-Forwarded-For` counts only when the operator says that a proxy of
/// their own writes it, and then its last entry, because a visitor can write the ones before.
pub(crate) fn visitor(request: &Request, trusted_proxy: bool) -> Visitor {
    let socket = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string());
    let forwarded = if trusted_proxy {
        last_forwarded(request.headers())
    } else {
        None
    };
    Visitor {
        address: forwarded.unwrap_or(socket),
        device: device(request.headers()),
    }
}

fn last_forwarded(headers: &HeaderMap) -> Option<String> {
    let line = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?
        .to_str()
        .ok()?;
    let last = line.rsplit(',').next()?.trim();
    if last.is_empty() {
        None
    } else {
        Some(last.to_owned())
    }
}

/// The browser and the system, for the person's own list of sessions; the rest of what a browser says is dropped.
fn device(headers: &HeaderMap) -> String {
    let said = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // The order matters: most browsers name others as well.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| said.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(headers: &[(&str, &str)]) -> Request {
        let mut request = Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let socket: SocketAddr = "192.0.2.1:4000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(socket));
        request
    }

    #[test]
    fn what_a_visitor_writes_about_their_address_counts_for_nothing_without_a_trusted_proxy() {
        let forged = request(&[("x-forwarded-for", "203.0.113.9")]);
        assert_eq!(visitor(&forged, false).address, "192.0.2.1");
    }

    #[test]
    fn behind_a_trusted_proxy_the_last_entry_counts() {
        let forwarded = request(&[("x-forwarded-for", "forged, 198.51.100.7")]);
        assert_eq!(visitor(&forwarded, true).address, "198.51.100.7");
        assert_eq!(visitor(&request(&[]), true).address, "192.0.2.1");
    }

    #[test]
    fn a_device_is_told_in_plain_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/130.0 Safari/537 Edg/130.0";
        assert_eq!(
            visitor(&request(&[("user-agent", edge)]), false).device,
            "Edge on Windows"
        );
        assert_eq!(
            visitor(&request(&[("user-agent", "curl/8")]), false).device,
            "Unknown device"
        );
    }
}
