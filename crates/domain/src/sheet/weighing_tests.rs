//! Rows against the questionnaire that the project ships.

use std::io::Cursor;
use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;
use questionnaire::{Answers, Questionnaire};

use super::*;
use crate::returns::{Figures, ReturnState};

const FIVE_TEAMS: &str = include_str!("../../../../demonstration/five-teams.csv");
const DEMONSTRATION: &str = include_str!("../../../../demonstration/services.csv");

fn service_questionnaire() -> Arc<Questionnaire> {
    let bytes = include_bytes!("../../../../questionnaires/service.xlsx");
    Arc::new(Questionnaire::read("service.xlsx", bytes).unwrap())
}

fn rows(text: &str) -> Vec<SheetRow> {
    let mut file = SheetFile {
        name: "teams.csv".to_owned(),
        content: Box::new(Cursor::new(text.as_bytes().to_vec())),
    };
    let mut rows = Vec::new();
    read_rows(&mut file, &mut |_, row| {
        rows.push(row);
        true
    })
    .unwrap();
    rows
}

/// The scales for a text's headings, what was warned of, and the rows below.
fn scales(text: &str) -> (Scales, Vec<Fault>, Vec<SheetRow>) {
    let questionnaire = service_questionnaire();
    let mut rows = rows(text);
    let headings = rows.remove(0);
    let (columns, warnings) = Columns::read(&questionnaire, "teams.csv", &headings).unwrap();
    (
        Scales::new(questionnaire, columns, "teams.csv", date(2026, 11, 22)),
        warnings,
        rows,
    )
}

fn weigh_all(text: &str) -> Vec<Weighed> {
    let (scales, _, rows) = scales(text);
    rows.iter()
        .map(|row| scales.weigh(&scales.draft(row), &Standing::default()))
        .collect()
}

fn weigh_one(text: &str) -> Weighed {
    weigh_all(text).remove(0)
}

/// Place, code and row of each fault of the only row.
fn faults_of(text: &str) -> Vec<(Option<u32>, String, String)> {
    weigh_one(text)
        .faults
        .into_iter()
        .map(|fault| (fault.row, fault.column, fault.code))
        .collect()
}

fn one_fault(code: &str, column: &str) -> Vec<(Option<u32>, String, String)> {
    vec![(Some(2), column.to_owned(), code.to_owned())]
}

fn figures(wte: i64, pence: i64, cases: i64) -> Figures {
    Figures {
        staff_wte: Some(wte),
        cost_pence: Some(pence),
        caseload: Some(cases),
    }
}

/// The five teams of issue 2: 61.650 WTE, £2,614,760 and a caseload of 803 in all.
#[test]
fn the_five_teams_have_the_figures_that_were_typed() {
    let weighed = weigh_all(FIVE_TEAMS);
    let found: Vec<Figures> = weighed.iter().map(|row| row.figures).collect();
    assert_eq!(
        found,
        [
            figures(3_500, 22_032_000, 15),
            figures(8_900, 36_867_200, 197),
            figures(18_350, 79_487_900, 239),
            figures(9_050, 42_185_600, 120),
            figures(21_850, 80_903_300, 232),
        ]
    );
    for row in &weighed {
        assert!(
            row.faults.is_empty() && row.warnings.is_empty(),
            "{:?}",
            row.faults
        );
        assert_eq!(row.state, ReturnState::Complete);
    }
}

#[test]
fn the_demonstration_is_read_without_a_fault_and_seven_services_are_not_finished() {
    let weighed = weigh_all(DEMONSTRATION);
    assert_eq!(weighed.len(), 36);
    for row in &weighed {
        assert!(row.faults.is_empty(), "{}: {:?}", row.name, row.faults);
        // One service is not to be listed and tells its telephone number all the same.
        assert!(
            row.warnings
                .iter()
                .all(|warning| warning.code == "import.not_asked")
        );
    }
    let unfinished = weighed
        .iter()
        .filter(|row| row.state != ReturnState::Complete)
        .count();
    assert_eq!(unfinished, 7);
}

#[test]
fn a_file_read_again_changes_nothing() {
    let (scales, _, rows) = scales(DEMONSTRATION);
    for row in &rows {
        let draft = scales.draft(row);
        let first = scales.weigh(&draft, &Standing::default());
        let standing = Standing {
            name: Some(first.name.clone()),
            answers: Some(first.answers.clone()),
        };
        let second = scales.weigh(&draft, &standing);
        assert_eq!(second.changes, []);
        assert_eq!(second.answers, first.answers);
    }
}

