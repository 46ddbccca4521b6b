//! Questionnaires: the published spreadsheets, which never change.

use domain::ids::QuestionnaireId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// A published questionnaire, without its spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedQuestionnaire {
    /// Its identity.
    pub id: QuestionnaireId,
    /// The form's own identifier, the same in every version.
    pub form_id: String,
    /// The version that the spreadsheet names.
    pub version: String,
    /// Its title.
    pub title: String,
    /// The name under which the spreadsheet came.
    pub file_name: String,
    /// SHA-256 of the spreadsheet, in lower-case hexadecimal.
    pub content_hash: String,
    /// When.
    pub published_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct QuestionnaireRow {
    id: Uuid,
    form_id: String,
    version: String,
    title: String,
    file_name: String,
    content_hash: String,
    published_at: Instant,
}

impl From<QuestionnaireRow> for PublishedQuestionnaire {
    fn from(row: QuestionnaireRow) -> Self {
        PublishedQuestionnaire {
            id: QuestionnaireId(row.id),
            form_id: row.form_id,
            version: row.version,
            title: row.title,
            file_name: row.file_name,
            content_hash: row.content_hash,
            published_at: row.published_at.0,
        }
    }
}

#[derive(sqlx::FromRow)]
struct SourceRow {
    source: Vec<u8>,
}

/// A questionnaire by its identity.
pub async fn get(conn: &mut Conn, id: QuestionnaireId) -> Result<PublishedQuestionnaire, StorageError> {
    let row = fetch_optional!(
        QuestionnaireRow,
        conn,
        "select id, form_id, version, title, file_name, content_hash, published_at
         from questionnaire
         where id = $1",
        id.0,
    )?;
    row.map(PublishedQuestionnaire::from)
        .ok_or(StorageError::NotFound("questionnaire"))
}

/// The questionnaire whose spreadsheet has this hash.
pub async fn find_by_hash(
    conn: &mut Conn,
    content_hash: &str,
) -> Result<Option<PublishedQuestionnaire>, StorageError> {
    let row = fetch_optional!(
        QuestionnaireRow,
        conn,
        "select id, form_id, version, title, file_name, content_hash, published_at
         from questionnaire
         where content_hash = $1",
        content_hash,
    )?;
    Ok(row.map(PublishedQuestionnaire::from))
}

/// Every questionnaire, the newest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<PublishedQuestionnaire>, StorageError> {
    let rows = fetch_all!(
        QuestionnaireRow,
        conn,
        "select id, form_id, version, title, file_name, content_hash, published_at
         from questionnaire
         order by published_at desc, id desc",
    )?;
    Ok(rows.into_iter().map(PublishedQuestionnaire::from).collect())
}

/// The spreadsheet of a questionnaire.
pub async fn get_source(conn: &mut Conn, id: QuestionnaireId) -> Result<Vec<u8>, StorageError> {
    let row = fetch_optional!(
        SourceRow,
        conn,
        "select source from questionnaire where id = $1",
        id.0,
    )?;
    row.map(|row| row.source)
        .ok_or(StorageError::NotFound("questionnaire"))
}

/// Adds a questionnaire; [`StorageError::Taken`] when its spreadsheet is published already.
pub async fn insert(
    tx: &mut Tx,
    questionnaire: &PublishedQuestionnaire,
    source: &[u8],
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into questionnaire (id, form_id, version, title, file_name, source, content_hash, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        questionnaire.id.0,
        &questionnaire.form_id,
        &questionnaire.version,
        &questionnaire.title,
        &questionnaire.file_name,
        source,
        &questionnaire.content_hash,
        Instant(questionnaire.published_at),
    )?;
    Ok(())
}
