//! Signing off: the lead declares, the revision is sealed, a receipt goes out (A11).

use domain::access::Actor;
use domain::assessment::assess;
use domain::cycles::Cycle;
use domain::events::Event;
use domain::ids::SignOffId;
use domain::organisations::Organisation;
use domain::participations::Participation;
use domain::people::Person;
use domain::problem::Problem;
use domain::returns::{Return, ReturnState};
use domain::roles::Right;
use domain::sign_off::{SignOff, ToSeal, obstacles, sign_off as seal};
use jiff::Timestamp;
use serde_json::json;
use storage::sign_offs::SealedReturn;
use storage::{Conn, events, participations, people, returns, services, sign_offs};

use crate::clock::london;
use crate::error::AppError;
use crate::jobs::{self, Work};
use crate::outbox::{self, Letter};
use crate::running::App;
use crate::services::{place, place_to_write};

/// What a lead sees before, and after, signing off.
#[derive(Debug, Clone)]
pub struct SignOffView {
    /// The cycle.
    pub cycle: Cycle,
    /// The organisation.
    pub organisation: Organisation,
    /// Its part in the cycle.
    pub participation: Participation,
    /// What stops a sign-off now; empty when nothing does.
    pub obstacles: Vec<Problem>,
    /// How many services would be sealed.
    pub service_count: usize,
    /// The sealed revisions, newest first.
    pub sealed: Vec<SignOff>,
    /// Whether this person may sign off.
    pub may_sign_off: bool,
}

/// What stands in the way of signing off, and what has been sealed so far.
pub async fn view(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
) -> Result<SignOffView, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, participation) = place(&mut conn, cycle, organisation).await?;
    actor.may(Right::SeeOrganisation, &organisation.target())?;
    let current = returns::list(&mut conn, cycle.id, organisation.id).await?;
    let (to_seal, _) = gather(app, &mut conn, current).await?;
    let mut stops = obstacles(&participation, &to_seal);
    stops.extend(closed(app, &cycle, &participation));
    let sealed = sign_offs::list(&mut conn, participation.id).await?;
    let may_sign_off = actor.may(Right::SignOff, &organisation.target()).is_ok();
    Ok(SignOffView {
        service_count: to_seal.len(),
        obstacles: stops,
        cycle,
        organisation,
        participation,
        sealed,
        may_sign_off,
    })
}

/// Signs an organisation's returns off: after this, only a reopening by the national team lets them change.
pub async fn sign_off(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
    has_declared: bool,
) -> Result<SignOff, AppError> {
    if !has_declared {
        return Err(Problem::at(
            "declared",
            "sign_off.not_declared",
            "Confirm that you have checked the returns before you sign off",
        )
        .into());
    }
    let mut tx = app.store.begin().await?;
    let (cycle, organisation, participation) = place_to_write(&mut tx, cycle, organisation).await?;
    let permit = actor.may(Right::SignOff, &organisation.target())?;
    if let Some(problem) = closed(app, &cycle, &participation) {
        return Err(problem.into());
    }
    let current = returns::list_to_write(&mut tx, cycle.id, organisation.id).await?;
    let (to_seal, sealed_returns) = gather(app, &mut tx, current).await?;
    let id = SignOffId(app.new_id());
    let (sealed_participation, sealed) = seal(&participation, &to_seal, &permit, id, app.now())?;
    sign_offs::insert(&mut tx, &sealed, &sealed_returns).await?;
    returns::set_state(&mut tx, cycle.id, organisation.id, ReturnState::SignedOff).await?;
    participations::save(&mut tx, &sealed_participation, app.now()).await?;
    let event = Event::new("participation.signed_off", actor.recorded_person())
        .cycle(cycle.id)
        .organisation(organisation.id)
        .detail(json!({
            "revision": sealed.revision,
            "services": sealed.service_count,
            "content_hash": sealed.content_hash,
        }));
    events::record(&mut tx, &event, app.now()).await?;
    jobs::put_once(&mut tx, Work::RefreshSummary { cycle: cycle.id }, app.now()).await?;
    let lead = people::get(&mut tx, actor.person()).await?;
    outbox::put(
        &mut tx,
        &receipt(&lead, &cycle, &organisation, &sealed),
        app.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(sealed)
}

/// A closed cycle seals nothing more, unless the organisation was reopened by name.
fn closed(app: &App, cycle: &Cycle, participation: &Participation) -> Option<Problem> {
    let reopened = participation.state == domain::participations::ParticipationState::Reopened;
    if participation.state.takes_part() && !cycle.accepts_edits(app.today(), reopened) {
        return Some(
            Problem::at(
                "cycle",
                "sign_off.cycle_not_open",
                "This cycle is not open for sign-off",
            )
            .remedy("Ask the national team to reopen your organisation"),
        );
    }
    None
}

/// Every return of the organisation, as it would be sealed.
async fn gather(
    app: &App,
    conn: &mut Conn,
    all: Vec<Return>,
) -> Result<(Vec<ToSeal>, Vec<SealedReturn>), AppError> {
    let mut to_seal = Vec::new();
    let mut sealed = Vec::new();
    for current in all {
        let service = services::get(conn, current.service).await?;
        let questionnaire = app.questionnaire(current.questionnaire).await?;
        let edited = current.edited_at.is_some() || current.state != ReturnState::NotStarted;
        let assessment = assess(&questionnaire, &current.answers, app.today(), edited);
        let mut answers = assessment.evaluation.exported();
        answers.sort();
        let missing = assessment
            .missing
            .iter()
            .map(|missing| missing.message.clone())
            .collect();
        to_seal.push(ToSeal {
            service: service.id,
            name: service.name.clone(),
            answers: answers.clone(),
            missing,
        });
        sealed.push(SealedReturn {
            service: service.id,
            name: service.name,
            answers,
            figures: assessment.figures,
        });
    }
    Ok((to_seal, sealed))
}

/// The receipt that a lead keeps: what was sealed, when, and the hash to compare with.
fn receipt(lead: &Person, cycle: &Cycle, organisation: &Organisation, sealed: &SignOff) -> Letter {
    let body = format!(
        "Dear {name},\n\n\
         You signed off the returns of {organisation} for {cycle} on {at}.\n\n\
         Services: {services}\n\
         Revision: {revision}\n\
         Content hash (SHA-256): {hash}\n\n\
         You declared: \"{declaration}\"\n\n\
         Keep this letter. The answers can no longer be changed. If something must change, ask the national \
         team to reopen your organisation; a new revision then begins, and this one stays on record.\n",
        name = sealed.person_name,
        organisation = organisation.name,
        cycle = cycle.name,
        at = in_words(sealed.at),
        services = sealed.service_count,
        revision = sealed.revision,
        hash = sealed.content_hash,
        declaration = sealed.declaration,
    );
    Letter {
        purpose: "sign_off_receipt",
        to: lead.email.clone(),
        subject: format!("Signed off: {}, {}", organisation.name, cycle.name),
        body,
    }
}

/// An instant as people in the country say it, such as "3 February 2027 at 14:05".
pub fn in_words(at: Timestamp) -> String {
    at.to_zoned(london()).strftime("%-d %B %Y at %H:%M").to_string()
}
