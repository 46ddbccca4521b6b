//! Nominations of mapping leads, one after another.

use domain::ids::{NominationId, ParticipationId, PersonId};
use domain::nominations::{Nomination, Nominee};
use domain::people::Email;
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

#[derive(sqlx::FromRow)]
struct NominationRow {
    id: Uuid,
    participation_id: Uuid,
    nominated_by: Option<Uuid>,
    email: String,
    name: String,
    post: String,
    nominated_at: Instant,
    registered_at: Option<Instant>,
    person_id: Option<Uuid>,
    replaced_at: Option<Instant>,
}

impl TryFrom<NominationRow> for Nomination {
    type Error = StorageError;

    fn try_from(row: NominationRow) -> Result<Self, StorageError> {
        Ok(Nomination {
            id: NominationId(row.id),
            participation: ParticipationId(row.participation_id),
            nominated_by: row.nominated_by.map(PersonId),
            nominee: Nominee {
                name: row.name,
                post: row.post,
                email: known(Email::parse(&row.email).ok(), "nomination", "email", "an address")?,
            },
            nominated_at: row.nominated_at.0,
            registered_at: row.registered_at.map(|at| at.0),
            person: row.person_id.map(PersonId),
            replaced_at: row.replaced_at.map(|at| at.0),
        })
    }
}

/// A nomination by its identity.
pub async fn get(conn: &mut Conn, id: NominationId) -> Result<Nomination, StorageError> {
    let row = fetch_optional!(
        NominationRow,
        conn,
        "select id, participation_id, nominated_by, email, name, post, nominated_at, registered_at, person_id,
                replaced_at
         from nomination
         where id = $1",
        id.0,
    )?;
    row.ok_or(StorageError::NotFound("nomination"))?.try_into()
}

/// Every nomination for an organisation's part in a cycle, the newest first.
pub async fn list(conn: &mut Conn, participation: ParticipationId) -> Result<Vec<Nomination>, StorageError> {
    let rows = fetch_all!(
        NominationRow,
        conn,
        "select id, participation_id, nominated_by, email, name, post, nominated_at, registered_at, person_id,
                replaced_at
         from nomination
         where participation_id = $1
         order by nominated_at desc, id desc",
        participation.0,
    )?;
    rows.into_iter().map(Nomination::try_from).collect()
}

/// Adds a nomination.
pub async fn insert(tx: &mut Tx, nomination: &Nomination) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into nomination (id, participation_id, nominated_by, email, name, post, nominated_at,
                registered_at, person_id, replaced_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        nomination.id.0,
        nomination.participation.0,
        nomination.nominated_by.map(|id| id.0),
        nomination.nominee.email.as_str(),
        &nomination.nominee.name,
        &nomination.nominee.post,
        Instant(nomination.nominated_at),
        Instant::optional(nomination.registered_at),
        nomination.person.map(|id| id.0),
        Instant::optional(nomination.replaced_at),
    )?;
    Ok(())
}

/// Records that somebody else was nominated, or registered, in the place of this nominee.
pub async fn replace(tx: &mut Tx, id: NominationId, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update nomination set replaced_at = $2 where id = $1 and replaced_at is null",
        id.0,
        Instant(at),
    )?;
    Ok(())
}

/// Records that the nominee registered, with which account.
pub async fn register(
    tx: &mut Tx,
    id: NominationId,
    person: PersonId,
    at: Timestamp,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update nomination set registered_at = $3, person_id = $2 where id = $1",
        id.0,
        person.0,
        Instant(at),
    )?;
    Ok(())
}
