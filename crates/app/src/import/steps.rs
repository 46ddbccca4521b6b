//! An import by browser: a file is received, checked, shown, and imported once the person says so.
//!
//! Each step ends as a job with a report, so that it has an address which can be opened again. A small file is
//! done at once; a larger one waits for the runner.

use std::io::Cursor;

use domain::access::Actor;
use domain::ids::JobId;
use domain::problem::Problem;
use domain::roles::Right;
use domain::sheet::SheetFile;
use serde_json::Value;
use storage::jobs::{self, Job, JobState, NewJob};
use storage::uploads::{self, Upload};
use uuid::Uuid;

use super::progress::Told;
use super::{ImportChoice, ImportReport, ImportRequest, rows, services};
use crate::accounts::actor as actor_of;
use crate::error::AppError;
use crate::jobs::{Work, put};
use crate::running::App;
use crate::services::{place, set_up_refusal};

/// Most rows of a file that is dealt with while the person waits for the page.
const ROWS_AT_ONCE: u64 = 500;

/// Where somebody imports.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Key of the cycle.
    pub cycle: String,
    /// Code of the organisation.
    pub organisation: String,
}

/// How far an import by browser is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A runner is at it, or will be.
    Working {
        /// Whether the file is only being checked.
        is_check: bool,
        /// How many rows are done.
        done: i64,
        /// How many there are; 0 while that is not known.
        total: i64,
    },
    /// Checked; it waits for the person's word.
    Checked(Box<ImportReport>),
    /// Done, or refused with faults.
    Done(Box<ImportReport>),
    /// Something stands in the way that no other file would cure.
    Stopped(Vec<Problem>),
}

/// Takes a file and checks it. Answers the job whose page shows what would happen.
pub async fn receive(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    file_name: &str,
    content: Vec<u8>,
) -> Result<JobId, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, participation) = place(&mut conn, &desk.cycle, &desk.organisation).await?;
    drop(conn);
    actor.may(Right::SetUpServices, &organisation.target())?;
    if let Some(problem) = set_up_refusal(app, &cycle, &participation) {
        return Err(problem.into());
    }
    let upload = Upload {
        id: app.new_id(),
        organisation: organisation.id,
        cycle: cycle.id,
        person: actor.person(),
        file_name: file_name.to_owned(),
        content,
    };
    let is_small = is_small(&upload).await?;
    let mut tx = app.store.begin().await?;
    uploads::insert(&mut tx, &upload, app.now()).await?;
    tx.commit().await?;
    let work = Work::ImportServices {
        upload: upload.id,
        choice: ImportChoice::AllOrNothing,
        dry_run: true,
    };
    begin(app, actor, desk, work, is_small.then_some(upload)).await
}

/// Imports a file that has been checked, as the person chose. Answers the job whose page shows the result.
pub async fn confirm(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    job: JobId,
    choice: ImportChoice,
) -> Result<JobId, AppError> {
    let upload = upload_of(app, actor, desk, job).await?;
    let is_small = is_small(&upload).await?;
    let work = Work::ImportServices {
        upload: upload.id,
        choice,
        dry_run: false,
    };
    begin(app, actor, desk, work, is_small.then_some(upload)).await
}

/// Forgets a file that has been checked.
pub async fn give_up(app: &App, actor: &Actor, desk: &Desk, job: JobId) -> Result<(), AppError> {
    let upload = upload_of(app, actor, desk, job).await?;
    let mut tx = app.store.begin().await?;
    uploads::delete(&mut tx, upload.id).await?;
    tx.commit().await?;
    Ok(())
}

/// How far an import is; only to who asked for it.
pub async fn step(app: &App, actor: &Actor, desk: &Desk, job: JobId) -> Result<Step, AppError> {
    let mut conn = app.reader().conn().await?;
    let (_, organisation, _) = place(&mut conn, &desk.cycle, &desk.organisation).await?;
    actor.may(Right::SetUpServices, &organisation.target())?;
    let found = crate::jobs::find(&mut conn, job, actor.person()).await?;
    let job = found.ok_or(AppError::NotFound("import"))?;
    let Some(Work::ImportServices { dry_run, .. }) = Work::of(&job) else {
        return Err(AppError::NotFound("import"));
    };
    if matches!(job.state, JobState::Waiting | JobState::Running) {
        return Ok(Step::Working {
            is_check: dry_run,
            done: job.done,
            total: job.total,
        });
    }
    match serde_json::from_value::<ImportReport>(job.outcome.clone()) {
        Ok(report) if report.cycle != desk.cycle || report.organisation != desk.organisation => {
            Err(AppError::NotFound("import"))
        }
        Ok(report) if dry_run => Ok(Step::Checked(Box::new(report))),
        Ok(report) => Ok(Step::Done(Box::new(report))),
        Err(_) => Ok(Step::Stopped(problems_of(&job))),
    }
}

