//! What an import of a spreadsheet reads and writes: many rows in one statement, so that a database at the
//! other end of a network is asked a few hundred times and not a hundred thousand times.
//!
//! Callers hand over at most [`BATCH`] rows at a time: both engines limit the values of one statement.

use std::collections::HashMap;

use domain::events::Event;
use domain::ids::{CycleId, OrganisationId, ReturnId, ServiceId};
use domain::returns::{Change, Return};
use domain::services::Service;
use jiff::Timestamp;
use questionnaire::Answers;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::dates::optional_day;
use crate::engine::{Conn, Engine, Tx};
use crate::error::StorageError;
use crate::instant::Instant;
use crate::returns::Provenance;

/// Most rows that one statement reads or writes; SQLite allows 32,766 values.
pub const BATCH: usize = 500;

/// A service that an organisation has, as an import needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownService {
    /// Its identity.
    pub id: ServiceId,
    /// Its name as last told.
    pub name: String,
    /// Its return in the cycle, where it has one.
    pub return_id: Option<ReturnId>,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    id: Uuid,
    reference: String,
    name: String,
    return_id: Option<Uuid>,
}

/// Every service of an organisation by its reference, with its return in a cycle.
pub async fn known_services(
    conn: &mut Conn,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<HashMap<String, KnownService>, StorageError> {
    let rows = fetch_all!(
        KnownRow,
        conn,
        "select s.id, s.reference, s.name, r.id as return_id
         from service s
         left join service_return r on r.service_id = s.id and r.cycle_id = $1
         where s.organisation_id = $2",
        cycle.0,
        organisation.0,
    )?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in rows {
        let service = KnownService {
            id: ServiceId(row.id),
            name: row.name,
            return_id: row.return_id.map(ReturnId),
        };
        known.insert(row.reference, service);
    }
    Ok(known)
}

#[derive(sqlx::FromRow)]
struct AnswersRow {
    id: Uuid,
    version: i64,
    answers: Json<Answers>,
}

/// The answers of returns with the version at which they stand; at most [`BATCH`] returns.
pub async fn answers_of(
    conn: &mut Conn,
    ids: &[ReturnId],
) -> Result<HashMap<ReturnId, (i64, Answers)>, StorageError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let before = "select id, version, answers from service_return where id in (";
    let rows: Vec<AnswersRow> = match conn.engine() {
        Engine::Sqlite(connection) => {
            let mut query = QueryBuilder::<Sqlite>::new(before);
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.0);
            }
            query.push(")");
            query.build_query_as().fetch_all(connection).await?
        }
        Engine::Postgres(connection) => {
            let mut query = QueryBuilder::<Postgres>::new(before);
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.0);
            }
            query.push(")");
            query.build_query_as().fetch_all(connection).await?
        }
    };
    Ok(rows
        .into_iter()
        .map(|row| (ReturnId(row.id), (row.version, row.answers.0)))
        .collect())
}

/// Adds services; [`StorageError::Taken`] when an organisation uses one of the references already.
pub async fn insert_services(tx: &mut Tx, services: &[Service], at: Timestamp) -> Result<(), StorageError> {
    for batch in services.chunks(BATCH) {
        execute_rows!(
            tx,
            "insert into service (id, organisation_id, reference, name, created_at, closed_on) ",
            batch,
            |service| [
                service.id.0,
                service.organisation.0,
                &service.reference,
                &service.name,
                Instant(at),
                optional_day(service.closed_on),
            ],
            ""
        )?;
    }
    Ok(())
}

/// Adds returns; [`StorageError::Taken`] when one of the services has a return in the cycle already.
pub async fn insert_returns(tx: &mut Tx, returns: &[Return], at: Timestamp) -> Result<(), StorageError> {
    for batch in returns.chunks(BATCH) {
        execute_rows!(
            tx,
            "insert into service_return (id, cycle_id, organisation_id, service_id, questionnaire_id, state,
                    origin, version, answers, staff_wte, cost_pence, caseload, missing_count, created_at, edited_at,
                    edited_by) ",
            batch,
            |new| [
                new.id.0,
                new.cycle.0,
                new.organisation.0,
                new.service.0,
                new.questionnaire.0,
                new.state.code(),
                new.origin.code(),
                new.version,
                Json(&new.answers),
                new.figures.staff_wte,
                new.figures.cost_pence,
                new.figures.caseload,
                new.missing_count,
                Instant(at),
                Instant::optional(new.edited_at),
                new.edited_by.map(|id| id.0),
            ],
            ""
        )?;
    }
    Ok(())
}

/// Writes returns as they now stand, each only where it still has the version before. Answers how many it
/// wrote: fewer than were given when somebody else has saved one meanwhile.
pub async fn save_returns(tx: &mut Tx, returns: &[Return]) -> Result<u64, StorageError> {
    let mut written = 0;
    for batch in returns.chunks(BATCH) {
        written += execute_rows!(
            tx,
            "update service_return as r
             set state = v.column2, version = v.column3, answers = v.column4, staff_wte = v.column5,
                 cost_pence = v.column6, caseload = v.column7, missing_count = v.column8, edited_at = v.column9,
                 edited_by = v.column10
             from (",
            batch,
            |changed| [
                changed.id.0,
                changed.state.code(),
                changed.version,
                Json(&changed.answers),
                changed.figures.staff_wte,
                changed.figures.cost_pence,
                changed.figures.caseload,
                changed.missing_count,
                Instant::optional(changed.edited_at),
                changed.edited_by.map(|id| id.0),
            ],
            ") as v where r.id = v.column1 and r.version = v.column3 - 1 and r.state <> 'signed_off'"
        )?;
    }
    Ok(written)
}

/// Keeps the names of services as last told.
pub async fn rename_services(tx: &mut Tx, names: &[(ServiceId, String)]) -> Result<(), StorageError> {
    for batch in names.chunks(BATCH) {
        execute_rows!(
            tx,
            "update service as s set name = v.column2 from (",
            batch,
            |renamed| [renamed.0.0, &renamed.1],
            ") as v where s.id = v.column1"
        )?;
    }
    Ok(())
}

/// A change of an answer, with the return and the version that it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeOf {
    /// Of which return.
    pub subject: ReturnId,
    /// The version that it made.
    pub version: i64,
    /// What changed.
    pub change: Change,
}

/// Records changes of many returns, all by the same person in the same way.
pub async fn record_changes(tx: &mut Tx, changes: &[ChangeOf], by: Provenance) -> Result<(), StorageError> {
    for batch in changes.chunks(BATCH) {
        execute_rows!(
            tx,
            "insert into answer_change (return_id, version, path, old_value, new_value, person_id, how, changed_at) ",
            batch,
            |one| [
                one.subject.0,
                one.version,
                &one.change.path,
                &one.change.old,
                &one.change.new,
                by.person.map(|id| id.0),
                by.how.code(),
                Instant(by.at),
            ],
            ""
        )?;
    }
    Ok(())
}

/// Records what happened, many at once.
pub async fn record_events(tx: &mut Tx, events: &[Event], at: Timestamp) -> Result<(), StorageError> {
    for batch in events.chunks(BATCH) {
        execute_rows!(
            tx,
            "insert into event (at, kind, person_id, cycle_id, organisation_id, service_id, return_id, detail) ",
            batch,
            |event| [
                Instant(at),
                event.kind,
                event.person.map(|id| id.0),
                event.cycle.map(|id| id.0),
                event.organisation.map(|id| id.0),
                event.service.map(|id| id.0),
                event.subject_return.map(|id| id.0),
                Json(&event.detail),
            ],
            ""
        )?;
    }
    Ok(())
}
