//! Published tables: finished, frozen text that public pages read and nothing computes again.

use domain::ids::CycleId;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::types::Json;

use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// A table as it was published.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedTable {
    /// The finished words, as `reports` made them.
    pub content: Value,
    /// SHA-256 of the content, in lower-case hexadecimal.
    pub content_hash: String,
    /// When it was made.
    pub made_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct TableRow {
    content: Json<Value>,
    content_hash: String,
    made_at: Instant,
}

/// A cycle's table by its key, such as `summary`.
pub async fn find(
    conn: &mut Conn,
    cycle: CycleId,
    key: &str,
) -> Result<Option<PublishedTable>, StorageError> {
    let row = fetch_optional!(
        TableRow,
        conn,
        "select content, content_hash, made_at from published_table where cycle_id = $1 and key = $2",
        cycle.0,
        key,
    )?;
    Ok(row.map(|row| PublishedTable {
        content: row.content.0,
        content_hash: row.content_hash,
        made_at: row.made_at.0,
    }))
}

/// Puts a table in the place of the one with the same key.
pub async fn save(
    tx: &mut Tx,
    cycle: CycleId,
    key: &str,
    table: &PublishedTable,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into published_table (cycle_id, key, content, content_hash, made_at)
         values ($1, $2, $3, $4, $5)
         on conflict (cycle_id, key) do update
         set content = excluded.content, content_hash = excluded.content_hash, made_at = excluded.made_at",
        cycle.0,
        key,
        Json(&table.content),
        &table.content_hash,
        Instant(table.made_at),
    )?;
    Ok(())
}
