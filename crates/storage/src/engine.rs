//! One SQL text, two engines.
//!
//! `$1` placeholders, `on conflict`, `returning`, `with recursive` and windows work on both. The macros below
//! run one text on whichever engine a connection belongs to, with that engine's own types.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::error::StorageError;

/// A connection to read with; a [`Tx`] lends itself as one.
pub struct Conn(pub(crate) Kind);

pub(crate) enum Kind {
    SqliteReader(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'static, Sqlite>),
    PostgresReader(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// The engine's own connection, for the macros.
pub(crate) enum Engine<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Conn {
    pub(crate) fn engine(&mut self) -> Engine<'_> {
        match &mut self.0 {
            Kind::SqliteReader(connection) => Engine::Sqlite(connection),
            Kind::SqliteTx(transaction) => Engine::Sqlite(transaction),
            Kind::PostgresReader(connection) => Engine::Postgres(connection),
            Kind::PostgresTx(transaction) => Engine::Postgres(transaction),
        }
    }
}

/// A transaction: everything written through it stands after [`Tx::commit`], or nothing does.
pub struct Tx(pub(crate) Conn);

impl Tx {
    /// Makes it durable; only after this may anybody be told that it is done.
    pub async fn commit(self) -> Result<(), StorageError> {
        match self.0.0 {
            Kind::SqliteTx(transaction) => transaction.commit().await?,
            Kind::PostgresTx(transaction) => transaction.commit().await?,
            Kind::SqliteReader(_) | Kind::PostgresReader(_) => {}
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

/// All rows of a query as `Vec<$row>`: `fetch_all!(Row, conn, "select …", arguments)`.
macro_rules! fetch_all {
    ($row:ty, $conn:expr, $sql:expr $(, $argument:expr)* $(,)?) => {
        match $conn.engine() {
            $crate::engine::Engine::Sqlite(connection) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($argument))*.fetch_all(connection).await
            }
            $crate::engine::Engine::Postgres(connection) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($argument))*.fetch_all(connection).await
            }
        }
    };
}

/// The first row of a query, if any, as `Option<$row>`.
macro_rules! fetch_optional {
    ($row:ty, $conn:expr, $sql:expr $(, $argument:expr)* $(,)?) => {
        match $conn.engine() {
            $crate::engine::Engine::Sqlite(connection) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($argument))*.fetch_optional(connection).await
            }
            $crate::engine::Engine::Postgres(connection) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($argument))*.fetch_optional(connection).await
            }
        }
    };
}

/// Runs a statement and answers how many rows it changed.
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $argument:expr)* $(,)?) => {
        match $conn.engine() {
            $crate::engine::Engine::Sqlite(connection) => sqlx::query($sql)
                $(.bind($argument))*.execute(connection).await.map(|done| done.rows_affected()),
            $crate::engine::Engine::Postgres(connection) => sqlx::query($sql)
                $(.bind($argument))*.execute(connection).await.map(|done| done.rows_affected()),
        }
    };
}

/// Runs a statement that is built for the rows at hand, on whichever engine: the text before the values, the
/// values of each row, the text after them.
macro_rules! execute_rows {
    ($tx:expr, $before:expr, $rows:expr, |$row:ident| [$($value:expr),+ $(,)?], $after:expr) => {
        match $tx.engine() {
            $crate::engine::Engine::Sqlite(connection) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new($before);
                query.push_values($rows, |mut values, $row| { $(values.push_bind($value);)+ });
                query.push($after);
                query.build().execute(connection).await.map(|done| done.rows_affected())
            }
            $crate::engine::Engine::Postgres(connection) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new($before);
                query.push_values($rows, |mut values, $row| { $(values.push_bind($value);)+ });
                query.push($after);
                query.build().execute(connection).await.map(|done| done.rows_affected())
            }
        }
    };
}
