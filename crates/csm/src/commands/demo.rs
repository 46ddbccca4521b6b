//! `csm demo`.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use app::{App, Settings, demonstration};

use crate::arguments::Demo;
use crate::config::Config;
use crate::{serving, system};

const PASSWORD_FILE: &str = "password.txt";

/// Loads the demonstration where it is not there, says how to sign in, and serves it.
pub async fn run(demo: &Demo, config: Config) -> anyhow::Result<()> {
    fs::create_dir_all(&demo.data).with_context(|| format!("cannot make {}", demo.data.display()))?;
    let listener = serving::listen(&config).await?;
    let config = config.with_database_in(&demo.data);
    let store = system::open_store(&config, true).await?;
    store.migrate().await?;
    let base_url = system::base_url(&config, &listener.local_addr()?.to_string());
    let settings = Settings {
        is_demonstration: true,
        ..system::settings(&config, &base_url)
    };
    let app = App::new(store.clone(), system::clock(), settings.clone());
    demonstration::begin(&app).await?;
    let password = password(&app, &demo.data).await?;
    if !demonstration::is_loaded(&app).await? {
        println!("Loading the demonstration into {}:", demo.data.display());
    }
    let say = |line: &str| println!("  {line}");
    demonstration::load(&app, &password, &say).await?;
    tell_how_to_sign_in(&base_url, &password)?;
    // Letters stay in the outbox, where the demonstration shows them, whatever mail server is configured.
    let config = Config {
        smtp_url: String::new(),
        ..config
    };
    serving::serve(&config, listener, store, settings).await
}

/// The password of everybody in this demonstration: made once for each folder and kept beside the data. Where
/// the file was lost, everybody gets a new one.
async fn password(app: &App, folder: &Path) -> anyhow::Result<String> {
    let path = folder.join(PASSWORD_FILE);
    if let Ok(kept) = fs::read_to_string(&path) {
        let kept = kept.trim();
        if !kept.is_empty() {
            return Ok(kept.to_owned());
        }
    }
    let password = demonstration::new_password()?;
    demonstration::set_passwords(app, &password).await?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(password.as_bytes())?;
    file.sync_all()?;
    Ok(password)
}

fn tell_how_to_sign_in(base_url: &str, password: &str) -> anyhow::Result<()> {
    println!("\nSign in at {base_url}/sign-in with the password {password} as:");
    for person in demonstration::people()? {
        println!("  {:<20} {}", person.email, person.note);
    }
    println!("Letters that the system sends are shown at {base_url}/outbox. Stop with Ctrl+C.\n");
    Ok(())
}
