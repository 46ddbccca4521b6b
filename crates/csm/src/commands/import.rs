//! `csm import`.

use std::path::Path;

use anyhow::Context;
use app::reference;
use app::{App, machine};

use crate::arguments::{Import, ReferenceFile};
use crate::commands::print_json;
use crate::config::Config;
use crate::system;

/// Loads a file.
pub async fn run(import: Import, config: &Config) -> anyhow::Result<()> {
    let app = system::open_app(config).await?;
    match import {
        Import::Areas(file) => areas(&app, &file).await,
        Import::Organisations(file) => organisations(&app, &file).await,
    }
}

async fn areas(app: &App, arguments: &ReferenceFile) -> anyhow::Result<()> {
    let bytes = read(&arguments.file)?;
    let loaded = if arguments.successions {
        reference::import_area_successions(app, &machine(), &bytes, arguments.dry_run).await?
    } else {
        reference::import_areas(app, &machine(), &bytes, arguments.dry_run).await?
    };
    tell(loaded, arguments)
}

async fn organisations(app: &App, arguments: &ReferenceFile) -> anyhow::Result<()> {
    let bytes = read(&arguments.file)?;
    let loaded = if arguments.successions {
        reference::import_organisation_successions(app, &machine(), &bytes, arguments.dry_run).await?
    } else {
        reference::import_organisations(app, &machine(), &bytes, arguments.dry_run).await?
    };
    tell(loaded, arguments)
}

fn tell(loaded: reference::Loaded, arguments: &ReferenceFile) -> anyhow::Result<()> {
    if arguments.json {
        return print_json(&loaded);
    }
    let verb = if arguments.dry_run { "Would make" } else { "Made" };
    println!(
        "{verb} {} new rows and {} changes; {} rows are as they were.",
        loaded.created, loaded.changed, loaded.unchanged
    );
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
