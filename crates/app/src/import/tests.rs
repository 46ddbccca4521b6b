//! Importing, from the file to the check report, on each database.

use std::fmt::Write;
use std::io::Cursor;
use std::sync::Arc;

use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, OrganisationId, ParticipationId};
use domain::organisations::{Organisation, OrganisationKind};
use domain::participations::ParticipationState;
use domain::returns::{How, ReturnState};
use jiff::civil::date;
use storage::{organisations, participations, returns, trial};

use super::*;
use crate::clock::Clock;
use crate::running::Settings;

const FIVE_TEAMS: &str = include_str!("../../../../demonstration/five-teams.csv");
const DEMONSTRATION: &str = include_str!("../../../../demonstration/services.csv");
/// The organisations of the demonstration.
const CODES: [&str; 4] = ["E06000009", "RXL", "RW5", "QE1"];

struct Place {
    app: Arc<App>,
    cycle: Cycle,
    organisations: Vec<Organisation>,
}

/// An open cycle to which four organisations are invited, on each database.
async fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for store in trial::stores().await.unwrap() {
        let clock = Clock::standing_at("2026-11-22T09:00:00Z".parse().unwrap());
        let app = Arc::new(App::new(store, clock, Settings::default()));
        places.push(set_up(app).await);
    }
    places
}

async fn set_up(app: Arc<App>) -> Place {
    let form = include_bytes!("../../../../questionnaires/service.xlsx");
    let questionnaire = crate::questionnaires::publish(&app, &Actor::machine(), "service.xlsx", form)
        .await
        .unwrap();
    let cycle = Cycle {
        id: CycleId(app.new_id()),
        key: CycleKey::parse("2026-27").unwrap(),
        name: "Children's Services Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
        state: CycleState::Open,
        dates: KeyDates {
            opens_on: date(2026, 11, 1),
            checking_on: date(2027, 1, 4),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire,
    };
    let mut tx = app.store.begin().await.unwrap();
    storage::cycles::insert(&mut tx, &cycle).await.unwrap();
    let mut listed = Vec::new();
    let mut invited = Vec::new();
    for code in CODES {
        let organisation = Organisation {
            id: OrganisationId(app.new_id()),
            code: code.to_owned(),
            code_scheme: "own".to_owned(),
            name: format!("Organisation {code}"),
            kind: OrganisationKind::LocalAuthority,
            region: None,
            area: None,
            parent: None,
            arm: None,
            valid_from: None,
            valid_to: None,
            source: "test".to_owned(),
        };
        organisations::save(&mut tx, &organisation).await.unwrap();
        invited.push((ParticipationId(app.new_id()), organisation.id));
        listed.push(organisation);
    }
    participations::invite(&mut tx, cycle.id, &invited, app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Place {
        app,
        cycle,
        organisations: listed,
    }
}

fn sheet(text: &str) -> SheetFile {
    SheetFile {
        name: "teams.csv".to_owned(),
        content: Box::new(Cursor::new(text.as_bytes().to_vec())),
    }
}

fn into(organisation: Option<&str>, choice: ImportChoice) -> ImportRequest {
    ImportRequest {
        cycle: "2026-27".to_owned(),
        organisation: organisation.map(str::to_owned),
        choice,
        dry_run: false,
    }
}

impl Place {
    async fn import(&self, text: &str, choice: ImportChoice) -> ImportReport {
        let request = into(Some(CODES[0]), choice);
        services(
            &self.app,
            &Actor::machine(),
            &request,
            sheet(text),
            &mut |_, _| {},
        )
        .await
        .unwrap()
    }

    async fn lines(&self) -> Vec<storage::returns::ReturnLine> {
        let mut conn = self.app.reader().conn().await.unwrap();
        returns::list_lines(&mut conn, self.cycle.id, self.organisations[0].id)
            .await
            .unwrap()
    }
}

/// The five teams of issue 2, from the file to the last line of the check report.
#[tokio::test]
async fn the_check_report_of_the_five_teams_ends_in_their_sums() {
    for place in places().await {
        let report = place.import(FIVE_TEAMS, ImportChoice::AllOrNothing).await;
        assert!(report.is_saved);
        assert_eq!(
            (report.rows, report.created, report.refused, report.incomplete),
            (5, 5, 0, 0)
        );
        let wte: Vec<Option<i64>> = place
            .lines()
            .await
            .iter()
            .map(|line| line.figures.staff_wte)
            .collect();
        assert_eq!(
            wte,
            [Some(3_500), Some(8_900), Some(18_350), Some(9_050), Some(21_850)]
        );
        let table = crate::check_report::check_report(&place.app, &Actor::machine(), "2026-27", CODES[0])
            .await
            .unwrap();
        let csv = String::from_utf8(reports::csv::write(&table)).unwrap();
        let total = csv
            .lines()
            .find(|line| line.contains("61.65"))
            .unwrap_or_default();
        for figure in ["5", "2614760", "803"] {
            assert!(total.contains(figure), "{figure} is not in the totals: {total}");
        }
    }
}

#[tokio::test]
async fn a_file_imported_again_changes_nothing_and_writes_no_version() {
    for place in places().await {
        place.import(FIVE_TEAMS, ImportChoice::AllOrNothing).await;
        let again = place.import(FIVE_TEAMS, ImportChoice::AllOrNothing).await;
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 5));
        assert!(!again.is_saved);
        let mut conn = place.app.reader().conn().await.unwrap();
        for line in place.lines().await {
            let kept = returns::get(&mut conn, line.id).await.unwrap();
            assert_eq!(
                (kept.version, kept.origin, kept.state),
                (1, How::Imported, ReturnState::Complete)
            );
            assert!(kept.edited_at.is_some());
        }
    }
}

