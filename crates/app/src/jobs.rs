//! Background work: asked for in the transaction that causes it, done by the runner in the front door.
//!
//! Every kind of work may be done twice without harm, because a runner may be killed after the work and before
//! the record. The runner calls [`run_next`] until it answers that nothing is due.

use std::sync::Arc;

use domain::ids::{CycleId, JobId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage::jobs::{self, Job, NewJob};
use storage::{Conn, Tx};
use uuid::Uuid;

use crate::error::AppError;
use crate::import::{self, ImportChoice};
use crate::running::App;

/// For how long a job is held; a runner that is alive says so three times in that time.
const HOLD: SignedDuration = SignedDuration::from_secs(90);

/// How often a job is tried before it is given up.
const MOST_TRIES: i64 = 5;

/// How long files that people sent in, and finished jobs, are kept.
const KEEP: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A kind of background work, with what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum Work {
    /// Forget sessions, sign-in attempts, finished jobs and files that are over.
    ClearExpired {},
    /// Make the public summary of a cycle anew.
    RefreshSummary {
        /// Which cycle.
        cycle: CycleId,
    },
    /// Check, or import, a spreadsheet of services that somebody sent in.
    ImportServices {
        /// Which file.
        upload: Uuid,
        /// What to save when some rows cannot be saved.
        choice: ImportChoice,
        /// Only check it.
        dry_run: bool,
    },
}

impl Work {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Work::ClearExpired {} => "clear_expired",
            Work::RefreshSummary { .. } => "refresh_summary",
            Work::ImportServices { .. } => "import_services",
        }
    }

    pub(crate) fn detail(self) -> Value {
        match serde_json::to_value(self) {
            Ok(Value::Object(mut parts)) => parts.remove("detail").unwrap_or(Value::Null),
            _ => Value::Null,
        }
    }

    pub(crate) fn of(job: &Job) -> Option<Work> {
        serde_json::from_value(json!({ "kind": job.kind, "detail": job.detail })).ok()
    }
}

/// Asks for work, to be done after the transaction commits, and not at all if it does not.
pub async fn put(tx: &mut Tx, work: Work, by: Option<PersonId>, now: Timestamp) -> Result<JobId, AppError> {
    let job = NewJob {
        id: JobId(Uuid::now_v7()),
        kind: work.code(),
        detail: work.detail(),
        created_by: by,
        due_at: now,
    };
    jobs::insert(tx, &job, now).await?;
    Ok(job.id)
}

/// Asks for work unless the same work is waiting already.
pub async fn put_once(tx: &mut Tx, work: Work, now: Timestamp) -> Result<(), AppError> {
    if !jobs::is_waiting(tx, work.code(), &work.detail()).await? {
        put(tx, work, None, now).await?;
    }
    Ok(())
}

/// A job as it stands, for the page that shows its progress; only to who asked for it.
pub async fn find(conn: &mut Conn, id: JobId, by: PersonId) -> Result<Option<Job>, AppError> {
    let job = jobs::find(conn, id).await?;
    Ok(job.filter(|job| job.created_by == Some(by)))
}

