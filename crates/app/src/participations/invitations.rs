//! Asking organisations to take part.

use domain::access::{Actor, Permit, Target};
use domain::cycles::Cycle;
use domain::events::Event;
use domain::ids::{CycleId, OrganisationId, ParticipationId};
use domain::organisations::{OrganisationKind, to_invite};
use domain::problem::Problem;
use domain::roles::Right;
use serde_json::json;
use storage::{Tx, cycles, events, organisations, participations};

use crate::error::AppError;
use crate::jobs::{self, Work};
use crate::running::App;

/// Asks organisations to a cycle and answers how many are new; those asked before stay as they are. Refused
/// where one does not exist on the opening day.
pub async fn invite(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    invited: &[OrganisationId],
) -> Result<u64, AppError> {
    let permit = actor.may(Right::ManageParticipations, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    let cycle = cycles::get(&mut tx, cycle).await?;
    let mut problems = Vec::new();
    for id in invited {
        let organisation = organisations::get(&mut tx, *id).await?;
        if !organisation.exists_on(cycle.dates.opens_on) {
            problems.push(Problem::at(
                "organisation",
                "organisation.not_existing",
                format!("{} does not exist on the day the cycle opens", organisation.name),
            ));
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let count = insert(app, &mut tx, &permit, &cycle, invited).await?;
    tx.commit().await?;
    Ok(count)
}

/// Asks every organisation of these kinds (all kinds, where none is named) that exists on the opening day;
/// answers how many are new.
pub async fn invite_all(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    kinds: &[OrganisationKind],
) -> Result<u64, AppError> {
    let permit = actor.may(Right::ManageParticipations, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    let cycle = cycles::get(&mut tx, cycle).await?;
    let all = organisations::list(&mut tx).await?;
    let invited = to_invite(&all, kinds, cycle.dates.opens_on);
    let count = insert(app, &mut tx, &permit, &cycle, &invited).await?;
    tx.commit().await?;
    Ok(count)
}

pub(super) async fn insert(
    app: &App,
    tx: &mut Tx,
    permit: &Permit,
    cycle: &Cycle,
    invited: &[OrganisationId],
) -> Result<u64, AppError> {
    let mut rows = Vec::with_capacity(invited.len());
    for organisation in invited {
        rows.push((ParticipationId(app.new_id()), *organisation));
    }
    let count = participations::invite(tx, cycle.id, &rows, app.now()).await?;
    if count > 0 {
        let event = Event::new("participation.invited", permit.recorded_person())
            .cycle(cycle.id)
            .detail(json!({ "count": count }));
        events::record(tx, &event, app.now()).await?;
        jobs::put_once(tx, Work::RefreshSummary { cycle: cycle.id }, app.now()).await?;
    }
    Ok(count)
}
