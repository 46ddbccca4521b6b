//! Returns: answers as one document each, and every change beside it.

use std::collections::BTreeMap;

use domain::ids::{CycleId, OrganisationId, PersonId, QuestionnaireId, ReturnId, ServiceId};
use domain::returns::{Change, Figures, How, Return, ReturnState};
use jiff::Timestamp;
use questionnaire::Answers;
use sqlx::types::Json;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

#[derive(sqlx::FromRow)]
struct ReturnRow {
    id: Uuid,
    cycle_id: Uuid,
    organisation_id: Uuid,
    service_id: Uuid,
    questionnaire_id: Uuid,
    state: String,
    origin: String,
    version: i64,
    answers: Json<Answers>,
    staff_wte: Option<i64>,
    cost_pence: Option<i64>,
    caseload: Option<i64>,
    missing_count: i64,
    edited_at: Option<Instant>,
    edited_by: Option<Uuid>,
}

impl TryFrom<ReturnRow> for Return {
    type Error = StorageError;

    fn try_from(row: ReturnRow) -> Result<Self, StorageError> {
        Ok(Return {
            id: ReturnId(row.id),
            cycle: CycleId(row.cycle_id),
            organisation: OrganisationId(row.organisation_id),
            service: ServiceId(row.service_id),
            questionnaire: QuestionnaireId(row.questionnaire_id),
            state: known(
                ReturnState::from_code(&row.state),
                "service_return",
                "state",
                &row.state,
            )?,
            origin: known(
                How::from_code(&row.origin),
                "service_return",
                "origin",
                &row.origin,
            )?,
            version: row.version,
            answers: row.answers.0,
            figures: Figures {
                staff_wte: row.staff_wte,
                cost_pence: row.cost_pence,
                caseload: row.caseload,
            },
            missing_count: row.missing_count,
            edited_at: row.edited_at.map(|at| at.0),
            edited_by: row.edited_by.map(PersonId),
        })
    }
}

/// A line of an organisation's board of services: no answers, so it stays quick with hundreds of services.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnLine {
    /// The return.
    pub id: ReturnId,
    /// The service.
    pub service: ServiceId,
    /// The service's reference.
    pub reference: String,
    /// The service's name as last told.
    pub name: String,
    /// How far.
    pub state: ReturnState,
    /// How the return came to be.
    pub origin: How,
    /// What tables add up.
    pub figures: Figures,
    /// How many required answers are missing or wrong.
    pub missing_count: i64,
    /// When it was last edited in this cycle.
    pub edited_at: Option<Timestamp>,
    /// By whom, by name.
    pub edited_by_name: String,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    service_id: Uuid,
    reference: String,
    name: String,
    state: String,
    origin: String,
    staff_wte: Option<i64>,
    cost_pence: Option<i64>,
    caseload: Option<i64>,
    missing_count: i64,
    edited_at: Option<Instant>,
    edited_by_name: Option<String>,
}

impl TryFrom<LineRow> for ReturnLine {
    type Error = StorageError;

    fn try_from(row: LineRow) -> Result<Self, StorageError> {
        Ok(ReturnLine {
            id: ReturnId(row.id),
            service: ServiceId(row.service_id),
            reference: row.reference,
            name: row.name,
            state: known(
                ReturnState::from_code(&row.state),
                "service_return",
                "state",
                &row.state,
            )?,
            origin: known(
                How::from_code(&row.origin),
                "service_return",
                "origin",
                &row.origin,
            )?,
            figures: Figures {
                staff_wte: row.staff_wte,
                cost_pence: row.cost_pence,
                caseload: row.caseload,
            },
            missing_count: row.missing_count,
            edited_at: row.edited_at.map(|at| at.0),
            edited_by_name: row.edited_by_name.unwrap_or_default(),
        })
    }
}