#[tokio::test]
async fn a_changed_answer_keeps_its_old_value_and_says_how_it_changed() {
    for place in places().await {
        place.import(FIVE_TEAMS, ImportChoice::AllOrNothing).await;
        let second = "reference,name,cost_total\nFIVE-1,Renamed team,\"£220,321.50\"\nFIVE-2,,\n";
        let report = place.import(second, ImportChoice::AllOrNothing).await;
        assert_eq!((report.created, report.changed, report.unchanged), (0, 1, 1));
        let told = &report.changed_services[0];
        assert_eq!((told.reference.as_str(), told.change_count), ("FIVE-1", 2));
        assert!(
            told.changes
                .iter()
                .any(|change| change.old == "£220,320" && change.new == "£220,321.50")
        );
        let lines = place.lines().await;
        let line = lines.iter().find(|line| line.reference == "FIVE-1").unwrap();
        assert_eq!(
            (line.name.as_str(), line.figures.cost_pence),
            ("Renamed team", Some(22_032_150))
        );
        assert_eq!(line.figures.staff_wte, Some(3_500));
        let mut conn = place.app.reader().conn().await.unwrap();
        let history = returns::list_changes(&mut conn, line.id, 10).await.unwrap();
        assert_eq!(history.len(), 2);
        assert!(
            history
                .iter()
                .all(|entry| entry.how == How::Imported && entry.version == 2)
        );
        assert!(history.iter().any(|entry| entry.change.old == "220320"));
    }
}

const ONE_FAULT: &str = "reference,name,cost_total\nS1,First,10\nS2,Second,ten\nS3,Third,30\n";

#[tokio::test]
async fn all_or_nothing_leaves_nothing_and_good_rows_keeps_the_good() {
    for place in places().await {
        let refused = place.import(ONE_FAULT, ImportChoice::AllOrNothing).await;
        assert!(!refused.is_saved);
        assert_eq!((refused.created, refused.refused, refused.fault_count), (2, 1, 1));
        assert_eq!(
            refused.faults[0].place(),
            "sheet teams.csv, row 3, column C (cost_total)"
        );
        assert!(place.lines().await.is_empty());
        let kept = place.import(ONE_FAULT, ImportChoice::GoodRows).await;
        assert!(kept.is_saved);
        let names: Vec<String> = place.lines().await.into_iter().map(|line| line.name).collect();
        assert_eq!(names, ["First", "Third"]);
    }
}

