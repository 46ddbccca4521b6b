//! Who takes part in a cycle: inviting, refusing, reopening (A01, A02), nominating and registering leads (A03),
//! and taking part as two arms (A04).

mod arms;
mod invitations;
mod leads;
mod letters;
mod views;

use domain::access::{Actor, Permit};
use domain::cycles::Cycle;
use domain::events::Event;
use domain::ids::{CycleId, OrganisationId};
use domain::organisations::Organisation;
use domain::participations::{Participation, ParticipationState};
use domain::returns::ReturnState;
use domain::roles::Right;
use storage::{Tx, cycles, events, organisations, participations, returns};

pub use arms::register_arms;
pub use invitations::{invite, invite_all};
pub(crate) use leads::lead_registered;
pub use leads::nominate;
pub use views::{PartView, Progress, list, progress, view};

use crate::error::AppError;
use crate::jobs::{self, Work};
use crate::running::App;

/// An organisation's part in a cycle, with everything needed to decide about it.
struct Part {
    permit: Permit,
    cycle: Cycle,
    organisation: Organisation,
    participation: Participation,
}

/// Reads the part to be changed and asks for the permit to change it. Somebody without the right is told so
/// before learning whether the organisation was asked at all.
async fn part(
    tx: &mut Tx,
    actor: &Actor,
    right: Right,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Part, AppError> {
    let organisation = organisations::get(tx, organisation).await?;
    let permit = actor.may(right, &organisation.target())?;
    Ok(Part {
        permit,
        cycle: cycles::get(tx, cycle).await?,
        participation: participations::get_to_write(tx, cycle, organisation.id).await?,
        organisation,
    })
}

impl Part {
    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, self.permit.recorded_person())
            .cycle(self.cycle.id)
            .organisation(self.organisation.id)
    }
}

/// Keeps the changed part, records what happened, and has the public summary made anew.
async fn keep(app: &App, tx: &mut Tx, changed: &Participation, event: &Event) -> Result<(), AppError> {
    participations::save(tx, changed, app.now()).await?;
    events::record(tx, event, app.now()).await?;
    let refresh = Work::RefreshSummary { cycle: changed.cycle };
    jobs::put_once(tx, refresh, app.now()).await
}

/// Records that an organisation does not take part, and why. It stays in every denominator (A01); links that
/// its nominees have not used are taken back.
pub async fn decline(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    organisation: OrganisationId,
    reason: &str,
) -> Result<Participation, AppError> {
    let mut tx = app.store.begin().await?;
    let part = part(&mut tx, actor, Right::ManageParticipations, cycle, organisation).await?;
    let declined = part.participation.decline(reason)?;
    leads::recall_waiting(app, &mut tx, declined.id).await?;
    keep(app, &mut tx, &declined, &part.event("participation.declined")).await?;
    tx.commit().await?;
    Ok(declined)
}

/// Asks an organisation that declined once more.
pub async fn invite_again(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Participation, AppError> {
    let mut tx = app.store.begin().await?;
    let part = part(&mut tx, actor, Right::ManageParticipations, cycle, organisation).await?;
    let invited = part.participation.invite_again()?;
    keep(app, &mut tx, &invited, &part.event("participation.invited_again")).await?;
    tx.commit().await?;
    Ok(invited)
}

/// Opens a sealed or closed organisation again, by name and with a reason (A02, A11), and tells its leads by
/// letter. After a sign-off this starts the next revision; the sealed one is cited until the next seal.
pub async fn reopen(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    organisation: OrganisationId,
    reason: &str,
) -> Result<Participation, AppError> {
    let mut tx = app.store.begin().await?;
    let part = part(&mut tx, actor, Right::Reopen, cycle, organisation).await?;
    let reopened = part.participation.reopen(&part.cycle, reason)?;
    let event = part
        .event("participation.reopened")
        .detail(serde_json::json!({ "revision": reopened.revision }));
    keep(app, &mut tx, &reopened, &event).await?;
    if part.participation.state == ParticipationState::SignedOff {
        returns::set_state(&mut tx, cycle, organisation, ReturnState::Complete).await?;
    }
    for lead in leads::list(app, &mut tx, organisation).await? {
        let letter = letters::reopened(app, &part.organisation, &part.cycle, &reopened, &lead);
        crate::outbox::put(&mut tx, &letter, app.now()).await?;
    }
    tx.commit().await?;
    Ok(reopened)
}
