//! One organisation's part in a cycle: how far it is, who leads and led, what it signed, what can be done.

use app::participations::{PartView, view};
use app::sign_off::in_words;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use domain::organisations::Organisation;
use domain::participations::ParticipationState;
use domain::roles::Right;
use serde::Serialize;

use super::{PartPlace, base, colour};
use crate::content::{Cell, Column, SummaryRow, Table};
use crate::cookies::with_notice;
use crate::error::Answer;
use crate::page::{Layout, Link, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The page of an organisation's part in a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct PartPage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// How far the organisation is.
    pub state: String,
    /// The colour of that.
    pub colour: String,
    /// Code, kind, revision, reason.
    pub rows: Vec<SummaryRow>,
    /// The body that it is an arm of, or its own arms.
    pub relatives: Vec<Link>,
    /// Where its services are; empty for somebody who may not see them.
    pub services_href: String,
    /// Who was nominated.
    pub nominations: Table,
    /// What was signed off.
    pub sealed: Table,
    /// What can be done.
    pub actions: Vec<Link>,
    /// Where to send an invitation once more; empty unless it declined.
    pub invite_again: String,
}

/// Shows the part.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let mut page = page(layout, &view);
    if who
        .actor
        .may(Right::SeeOrganisation, &view.organisation.target())
        .is_ok()
    {
        page.services_href = format!(
            "/cycles/{}/organisations/{}/services",
            place.cycle, view.organisation.code
        );
    }
    Ok(state.templates.show(&page))
}

/// Asks an organisation that declined once more.
pub async fn post_invite_again(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let (cycle, organisation) = (view.cycle.id, view.organisation.id);
    app::participations::invite_again(&state.app, &who.actor, cycle, organisation).await?;
    let response = Redirect::to(&place.base()).into_response();
    Ok(with_notice(
        response,
        &state,
        "The organisation has been invited again.",
    ))
}

fn page(layout: Layout, view: &PartView) -> PartPage {
    let cycle = view.cycle.key.as_str();
    let address = base(cycle, &view.organisation.code);
    let is_declined = view.participation.state == ParticipationState::Declined;
    let invite_again = if is_declined && view.may_manage {
        format!("{address}/invite-again")
    } else {
        String::new()
    };
    PartPage {
        layout: layout
            .titled(&view.organisation.name)
            .with_back(&format!("/cycles/{cycle}/organisations")),
        cycle: view.cycle.name.clone(),
        state: view.participation.state.label().to_owned(),
        colour: colour(view.participation.state).to_owned(),
        rows: rows(view),
        relatives: relatives(view),
        services_href: String::new(),
        nominations: nominations(view),
        sealed: sealed(view),
        actions: actions(view, &address),
        invite_again,
    }
}

fn rows(view: &PartView) -> Vec<SummaryRow> {
    let row = |key: &str, value: &str| SummaryRow {
        key: key.to_owned(),
        value: value.to_owned(),
        href: None,
        what: None,
    };
    let mut rows = vec![
        row("Code", &view.organisation.code),
        row("Kind", view.organisation.kind.label()),
        row(
            "Revision being worked on",
            &view.participation.revision.to_string(),
        ),
    ];
    if !view.participation.reason.is_empty() {
        let key = if view.participation.state == ParticipationState::Declined {
            "Reason for declining"
        } else {
            "Reason for reopening"
        };
        rows.push(row(key, &view.participation.reason));
    }
    rows
}

fn relatives(view: &PartView) -> Vec<Link> {
    let link = |organisation: &Organisation| Link {
        text: organisation.name.clone(),
        href: base(view.cycle.key.as_str(), &organisation.code),
    };
    let mut links: Vec<Link> = view.body.iter().map(link).collect();
    links.extend(view.arms.iter().map(link));
    links
}

