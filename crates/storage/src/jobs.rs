//! Background jobs: a queue in the database, so that work caused by a transaction stands or falls with it.
//!
//! A runner takes a job for a time (`held_until`) and says from time to time that it is still at it. A job whose
//! runner was killed is taken again when that time has passed. `tries` tells one taking from the next: a
//! runner that came back too late changes nothing.

use domain::ids::{JobId, PersonId};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::dialect;
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Nobody has taken it, or it waits for its next try.
    Waiting,
    /// A runner is at it.
    Running,
    /// Done; see its outcome.
    Finished,
    /// Given up; see its outcome.
    Failed,
}

impl JobState {
    const ALL: [JobState; 4] = [
        JobState::Waiting,
        JobState::Running,
        JobState::Finished,
        JobState::Failed,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Finished => "finished",
            JobState::Failed => "failed",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its identity.
    pub id: JobId,
    /// What is to be done, as a code.
    pub kind: String,
    /// Ids, codes and counts that say on what.
    pub detail: Value,
    /// How far it is.
    pub state: JobState,
    /// How many of `total` are done.
    pub done: i64,
    /// How many there are; 0 while that is not known.
    pub total: i64,
    /// What came of it: ids, codes, counts, problems.
    pub outcome: Value,
    /// How often it has been taken; also tells this taking from earlier ones.
    pub tries: i64,
    /// Who asked for it; none for the machine.
    pub created_by: Option<PersonId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it may be taken.
    pub due_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct JobRow {
    id: Uuid,
    kind: String,
    detail: Json<Value>,
    state: String,
    done: i64,
    total: i64,
    outcome: Json<Value>,
    tries: i64,
    created_by: Option<Uuid>,
    created_at: Instant,
    due_at: Instant,
    finished_at: Option<Instant>,
}

impl TryFrom<JobRow> for Job {
    type Error = StorageError;

    fn try_from(row: JobRow) -> Result<Self, StorageError> {
        Ok(Job {
            id: JobId(row.id),
            kind: row.kind,
            detail: row.detail.0,
            state: known(JobState::from_code(&row.state), "job", "state", &row.state)?,
            done: row.done,
            total: row.total,
            outcome: row.outcome.0,
            tries: row.tries,
            created_by: row.created_by.map(PersonId),
            created_at: row.created_at.0,
            due_at: row.due_at.0,
            finished_at: row.finished_at.map(|at| at.0),
        })
    }
}

/// A job to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its identity.
    pub id: JobId,
    /// What is to be done, as a code.
    pub kind: &'static str,
    /// On what.
    pub detail: Value,
    /// Who asks for it; none for the machine.
    pub created_by: Option<PersonId>,
    /// When it may be taken.
    pub due_at: Timestamp,
}

/// Puts a job into the queue.
pub async fn insert(tx: &mut Tx, job: &NewJob, now: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into job (id, kind, detail, state, done, total, outcome, tries, created_by, created_at, due_at)
         values ($1, $2, $3, 'waiting', 0, 0, $4, 0, $5, $6, $7)",
        job.id.0,
        job.kind,
        Json(&job.detail),
        Json(Value::Null),
        job.created_by.map(|id| id.0),
        Instant(now),
        Instant(job.due_at),
    )?;
    Ok(())
}

/// Keeps work that was done at once like a job that has ended, so that what came of it has an address.
pub async fn insert_finished(
    tx: &mut Tx,
    job: &NewJob,
    outcome: &Value,
    now: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into job (id, kind, detail, state, done, total, outcome, tries, created_by, created_at, due_at,
                finished_at)
         values ($1, $2, $3, 'finished', 0, 0, $4, 0, $5, $6, $7, $6)",
        job.id.0,
        job.kind,
        Json(&job.detail),
        Json(outcome),
        job.created_by.map(|id| id.0),
        Instant(now),
        Instant(job.due_at),
    )?;
    Ok(())
}

/// A job by its identity.
pub async fn find(conn: &mut Conn, id: JobId) -> Result<Option<Job>, StorageError> {
    let row = fetch_optional!(
        JobRow,
        conn,
        "select id, kind, detail, state, done, total, outcome, tries, created_by, created_at, due_at, finished_at
         from job
         where id = $1",
        id.0,
    )?;
    row.map(Job::try_from).transpose()
}