/// One recorded change of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedChange {
    /// Its place in the database-wide order.
    pub seq: i64,
    /// The return's version that it made.
    pub version: i64,
    /// Which answer, from what, to what.
    pub change: Change,
    /// By whom, by name; empty for the machine.
    pub person_name: String,
    /// How.
    pub how: How,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    seq: i64,
    version: i64,
    path: String,
    old_value: String,
    new_value: String,
    person_name: Option<String>,
    how: String,
    changed_at: Instant,
}

/// A return by its identity.
pub async fn get(conn: &mut Conn, id: ReturnId) -> Result<Return, StorageError> {
    let row = fetch_optional!(
        ReturnRow,
        conn,
        "select id, cycle_id, organisation_id, service_id, questionnaire_id, state, origin, version, answers,
                staff_wte, cost_pence, caseload, missing_count, edited_at, edited_by
         from service_return
         where id = $1",
        id.0,
    )?;
    row.ok_or(StorageError::NotFound("return"))?.try_into()
}

/// The same, and on PostgreSQL nobody else may write it until this transaction ends; on SQLite there is only
/// ever one writer.
pub async fn get_to_write(tx: &mut Tx, id: ReturnId) -> Result<Return, StorageError> {
    crate::dialect::hold_return(tx, id).await?;
    get(tx, id).await
}

