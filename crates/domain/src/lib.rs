//! Areas, organisations, people, services, cycles and returns; who may do what.
//!
//! Values in, values out: nothing here reads a clock, a file or a database.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod access;
pub mod areas;
pub mod assessment;
pub mod cycles;
pub mod events;
pub mod ids;
pub mod nominations;
pub mod organisations;
pub mod participations;
pub mod people;
pub mod problem;
pub mod reference;
pub mod returns;
pub mod roles;
pub mod services;
pub mod sheet;
pub mod sign_off;
