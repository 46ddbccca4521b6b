//! Reads the reference files: areas, organisations and what became of them.
//!
//! A file is read whole or not at all: every fault is named with its row and column. Rows are numbered as a
//! spreadsheet shows them, the headings being row 1.

mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::areas::{Area, AreaCode, AreaKind, Succession};
use crate::organisations::{ListedOrganisation, OrganisationKind};
use crate::problem::Problem;
use sheet::{Line, Sheet};

const AREA_COLUMNS: [&str; 8] = [
    "code",
    "name",
    "kind",
    "parent_code",
    "vintage",
    "valid_from",
    "valid_to",
    "source",
];

const ORGANISATION_COLUMNS: [&str; 9] = [
    "code",
    "code_scheme",
    "name",
    "kind",
    "region_code",
    "area_code",
    "valid_from",
    "valid_to",
    "source",
];

const SUCCESSION_COLUMNS: [&str; 4] = ["predecessor_code", "successor_code", "on", "note"];

const CODE_SCHEMES: [&str; 3] = ["gss", "ods", "own"];

/// Longest code of an area or organisation, in characters.
pub const CODE_LIMIT: usize = 40;

/// Reads `areas.csv`; refused with every fault.
pub fn read_areas(bytes: &[u8]) -> Result<Vec<Area>, Vec<Problem>> {
    let mut sheet = Sheet::read(bytes, &AREA_COLUMNS)?;
    let mut areas = Vec::new();
    let mut rows_by_code = BTreeMap::new();
    for line in sheet.take_lines() {
        let code = code(&mut sheet, &line, "code");
        let name = sheet.required(&line, "name");
        let kind = kind(&mut sheet, &line, AreaKind::from_code, AREA_KINDS);
        let vintage = sheet.required(&line, "vintage");
        let (valid_from, valid_to) = years(&mut sheet, &line);
        let source = sheet.required(&line, "source");
        once_only(&mut sheet, &line, &mut rows_by_code);
        if let (Some(code), Some(name), Some(kind), Some(vintage), Some(source)) =
            (code, name, kind, vintage, source)
        {
            areas.push(Area {
                code: AreaCode::new(&code),
                name,
                kind,
                parent: optional_area(&line, "parent_code"),
                vintage,
                valid_from,
                valid_to,
                source,
            });
        }
    }
    sheet.finish(areas)
}

/// Reads `organisations.csv`; a region or area that is not among `known_areas` is a fault of its row.
pub fn read_organisations(
    bytes: &[u8],
    known_areas: &BTreeSet<AreaCode>,
) -> Result<Vec<ListedOrganisation>, Vec<Problem>> {
    let mut sheet = Sheet::read(bytes, &ORGANISATION_COLUMNS)?;
    let mut organisations = Vec::new();
    let mut rows_by_code = BTreeMap::new();
    for line in sheet.take_lines() {
        let code = code(&mut sheet, &line, "code");
        let code_scheme = code_scheme(&mut sheet, &line);
        let name = sheet.required(&line, "name");
        let kind = kind(&mut sheet, &line, OrganisationKind::from_code, ORGANISATION_KINDS);
        let region = known_area(&mut sheet, &line, "region_code", known_areas);
        let area = known_area(&mut sheet, &line, "area_code", known_areas);
        let (valid_from, valid_to) = years(&mut sheet, &line);
        let source = sheet.required(&line, "source");
        once_only(&mut sheet, &line, &mut rows_by_code);
        if let (Some(code), Some(code_scheme), Some(name), Some(kind), Some(source)) =
            (code, code_scheme, name, kind, source)
        {
            organisations.push(ListedOrganisation {
                code,
                code_scheme,
                name,
                kind,
                region,
                area,
                valid_from,
                valid_to,
                source,
            });
        }
    }
    sheet.finish(organisations)
}

