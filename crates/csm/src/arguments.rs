//! The commands and their arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

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
    /// Serve a demonstration with people and synthetic services; loads it first where it is not there.
    Demo(Demo),
    /// Bring the database's schema up to date.
    Migrate,
    /// Load files: areas, organisations, services.
    #[command(subcommand)]
    Import(Import),
    /// Write a report.
    #[command(subcommand)]
    Report(Report),
    /// People who can sign in.
    #[command(subcommand)]
    User(User),
    /// Cycles: the yearly runs of the mapping.
    #[command(subcommand)]
    Cycle(CycleCommand),
    /// Questionnaires.
    #[command(subcommand)]
    Questionnaire(QuestionnaireCommand),
    /// Look the system over: what is well, what is wrong, what to do.
    Doctor(AsJson),
    /// Write a backup of the database to one file; the system may be in use.
    Backup(BackupFile),
    /// Restore a backup into an empty database, or in the place of one.
    Restore(Restore),
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

/// Arguments of `csm demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where the demonstration is kept; made where it does not exist.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    pub data: PathBuf,
    /// Address and port to listen on, instead of the configured ones.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
}

/// Arguments of `csm config`.
#[derive(Debug, Args)]
pub struct ShowConfig {
    /// Print the page of documentation about all settings instead.
    #[arg(long)]
    pub markdown: bool,
}

/// What can be loaded.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Areas, as in reference/areas.csv.
    Areas(ReferenceFile),
    /// Organisations, as in reference/organisations.csv.
    Organisations(ReferenceFile),
    /// Services and their answers, from CSV, XLSX or ODS; all rows or none.
    Services(ServicesFile),
}

/// Arguments of `csm import services`.
#[derive(Debug, Args)]
pub struct ServicesFile {
    /// The spreadsheet.
    pub file: PathBuf,
    /// The organisation's code; left out where each row names its own.
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
    /// The cycle's key.
    #[arg(long, value_name = "KEY")]
    pub cycle: String,
    /// Import the rows without a fault even when others have one.
    #[arg(long)]
    pub good_rows: bool,
    /// Say what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// A file of areas or organisations.
#[derive(Debug, Args)]
pub struct ReferenceFile {
    /// The file.
    pub file: PathBuf,
    /// The file says which took the place of which, as in reference/area_successions.csv.
    #[arg(long)]
    pub successions: bool,
    /// Say what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// What can be reported.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// The check report of an organisation: one line a service, with totals.
    Check(CheckReport),
}

/// Arguments of `csm report check`.
#[derive(Debug, Args)]
pub struct CheckReport {
    /// The organisation's code: GSS for an authority, ODS for an NHS body.
    #[arg(long, value_name = "CODE")]
    pub organisation: String,
    /// The cycle's key.
    #[arg(long, value_name = "KEY")]
    pub cycle: String,
    /// How to write it.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// Rows with commas.
    Csv,
    /// For programs.
    Json,
}

/// What can be done about people.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Let somebody have an account: prints a one-use link, or takes their password from standard input.
    Create(CreateUser),
    /// Give somebody a role over a scope from today.
    Grant(RoleOfUser),
    /// End somebody's role over a scope today.
    End(RoleOfUser),
    /// Set somebody's password from standard input; ends their sessions.
    Password(UserName),
    /// Close somebody's account and end their sessions.
    Close(UserName),
    /// Open a closed account again.
    Open(UserName),
    /// List everybody.
    List(AsJson),
}

/// Arguments of `csm user create`.
#[derive(Debug, Args)]
pub struct CreateUser {
    /// The e-mail address with which they sign in.
    pub email: String,
    /// Their name.
    #[arg(long)]
    pub name: String,
    /// Their post.
    #[arg(long, default_value = "")]
    pub post: String,
    /// A role, such as `administrator`.
    #[arg(long, requires = "scope")]
    pub role: Option<String>,
    /// Its scope: `national`, `region:CODE`, `organisation:CODE` or `service:CODE:REFERENCE`.
    #[arg(long, requires = "role")]
    pub scope: Option<String>,
    /// Take the password from the first line of standard input, instead of printing a link.
    #[arg(long, requires = "role")]
    pub password_stdin: bool,
}

/// A person, a role and a scope.
#[derive(Debug, Args)]
pub struct RoleOfUser {
    /// The e-mail address with which they sign in.
    pub email: String,
    /// The role, such as `mapping_lead`.
    pub role: String,
    /// The scope: `national`, `region:CODE`, `organisation:CODE` or `service:CODE:REFERENCE`.
    pub scope: String,
}

/// A person.
#[derive(Debug, Args)]
pub struct UserName {
    /// The e-mail address with which they sign in.
    pub email: String,
}

/// What can be done about cycles.
#[derive(Debug, Subcommand)]
pub enum CycleCommand {
    /// Plan a cycle.
    Create(CreateCycle),
    /// Open a cycle for collecting.
    Open(CycleName),
    /// Move a cycle to a state: sandbox, open, checking, closed, published, archived.
    Move(MoveCycle),
    /// Ask every organisation that exists on the opening day to take part.
    Invite(CycleName),
    /// List the cycles.
    List(AsJson),
}

/// Arguments of `csm cycle create`.
#[derive(Debug, Args)]
pub struct CreateCycle {
    /// A short name in addresses, such as 2026-27.
    pub key: String,
    /// Its name.
    #[arg(long)]
    pub name: String,
    /// The financial year of the money asked for, such as 2026/27.
    #[arg(long, value_name = "YEAR")]
    pub financial_year: String,
    /// First day of collecting.
    #[arg(long, value_name = "DATE")]
    pub opens_on: Date,
    /// First day of checking.
    #[arg(long, value_name = "DATE")]
    pub checking_on: Date,
    /// Last day on which answers may be changed.
    #[arg(long, value_name = "DATE")]
    pub closes_on: Date,
    /// The day on which tables come out.
    #[arg(long, value_name = "DATE")]
    pub publishes_on: Date,
    /// The day to which staff in post and caseload refer.
    #[arg(long, value_name = "DATE")]
    pub census_on: Date,
    /// The questionnaire, by the identity that `csm questionnaire publish` printed; the newest where none is named.
    #[arg(long, value_name = "ID")]
    pub questionnaire: Option<String>,
}

/// A cycle.
#[derive(Debug, Args)]
pub struct CycleName {
    /// Its key.
    pub key: String,
}

/// Arguments of `csm cycle move`.
#[derive(Debug, Args)]
pub struct MoveCycle {
    /// Its key.
    pub key: String,
    /// The state that it moves to.
    pub state: String,
}

/// What can be done about questionnaires.
#[derive(Debug, Subcommand)]
pub enum QuestionnaireCommand {
    /// Publish an XLSForm spreadsheet; prints its identity.
    Publish(PublishQuestionnaire),
    /// List the published questionnaires, newest first.
    List(AsJson),
}

/// Arguments of `csm questionnaire publish`.
#[derive(Debug, Args)]
pub struct PublishQuestionnaire {
    /// The spreadsheet.
    pub file: PathBuf,
}

/// Whether to answer for a program.
#[derive(Debug, Args)]
pub struct AsJson {
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `csm backup`.
#[derive(Debug, Args)]
pub struct BackupFile {
    /// Where to write it; a file of that name is replaced when the new one is whole.
    pub file: PathBuf,
}

/// Arguments of `csm restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    pub file: PathBuf,
    /// Replace a database that holds data.
    #[arg(long)]
    pub replace: bool,
}
