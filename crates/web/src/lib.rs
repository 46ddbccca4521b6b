//! Pages and their routes; every route declares who may use it.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod assets;
mod components;
pub mod content;
pub mod error_pages;
pub mod health;
pub mod information;
pub mod page;
pub mod requests;
pub mod samples;
pub mod security;
mod shapes;
pub mod templates;
