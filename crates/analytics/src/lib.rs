//! Figures over many records, and the one door through which they leave: disclosure control.
//!
//! A figure is built into a [`table::Table`] of state [`table::Raw`] and leaves as a table of state
//! [`disclosure::Safe`], which only [`disclosure::protect`] can make (M14).
//! Nothing here formats a number; the `reports` room does, and accepts safe tables only.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod check_report;
pub mod disclosure;
pub mod public_summary;
pub mod table;
