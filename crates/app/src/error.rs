//! Why a verb did not happen.

use domain::access::Denied;
use domain::problem::Problem;
use storage::StorageError;

/// Why a verb did not happen. `web` chooses the status and the page, in one place.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The person can put it right.
    #[error("refused: {}", .0.iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>().join(", "))]
    Refused(Vec<Problem>),
    /// The person may not do it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What it was about is not there, or not for this person to know of.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Too many tries; the number of seconds to wait.
    #[error("too many tries; wait {0} seconds")]
    TooManyTries(i64),
    /// The store failed; for the operator.
    #[error(transparent)]
    Store(StorageError),
    /// Something else failed that the person cannot put right; for the operator.
    #[error("{0}")]
    Broken(String),
}

impl From<StorageError> for AppError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound(what) => AppError::NotFound(what),
            other => AppError::Store(other),
        }
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        AppError::Refused(vec![problem])
    }
}

impl From<Vec<Problem>> for AppError {
    fn from(problems: Vec<Problem>) -> Self {
        AppError::Refused(problems)
    }
}
