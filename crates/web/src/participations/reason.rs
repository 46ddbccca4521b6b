//! Declining and reopening: both need a reason, which is kept.

use app::participations::{PartView, view};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::{PartPlace, base, form_errors};
use crate::cookies::with_notice;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// What is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    /// The reason.
    reason: String,
}

/// The form.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonPage {
    /// The frame; the title is what is done.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// What it means.
    pub consequence: &'static str,
    /// The question.
    pub question: &'static str,
    /// What the button says.
    pub button: &'static str,
    /// What was typed.
    pub reason: String,
}

/// What needs a reason.
#[derive(Clone, Copy)]
enum Deed {
    Decline,
    Reopen,
}

/// Asks why the organisation declines.
pub async fn get_decline(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(show(&state, layout, &view, Deed::Decline, ""))
}

/// Records that the organisation declines.
pub async fn post_decline(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
    Form(form): Form<ReasonForm>,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let (cycle, organisation) = (view.cycle.id, view.organisation.id);
    let declined =
        app::participations::decline(&state.app, &who.actor, cycle, organisation, &form.reason).await;
    match declined {
        Ok(_) => {
            let response = Redirect::to(&place.base()).into_response();
            Ok(with_notice(
                response,
                &state,
                "The organisation is recorded as declined.",
            ))
        }
        Err(error) => {
            let layout = layout.with_errors(form_errors(error, &["reason"])?);
            Ok(show(&state, layout, &view, Deed::Decline, &form.reason))
        }
    }
}

/// Asks why the organisation is to be reopened.
pub async fn get_reopen(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(show(&state, layout, &view, Deed::Reopen, ""))
}

/// Reopens the organisation.
pub async fn post_reopen(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
    Form(form): Form<ReasonForm>,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let (cycle, organisation) = (view.cycle.id, view.organisation.id);
    let reopened =
        app::participations::reopen(&state.app, &who.actor, cycle, organisation, &form.reason).await;
    match reopened {
        Ok(_) => {
            let response = Redirect::to(&place.base()).into_response();
            Ok(with_notice(
                response,
                &state,
                "The organisation has been reopened.",
            ))
        }
        Err(error) => {
            let layout = layout.with_errors(form_errors(error, &["reason"])?);
            Ok(show(&state, layout, &view, Deed::Reopen, &form.reason))
        }
    }
}

fn show(state: &WebState, layout: Layout, view: &PartView, deed: Deed, reason: &str) -> Response {
    state.templates.show(&page(layout, view, deed, reason))
}

fn page(layout: Layout, view: &PartView, deed: Deed, reason: &str) -> ReasonPage {
    let (title, consequence, question, button) = match deed {
        Deed::Decline => (
            "Record that an organisation declines",
            "It stays in every count of organisations asked. It is never counted as having no services. \
             A registration link that has not been used stops working.",
            "Why does it decline?",
            "Record it",
        ),
        Deed::Reopen => (
            "Reopen an organisation",
            "It can change its answers again, whatever the closing date. If it has signed off, a new revision \
             begins; tables cite the last one until it signs off again. Its mapping lead is told by letter, with \
             your reason.",
            "Why do you reopen it?",
            "Reopen",
        ),
    };
    ReasonPage {
        layout: layout
            .titled(title)
            .with_back(&base(view.cycle.key.as_str(), &view.organisation.code)),
        organisation: view.organisation.name.clone(),
        consequence,
        question,
        button,
        reason: reason.to_owned(),
    }
}

impl Page for ReasonPage {
    const TEMPLATE: &'static str = "participations/reason.html";

    fn samples() -> Vec<ReasonPage> {
        let view = super::sample(domain::participations::ParticipationState::Invited);
        let errors = vec![ErrorLink::at("reason", "Enter why the organisation declined")];
        vec![
            page(Layout::sample(""), &view, Deed::Reopen, "Late figures"),
            page(Layout::sample("").with_errors(errors), &view, Deed::Decline, ""),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