#[test]
fn only_cells_that_hold_something_change_answers() {
    let first = weigh_one("reference,name,age_from,cost_total\nS1,Team,5,100\n");
    let (scales, _, rows) = scales("reference,age_from,cost_total,staff[1].wte\nS1,,\"£1,234.50\",\n");
    let standing = Standing {
        name: Some("Team".to_owned()),
        answers: Some(first.answers),
    };
    let second = scales.weigh(&scales.draft(&rows[0]), &standing);
    let changes: Vec<(&str, &str)> = second
        .changes
        .iter()
        .map(|change| (change.old.as_str(), change.new.as_str()))
        .collect();
    assert_eq!(changes, [("100", "1234.50")]);
    assert_eq!(second.name, "Team");
}

#[test]
fn headings_are_names_labels_or_concepts() {
    let (_, warnings, _) = scales(
        "Reference,What is the service or team called?,From what age does it accept children?,COST.TOTAL,\
         Service Tier,staff[1].wte,Staff [2] / WTE\nS1,Team,0,1,targeted,1,2\n",
    );
    assert_eq!(warnings, []);
}

#[test]
fn answers_are_read_as_people_type_them() {
    let weighed = weigh_one(
        "reference;name;service_tier;has_charge;help_offered;cost_total;activity_from;has_paid_staff;\
         staff[1].profession;staff[1].wte\n\
         S1;Team;Specialist;FALSE;practical advice;£1,234.5;30/11/2025;Yes;Social worker;\"3,500.250\"\n",
    );
    assert_eq!(weighed.faults, []);
    let kept: Vec<&str> = weighed.answers.iter().map(|(_, value)| value).collect();
    for value in [
        "specialist",
        "no",
        "1234.50",
        "2025-11-30",
        "yes",
        "social_worker",
        "3500.25",
    ] {
        assert!(kept.contains(&value), "{value} is not in {kept:?}");
    }
}

#[test]
fn unknown_columns_are_named_with_the_nearest_known_one() {
    let (_, warnings, _) =
        scales("reference,name,cost_totl,wte,favourite colour,staff[1].wtee\nS1,Team,1,1,1,1\n");
    let told: Vec<(&str, &str, &str)> = warnings
        .iter()
        .map(|fault| (fault.column.as_str(), fault.code.as_str(), fault.remedy.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("C", "import.unknown_column", "Did you mean cost_total?"),
            (
                "D",
                "import.column_of_a_list",
                "Say which entry is meant: staff[1].wte"
            ),
            (
                "E",
                "import.unknown_column",
                "Use a heading of the template, or leave the column out."
            ),
            ("F", "import.unknown_column", "Did you mean staff[1].wte?"),
        ]
    );
}

#[test]
fn a_sheet_without_references_or_with_a_column_twice_is_refused() {
    let questionnaire = service_questionnaire();
    let refused = |text: &str| {
        let faults = Columns::read(&questionnaire, "teams.csv", &rows(text)[0]).unwrap_err();
        faults
            .into_iter()
            .map(|fault| (fault.code, fault.column))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        refused("name,cost_total\n"),
        [("import.no_reference_column".to_owned(), String::new())]
    );
    assert_eq!(
        refused("reference,name,service_name\n"),
        [("import.column_twice".to_owned(), "C".to_owned())]
    );
}

