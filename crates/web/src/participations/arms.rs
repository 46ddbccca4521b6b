//! Letting the two sides of a body take part apart (A04).

use app::participations::{PartView, register_arms, view};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use serde::Serialize;

use super::{PartPlace, base};
use crate::cookies::with_notice;
use crate::error::Answer;
use crate::page::{Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// The page that asks whether to go on.
#[derive(Clone, Debug, Serialize)]
pub struct ArmsPage {
    /// The frame.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// Where to go instead.
    pub cancel: String,
}

/// Says what it means.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    view.participation.hand_to_arms()?;
    Ok(state.templates.show(&page(layout, &view)))
}

/// Registers the arms and asks each to the cycle.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    register_arms(&state.app, &who.actor, view.cycle.id, view.organisation.id).await?;
    let response = Redirect::to(&place.base()).into_response();
    Ok(with_notice(response, &state, "The two arms have been invited."))
}

fn page(layout: Layout, view: &PartView) -> ArmsPage {
    let cancel = base(view.cycle.key.as_str(), &view.organisation.code);
    ArmsPage {
        layout: layout.titled("Register two arms").with_back(&cancel),
        organisation: view.organisation.name.clone(),
        cancel,
    }
}

impl Page for ArmsPage {
    const TEMPLATE: &'static str = "participations/arms.html";

    fn samples() -> Vec<ArmsPage> {
        let view = super::sample(domain::participations::ParticipationState::Invited);
        vec![page(Layout::sample(""), &view)]
    }
}
