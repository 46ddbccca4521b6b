//! Answering: the task list of a service, its pages, the check of the answers, the history.

pub mod answers;
mod form;
pub mod history;
pub mod page;
pub mod tasks;

use app::returns::{OpenReturn, find, open};
use domain::access::Actor;
use domain::ids::ServiceId;
use domain::roles::Right;
use serde::Deserialize;

use crate::error::WebError;
use crate::route::{Need, Route};
use crate::state::WebState;

/// The keys in the address of a service's return.
#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    /// The cycle's key.
    pub cycle: String,
    /// The organisation's code.
    pub organisation: String,
    /// The service's id.
    pub service: ServiceId,
}

impl Place {
    /// The address of the service's task list; other pages of the return lie below it.
    pub fn address(&self) -> String {
        format!(
            "/cycles/{}/organisations/{}/services/{}",
            self.cycle, self.organisation, self.service
        )
    }

    /// The address of the organisation's services.
    pub fn board(&self) -> String {
        format!(
            "/cycles/{}/organisations/{}/services",
            self.cycle, self.organisation
        )
    }
}

const TASKS: &str = "/cycles/{cycle}/organisations/{organisation}/services/{service}";
const PAGE: &str = "/cycles/{cycle}/organisations/{organisation}/services/{service}/pages/{page}";
const PREVIEW: &str = "/cycles/{cycle}/organisations/{organisation}/services/{service}/pages/{page}/preview";
const ANSWERS: &str = "/cycles/{cycle}/organisations/{organisation}/services/{service}/check-answers";
const HISTORY: &str = "/cycles/{cycle}/organisations/{organisation}/services/{service}/history";

/// The routes of answering.
pub fn routes() -> Vec<Route> {
    let see = Need::Right(Right::SeeReturn);
    let edit = Need::Right(Right::EditReturn);
    vec![
        Route::get(TASKS, see, tasks::get),
        Route::get(PAGE, see, page::get),
        Route::post(PAGE, edit, page::post),
        Route::post(PREVIEW, edit, page::preview),
        Route::get(ANSWERS, see, answers::get),
        Route::get(HISTORY, see, history::get),
    ]
}

/// Opens the return that an address names; an address that mixes one organisation's code with another's service
/// leads nowhere.
async fn opened(state: &WebState, actor: &Actor, place: &Place) -> Result<OpenReturn, WebError> {
    let id = find(&state.app, &place.cycle, place.service).await?;
    let opened = open(&state.app, actor, id).await?;
    if opened.organisation.code != place.organisation {
        return Err(app::AppError::NotFound("service").into());
    }
    Ok(opened)
}

/// Who gives the return and when, as it stands above every heading.
fn caption(opened: &OpenReturn) -> String {
    format!("{}, {}", opened.organisation.name, opened.cycle.name)
}
