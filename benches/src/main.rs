//! Measures saves, imports and pages of the built program, and the limit that the database sets; see
//! `docs/performance.md`. Prints Markdown on standard output and what it is doing on standard error.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark answers by printing"
)]

mod ground;
mod limit;
mod machine;
mod pages;
mod saves;
mod scale;
mod server;
mod services_csv;
mod statistics;
mod work;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use storage::trial::POSTGRES_URL;

/// How long and how often each thing is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How long clients save in one run.
    pub length: Duration,
    /// How many runs.
    pub runs: usize,
}

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Outcome {
    let plan = Plan {
        length: Duration::from_secs(number_in("CSM_BENCH_SECONDS", 5)),
        runs: number_in("CSM_BENCH_RUNS", 3) as usize,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite:{}", folder.path().join("limit.db").display());
    let mut versions = vec![runtime.block_on(work::version(&sqlite))?];
    let mut sections = vec![work::measure(&runtime, plan, None)?];
    match std::env::var(POSTGRES_URL) {
        Ok(url) if !url.is_empty() => {
            versions.push(runtime.block_on(work::version(&url))?);
            sections.push(work::measure(&runtime, plan, Some(&url))?);
        }
        _ => eprintln!("bench: {POSTGRES_URL} is not set, so PostgreSQL is left out"),
    }
    if number_in("CSM_BENCH_SCALE", 1) == 1 {
        sections.push(scale::measure(plan)?);
    }
    tell(&versions, &sections);
    Ok(())
}

fn tell(versions: &[String], sections: &[String]) {
    println!("| | |\n|---|---|");
    for (what, value) in machine::lines(versions) {
        println!("| {what} | {value} |");
    }
    for section in sections {
        println!("\n{section}");
    }
}

fn number_in(variable: &str, usual: u64) -> u64 {
    let given = std::env::var(variable).ok().and_then(|text| text.parse().ok());
    given.unwrap_or(usual)
}
