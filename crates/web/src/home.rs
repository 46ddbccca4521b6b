//! The first page, for everybody, and the start page of somebody who has signed in.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use domain::access::Actor;
use serde::Serialize;

use crate::error::Answer;
use crate::navigation;
use crate::page::{Layout, Link, Page};
use crate::route::{Need, Route};
use crate::session::{MaybeSigned, Signed};
use crate::state::WebState;

/// Their routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Need::Anyone, start),
        Route::get("/home", Need::SignedIn, get),
    ]
}

/// What somebody sees who has not signed in.
#[derive(Clone, Debug, Serialize)]
pub struct StartPage {
    /// The frame.
    pub layout: Layout,
}

impl Page for StartPage {
    const TEMPLATE: &'static str = "home/start.html";

    fn samples() -> Vec<StartPage> {
        vec![StartPage {
            layout: Layout::new("Children's Services Mapping"),
        }]
    }
}

/// A door that is open to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// Where it leads.
    pub link: Link,
    /// What one does there.
    pub what: String,
}

/// What somebody can do, by the grants that they hold.
#[derive(Clone, Debug, Serialize)]
pub struct HomePage {
    /// The frame.
    pub layout: Layout,
    /// The doors that are open.
    pub openings: Vec<Opening>,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "home/home.html";

    fn samples() -> Vec<HomePage> {
        let opening = Opening {
            link: Link {
                text: "Cycles".to_owned(),
                href: "/cycles".to_owned(),
            },
            what: "Open, close and follow the collection".to_owned(),
        };
        vec![
            HomePage {
                layout: Layout::sample("Home"),
                openings: vec![opening],
            },
            HomePage {
                layout: Layout::sample("Home"),
                openings: Vec::new(),
            },
        ]
    }
}

/// The first page; somebody who has signed in goes on to theirs.
async fn start(State(state): State<WebState>, MaybeSigned(who): MaybeSigned, layout: Layout) -> Answer {
    if who.is_some() {
        return Ok(Redirect::to("/home").into_response());
    }
    Ok(state.templates.show(&StartPage {
        layout: layout.titled("Children's Services Mapping"),
    }))
}

/// The start page of somebody who has signed in.
async fn get(State(state): State<WebState>, Signed(who): Signed, layout: Layout) -> Answer {
    Ok(state.templates.show(&HomePage {
        layout: layout.titled("Home").at("/home"),
        openings: openings(&who.actor),
    }))
}

/// The doors that are open to somebody by the rights that they hold anywhere.
///
/// A module whose pages belong to one organisation or service adds those of the grants' scopes here.
fn openings(actor: &Actor) -> Vec<Opening> {
    let mut open = Vec::new();
    for place in navigation::places_for(actor) {
        if place.href != "/home" {
            open.push(Opening {
                link: Link {
                    text: place.text.to_owned(),
                    href: place.href.to_owned(),
                },
                what: place.what.to_owned(),
            });
        }
    }
    open
}
