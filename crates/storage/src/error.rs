//! What can go wrong in the store, for the operator.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// A unique rule of the schema would be broken: somebody else has this key already.
    #[error("already taken: {0}")]
    Taken(sqlx::Error),
    /// What must be there is not.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A row holds a code that this version does not know; the database is newer, or was changed by hand.
    #[error("{table}.{column} holds {value:?}, which this version does not know")]
    UnknownCode {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The address of the database is not one that this version can use.
    #[error("cannot use the database address: {0}")]
    Address(String),
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => StorageError::Taken(error),
            _ => StorageError::Database(error),
        }
    }
}

/// A code read from the database, or the complaint that it is unknown.
pub(crate) fn known<T>(
    found: Option<T>,
    table: &'static str,
    column: &'static str,
    value: &str,
) -> Result<T, StorageError> {
    found.ok_or_else(|| StorageError::UnknownCode {
        table,
        column,
        value: value.to_owned(),
    })
}
