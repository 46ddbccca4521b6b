//! Failed tries to sign in and requests for letters, kept for as long as they slow somebody down.

use jiff::Timestamp;

use crate::dialect;
use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// How often something was tried, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: i64,
    /// When last.
    pub last_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct TallyRow {
    count: i64,
    last_at: Option<Instant>,
}

/// Keeps others from counting the same subject until the transaction ends, so that tries made at the same
/// moment are counted one after the other.
pub async fn hold(tx: &mut Tx, subject: &str) -> Result<(), StorageError> {
    dialect::hold_word(tx, subject).await
}

/// How often a subject was recorded after an instant.
pub async fn count(conn: &mut Conn, subject: &str, after: Timestamp) -> Result<Tally, StorageError> {
    let row = fetch_optional!(
        TallyRow,
        conn,
        "select count(*) as count, max(at) as last_at from attempt where subject = $1 and at > $2",
        subject,
        Instant(after),
    )?;
    Ok(row.map_or(
        Tally {
            count: 0,
            last_at: None,
        },
        |row| Tally {
            count: row.count,
            last_at: row.last_at.map(|at| at.0),
        },
    ))
}

/// Records a try.
pub async fn record(tx: &mut Tx, subject: &str, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into attempt (subject, at) values ($1, $2)",
        subject,
        Instant(at)
    )?;
    Ok(())
}

/// Forgets a subject's tries made up to an instant.
pub async fn delete(tx: &mut Tx, subject: &str, until: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "delete from attempt where subject = $1 and at <= $2",
        subject,
        Instant(until)
    )?;
    Ok(())
}

/// Forgets one try of a subject, made at an instant: it has turned out to be no failure.
pub async fn delete_at(tx: &mut Tx, subject: &str, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "delete from attempt where subject = $1 and at = $2",
        subject,
        Instant(at)
    )?;
    Ok(())
}

/// Forgets everything older than an instant.
pub async fn delete_before(tx: &mut Tx, at: Timestamp) -> Result<u64, StorageError> {
    Ok(execute!(tx, "delete from attempt where at < $1", Instant(at))?)
}
