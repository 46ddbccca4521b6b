//! The questionnaire that the project ships, held against the engine: it compiles, pages, branches and checks sums.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use questionnaire::{Answers, Evaluation, QuestionKind, Questionnaire, parse_value, sum_of_concept};

const TODAY: Date = date(2026, 11, 22);
const FILE: &[u8] = include_bytes!("../../../questionnaires/service.xlsx");
const AREAS: &str = include_str!("../../../reference/areas.csv");
const SERVICES: [&str; 3] = [
    include_str!("../../../demonstration/services.csv"),
    include_str!("../../../demonstration/services-2025-26.csv"),
    include_str!("../../../demonstration/five-teams.csv"),
];

fn shipped() -> Questionnaire {
    match Questionnaire::read("service.xlsx", FILE) {
        Ok(questionnaire) => questionnaire,
        Err(problems) => panic!(
            "{}",
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        ),
    }
}

/// The concrete path of a column such as `staff[2].wte`.
fn path_of(questionnaire: &Questionnaire, column: &str) -> Option<String> {
    let name = column.rsplit('.').next().unwrap();
    let question = questionnaire
        .questions()
        .iter()
        .find(|question| question.name == name)?;
    let Some(repeat) = &question.repeat else {
        return Some(question.path.clone());
    };
    let instance = &column[column.find('[')?..=column.find(']')?];
    Some(
        question
            .path
            .replacen(repeat.as_str(), &format!("{repeat}{instance}"), 1),
    )
}

fn set(questionnaire: &Questionnaire, answers: &mut Answers, column: &str, text: &str) {
    let path =
        path_of(questionnaire, column).unwrap_or_else(|| panic!("no question for the column {column}"));
    let question = questionnaire.question(&path).unwrap();
    let value = parse_value(question, text).unwrap_or_else(|problem| panic!("{column}: {problem:?}"));
    answers.set(&path, value);
}

/// A small service with everything that is required, and no mental health work.
fn complete(questionnaire: &Questionnaire) -> Answers {
    let mut answers = questionnaire.begin(TODAY);
    for (column, text) in [
        ("service_name", "Play on the Ward"),
        ("sector", "voluntary"),
        ("service_type", "community_group"),
        ("service_tier", "targeted"),
        (
            "description",
            "Volunteers and two play workers who bring games to children in hospital.",
        ),
        ("has_paid_staff", "yes"),
        ("staff[1].profession", "early_years_worker"),
        ("staff[1].wte", "3.500"),
        ("staff[2].profession", "manager"),
        ("staff[2].wte", "0.125"),
        ("staff_listed", "yes"),
        ("can_split_caseload", "yes"),
        ("caseload_area[1].authority", "E06000009"),
        ("caseload_area[1].cases", "12"),
        ("caseload_area[2].authority", "E10000017"),
        ("caseload_area[2].cases", "3"),
        ("areas_listed", "yes"),
        ("cost_staff", "£100,000.10"),
        ("cost_non_staff", "20,000"),
        ("cost_facilities", "5,000.20"),
        ("cost_total", "125000.30"),
    ] {
        set(questionnaire, &mut answers, column, text);
    }
    answers
}

fn problem_codes(evaluation: &Evaluation) -> Vec<String> {
    evaluation
        .problems()
        .map(|(path, problem)| format!("{path} {problem:?}"))
        .collect()
}

fn is_shown(questionnaire: &Questionnaire, evaluation: &Evaluation, column: &str) -> bool {
    evaluation
        .get(&path_of(questionnaire, column).unwrap())
        .is_some_and(|state| state.relevant)
}

#[test]
fn the_questionnaire_has_its_sections_pages_and_concepts() {
    let questionnaire = shipped();
    assert_eq!(questionnaire.warnings(), []);
    assert_eq!(
        (questionnaire.id(), questionnaire.title(), questionnaire.version()),
        ("service", "Service questionnaire", "2026.1")
    );
    let sections: Vec<&str> = questionnaire
        .sections()
        .iter()
        .map(|section| section.id.as_str())
        .collect();
    assert_eq!(
        sections,
        [
            "identity",
            "purpose",
            "place",
            "access",
            "workforce",
            "activity",
            "cost",
            "listing"
        ]
    );
    assert_eq!(questionnaire.pages().count(), 37);
    assert_eq!(
        questionnaire
            .questions()
            .iter()
            .filter(|question| question.is_asked())
            .count(),
        110
    );
    for concept in [
        "service.name",
        "service.type",
        "service.tier",
        "service.description",
        "service.postcode",
        "workforce.profession",
        "workforce.wte",
        "workforce.headcount",
        "workforce.wte_total",
        "activity.caseload_by_area",
        "activity.caseload",
        "activity.referrals",
        "cost.staff",
        "cost.non_staff",
        "cost.facilities",
        "cost.total",
    ] {
        assert_eq!(
            questionnaire.questions_with_concept(concept).len(),
            1,
            "{concept}"
        );
    }
    for concept in ["cost.staff", "cost.non_staff", "cost.facilities", "cost.total"] {
        assert_eq!(
            questionnaire.questions_with_concept(concept)[0].kind,
            QuestionKind::Money,
            "{concept}"
        );
    }
}

