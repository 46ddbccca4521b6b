//! How long an evaluation takes; run with `--release -- --ignored --no-capture` for a figure that means something.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::fmt::Write;
use std::time::Instant;

use jiff::civil::date;
use questionnaire::{Answers, Questionnaire, Workbook};

/// A form of the shape of a service questionnaire: a relevance on every third question, a constraint on every
/// tenth, a calculation on every tenth, a choice on every fifth.
fn sheets(question_count: usize) -> String {
    let mut text =
        "| survey | | |\n| | type | name | label | required | relevant | constraint | calculation |\n"
            .to_owned();
    for place in 0..question_count {
        if place % 20 == 0 {
            if place > 0 {
                text.push_str("| | end_group | |\n");
            }
            writeln!(text, "| | begin_group | g{place} | Group {place} |").unwrap();
        }
        let kind = if place % 5 == 1 {
            "select_one yes_no"
        } else {
            "decimal"
        };
        let relevant = match place {
            0..2 => String::new(),
            _ if place % 3 == 0 => format!("${{q{}}} = 'yes'", place - 1 - (place + 3) % 5),
            _ => String::new(),
        };
        let constraint = if place % 10 == 2 {
            ". >= 0 and . <= 1000000"
        } else {
            ""
        };
        if place % 10 == 9 {
            let rule = format!(
                "round(coalesce(${{q{}}}, 0) + coalesce(${{q{}}}, 0), 2)",
                place - 1,
                place - 2
            );
            writeln!(text, "| | calculate | q{place} | | | | | {rule} |").unwrap();
        } else {
            writeln!(
                text,
                "| | {kind} | q{place} | Question {place} | yes | {relevant} | {constraint} | |"
            )
            .unwrap();
        }
    }
    text.push_str("| | end_group | |\n| choices | | |\n| | list_name | name | label |\n| | yes_no | yes | Yes |\n| | yes_no | no | No |\n");
    text
}

fn filled(form: &Questionnaire) -> Answers {
    let mut answers = Answers::default();
    for question in form.questions() {
        answers.set(
            &question.path,
            if question.choices.is_empty() {
                "12.5"
            } else {
                "yes"
            },
        );
    }
    answers
}

#[test]
#[ignore = "a measurement, not a check"]
fn evaluation_time_grows_with_the_form() {
    for question_count in [150, 200, 2_000, 10_000] {
        let workbook = Workbook::from_markdown(&sheets(question_count));
        let begun = Instant::now();
        let form = Questionnaire::compile(&workbook).unwrap();
        let compiled = begun.elapsed();
        let answers = filled(&form);
        let mut times: Vec<u128> = (0..200)
            .map(|_| {
                let begun = Instant::now();
                let evaluation = form.evaluate(&answers, date(2026, 11, 22));
                assert!(evaluation.is_complete());
                begun.elapsed().as_nanos()
            })
            .collect();
        times.sort_unstable();
        println!(
            "{question_count} questions: compile {compiled:?}, evaluate median {} us, p95 {} us",
            times[times.len() / 2] / 1000,
            times[times.len() * 95 / 100] / 1000
        );
    }
}
