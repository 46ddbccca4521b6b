//! The front door: arguments, configuration, log lines, mail and the clock.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command answers by printing"
)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod arguments;
mod commands;
mod config;
mod mail;
mod runner;
mod serving;
mod system;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// The command could not be carried out.
const FAILED: u8 = 1;
/// The configuration is wrong; nothing was begun.
const MISCONFIGURED: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = match system::configuration(&arguments) {
        Ok(config) => config,
        Err(faults) => {
            for fault in faults {
                eprintln!("configuration: {fault}");
            }
            return ExitCode::from(MISCONFIGURED);
        }
    };
    let stays = matches!(arguments.command, Command::Serve(_) | Command::Demo(_));
    let outcome = telemetry::start(&config, stays).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(commands::run(arguments.command, config))
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("csm: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}
