//! All SQL, on SQLite and PostgreSQL with one text.
//!
//! A store function is a query with a name: it takes a [`Conn`] to read or a [`Tx`] to write, and speaks the
//! domain's words. Rules live in `domain`, permissions are asked in `app`.
#![cfg_attr(test, allow(clippy::unwrap_used))]

#[macro_use]
mod engine;
mod dates;
mod dialect;
mod error;
mod instant;
mod store;

pub mod areas;
pub mod attempts;
pub mod backup;
pub mod cycles;
pub mod events;
pub mod grants;
pub mod imports;
pub mod jobs;
pub mod letters;
pub mod links;
pub mod nominations;
pub mod organisations;
pub mod participations;
pub mod people;
pub mod published_tables;
pub mod questionnaires;
pub mod returns;
pub mod schema;
pub mod services;
pub mod sessions;
pub mod sign_offs;
pub mod trial;
pub mod uploads;

pub use dialect::engine_version;
pub use engine::{Conn, Tx};
pub use error::StorageError;
pub use store::{Reader, Store, StoreConfig};
