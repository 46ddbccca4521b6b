//! Files that people sent in, kept until the job that reads them has ended.

use domain::ids::{CycleId, OrganisationId, PersonId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// A file as it was sent in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its identity.
    pub id: Uuid,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// In which cycle.
    pub cycle: CycleId,
    /// Who sent it.
    pub person: PersonId,
    /// Its name, whose ending says what sort of file it is.
    pub file_name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct UploadRow {
    id: Uuid,
    organisation_id: Uuid,
    cycle_id: Uuid,
    person_id: Uuid,
    file_name: String,
    content: Vec<u8>,
}

/// Keeps a file.
pub async fn insert(tx: &mut Tx, upload: &Upload, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into upload (id, organisation_id, cycle_id, person_id, file_name, content, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        upload.id,
        upload.organisation.0,
        upload.cycle.0,
        upload.person.0,
        &upload.file_name,
        &upload.content,
        Instant(at),
    )?;
    Ok(())
}

/// A file by its identity.
pub async fn find(conn: &mut Conn, id: Uuid) -> Result<Option<Upload>, StorageError> {
    let row = fetch_optional!(
        UploadRow,
        conn,
        "select id, organisation_id, cycle_id, person_id, file_name, content from upload where id = $1",
        id,
    )?;
    Ok(row.map(|row| Upload {
        id: row.id,
        organisation: OrganisationId(row.organisation_id),
        cycle: CycleId(row.cycle_id),
        person: PersonId(row.person_id),
        file_name: row.file_name,
        content: row.content,
    }))
}

/// Forgets a file.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), StorageError> {
    execute!(tx, "delete from upload where id = $1", id)?;
    Ok(())
}

/// Forgets files sent in before an instant; answers how many.
pub async fn delete_older(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    let deleted = execute!(tx, "delete from upload where created_at < $1", Instant(before))?;
    Ok(deleted)
}
