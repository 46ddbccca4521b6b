//! A service questionnaire in small, from sheet to exported answers.
#![allow(clippy::unwrap_used)]

use jiff::civil::{Date, date};
use questionnaire::{
    Answers, Evaluation, QuestionKind, Questionnaire, SectionState, Workbook, display_value, sum_of_concept,
};

const TODAY: Date = date(2026, 11, 22);

const SERVICE: &str = r"
| survey | | | | | | | | | | | | |
| | type | name | label | required | relevant | constraint | constraint_message | calculation | appearance | bind::csm:concept | bind::csm:unit |
| | begin_group | about | About the service | | | | | | | | |
| | text | service_name | What is the service called? | yes | | | | | | | |
| | select_one yes_no | specialist | Is it specialist? | yes | | | | | | | |
| | select_one tiers | tier | Which tier? | yes | ${specialist} = 'yes' | | | | | | |
| | end_group | | | | | | | | | | |
| | begin_group | workforce | Workforce | | | | | | | | |
| | note | explain | Count posts, not people. | | | | | | | | |
| | begin_repeat | staff | Staff by profession | | | | | | | | |
| | select_one professions | profession | Profession | yes | | | | | | | |
| | decimal | wte | WTE of ${profession} | yes | | . >= 0 and . <= 500 | Enter up to 500 WTE. | | | staff_wte | WTE |
| | end_repeat | | | | | | | | | | |
| | calculate | total_wte | | | | | | round(sum(${wte}), 3) | | | WTE |
| | end_group | | | | | | | | | | |
| | begin_group | cost | Cost | | | | | | | | |
| | begin_group | cost_lines | What it costs | | | | | | field-list | | |
| | decimal | staff_cost | Staff | yes | | . >= 0 | | | | | GBP |
| | decimal | non_staff_cost | Other than staff | yes | | . >= 0 | | | | | GBP |
| | decimal | facility_cost | Facilities | | | . >= 0 | | | | | GBP |
| | end_group | | | | | | | | | | |
| | begin_group | cost_total | Total | | | | | | field-list | | |
| | decimal | total_cost | Total | yes | | . = round(${staff_cost} + ${non_staff_cost} + coalesce(${facility_cost}, 0), 2) | The total must equal the sum. | | | cost | GBP |
| | end_group | | | | | | | | | | |
| | end_group | | | | | | | | | | |
| choices | | | |
| | list_name | name | label |
| | yes_no | yes | Yes |
| | yes_no | no | No |
| | tiers | t3 | Tier 3 |
| | tiers | t4 | Tier 4 |
| | professions | nurse | Nurse |
| | professions | psychologist | Psychologist |
| settings | | | |
| | form_title | form_id | version |
| | Service questionnaire | service | 2026 |
";

