//! Nominating a mapping lead.

use app::AppError;
use app::participations::{PartView, view};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect};
use domain::nominations::{NominationState, Nominee};
use serde::{Deserialize, Serialize};

use super::{PartPlace, base, form_errors};
use crate::cookies::with_notice;
use crate::error::Answer;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// What is sent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NominateForm {
    /// The lead's name.
    name: String,
    /// The lead's post.
    post: String,
    /// The lead's address.
    email: String,
}

/// The form.
#[derive(Clone, Debug, Serialize)]
pub struct NominatePage {
    /// The frame.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// What was typed.
    pub form: NominateForm,
    /// What becomes of the lead that there is; empty where there is none.
    pub replaces: String,
}

/// Shows the form.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    view.participation.nominate()?;
    Ok(state
        .templates
        .show(&page(layout, &view, NominateForm::default())))
}

/// Nominates the lead and sends the link.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<PartPlace>,
    layout: Layout,
    Form(form): Form<NominateForm>,
) -> Answer {
    let view = view(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let nominated = match Nominee::parse(&form.name, &form.post, &form.email) {
        Ok(nominee) => {
            let (cycle, organisation) = (view.cycle.id, view.organisation.id);
            app::participations::nominate(&state.app, &who.actor, cycle, organisation, nominee).await
        }
        Err(problems) => Err(AppError::Refused(problems)),
    };
    match nominated {
        Ok(nomination) => {
            let response = Redirect::to(&place.base()).into_response();
            let said = format!("A link to register is on its way to {}.", nomination.nominee.name);
            Ok(with_notice(response, &state, &said))
        }
        Err(error) => {
            let errors = form_errors(error, &["name", "post", "email"])?;
            Ok(state
                .templates
                .show(&page(layout.with_errors(errors), &view, form)))
        }
    }
}

fn replaces(view: &PartView) -> String {
    let has = |state| view.nominations.iter().find(|one| one.state() == state);
    if let Some(waiting) = has(NominationState::Waiting) {
        return format!(
            "{} has not registered yet. The link sent to them will stop working.",
            waiting.nominee.name
        );
    }
    if let Some(lead) = has(NominationState::Registered) {
        return format!(
            "{} leads until the new lead registers. What they signed off keeps their name.",
            lead.nominee.name
        );
    }
    String::new()
}

fn page(layout: Layout, view: &PartView, form: NominateForm) -> NominatePage {
    NominatePage {
        layout: layout
            .titled("Nominate a mapping lead")
            .with_back(&base(view.cycle.key.as_str(), &view.organisation.code)),
        organisation: view.organisation.name.clone(),
        form,
        replaces: replaces(view),
    }
}

impl Page for NominatePage {
    const TEMPLATE: &'static str = "participations/nominate.html";

    fn samples() -> Vec<NominatePage> {
        let view = super::sample(domain::participations::ParticipationState::Invited);
        let problems = Nominee::parse("", "", "bea").err().unwrap_or_default();
        let wrong = Layout::sample("").with_errors(ErrorLink::for_problems(&problems));
        let mut second = page(Layout::sample(""), &view, NominateForm::default());
        second
            .replaces
            .push_str("Bea Mapping leads until the new lead registers.");
        vec![
            page(Layout::sample(""), &view, NominateForm::default()),
            page(wrong, &view, NominateForm::default()),
            second,
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
