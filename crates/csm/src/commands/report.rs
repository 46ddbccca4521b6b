//! `csm report`.

use std::io::Write;

use app::machine;

use crate::arguments::{Format, Report};
use crate::config::Config;
use crate::system;

/// Writes a report to standard output.
pub async fn run(report: Report, config: &Config) -> anyhow::Result<()> {
    let Report::Check(check) = report;
    let app = system::open_app(config).await?;
    let table = app::check_report::check_report(&app, &machine(), &check.cycle, &check.organisation).await?;
    let bytes = match check.format {
        Format::Csv => app::check_report::to_csv(&table),
        Format::Json => app::check_report::to_json(&table),
    };
    std::io::stdout().write_all(&bytes)?;
    Ok(())
}