#[test]
fn every_required_question_says_what_to_do_and_every_name_is_used_once() {
    let questionnaire = shipped();
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for question in questionnaire.questions() {
        *names.entry(question.name.as_str()).or_default() += 1;
    }
    assert!(names.values().all(|count| *count == 1), "{names:?}");
    let evaluation = questionnaire.evaluate(&questionnaire.begin(TODAY), TODAY);
    let missing: Vec<&str> = evaluation.problems().map(|(path, _)| path).collect();
    assert!(missing.len() >= 8, "{missing:?}");
    for path in missing {
        assert!(
            questionnaire.question(path).unwrap().required_message.is_some(),
            "{path}"
        );
    }
}

#[test]
fn every_authority_of_today_can_be_chosen() {
    let questionnaire = shipped();
    let question = questionnaire.questions_with_concept("activity.caseload_by_area")[0];
    let authority = questionnaire
        .question(&question.path.replace("/cases", "/authority"))
        .unwrap();
    let mut today = 0;
    for row in csv::Reader::from_reader(AREAS.as_bytes()).records() {
        let row = row.unwrap();
        if &row[2] == "upper_tier_authority" && row[6].is_empty() {
            today += 1;
            assert_eq!(
                authority.choice(&row[0]).map(|choice| choice.label.as_str()),
                Some(&row[1])
            );
        }
    }
    assert_eq!((today, authority.choices.len()), (153, 154));
}

#[test]
fn a_filled_service_is_complete_and_its_totals_are_worked_out() {
    let questionnaire = shipped();
    let answers = complete(&questionnaire);
    let evaluation = questionnaire.evaluate(&answers, TODAY);
    assert!(evaluation.is_complete(), "{:#?}", problem_codes(&evaluation));
    assert_eq!(
        sum_of_concept(&questionnaire, &evaluation, "workforce.wte", 3),
        3_625
    );
    assert_eq!(
        sum_of_concept(&questionnaire, &evaluation, "workforce.wte_total", 3),
        3_625
    );
    assert_eq!(
        sum_of_concept(&questionnaire, &evaluation, "activity.caseload", 0),
        15
    );
    assert_eq!(
        sum_of_concept(&questionnaire, &evaluation, "cost.total", 2),
        12_500_030
    );
}

#[test]
fn a_total_that_is_not_the_sum_is_refused_with_the_sum() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    set(&questionnaire, &mut answers, "cost_total", "125000.31");
    let evaluation = questionnaire.evaluate(&answers, TODAY);
    let problems: Vec<_> = evaluation.problems().collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].0.ends_with("/cost_total"));
    assert!(problems[0].1.message.contains("£125000.3"), "{:?}", problems[0].1);
}

#[test]
fn a_total_alone_is_enough_where_the_parts_are_not_known() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    for part in ["cost_staff", "cost_non_staff", "cost_facilities"] {
        set(&questionnaire, &mut answers, part, "");
    }
    assert!(questionnaire.evaluate(&answers, TODAY).is_complete());
}

#[test]
fn camhs_questions_appear_and_disappear() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    let shown = |answers: &Answers, column: &str| {
        is_shown(&questionnaire, &questionnaire.evaluate(answers, TODAY), column)
    };
    assert!(!shown(&answers, "is_camhs"));
    set(&questionnaire, &mut answers, "sector", "health");
    set(&questionnaire, &mut answers, "service_type", "camhs");
    assert!(shown(&answers, "is_camhs"));
    assert!(!shown(&answers, "camhs_tiers"));
    assert!(!questionnaire.evaluate(&answers, TODAY).is_complete());

    set(&questionnaire, &mut answers, "is_camhs", "yes");
    set(&questionnaire, &mut answers, "camhs_tiers", "tier_3 tier_4");
    assert!(shown(&answers, "camhs_tiers") && shown(&answers, "camhs_tier4_settings"));
    assert!(!shown(&answers, "camhs_tier1_partners") && !shown(&answers, "camhs_beds"));
    set(&questionnaire, &mut answers, "camhs_tier4_settings", "inpatient");
    assert!(shown(&answers, "camhs_beds"));
    assert!(questionnaire.evaluate(&answers, TODAY).is_complete());

    set(&questionnaire, &mut answers, "is_camhs", "no");
    for column in [
        "camhs_tiers",
        "camhs_team_type",
        "camhs_tier4_settings",
        "camhs_beds",
        "camhs_outcome_measures",
    ] {
        assert!(!shown(&answers, column), "{column}");
    }
    assert!(questionnaire.evaluate(&answers, TODAY).is_complete());
}

