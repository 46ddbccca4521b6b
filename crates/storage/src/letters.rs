//! Letters waiting to be sent.

use domain::ids::LetterId;
use domain::people::Email;
use jiff::Timestamp;
use uuid::Uuid;

use crate::dialect;
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

/// A letter as it is put in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Its identity.
    pub id: LetterId,
    /// What it is for, such as `reset`; stable.
    pub purpose: &'static str,
    /// To whom.
    pub to: Email,
    /// Its subject line.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// Puts a letter in the outbox, due at once.
pub async fn insert(tx: &mut Tx, letter: &NewLetter, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into letter (id, purpose, recipient, subject, body, state, tries, last_error, created_at, due_at)
         values ($1, $2, $3, $4, $5, 'waiting', 0, '', $6, $6)",
        letter.id.0,
        letter.purpose,
        letter.to.as_str(),
        &letter.subject,
        &letter.body,
        Instant(at),
    )?;
    Ok(())
}

/// How far a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// To be sent, for the first time or again.
    Waiting,
    /// A mail server has taken it.
    Sent,
    /// Given up.
    Failed,
}

impl LetterState {
    /// Every state.
    pub const ALL: [LetterState; 3] = [LetterState::Waiting, LetterState::Sent, LetterState::Failed];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            LetterState::Waiting => "waiting",
            LetterState::Sent => "sent",
            LetterState::Failed => "failed",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A letter as it stands in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// Its identity.
    pub id: LetterId,
    /// What it is for.
    pub purpose: String,
    /// To whom.
    pub to: String,
    /// Its subject line.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// How far it is.
    pub state: LetterState,
    /// How often a mail server was asked to take it.
    pub tries: i64,
    /// Why the last try did not succeed; names no address.
    pub last_error: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is to be tried next.
    pub due_at: Timestamp,
    /// When a mail server took it.
    pub sent_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct LetterRow {
    id: Uuid,
    purpose: String,
    recipient: String,
    subject: String,
    body: String,
    state: String,
    tries: i64,
    last_error: String,
    created_at: Instant,
    due_at: Instant,
    sent_at: Option<Instant>,
}

impl TryFrom<LetterRow> for KeptLetter {
    type Error = StorageError;

    fn try_from(row: LetterRow) -> Result<Self, StorageError> {
        Ok(KeptLetter {
            id: LetterId(row.id),
            purpose: row.purpose,
            to: row.recipient,
            subject: row.subject,
            body: row.body,
            state: known(LetterState::from_code(&row.state), "letter", "state", &row.state)?,
            tries: row.tries,
            last_error: row.last_error,
            created_at: row.created_at.0,
            due_at: row.due_at.0,
            sent_at: row.sent_at.map(|at| at.0),
        })
    }
}

/// A letter by its identity.
pub async fn find(conn: &mut Conn, id: LetterId) -> Result<Option<KeptLetter>, StorageError> {
    let row = fetch_optional!(
        LetterRow,
        conn,
        "select id, purpose, recipient, subject, body, state, tries, last_error, created_at, due_at, sent_at
         from letter
         where id = $1",
        id.0,
    )?;
    row.map(KeptLetter::try_from).transpose()
}

/// The newest letters first, at most `limit`; after the first page, those written before the letter `before`
/// (identities sort by the time at which they were made).
pub async fn list(
    conn: &mut Conn,
    before: Option<LetterId>,
    limit: i64,
) -> Result<Vec<KeptLetter>, StorageError> {
    let rows = fetch_all!(
        LetterRow,
        conn,
        "select id, purpose, recipient, subject, body, state, tries, last_error, created_at, due_at, sent_at
         from letter
         where ($1 is null or id < $1)
         order by id desc
         limit $2",
        before.map(|id| id.0),
        limit,
    )?;
    rows.into_iter().map(KeptLetter::try_from).collect()
}

/// Whether a letter waits to be sent at an instant.
pub async fn is_any_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StorageError> {
    let row = fetch_optional!(
        crate::schema::CountRow,
        conn,
        "select count(*) as counted from (
             select 1 from letter where state = 'waiting' and due_at <= $1 limit 1) due",
        Instant(now),
    )?;
    Ok(row.is_some_and(|row| row.counted > 0))
}

/// Takes the letter that has been due longest, counts the try, and puts its next try at `again_at` in case the
/// taker is not heard of again. Two senders never take the same letter at once.
pub async fn take(
    tx: &mut Tx,
    now: Timestamp,
    again_at: Timestamp,
) -> Result<Option<KeptLetter>, StorageError> {
    let row = dialect::take_letter(tx, Instant(now), Instant(again_at)).await?;
    row.map(KeptLetter::try_from).transpose()
}

/// Records that a mail server took the letter, and keeps the text as `body` from then on.
pub async fn mark_sent(tx: &mut Tx, id: LetterId, body: &str, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update letter set state = 'sent', sent_at = $2, body = $3, last_error = '' where id = $1",
        id.0,
        Instant(at),
        body,
    )?;
    Ok(())
}

/// Records that a try did not succeed and when the next one is; none gives the letter up.
pub async fn mark_refused(
    tx: &mut Tx,
    id: LetterId,
    reason: &str,
    again_at: Option<Timestamp>,
) -> Result<(), StorageError> {
    match again_at {
        Some(due_at) => execute!(
            tx,
            "update letter set last_error = $2, due_at = $3 where id = $1 and state = 'waiting'",
            id.0,
            reason,
            Instant(due_at),
        )?,
        None => execute!(
            tx,
            "update letter set last_error = $2, state = 'failed' where id = $1 and state = 'waiting'",
            id.0,
            reason,
        )?,
    };
    Ok(())
}

/// How many letters are in a state.
pub async fn count(conn: &mut Conn, state: LetterState) -> Result<i64, StorageError> {
    let row = fetch_optional!(
        crate::schema::CountRow,
        conn,
        "select count(*) as counted from letter where state = $1",
        state.code(),
    )?;
    Ok(row.map_or(0, |row| row.counted))
}
