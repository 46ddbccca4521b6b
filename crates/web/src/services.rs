//! An organisation in a cycle: its services, its colleagues, its check report, its sign-off.

pub mod add;
pub mod board;
pub mod carry;
pub mod check_report;
pub mod colleagues;
pub mod sign_off;

use domain::roles::Right;
use serde::Deserialize;

use crate::route::{Need, Route};

/// The keys in the address of an organisation in a cycle.
#[derive(Debug, Clone, Deserialize)]
pub struct OrganisationPlace {
    /// The cycle's key.
    pub cycle: String,
    /// The organisation's code.
    pub organisation: String,
}

impl OrganisationPlace {
    /// The address below which everything of the organisation lies.
    pub fn base(&self) -> String {
        format!("/cycles/{}/organisations/{}", self.cycle, self.organisation)
    }

    /// The address of its services.
    pub fn board(&self) -> String {
        format!("{}/services", self.base())
    }
}

const SERVICES: &str = "/cycles/{cycle}/organisations/{organisation}/services";
const NEW_SERVICE: &str = "/cycles/{cycle}/organisations/{organisation}/services/new";
const FROM_LAST_YEAR: &str = "/cycles/{cycle}/organisations/{organisation}/services/from-last-year";
const CHECK_REPORT: &str = "/cycles/{cycle}/organisations/{organisation}/check-report";
const CHECK_REPORT_CSV: &str = "/cycles/{cycle}/organisations/{organisation}/check-report.csv";
const CHECK_REPORT_XLSX: &str = "/cycles/{cycle}/organisations/{organisation}/check-report.xlsx";
const CHECK_REPORT_JSON: &str = "/cycles/{cycle}/organisations/{organisation}/check-report.json";
const NEW_COLLEAGUE: &str = "/cycles/{cycle}/organisations/{organisation}/colleagues/new";
const SIGN_OFF: &str = "/cycles/{cycle}/organisations/{organisation}/sign-off";

/// The routes of setting up, checking and signing off.
pub fn routes() -> Vec<Route> {
    let see = Need::Right(Right::SeeOrganisation);
    let set_up = Need::Right(Right::SetUpServices);
    let invite = Need::Right(Right::InviteColleagues);
    vec![
        Route::get(SERVICES, see, board::get),
        Route::get(NEW_SERVICE, set_up, add::get),
        Route::post(NEW_SERVICE, set_up, add::post),
        Route::get(FROM_LAST_YEAR, set_up, carry::get),
        Route::post(FROM_LAST_YEAR, set_up, carry::post),
        Route::get(CHECK_REPORT, see, check_report::get),
        Route::get(CHECK_REPORT_CSV, see, check_report::csv),
        Route::get(CHECK_REPORT_XLSX, see, check_report::xlsx),
        Route::get(CHECK_REPORT_JSON, see, check_report::json),
        Route::get(NEW_COLLEAGUE, invite, colleagues::get),
        Route::post(NEW_COLLEAGUE, invite, colleagues::post),
        Route::get(SIGN_OFF, see, sign_off::get),
        Route::post(SIGN_OFF, Need::Right(Right::SignOff), sign_off::post),
    ]
}