/// Asks for what is done from time to time; the runner calls this each hour.
pub async fn put_periodic(app: &App) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    put_once(&mut tx, Work::ClearExpired {}, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the job that has waited longest, does it and records what came of it. None when nothing is due.
pub async fn run_next(app: &Arc<App>) -> Result<Option<JobId>, AppError> {
    let Some(job) = take(app).await? else {
        return Ok(None);
    };
    let started_at = app.now();
    let heartbeat = tokio::spawn(keep_holding(Arc::clone(app), job.clone()));
    let result = match Work::of(&job) {
        _ if job.tries > MOST_TRIES => Err(AppError::Broken("its runner was killed each time".to_owned())),
        Some(work) => {
            // In a task of its own: a panic is then this job's failure and not the runner's end.
            let (app, job) = (Arc::clone(app), job.clone());
            let performed = tokio::spawn(async move { perform(&app, &job, work).await }).await;
            performed.unwrap_or_else(|error| Err(AppError::Broken(error.to_string())))
        }
        None => Err(AppError::Broken(
            "a kind of work that this version does not know".to_owned(),
        )),
    };
    heartbeat.abort();
    let id = job.id;
    conclude(app, job, result, started_at).await?;
    Ok(Some(id))
}

async fn take(app: &App) -> Result<Option<Job>, AppError> {
    let now = app.now();
    // Asked with a reader first, so that an idle system does not stand in the writers' queue each second.
    let mut conn = app.reader().conn().await?;
    if !jobs::is_any_due(&mut conn, now).await? {
        return Ok(None);
    }
    drop(conn);
    let mut tx = app.store.begin().await?;
    let job = jobs::take(&mut tx, now, now + HOLD).await?;
    tx.commit().await?;
    Ok(job)
}

async fn keep_holding(app: Arc<App>, job: Job) {
    let third = std::time::Duration::from_secs(HOLD.as_secs().unsigned_abs() / 3);
    loop {
        tokio::time::sleep(third).await;
        if let Err(error) = hold_longer(&app, &job).await {
            // The next beat tries again; if none succeeds, another runner takes the job, which does no harm.
            tracing::warn!(job.id = %job.id, error = %error, "could not say that the job is still running");
        }
    }
}

async fn hold_longer(app: &App, job: &Job) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    jobs::hold(&mut tx, job, app.now() + HOLD).await?;
    tx.commit().await?;
    Ok(())
}

async fn perform(app: &Arc<App>, job: &Job, work: Work) -> Result<Value, AppError> {
    match work {
        Work::ClearExpired {} => clear_expired(app).await,
        Work::RefreshSummary { cycle } => {
            crate::public_summary::refresh(app, cycle).await?;
            Ok(Value::Null)
        }
        Work::ImportServices {
            upload,
            choice,
            dry_run,
        } => {
            let told = import::Told::new(app, job.id);
            let report = import::perform(app, upload, choice, dry_run, &told).await?;
            serde_json::to_value(report).map_err(|error| AppError::Broken(error.to_string()))
        }
    }
}

async fn conclude(
    app: &App,
    job: Job,
    result: Result<Value, AppError>,
    started_at: Timestamp,
) -> Result<(), AppError> {
    let now = app.now();
    let took_ms = now.duration_since(started_at).as_millis() as i64;
    let mut tx = app.store.begin().await?;
    match result {
        Ok(outcome) => {
            jobs::finish(&mut tx, &job, &outcome, now).await?;
            tracing::info!(job.id = %job.id, job.kind = job.kind, took_ms, "job finished");
        }
        Err(AppError::Refused(problems)) => {
            jobs::fail(&mut tx, &job, &json!({ "problems": problems }), now).await?;
            tracing::info!(job.id = %job.id, job.kind = job.kind, took_ms, "job refused");
        }
        Err(error) => {
            let may_help = matches!(error, AppError::Store(_)) && job.tries < MOST_TRIES;
            tracing::error!(job.id = %job.id, job.kind = job.kind, tries = job.tries, error = %error, "job failed");
            let outcome = json!({ "problems": [], "failed": true });
            if may_help {
                let delay = SignedDuration::from_secs(10 * job.tries * job.tries);
                jobs::put_back(&mut tx, &job, &outcome, now + delay).await?;
            } else {
                jobs::fail(&mut tx, &job, &outcome, now).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn clear_expired(app: &App) -> Result<Value, AppError> {
    let now = app.now();
    let idle = SignedDuration::from_mins(app.settings().session_idle_minutes);
    let mut tx = app.store.begin().await?;
    let sessions = storage::sessions::delete_over(&mut tx, now, now - idle).await?;
    let attempts = storage::attempts::delete_before(&mut tx, now - SignedDuration::from_hours(24)).await?;
    let finished = jobs::delete_finished(&mut tx, now - KEEP).await?;
    let files = storage::uploads::delete_older(&mut tx, now - KEEP).await?;
    tx.commit().await?;
    Ok(json!({ "sessions": sessions, "attempts": attempts, "jobs": finished, "uploads": files }))
}

#[cfg(test)]
mod tests;
