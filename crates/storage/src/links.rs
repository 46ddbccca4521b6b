//! One-use links. The token is never here, only its hash.

use domain::ids::PersonId;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// A one-use link as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The hash of its token.
    pub token_hash: Vec<u8>,
    /// What it is for: `register`, `reset` or `invite`.
    pub purpose: String,
    /// The address to which it was sent, lower-case.
    pub email: String,
    /// What it is about, such as a nomination, so that it can be recalled with it.
    pub about: Option<Uuid>,
    /// What using it brings.
    pub detail: Value,
    /// Who had it sent; none for the machine.
    pub created_by: Option<PersonId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The instant from which it no longer works.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub recalled_at: Option<Timestamp>,
}

impl Link {
    /// Whether the link can still be used.
    pub fn works_at(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && self.recalled_at.is_none() && now < self.expires_at
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    token_hash: Vec<u8>,
    purpose: String,
    email: String,
    about_id: Option<Uuid>,
    detail: Json<Value>,
    created_by: Option<Uuid>,
    created_at: Instant,
    expires_at: Instant,
    used_at: Option<Instant>,
    recalled_at: Option<Instant>,
}

impl From<LinkRow> for Link {
    fn from(row: LinkRow) -> Self {
        Link {
            token_hash: row.token_hash,
            purpose: row.purpose,
            email: row.email,
            about: row.about_id,
            detail: row.detail.0,
            created_by: row.created_by.map(PersonId),
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            used_at: row.used_at.map(|at| at.0),
            recalled_at: row.recalled_at.map(|at| at.0),
        }
    }
}

/// The link whose token has this hash, whether or not it still works.
pub async fn find(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Link>, StorageError> {
    let row = fetch_optional!(
        LinkRow,
        conn,
        "select token_hash, purpose, email, about_id, detail, created_by, created_at, expires_at, used_at,
                recalled_at
         from link
         where token_hash = $1",
        token_hash,
    )?;
    Ok(row.map(Link::from))
}

/// The links that were made about something, newest first.
pub async fn list_about(conn: &mut Conn, about: Uuid) -> Result<Vec<Link>, StorageError> {
    let rows = fetch_all!(
        LinkRow,
        conn,
        "select token_hash, purpose, email, about_id, detail, created_by, created_at, expires_at, used_at,
                recalled_at
         from link
         where about_id = $1
         order by created_at desc",
        about,
    )?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// Keeps a new link.
pub async fn insert(tx: &mut Tx, link: &Link) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into link (token_hash, purpose, email, about_id, detail, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &link.token_hash,
        &link.purpose,
        &link.email,
        link.about,
        Json(&link.detail),
        link.created_by.map(|id| id.0),
        Instant(link.created_at),
        Instant(link.expires_at),
    )?;
    Ok(())
}

/// Uses a link up; false when it no longer works, so that of two people only one gets through.
pub async fn use_up(tx: &mut Tx, token_hash: &[u8], at: Timestamp) -> Result<bool, StorageError> {
    let changed = execute!(
        tx,
        "update link set used_at = $2
         where token_hash = $1 and used_at is null and recalled_at is null and expires_at > $2",
        token_hash,
        Instant(at),
    )?;
    Ok(changed == 1)
}

/// Takes back the unused links about something; answers how many.
pub async fn recall_about(tx: &mut Tx, about: Uuid, at: Timestamp) -> Result<u64, StorageError> {
    Ok(execute!(
        tx,
        "update link set recalled_at = $2
         where about_id = $1 and used_at is null and recalled_at is null",
        about,
        Instant(at),
    )?)
}

/// Takes back the unused links of a purpose that were sent to an address; answers how many.
pub async fn recall_sent(
    tx: &mut Tx,
    purpose: &str,
    email: &str,
    at: Timestamp,
) -> Result<u64, StorageError> {
    Ok(execute!(
        tx,
        "update link set recalled_at = $3
         where purpose = $1 and email = $2 and used_at is null and recalled_at is null",
        purpose,
        email,
        Instant(at),
    )?)
}
