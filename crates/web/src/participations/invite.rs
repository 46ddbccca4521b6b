//! Asking every organisation of some kinds to a cycle.

use app::AppError;
use app::services::cycle_by_key;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::Form;
use domain::cycles::Cycle;
use domain::organisations::{Organisation, OrganisationKind, to_invite};
use domain::problem::Problem;
use serde::{Deserialize, Serialize};
use storage::organisations;

use crate::content::Choice;
use crate::cookies::with_notice;
use crate::cycles::CyclePlace;
use crate::error::Answer;
use crate::key_dates::in_words;
use crate::page::{ErrorLink, Layout, Page};
use crate::session::Signed;
use crate::state::WebState;

/// What is sent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct InviteForm {
    /// The codes of the kinds.
    #[serde(default)]
    kinds: Vec<String>,
}

/// The form.
#[derive(Clone, Debug, Serialize)]
pub struct InvitePage {
    /// The frame.
    pub layout: Layout,
    /// The cycle's name.
    pub cycle: String,
    /// The kinds of which there are organisations.
    pub kinds: Vec<Choice>,
}

/// Shows the kinds, with how many organisations of each exist on the opening day.
pub async fn get(State(state): State<WebState>, Path(place): Path<CyclePlace>, layout: Layout) -> Answer {
    let (cycle, all) = read(&state, &place).await?;
    Ok(state.templates.show(&page(layout, &cycle, &all)))
}

/// Asks them.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<CyclePlace>,
    layout: Layout,
    Form(form): Form<InviteForm>,
) -> Answer {
    let (cycle, all) = read(&state, &place).await?;
    let mut kinds = Vec::new();
    for code in &form.kinds {
        kinds.extend(OrganisationKind::from_code(code));
    }
    if kinds.is_empty() {
        let problem = Problem::at(
            "kinds",
            "participation.no_kind",
            "Select the kinds of organisation to invite",
        );
        let layout = layout.with_errors(ErrorLink::for_problems(&[problem]));
        return Ok(state.templates.show(&page(layout, &cycle, &all)));
    }
    let count = app::participations::invite_all(&state.app, &who.actor, cycle.id, &kinds).await?;
    let response = Redirect::to(&format!("{}/organisations", place.base())).into_response();
    let said = match count {
        0 => "They had all been invited already.".to_owned(),
        1 => "1 organisation has been invited.".to_owned(),
        count => format!("{count} organisations have been invited."),
    };
    Ok(with_notice(response, &state, &said))
}

async fn read(state: &WebState, place: &CyclePlace) -> Result<(Cycle, Vec<Organisation>), AppError> {
    let mut conn = state.app.reader().conn().await?;
    let cycle = cycle_by_key(&mut conn, &place.cycle).await?;
    Ok((cycle, organisations::list(&mut conn).await?))
}

fn page(layout: Layout, cycle: &Cycle, all: &[Organisation]) -> InvitePage {
    let mut kinds = Vec::new();
    for kind in OrganisationKind::ALL {
        let count = to_invite(all, &[kind], cycle.dates.opens_on).len();
        if count > 0 {
            let hint = format!("{count} exist on {}", in_words(cycle.dates.opens_on));
            kinds.push(Choice::new(kind.code(), kind.label()).with_hint(&hint));
        }
    }
    InvitePage {
        layout: layout
            .titled("Invite organisations")
            .with_back(&format!("/cycles/{}/organisations", cycle.key.as_str())),
        cycle: cycle.name.clone(),
        kinds,
    }
}

impl Page for InvitePage {
    const TEMPLATE: &'static str = "participations/invite.html";

    fn samples() -> Vec<InvitePage> {
        let view = super::sample(domain::participations::ParticipationState::Invited);
        let all = [view.organisation];
        let errors = vec![ErrorLink::at(
            "kinds",
            "Select the kinds of organisation to invite",
        )];
        vec![
            page(Layout::sample(""), &view.cycle, &all),
            page(Layout::sample("").with_errors(errors), &view.cycle, &all),
            page(Layout::sample(""), &view.cycle, &[]),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}
