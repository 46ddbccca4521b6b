//! SQLite: `vacuum into` makes a consistent copy while others read and write.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::{
    BackupError, Description, REPLACE_HINT, at, beside, holds_something, refused, remove_if_there, unpack,
};
use crate::store::Store;

pub(super) async fn dump(store: &Store, content: &Path) -> Result<(), BackupError> {
    let Store::Sqlite { readers, .. } = store else {
        return Ok(());
    };
    let mut conn = readers.acquire().await?;
    // The copy is another file; the readers' own protection against writing would refuse it.
    sqlx::query("pragma query_only = off").execute(&mut *conn).await?;
    let copied = sqlx::query("vacuum into $1")
        .bind(content.display().to_string())
        .execute(&mut *conn)
        .await;
    sqlx::query("pragma query_only = on").execute(&mut *conn).await?;
    copied?;
    Ok(())
}

pub(super) async fn restore(
    url: &str,
    file: &Path,
    description: &Description,
    replace: bool,
) -> Result<(), BackupError> {
    let options = SqliteConnectOptions::from_str(url)?;
    let database: PathBuf = options.get_filename().to_owned();
    if database.exists() {
        release(&options, replace).await?;
    }
    // A write-ahead log left by a database that is gone must not be played into the restored one.
    for ending in ["-wal", "-shm"] {
        let mut name = database.clone().into_os_string();
        name.push(ending);
        remove_if_there(Path::new(&name))?;
    }
    let restoring = beside(&database, "restoring");
    unpack(file, description, &restoring)?;
    let checked = check(&restoring).await;
    if checked.is_err() {
        remove_if_there(&restoring)?;
    }
    checked?;
    std::fs::rename(&restoring, &database).map_err(at(&database))?;
    Ok(())
}

/// Makes sure that the database may be replaced: that it is empty or `replace` is given, and that nobody uses it.
/// Folds its write-ahead log in, so that no part of the old database outlives its file.
async fn release(options: &SqliteConnectOptions, replace: bool) -> Result<(), BackupError> {
    let quick = options.clone().busy_timeout(Duration::from_millis(200));
    let mut conn = quick.connect().await?;
    if !replace && holds_anything(&mut conn).await? {
        return Err(holds_something(REPLACE_HINT));
    }
    // Leaving the write-ahead log needs the database to oneself.
    let alone = sqlx::query("pragma journal_mode = delete")
        .execute(&mut conn)
        .await;
    conn.close().await?;
    match alone {
        Ok(_) => Ok(()),
        Err(_) => Err(refused(
            "The database is in use; stop csm serve and whatever else uses it, then restore again",
        )),
    }
}

async fn holds_anything(conn: &mut SqliteConnection) -> Result<bool, BackupError> {
    let (tables,): (i64,) =
        sqlx::query_as("select count(*) from sqlite_master where type = 'table' and name = 'event'")
            .fetch_one(&mut *conn)
            .await?;
    if tables == 0 {
        return Ok(false);
    }
    let (found,): (bool,) = sqlx::query_as(
        "select exists (select 1 from person) or exists (select 1 from organisation) or exists (select 1 from event)",
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}

async fn check(database: &Path) -> Result<(), BackupError> {
    let mut conn = SqliteConnectOptions::new().filename(database).connect().await?;
    let (verdict,): (String,) = sqlx::query_as("pragma integrity_check")
        .fetch_one(&mut conn)
        .await?;
    let strays = sqlx::query("pragma foreign_key_check")
        .fetch_all(&mut conn)
        .await?;
    conn.close().await?;
    if verdict == "ok" && strays.is_empty() {
        Ok(())
    } else {
        Err(refused(
            "The database in the backup is damaged inside; use another backup",
        ))
    }
}
