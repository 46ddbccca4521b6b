//! Setting up: the services that an organisation returns in a cycle.

use domain::access::Actor;
use domain::assessment::assess;
use domain::cycles::{Cycle, CycleKey};
use domain::events::Event;
use domain::ids::{CycleId, OrganisationId, ReturnId, ServiceId};
use domain::organisations::Organisation;
use domain::participations::{Participation, ParticipationState};
use domain::problem::Problem;
use domain::returns::{How, Return};
use domain::roles::Right;
use domain::services::{Service, parse_name, parse_reference};
use questionnaire::{Answers, Questionnaire};
use serde_json::json;
use storage::returns::ReturnLine;
use storage::{Conn, StorageError, Tx, cycles, events, organisations, participations, returns, services};

use crate::error::AppError;
use crate::running::App;

/// An organisation's services in a cycle.
#[derive(Debug, Clone)]
pub struct Board {
    /// The cycle.
    pub cycle: Cycle,
    /// The organisation.
    pub organisation: Organisation,
    /// Its part in the cycle.
    pub participation: Participation,
    /// One line for each service returned.
    pub lines: Vec<ReturnLine>,
    /// How many services the organisation returned before that are not in this cycle yet.
    pub carryable_count: usize,
    /// Whether this person may add services today.
    pub may_set_up: bool,
}

/// The board of an organisation's services.
pub async fn board(app: &App, actor: &Actor, cycle: &str, organisation: &str) -> Result<Board, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, participation) = place(&mut conn, cycle, organisation).await?;
    actor.may(Right::SeeOrganisation, &organisation.target())?;
    let lines = returns::list_lines(&mut conn, cycle.id, organisation.id).await?;
    let carryable = carryable_from(&mut conn, &cycle, organisation.id).await?;
    let may_set_up = actor.may(Right::SetUpServices, &organisation.target()).is_ok()
        && set_up_refusal(app, &cycle, &participation).is_none();
    Ok(Board {
        cycle,
        organisation,
        participation,
        lines,
        carryable_count: carryable.len(),
        may_set_up,
    })
}

/// Cycle, organisation and participation by the keys that stand in addresses.
pub(crate) async fn place(
    conn: &mut Conn,
    cycle: &str,
    organisation: &str,
) -> Result<(Cycle, Organisation, Participation), AppError> {
    let cycle = cycle_by_key(conn, cycle).await?;
    let organisation = organisations::find_by_code(conn, organisation)
        .await?
        .ok_or(AppError::NotFound("organisation"))?;
    let participation = participations::find(conn, cycle.id, organisation.id)
        .await?
        .ok_or(AppError::NotFound("participation"))?;
    Ok((cycle, organisation, participation))
}

/// The same, and nobody else may change the organisation's part in the cycle until the transaction ends.
pub(crate) async fn place_to_write(
    tx: &mut Tx,
    cycle: &str,
    organisation: &str,
) -> Result<(Cycle, Organisation, Participation), AppError> {
    let cycle = cycle_by_key(tx, cycle).await?;
    let organisation = organisations::find_by_code(tx, organisation)
        .await?
        .ok_or(AppError::NotFound("organisation"))?;
    let participation = participations::get_to_write(tx, cycle.id, organisation.id).await?;
    Ok((cycle, organisation, participation))
}

/// The cycle with a key as it stands in an address; a key that cannot be one leads nowhere.
pub async fn cycle_by_key(conn: &mut Conn, key: &str) -> Result<Cycle, AppError> {
    let key = CycleKey::parse(key).map_err(|_| AppError::NotFound("cycle"))?;
    cycles::find_by_key(conn, &key)
        .await?
        .ok_or(AppError::NotFound("cycle"))
}