/// Whether a job of this kind and detail is waiting, so that asking twice does not mean doing twice.
pub async fn is_waiting(conn: &mut Conn, kind: &str, detail: &Value) -> Result<bool, StorageError> {
    let rows = fetch_all!(
        JobRow,
        conn,
        "select id, kind, detail, state, done, total, outcome, tries, created_by, created_at, due_at, finished_at
         from job
         where state = 'waiting' and kind = $1",
        kind,
    )?;
    Ok(rows.into_iter().any(|row| row.detail.0 == *detail))
}

/// Whether there is a job to take: one that is due, or one whose runner has not been heard of.
pub async fn is_any_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StorageError> {
    let row = fetch_optional!(
        crate::schema::CountRow,
        conn,
        "select count(*) as counted from (
             select 1 from job
             where (state = 'waiting' and due_at <= $1) or (state = 'running' and held_until < $1)
             limit 1) due",
        Instant(now),
    )?;
    Ok(row.is_some_and(|row| row.counted > 0))
}

/// Takes the job that has waited longest and holds it until `held_until`. Two runners never take the same one.
pub async fn take(tx: &mut Tx, now: Timestamp, held_until: Timestamp) -> Result<Option<Job>, StorageError> {
    let row = dialect::take_job(tx, Instant(now), Instant(held_until)).await?;
    row.map(Job::try_from).transpose()
}

/// Says that the runner is still at it. False when the job was taken by another since.
pub async fn hold(tx: &mut Tx, job: &Job, held_until: Timestamp) -> Result<bool, StorageError> {
    let changed = execute!(
        tx,
        "update job set held_until = $3 where id = $1 and tries = $2 and state = 'running'",
        job.id.0,
        job.tries,
        Instant(held_until),
    )?;
    Ok(changed == 1)
}

/// Tells how far the work is, for a page to show.
pub async fn save_progress(tx: &mut Tx, id: JobId, done: i64, total: i64) -> Result<(), StorageError> {
    execute!(
        tx,
        "update job set done = $2, total = $3 where id = $1 and state = 'running'",
        id.0,
        done,
        total,
    )?;
    Ok(())
}

/// Ends a job well. False when it was taken by another since.
pub async fn finish(tx: &mut Tx, job: &Job, outcome: &Value, now: Timestamp) -> Result<bool, StorageError> {
    end(tx, job, JobState::Finished, outcome, now).await
}

/// Gives a job up. False when it was taken by another since.
pub async fn fail(tx: &mut Tx, job: &Job, outcome: &Value, now: Timestamp) -> Result<bool, StorageError> {
    end(tx, job, JobState::Failed, outcome, now).await
}

async fn end(
    tx: &mut Tx,
    job: &Job,
    state: JobState,
    outcome: &Value,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = execute!(
        tx,
        "update job
         set state = $3, outcome = $4, finished_at = $5, held_until = null
         where id = $1 and tries = $2 and state = 'running'",
        job.id.0,
        job.tries,
        state.code(),
        Json(outcome),
        Instant(now),
    )?;
    Ok(changed == 1)
}

/// Puts a job back to be tried again at `due_at`. False when it was taken by another since.
pub async fn put_back(
    tx: &mut Tx,
    job: &Job,
    outcome: &Value,
    due_at: Timestamp,
) -> Result<bool, StorageError> {
    let changed = execute!(
        tx,
        "update job
         set state = 'waiting', outcome = $3, due_at = $4, held_until = null
         where id = $1 and tries = $2 and state = 'running'",
        job.id.0,
        job.tries,
        Json(outcome),
        Instant(due_at),
    )?;
    Ok(changed == 1)
}

/// Forgets jobs that ended well before an instant; failed ones stay until somebody has looked.
pub async fn delete_finished(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    let deleted = execute!(
        tx,
        "delete from job where state = 'finished' and finished_at < $1",
        Instant(before)
    )?;
    Ok(deleted)
}

/// How many jobs are in a state.
pub async fn count(conn: &mut Conn, state: JobState) -> Result<i64, StorageError> {
    let row = fetch_optional!(
        crate::schema::CountRow,
        conn,
        "select count(*) as counted from job where state = $1",
        state.code(),
    )?;
    Ok(row.map_or(0, |row| row.counted))
}

#[cfg(test)]
mod tests;
