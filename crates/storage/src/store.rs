//! The database: SQLite in a file, or PostgreSQL.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::engine::{Conn, Kind, Tx};
use crate::error::StorageError;

/// Where the data lives, and how many connections to keep.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Most connections for reading; on PostgreSQL for everything.
    pub connections: u32,
}

/// The database. Only `app` holds one; pages get a [`Reader`].
#[derive(Debug, Clone)]
pub enum Store {
    /// One writer that takes turns, many readers; WAL; every commit reaches the disk (`synchronous=full`).
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// The connections that read.
        readers: SqlitePool,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

impl Store {
    /// Opens the database, making a SQLite file that does not exist; does not touch the schema.
    pub async fn open(config: &StoreConfig) -> Result<Store, StorageError> {
        if config.url.starts_with("sqlite:") {
            open_sqlite(config).await
        } else if config.url.starts_with("postgres:") || config.url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(&config.url)?.statement_cache_capacity(512);
            let pool = PgPoolOptions::new()
                .max_connections(config.connections)
                .test_before_acquire(false)
                .connect_with(options)
                .await?;
            Ok(Store::Postgres(pool))
        } else {
            Err(StorageError::Address(
                "it must begin with sqlite: or postgres:".to_owned(),
            ))
        }
    }

    /// Brings the schema up to date; only ever forward.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        match self {
            Store::Sqlite { writer, .. } => crate::schema::SQLITE.run(writer).await?,
            Store::Postgres(pool) => crate::schema::POSTGRES.run(pool).await?,
        }
        Ok(())
    }

    /// Starts a transaction to write in. On SQLite, writers wait here for their turn.
    pub async fn begin(&self) -> Result<Tx, StorageError> {
        let kind = match self {
            Store::Sqlite { writer, .. } => Kind::SqliteTx(writer.begin_with("begin immediate").await?),
            Store::Postgres(pool) => Kind::PostgresTx(pool.begin().await?),
        };
        Ok(Tx(Conn(kind)))
    }

    /// A handle that can only read.
    pub fn reader(&self) -> Reader {
        Reader(self.clone())
    }

    /// Which engine it is, for a person: `SQLite` or `PostgreSQL`.
    pub fn engine_name(&self) -> &'static str {
        match self {
            Store::Sqlite { .. } => "SQLite",
            Store::Postgres(_) => "PostgreSQL",
        }
    }

    /// Closes every connection, after the work under way.
    pub async fn close(&self) {
        match self {
            Store::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Store::Postgres(pool) => pool.close().await,
        }
    }
}

/// Reads and cannot write; what the pages hold.
#[derive(Debug, Clone)]
pub struct Reader(Store);

impl Reader {
    /// A connection to read with.
    pub async fn conn(&self) -> Result<Conn, StorageError> {
        let kind = match &self.0 {
            Store::Sqlite { readers, .. } => Kind::SqliteReader(readers.acquire().await?),
            Store::Postgres(pool) => Kind::PostgresReader(pool.acquire().await?),
        };
        Ok(Conn(kind))
    }
}

async fn open_sqlite(config: &StoreConfig) -> Result<Store, StorageError> {
    let options = SqliteConnectOptions::from_str(&config.url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(512)
        .pragma("cache_size", "-16384");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(config.connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok(Store::Sqlite { writer, readers })
}
