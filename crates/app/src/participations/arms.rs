//! Taking part as a commissioning and a providing arm (A04).

use domain::access::Actor;
use domain::ids::{CycleId, OrganisationId};
use domain::organisations::{Arm, Organisation};
use domain::roles::Right;
use storage::{StorageError, organisations};

use super::{invitations, keep, leads, part};
use crate::error::AppError;
use crate::running::App;

/// Lets the two sides of a body take part apart: makes the arms, asks each to the cycle, and takes the body
/// itself out of the count, so that nobody is counted twice. Refused once a lead has registered for the whole.
/// Later cycles ask the arms instead of the body.
pub async fn register_arms(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Vec<Organisation>, AppError> {
    let mut tx = app.store.begin().await?;
    let part = part(&mut tx, actor, Right::ManageParticipations, cycle, organisation).await?;
    let mut arms = Vec::new();
    for arm in Arm::ALL {
        arms.push(part.organisation.arm(arm, OrganisationId(app.new_id()))?);
    }
    let handed_over = part.participation.hand_to_arms()?;
    let mut kept = Vec::new();
    for arm in arms {
        organisations::save(&mut tx, &arm).await?;
        // An arm of an earlier cycle keeps the identity that it has.
        let found = organisations::find_by_code(&mut tx, &arm.code).await?;
        kept.push(found.ok_or(StorageError::NotFound("organisation"))?);
    }
    let ids: Vec<OrganisationId> = kept.iter().map(|arm| arm.id).collect();
    leads::recall_waiting(app, &mut tx, handed_over.id).await?;
    invitations::insert(app, &mut tx, &part.permit, &part.cycle, &ids).await?;
    keep(
        app,
        &mut tx,
        &handed_over,
        &part.event("participation.handed_to_arms"),
    )
    .await?;
    tx.commit().await?;
    Ok(kept)
}
