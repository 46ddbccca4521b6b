//! Throw-away databases for tests, one on each engine.

use uuid::Uuid;

use crate::engine::Conn;
use crate::error::StorageError;
use crate::store::{Store, StoreConfig};

/// The variable that names a PostgreSQL server on which tests may create databases.
pub const POSTGRES_URL: &str = "CSM_TEST_POSTGRES_URL";

/// A migrated, empty database on each engine: SQLite always, PostgreSQL where [`POSTGRES_URL`] is set. Says so
/// on standard error when PostgreSQL is left out, because then half of the test has not run.
pub async fn stores() -> Result<Vec<Store>, StorageError> {
    let mut stores = vec![sqlite().await?];
    match std::env::var(POSTGRES_URL) {
        Ok(url) if !url.is_empty() => stores.push(postgres(&url).await?),
        _ => note_that_postgres_is_left_out(),
    }
    Ok(stores)
}

/// A migrated, empty SQLite database in the system's temporary folder.
pub async fn sqlite() -> Result<Store, StorageError> {
    let path = std::env::temp_dir().join(format!("csm-trial-{}.db", Uuid::now_v7()));
    let config = StoreConfig {
        url: format!("sqlite:{}", path.display()),
        connections: 4,
    };
    let store = Store::open(&config).await?;
    store.migrate().await?;
    Ok(store)
}

/// The PostgreSQL server for tests, if any; says so when there is none.
pub fn postgres_url() -> Option<String> {
    let url = std::env::var(POSTGRES_URL).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        note_that_postgres_is_left_out();
    }
    url
}

/// A migrated, empty database of its own on the PostgreSQL server at `url`.
pub async fn postgres(url: &str) -> Result<Store, StorageError> {
    Ok(postgres_with_url(url).await?.1)
}

/// The same, and its address.
pub async fn postgres_with_url(url: &str) -> Result<(String, Store), StorageError> {
    let name = format!("csm_trial_{}", Uuid::now_v7().simple());
    let server = Store::open(&StoreConfig {
        url: url.to_owned(),
        connections: 1,
    })
    .await?;
    let mut conn: Conn = server.reader().conn().await?;
    let statement = sqlx::AssertSqlSafe(format!("create database {name}"));
    if let crate::engine::Engine::Postgres(connection) = conn.engine() {
        sqlx::query(statement).execute(connection).await?;
    }
    drop(conn);
    server.close().await;
    let (base, options) = url
        .split_once('?')
        .map_or((url, ""), |(base, options)| (base, options));
    let (address, _) = base.rsplit_once('/').unwrap_or((base, ""));
    let question_mark = if options.is_empty() { "" } else { "?" };
    let config = StoreConfig {
        url: format!("{address}/{name}{question_mark}{options}"),
        connections: 4,
    };
    let store = Store::open(&config).await?;
    store.migrate().await?;
    Ok((config.url, store))
}

fn note_that_postgres_is_left_out() {
    note(&format!(
        "{POSTGRES_URL} is not set, so this test ran on SQLite only"
    ));
}

/// Says loudly that a test ran by half, or not at all, and why.
#[expect(clippy::print_stderr, reason = "a test that runs by half must say so loudly")]
pub fn note(what: &str) {
    eprintln!("NOTE: {what}");
}
