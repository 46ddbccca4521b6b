//! Backup and restore: one file that says what it is, then the database.
//!
//! The file begins with one line of [`HEADER_BYTES`] bytes: engine, version of the schema, when it was made,
//! length and SHA-256 of what follows. What follows is a whole SQLite database, or a dump of PostgreSQL's own
//! `pg_dump` in its custom format. A backup of one engine is not restored into the other.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::error::StorageError;
use crate::schema;
use crate::store::Store;

mod postgres;
mod sqlite;

/// Length of the first line, its line end included.
pub const HEADER_BYTES: usize = 256;

const MAGIC: &str = "csm-backup 1";

/// Why there is no backup, or why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StorageError),
    /// A file could not be read or written.
    #[error("{}: {because}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        because: io::Error,
    },
    /// It must not be done; the sentence says why and what to do.
    #[error("{0}")]
    Refused(String),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        BackupError::Store(StorageError::from(error))
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let file = path.to_owned();
    move |because| BackupError::File { file, because }
}

fn refused(sentence: impl Into<String>) -> BackupError {
    BackupError::Refused(sentence.into())
}

/// What the first line of a backup says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// The version of the schema.
    pub schema: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many bytes follow.
    pub length: u64,
    /// Their SHA-256, in lower-case hexadecimal.
    pub sha256: String,
}

impl Description {
    fn header(&self) -> String {
        let line = format!(
            "{MAGIC} engine={} schema={} made={} length={} sha256={}",
            self.engine, self.schema, self.made_at, self.length, self.sha256
        );
        format!("{line:<width$}\n", width = HEADER_BYTES - 1)
    }

    fn parse(header: &str) -> Option<Description> {
        let rest = header.strip_prefix(MAGIC)?;
        let field = |name: &str| {
            rest.split_whitespace()
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        Some(Description {
            engine: field("engine")?.to_owned(),
            schema: field("schema")?.parse().ok()?,
            made_at: field("made")?.parse().ok()?,
            length: field("length")?.parse().ok()?,
            sha256: field("sha256")?.to_owned(),
        })
    }
}

/// What a backup says about itself; refused when the file is no backup.
pub fn describe(file: &Path) -> Result<Description, BackupError> {
    let mut header = [0; HEADER_BYTES];
    let mut opened = File::open(file).map_err(at(file))?;
    let no_backup = || refused(format!("{} is not a backup made by csm backup", file.display()));
    opened.read_exact(&mut header).map_err(|_| no_backup())?;
    std::str::from_utf8(&header)
        .ok()
        .and_then(Description::parse)
        .ok_or_else(no_backup)
}

/// Writes a backup of a database that may be in use; what is committed when it begins is in it. The file appears
/// under its name only when it is whole.
pub async fn write(
    store: &Store,
    url: &str,
    file: &Path,
    now: Timestamp,
) -> Result<Description, BackupError> {
    let version = {
        let mut conn = store.reader().conn().await?;
        schema::version(&mut conn).await?
    };
    let schema =
        version.ok_or_else(|| refused("The database has no schema yet; there is nothing to back up"))?;
    let content = beside(file, "content");
    // What an earlier run left behind when it was killed.
    remove_if_there(&content)?;
    let engine = match store {
        Store::Sqlite { .. } => {
            sqlite::dump(store, &content).await?;
            "sqlite"
        }
        Store::Postgres(_) => {
            postgres::dump(url, &content).await?;
            "postgres"
        }
    };
    let written = assemble(file, &content, engine, schema, now);
    remove_if_there(&content)?;
    written
}

fn assemble(
    file: &Path,
    content: &Path,
    engine: &str,
    schema: i64,
    now: Timestamp,
) -> Result<Description, BackupError> {
    let part = beside(file, "part");
    let mut target = File::create(&part).map_err(at(&part))?;
    target.write_all(&[b' '; HEADER_BYTES]).map_err(at(&part))?;
    let mut source = File::open(content).map_err(at(content))?;
    let (length, sha256) = copy(&mut source, &mut target).map_err(at(&part))?;
    let description = Description {
        engine: engine.to_owned(),
        schema,
        made_at: now,
        length,
        sha256,
    };
    target.seek(SeekFrom::Start(0)).map_err(at(&part))?;
    target
        .write_all(description.header().as_bytes())
        .map_err(at(&part))?;
    target.sync_all().map_err(at(&part))?;
    std::fs::rename(&part, file).map_err(at(file))?;
    Ok(description)
}

/// Copies everything; answers how much, and its SHA-256.
fn copy(source: &mut File, target: &mut File) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut length = 0;
    loop {
        let count = source.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        target.write_all(&buffer[..count])?;
        length += count as u64;
    }
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    Ok((length, text))
}

/// Restores a backup into the database at `url`. Refused when the backup is damaged, of the other engine or of
/// a newer schema; when the database holds anything and `replace` is not given; and when it is in use.
pub async fn restore(url: &str, file: &Path, replace: bool) -> Result<Description, BackupError> {
    let description = describe(file)?;
    if description.schema > schema::newest() {
        return Err(refused(format!(
            "The backup has schema {}, this program knows only {}; use a newer csm",
            description.schema,
            schema::newest()
        )));
    }
    let engine = if url.starts_with("sqlite:") {
        "sqlite"
    } else {
        "postgres"
    };
    if description.engine != engine {
        return Err(refused(format!(
            "The backup is of {}, the database is {engine}; name a database of the same engine",
            description.engine
        )));
    }
    if engine == "sqlite" {
        sqlite::restore(url, file, &description, replace).await?;
    } else {
        postgres::restore(url, file, &description, replace).await?;
    }
    Ok(description)
}

/// Takes the content out of a backup into a file of its own; refused when it is not what was put in.
fn unpack(file: &Path, description: &Description, content: &Path) -> Result<(), BackupError> {
    let mut source = File::open(file).map_err(at(file))?;
    source
        .seek(SeekFrom::Start(HEADER_BYTES as u64))
        .map_err(at(file))?;
    let mut target = File::create(content).map_err(at(content))?;
    let (length, sha256) = copy(&mut source, &mut target).map_err(at(content))?;
    target.sync_all().map_err(at(content))?;
    if length == description.length && sha256 == description.sha256 {
        return Ok(());
    }
    remove_if_there(content)?;
    Err(refused(format!(
        "{} is damaged: its content is not what its first line says; use another backup",
        file.display()
    )))
}

fn holds_something(replace_hint: &str) -> BackupError {
    refused(format!(
        "The database holds data; restoring would overwrite it. {replace_hint}"
    ))
}

const REPLACE_HINT: &str = "Make a backup of it, then add --replace";

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn remove_if_there(path: &Path) -> Result<(), BackupError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
