//! Nominating and registering mapping leads, one after another (A03).

use domain::access::{Actor, Scope};
use domain::cycles::Cycle;
use domain::events::Event;
use domain::ids::{CycleId, NominationId, OrganisationId, ParticipationId, PersonId};
use domain::nominations::{Nomination, NominationState, Nominee};
use domain::organisations::Organisation;
use domain::people::Person;
use domain::roles::{Right, Role};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use storage::{Tx, events, grants, nominations, organisations, participations};

use super::{keep, letters, part};
use crate::error::AppError;
use crate::links::{self, GrantOffer, LinkDetail, NewLink, Purpose};
use crate::outbox;
use crate::running::App;

/// For how long a registration link works.
pub const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24 * 28);

/// Names somebody to lead the mapping of an organisation, and sends them a one-use link to register with. A
/// nominee who has not registered yet is replaced and their link taken back; a lead who has registered leads on
/// until the new one registers. Refused while the organisation has declined or takes part by its arms.
pub async fn nominate(
    app: &App,
    actor: &Actor,
    cycle: CycleId,
    organisation: OrganisationId,
    nominee: Nominee,
) -> Result<Nomination, AppError> {
    let mut tx = app.store.begin().await?;
    let part = part(&mut tx, actor, Right::ManageParticipations, cycle, organisation).await?;
    let nominated = part.participation.nominate()?;
    recall_waiting(app, &mut tx, nominated.id).await?;
    let nomination = Nomination {
        id: NominationId(app.new_id()),
        participation: nominated.id,
        nominated_by: part.permit.recorded_person(),
        nominee,
        nominated_at: app.now(),
        registered_at: None,
        person: None,
        replaced_at: None,
    };
    nominations::insert(&mut tx, &nomination).await?;
    send_link(app, &mut tx, &part.organisation, &part.cycle, &nomination).await?;
    let event = part
        .event("participation.lead_nominated")
        .detail(json!({ "nomination": nomination.id }));
    keep(app, &mut tx, &nominated, &event).await?;
    tx.commit().await?;
    Ok(nomination)
}

async fn send_link(
    app: &App,
    tx: &mut Tx,
    organisation: &Organisation,
    cycle: &Cycle,
    nomination: &Nomination,
) -> Result<(), AppError> {
    let expires_at = app.now() + LINK_LASTS;
    let link = NewLink {
        purpose: Purpose::Register,
        email: nomination.nominee.email.clone(),
        detail: LinkDetail {
            grants: vec![GrantOffer {
                role: Role::MappingLead,
                scope: Scope::Organisation(organisation.id),
            }],
            participation: Some(nomination.participation),
            nomination: Some(nomination.id.0),
            name: nomination.nominee.name.clone(),
            post: nomination.nominee.post.clone(),
            about: format!("{}, {}", organisation.name, cycle.name),
        },
        about: Some(nomination.id.0),
        expires_at,
        by: nomination.nominated_by,
    };
    let token = links::issue(tx, link, app.now()).await?;
    let address = links::address(&app.settings().base_url, Purpose::Register, &token);
    let letter = letters::nomination(organisation, cycle, &nomination.nominee, &address, expires_at);
    outbox::put(tx, &letter, app.now()).await?;
    Ok(())
}

/// Replaces the nominees of a part who have not registered, and takes their links back.
pub(super) async fn recall_waiting(
    app: &App,
    tx: &mut Tx,
    participation: ParticipationId,
) -> Result<(), AppError> {
    for nomination in nominations::list(tx, participation).await? {
        if nomination.state() == NominationState::Waiting {
            nominations::replace(tx, nomination.id, app.now()).await?;
            links::recall_about(tx, nomination.id.0, app.now()).await?;
        }
    }
    Ok(())
}

/// The nominee has registered: the part moves on, and the former lead's grant ends today. What the former lead
/// signed keeps their name (A03). Called in the transaction that uses the link and gives the new lead's grant.
pub(crate) async fn lead_registered(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    nomination: NominationId,
) -> Result<(), AppError> {
    let nomination = nominations::get(tx, nomination).await?;
    nomination.may_register()?;
    let found = participations::get(tx, nomination.participation).await?;
    let participation = participations::get_to_write(tx, found.cycle, found.organisation).await?;
    for earlier in nominations::list(tx, participation.id).await? {
        if earlier.id != nomination.id && earlier.replaced_at.is_none() {
            nominations::replace(tx, earlier.id, app.now()).await?;
        }
    }
    nominations::register(tx, nomination.id, person, app.now()).await?;
    end_former(app, tx, participation.organisation, person).await?;
    let organisation = organisations::get(tx, participation.organisation).await?;
    let event = Event::new("participation.lead_registered", Some(person))
        .cycle(participation.cycle)
        .organisation(organisation.id)
        .detail(json!({ "nomination": nomination.id }));
    keep(app, tx, &participation.register(), &event).await
}

async fn end_former(
    app: &App,
    tx: &mut Tx,
    organisation: OrganisationId,
    new_lead: PersonId,
) -> Result<(), AppError> {
    let scope = Scope::Organisation(organisation);
    for holder in grants::list_holders(tx, &scope, app.today()).await? {
        if holder.grant.role == Role::MappingLead && holder.person.id != new_lead {
            grants::end(tx, holder.grant.id, app.today()).await?;
            let event = Event::new("grant.ended", Some(new_lead))
                .organisation(organisation)
                .detail(json!({ "person": holder.person.id, "grant": holder.grant.id }));
            events::record(tx, &event, app.now()).await?;
        }
    }
    Ok(())
}

/// The people who lead an organisation's mapping today.
pub(super) async fn list(
    app: &App,
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<Person>, AppError> {
    let scope = Scope::Organisation(organisation);
    let mut leads = Vec::new();
    for holder in grants::list_holders(tx, &scope, app.today()).await? {
        if holder.grant.role == Role::MappingLead {
            leads.push(holder.person);
        }
    }
    Ok(leads)
}

/// The day on which an instant falls in London, as in "20 November 2026".
pub(super) fn day_in_words(at: Timestamp) -> String {
    let date = crate::clock::london().to_datetime(at).date();
    date.strftime("%-d %B %Y").to_string()
}