/// Does what a job asks for, in the name of the person who sent the file and with the rights they have now.
pub(crate) async fn perform(
    app: &App,
    upload: Uuid,
    choice: ImportChoice,
    dry_run: bool,
    told: &Told,
) -> Result<ImportReport, AppError> {
    let mut conn = app.reader().conn().await?;
    let upload = uploads::find(&mut conn, upload)
        .await?
        .ok_or(AppError::NotFound("file"))?;
    let actor = actor_of(&mut conn, upload.person, app.today()).await?;
    let request = ImportRequest {
        cycle: storage::cycles::get(&mut conn, upload.cycle)
            .await?
            .key
            .as_str()
            .to_owned(),
        organisation: Some(
            storage::organisations::get(&mut conn, upload.organisation)
                .await?
                .code,
        ),
        choice,
        dry_run,
    };
    drop(conn);
    run(app, &actor, &request, upload, &mut |done, total| {
        told.rows(done, total);
    })
    .await
}

/// Does the work at once where the file is at hand, or else asks the runner for it.
async fn begin(
    app: &App,
    actor: &Actor,
    desk: &Desk,
    work: Work,
    at_hand: Option<Upload>,
) -> Result<JobId, AppError> {
    let (Some(upload), Work::ImportServices { choice, dry_run, .. }) = (at_hand, work) else {
        let mut tx = app.store.begin().await?;
        let job = put(&mut tx, work, actor.recorded_person(), app.now()).await?;
        tx.commit().await?;
        return Ok(job);
    };
    let request = ImportRequest {
        cycle: desk.cycle.clone(),
        organisation: Some(desk.organisation.clone()),
        choice,
        dry_run,
    };
    let report = run(app, actor, &request, upload, &mut |_, _| {}).await?;
    let outcome = serde_json::to_value(report).map_err(|error| AppError::Broken(error.to_string()))?;
    let job = NewJob {
        id: JobId(app.new_id()),
        kind: work.code(),
        detail: work.detail(),
        created_by: actor.recorded_person(),
        due_at: app.now(),
    };
    let mut tx = app.store.begin().await?;
    jobs::insert_finished(&mut tx, &job, &outcome, app.now()).await?;
    tx.commit().await?;
    Ok(job.id)
}

/// Runs an import, and forgets the file when it is in. A refused one is kept, so that the good rows can still be
/// chosen.
async fn run(
    app: &App,
    actor: &Actor,
    request: &ImportRequest,
    upload: Upload,
    progress: super::Progress<'_>,
) -> Result<ImportReport, AppError> {
    let id = upload.id;
    let report = services(app, actor, request, sheet_file(upload), progress).await?;
    if report.is_saved {
        let mut tx = app.store.begin().await?;
        uploads::delete(&mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(report)
}

fn sheet_file(upload: Upload) -> SheetFile {
    SheetFile {
        name: upload.file_name,
        content: Box::new(Cursor::new(upload.content)),
    }
}

/// Whether a file is dealt with at once; one that cannot be read is, because that is quickly said.
async fn is_small(upload: &Upload) -> Result<bool, AppError> {
    let (_, counted) = rows::count(sheet_file(upload.clone())).await?;
    Ok(counted.map_or(true, |rows| rows <= ROWS_AT_ONCE))
}

/// The file behind a checked import, if it is this person's and still there.
async fn upload_of(app: &App, actor: &Actor, desk: &Desk, job: JobId) -> Result<Upload, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, _) = place(&mut conn, &desk.cycle, &desk.organisation).await?;
    actor.may(Right::SetUpServices, &organisation.target())?;
    let job = crate::jobs::find(&mut conn, job, actor.person())
        .await?
        .ok_or(AppError::NotFound("import"))?;
    let Some(Work::ImportServices { upload, .. }) = Work::of(&job) else {
        return Err(AppError::NotFound("import"));
    };
    let upload = uploads::find(&mut conn, upload).await?;
    let mine = upload.filter(|upload| {
        upload.person == actor.person() && upload.organisation == organisation.id && upload.cycle == cycle.id
    });
    mine.ok_or_else(|| {
        Problem::at(
            "file",
            "import.file_gone",
            "This file has been imported already, or is no longer kept",
        )
        .remedy("Choose the file again")
        .into()
    })
}

fn problems_of(job: &Job) -> Vec<Problem> {
    let told: Vec<Problem> = job
        .outcome
        .get("problems")
        .cloned()
        .and_then(|problems: Value| serde_json::from_value(problems).ok())
        .unwrap_or_default();
    if told.is_empty() {
        let failed = Problem::at(
            "file",
            "import.failed",
            "The import failed because of a fault of this system",
        );
        return vec![failed.remedy("Nothing was saved. Try again later, or ask the helpdesk")];
    }
    told
}
