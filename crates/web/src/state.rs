//! What every handler can ask for.

use app::App;
use axum::extract::FromRef;
use std::sync::Arc;

use crate::templates::Templates;

/// The running system and its templates; cheap to copy.
#[derive(Clone)]
pub struct WebState {
    /// The verbs, and a reader.
    pub app: Arc<App>,
    /// The pages.
    pub templates: Templates,
}

impl FromRef<WebState> for Templates {
    fn from_ref(state: &WebState) -> Templates {
        state.templates.clone()
    }
}

impl FromRef<WebState> for Arc<App> {
    fn from_ref(state: &WebState) -> Arc<App> {
        Arc::clone(&state.app)
    }
}
