//! Answering: opening a return, saving a page of it, adding and removing rows.

mod save;

use std::sync::Arc;

use domain::access::{Actor, Denied};
use domain::cycles::Cycle;
use domain::ids::{ReturnId, ServiceId};
use domain::organisations::Organisation;
use domain::participations::{Participation, ParticipationState};
use domain::returns::{Return, ReturnState};
use domain::roles::Right;
use domain::services::Service;
use questionnaire::Questionnaire;
use storage::{Conn, cycles, organisations, participations, returns, services};

use crate::error::AppError;
use crate::running::App;

pub use save::{PagePost, RowAction, SavedPage, save_page};

/// A return with all that a page about it needs.
#[derive(Debug, Clone)]
pub struct OpenReturn {
    /// The answers and their state.
    pub current: Return,
    /// The service that they are about.
    pub service: Service,
    /// The organisation that gives them.
    pub organisation: Organisation,
    /// The cycle.
    pub cycle: Cycle,
    /// The organisation's part in it.
    pub participation: Participation,
    /// The questions.
    pub questionnaire: Arc<Questionnaire>,
    /// Whether this person may change the answers today.
    pub may_edit: bool,
}

impl OpenReturn {
    /// Why nobody may change the answers today; none when they may be changed.
    pub fn closed_because(&self, app: &App) -> Option<&'static str> {
        if self.current.state == ReturnState::SignedOff {
            return Some("These answers are signed off. Only the national team can reopen them.");
        }
        if self.participation.state == ParticipationState::Declined {
            return Some("Your organisation has declined to take part in this cycle.");
        }
        let reopened = self.participation.state == ParticipationState::Reopened;
        if !self.cycle.accepts_edits(app.today(), reopened) {
            return Some(
                "This cycle is not open for answers. Ask the national team if something must change.",
            );
        }
        None
    }
}

/// Opens a return to be read; refused to those who may not see it.
pub async fn open(app: &App, actor: &Actor, id: ReturnId) -> Result<OpenReturn, AppError> {
    let mut conn = app.reader().conn().await?;
    let current = returns::get(&mut conn, id).await?;
    let opened = surroundings(app, &mut conn, actor, current).await?;
    actor.may(
        Right::SeeReturn,
        &opened.service.target(opened.organisation.region.clone()),
    )?;
    Ok(opened)
}

/// The return of a service in a cycle, by the keys that stand in addresses.
pub async fn find(app: &App, cycle: &str, service: ServiceId) -> Result<ReturnId, AppError> {
    let mut conn = app.reader().conn().await?;
    let found = returns::find_id(&mut conn, cycle, service).await?;
    found.ok_or(AppError::NotFound("return"))
}

async fn surroundings(
    app: &App,
    conn: &mut Conn,
    actor: &Actor,
    current: Return,
) -> Result<OpenReturn, AppError> {
    let service = services::get(conn, current.service).await?;
    let organisation = organisations::get(conn, current.organisation).await?;
    let cycle = cycles::get(conn, current.cycle).await?;
    let participation = participations::find(conn, current.cycle, current.organisation)
        .await?
        .ok_or(AppError::NotFound("participation"))?;
    let questionnaire = app.questionnaire(current.questionnaire).await?;
    let target = service.target(organisation.region.clone());
    let may_edit = actor.may(Right::EditReturn, &target).is_ok();
    let mut opened = OpenReturn {
        current,
        service,
        organisation,
        cycle,
        participation,
        questionnaire,
        may_edit,
    };
    if opened.closed_because(app).is_some() {
        opened.may_edit = false;
    }
    Ok(opened)
}

/// Refuses an edit with the reason that a person can read.
fn must_be_editable(app: &App, actor: &Actor, opened: &OpenReturn) -> Result<(), AppError> {
    let target = opened.service.target(opened.organisation.region.clone());
    actor.may(Right::EditReturn, &target)?;
    if let Some(reason) = opened.closed_because(app) {
        return Err(domain::problem::Problem::at("return", "return.closed", reason).into());
    }
    if !opened.may_edit {
        return Err(Denied {
            right: Right::EditReturn,
        }
        .into());
    }
    Ok(())
}
