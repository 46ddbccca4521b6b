//! What is read of the machine: variables, files, the clock; and the running system made of it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use app::{App, Clock, Settings};
use jiff::Timestamp;
use storage::{Store, StoreConfig, schema};

use crate::arguments::{Arguments, Command};
use crate::config::{self, Config, Sources};

/// The configuration in force, or everything that is wrong with it.
pub fn configuration(arguments: &Arguments) -> Result<Config, Vec<String>> {
    let file = match &arguments.config {
        Some(path) => Some(path.clone()),
        None => Some(PathBuf::from("csm.toml")).filter(|path| path.exists()),
    };
    let file = match file {
        Some(path) => match std::fs::read_to_string(&path) {
            Ok(text) => Some((path, text)),
            Err(error) => return Err(vec![format!("{}: {error}", path.display())]),
        },
        None => None,
    };
    let mut sources = Sources {
        file,
        variables: std::env::vars()
            .filter(|(name, _)| name.starts_with("CSM_"))
            .collect(),
        arguments: Vec::new(),
    };
    if let Some(url) = &arguments.database {
        sources.arguments.push(("database_url", url.clone()));
    }
    let listen = match &arguments.command {
        Command::Serve(serve) => serve.listen.clone(),
        Command::Demo(demo) => demo.listen.clone(),
        _ => None,
    };
    if let Some(listen) = listen {
        sources.arguments.push(("listen", listen));
    }
    config::read(&sources)
}

/// The clock of the machine.
pub fn clock() -> Clock {
    Clock::new(Timestamp::now)
}

/// Opens the database, whatever its schema. A SQLite file that does not exist is made only when `may_make` says
/// so, because a mistyped path must not become an empty database.
pub async fn open_store(config: &Config, may_make: bool) -> anyhow::Result<Store> {
    if let Some(path) = sqlite_path(&config.database_url)
        && !may_make
        && !path.exists()
    {
        anyhow::bail!(
            "there is no database at {}; make it with csm migrate, or name another with --database or CSM_DATABASE_URL",
            path.display()
        );
    }
    let store_config = StoreConfig {
        url: config.database_url.clone(),
        connections: config.database_connections,
    };
    Store::open(&store_config)
        .await
        .with_context(|| format!("database {}", config::without_password(&config.database_url)))
}

/// Opens the database and refuses one whose schema is not the one that this program knows.
pub async fn open_current_store(config: &Config) -> anyhow::Result<Store> {
    let store = open_store(config, false).await?;
    check_schema(&store).await?;
    Ok(store)
}

/// Refuses a schema that is not the one that this program knows.
pub async fn check_schema(store: &Store) -> anyhow::Result<()> {
    let mut conn = store.reader().conn().await?;
    let found = schema::version(&mut conn).await?.unwrap_or(0);
    let known = schema::newest();
    if found < known {
        anyhow::bail!("the database has schema {found}, this program needs {known}; run csm migrate");
    }
    if found > known {
        anyhow::bail!("the database has schema {found}, this program knows only {known}; use a newer csm");
    }
    Ok(())
}

/// The running system for a command: same verbs as the pages, no socket.
pub async fn open_app(config: &Config) -> anyhow::Result<App> {
    let store = open_current_store(config).await?;
    Ok(App::new(
        store,
        clock(),
        settings(config, &base_url(config, &config.listen)),
    ))
}

/// Where people reach the system.
pub fn base_url(config: &Config, listening_on: &str) -> String {
    if config.base_url.is_empty() {
        format!("http://{listening_on}")
    } else {
        config.base_url.clone()
    }
}

/// What the operator decided, for the verbs.
pub fn settings(config: &Config, base_url: &str) -> Settings {
    Settings {
        base_url: base_url.to_owned(),
        secure_cookies: base_url.starts_with("https://"),
        session_idle_minutes: config.session_idle_minutes,
        session_absolute_hours: config.session_absolute_hours,
        trusted_proxy: config.trusted_proxy,
        breached_passwords: config.breached_passwords.clone(),
        helpdesk_email: config.helpdesk_email.clone(),
        is_demonstration: false,
    }
}

/// The file of a SQLite address; none for PostgreSQL.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split('?').next().unwrap_or(path);
    Some(Path::new(path).to_owned())
}
