//! The verbs: permission, transaction, decision, audit.
//!
//! A verb reads as the sentence that people say: it opens a transaction, asks for a permit, lets `domain`
//! decide, saves, records and commits. Three doors use the same verbs: pages, commands and timers.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod accounts;
pub mod audit;
pub mod check_report;
mod clock;
pub mod colleagues;
pub mod cycles;
pub mod demonstration;
pub mod doctor;
mod error;
pub mod import;
pub mod jobs;
pub mod links;
mod machine;
pub mod named;
pub mod outbox;
pub mod participations;
pub mod passwords;
pub mod public_summary;
pub mod questionnaires;
pub mod reference;
pub mod returns;
mod running;
pub mod services;
pub mod sign_off;
pub mod tokens;

pub use clock::Clock;
pub use error::AppError;
pub use machine::machine;
pub use running::{App, Settings};
