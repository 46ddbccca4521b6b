//! The pages that every public service has: help, accessibility, cookies, privacy. Open to everybody.

use crate::page::{Layout, Page};
use crate::templates::Templates;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;

/// Their routes.
pub fn routes<S: Clone + Send + Sync + 'static>(templates: Templates) -> Router<S> {
    Router::new()
        .route("/help", get(help))
        .route("/accessibility", get(accessibility))
        .route("/cookies", get(cookies))
        .route("/privacy", get(privacy))
        .with_state(templates)
}

async fn help(State(templates): State<Templates>, layout: Layout) -> Response {
    templates.show(&HelpPage {
        layout: layout.titled("Help"),
    })
}

async fn accessibility(State(templates): State<Templates>, layout: Layout) -> Response {
    templates.show(&AccessibilityPage {
        layout: layout.titled("Accessibility statement"),
    })
}

async fn cookies(State(templates): State<Templates>, layout: Layout) -> Response {
    templates.show(&CookiesPage {
        layout: layout.titled("Cookies"),
    })
}

async fn privacy(State(templates): State<Templates>, layout: Layout) -> Response {
    templates.show(&PrivacyPage {
        layout: layout.titled("Privacy"),
    })
}

/// Where to start, and whom to ask.
#[derive(Clone, Debug, Serialize)]
pub struct HelpPage {
    /// The frame.
    pub layout: Layout,
}

impl Page for HelpPage {
    const TEMPLATE: &'static str = "information/help.html";

    fn samples() -> Vec<HelpPage> {
        vec![
            HelpPage {
                layout: Layout::new("Help"),
            },
            HelpPage {
                layout: Layout::sample("Help"),
            },
        ]
    }
}

/// The accessibility statement that the 2018 regulations ask for.
#[derive(Clone, Debug, Serialize)]
pub struct AccessibilityPage {
    /// The frame.
    pub layout: Layout,
}

impl Page for AccessibilityPage {
    const TEMPLATE: &'static str = "information/accessibility.html";

    fn samples() -> Vec<AccessibilityPage> {
        vec![AccessibilityPage {
            layout: Layout::new("Accessibility statement"),
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
}

impl Page for PrivacyPage {
    const TEMPLATE: &'static str = "information/privacy.html";

    fn samples() -> Vec<PrivacyPage> {
        vec![PrivacyPage {
            layout: Layout::new("Privacy"),
        }]
    }
}
