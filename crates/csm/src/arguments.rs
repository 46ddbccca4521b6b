//! The commands and their arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Children's Services Mapping: maps every service for children in a place, once a year.
#[derive(Debug, Parser)]
#[command(name = "csm", version, max_term_width = 100)]
pub struct Arguments {
    /// The configuration file; without it `csm.toml` in the working directory, where there is one.
    #[arg(long, global = true, env = "CSM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database, instead of the configured one.
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages until stopped.
    Serve(Serve),
    /// Bring the database's schema up to date.
    Migrate,
    /// Show the configuration in force and where each value came from.
    Config(ShowConfig),
}

/// Arguments of `csm serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on, instead of the configured ones.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    /// Bring the schema up to date first.
    #[arg(long)]
    pub migrate: bool,
}

/// Arguments of `csm config`.
#[derive(Debug, Args)]
pub struct ShowConfig {
    /// Print the page of documentation about all settings instead.
    #[arg(long)]
    pub markdown: bool,
}