#[tokio::test]
async fn a_dry_run_and_a_preview_write_nothing() {
    for place in places().await {
        let request = ImportRequest {
            dry_run: true,
            ..into(Some(CODES[0]), ImportChoice::AllOrNothing)
        };
        let machine = Actor::machine();
        let dry = services(&place.app, &machine, &request, sheet(FIVE_TEAMS), &mut |_, _| {})
            .await
            .unwrap();
        let previewed = preview(&place.app, &machine, &request, sheet(FIVE_TEAMS))
            .await
            .unwrap();
        assert_eq!(dry, previewed);
        assert!(dry.is_dry_run && !dry.is_saved && dry.created == 5);
        assert_eq!(dry.created_services[0].row, 2);
        assert!(place.lines().await.is_empty());
    }
}

/// The demonstration names an organisation in each row.
#[tokio::test]
async fn a_file_of_several_organisations_is_loaded_by_the_machine() {
    for place in places().await {
        let request = into(None, ImportChoice::AllOrNothing);
        let report = services(
            &place.app,
            &Actor::machine(),
            &request,
            sheet(DEMONSTRATION),
            &mut |_, _| {},
        )
        .await
        .unwrap();
        assert_eq!(
            (report.created, report.refused, report.incomplete),
            (36, 0, 7),
            "{:?}",
            report.faults
        );
        let mut conn = place.app.reader().conn().await.unwrap();
        for organisation in &place.organisations {
            let found = participations::find(&mut conn, place.cycle.id, organisation.id)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(found.state, ParticipationState::Collecting);
        }
    }
}

#[tokio::test]
async fn rows_of_other_organisations_and_references_used_twice_are_refused() {
    let text =
        "organisation_code,reference,name\nRXL,S1,Team\n,S2,Second\nE06000009,S2,Third\nE99,S4,Fourth\n";
    for place in places().await {
        let report = place.import(text, ImportChoice::AllOrNothing).await;
        let told: Vec<(Option<u32>, &str)> = report
            .faults
            .iter()
            .map(|fault| (fault.row, fault.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(2), "import.other_organisation"),
                (Some(4), "import.reference_twice"),
                (Some(5), "import.other_organisation"),
            ]
        );
        let request = into(None, ImportChoice::AllOrNothing);
        let report = services(
            &place.app,
            &Actor::machine(),
            &request,
            sheet(text),
            &mut |_, _| {},
        )
        .await
        .unwrap();
        let told: Vec<(Option<u32>, &str)> = report
            .faults
            .iter()
            .map(|fault| (fault.row, fault.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(3), "import.no_organisation"),
                (Some(5), "import.unknown_organisation")
            ]
        );
    }
}

#[tokio::test]
async fn only_who_may_set_up_services_imports_and_only_into_an_open_cycle() {
    for place in places().await {
        let request = into(Some(CODES[0]), ImportChoice::AllOrNothing);
        let eve = Actor::new(
            domain::ids::PersonId(place.app.new_id()),
            "Eve".to_owned(),
            Vec::new(),
            place.app.today(),
        );
        let refused = services(&place.app, &eve, &request, sheet(FIVE_TEAMS), &mut |_, _| {}).await;
        assert!(matches!(refused, Err(AppError::Denied(_))));
        let mut tx = place.app.store.begin().await.unwrap();
        let closed = Cycle {
            state: CycleState::Closed,
            ..place.cycle.clone()
        };
        storage::cycles::save(&mut tx, &closed).await.unwrap();
        tx.commit().await.unwrap();
        let refused = services(
            &place.app,
            &Actor::machine(),
            &request,
            sheet(FIVE_TEAMS),
            &mut |_, _| {},
        )
        .await;
        assert!(
            matches!(refused, Err(AppError::Refused(problems)) if problems[0].code == "service.cycle_not_open")
        );
    }
}

