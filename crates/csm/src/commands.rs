//! One function for each command; each says what it did on standard output.

use std::process::ExitCode;

use app::AppError;

use crate::arguments::{Command, Serve, ShowConfig};
use crate::config::{self, Config};
use crate::{serving, system};

mod backup;
mod cycle;
mod demo;
mod doctor;
mod import;
mod questionnaire;
mod report;
mod user;

/// Something that the person at the terminal can put right; nothing was changed.
const REFUSED: u8 = 3;

/// Carries a command out and says how it ended.
pub async fn run(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match carry_out(command, config).await {
        Ok(code) => Ok(code),
        Err(error) => match error.downcast::<AppError>() {
            Ok(AppError::Refused(problems)) => {
                for problem in problems {
                    eprintln!("{} ({}): {}", problem.place, problem.code, problem.message);
                    if !problem.remedy.is_empty() {
                        eprintln!("  {}", problem.remedy);
                    }
                }
                Ok(ExitCode::from(REFUSED))
            }
            Ok(other) => Err(other.into()),
            Err(error) => Err(error),
        },
    }
}

async fn carry_out(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => run_serve(&serve, &config).await?,
        Command::Demo(demo) => demo::run(&demo, config).await?,
        Command::Migrate => migrate(&config).await?,
        Command::Import(import) => return import::run(import, &config).await,
        Command::Report(report) => report::run(report, &config).await?,
        Command::User(user) => user::run(user, &config).await?,
        Command::Cycle(cycle) => cycle::run(cycle, &config).await?,
        Command::Questionnaire(questionnaire) => questionnaire::run(questionnaire, &config).await?,
        Command::Doctor(how) => return doctor::run(how.json, &config).await,
        Command::Backup(backup) => backup::backup(&backup, &config).await?,
        Command::Restore(restore) => backup::restore(&restore, &config).await?,
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
    let mut conn = store.reader().conn().await?;
    if storage::events::is_recorded(&mut conn, app::demonstration::BEGUN).await? {
        tracing::warn!("this database is a demonstration, whose people share one password; see csm doctor");
    }
    drop(conn);
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

/// Prints a value as JSON.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
