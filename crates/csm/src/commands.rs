//! One function for each command; each says what it did on standard output.

use std::process::ExitCode;

use crate::arguments::{Command, Serve, ShowConfig};
use crate::config::{self, Config};
use crate::{serving, system};

/// Carries a command out.
pub async fn run(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => run_serve(&serve, &config).await?,
        Command::Migrate => migrate(&config).await?,
        Command::Config(show) => show_config(&show, &config),
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_serve(serve: &Serve, config: &Config) -> anyhow::Result<()> {
    let listener = serving::listen(config).await?;
    let store = system::open_store(config, serve.migrate).await?;
    if serve.migrate {
        store.migrate().await?;
    }
    system::check_schema(&store).await?;
    let base_url = system::base_url(config, &listener.local_addr()?.to_string());
    let settings = system::settings(config, &base_url);
    serving::serve(config, listener, store, settings).await
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let store = system::open_store(config, true).await?;
    let mut conn = store.reader().conn().await?;
    let before = storage::schema::version(&mut conn).await?.unwrap_or(0);
    drop(conn);
    store.migrate().await?;
    store.close().await;
    let after = storage::schema::newest();
    if before == after {
        println!("The schema is current: {after}.");
    } else {
        println!("The schema was {before} and is now {after}.");
    }
    Ok(())
}

fn show_config(show: &ShowConfig, config: &Config) {
    if show.markdown {
        print!("{}", config::settings::markdown());
    } else {
        print!("{}", config::describe(config));
    }
}
