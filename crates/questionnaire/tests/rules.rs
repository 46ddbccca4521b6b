//! The language of the rules, each rule shown by the smallest form that needs it.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use questionnaire::{Answers, Evaluation, Problem, Questionnaire, SectionState, Workbook};

const TODAY: Date = date(2026, 11, 22);

fn compile(sheets: &str) -> Result<Questionnaire, Vec<Problem>> {
    Questionnaire::compile(&Workbook::from_markdown(sheets))
}

fn form(sheets: &str) -> Questionnaire {
    match compile(sheets) {
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

fn evaluate(form: &Questionnaire, pairs: &[(&str, &str)]) -> Evaluation {
    let mut answers = Answers::default();
    for (path, value) in pairs {
        answers.set(path, *value);
    }
    form.evaluate(&answers, TODAY)
}

/// Works out one calculation beside a few answered questions.
fn calculate(expression: &str) -> String {
    let expression = expression.replace('|', "\\|");
    let sheets = format!(
        r"
| survey | | | |
| | type | name | label | calculation |
| | integer | a | A | |
| | decimal | b | B | |
| | text | empty | Empty | |
| | text | word | Word | |
| | select_multiple c | chosen | Chosen | |
| | date | day | Day | |
| | begin_repeat | staff | Staff | |
| | decimal | wte | WTE | |
| | text | role | Role | |
| | end_repeat | | | |
| | calculate | result | | {expression} |
| choices | | | |
| | list_name | name | label |
| | c | x | Ex |
| | c | y | Why |
"
    );
    let form = form(&sheets);
    let evaluation = evaluate(
        &form,
        &[
            ("/data/a", "7"),
            ("/data/b", "2.5"),
            ("/data/word", "Harbour team"),
            ("/data/chosen", "x y"),
            ("/data/day", "2026-03-29"),
            ("/data/staff[1]/wte", "1.5"),
            ("/data/staff[1]/role", "nurse"),
            ("/data/staff[4]/wte", "2"),
            ("/data/staff[4]/role", "psychologist"),
        ],
    );
    evaluation.value("/data/result").to_owned()
}

#[test]
fn functions_and_operators_give_what_the_convention_says() {
    for (expression, expected) in [
        ("${a} + ${b}", "9.5"),
        ("${a} div 2", "3.5"),
        ("${a} mod 4 - -1", "4"),
        ("${a} * (1 + 1)", "14"),
        ("${empty} + 1", ""),
        ("coalesce(${empty}, 0) + 1", "1"),
        ("coalesce(${empty} * 2, 5)", "5"),
        ("${a} > 5 and ${b} < 3", "true"),
        ("${empty} < 5 or ${empty} = 0", "false"),
        ("if(${a} = 7, 'seven', 'other')", "seven"),
        ("not(${a} != 7)", "true"),
        ("selected(${chosen}, ' y ')", "true"),
        ("selected-at(${chosen}, 1)", "y"),
        ("selected-at(${chosen}, 2)", ""),
        ("count-selected(${chosen})", "2"),
        ("jr:choice-name('y', '${chosen}')", "Why"),
        ("jr:choice-name(selected-at(${chosen}, 0), '${chosen}')", "Ex"),
        ("int(-2.7)", "-2"),
        ("round(2.345, 2)", "2.35"),
        ("round(-1.5)", "-1"),
        ("floor(${b}) + ceiling(${b})", "5"),
        ("abs(-3) + pow(2, 3)", "11"),
        ("number('12.50')", "12.5"),
        ("1.05 + 2.05", "3.0999999999999996"),
        ("string-length(${word})", "12"),
        ("concat('a', 1, true())", "a1true"),
        ("regex('ab12', '[a-z]+[0-9]{2}')", "true"),
        ("regex('xab12', '[a-z]{2}[0-9]{2}')", "false"),
        ("regex(${word}, concat('Harbour', '.*'))", "true"),
        ("substr(${word}, 0, 7)", "Harbour"),
        ("substr(${word}, -4)", "team"),
        ("substring(${word}, 2, 3)", "arb"),
        (
            "contains(${word}, 'our') and starts-with(${word}, 'Har') and ends-with(${word}, 'am')",
            "true",
        ),
        ("substring-before(${word}, ' ')", "Harbour"),
        ("substring-after(${word}, ' ')", "team"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a   b ')", "a b"),
        ("today()", "2026-11-22"),
        ("date('2026-03-29') + 1 - ${day}", "1"),
        ("date(decimal-date-time(${day}) + 1)", "2026-03-30"),
        ("${day} < today()", "true"),
        ("format-date(${day}, '%e %b %Y')", "29 Mar 2026"),
        ("date('rubbish')", ""),
        ("sum(${wte})", "3.5"),
        ("max(${wte}) - min(${wte})", "0.5"),
        ("max(1, 5, ${a})", "7"),
        ("count(${staff})", "2"),
        ("count-non-empty(${role})", "2"),
        ("join(', ', ${role})", "nurse, psychologist"),
        ("${role} = 'psychologist'", "true"),
        ("${role}", "nurse"),
        ("indexed-repeat(${role}, ${staff}, 2)", "psychologist"),
        ("indexed-repeat(${role}, ${staff}, 3)", ""),
        ("/data/staff[2]/role", "psychologist"),
        ("/data/staff[role = 'nurse']/wte", "1.5"),
        ("sum(${staff}[wte > 1.5]/wte)", "2"),
        ("count(/data/staff[position() = last()])", "1"),
        ("sum(/data/a | /data/b)", "9.5"),
        ("boolean-from-string('1')", "true"),
        ("string(0 div 0)", "NaN"),
        ("0 div 0", ""),
    ] {
        assert_eq!(calculate(expression), expected, "{expression}");
    }
}

#[test]
fn inside_a_repeat_a_name_means_the_same_instance_and_outside_it_means_all() {
    let form = form(
        r"
| survey | | | | |
| | type | name | label | calculation | relevant |
| | begin_repeat | staff | Staff | | |
| | integer | posts | Posts | | |
| | decimal | each | Each | | ${posts} > 0 |
| | calculate | product | | ${posts} * ${each} | |
| | calculate | place | | position(..) | |
| | calculate | share | | ${product} div sum(../../staff/product) | |
| | calculate | before | | indexed-repeat(${product}, ${staff}, position(..) - 1) | |
| | calculate | how_many | | count(${staff}) | |
| | end_repeat | | | | |
| | calculate | total | | sum(${product}) | |
",
    );
    let evaluation = evaluate(
        &form,
        &[
            ("/data/staff[2]/posts", "2"),
            ("/data/staff[2]/each", "0.5"),
            ("/data/staff[9]/posts", "3"),
            ("/data/staff[9]/each", "1"),
        ],
    );
    for (path, expected) in [
        ("/data/staff[2]/product", "1"),
        ("/data/staff[9]/product", "3"),
        ("/data/staff[2]/place", "1"),
        ("/data/staff[9]/place", "2"),
        ("/data/staff[9]/share", "0.75"),
        ("/data/staff[9]/before", "1"),
        ("/data/staff[2]/before", ""),
        ("/data/staff[2]/how_many", "2"),
        ("/data/total", "4"),
    ] {
        assert_eq!(evaluation.value(path), expected, "{path}");
    }
}

#[test]
fn irrelevant_instances_are_left_out_of_sums_and_counts() {
    let form = form(
        r"
| survey | | | | |
| | type | name | label | relevant | calculation |
| | select_one yes_no | any | Any? | | |
| | begin_repeat | staff | Staff | ${any} = 'yes' | |
| | decimal | wte | WTE | | |
| | end_repeat | | | | |
| | calculate | total | | | sum(${wte}) |
| | calculate | number | | | count(${staff}) |
| choices | | |
| | list_name | name | label |
| | yes_no | yes | Yes |
| | yes_no | no | No |
",
    );
    let staff = [("/data/staff[1]/wte", "1"), ("/data/staff[2]/wte", "2")];
    let shown = evaluate(&form, &[staff[0], staff[1], ("/data/any", "yes")]);
    assert_eq!(
        (shown.value("/data/total"), shown.value("/data/number")),
        ("3", "2")
    );
    let hidden = evaluate(&form, &[staff[0], staff[1], ("/data/any", "no")]);
    assert_eq!(
        (hidden.value("/data/total"), hidden.value("/data/number")),
        ("0", "0")
    );
    assert!(!hidden.get("/data/staff[1]/wte").unwrap().relevant);
    assert!(!hidden.exported().iter().any(|(path, _)| path.contains("staff")));
}

#[test]
fn relevance_passes_down_and_in_dependency_order_whatever_the_order_of_rows() {
    let form = form(
        r"
| survey | | | | |
| | type | name | label | relevant | calculation |
| | begin_group | outer | Outer | ${switch} = 'on' | |
| | begin_group | inner | Inner | ${threshold} > 1 | |
| | text | leaf | Leaf | | |
| | end_group | | | | |
| | end_group | | | | |
| | calculate | threshold | | | ${base} * 2 |
| | text | switch | Switch | | |
| | integer | base | Base | | |
",
    );
    let on = evaluate(
        &form,
        &[
            ("/data/switch", "on"),
            ("/data/base", "1"),
            ("/data/outer/inner/leaf", "x"),
        ],
    );
    assert_eq!(on.value("/data/outer/inner/leaf"), "x");
    let off = evaluate(
        &form,
        &[
            ("/data/switch", "off"),
            ("/data/base", "1"),
            ("/data/outer/inner/leaf", "x"),
        ],
    );
    assert!(!off.get("/data/outer/inner").unwrap().relevant);
    assert_eq!(off.value("/data/outer/inner/leaf"), "");
}

#[test]
fn choice_filters_cascade_and_a_choice_no_longer_offered_falls_away() {
    let form = form(
        r"
| survey | | | |
| | type | name | label | choice_filter | required |
| | select_one regions | region | Region | | |
| | select_one areas | area | Area | region = ${region} | yes |
| choices | | | |
| | list_name | name | label | region |
| | regions | north | North | |
| | regions | south | South | |
| | areas | leeds | Leeds | north |
| | areas | york | York | north |
| | areas | kent | Kent | south |
",
    );
    let north = evaluate(&form, &[("/data/region", "north"), ("/data/area", "york")]);
    let offered: Vec<String> = north
        .get("/data/area")
        .unwrap()
        .choices
        .iter()
        .map(|choice| choice.name.clone())
        .collect();
    assert_eq!(offered, ["leeds", "york"]);
    assert!(north.is_complete());
    let south = evaluate(&form, &[("/data/region", "south"), ("/data/area", "york")]);
    let area = south.get("/data/area").unwrap();
    assert_eq!(
        (area.value.as_str(), area.problem.as_ref().unwrap().code),
        ("", "answer.required")
    );
}

#[test]
fn a_counted_repeat_has_as_many_instances_as_it_says_and_keeps_the_surplus_apart() {
    let form = form(
        r"
| survey | | | |
| | type | name | label | repeat_count |
| | integer | sites | Sites | |
| | begin_repeat | site | Site | ${sites} |
| | text | town | Town | |
| | end_repeat | | | |
",
    );
    let two = evaluate(&form, &[("/data/sites", "2"), ("/data/site[5]/town", "York")]);
    assert_eq!(two.instances("/data/site"), [5, 6]);
    let none = evaluate(&form, &[("/data/sites", "0"), ("/data/site[5]/town", "York")]);
    assert_eq!(none.instances("/data/site"), [0; 0]);
    assert_eq!(none.exported().len(), 1);
    let huge = evaluate(&form, &[("/data/sites", "999999999")]);
    assert_eq!(huge.instances("/data/site").len(), 1000);
}

#[test]
fn repeats_may_lie_within_repeats() {
    let form = form(
        r"
| survey | | | |
| | type | name | label | calculation |
| | begin_repeat | site | Site | |
| | text | town | Town | |
| | begin_repeat | room | Room | |
| | integer | places | Places | |
| | calculate | whose | | ${town} |
| | end_repeat | | | |
| | calculate | site_places | | sum(${places}) |
| | end_repeat | | | |
| | calculate | all_places | | sum(${places}) |
",
    );
    let evaluation = evaluate(
        &form,
        &[
            ("/data/site[1]/town", "York"),
            ("/data/site[1]/room[1]/places", "3"),
            ("/data/site[1]/room[2]/places", "4"),
            ("/data/site[2]/town", "Leeds"),
            ("/data/site[2]/room[1]/places", "5"),
        ],
    );
    for (path, expected) in [
        ("/data/site[1]/site_places", "7"),
        ("/data/site[2]/site_places", "5"),
        ("/data/all_places", "12"),
        ("/data/site[2]/room[1]/whose", "Leeds"),
    ] {
        assert_eq!(evaluation.value(path), expected, "{path}");
    }
    let pages: Vec<&str> = form.pages().map(|page| page.id.as_str()).collect();
    assert_eq!(pages, ["site", "room"]);
}

#[test]
fn defaults_are_given_once_at_the_beginning_and_for_each_new_instance() {
    let form = form(
        r"
| survey | | | |
| | type | name | label | default |
| | text | country | Country | England |
| | date | from | From | today() |
| | text | copy | Copy | concat(${country}, '!') |
| | begin_repeat | staff | Staff | |
| | decimal | wte | WTE | 1.0 |
| | end_repeat | | | |
",
    );
    let mut answers = form.begin(TODAY);
    assert_eq!(answers.get("/data/country"), "England");
    assert_eq!(answers.get("/data/from"), "2026-11-22");
    assert_eq!(answers.get("/data/copy"), "England!");
    assert_eq!(answers.get("/data/staff[1]/wte"), "1");
    answers.set("/data/country", "");
    assert_eq!(form.evaluate(&answers, TODAY).value("/data/country"), "");
    assert_eq!(form.add_instance(&mut answers, "/data/staff", TODAY), Some(2));
    assert_eq!(answers.get("/data/staff[2]/wte"), "1");
    assert_eq!(form.add_instance(&mut answers, "/data/country", TODAY), None);
}

#[test]
fn once_keeps_what_is_stored() {
    let form = form(
        "| survey | | | |\n| | type | name | label | calculation |\n| | date | seen | Seen | once(today()) |",
    );
    assert_eq!(evaluate(&form, &[]).value("/data/seen"), "2026-11-22");
    assert_eq!(
        evaluate(&form, &[("/data/seen", "2026-01-01")]).value("/data/seen"),
        "2026-01-01"
    );
}

#[test]
fn a_group_that_is_read_only_locks_what_is_in_it() {
    let form = form(
        r"
| survey | | | | |
| | type | name | label | read_only | required |
| | begin_group | fixed | Fixed | yes | |
| | text | code | Code | | yes |
| | end_group | | | | |
| | text | free | Free | | |
",
    );
    let evaluation = evaluate(&form, &[]);
    let code = evaluation.get("/data/fixed/code").unwrap();
    assert!(code.read_only && !code.required);
    assert!(!evaluation.get("/data/free").unwrap().read_only);
}

#[test]
fn or_other_asks_what_the_other_is() {
    let form = form(
        "| survey | | | |\n| | type | name | label | required |\n| | select_one c or_other | kind | Kind | yes |\n\
         | choices | | | |\n| | list_name | name | label |\n| | c | x | Ex |",
    );
    let asked = evaluate(
        &form,
        &[("/data/kind", "other"), ("/data/kind_other", "Something")],
    );
    assert_eq!(asked.value("/data/kind_other"), "Something");
    assert!(asked.is_complete());
    assert!(
        !evaluate(&form, &[("/data/kind", "x")])
            .get("/data/kind_other")
            .unwrap()
            .relevant
    );
}

#[test]
fn stored_rubbish_is_named_not_hidden() {
    let form = form(
        "| survey | | |\n| | type | name | label |\n| | integer | n | N |\n| | select_one c | s | S |\n| | date | d | D |\n\
         | choices | | | |\n| | list_name | name | label |\n| | c | x | Ex |",
    );
    let evaluation = evaluate(
        &form,
        &[("/data/n", "many"), ("/data/s", "zzz"), ("/data/d", "soon")],
    );
    let codes: Vec<&str> = evaluation.problems().map(|(_, problem)| problem.code).collect();
    assert_eq!(
        codes,
        ["answer.not_a_number", "answer.not_a_choice", "answer.not_a_date"]
    );
}

#[test]
fn every_fault_is_told_at_once_with_its_place_and_remedy() {
    let problems = compile(
        r"
| survey | | | | |
| | type | name | label | relevant | calculation | tpyo |
| | text | a | A | ${b} = | | |
| | geopoint | place | Where | | | |
| | select_one tier | tier | Tier | | | |
| | text | a | Again | selectd(${a}, 'x') | | |
| | integer | 1st | First | ${nobody} = 1 | | |
| | calculate | x | | | ${y} + 1 | |
| | calculate | y | | | ${x} + 1 | |
| | text | silent | | | | |
| | begin_group | open | Open | | | |
| choices | | | |
| | list_name | name | label |
| | tiers | t3 | Tier 3 |
| | tiers | t3 | Tier 3 |
| | | t4 | Tier 4 |
",
    )
    .unwrap_err();
    let found: Vec<(&str, &str, u32, &str)> = problems
        .iter()
        .map(|problem| {
            let (sheet, row) = (problem.sheet.as_deref().unwrap(), problem.row.unwrap());
            (problem.code, sheet, row, problem.column.as_deref().unwrap())
        })
        .collect();
    for wanted in [
        ("form.duplicate_choice", "choices", 3, "name"),
        ("form.missing_list_name", "choices", 4, "list_name"),
        ("expression.syntax", "survey", 2, "relevant"),
        ("form.unsupported_type", "survey", 3, "type"),
        ("form.unknown_list", "survey", 4, "type"),
        ("form.duplicate_name", "survey", 5, "name"),
        ("expression.unknown_function", "survey", 5, "relevant"),
        ("form.bad_name", "survey", 6, "name"),
        ("expression.unknown_name", "survey", 6, "relevant"),
        ("expression.cycle", "survey", 7, "calculation"),
        ("form.missing_label", "survey", 9, "label"),
        ("form.unbalanced", "survey", 10, "type"),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} not in {found:#?}");
    }
    let cycle = problems
        .iter()
        .find(|problem| problem.code == "expression.cycle")
        .unwrap();
    assert!(
        cycle
            .message
            .contains("x (row 7) needs y (row 8) needs x (row 7)"),
        "{}",
        cycle.message
    );
    assert!(
        problems
            .iter()
            .all(|problem| !problem.message.is_empty() && problem.remedy.ends_with(['.', '?']))
    );
}

#[test]
fn circles_of_every_kind_are_refused_and_harmless_ones_are_not() {
    let relevance = "| survey | | |\n| | type | name | label | relevant |\n| | text | a | A | ${b} = 'x' |\n| | text | b | B | ${a} = 'x' |";
    assert_eq!(compile(relevance).unwrap_err()[0].code, "expression.cycle");
    let itself = "| survey | | |\n| | type | name | label | calculation |\n| | calculate | a | | ${a} + 1 |";
    assert_eq!(
        compile(itself).unwrap_err()[0].message,
        "a (row 2) depends on itself."
    );
    let constraint =
        "| survey | | |\n| | type | name | label | constraint |\n| | integer | a | A | . > 1 and ${a} < 9 |";
    assert!(compile(constraint).is_ok());
    let inside = "| survey | | |\n| | type | name | label | relevant |\n| | begin_group | g | G | ./a = 'x' |\n| | text | a | A | |\n| | end_group | | | |";
    assert!(compile(inside).is_ok());
}

#[test]
fn warnings_do_not_stop_a_form() {
    let form = form(
        "| survey | | | |\n| | type | name | label | relevent | trigger |\n| | start | begun | | | |\n| | text | a | A | | |\n\
         | choice | |\n| | list_name | name |\n| entities | |\n| | label |",
    );
    let codes: Vec<&str> = form.warnings().iter().map(|warning| warning.code).collect();
    assert_eq!(
        codes,
        [
            "form.misnamed_sheet",
            "form.ignored_sheet",
            "form.unknown_column",
            "form.ignored_column",
            "form.dropped_type"
        ]
    );
    assert_eq!(
        form.warnings()[2].remedy,
        "Did you mean relevant? Otherwise it is left out."
    );
}

#[test]
fn a_workbook_without_survey_says_which_sheet_was_meant() {
    let problems = compile("| Survery | | |\n| | type | name |").unwrap_err();
    assert_eq!(
        (problems[0].code, problems[0].remedy.as_str()),
        ("form.no_survey", "Rename the sheet Survery to survey.")
    );
    assert_eq!(
        compile("| survey | |\n| | name |").unwrap_err()[0].code,
        "form.missing_column"
    );
}

#[test]
fn a_rule_that_multiplies_repeats_by_repeats_ends_and_is_not_called_complete() {
    let form = form(
        r"
| survey | | | |
| | type | name | label | calculation |
| | begin_repeat | r | R | |
| | integer | n | N | |
| | calculate | m | | count(${r}[count(${r}[n = count(${r}[n > 0])]) = 1]) |
| | end_repeat | | | |
",
    );
    let mut answers = Answers::default();
    for key in 1..=400 {
        answers.set(&format!("/data/r[{key}]/n"), "1");
    }
    assert!(!form.evaluate(&answers, TODAY).is_complete());
}

#[test]
fn a_file_full_of_faults_is_given_up_soon() {
    let mut sheets = "| survey | | |\n| | type | name | label | relevant |\n".to_owned();
    for place in 0..19_000 {
        writeln!(
            sheets,
            "| | text | quite_a_long_question_name_{place} | L | ${{no_such_question_name_{place}}} = 1 |"
        )
        .unwrap();
    }
    let problems = compile(&sheets).unwrap_err();
    assert_eq!(problems.len(), 1001);
    assert!(
        problems
            .iter()
            .any(|problem| problem.code == "form.too_many_faults")
    );
}

#[test]
fn texts_that_double_again_and_again_stay_small() {
    let mut sheets =
        "| survey | | |\n| | type | name | label | calculation |\n| | text | c0 | Start | |\n".to_owned();
    for place in 1..2000 {
        writeln!(
            sheets,
            "| | calculate | c{place} | | concat(${{c{0}}}, ${{c{0}}}) |",
            place - 1
        )
        .unwrap();
    }
    let evaluation = evaluate(&form(&sheets), &[("/data/c0", "to be or not to be")]);
    let length: usize = evaluation.nodes().iter().map(|node| node.value.len()).sum();
    assert!(length < 200_000_000, "{length}");
    assert!(!evaluation.is_complete());
}

#[test]
fn groups_may_not_be_nested_without_end() {
    let mut sheets = "| survey | | |\n| | type | name | label |\n".to_owned();
    for place in 0..5000 {
        writeln!(sheets, "| | begin_group | g{place} | G |").unwrap();
    }
    sheets.push_str("| | text | leaf | Leaf |\n");
    for _ in 0..5000 {
        sheets.push_str("| | end_group | | |\n");
    }
    let problems = compile(&sheets).unwrap_err();
    assert_eq!(
        problems
            .iter()
            .filter(|problem| problem.code == "form.too_deep")
            .count(),
        1
    );
}

#[test]
fn what_was_filled_in_beforehand_does_not_start_a_section() {
    let form = form(
        r"
| survey | | | |
| | type | name | label | default | required |
| | begin_group | g | G | | |
| | integer | year | Year | 2026 | yes |
| | text | why | Why | | yes |
| | end_group | | | | |
",
    );
    let mut answers = form.begin(TODAY);
    let state = |answers: &Answers| form.evaluate(answers, TODAY).section_state(&form.sections()[0]);
    assert_eq!(state(&answers), SectionState::NotStarted);
    answers.set("/data/g/year", "2027");
    assert_eq!(state(&answers), SectionState::InProgress);
    answers.set("/data/g/year", "2026");
    answers.set("/data/g/why", "Because");
    assert_eq!(state(&answers), SectionState::Complete);
}

#[test]
fn a_long_chain_of_calculations_neither_overflows_nor_lags() {
    let mut sheets =
        "| survey | | |\n| | type | name | label | calculation |\n| | integer | c0 | Start | |\n".to_owned();
    for place in (1..3000).rev() {
        writeln!(sheets, "| | calculate | c{place} | | ${{c{}}} + 1 |", place - 1).unwrap();
    }
    let form = form(&sheets);
    assert_eq!(evaluate(&form, &[("/data/c0", "1")]).value("/data/c2999"), "3000");
}

#[test]
fn a_questionnaire_and_its_evaluations_may_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Questionnaire>();
    shared::<Evaluation>();
}

const WEB: &str = r"
| survey | | | | | | |
| | type | name | label | relevant | required | constraint | calculation |
| | integer | a | A | | yes | . < 50 | |
| | integer | b | B | ${a} > 3 | yes | | |
| | select_one c | s | S | ${b} != 2 | | | |
| | text | t | T | selected(${s}, 'x') | ${a} = 4 | | |
| | begin_repeat | r | R | ${s} = 'x' or ${a} = 1 | | | |
| | integer | n | N | | | . <= ${a} | |
| | calculate | m | | | | | ${n} + coalesce(${b}, 0) |
| | end_repeat | | | | | | |
| | calculate | total | | | | | sum(${m}) |
| choices | | | |
| | list_name | name | label |
| | c | x | Ex |
| | c | y | Why |
";

const PATHS: [&str; 6] = [
    "/data/a",
    "/data/b",
    "/data/s",
    "/data/t",
    "/data/r[1]/n",
    "/data/r[2]/n",
];

proptest! {
    #[test]
    fn the_order_of_answering_does_not_matter(
        given in proptest::collection::vec((0usize..6, prop::sample::select(vec!["", "1", "2", "4", "60", "x", "y"])), 0..14),
        seed in any::<u64>(),
    ) {
        let form = form(WEB);
        // The last answer to each question counts; the order among different questions must not.
        let mut last: Vec<(usize, &str)> = Vec::new();
        for (place, value) in given {
            last.retain(|(known, _)| *known != place);
            last.push((place, value));
        }
        let mut first = Answers::default();
        first.set("/data/r[1]/n", "9");
        first.set("/data/r[2]/n", "9");
        let mut second = first.clone();
        for (place, value) in &last {
            first.set(PATHS[*place], *value);
        }
        last.sort_by_key(|(place, _)| (*place as u64 + 1).wrapping_mul(seed | 1));
        for (place, value) in &last {
            second.set(PATHS[*place], *value);
        }
        prop_assert_eq!(&first, &second);
        let (one, two) = (form.evaluate(&first, TODAY), form.evaluate(&second, TODAY));
        prop_assert_eq!(one.exported(), two.exported());
        let problems = |evaluation: &Evaluation| -> Vec<(String, String)> {
            evaluation.problems().map(|(path, problem)| (path.to_owned(), problem.message.clone())).collect()
        };
        prop_assert_eq!(problems(&one), problems(&two));
        for node in one.nodes() {
            prop_assert!(one.get(&node.path).is_some_and(|found| found.path == node.path));
            prop_assert!(node.relevant || (node.value.is_empty() && !node.required && node.problem.is_none()));
        }
    }

    #[test]
    fn no_cells_make_the_compiler_panic(
        rows in proptest::collection::vec((
            prop::sample::select(vec!["text", "integer", "calculate", "begin_group", "end_group", "begin_repeat", "end_repeat",
                "select_one c", "note", "range", "", "start"]),
            prop::sample::select(vec!["a", "b", "c", "r", "", "1x", "a b"]),
            prop::sample::select(vec!["${a}", "${r}", "../a", ".", "", "count(${r})", "position(..)", "/data/r[1]/a", "/data/*",
                "..", "../..", "${a}[. > 1]", "indexed-repeat(${a}, ${r}, 1)", "jr:choice-name(${a}, '${b}')", "sum(${a}) > 1",
                "current()/../b", "${r}/a", "not(${b})", "((", "regex(., '(')"]),
        ), 0..24)
    ) {
        let mut sheets = "| survey | | |\n| | type | name | label | relevant | calculation | constraint | repeat_count | choice_filter |\n".to_owned();
        for (place, (kind, name, rule)) in rows.iter().enumerate() {
            let column = |wanted: usize| if place % 5 == wanted { rule } else { "" };
            writeln!(sheets, "| | {kind} | {name} | L | {} | {} | {} | {} | {} |",
                column(0), column(1), column(2), column(3), column(4)).unwrap();
        }
        sheets.push_str("| choices | | |\n| | list_name | name | label |\n| | c | x | Ex |\n");
        if let Ok(form) = compile(&sheets) {
            let mut answers = form.begin(TODAY);
            for path in form.questions().iter().map(|question| question.path.clone()) {
                answers.set(&path, "2");
            }
            let evaluation = form.evaluate(&answers, TODAY);
            for node in evaluation.nodes() {
                evaluation.label(&node.path);
            }
            for section in form.sections() {
                evaluation.section_state(section);
            }
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), packed in any::<bool>()) {
        let mut file = if packed { b"PK\x03\x04".to_vec() } else { Vec::new() };
        file.extend(bytes);
        let _ = Questionnaire::read("form.xlsx", &file);
    }
}
