//! The start page of somebody who has signed in; the first page, for everybody, is in `public`.

use axum::extract::State;
use domain::access::{Actor, Scope};
use domain::cycles::Cycle;
use domain::ids::{OrganisationId, ServiceId};
use domain::roles::Right;
use serde::Serialize;
use storage::{Conn, StorageError, cycles, organisations, participations, returns, services};

use crate::error::Answer;
use crate::navigation;
use crate::page::{Layout, Link, Page};
use crate::route::{Need, Route};
use crate::session::Signed;
use crate::state::WebState;

/// Their routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/home", Need::SignedIn, get)]
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

/// The start page of somebody who has signed in.
async fn get(State(state): State<WebState>, Signed(who): Signed, layout: Layout) -> Answer {
    let mut conn = state.app.reader().conn().await?;
    let mut openings = openings(&who.actor);
    openings.extend(own(&mut conn, &who.actor).await?);
    Ok(state.templates.show(&HomePage {
        layout: layout.titled("Home").at("/home"),
        openings,
    }))
}

/// The doors to the organisations and services that the person's grants name, in the current cycle.
async fn own(conn: &mut Conn, actor: &Actor) -> Result<Vec<Opening>, StorageError> {
    let Some(cycle) = cycles::current(conn).await? else {
        return Ok(Vec::new());
    };
    let mut open = Vec::new();
    for grant in actor.grants() {
        let found = match &grant.scope {
            Scope::Organisation(id) if grant.role.rights().contains(&Right::SeeOrganisation) => {
                organisation(conn, &cycle, *id).await?
            }
            Scope::Service(id) if grant.role.rights().contains(&Right::SeeReturn) => {
                service(conn, &cycle, *id).await?
            }
            _ => None,
        };
        if let Some(opening) = found
            && !open.contains(&opening)
        {
            open.push(opening);
        }
    }
    Ok(open)
}

/// An organisation's services; none where it was not asked to the cycle.
async fn organisation(
    conn: &mut Conn,
    cycle: &Cycle,
    id: OrganisationId,
) -> Result<Option<Opening>, StorageError> {
    if participations::find(conn, cycle.id, id).await?.is_none() {
        return Ok(None);
    }
    let organisation = organisations::get(conn, id).await?;
    Ok(Some(Opening {
        link: Link {
            href: services_of(cycle, &organisation.code),
            text: organisation.name,
        },
        what: format!("Services, check report and sign-off in {}", cycle.name),
    }))
}

/// A service's questionnaire; none where it has no return in the cycle.
async fn service(conn: &mut Conn, cycle: &Cycle, id: ServiceId) -> Result<Option<Opening>, StorageError> {
    if returns::find(conn, cycle.id, id).await?.is_none() {
        return Ok(None);
    }
    let service = services::get(conn, id).await?;
    let organisation = organisations::get(conn, service.organisation).await?;
    Ok(Some(Opening {
        link: Link {
            text: service.name,
            href: format!("{}/{id}", services_of(cycle, &organisation.code)),
        },
        what: format!("Questions about this service of {}", organisation.name),
    }))
}

fn services_of(cycle: &Cycle, organisation: &str) -> String {
    format!(
        "/cycles/{}/organisations/{organisation}/services",
        cycle.key.as_str()
    )
}

/// The doors that are open to somebody by the rights that they hold anywhere.
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
