//! Log lines: on standard error, so that standard output stays for what a command answers.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat, Origin};

/// Starts writing log lines. A command that is over in a moment only warns, unless told otherwise.
pub fn start(config: &Config, stays: bool) -> anyhow::Result<()> {
    let told = config
        .held
        .get("log")
        .is_some_and(|held| held.origin != Origin::Default);
    let wanted = if stays || told {
        config.log.as_str()
    } else {
        "warn"
    };
    let filter = EnvFilter::try_new(wanted)
        .map_err(|error| anyhow::anyhow!("log: {error}; expected error, warn, info or debug"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
