//! PostgreSQL: its own `pg_dump` and `pg_restore`, which must be installed on the machine that runs the command.

use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{
    BackupError, Description, REPLACE_HINT, at, beside, holds_something, refused, remove_if_there, unpack,
};
use crate::schema;
use crate::store::{Store, StoreConfig};

pub(super) async fn dump(url: &str, content: &Path) -> Result<(), BackupError> {
    let mut command = tool("pg_dump", url)?;
    command
        .args(["--format=custom", "--no-owner", "--no-privileges"])
        .arg(format!("--file={}", content.display()));
    run("pg_dump", command).await
}

pub(super) async fn restore(
    url: &str,
    file: &Path,
    description: &Description,
    replace: bool,
) -> Result<(), BackupError> {
    let config = StoreConfig {
        url: url.to_owned(),
        connections: 1,
    };
    let store = Store::open(&config).await?;
    let mut conn = store.reader().conn().await?;
    let holds_anything = schema::holds_anything(&mut conn).await?;
    drop(conn);
    store.close().await;
    if holds_anything && !replace {
        return Err(holds_something(REPLACE_HINT));
    }
    let content = beside(file, "restoring");
    unpack(file, description, &content)?;
    let mut command = tool("pg_restore", url)?;
    command
        .args([
            "--single-transaction",
            "--exit-on-error",
            "--clean",
            "--if-exists",
        ])
        .args(["--no-owner", "--no-privileges"])
        .arg(&content);
    let restored = run("pg_restore", command).await;
    remove_if_there(&content)?;
    restored
}

/// The tool with the address of the database; the password goes through the environment, where a list of
/// processes does not show it.
fn tool(name: &str, url: &str) -> Result<Command, BackupError> {
    let options = PgConnectOptions::from_str(url)?;
    let mut command = Command::new(name);
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    command
        .arg(format!("--host={host}"))
        .arg(format!("--port={}", options.get_port()))
        .arg(format!("--username={}", options.get_username()))
        .arg("--no-password")
        .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()));
    if let Some(database) = options.get_database() {
        command.arg(format!("--dbname={database}"));
    }
    if let Some(password) = password(url) {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// The password in an address, with its percent signs resolved.
fn password(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, encoded) = user.split_once(':')?;
    let mut bytes = Vec::new();
    let mut left = encoded.as_bytes();
    while let [first, others @ ..] = left {
        left = others;
        if *first == b'%' && others.len() >= 2 {
            let digits = std::str::from_utf8(&others[..2]).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            left = &others[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

async fn run(name: &'static str, mut command: Command) -> Result<(), BackupError> {
    let ended = tokio::task::spawn_blocking(move || command.output()).await;
    let output = match ended {
        Ok(Ok(output)) => output,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(refused(format!(
                "{name} is not installed here; install the PostgreSQL client of the server's version or newer \
                 (on Debian: apt install postgresql-client), then try again"
            )));
        }
        Ok(Err(error)) => return Err(at(Path::new(name))(error)),
        Err(error) => return Err(refused(format!("{name} did not end: {error}"))),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = said.lines().next().unwrap_or("it did not say why");
    Err(refused(format!("{name} failed: {reason}")))
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn a_password_is_read_from_an_address_as_it_was_meant() {
        assert_eq!(
            password("postgres://csm:a%40b%2Fc@db/csm").as_deref(),
            Some("a@b/c")
        );
        assert_eq!(password("postgres://csm@db/csm"), None);
    }
}
