//! Configuration: one table of settings, read from a file, variables and arguments, in that order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub mod settings;
mod sources;

pub use settings::{SETTINGS, Setting};
pub use sources::Sources;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// A variable of the environment.
    Variable,
    /// The command line.
    Argument,
}

impl Origin {
    /// For a person.
    pub fn label(&self) -> String {
        match self {
            Origin::Default => "default".to_owned(),
            Origin::File(path) => format!("file {}", path.display()),
            Origin::Variable => "variable".to_owned(),
            Origin::Argument => "argument".to_owned(),
        }
    }
}

/// A value that is in force, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The value as text.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// The configuration in force, every value checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Every setting by its key, as text and with its origin.
    pub held: BTreeMap<&'static str, Held>,
    /// Where the data lives.
    pub database_url: String,
    /// Most connections to the database.
    pub database_connections: u32,
    /// Address and port to listen on.
    pub listen: String,
    /// Where people reach the system; empty: made of the address listened on.
    pub base_url: String,
    /// The mail server; empty: no mail is sent.
    pub smtp_url: String,
    /// Who letters are from.
    pub mail_from: String,
    /// Which log lines are written.
    pub log: String,
    /// How they are written.
    pub log_format: LogFormat,
    /// Whether a proxy of the operator's own says who the visitor is.
    pub trusted_proxy: bool,
    /// Passwords known from breaches, if there is a file of them.
    pub breached_passwords: Option<PathBuf>,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours after which a session ends whatever happens.
    pub session_absolute_hours: i64,
    /// Longest time for a request.
    pub request_timeout: Duration,
    /// Where people write for help; empty: nowhere is named.
    pub helpdesk_email: String,
    /// Longest time to finish requests and jobs when asked to stop.
    pub stop_timeout: Duration,
}

impl Config {
    /// The same, with the database in a folder unless the operator named one. The configuration file does not
    /// count: a demonstration must not load itself into the database of a real system by accident.
    #[must_use]
    pub fn with_database_in(self, folder: &Path) -> Config {
        let is_named = self
            .held
            .get("database_url")
            .is_some_and(|held| held.origin == Origin::Argument);
        if is_named {
            return self;
        }
        let database_url = format!("sqlite:{}", folder.join("csm.db").display());
        Config { database_url, ..self }
    }
}

/// Makes the configuration of its sources, or says everything that is wrong with them.
pub fn read(sources: &Sources) -> Result<Config, Vec<String>> {
    let mut faults = Vec::new();
    let held = sources::gather(sources, &mut faults);
    let mut reading = Reading {
        held: &held,
        faults: &mut faults,
    };
    let config = Config {
        database_url: reading.text("database_url"),
        database_connections: u32::try_from(reading.whole_number("database_connections", 1, 200))
            .unwrap_or(8),
        listen: reading.text("listen"),
        base_url: reading.base_url(),
        smtp_url: reading.text("smtp_url"),
        mail_from: reading.text("mail_from"),
        log: reading.text("log"),
        log_format: reading.log_format(),
        trusted_proxy: reading.yes_or_no("trusted_proxy"),
        breached_passwords: reading.file("breached_passwords"),
        session_idle_minutes: reading.whole_number("session_idle_minutes", 1, 1440),
        session_absolute_hours: reading.whole_number("session_absolute_hours", 1, 168),
        request_timeout: reading.seconds("request_timeout_seconds"),
        helpdesk_email: reading.text("helpdesk_email"),
        stop_timeout: reading.seconds("stop_timeout_seconds"),
        held: BTreeMap::new(),
    };
    if faults.is_empty() {
        Ok(Config { held, ..config })
    } else {
        Err(faults)
    }
}

struct Reading<'a> {
    held: &'a BTreeMap<&'static str, Held>,
    faults: &'a mut Vec<String>,
}

impl Reading<'_> {
    fn text(&self, key: &str) -> String {
        self.held
            .get(key)
            .map(|held| held.text.clone())
            .unwrap_or_default()
    }

    fn fault(&mut self, key: &str, expected: &str) {
        let origin = self
            .held
            .get(key)
            .map_or_else(String::new, |held| held.origin.label());
        self.faults.push(format!("{key} ({origin}): expected {expected}"));
    }

    fn whole_number(&mut self, key: &str, least: i64, most: i64) -> i64 {
        match self.text(key).parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.fault(key, &format!("a whole number from {least} to {most}"));
                least
            }
        }
    }

    fn seconds(&mut self, key: &str) -> Duration {
        Duration::from_secs(self.whole_number(key, 1, 3600).unsigned_abs())
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text("log_format").as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => {
                self.fault("log_format", "text or json");
                LogFormat::Text
            }
        }
    }

    fn yes_or_no(&mut self, key: &str) -> bool {
        match self.text(key).as_str() {
            "true" => true,
            "false" => false,
            _ => {
                self.fault(key, "true or false");
                false
            }
        }
    }

    fn file(&self, key: &str) -> Option<PathBuf> {
        let text = self.text(key);
        if text.is_empty() {
            None
        } else {
            Some(PathBuf::from(text))
        }
    }

    fn base_url(&mut self) -> String {
        let text = self.text("base_url");
        let sound = text.is_empty() || text.starts_with("http://") || text.starts_with("https://");
        if !sound {
            self.fault("base_url", "an address that begins with https:// or http://");
        }
        text.trim_end_matches('/').to_owned()
    }
}

/// An address without the password in it, for people to read.
pub fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let Some((user, host)) = rest.rsplit_once('@') else {
        return address.to_owned();
    };
    let name = user.split(':').next().unwrap_or_default();
    format!("{scheme}://{name}:(hidden)@{host}")
}

/// The configuration in force as lines of a configuration file, secrets hidden, each with its origin.
pub fn describe(config: &Config) -> String {
    let mut text = String::new();
    for setting in SETTINGS {
        let Some(held) = config.held.get(setting.key) else {
            continue;
        };
        let shown = if setting.is_secret {
            without_password(&held.text)
        } else {
            held.text.clone()
        };
        let _ = writeln!(text, "{} = {shown:?}  # {}", setting.key, held.origin.label());
    }
    text
}

#[cfg(test)]
mod tests;
