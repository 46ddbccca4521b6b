//! The running system: what every verb needs.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use storage::{Reader, Store};
use uuid::Uuid;

use crate::clock::Clock;
use crate::questionnaires::Compiled;

/// What the operator decides about the running system.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach the system, without a slash at the end; the beginning of every link in a letter.
    pub base_url: String,
    /// Whether cookies are for https only. Off only for a demonstration on one's own machine.
    pub secure_cookies: bool,
    /// Whether this is a demonstration: says so on every page and shows how to sign in.
    pub is_demonstration: bool,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours after signing in after which a session ends whatever happens.
    pub session_absolute_hours: i64,
    /// Whether a proxy of the operator's own stands before the system and tells the visitor's address in
    /// `X-Forwarded-For`. Off, the header is ignored, because anybody can write it.
    pub trusted_proxy: bool,
    /// A file of passwords known from breaches, which nobody may choose: lines of SHA-1 in hexadecimal digits,
    /// `:` and a count, sorted.
    pub breached_passwords: Option<PathBuf>,
    /// Where people who need help write to; shown on the help pages, empty where there is no such address.
    pub helpdesk_email: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "http://127.0.0.1:8080".to_owned(),
            secure_cookies: true,
            is_demonstration: false,
            session_idle_minutes: 60,
            session_absolute_hours: 12,
            trusted_proxy: false,
            breached_passwords: None,
            helpdesk_email: String::new(),
        }
    }
}

/// The running system. Its store can be written to by the verbs of this crate only; pages are given a reader.
pub struct App {
    pub(crate) store: Store,
    clock: Clock,
    settings: Settings,
    pub(crate) compiled: Compiled,
}

impl App {
    /// A system over a migrated store.
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Self {
        Self {
            store,
            clock,
            settings,
            compiled: Compiled::default(),
        }
    }

    /// A handle that can only read.
    pub fn reader(&self) -> Reader {
        self.store.reader()
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The civil date in London.
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// A new identifier; sorts by the time at which it was made.
    #[expect(
        clippy::unused_self,
        reason = "verbs ask the running system for what is not theirs to make up"
    )]
    pub(crate) fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
