//! The check report, as page and as files.

use app::check_report::check_report;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use reports::table::FinishedTable;
use serde::Serialize;

use crate::error::WebError;
use crate::page::{Layout, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// The check report.
#[derive(Serialize)]
pub struct CheckReportPage {
    /// The frame.
    pub layout: Layout,
    /// The table, in finished words.
    pub table: FinishedTable,
    /// The address of the report, to which an ending is added for a file.
    pub address: String,
}

/// Shows the check report.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let table = check_report(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let page = CheckReportPage {
        layout: layout.titled("Check report").with_back(&place.board()),
        table: reports::table::render(&table),
        address: format!("{}/check-report", place.base()),
    };
    Ok(state.templates.show(&page))
}

/// The check report as CSV.
pub async fn csv(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
) -> Result<Response, WebError> {
    let table = check_report(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(file(
        "text/csv; charset=utf-8",
        "check-report.csv",
        reports::csv::write(&table),
    ))
}

/// The check report as an Excel workbook.
pub async fn xlsx(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
) -> Result<Response, WebError> {
    let table = check_report(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    let bytes = reports::xlsx::write(&table).map_err(|error| app::AppError::Broken(error.to_string()))?;
    Ok(file(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "check-report.xlsx",
        bytes,
    ))
}

/// The check report as JSON.
pub async fn json(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
) -> Result<Response, WebError> {
    let table = check_report(&state.app, &who.actor, &place.cycle, &place.organisation).await?;
    Ok(file(
        "application/json",
        "check-report.json",
        reports::json::write(&table),
    ))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response()
}

fn sample_table() -> FinishedTable {
    use reports::table::{FinishedCell, FinishedRow, Heading, Symbol};
    let cell = FinishedCell {
        text: "61.650".to_owned(),
        is_numeric: true,
    };
    let row = |label: &str| FinishedRow {
        label: label.to_owned(),
        cells: vec![cell.clone()],
    };
    FinishedTable {
        caption: "Check report for Blackpool Borough Council".to_owned(),
        source: "Children's Services Mapping".to_owned(),
        as_at: "22 November 2026".to_owned(),
        row_heading: "Service".to_owned(),
        headings: vec![Heading {
            key: "staff_wte".to_owned(),
            text: "Staff (WTE)".to_owned(),
            is_numeric: true,
        }],
        rows: vec![row("Health visiting")],
        totals: Some(row("Total")),
        footnotes: vec!["One service has no cost.".to_owned()],
        symbols: vec![Symbol {
            letter: "x".to_owned(),
            meaning: "not available".to_owned(),
        }],
    }
}

impl Page for CheckReportPage {
    const TEMPLATE: &'static str = "services/check_report.html";

    fn samples() -> Vec<Self> {
        vec![CheckReportPage {
            layout: Layout::sample("Check report"),
            table: sample_table(),
            address: "/cycles/2026-27/organisations/E06000009/check-report".to_owned(),
        }]
    }
}
