//! Where somebody can go: the links under the header, and what the start page lists.
//!
//! A module that adds a page for a right adds a line to [`PLACES`]; what depends on the organisation or service
//! of a grant is added in `home.rs`.

use domain::access::Actor;
use domain::roles::Right;

use crate::page::NavigationItem;

/// A page that a right opens.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// What it is called.
    pub text: &'static str,
    /// Its address.
    pub href: &'static str,
    /// What one does there, one sentence.
    pub what: &'static str,
    /// The right that opens it; none for everybody who has signed in.
    pub right: Option<Right>,
}

/// Every such page, in the order in which they are listed.
pub const PLACES: &[Place] = &[
    Place {
        text: "Home",
        href: "/home",
        what: "What you can do here",
        right: None,
    },
    Place {
        text: "Cycles",
        href: "/cycles",
        what: "Dates, invited organisations, and how far they are",
        right: Some(Right::SeeProgress),
    },
    Place {
        text: "Letters",
        href: "/outbox",
        what: "Letters that the system wrote, and whether they were sent",
        right: Some(Right::SeeOutbox),
    },
    Place {
        text: "Audit",
        href: "/audit",
        what: "Who did what, and when",
        right: Some(Right::SeeAudit),
    },
];

/// The places that somebody can go to.
pub fn places_for(actor: &Actor) -> Vec<Place> {
    let mut open = Vec::new();
    for place in PLACES {
        if place.right.is_none_or(|right| actor.has_anywhere(right)) {
            open.push(*place);
        }
    }
    open
}

/// The links under the header.
pub(crate) fn items_for(actor: &Actor) -> Vec<NavigationItem> {
    let mut items = Vec::new();
    for place in places_for(actor) {
        items.push(NavigationItem::new(place.text, place.href));
    }
    items
}