#[test]
fn each_kind_of_fault_names_its_cell() {
    let cases = [
        (
            "reference,name,cost_total\nS1,Team,lots\n",
            "answer.not_a_number",
            "C",
        ),
        (
            "reference,name,staff[1].wte\nS1,Team,3.5555\n",
            "answer.too_precise",
            "C",
        ),
        ("reference,name,age_from\nS1,Team,99\n", "answer.constraint", "C"),
        (
            "reference,name,service_tier\nS1,Team,middling\n",
            "answer.not_a_choice",
            "C",
        ),
        (
            "reference,name,activity_from\nS1,Team,31/02/2026\n",
            "answer.not_a_date",
            "C",
        ),
        (
            "reference,name,cost_total\nS1,Team,#REF!\n",
            "import.formula_error",
            "C",
        ),
        (
            "reference,name,sector,service_type\nS1,Team,health,fostering\n",
            "answer.not_offered",
            "D",
        ),
        (
            "reference,name,has_paid_staff,staff[2].wte\nS1,Team,yes,1\n",
            "import.entry_left_out",
            "D",
        ),
        ("reference,name\nS1,Team,stray\n", "import.no_heading", "C"),
        ("reference,name\n,Team\n", "service.no_reference", ""),
        ("reference,name\nS1,\n", "service.no_name", "B"),
        ("reference,cost_total\nS1,5\n", "service.no_name", ""),
        (
            "reference,name,cost_staff,cost_total\nS1,Team,60,100\n",
            "answer.constraint",
            "D",
        ),
    ];
    for (text, code, column) in cases {
        assert_eq!(faults_of(text), one_fault(code, column), "{text}");
    }
    let long = format!(
        "reference,name,notes_team\nS1,Team,{}\n",
        "x".repeat(CELL_LIMIT + 1)
    );
    assert_eq!(faults_of(&long), one_fault("import.long_cell", "C"));
    let reference = format!("reference,name\n{},Team\n", "x".repeat(61));
    assert_eq!(faults_of(&reference), one_fault("service.long_reference", "A"));
}

/// A total that the file tells beside its parts must be their sum.
#[test]
fn a_figure_that_is_worked_out_must_agree() {
    let told = |caseload: &str| {
        faults_of(&format!(
            "reference,name,can_split_caseload,caseload_plain,caseload\nS1,Team,no,15,{caseload}\n"
        ))
    };
    assert_eq!(told("15"), []);
    assert_eq!(told("\"£15.0\""), []);
    assert_eq!(told("16"), one_fault("import.figure_differs", "E"));
}

#[test]
fn an_answer_to_a_question_that_is_not_asked_is_kept_with_a_warning() {
    let weighed = weigh_one("reference,name,self_referral,self_referral_how\nS1,Team,no,By post\n");
    assert_eq!(weighed.faults, []);
    assert_eq!(weighed.warnings[0].code, "import.not_asked");
    assert_eq!(
        weighed.warnings[0].place(),
        "sheet teams.csv, row 2, column D (self_referral_how)"
    );
}

#[test]
fn a_service_of_last_year_keeps_its_name_when_the_file_does_not_say_it() {
    let (scales, _, rows) = scales("reference,cost_total\nS1,5\n");
    let standing = Standing {
        name: Some("Old name".to_owned()),
        answers: None,
    };
    let weighed = scales.weigh(&scales.draft(&rows[0]), &standing);
    assert_eq!(weighed.faults, []);
    assert_eq!(weighed.name, "Old name");
    assert!(weighed.answers.iter().any(|(_, value)| value == "Old name"));
}

#[test]
fn entries_of_a_list_are_added_and_counted_as_a_change() {
    let first =
        weigh_one("reference,name,has_paid_staff,staff[1].profession,staff[1].wte\nS1,Team,yes,manager,1\n");
    let (scales, _, rows) =
        scales("reference,staff[1].wte,staff[2].profession,staff[2].wte\nS1,1.5,manager,2\n");
    let standing = Standing {
        name: Some("Team".to_owned()),
        answers: Some(first.answers),
    };
    let second = scales.weigh(&scales.draft(&rows[0]), &standing);
    assert_eq!(second.figures.staff_wte, Some(3_500));
    let changed: Vec<(&str, &str, &str)> = second
        .changes
        .iter()
        .map(|change| {
            (
                change.path.rsplit('/').next().unwrap(),
                change.old.as_str(),
                change.new.as_str(),
            )
        })
        .collect();
    assert_eq!(
        changed,
        [
            ("wte", "1", "1.5"),
            ("staff", "1", "1 2"),
            ("profession", "", "manager"),
            ("wte", "", "2")
        ]
    );
}

proptest! {
    #[test]
    fn no_row_makes_the_scales_panic(cells in proptest::collection::vec("\\PC{0,20}", 0..8)) {
        thread_local! {
            static SCALES: (Scales, Vec<Fault>, Vec<SheetRow>) = scales(
                "reference,name,service_tier,cost_total,activity_from,staff[1].wte,help_offered\n",
            );
        }
        SCALES.with(|(scales, _, _)| {
            let draft = scales.draft(&SheetRow { number: 2, cells });
            let weighed = scales.weigh(&draft, &Standing { name: None, answers: Some(Answers::default()) });
            assert!(draft.faults.len() <= weighed.faults.len());
        });
    }
}
