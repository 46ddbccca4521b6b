//! The files of the `demonstration` folder, carried by the program.

use domain::cycles::KeyDates;
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use crate::error::AppError;

const CYCLES: &str = include_str!("../../../../demonstration/cycle.toml");
const PEOPLE: &str = include_str!("../../../../demonstration/people.toml");

const SERVICES: [ServicesFile; 2] = [
    ServicesFile {
        name: "services-2025-26.csv",
        content: include_bytes!("../../../../demonstration/services-2025-26.csv"),
    },
    ServicesFile {
        name: "services.csv",
        content: include_bytes!("../../../../demonstration/services.csv"),
    },
];

/// A file of services.
#[derive(Debug, Clone, Copy)]
pub(super) struct ServicesFile {
    pub name: &'static str,
    pub content: &'static [u8],
}

/// What the files say.
pub(super) struct Files {
    /// Oldest first.
    pub cycles: Vec<CycleFile>,
    /// In the order in which they are shown.
    pub people: Vec<PersonFile>,
}

/// A cycle as its file has it.
#[derive(Debug, Clone)]
pub(super) struct CycleFile {
    pub key: String,
    pub name: String,
    pub financial_year: String,
    pub dates: KeyDates,
    pub services: ServicesFile,
}

impl CycleFile {
    pub fn shifted(&self, days: i32) -> Result<CycleFile, AppError> {
        Ok(CycleFile {
            dates: shifted(&self.dates, days)?,
            ..self.clone()
        })
    }
}

/// A person as the file has them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PersonFile {
    pub name: String,
    pub email: String,
    pub note: String,
    pub grants: Vec<GrantFile>,
}

/// A role over a scope, by codes.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct GrantFile {
    pub role: String,
    scope: String,
    #[serde(default)]
    pub organisation: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    reference: String,
}

impl GrantFile {
    /// The scope in the words of [`crate::named::scope`].
    pub fn scope(&self) -> String {
        match self.scope.as_str() {
            "region" => format!("region:{}", self.region),
            "organisation" => format!("organisation:{}", self.organisation),
            "service" => format!("service:{}:{}", self.organisation, self.reference),
            other => other.to_owned(),
        }
    }

    pub fn is_for_a_service(&self) -> bool {
        self.scope == "service"
    }
}

#[derive(Deserialize)]
struct CyclesToml {
    cycle: Vec<CycleToml>,
}

#[derive(Deserialize)]
struct CycleToml {
    key: String,
    name: String,
    financial_year: String,
    opens_on: Datetime,
    checking_on: Datetime,
    closes_on: Datetime,
    publishes_on: Datetime,
    census_on: Datetime,
    services: String,
}

#[derive(Deserialize)]
struct PeopleToml {
    person: Vec<PersonFile>,
}

fn broken(error: impl std::fmt::Display) -> AppError {
    AppError::Broken(format!("the files of the demonstration: {error}"))
}

fn date(text: &Datetime) -> Result<Date, AppError> {
    text.to_string().parse().map_err(broken)
}

/// Reads them; they were right when the program was built.
pub(super) fn read() -> Result<Files, AppError> {
    let listed: CyclesToml = toml::from_str(CYCLES).map_err(broken)?;
    let people: PeopleToml = toml::from_str(PEOPLE).map_err(broken)?;
    let mut cycles = Vec::new();
    for cycle in listed.cycle {
        let services = SERVICES
            .into_iter()
            .find(|file| file.name == cycle.services)
            .ok_or_else(|| broken(format!("there is no {}", cycle.services)))?;
        cycles.push(CycleFile {
            key: cycle.key,
            name: cycle.name,
            financial_year: cycle.financial_year,
            dates: KeyDates {
                opens_on: date(&cycle.opens_on)?,
                checking_on: date(&cycle.checking_on)?,
                closes_on: date(&cycle.closes_on)?,
                publishes_on: date(&cycle.publishes_on)?,
                census_on: date(&cycle.census_on)?,
            },
            services,
        });
    }
    Ok(Files {
        cycles,
        people: people.person,
    })
}

/// The dates some days later, or earlier.
pub(super) fn shifted(dates: &KeyDates, days: i32) -> Result<KeyDates, AppError> {
    let moved = |day: Date| day.checked_add(Span::new().days(days)).map_err(broken);
    Ok(KeyDates {
        opens_on: moved(dates.opens_on)?,
        checking_on: moved(dates.checking_on)?,
        closes_on: moved(dates.closes_on)?,
        publishes_on: moved(dates.publishes_on)?,
        census_on: moved(dates.census_on)?,
    })
}
