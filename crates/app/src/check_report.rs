//! The live check report of an organisation (A10): always what was entered a moment ago.

use analytics::check_report::{CheckReport, ServiceLine};
use analytics::disclosure::{Audience, Safe, protect};
use analytics::table::Table;
use domain::access::Actor;
use domain::assessment::assess;
use domain::roles::Right;
use storage::returns;

use crate::error::AppError;
use crate::running::App;
use crate::services::place;

/// The check report of an organisation in a cycle, protected for its own people, for whom nothing is hidden.
pub async fn check_report(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
) -> Result<Table<Safe>, AppError> {
    let mut conn = app.reader().conn().await?;
    let (cycle, organisation, _) = place(&mut conn, cycle, organisation).await?;
    actor.may(Right::SeeOrganisation, &organisation.target())?;
    let mut lines = Vec::new();
    for line in returns::list_lines(&mut conn, cycle.id, organisation.id).await? {
        let missing = if line.missing_count == 0 {
            Vec::new()
        } else {
            missing_sentences(app, &mut conn, line.id).await?
        };
        lines.push(ServiceLine {
            service: line.name,
            reference: line.reference,
            state: line.state.label().to_owned(),
            wte_thousandths: line.figures.staff_wte,
            cost_pence: line.figures.cost_pence,
            caseload: line.figures.caseload,
            is_edited_this_cycle: line.edited_at.is_some(),
            missing,
        });
    }
    let report = CheckReport {
        organisation: organisation.name,
        cycle: cycle.name,
        opens_on: cycle.dates.opens_on,
        closes_on: cycle.dates.closes_on,
        as_at: app.today(),
        services: lines,
    };
    let table = report
        .table()
        .map_err(|error| AppError::Broken(error.to_string()))?;
    protect(table, Audience::OwnOrganisation).map_err(|error| AppError::Broken(error.to_string()))
}

async fn missing_sentences(
    app: &App,
    conn: &mut storage::Conn,
    id: domain::ids::ReturnId,
) -> Result<Vec<String>, AppError> {
    let current = returns::get(conn, id).await?;
    let questionnaire = app.questionnaire(current.questionnaire).await?;
    let assessment = assess(&questionnaire, &current.answers, app.today(), true);
    Ok(assessment
        .missing
        .into_iter()
        .map(|missing| missing.message)
        .collect())
}

/// The report as rows with commas, for the command line.
pub fn to_csv(table: &Table<Safe>) -> Vec<u8> {
    reports::csv::write(table)
}

/// The report for programs, for the command line.
pub fn to_json(table: &Table<Safe>) -> Vec<u8> {
    reports::json::write(table)
}