fn nominations(view: &PartView) -> Table {
    let mut rows = Vec::new();
    for nomination in &view.nominations {
        let registered = nomination.registered_at.map_or_else(|| "No".to_owned(), in_words);
        rows.push(vec![
            Cell::new(&nomination.nominee.name),
            Cell::new(&nomination.nominee.post),
            Cell::new(nomination.nominee.email.as_str()),
            Cell::new(in_words(nomination.nominated_at)),
            Cell::new(registered),
            Cell::new(nomination.state().label()),
        ]);
    }
    Table {
        caption: "Mapping leads".to_owned(),
        columns: vec![
            Column::words("Name"),
            Column::words("Post"),
            Column::words("Email"),
            Column::words("Nominated"),
            Column::words("Registered"),
            Column::words("State"),
        ],
        rows,
        when_empty: "Nobody has been nominated".to_owned(),
        ..Table::default()
    }
}

fn sealed(view: &PartView) -> Table {
    let mut rows = Vec::new();
    for sign_off in &view.sealed {
        rows.push(vec![
            Cell::new(format!("Revision {}", sign_off.revision)),
            Cell::new(&sign_off.person_name),
            Cell::new(in_words(sign_off.at)),
            Cell::new(sign_off.service_count),
        ]);
    }
    Table {
        caption: "Signed off".to_owned(),
        columns: vec![
            Column::words("Revision"),
            Column::words("By"),
            Column::words("When"),
            Column::numbers("Services"),
        ],
        rows,
        when_empty: "Nothing has been signed off".to_owned(),
        ..Table::default()
    }
}

/// What the person may do with this part now; what is not offered is refused as well.
fn actions(view: &PartView, address: &str) -> Vec<Link> {
    let link = |text: &str, ending: &str| Link {
        text: text.to_owned(),
        href: format!("{address}/{ending}"),
    };
    let state = view.participation.state;
    let is_asked = state.is_asked() && state != ParticipationState::Declined;
    let mut actions = Vec::new();
    if view.may_manage && is_asked {
        let text = if view.nominations.is_empty() {
            "Nominate a mapping lead"
        } else {
            "Nominate another mapping lead"
        };
        actions.push(link(text, "nominate"));
        if view.participation.hand_to_arms().is_ok()
            && view.organisation.kind.may_have_arms()
            && view.organisation.parent.is_none()
        {
            actions.push(link("Register two arms", "arms"));
        }
        if view.participation.decline("any reason").is_ok() {
            actions.push(link("Record that it declines", "decline"));
        }
    }
    if view.may_reopen && view.participation.reopen(&view.cycle, "any reason").is_ok() {
        actions.push(link("Reopen", "reopen"));
    }
    actions
}

impl Page for PartPage {
    const TEMPLATE: &'static str = "participations/show.html";

    fn samples() -> Vec<PartPage> {
        let mut declined = super::sample(ParticipationState::Declined);
        declined.participation.reason.push_str("No capacity this year");
        let mut in_arms = super::sample(ParticipationState::InArms);
        in_arms.arms = vec![in_arms.organisation.clone()];
        let mut usual = page(Layout::sample(""), &super::sample(ParticipationState::Invited));
        usual
            .services_href
            .push_str("/cycles/2026-27/organisations/QOP/services");
        vec![
            usual,
            page(Layout::sample(""), &declined),
            page(Layout::sample(""), &in_arms),
            page(Layout::sample(""), &super::sample(ParticipationState::SignedOff)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(state: ParticipationState) -> Vec<String> {
        let view = super::super::sample(state);
        let actions = actions(&view, "");
        actions.into_iter().map(|link| link.href).collect()
    }

    #[test]
    fn only_what_can_be_done_is_offered() {
        assert_eq!(
            offered(ParticipationState::Invited),
            ["/nominate", "/arms", "/decline"]
        );
        assert_eq!(offered(ParticipationState::SignedOff), ["/nominate", "/reopen"]);
        assert!(offered(ParticipationState::Declined).is_empty());
        assert!(offered(ParticipationState::InArms).is_empty());
    }
}
