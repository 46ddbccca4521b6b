//! Services from a spreadsheet: choose a file, see what it would do, say yes, see what it did.

pub mod outcome;
pub mod progress;
pub mod upload;

use app::import::Desk;
use domain::roles::Right;
use domain::sheet::FILE_LIMIT;

use crate::route::{Need, Route};
use crate::services::OrganisationPlace;

const IMPORT: &str = "/cycles/{cycle}/organisations/{organisation}/import";
const TEMPLATE_CSV: &str = "/cycles/{cycle}/organisations/{organisation}/import/template.csv";
const TEMPLATE_XLSX: &str = "/cycles/{cycle}/organisations/{organisation}/import/template.xlsx";
const STEP: &str = "/cycles/{cycle}/organisations/{organisation}/import/jobs/{job}";

/// What a form has beside its file.
const FORM_BYTES: usize = 64 * 1024;

/// The routes of importing.
pub fn routes() -> Vec<Route> {
    let set_up = Need::Right(Right::SetUpServices);
    vec![
        Route::get(IMPORT, set_up, upload::get),
        Route::post(IMPORT, set_up, upload::post).with_body_limit(FILE_LIMIT as usize + FORM_BYTES),
        Route::get(TEMPLATE_CSV, set_up, upload::template_csv),
        Route::get(TEMPLATE_XLSX, set_up, upload::template_xlsx),
        Route::get(STEP, set_up, outcome::get),
        Route::post(STEP, set_up, outcome::post),
    ]
}

fn desk(place: &OrganisationPlace) -> Desk {
    Desk {
        cycle: place.cycle.clone(),
        organisation: place.organisation.clone(),
    }
}

fn address(place: &OrganisationPlace) -> String {
    format!("{}/import", place.base())
}
