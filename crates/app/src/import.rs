//! Spreadsheet in (L06, A17): services and their answers, checked as a whole before anything is written.
//!
//! An import goes over the file once to count and once to weigh each row against what is there. What the rows
//! come to is put aside in a nameless temporary file, so that memory does not grow with the spreadsheet, and is
//! then written in one transaction: all of it or nothing. The transaction is short, because all the thinking is
//! done before it begins; on SQLite, where there is one writer, others wait only that long.
//!
//! A return that an import creates stands at version 1 with the origin "imported" and an event
//! (`return.imported`) that says who and when; its answers are not listed once more as changes. An import that
//! changes a return records each answer's old and new value like any other save.

mod check;
mod ground;
mod progress;
mod report;
mod rows;
mod set_aside;
mod steps;
mod template;
mod write;

use domain::access::Actor;
use domain::sheet::SheetFile;

use crate::error::AppError;
use crate::running::App;

pub(crate) use progress::Told;
pub(crate) use steps::perform;

pub use report::{ChangedAnswer, ChangedService, CreatedService, ImportReport};
pub use steps::{Desk, Step, confirm, give_up, receive, step};
pub use template::{TemplateFile, TemplateKind, template};

/// What to save when some rows cannot be saved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportChoice {
    /// Nothing: a file is imported whole or not at all.
    #[default]
    AllOrNothing,
    /// The rows without a fault.
    GoodRows,
}

/// What to import into.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Key of the cycle.
    pub cycle: String,
    /// Code of the organisation; none where each row names its own, which only somebody with the right to set
    /// up services for the whole nation may do.
    pub organisation: Option<String>,
    /// What to save when some rows cannot be saved.
    pub choice: ImportChoice,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Tells how many rows of how many have been weighed.
pub type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

/// Imports a spreadsheet of services.
///
/// Faults of the file are in the report and not an error: each says where it is and what to do. An error is
/// what no other file would cure: no right, no such cycle, a cycle that is closed, a store that fails.
pub async fn services(
    app: &App,
    actor: &Actor,
    request: &ImportRequest,
    file: SheetFile,
    progress: Progress<'_>,
) -> Result<ImportReport, AppError> {
    let mut checked = check::check(app, actor, request, file, progress).await?;
    let is_refused = checked.report.fault_count > 0 && request.choice == ImportChoice::AllOrNothing;
    let has_rows = checked.report.created + checked.report.changed > 0;
    if request.dry_run || is_refused || !has_rows {
        return Ok(checked.report);
    }
    write::write(app, actor, request, &mut checked).await?;
    checked.report.is_saved = true;
    Ok(checked.report)
}

/// What an import of a spreadsheet would do; writes nothing.
pub async fn preview(
    app: &App,
    actor: &Actor,
    request: &ImportRequest,
    file: SheetFile,
) -> Result<ImportReport, AppError> {
    let request = ImportRequest {
        dry_run: true,
        ..request.clone()
    };
    services(app, actor, &request, file, &mut |_, _| {}).await
}

#[cfg(test)]
mod tests;
