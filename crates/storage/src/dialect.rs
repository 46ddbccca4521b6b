//! Where the two engines cannot be told the same thing in the same words; both spellings side by side.

use domain::ids::ReturnId;

use crate::engine::{Engine, Tx};
use crate::error::StorageError;

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
