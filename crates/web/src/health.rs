//! Whether the program lives, and whether it can serve; for whoever watches it, without signing in.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use storage::{Reader, StorageError, schema};

/// What is told: words and a version, nothing about the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// `ok`, or `unavailable`.
    pub status: &'static str,
    /// `ok`, or `unreachable`.
    pub database: &'static str,
    /// `current`, `behind`: run `csm migrate`, or `ahead`: this program is older than its database.
    pub schema: &'static str,
}

/// The routes `/health/live` and `/health/ready`.
pub fn routes(reader: Reader) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(reader)
}

async fn live() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

async fn ready(State(reader): State<Reader>) -> Response {
    let health = examine(&reader).await;
    let status = if health.status == "ok" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(health)).into_response()
}

/// Asks the database whether it answers and whether its schema is the one that this program knows.
pub async fn examine(reader: &Reader) -> Health {
    match schema_version(reader).await {
        Ok(version) => {
            let schema = match version.unwrap_or(0).cmp(&schema::newest()) {
                std::cmp::Ordering::Less => "behind",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "ahead",
            };
            let status = if schema == "current" { "ok" } else { "unavailable" };
            Health {
                status,
                database: "ok",
                schema,
            }
        }
        Err(error) => {
            tracing::warn!(error = %error, "the database does not answer");
            Health {
                status: "unavailable",
                database: "unreachable",
                schema: "unknown",
            }
        }
    }
}

async fn schema_version(reader: &Reader) -> Result<Option<i64>, StorageError> {
    let mut conn = reader.conn().await?;
    schema::version(&mut conn).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use storage::{Store, StoreConfig};
    use tower::ServiceExt;

    async fn status_of(router: &Router, path: &str) -> StatusCode {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_migrated_database_is_ready() {
        for store in storage::trial::stores().await.unwrap() {
            let router = routes(store.reader());
            assert_eq!(status_of(&router, "/health/ready").await, StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn a_program_whose_database_has_no_schema_lives_but_is_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let config = StoreConfig {
            url: format!("sqlite:{}", folder.path().join("empty.db").display()),
            connections: 1,
        };
        let router = routes(Store::open(&config).await.unwrap().reader());
        assert_eq!(status_of(&router, "/health/live").await, StatusCode::OK);
        assert_eq!(
            status_of(&router, "/health/ready").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}
