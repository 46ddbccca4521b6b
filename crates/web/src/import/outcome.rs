//! What a file would do, and what it did.

use app::AppError;
use app::import::{ImportChoice, ImportReport, Step, confirm, give_up, step};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::JobId;
use domain::problem::Problem;
use domain::sheet::Fault;
use serde::{Deserialize, Serialize};

use super::progress::{Progress, ProgressPage, ProgressPart};
use super::{address, desk};
use crate::content::{Cell, Column, Table};
use crate::error::WebError;
use crate::page::{ErrorLink, Layout};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// The keys in the address.
#[derive(Debug, Clone, Deserialize)]
pub struct StepPlace {
    cycle: String,
    organisation: String,
    job: String,
}

impl StepPlace {
    fn organisation(&self) -> OrganisationPlace {
        OrganisationPlace {
            cycle: self.cycle.clone(),
            organisation: self.organisation.clone(),
        }
    }

    fn job(&self) -> Result<JobId, WebError> {
        self.job.parse().map_err(|_| WebError::not_found("import"))
    }

    fn address(&self) -> String {
        format!("{}/jobs/{}", address(&self.organisation()), self.job)
    }
}

/// What the person wants.
#[derive(Debug, Default, Deserialize)]
pub struct ConfirmForm {
    /// `all`, `good` or `none`.
    #[serde(default)]
    choice: String,
}

/// What a file would do, or did.
#[derive(Serialize)]
pub struct OutcomePage {
    /// The frame.
    pub layout: Layout,
    /// Name of the file.
    pub file_name: String,
    /// Where the form is sent, where another file is chosen, and where the services are.
    pub action: String,
    /// The page on which another file is chosen.
    pub again: String,
    /// The organisation's services.
    pub board: String,
    /// Whether the file is in; else this is what it would do.
    pub is_done: bool,
    /// Whether it was to be imported and was refused.
    pub is_refused: bool,
    /// How many services would be, or were, created and changed.
    pub good: u64,
    /// How many rows are refused.
    pub refused: u64,
    /// How many of the services still miss something.
    pub incomplete: u64,
    /// The counts, in words.
    pub counts: Vec<Count>,
    /// The faults.
    pub faults: Option<Table>,
    /// The services that are new.
    pub created: Option<Table>,
    /// The answers that change.
    pub changed: Option<Table>,
    /// What the person should know.
    pub warnings: Option<Table>,
}

/// A line of the counts.
#[derive(Clone, Serialize)]
pub struct Count {
    /// What was counted.
    pub key: &'static str,
    /// How many.
    pub value: String,
}

/// Something stands in the way that no other file would cure.
#[derive(Serialize)]
pub struct StoppedPage {
    /// The frame.
    pub layout: Layout,
    /// What, one sentence each.
    pub messages: Vec<String>,
    /// The page on which another file is chosen.
    pub again: String,
}

/// Shows how far an import is, what it would do, or what it did.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<StepPlace>,
    headers: HeaderMap,
    layout: Layout,
) -> Result<Response, WebError> {
    let organisation = place.organisation();
    let found = step(&state.app, &who.actor, &desk(&organisation), place.job()?).await?;
    if let Step::Working {
        is_check,
        done,
        total,
    } = found
    {
        let progress = Progress::new(place.address(), is_check, done, total);
        if headers.contains_key("hx-request") {
            return Ok(state.templates.show(&ProgressPart { progress }));
        }
        let layout = layout.titled(progress.title);
        return Ok(state.templates.show(&ProgressPage { layout, progress }));
    }
    if headers.contains_key("hx-request") {
        return Ok(reload(&place));
    }
    let layout = layout.with_back(&address(&organisation));
    Ok(match found {
        Step::Checked(report) => state
            .templates
            .show(&outcome_page(layout, &place, *report, false)),
        Step::Done(report) => state.templates.show(&outcome_page(layout, &place, *report, true)),
        Step::Stopped(problems) => state.templates.show(&stopped_page(layout, &place, &problems)),
        Step::Working { .. } => reload(&place),
    })
}

/// Tells the script that the whole page is to be loaded again, because the work is over.
fn reload(place: &StepPlace) -> Response {
    let mut response = axum::http::StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = HeaderValue::from_str(&place.address()) {
        response.headers_mut().insert("hx-redirect", value);
    }
    response
}