/// A service's return in a cycle.
pub async fn find(
    conn: &mut Conn,
    cycle: CycleId,
    service: ServiceId,
) -> Result<Option<Return>, StorageError> {
    let row = fetch_optional!(
        ReturnRow,
        conn,
        "select id, cycle_id, organisation_id, service_id, questionnaire_id, state, origin, version, answers,
                staff_wte, cost_pence, caseload, missing_count, edited_at, edited_by
         from service_return
         where cycle_id = $1 and service_id = $2",
        cycle.0,
        service.0,
    )?;
    row.map(Return::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct IdRow {
    id: Uuid,
}

/// Which return is that of a service in the cycle with this key; the answers are not read.
pub async fn find_id(
    conn: &mut Conn,
    cycle_key: &str,
    service: ServiceId,
) -> Result<Option<ReturnId>, StorageError> {
    let row = fetch_optional!(
        IdRow,
        conn,
        "select r.id
         from service_return r
         join cycle c on c.id = r.cycle_id
         where c.key = $1 and r.service_id = $2",
        cycle_key,
        service.0,
    )?;
    Ok(row.map(|row| ReturnId(row.id)))
}

/// All of an organisation's returns in a cycle, with their answers, in the order of their services' ids.
pub async fn list(
    conn: &mut Conn,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Vec<Return>, StorageError> {
    let rows = fetch_all!(
        ReturnRow,
        conn,
        "select id, cycle_id, organisation_id, service_id, questionnaire_id, state, origin, version, answers,
                staff_wte, cost_pence, caseload, missing_count, edited_at, edited_by
         from service_return
         where cycle_id = $1 and organisation_id = $2
         order by service_id",
        cycle.0,
        organisation.0,
    )?;
    rows.into_iter().map(Return::try_from).collect()
}

/// The same, and nobody else may write any of them until this transaction ends.
pub async fn list_to_write(
    tx: &mut Tx,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Vec<Return>, StorageError> {
    crate::dialect::hold_returns(tx, cycle, organisation).await?;
    list(tx, cycle, organisation).await
}

/// The organisation's board: one line for each of its returns in a cycle, by name.
pub async fn list_lines(
    conn: &mut Conn,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Vec<ReturnLine>, StorageError> {
    let rows = fetch_all!(
        LineRow,
        conn,
        "select r.id, r.service_id, s.reference, s.name, r.state, r.origin, r.staff_wte, r.cost_pence, r.caseload,
                r.missing_count, r.edited_at, p.name as edited_by_name
         from service_return r
         join service s on s.id = r.service_id
         left join person p on p.id = r.edited_by
         where r.cycle_id = $1 and r.organisation_id = $2
         order by s.name, s.reference",
        cycle.0,
        organisation.0,
    )?;
    rows.into_iter().map(ReturnLine::try_from).collect()
}

/// Adds a return.
pub async fn insert(tx: &mut Tx, new: &Return, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into service_return (id, cycle_id, organisation_id, service_id, questionnaire_id, state, origin,
                version, answers, staff_wte, cost_pence, caseload, missing_count, created_at, edited_at, edited_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
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
    )?;
    Ok(())
}

/// Writes a return as it now stands, if it is still as it was read: same version, same state. False when somebody
/// saved or signed off meanwhile; then nothing is written.
pub async fn save(tx: &mut Tx, changed: &Return, read: &Return) -> Result<bool, StorageError> {
    let written = execute!(
        tx,
        "update service_return
         set state = $2, version = $3, answers = $4, staff_wte = $5, cost_pence = $6, caseload = $7,
             missing_count = $8, edited_at = $9, edited_by = $10
         where id = $1 and version = $11 and state = $12",
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
        read.version,
        read.state.code(),
    )?;
    Ok(written == 1)
}

/// Moves all of an organisation's returns in a cycle to a state: sealed, or open again.
pub async fn set_state(
    tx: &mut Tx,
    cycle: CycleId,
    organisation: OrganisationId,
    state: ReturnState,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update service_return set state = $3 where cycle_id = $1 and organisation_id = $2",
        cycle.0,
        organisation.0,
        state.code(),
    )?;
    Ok(())
}

/// Who changed answers, how and when; the same for all changes of one save.
#[derive(Debug, Clone, Copy)]
pub struct Provenance {
    /// Who; none for the machine.
    pub person: Option<PersonId>,
    /// How.
    pub how: How,
    /// When.
    pub at: Timestamp,
}

/// Changes that are recorded in one statement; few enough for the engines' limits on arguments.
const CHANGES_AT_ONCE: usize = 100;

/// Records changes that made a version of a return.
pub async fn record_changes(
    tx: &mut Tx,
    id: ReturnId,
    version: i64,
    changes: &[Change],
    by: Provenance,
) -> Result<(), StorageError> {
    for batch in changes.chunks(CHANGES_AT_ONCE) {
        execute_rows!(
            tx,
            "insert into answer_change (return_id, version, path, old_value, new_value, person_id, how, changed_at) ",
            batch,
            |change| [
                id.0,
                version,
                &change.path,
                &change.old,
                &change.new,
                by.person.map(|id| id.0),
                by.how.code(),
                Instant(by.at),
            ],
            ""
        )?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SinceRow {
    path: String,
    old_value: String,
}

/// For each question changed after a version, the value that it had at that version.
pub async fn changed_since(
    conn: &mut Conn,
    id: ReturnId,
    version: i64,
) -> Result<BTreeMap<String, String>, StorageError> {
    let rows = fetch_all!(
        SinceRow,
        conn,
        "select path, old_value from answer_change where return_id = $1 and version > $2 order by seq desc",
        id.0,
        version,
    )?;
    // Newest first, so that the oldest change of a question is the last to be written.
    Ok(rows.into_iter().map(|row| (row.path, row.old_value)).collect())
}

/// The history of a return, newest first, at most `limit` changes.
pub async fn list_changes(
    conn: &mut Conn,
    id: ReturnId,
    limit: i64,
) -> Result<Vec<RecordedChange>, StorageError> {
    let rows = fetch_all!(
        ChangeRow,
        conn,
        "select c.seq, c.version, c.path, c.old_value, c.new_value, p.name as person_name, c.how, c.changed_at
         from answer_change c
         left join person p on p.id = c.person_id
         where c.return_id = $1
         order by c.seq desc
         limit $2",
        id.0,
        limit,
    )?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        changes.push(RecordedChange {
            seq: row.seq,
            version: row.version,
            change: Change {
                path: row.path,
                old: row.old_value,
                new: row.new_value,
            },
            person_name: row.person_name.unwrap_or_default(),
            how: known(How::from_code(&row.how), "answer_change", "how", &row.how)?,
            at: row.changed_at.0,
        });
    }
    Ok(changes)
}