fn service() -> Questionnaire {
    match Questionnaire::compile(&Workbook::from_markdown(SERVICE)) {
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

fn answered(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (path, value) in pairs {
        answers.set(path, *value);
    }
    answers
}

fn codes(evaluation: &Evaluation) -> Vec<String> {
    evaluation
        .problems()
        .map(|(path, problem)| format!("{path} {}", problem.code))
        .collect()
}

fn complete() -> Answers {
    answered(&[
        ("/data/about/service_name", "Harbour team"),
        ("/data/about/specialist", "no"),
        ("/data/workforce/staff[1]/profession", "nurse"),
        ("/data/workforce/staff[1]/wte", "3.5"),
        ("/data/workforce/staff[4]/profession", "psychologist"),
        ("/data/workforce/staff[4]/wte", "8.9"),
        ("/data/cost/cost_lines/staff_cost", "0.10"),
        ("/data/cost/cost_lines/non_staff_cost", "0.20"),
        ("/data/cost/cost_total/total_cost", "0.30"),
    ])
}

#[test]
fn the_form_has_its_sections_pages_and_questions() {
    let form = service();
    assert_eq!(
        (form.id(), form.title(), form.version()),
        ("service", "Service questionnaire", "2026")
    );
    let shape: Vec<(&str, Vec<&str>)> = form
        .sections()
        .iter()
        .map(|section| {
            (
                section.id.as_str(),
                section.pages.iter().map(|page| page.id.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(
        shape,
        [
            ("about", vec!["about"]),
            ("workforce", vec!["workforce", "staff"]),
            ("cost", vec!["cost-lines", "cost-total"]),
        ]
    );
    let staff = form.page("staff").unwrap();
    assert_eq!(staff.repeat.as_ref().unwrap().path, "/data/workforce/staff");
    assert_eq!(
        staff.questions,
        ["/data/workforce/staff/profession", "/data/workforce/staff/wte"]
    );
    let cost = form.question("/data/cost/cost_lines/staff_cost").unwrap();
    assert_eq!(cost.kind, QuestionKind::Money);
    assert_eq!(cost.page_id.as_deref(), Some("cost-lines"));
    assert_eq!(
        form.question("/data/workforce/staff[7]/wte")
            .unwrap()
            .repeat
            .as_deref(),
        Some("/data/workforce/staff")
    );
    assert_eq!(form.questions_with_concept("staff_wte").len(), 1);
    let warnings: Vec<(&str, Option<u32>)> = form
        .warnings()
        .iter()
        .map(|warning| (warning.code, warning.row))
        .collect();
    assert_eq!(warnings, [("expression.choice_in_text", Some(11))]);
}

#[test]
fn an_empty_return_misses_what_is_required_and_nothing_else() {
    let form = service();
    let evaluation = form.evaluate(&Answers::default(), TODAY);
    assert_eq!(
        codes(&evaluation),
        [
            "/data/about/service_name answer.required",
            "/data/about/specialist answer.required",
            "/data/cost/cost_lines/staff_cost answer.required",
            "/data/cost/cost_lines/non_staff_cost answer.required",
            "/data/cost/cost_total/total_cost answer.required",
        ]
    );
    assert!(!evaluation.is_complete());
    for section in form.sections() {
        assert_eq!(evaluation.section_state(section), SectionState::NotStarted);
    }
}

#[test]
fn a_complete_return_has_no_problem_and_exports_what_is_relevant() {
    let form = service();
    let evaluation = form.evaluate(&complete(), TODAY);
    assert_eq!(codes(&evaluation), [""; 0]);
    assert!(evaluation.is_complete());
    for section in form.sections() {
        assert_eq!(
            evaluation.section_state(section),
            SectionState::Complete,
            "{}",
            section.id
        );
    }
    assert_eq!(evaluation.value("/data/workforce/total_wte"), "12.4");
    assert_eq!(sum_of_concept(&form, &evaluation, "staff_wte", 3), 12_400);
    assert_eq!(sum_of_concept(&form, &evaluation, "cost", 2), 30);
    let exported = evaluation.exported();
    assert!(exported.contains(&("/data/workforce/staff[4]/wte".to_owned(), "8.9".to_owned())));
    assert_eq!(exported.len(), 10);
    let total = form.question("/data/workforce/total_wte").unwrap();
    assert_eq!(display_value(total, evaluation.value(&total.path)), "12.400");
}

#[test]
fn an_irrelevant_answer_is_kept_and_comes_back() {
    let form = service();
    let mut answers = complete();
    answers.set("/data/about/specialist", "yes");
    answers.set("/data/about/tier", "t4");
    assert_eq!(form.evaluate(&answers, TODAY).value("/data/about/tier"), "t4");
    answers.set("/data/about/specialist", "no");
    let hidden = form.evaluate(&answers, TODAY);
    let tier = hidden.get("/data/about/tier").unwrap();
    assert!(!tier.relevant && !tier.required && tier.value.is_empty());
    assert_eq!(answers.get("/data/about/tier"), "t4");
    answers.set("/data/about/specialist", "yes");
    assert_eq!(form.evaluate(&answers, TODAY).value("/data/about/tier"), "t4");
}

#[test]
fn a_total_that_is_not_the_sum_is_refused_with_its_message() {
    let form = service();
    let mut answers = complete();
    answers.set("/data/cost/cost_total/total_cost", "0.31");
    let evaluation = form.evaluate(&answers, TODAY);
    let problem = evaluation
        .get("/data/cost/cost_total/total_cost")
        .unwrap()
        .problem
        .clone()
        .unwrap();
    assert_eq!(
        (problem.code, problem.message.as_str()),
        ("answer.constraint", "The total must equal the sum.")
    );
    assert_eq!(
        evaluation.section_state(&form.sections()[2]),
        SectionState::InProgress
    );
    assert_eq!(
        evaluation.page_state(form.page("cost-lines").unwrap()),
        SectionState::Complete
    );
}

#[test]
fn each_instance_has_its_own_label_and_state() {
    let form = service();
    let mut answers = complete();
    answers.set("/data/workforce/staff[4]/wte", "501");
    let evaluation = form.evaluate(&answers, TODAY);
    assert_eq!(
        codes(&evaluation),
        ["/data/workforce/staff[4]/wte answer.constraint"]
    );
    assert_eq!(
        evaluation.label("/data/workforce/staff[4]/wte"),
        "WTE of psychologist"
    );
    assert_eq!(
        evaluation.label("/data/about/service_name"),
        "What is the service called?"
    );
    assert_eq!(evaluation.instances("/data/workforce/staff"), [1, 4]);
    assert!(evaluation.get("/data/workforce/staff[4]").unwrap().relevant);
    assert!(evaluation.get("/data/workforce/staff").unwrap().relevant);
    assert!(evaluation.get("/data/workforce/staff[2]/wte").is_none());
}