/// Why no service may be added today; none when it may.
pub(crate) fn set_up_refusal(app: &App, cycle: &Cycle, participation: &Participation) -> Option<Problem> {
    let refusal = |code, message| Some(Problem::at("organisation", code, message));
    match participation.state {
        ParticipationState::SignedOff => {
            return refusal(
                "service.signed_off",
                "These returns are signed off. Only the national team can reopen them.",
            );
        }
        ParticipationState::Declined => {
            return refusal(
                "service.declined",
                "Your organisation has declined to take part in this cycle.",
            );
        }
        ParticipationState::InArms => {
            return refusal(
                "service.in_arms",
                "Your organisation takes part as two arms. Open one of them to add a service.",
            );
        }
        _ => {}
    }
    let reopened = participation.state == ParticipationState::Reopened;
    if !cycle.accepts_edits(app.today(), reopened) {
        return refusal(
            "service.cycle_not_open",
            "This cycle is not open, so no service can be added.",
        );
    }
    None
}

/// A service to add by hand.
#[derive(Debug, Clone)]
pub struct NewService {
    /// Its name.
    pub name: String,
    /// The organisation's own reference; made from the count of services when blank.
    pub reference: String,
}

/// Adds a service by hand and opens its return.
pub async fn add(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
    new: &NewService,
) -> Result<ServiceId, AppError> {
    let mut tx = app.store.begin().await?;
    let (cycle, organisation, participation) = place_to_write(&mut tx, cycle, organisation).await?;
    actor.may(Right::SetUpServices, &organisation.target())?;
    if let Some(problem) = set_up_refusal(app, &cycle, &participation) {
        return Err(problem.into());
    }
    let name = parse_name(&new.name)?;
    let reference = if new.reference.trim().is_empty() {
        next_reference(&mut tx, organisation.id).await?
    } else {
        parse_reference(&new.reference)?
    };
    let service = Service {
        id: ServiceId(app.new_id()),
        organisation: organisation.id,
        reference,
        name: name.clone(),
        closed_on: None,
    };
    match services::insert(&mut tx, &service, app.now()).await {
        Err(StorageError::Taken(_)) => {
            return Err(Problem::at(
                "reference",
                "service.reference_taken",
                "Your organisation already uses this reference. Enter a different one",
            )
            .into());
        }
        other => other?,
    }
    let questionnaire = app.questionnaire(cycle.questionnaire).await?;
    let mut answers = questionnaire.begin(app.today());
    for question in questionnaire.questions_with_concept("service.name") {
        answers.set(&question.path, name.clone());
    }
    let new_return = fresh(app, &cycle, &service, &questionnaire, (answers, How::Entered));
    returns::insert(&mut tx, &new_return, app.now()).await?;
    mark_set_up(app, &mut tx, &participation).await?;
    let event = Event::new("service.added", actor.recorded_person())
        .cycle(cycle.id)
        .organisation(organisation.id)
        .service(service.id)
        .subject_return(new_return.id);
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(service.id)
}

/// Brings services of the newest earlier cycle into this one, with their answers marked as carried. Without a
/// choice, all that are not here yet. Answers how many were brought.
pub async fn carry(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
    chosen: Option<&[ServiceId]>,
) -> Result<usize, AppError> {
    let mut tx = app.store.begin().await?;
    let (cycle, organisation, participation) = place_to_write(&mut tx, cycle, organisation).await?;
    actor.may(Right::SetUpServices, &organisation.target())?;
    if let Some(problem) = set_up_refusal(app, &cycle, &participation) {
        return Err(problem.into());
    }
    let questionnaire = app.questionnaire(cycle.questionnaire).await?;
    let mut carried = 0;
    for earlier in carryable_from(&mut tx, &cycle, organisation.id).await? {
        if chosen.is_some_and(|chosen| !chosen.contains(&earlier.service)) {
            continue;
        }
        let service = services::get(&mut tx, earlier.service).await?;
        let answers = still_asked(&questionnaire, &earlier.answers);
        let new_return = fresh(app, &cycle, &service, &questionnaire, (answers, How::Carried));
        returns::insert(&mut tx, &new_return, app.now()).await?;
        carried += 1;
    }
    if carried > 0 {
        mark_set_up(app, &mut tx, &participation).await?;
        let event = Event::new("service.carried", actor.recorded_person())
            .cycle(cycle.id)
            .organisation(organisation.id)
            .detail(json!({ "services": carried }));
        events::record(&mut tx, &event, app.now()).await?;
    }
    tx.commit().await?;
    Ok(carried)
}