/// Reads a file of successions, of areas or of organisations.
pub fn read_successions(bytes: &[u8]) -> Result<Vec<Succession>, Vec<Problem>> {
    let mut sheet = Sheet::read(bytes, &SUCCESSION_COLUMNS)?;
    let mut successions = Vec::new();
    let mut rows_by_pair = BTreeMap::new();
    for line in sheet.take_lines() {
        let predecessor = code(&mut sheet, &line, "predecessor_code");
        let successor = code(&mut sheet, &line, "successor_code");
        let on = sheet.optional_date(&line, "on");
        let (Some(predecessor), Some(successor)) = (predecessor, successor) else {
            continue;
        };
        if predecessor == successor {
            let message = "A body cannot take over from itself";
            sheet.fault(&line, "successor_code", "reference.own_successor", message);
        }
        let pair = (predecessor.clone(), successor.clone());
        if let Some(first) = rows_by_pair.insert(pair, line.row()) {
            let message = format!("Row {first} names the same two codes");
            sheet.fault(&line, "successor_code", "reference.repeated_code", message);
        }
        successions.push(Succession {
            predecessor,
            successor,
            on,
            note: line.text("note").to_owned(),
        });
    }
    sheet.finish(successions)
}

const AREA_KINDS: &str = "country, region, upper_tier_authority or integrated_care_board";

const ORGANISATION_KINDS: &str = "local_authority, integrated_care_board, nhs_trust, primary_care_trust, \
voluntary, independent or other";

fn code(sheet: &mut Sheet, line: &Line, column: &str) -> Option<String> {
    let code = sheet.required(line, column)?;
    let sound = code.len() <= CODE_LIMIT && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !sound {
        let message =
            format!("\"{code}\" is not a code: use up to {CODE_LIMIT} letters, numbers and hyphens");
        sheet.fault(line, column, "reference.malformed_code", message);
        return None;
    }
    Some(code)
}

fn code_scheme(sheet: &mut Sheet, line: &Line) -> Option<String> {
    let scheme = sheet.required(line, "code_scheme")?;
    if !CODE_SCHEMES.contains(&scheme.as_str()) {
        let message = format!("\"{scheme}\" is not a code scheme: use gss, ods or own");
        sheet.fault(line, "code_scheme", "reference.unknown_code_scheme", message);
        return None;
    }
    Some(scheme)
}

fn kind<Kind>(sheet: &mut Sheet, line: &Line, find: fn(&str) -> Option<Kind>, choices: &str) -> Option<Kind> {
    let code = sheet.required(line, "kind")?;
    let found = find(&code);
    if found.is_none() {
        let message = format!("\"{code}\" is not a kind: use {choices}");
        sheet.fault(line, "kind", "reference.unknown_kind", message);
    }
    found
}

fn years(sheet: &mut Sheet, line: &Line) -> (Option<Date>, Option<Date>) {
    let from = sheet.optional_date(line, "valid_from");
    let to = sheet.optional_date(line, "valid_to");
    if let (Some(first), Some(end)) = (from, to)
        && end <= first
    {
        let message =
            "The first day on which the row no longer holds must be after the first on which it does";
        sheet.fault(line, "valid_to", "reference.ends_before_it_begins", message);
    }
    (from, to)
}

fn optional_area(line: &Line, column: &str) -> Option<AreaCode> {
    let text = line.text(column);
    (!text.is_empty()).then(|| AreaCode::new(text))
}

fn known_area(
    sheet: &mut Sheet,
    line: &Line,
    column: &str,
    known_areas: &BTreeSet<AreaCode>,
) -> Option<AreaCode> {
    let area = optional_area(line, column)?;
    if !known_areas.contains(&area) {
        let message = format!("No area has the code \"{area}\": load the file of areas first");
        sheet.fault(line, column, "reference.unknown_area", message);
    }
    Some(area)
}

fn once_only(sheet: &mut Sheet, line: &Line, rows_by_code: &mut BTreeMap<String, u64>) {
    let code = line.text("code").to_owned();
    if code.is_empty() {
        return;
    }
    if let Some(first) = rows_by_code.insert(code.clone(), line.row()) {
        let message = format!("The code \"{code}\" is used in row {first} already");
        sheet.fault(line, "code", "reference.repeated_code", message);
    }
}

#[cfg(test)]
mod tests;
