//! What the national team and regional support workers see of a cycle: lists, numbers, one organisation's part.

use domain::access::Actor;
use domain::cycles::Cycle;
use domain::nominations::Nomination;
use domain::organisations::Organisation;
use domain::participations::Participation;
use domain::roles::Right;
use domain::sign_off::SignOff;
use storage::participations::{Listing, ParticipationFilter, StateCount, Window};
use storage::{Conn, nominations, organisations, participations, sign_offs};

use crate::error::AppError;
use crate::running::App;
use crate::services::{cycle_by_key, place};

/// How far the organisations of a cycle are, as far as somebody may see.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The cycle.
    pub cycle: Cycle,
    /// How many organisations of each region and kind are in each state.
    pub counts: Vec<StateCount>,
}

/// An organisation's part in a cycle, with its history.
#[derive(Debug, Clone)]
pub struct PartView {
    /// The cycle.
    pub cycle: Cycle,
    /// The organisation.
    pub organisation: Organisation,
    /// Its part.
    pub participation: Participation,
    /// Who was nominated, the newest first.
    pub nominations: Vec<Nomination>,
    /// What it signed off, the newest first.
    pub sealed: Vec<SignOff>,
    /// The body that it is an arm of.
    pub body: Option<Organisation>,
    /// Its own arms.
    pub arms: Vec<Organisation>,
    /// Whether this person may invite, nominate and record a refusal.
    pub may_manage: bool,
    /// Whether this person may reopen.
    pub may_reopen: bool,
}

/// The progress of a cycle, in the regions that the person may see.
pub async fn progress(app: &App, actor: &Actor, cycle: &str) -> Result<Progress, AppError> {
    let mut conn = app.reader().conn().await?;
    let cycle = cycle_by_key(&mut conn, cycle).await?;
    let regions = actor.regions_with(Right::SeeProgress);
    let counts = participations::count_states(&mut conn, cycle.id, &regions).await?;
    Ok(Progress { cycle, counts })
}

/// One page of a cycle's organisations, in the regions that the person may see.
pub async fn list(
    app: &App,
    actor: &Actor,
    cycle: &str,
    filter: &ParticipationFilter,
    window: Window,
) -> Result<(Cycle, Listing), AppError> {
    let mut conn = app.reader().conn().await?;
    let cycle = cycle_by_key(&mut conn, cycle).await?;
    let regions = actor.regions_with(Right::SeeProgress);
    let listing = participations::list(&mut conn, cycle.id, &regions, filter, window).await?;
    Ok((cycle, listing))
}

/// An organisation's part in a cycle. Somebody whose regions do not hold the organisation is refused.
pub async fn view(app: &App, actor: &Actor, cycle: &str, organisation: &str) -> Result<PartView, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, participation) = place(&mut conn, cycle, organisation).await?;
    actor.may(Right::SeeProgress, &organisation.target())?;
    let target = organisation.target();
    Ok(PartView {
        nominations: nominations::list(&mut conn, participation.id).await?,
        sealed: sign_offs::list(&mut conn, participation.id).await?,
        body: body(&mut conn, &organisation).await?,
        arms: organisations::list_arms(&mut conn, organisation.id).await?,
        may_manage: actor.may(Right::ManageParticipations, &target).is_ok(),
        may_reopen: actor.may(Right::Reopen, &target).is_ok(),
        cycle,
        organisation,
        participation,
    })
}

async fn body(conn: &mut Conn, organisation: &Organisation) -> Result<Option<Organisation>, AppError> {
    match organisation.parent {
        Some(parent) => Ok(Some(organisations::get(conn, parent).await?)),
        None => Ok(None),
    }
}