/// The organisation's returns of the newest earlier cycle whose services are not in this cycle.
pub async fn carryable(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
) -> Result<Vec<Service>, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, _) = place(&mut conn, cycle, organisation).await?;
    actor.may(Right::SetUpServices, &organisation.target())?;
    let mut found = Vec::new();
    for earlier in carryable_from(&mut conn, &cycle, organisation.id).await? {
        found.push(services::get(&mut conn, earlier.service).await?);
    }
    Ok(found)
}

async fn carryable_from(
    conn: &mut Conn,
    cycle: &Cycle,
    organisation: OrganisationId,
) -> Result<Vec<Return>, AppError> {
    let Some(before) = previous_cycle(conn, cycle).await? else {
        return Ok(Vec::new());
    };
    let here: Vec<ServiceId> = returns::list_lines(conn, cycle.id, organisation)
        .await?
        .iter()
        .map(|line| line.service)
        .collect();
    let mut earlier = returns::list(conn, before, organisation).await?;
    earlier.retain(|earlier| !here.contains(&earlier.service));
    Ok(earlier)
}

async fn previous_cycle(conn: &mut Conn, cycle: &Cycle) -> Result<Option<CycleId>, AppError> {
    let mut before: Vec<Cycle> = cycles::list(conn).await?;
    before.retain(|other| other.dates.opens_on < cycle.dates.opens_on);
    before.sort_by_key(|other| other.dates.opens_on);
    Ok(before.last().map(|other| other.id))
}

/// The earlier answers to questions that this questionnaire still asks.
fn still_asked(questionnaire: &Questionnaire, earlier: &Answers) -> Answers {
    let mut answers = earlier.clone();
    let gone: Vec<String> = earlier
        .paths()
        .filter(|path| {
            questionnaire
                .question(&questionnaire::template_path(path))
                .is_none()
        })
        .map(str::to_owned)
        .collect();
    for path in gone {
        answers.set(&path, "");
    }
    answers
}

/// The return of a service in a cycle as it begins, with answers made by hand or carried; nobody has edited it
/// yet.
fn fresh(
    app: &App,
    cycle: &Cycle,
    service: &Service,
    questionnaire: &Questionnaire,
    (answers, origin): (Answers, How),
) -> Return {
    let assessment = assess(questionnaire, &answers, app.today(), false);
    Return {
        id: ReturnId(app.new_id()),
        cycle: cycle.id,
        organisation: service.organisation,
        service: service.id,
        questionnaire: cycle.questionnaire,
        state: assessment.state,
        origin,
        version: 1,
        answers,
        figures: assessment.figures,
        missing_count: assessment.missing.len() as i64,
        edited_at: None,
        edited_by: None,
    }
}

pub(crate) async fn mark_set_up(
    app: &App,
    tx: &mut Tx,
    participation: &Participation,
) -> Result<(), AppError> {
    let set_up = participation.set_up();
    if set_up != *participation {
        participations::save(tx, &set_up, app.now()).await?;
    }
    Ok(())
}

/// The next free reference: `S` and the number of services so far plus one.
async fn next_reference(conn: &mut Conn, organisation: OrganisationId) -> Result<String, AppError> {
    let known = services::list(conn, organisation).await?;
    let mut number = known.len() + 1;
    loop {
        let candidate = format!("S{number:03}");
        if !known.iter().any(|service| service.reference == candidate) {
            return Ok(candidate);
        }
        number += 1;
    }
}
