//! The pages that every public service has: help, accessibility, cookies, privacy. Open to everybody.

use crate::page::{Layout, Page};
use crate::route::{Need, Route};
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

/// Their routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/help", Need::Anyone, help),
        Route::get("/accessibility", Need::Anyone, accessibility),
        Route::get("/cookies", Need::Anyone, cookies),
        Route::get("/privacy", Need::Anyone, privacy),
    ]
}

async fn help(State(state): State<WebState>, layout: Layout) -> Response {
    state.templates.show(&HelpPage {
        layout: layout.titled("Help"),
        contact: state.app.settings().helpdesk_email.clone(),
    })
}

async fn accessibility(State(state): State<WebState>, layout: Layout) -> Response {
    state.templates.show(&AccessibilityPage {
        layout: layout.titled("Accessibility statement"),
        contact: state.app.settings().helpdesk_email.clone(),
    })
}

async fn cookies(State(state): State<WebState>, layout: Layout) -> Response {
    state.templates.show(&CookiesPage {
        layout: layout.titled("Cookies"),
    })
}

async fn privacy(State(state): State<WebState>, layout: Layout) -> Response {
    state.templates.show(&PrivacyPage {
        layout: layout.titled("Privacy"),
        contact: state.app.settings().helpdesk_email.clone(),
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
