//! A spreadsheet of many services, made of those of the demonstration.

use std::io::{Error, Result};
use std::path::Path;

const SERVICES: &str = include_str!("../../demonstration/services.csv");
const ORGANISATIONS: &str = include_str!("../../reference/organisations.csv");

/// Writes so many services, spread over the organisations, each with a reference of its own.
pub fn write(path: &Path, count: usize, organisations: &[String]) -> Result<()> {
    let mut reader = csv::Reader::from_reader(SERVICES.as_bytes());
    let headings = reader.headers()?.clone();
    let column = |name: &str| {
        let found = headings.iter().position(|heading| heading == name);
        found.ok_or_else(|| Error::other(format!("the demonstration has no column {name}")))
    };
    let (code, reference, name) = (
        column("organisation_code")?,
        column("reference")?,
        column("service_name")?,
    );
    let rows: Vec<csv::StringRecord> = reader.records().collect::<std::result::Result<_, _>>()?;
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(&headings)?;
    for number in 0..count {
        let row = &rows[number % rows.len()];
        // Neighbouring rows are of one organisation, as in a real file.
        let organisation = &organisations[number * organisations.len() / count];
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        organisation.clone_into(&mut cells[code]);
        cells[reference] = format!("M{number:06}");
        cells[name] = format!("{} {number}", &row[name]);
        writer.write_record(&cells)?;
    }
    writer.flush()
}

/// The codes of organisations of one kind that exist today, without those of the demonstration's own place.
pub fn organisations(kind: &str) -> Result<Vec<String>> {
    let mut reader = csv::Reader::from_reader(ORGANISATIONS.as_bytes());
    let headings = reader.headers()?.clone();
    let column = |name: &str| {
        let found = headings.iter().position(|heading| heading == name);
        found.ok_or_else(|| Error::other(format!("the list of organisations has no column {name}")))
    };
    let (code, of_kind, until) = (column("code")?, column("kind")?, column("valid_to")?);
    let mut codes = Vec::new();
    for row in reader.records() {
        let row = row?;
        if &row[of_kind] == kind && row[until].is_empty() && &row[code] != "E06000009" {
            codes.push(row[code].to_owned());
        }
    }
    Ok(codes)
}
