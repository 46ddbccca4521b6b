use super::*;
use jiff::civil::date;

const AREAS: &[u8] = include_bytes!("../../../../reference/areas.csv");
const AREA_SUCCESSIONS: &[u8] = include_bytes!("../../../../reference/area_successions.csv");
const ORGANISATIONS: &[u8] = include_bytes!("../../../../reference/organisations.csv");
const ORGANISATION_SUCCESSIONS: &[u8] = include_bytes!("../../../../reference/organisation_successions.csv");

const HEADINGS: &str = "code,code_scheme,name,kind,region_code,area_code,valid_from,valid_to,source\n";

fn codes_of(areas: &[Area]) -> BTreeSet<AreaCode> {
    areas.iter().map(|area| area.code.clone()).collect()
}

fn faults(rows: &str) -> Vec<(String, String)> {
    let known = BTreeSet::from([AreaCode::new("E12000002")]);
    let text = format!("{HEADINGS}{rows}");
    let problems = read_organisations(text.as_bytes(), &known).unwrap_err();
    problems
        .into_iter()
        .map(|problem| (problem.place, problem.code))
        .collect()
}

fn fault(place: &str, code: &str) -> (String, String) {
    (place.to_owned(), code.to_owned())
}

#[test]
fn the_shipped_files_have_no_fault() {
    let areas = read_areas(AREAS).unwrap();
    let regions = areas.iter().filter(|area| area.kind == AreaKind::Region).count();
    assert_eq!(regions, 9);
    let organisations = read_organisations(ORGANISATIONS, &codes_of(&areas)).unwrap();
    let today = date(2026, 11, 1);
    let councils = organisations
        .iter()
        .filter(|organisation| organisation.kind == OrganisationKind::LocalAuthority)
        .filter(|organisation| organisation.valid_to.is_none_or(|to| today < to))
        .count();
    assert_eq!(councils, 153);
    assert!(!read_successions(AREA_SUCCESSIONS).unwrap().is_empty());
    assert!(!read_successions(ORGANISATION_SUCCESSIONS).unwrap().is_empty());
}

#[test]
fn every_fault_is_named_with_its_row_and_column() {
    let rows = "RX1,ods,,nhs_trust,E12000002,,,,register\n\
                RX2,ods,Second,hospital,E12000099,,01/04/2026,,register\n\
                RX1,odd,Third,nhs_trust,,,2026-04-01,2026-04-01,register\n";
    assert_eq!(
        faults(rows),
        [
            fault("row 2, column name", "reference.blank_cell"),
            fault("row 3, column kind", "reference.unknown_kind"),
            fault("row 3, column region_code", "reference.unknown_area"),
            fault("row 3, column valid_from", "reference.malformed_date"),
            fault("row 4, column code_scheme", "reference.unknown_code_scheme"),
            fault("row 4, column valid_to", "reference.ends_before_it_begins"),
            fault("row 4, column code", "reference.repeated_code"),
        ]
    );
}

#[test]
fn a_comma_without_quotation_marks_is_found() {
    let rows = "RX1,ods,Leeds, York and Wherever,nhs_trust,E12000002,,,,register\n";
    assert_eq!(faults(rows), [fault("row 2", "reference.uneven_row")]);
}

#[test]
fn a_missing_column_and_a_file_that_is_not_text_are_refused() {
    let problems = read_successions(b"predecessor_code,on,note\n").unwrap_err();
    assert_eq!(problems[0].place, "row 1, column successor_code");
    let mut latin = HEADINGS.as_bytes().to_vec();
    latin.extend_from_slice(b"RX1,ods,Caf\xe9,nhs_trust,E12000002,,,,register\n");
    let problems = read_organisations(&latin, &BTreeSet::new()).unwrap_err();
    assert_eq!(
        (problems[0].place.as_str(), problems[0].code.as_str()),
        ("row 2", "reference.unreadable_row")
    );
}

#[test]
fn a_mark_of_byte_order_and_other_columns_do_no_harm() {
    let text = "\u{feff}note,on,successor_code,predecessor_code,remark\nMerged,2013-04-01,E2,E1,x\n";
    let successions = read_successions(text.as_bytes()).unwrap();
    assert_eq!(successions[0].predecessor, "E1");
    assert_eq!(successions[0].on, Some(date(2013, 4, 1)));
}
