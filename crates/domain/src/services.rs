//! What families receive, with one identity for life (A06).

use jiff::civil::Date;

use crate::access::Target;
use crate::areas::AreaCode;
use crate::ids::{OrganisationId, ServiceId};
use crate::problem::Problem;

/// A service; its name and details are answers in each cycle's return, its identity is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its identity, for life.
    pub id: ServiceId,
    /// The organisation that returns it.
    pub organisation: OrganisationId,
    /// The organisation's own reference, unique within it; how spreadsheets name the service.
    pub reference: String,
    /// Its name as last told.
    pub name: String,
    /// The day on which it ended, if it has.
    pub closed_on: Option<Date>,
}

impl Service {
    /// The service as something to act upon, in the region of its organisation.
    pub fn target(&self, region: Option<AreaCode>) -> Target {
        Target::Service {
            id: self.id,
            organisation: self.organisation,
            region,
        }
    }
}

/// Longest name of a service, in characters.
pub const NAME_LIMIT: usize = 200;

/// Longest reference of a service, in characters.
pub const REFERENCE_LIMIT: usize = 60;

/// Checks a service's name: not blank, not longer than [`NAME_LIMIT`].
pub fn parse_name(text: &str) -> Result<String, Problem> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Problem::at(
            "name",
            "service.no_name",
            "Enter the name of the service",
        ));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(Problem::at(
            "name",
            "service.long_name",
            format!("The name of the service must be {NAME_LIMIT} characters or fewer"),
        ));
    }
    Ok(name)
}

/// Checks a service's reference: not blank, not longer than [`REFERENCE_LIMIT`].
pub fn parse_reference(text: &str) -> Result<String, Problem> {
    let reference = text.trim().to_owned();
    if reference.is_empty() {
        return Err(Problem::at(
            "reference",
            "service.no_reference",
            "Enter a reference for the service",
        ));
    }
    if reference.chars().count() > REFERENCE_LIMIT {
        return Err(Problem::at(
            "reference",
            "service.long_reference",
            format!("The reference must be {REFERENCE_LIMIT} characters or fewer"),
        ));
    }
    Ok(reference)
}