/// Imports the file as the person chose, or forgets it.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<StepPlace>,
    layout: Layout,
    Form(form): Form<ConfirmForm>,
) -> Result<Response, WebError> {
    let organisation = place.organisation();
    let (desk, job) = (desk(&organisation), place.job()?);
    let choice = match form.choice.as_str() {
        "all" => ImportChoice::AllOrNothing,
        "good" => ImportChoice::GoodRows,
        "none" => {
            give_up(&state.app, &who.actor, &desk, job).await?;
            return Ok(Redirect::to(&address(&organisation)).into_response());
        }
        _ => return ask_again(&state, &who.actor, &place, layout).await,
    };
    match confirm(&state.app, &who.actor, &desk, job, choice).await {
        Ok(job) => Ok(Redirect::to(&format!("{}/jobs/{job}", address(&organisation))).into_response()),
        Err(AppError::Refused(problems)) => {
            let layout = layout.with_back(&address(&organisation));
            Ok(state.templates.show(&stopped_page(layout, &place, &problems)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The page again, when nothing was chosen.
async fn ask_again(
    state: &WebState,
    actor: &domain::access::Actor,
    place: &StepPlace,
    layout: Layout,
) -> Result<Response, WebError> {
    match step(&state.app, actor, &desk(&place.organisation()), place.job()?).await? {
        Step::Checked(report) => {
            let errors = vec![ErrorLink::at("choice", "Select what to do with the file")];
            let layout = layout
                .with_back(&address(&place.organisation()))
                .with_errors(errors);
            Ok(state.templates.show(&outcome_page(layout, place, *report, false)))
        }
        _ => Ok(Redirect::to(&place.address()).into_response()),
    }
}

fn outcome_page(layout: Layout, place: &StepPlace, report: ImportReport, was_asked_for: bool) -> OutcomePage {
    let is_done = was_asked_for && (report.is_saved || report.fault_count == 0);
    let title = match (is_done, was_asked_for) {
        (true, _) => "Your file has been imported",
        (false, true) => "Nothing was imported",
        (false, false) => "Check what the file will do",
    };
    OutcomePage {
        layout: layout.titled(title),
        action: place.address(),
        again: address(&place.organisation()),
        board: place.organisation().board(),
        is_done,
        is_refused: was_asked_for && !is_done,
        good: report.created + report.changed,
        refused: report.refused,
        incomplete: report.incomplete,
        counts: counts(&report),
        faults: fault_table("Faults", report.fault_count, &report.faults),
        created: created_table(&report),
        changed: changed_table(&report),
        warnings: fault_table("Warnings", report.warning_count, &report.warnings),
        file_name: report.file_name,
    }
}

fn counts(report: &ImportReport) -> Vec<Count> {
    let line = |key, value: u64| Count {
        key,
        value: value.to_string(),
    };
    vec![
        line("Rows of services", report.rows),
        line("New services", report.created),
        line("Services with changed answers", report.changed),
        line("Services without a change", report.unchanged),
        line("Rows refused", report.refused),
    ]
}

/// "Faults" or "Faults: the first 200 of 1,234".
fn caption(what: &str, listed: usize, all: u64) -> String {
    if listed as u64 == all {
        what.to_owned()
    } else {
        format!("{what}: the first {listed} of {all}")
    }
}

fn fault_table(what: &str, count: u64, faults: &[Fault]) -> Option<Table> {
    if faults.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for fault in faults {
        rows.push(vec![
            Cell::new(place_of(fault)),
            Cell::new(&fault.message),
            Cell::new(if fault.remedy.is_empty() {
                "Ask the national team"
            } else {
                &fault.remedy
            }),
        ]);
    }
    Some(Table {
        caption: caption(what, faults.len(), count),
        columns: vec![
            Column::words("Where"),
            Column::words("What is wrong"),
            Column::words("What to do"),
        ],
        rows,
        ..Table::default()
    })
}

fn place_of(fault: &Fault) -> String {
    let place = fault.place();
    let mut letters = place.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "The file".to_owned(),
    }
}

fn created_table(report: &ImportReport) -> Option<Table> {
    let mut rows = Vec::new();
    for service in &report.created_services {
        rows.push(vec![
            Cell::new(&service.name),
            Cell::new(&service.reference),
            Cell::new(service.row),
        ]);
    }
    let caption = caption("New services", rows.len(), report.created);
    (!rows.is_empty()).then(|| Table {
        caption,
        columns: vec![
            Column::words("Service"),
            Column::words("Reference"),
            Column::numbers("Row"),
        ],
        rows,
        ..Table::default()
    })
}

fn changed_table(report: &ImportReport) -> Option<Table> {
    let blank = |text: &str| Cell::new(if text.is_empty() { "Not answered" } else { text });
    let mut rows = Vec::new();
    for service in &report.changed_services {
        for change in &service.changes {
            rows.push(vec![
                Cell::new(format!("{} ({})", service.name, service.reference)),
                Cell::new(&change.label),
                blank(&change.old),
                blank(&change.new),
            ]);
        }
    }
    let listed = report.changed_services.len();
    (!rows.is_empty()).then(|| Table {
        caption: caption("Services with changed answers", listed, report.changed),
        columns: vec![
            Column::words("Service"),
            Column::words("Question"),
            Column::words("Before"),
            Column::words("Now"),
        ],
        rows,
        notes: vec!["At most 12 answers of a service are listed.".to_owned()],
        ..Table::default()
    })
}

fn stopped_page(layout: Layout, place: &StepPlace, problems: &[Problem]) -> StoppedPage {
    StoppedPage {
        layout: layout.titled("The file could not be imported"),
        messages: problems.iter().map(crate::error::sentence).collect(),
        again: address(&place.organisation()),
    }
}

#[cfg(test)]
mod tests;

mod samples;
