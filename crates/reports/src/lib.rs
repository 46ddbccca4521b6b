//! Tables as words and files for people: pages, CSV, XLSX and JSON, from protected tables only.
//!
//! Nothing here computes a figure, and a table that has not passed disclosure control is not accepted:
//!
//! ```compile_fail,E0308
//! use analytics::table::{Raw, Table};
//! fn published(table: &Table<Raw>) -> Vec<u8> {
//!     reports::csv::write(table)
//! }
//! ```
//!
//! ```
//! use analytics::{disclosure::Safe, table::Table};
//! fn published(table: &Table<Safe>) -> Vec<u8> {
//!     reports::csv::write(table)
//! }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod csv;
pub mod json;
pub mod table;
pub mod template;
pub mod xlsx;

mod figures;
#[cfg(test)]
mod samples;
