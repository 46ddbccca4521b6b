//! Stories through the built program, and the rules of the house; see `tests/`.
//!
//! Here is what stories, benchmarks and rules share: a browser without a screen, a program that is started and
//! stopped, and a reader of our own source.
#![allow(
    clippy::expect_used,
    reason = "a package of tests: what fails here fails a test"
)]

pub mod answering;
pub mod browser;
pub mod packages;
pub mod program;
pub mod source;