#[tokio::test]
async fn a_return_saved_while_the_file_was_checked_stops_the_whole_import() {
    for place in places().await {
        place.import(FIVE_TEAMS, ImportChoice::AllOrNothing).await;
        let text = "reference,name,cost_total\nNEW-1,New,1\nFIVE-1,,5\n";
        let request = into(Some(CODES[0]), ImportChoice::AllOrNothing);
        let machine = Actor::machine();
        let mut checked = check::check(&place.app, &machine, &request, sheet(text), &mut |_, _| {})
            .await
            .unwrap();
        place
            .import("reference,cost_total\nFIVE-1,6\n", ImportChoice::AllOrNothing)
            .await;
        let refused = write::write(&place.app, &machine, &request, &mut checked).await;
        assert!(
            matches!(refused, Err(AppError::Refused(problems)) if problems[0].code == "import.changed_meanwhile")
        );
        let lines = place.lines().await;
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().any(|line| line.figures.cost_pence == Some(600)));
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_a_fault_and_not_an_error() {
    for place in places().await {
        for (text, code) in [
            ("", "import.empty_file"),
            ("reference,name\n", "import.no_rows"),
            ("name,cost_total\nTeam,5\n", "import.no_reference_column"),
            ("reference,name\nS1,\"never closed\n", "import.open_quotation"),
            ("PK\u{3}\u{4} not a workbook", "import.unreadable"),
        ] {
            let report = place.import(text, ImportChoice::GoodRows).await;
            assert_eq!((report.faults[0].code.as_str(), report.is_saved), (code, false));
        }
    }
}

#[tokio::test]
async fn a_filled_template_is_read_and_progress_is_told() {
    for place in places().await {
        let questionnaire = place.app.questionnaire(place.cycle.questionnaire).await.unwrap();
        let csv = template(&questionnaire, TemplateKind::Csv).unwrap();
        assert_eq!(csv.file_name, "services-2026.1.csv");
        let headings = String::from_utf8(csv.bytes).unwrap();
        let mut text = headings.clone();
        for number in 0..450 {
            writeln!(text, "T{number},Team {number}").unwrap();
        }
        let mut told = Vec::new();
        let request = into(Some(CODES[0]), ImportChoice::AllOrNothing);
        let report = services(
            &place.app,
            &Actor::machine(),
            &request,
            sheet(&text),
            &mut |done, total| told.push((done, total)),
        )
        .await
        .unwrap();
        assert_eq!(
            (report.created, report.warning_count),
            (450, 0),
            "{:?}",
            report.faults
        );
        assert_eq!(told, [(199, 450), (399, 450), (450, 450)]);
        assert!(headings.starts_with("reference,service_name,"));
        let xlsx = template(&questionnaire, TemplateKind::Xlsx).unwrap();
        let empty = SheetFile {
            name: "template.xlsx".to_owned(),
            content: Box::new(Cursor::new(xlsx.bytes)),
        };
        let report = services(&place.app, &Actor::machine(), &request, empty, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!(report.faults[0].code, "import.no_rows");
    }
}

#[tokio::test]
async fn many_services_are_created_and_then_changed_and_renamed() {
    let sheet_of = |name: &str, cost: u32| {
        let mut text = "reference,name,cost_total,help_offered\n".to_owned();
        for number in 0..620 {
            writeln!(text, "M{number},{name} {number},{cost},practical; advice").unwrap();
        }
        text
    };
    for place in places().await {
        let created = place
            .import(&sheet_of("Team", 5), ImportChoice::AllOrNothing)
            .await;
        assert_eq!((created.created, created.changed), (620, 0));
        let changed = place
            .import(&sheet_of("Group", 6), ImportChoice::AllOrNothing)
            .await;
        assert_eq!(
            (changed.created, changed.changed, changed.is_saved),
            (0, 620, true)
        );
        let lines = place.lines().await;
        assert!(
            lines
                .iter()
                .all(|line| line.name.starts_with("Group ") && line.figures.cost_pence == Some(600))
        );
        let mut conn = place.app.reader().conn().await.unwrap();
        let history = returns::list_changes(&mut conn, lines[0].id, 10).await.unwrap();
        assert_eq!(history.len(), 2);
    }
}
