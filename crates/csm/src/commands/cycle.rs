//! `csm cycle`.

use anyhow::Context;
use app::{App, AppError, machine, named};
use serde_json::json;

use crate::arguments::{CreateCycle, CycleCommand};
use crate::commands::print_json;
use crate::config::Config;
use crate::system;

/// Carries out what is asked about cycles.
pub async fn run(command: CycleCommand, config: &Config) -> anyhow::Result<()> {
    let app = system::open_app(config).await?;
    match command {
        CycleCommand::Create(create) => create_cycle(&app, create).await,
        CycleCommand::Open(open) => move_to(&app, &open.key, "open").await,
        CycleCommand::Move(step) => move_to(&app, &step.key, &step.state).await,
        CycleCommand::Invite(invite) => {
            let cycle = named::cycle(&app, &invite.key).await?;
            let count = app::participations::invite_all(&app, &machine(), cycle.id, &[]).await?;
            println!("Asked {count} organisations that had not been asked before.");
            Ok(())
        }
        CycleCommand::List(how) => list(&app, how.json).await,
    }
}

async fn create_cycle(app: &App, create: CreateCycle) -> anyhow::Result<()> {
    let questionnaire = if let Some(id) = &create.questionnaire {
        id.parse().context("--questionnaire: expected an identity")?
    } else {
        let mut conn = app.reader().conn().await?;
        let all = storage::questionnaires::list(&mut conn).await?;
        all.first()
            .map(|newest| newest.id)
            .context("no questionnaire is published; run csm questionnaire publish FILE first")?
    };
    let plan = app::cycles::Plan {
        key: create.key,
        name: create.name,
        financial_year: create.financial_year,
        opens_on: create.opens_on,
        checking_on: create.checking_on,
        closes_on: create.closes_on,
        publishes_on: create.publishes_on,
        census_on: create.census_on,
        questionnaire,
    };
    let cycle = app::cycles::plan(app, &machine(), plan).await?;
    println!("Planned {}, key {}.", cycle.name, cycle.key.as_str());
    Ok(())
}

async fn move_to(app: &App, key: &str, state: &str) -> anyhow::Result<()> {
    let cycle = named::cycle(app, key).await?;
    let state = named::cycle_state(state).map_err(AppError::from)?;
    let moved = app::cycles::move_to(app, &machine(), cycle.id, state).await?;
    println!("{} is now {}.", moved.name, moved.state.code());
    Ok(())
}

async fn list(app: &App, as_json: bool) -> anyhow::Result<()> {
    let mut conn = app.reader().conn().await?;
    let cycles = storage::cycles::list(&mut conn).await?;
    if as_json {
        let mut rows = Vec::new();
        for cycle in &cycles {
            rows.push(json!({
                "key": cycle.key.as_str(),
                "name": cycle.name,
                "state": cycle.state.code(),
                "opens_on": cycle.dates.opens_on,
                "closes_on": cycle.dates.closes_on,
            }));
        }
        return print_json(&rows);
    }
    for cycle in &cycles {
        println!(
            "{}\t{}\t{} to {}\t{}",
            cycle.key.as_str(),
            cycle.state.code(),
            cycle.dates.opens_on,
            cycle.dates.closes_on,
            cycle.name
        );
    }
    Ok(())
}