#[test]
fn the_caseload_comes_from_the_areas_or_from_the_plain_figure_never_from_both() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    set(&questionnaire, &mut answers, "can_split_caseload", "no");
    assert!(!questionnaire.evaluate(&answers, TODAY).is_complete());
    set(&questionnaire, &mut answers, "caseload_plain", "240");
    let evaluation = questionnaire.evaluate(&answers, TODAY);
    assert!(evaluation.is_complete(), "{:#?}", problem_codes(&evaluation));
    assert_eq!(
        sum_of_concept(&questionnaire, &evaluation, "activity.caseload", 0),
        240
    );
    set(&questionnaire, &mut answers, "can_split_caseload", "yes");
    let evaluation = questionnaire.evaluate(&answers, TODAY);
    assert_eq!(
        sum_of_concept(&questionnaire, &evaluation, "activity.caseload", 0),
        15
    );
}

#[test]
fn shares_that_do_not_make_a_hundred_are_refused() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    set(&questionnaire, &mut answers, "several_tiers", "yes");
    for (column, share) in [
        ("universal_share", "20"),
        ("targeted_share", "70"),
        ("specialist_share", "11"),
    ] {
        set(&questionnaire, &mut answers, column, share);
    }
    assert!(!questionnaire.evaluate(&answers, TODAY).is_complete());
    set(&questionnaire, &mut answers, "specialist_share", "10");
    assert!(questionnaire.evaluate(&answers, TODAY).is_complete());
}

#[test]
fn a_service_without_paid_staff_has_a_total_of_nought_and_no_list_of_staff() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    set(&questionnaire, &mut answers, "has_paid_staff", "no");
    let evaluation = questionnaire.evaluate(&answers, TODAY);
    assert!(evaluation.is_complete(), "{:#?}", problem_codes(&evaluation));
    assert!(!is_shown(&questionnaire, &evaluation, "staff[1].wte"));
    let total = questionnaire.questions_with_concept("workforce.wte_total")[0];
    assert_eq!(evaluation.value(&total.path), "0");
}

#[test]
fn a_postcode_and_a_fourth_decimal_of_wte_are_checked() {
    let questionnaire = shipped();
    let mut answers = complete(&questionnaire);
    set(&questionnaire, &mut answers, "postcode", "FY1 1");
    assert!(!questionnaire.evaluate(&answers, TODAY).is_complete());
    set(&questionnaire, &mut answers, "postcode", "FY1 1AA");
    assert!(questionnaire.evaluate(&answers, TODAY).is_complete());

    let wte = questionnaire.questions_with_concept("workforce.wte")[0];
    assert_eq!(parse_value(wte, "3.501").unwrap(), "3.501");
    assert_eq!(parse_value(wte, "3.5001").unwrap_err().code, "answer.too_precise");
    let path = path_of(&questionnaire, "staff[1].wte").unwrap();
    answers.set(&path, "3.5001");
    assert!(!questionnaire.evaluate(&answers, TODAY).is_complete());
}

#[test]
fn the_services_of_the_demonstration_are_right_and_only_the_named_ones_are_incomplete() {
    let questionnaire = shipped();
    for (file, unfinished) in SERVICES.iter().zip([
        vec!["BC-07", "BC-16", "BC-18", "BC-19", "ICB-01", "LSC-07", "BTH-09"],
        vec![],
        vec![],
    ]) {
        let mut incomplete = Vec::new();
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let columns = reader.headers().unwrap().clone();
        for row in reader.records() {
            let row = row.unwrap();
            let mut answers = Answers::default();
            for (column, text) in columns
                .iter()
                .zip(&row)
                .skip(2)
                .filter(|(_, text)| !text.is_empty())
            {
                set(&questionnaire, &mut answers, column, text);
            }
            let evaluation = questionnaire.evaluate(&answers, TODAY);
            for (path, problem) in evaluation.problems() {
                let value = evaluation.value(path);
                assert!(value.is_empty(), "{} {path} {value}: {problem:?}", &row[1]);
            }
            if !evaluation.is_complete() {
                incomplete.push(row[1].to_owned());
            }
        }
        assert_eq!(incomplete, unfinished);
    }
}

#[test]
fn the_five_teams_add_up_to_the_known_totals() {
    let questionnaire = shipped();
    let mut reader = csv::Reader::from_reader(SERVICES[2].as_bytes());
    let columns = reader.headers().unwrap().clone();
    let (mut wte, mut cost, mut caseload) = (0, 0, 0);
    for row in reader.records() {
        let mut answers = Answers::default();
        for (column, text) in columns
            .iter()
            .zip(&row.unwrap())
            .skip(2)
            .filter(|(_, text)| !text.is_empty())
        {
            set(&questionnaire, &mut answers, column, text);
        }
        let evaluation = questionnaire.evaluate(&answers, TODAY);
        wte += sum_of_concept(&questionnaire, &evaluation, "workforce.wte_total", 3);
        cost += sum_of_concept(&questionnaire, &evaluation, "cost.total", 2);
        caseload += sum_of_concept(&questionnaire, &evaluation, "activity.caseload", 0);
    }
    assert_eq!((wte, cost, caseload), (61_650, 261_476_000, 803));
}
