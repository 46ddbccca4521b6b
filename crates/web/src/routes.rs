//! Every route of every module, and what stands around them all.

use std::sync::Arc;

use app::App;
use axum::Router;
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;

use crate::route::{self, Route};
use crate::session::{self, Door};
use crate::state::WebState;
use crate::templates::{TemplateError, Templates};
use crate::{
    accounts, assets, audit, cycles, error_pages, health, home, import, information, outbox, participations,
    public, returns, security, services,
};

/// Every route; a module adds its own here.
pub fn list() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(accounts::routes());
    routes.extend(home::routes());
    routes.extend(services::routes());
    routes.extend(import::routes());
    routes.extend(returns::routes());
    routes.extend(information::routes());
    routes.extend(public::routes());
    routes.extend(cycles::routes());
    routes.extend(participations::routes());
    routes.extend(outbox::routes());
    routes.extend(audit::routes());
    routes
}

/// The whole web side of the system, to be put into [`crate::requests::surround`]. Serve it with
/// `into_make_service_with_connect_info::<SocketAddr>()`, because those who guess passwords are slowed down by
/// their address.
pub fn router(app: Arc<App>) -> Result<Router, TemplateError> {
    let templates = Templates::load()?;
    let is_secure = app.settings().secure_cookies;
    let health = health::routes(app.reader());
    let state = WebState { app, templates };
    let routes = list();
    let door = Door {
        state: state.clone(),
        anonymous_forms: Arc::new(route::anonymous_forms(&routes)),
    };
    // Pages are not compressed: a token and what a visitor wrote, compressed together, can be told apart by length.
    let pages = route::build(routes, &state)
        .fallback(error_pages::not_found)
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(
            state.templates.clone(),
            error_pages::dress,
        ))
        .layer(middleware::from_fn_with_state(door, session::recognise))
        .with_state(state);
    // Styles, scripts and the system's health are the same for everybody and need no session.
    let all = pages.merge(assets::routes()).merge(health);
    Ok(security::with_headers(all, is_secure))
}
