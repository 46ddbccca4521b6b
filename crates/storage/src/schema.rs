//! The schema's version: what this program knows, and what a database has.

use jiff::Timestamp;
use sqlx::migrate::Migrator;

use crate::engine::{Conn, Engine};
use crate::error::StorageError;
use crate::instant::Instant;

pub(crate) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The newest version of the schema that this program knows; the same on both engines.
pub fn newest() -> i64 {
    SQLITE.iter().map(|step| step.version).max().unwrap_or(0)
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    version: Option<i64>,
}

/// The version of the schema that the database has; none where it was never migrated.
pub async fn version(conn: &mut Conn) -> Result<Option<i64>, StorageError> {
    if !has_table(conn, "_sqlx_migrations").await? {
        return Ok(None);
    }
    let row = fetch_optional!(
        VersionRow,
        conn,
        "select max(version) as version from _sqlx_migrations where success"
    )?;
    Ok(row.and_then(|row| row.version))
}

/// Whether the database holds anything that somebody would miss: a person, an organisation or an event.
pub async fn holds_anything(conn: &mut Conn) -> Result<bool, StorageError> {
    if !has_table(conn, "event").await? {
        return Ok(false);
    }
    let row = fetch_optional!(
        CountRow,
        conn,
        "select (select count(*) from (select 1 from person limit 1) p)
              + (select count(*) from (select 1 from organisation limit 1) o)
              + (select count(*) from (select 1 from event limit 1) e) as counted",
    )?;
    Ok(row.is_some_and(|row| row.counted > 0))
}

#[derive(sqlx::FromRow)]
pub(crate) struct CountRow {
    pub(crate) counted: i64,
}

/// The time by the database server's own clock; none on SQLite, which has no other clock than ours.
pub async fn server_time(conn: &mut Conn) -> Result<Option<Timestamp>, StorageError> {
    match conn.engine() {
        Engine::Sqlite(_) => Ok(None),
        Engine::Postgres(connection) => {
            let (at,): (Instant,) = sqlx::query_as("select clock_timestamp()")
                .fetch_one(connection)
                .await?;
            Ok(Some(at.0))
        }
    }
}

async fn has_table(conn: &mut Conn, name: &str) -> Result<bool, StorageError> {
    let row = match conn.engine() {
        Engine::Sqlite(connection) => {
            sqlx::query_as::<_, CountRow>(
                "select count(*) as counted from sqlite_master where type = 'table' and name = $1",
            )
            .bind(name)
            .fetch_one(connection)
            .await?
        }
        Engine::Postgres(connection) => {
            sqlx::query_as::<_, CountRow>(
                "select count(*) as counted from pg_tables
                 where schemaname = current_schema() and tablename = $1",
            )
            .bind(name)
            .fetch_one(connection)
            .await?
        }
    };
    Ok(row.counted > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    #[tokio::test]
    async fn a_migrated_database_has_the_newest_schema_and_holds_nothing() {
        for store in trial::stores().await.unwrap() {
            let mut conn = store.reader().conn().await.unwrap();
            assert_eq!(version(&mut conn).await.unwrap(), Some(newest()));
            assert!(!holds_anything(&mut conn).await.unwrap());
        }
    }

    #[test]
    fn both_engines_have_the_same_steps() {
        let steps = |migrator: &Migrator| {
            let listed: Vec<(i64, String)> = migrator
                .iter()
                .map(|step| (step.version, step.description.to_string()))
                .collect();
            listed
        };
        assert_eq!(steps(&SQLITE), steps(&POSTGRES));
    }
}
