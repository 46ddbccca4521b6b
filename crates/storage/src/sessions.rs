//! Sessions: who is signed in, where. The token is never here, only its hash.

use domain::ids::PersonId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

/// How far signing in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; a code is still due. Opens nothing.
    CodeDue,
    /// Signed in with a password.
    Password,
    /// Signed in with a password and a code.
    SecondFactor,
}

impl Stage {
    fn code(self) -> &'static str {
        match self {
            Stage::CodeDue => "code_due",
            Stage::Password => "password",
            Stage::SecondFactor => "second_factor",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Stage::CodeDue, Stage::Password, Stage::SecondFactor]
            .into_iter()
            .find(|stage| stage.code() == code)
    }
}

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub person: PersonId,
    /// What forms sent in this session must carry.
    pub form_token: String,
    /// How far signing in has come.
    pub stage: Stage,
    /// What it runs on, in words, such as "Firefox on Windows".
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// The instant from which it is over whatever happens.
    pub expires_at: Timestamp,
}

/// A session and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The session.
    pub session: Session,
    /// The person's name.
    pub person_name: String,
    /// Whether the person's account is closed.
    pub is_disabled: bool,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    token_hash: Vec<u8>,
    person_id: Uuid,
    form_token: String,
    stage: String,
    device: String,
    created_at: Instant,
    seen_at: Instant,
    expires_at: Instant,
    person_name: String,
    disabled_at: Option<Instant>,
}

impl TryFrom<SessionRow> for Found {
    type Error = StorageError;

    fn try_from(row: SessionRow) -> Result<Self, StorageError> {
        Ok(Found {
            session: Session {
                token_hash: row.token_hash,
                person: PersonId(row.person_id),
                form_token: row.form_token,
                stage: known(Stage::from_code(&row.stage), "session", "stage", &row.stage)?,
                device: row.device,
                created_at: row.created_at.0,
                seen_at: row.seen_at.0,
                expires_at: row.expires_at.0,
            },
            person_name: row.person_name,
            is_disabled: row.disabled_at.is_some(),
        })
    }
}

/// The session whose token has this hash, whether or not it is over.
pub async fn find(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Found>, StorageError> {
    let row = fetch_optional!(
        SessionRow,
        conn,
        "select s.token_hash, s.person_id, s.form_token, s.stage, s.device, s.created_at, s.seen_at,
                s.expires_at, p.name as person_name, p.disabled_at
         from session s
         join person p on p.id = s.person_id
         where s.token_hash = $1",
        token_hash,
    )?;
    row.map(Found::try_from).transpose()
}

/// A person's sessions, the last used first.
pub async fn list(conn: &mut Conn, person: PersonId) -> Result<Vec<Session>, StorageError> {
    let rows = fetch_all!(
        SessionRow,
        conn,
        "select s.token_hash, s.person_id, s.form_token, s.stage, s.device, s.created_at, s.seen_at,
                s.expires_at, p.name as person_name, p.disabled_at
         from session s
         join person p on p.id = s.person_id
         where s.person_id = $1
         order by s.seen_at desc, s.created_at desc",
        person.0,
    )?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        sessions.push(Found::try_from(row)?.session);
    }
    Ok(sessions)
}

/// Begins a session.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into session (token_hash, person_id, form_token, stage, device, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &session.token_hash,
        session.person.0,
        &session.form_token,
        session.stage.code(),
        &session.device,
        Instant(session.created_at),
        Instant(session.seen_at),
        Instant(session.expires_at),
    )?;
    Ok(())
}

/// Keeps when a session was last used.
pub async fn save_seen(tx: &mut Tx, token_hash: &[u8], at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update session set seen_at = $2 where token_hash = $1 and seen_at < $2",
        token_hash,
        Instant(at),
    )?;
    Ok(())
}

/// Ends a person's session; false when the person has no such session.
pub async fn delete(tx: &mut Tx, person: PersonId, token_hash: &[u8]) -> Result<bool, StorageError> {
    let changed = execute!(
        tx,
        "delete from session where token_hash = $1 and person_id = $2",
        token_hash,
        person.0,
    )?;
    Ok(changed == 1)
}

/// Ends all of a person's sessions; answers how many.
pub async fn delete_all(tx: &mut Tx, person: PersonId) -> Result<u64, StorageError> {
    Ok(execute!(
        tx,
        "delete from session where person_id = $1",
        person.0
    )?)
}

/// Clears away sessions that are over, by age or by disuse; answers how many.
pub async fn delete_over(tx: &mut Tx, now: Timestamp, unused_since: Timestamp) -> Result<u64, StorageError> {
    Ok(execute!(
        tx,
        "delete from session where expires_at <= $1 or seen_at <= $2",
        Instant(now),
        Instant(unused_since),
    )?)
}
