//! Pages and their routes; every route declares who may use it.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod accounts;
pub mod assets;
pub mod audit;
mod components;
pub mod content;
pub mod cookies;
mod csrf;
pub mod cycles;
pub mod error;
pub mod error_pages;
pub mod health;
pub mod home;
pub mod import;
pub mod information;
mod key_dates;
pub mod navigation;
pub mod outbox;
pub mod page;
pub mod participations;
pub mod public;
pub mod questions;
pub mod requests;
pub mod returns;
pub mod route;
pub mod routes;
pub mod samples;
pub mod security;
pub mod services;
pub mod session;
mod shapes;
pub mod state;
pub mod templates;
mod visitor;

pub use routes::router;
