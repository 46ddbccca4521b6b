//! `csm import`.

use std::fs::File;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use app::import::{self, ImportChoice, ImportReport, ImportRequest};
use app::{App, machine, named, reference};

use crate::arguments::{Import, ReferenceFile, ServicesFile};
use crate::commands::{REFUSED, print_json};
use crate::config::Config;
use crate::system;

/// Loads a file.
pub async fn run(import: Import, config: &Config) -> anyhow::Result<ExitCode> {
    let app = system::open_app(config).await?;
    match import {
        Import::Areas(file) => areas(&app, &file).await?,
        Import::Organisations(file) => organisations(&app, &file).await?,
        Import::Services(file) => return services(&app, &file).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// Ends with [`REFUSED`] when rows have faults and were not saved, or would not be.
async fn services(app: &App, arguments: &ServicesFile) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    let content = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let request = ImportRequest {
        cycle: arguments.cycle.clone(),
        organisation: arguments.organisation.clone(),
        choice: if arguments.good_rows {
            ImportChoice::GoodRows
        } else {
            ImportChoice::AllOrNothing
        },
        dry_run: arguments.dry_run,
    };
    let is_watched = std::io::stderr().is_terminal();
    let mut progress = |done: u64, total: u64| {
        if is_watched {
            eprint!("\r{done} of {total} rows");
        }
    };
    let sheet = named::spreadsheet(&name, content);
    let report = import::services(app, &machine(), &request, sheet, &mut progress).await?;
    if is_watched {
        eprintln!();
    }
    if arguments.json {
        print_json(&report)?;
    } else {
        print_report(&report);
    }
    let is_refused = report.fault_count > 0 && !report.is_saved;
    Ok(if is_refused {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

fn print_report(report: &ImportReport) {
    for fault in report.faults.iter().chain(&report.warnings) {
        println!("{}: {} {}", fault.place(), fault.message, fault.remedy);
    }
    let listed = report.faults.len() as u64;
    if report.fault_count > listed {
        println!("and {} more faults", report.fault_count - listed);
    }
    println!(
        "{} rows: {} services created, {} changed, {} as they were, {} refused; {} still miss something.",
        report.rows, report.created, report.changed, report.unchanged, report.refused, report.incomplete
    );
    if report.is_dry_run {
        println!("This was a trial: nothing was saved.");
    } else if report.is_saved {
        println!("Saved.");
    } else {
        println!("Nothing was saved.");
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
