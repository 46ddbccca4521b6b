//! Stories through the built program, and the rules of the house; see `tests/`.
#![allow(
    clippy::expect_used,
    reason = "a package of tests: what fails here fails a test"
)]

pub mod packages;
pub mod source;
