//! The web side as a browser meets it, through the router, on both engines where the store matters.
#![allow(clippy::unwrap_used)]

mod accounts;
mod forms;
mod import;
mod logs;
mod national;
mod outbox;
mod walk;
mod world;
