//! Where the two engines cannot be told the same thing in the same words; both spellings side by side.

use domain::ids::{CycleId, OrganisationId, ReturnId};

use crate::engine::{Conn, Engine, Tx};
use crate::error::StorageError;
use crate::instant::Instant;
use crate::jobs::JobRow;
use crate::letters::LetterRow;

/// Keeps others from writing a return until the transaction ends. SQLite has one writer and needs no word.
pub(crate) async fn hold_return(tx: &mut Tx, id: ReturnId) -> Result<(), StorageError> {
    if let Engine::Postgres(connection) = tx.engine() {
        sqlx::query("select id from service_return where id = $1 for update")
            .bind(id.0)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Keeps others from writing any of an organisation's returns in a cycle until the transaction ends.
pub(crate) async fn hold_returns(
    tx: &mut Tx,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<(), StorageError> {
    if let Engine::Postgres(connection) = tx.engine() {
        sqlx::query(
            "select id from service_return where cycle_id = $1 and organisation_id = $2 order by id for update",
        )
        .bind(cycle.0)
        .bind(organisation.0)
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Keeps others from what a word stands for until the transaction ends. SQLite has one writer and needs no word.
pub(crate) async fn hold_word(tx: &mut Tx, word: &str) -> Result<(), StorageError> {
    if let Engine::Postgres(connection) = tx.engine() {
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(word)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Takes the job that has waited longest. PostgreSQL passes over rows that another runner has in hand; on
/// SQLite the one writer is the turnstile.
pub(crate) async fn take_job(
    tx: &mut Tx,
    now: Instant,
    held_until: Instant,
) -> Result<Option<JobRow>, StorageError> {
    let row = match tx.engine() {
        Engine::Sqlite(connection) => {
            sqlx::query_as::<_, JobRow>(
                "update job
                 set state = 'running', tries = tries + 1, held_until = $2
                 where id = (
                     select id from job
                     where (state = 'waiting' and due_at <= $1) or (state = 'running' and held_until < $1)
                     order by due_at, id
                     limit 1)
                 returning id, kind, detail, state, done, total, outcome, tries, created_by, created_at, due_at,
                           finished_at",
            )
            .bind(now)
            .bind(held_until)
            .fetch_optional(connection)
            .await?
        }
        Engine::Postgres(connection) => {
            sqlx::query_as::<_, JobRow>(
                "update job
                 set state = 'running', tries = tries + 1, held_until = $2
                 where id = (
                     select id from job
                     where (state = 'waiting' and due_at <= $1) or (state = 'running' and held_until < $1)
                     order by due_at, id
                     limit 1
                     for update skip locked)
                 returning id, kind, detail, state, done, total, outcome, tries, created_by, created_at, due_at,
                           finished_at",
            )
            .bind(now)
            .bind(held_until)
            .fetch_optional(connection)
            .await?
        }
    };
    Ok(row)
}

/// Takes the letter that has been due longest, and puts its next try at `again_at`.
pub(crate) async fn take_letter(
    tx: &mut Tx,
    now: Instant,
    again_at: Instant,
) -> Result<Option<LetterRow>, StorageError> {
    let row = match tx.engine() {
        Engine::Sqlite(connection) => {
            sqlx::query_as::<_, LetterRow>(
                "update letter
                 set tries = tries + 1, due_at = $2
                 where id = (
                     select id from letter
                     where state = 'waiting' and due_at <= $1
                     order by due_at, id
                     limit 1)
                 returning id, purpose, recipient, subject, body, state, tries, last_error, created_at, due_at,
                           sent_at",
            )
            .bind(now)
            .bind(again_at)
            .fetch_optional(connection)
            .await?
        }
        Engine::Postgres(connection) => {
            sqlx::query_as::<_, LetterRow>(
                "update letter
                 set tries = tries + 1, due_at = $2
                 where id = (
                     select id from letter
                     where state = 'waiting' and due_at <= $1
                     order by due_at, id
                     limit 1
                     for update skip locked)
                 returning id, purpose, recipient, subject, body, state, tries, last_error, created_at, due_at,
                           sent_at",
            )
            .bind(now)
            .bind(again_at)
            .fetch_optional(connection)
            .await?
        }
    };
    Ok(row)
}

/// Keeps others from writing an organisation's part in a cycle until the transaction ends.
pub(crate) async fn hold_participation(
    tx: &mut Tx,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<(), StorageError> {
    if let Engine::Postgres(connection) = tx.engine() {
        sqlx::query("select id from participation where cycle_id = $1 and organisation_id = $2 for update")
            .bind(cycle.0)
            .bind(organisation.0)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Asks a list of organisations to a cycle in one statement: a JSON list of objects with `id` and `organisation`
/// as hexadecimal digits. Reading JSON as rows is spelt differently.
pub(crate) async fn insert_participations(
    tx: &mut Tx,
    cycle: CycleId,
    list: &str,
    at: Instant,
) -> Result<u64, StorageError> {
    let inserted = match tx.engine() {
        Engine::Sqlite(connection) => sqlx::query(
            "insert into participation (id, cycle_id, organisation_id, state, revision, reason, changed_at)
             select unhex(value ->> 'id'), $1, unhex(value ->> 'organisation'), 'invited', 1, '', $3
             from json_each($2)
             where true
             on conflict (cycle_id, organisation_id) do nothing",
        )
        .bind(cycle.0)
        .bind(list)
        .bind(at)
        .execute(connection)
        .await?
        .rows_affected(),
        Engine::Postgres(connection) => sqlx::query(
            "insert into participation (id, cycle_id, organisation_id, state, revision, reason, changed_at)
             select (value ->> 'id')::uuid, $1, (value ->> 'organisation')::uuid, 'invited', 1, '', $3
             from json_array_elements($2::json)
             on conflict (cycle_id, organisation_id) do nothing",
        )
        .bind(cycle.0)
        .bind(list)
        .bind(at)
        .execute(connection)
        .await?
        .rows_affected(),
    };
    Ok(inserted)
}

/// The version of the database engine, as it says it.
pub async fn engine_version(conn: &mut Conn) -> Result<String, StorageError> {
    let version = match conn.engine() {
        Engine::Sqlite(connection) => {
            sqlx::query_scalar("select sqlite_version()")
                .fetch_one(connection)
                .await?
        }
        Engine::Postgres(connection) => {
            sqlx::query_scalar("show server_version")
                .fetch_one(connection)
                .await?
        }
    };
    Ok(version)
}
