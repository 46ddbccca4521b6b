//! The pages that every public service has: help, accessibility, cookies, privacy. Open to everybody.

use crate::page::{Layout, Page};
use crate::templates::Templates;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;

/// What these pages are made from.
#[derive(Clone, Debug)]
struct Desk {
    templates: Templates,
    contact: String,
}

/// Their routes; `contact` is the e-mail address of the helpdesk, or empty.
pub fn routes<S: Clone + Send + Sync + 'static>(templates: Templates, contact: &str) -> Router<S> {
    Router::new()
        .route("/help", get(help))
        .route("/accessibility", get(accessibility))
        .route("/cookies", get(cookies))
        .route("/privacy", get(privacy))
        .with_state(Desk {
            templates,
            contact: contact.to_owned(),
        })
}

async fn help(State(desk): State<Desk>, layout: Layout) -> Response {
    desk.templates.show(&HelpPage {
        layout: layout.titled("Help"),
        contact: desk.contact,
    })
}

async fn accessibility(State(desk): State<Desk>, layout: Layout) -> Response {
    desk.templates.show(&AccessibilityPage {
        layout: layout.titled("Accessibility statement"),
        contact: desk.contact,
    })
}

async fn cookies(State(desk): State<Desk>, layout: Layout) -> Response {
    desk.templates.show(&CookiesPage {
        layout: layout.titled("Cookies"),
    })
}

async fn privacy(State(desk): State<Desk>, layout: Layout) -> Response {
    desk.templates.show(&PrivacyPage {
        layout: layout.titled("Privacy"),
        contact: desk.contact,
    })
}

/// Where to start, and whom to ask.
#[derive(Clone, Debug, Serialize)]
pub struct HelpPage {
    /// The frame.
    pub layout: Layout,
    /// The e-mail address of the helpdesk, or empty.
    pub contact: String,
}

impl Page for HelpPage {
    const TEMPLATE: &'static str = "information/help.html";

    fn samples() -> Vec<HelpPage> {
        let page = |layout: Layout, contact: &str| HelpPage {
            layout,
            contact: contact.to_owned(),
        };
        vec![
            page(Layout::new("Help"), ""),
            page(Layout::sample("Help"), "helpdesk@example.org"),
        ]
    }
}

/// The accessibility statement that the 2018 regulations ask for.
#[derive(Clone, Debug, Serialize)]
pub struct AccessibilityPage {
    /// The frame.
    pub layout: Layout,
    /// The e-mail address of the helpdesk, or empty.
    pub contact: String,
}

impl Page for AccessibilityPage {
    const TEMPLATE: &'static str = "information/accessibility.html";

    fn samples() -> Vec<AccessibilityPage> {
        vec![AccessibilityPage {
            layout: Layout::new("Accessibility statement"),
            contact: "helpdesk@example.org".to_owned(),
        }]
    }
}

/// The one cookie and what it is for.
#[derive(Clone, Debug, Serialize)]
pub struct CookiesPage {
    /// The frame.
    pub layout: Layout,
}

impl Page for CookiesPage {
    const TEMPLATE: &'static str = "information/cookies.html";

    fn samples() -> Vec<CookiesPage> {
        vec![CookiesPage {
            layout: Layout::new("Cookies"),
        }]
    }
}

/// What is kept about people, why and for how long.
#[derive(Clone, Debug, Serialize)]
pub struct PrivacyPage {
    /// The frame.
    pub layout: Layout,
    /// The e-mail address of the helpdesk, or empty.
    pub contact: String,
}

impl Page for PrivacyPage {
    const TEMPLATE: &'static str = "information/privacy.html";

    fn samples() -> Vec<PrivacyPage> {
        vec![PrivacyPage {
            layout: Layout::new("Privacy"),
            contact: "helpdesk@example.org".to_owned(),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    #[tokio::test]
    async fn everybody_can_read_them_without_signing_in() {
        for address in ["/help", "/accessibility", "/cookies", "/privacy"] {
            let router: Router = routes(Templates::load().unwrap(), "helpdesk@example.org");
            let request = Request::builder().uri(address).body(Body::empty()).unwrap();
            assert_eq!(
                router.oneshot(request).await.unwrap().status(),
                StatusCode::OK,
                "{address}"
            );
        }
    }
}
