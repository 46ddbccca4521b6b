use std::sync::Arc;
use std::time::Duration;

use domain::ids::JobId;
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::error::AppError;
use crate::running::App;

/// How often the page that shows the progress hears of it.
const EVERY: Duration = Duration::from_millis(500);

/// Passes progress on to the job's row, beside the import and never in its way.
pub(crate) struct Told {
    rows: Sender<(u64, u64)>,
    teller: JoinHandle<()>,
}

impl Told {
    /// Tells the progress of a job.
    pub(crate) fn new(app: &Arc<App>, job: JobId) -> Self {
        let (rows, receiver) = channel((0, 0));
        let teller = tokio::spawn(tell(Arc::clone(app), job, receiver));
        Self { rows, teller }
    }

    pub(super) fn rows(&self, done: u64, total: u64) {
        self.rows.send_replace((done, total));
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.teller.abort();
    }
}

async fn tell(app: Arc<App>, job: JobId, mut rows: Receiver<(u64, u64)>) {
    while rows.changed().await.is_ok() {
        let (done, total) = *rows.borrow_and_update();
        if let Err(error) = save(&app, job, done, total).await {
            // The next figure tries again; the import goes on without anybody seeing how far it is.
            tracing::warn!(job.id = %job, %error, "the progress of an import could not be told");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn save(app: &App, job: JobId, done: u64, total: u64) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    storage::jobs::save_progress(&mut tx, job, done as i64, total as i64).await?;
    tx.commit().await?;
    Ok(())
}
