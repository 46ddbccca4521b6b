//! Real forms of the field, when they are at hand: how many are read, and what stands in the way of the others.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::date;
use questionnaire::{Questionnaire, Workbook};

#[test]
fn real_forms_are_read_or_refused_with_places_and_never_break_the_reader() {
    let Some(shared) = std::env::var_os("CSM_SHARED") else {
        println!("skipped: CSM_SHARED does not name a folder of reference data");
        return;
    };
    let folder = PathBuf::from(shared).join("conformance/forms");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut read, mut codes) = (0, BTreeMap::new());
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        match Questionnaire::read(&name, &std::fs::read(file).unwrap()) {
            Ok(form) => {
                let answers = form.begin(date(2026, 11, 22));
                let evaluation = form.evaluate(&answers, date(2026, 11, 22));
                let (questions, missing) = (form.questions().len(), evaluation.problems().count());
                println!(
                    "{name}: {questions} questions, {missing} to answer first, {} warnings",
                    form.warnings().len()
                );
                read += 1;
            }
            Err(problems) => {
                println!("{name}: refused with {} faults", problems.len());
                for problem in &problems {
                    *codes.entry(problem.code).or_insert(0) += 1;
                    if std::env::var_os("CSM_FAULTS").is_some() {
                        println!("    {problem}");
                    }
                    assert!(
                        problem.sheet.is_some() || problem.code.starts_with("workbook."),
                        "{problem}"
                    );
                }
            }
        }
    }
    println!(
        "{read} of {} forms read; faults of the others: {codes:?}",
        files.len()
    );
}

#[test]
fn small_forms_of_the_field_are_accepted_or_refused_and_never_break_the_compiler() {
    let Some(shared) = std::env::var_os("CSM_SHARED") else {
        println!("skipped: CSM_SHARED does not name a folder of reference data");
        return;
    };
    let file = PathBuf::from(shared).join("conformance/pyxform-cases.jsonl");
    let (mut agreed, mut unsupported, mut stricter, mut laxer) = (0, 0, 0, 0);
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(table) = case["md"].as_str() else {
            continue;
        };
        let accepted = case["xform"].is_string();
        match (Questionnaire::compile(&Workbook::from_markdown(table)), accepted) {
            (Ok(_), true) | (Err(_), false) => agreed += 1,
            (Err(problems), true)
                if problems
                    .iter()
                    .any(|problem| problem.code.contains("unsupported")) =>
            {
                unsupported += 1;
            }
            (Err(problems), true) => {
                stricter += 1;
                told(&case, &problems[0].to_string());
            }
            (Ok(_), false) => {
                laxer += 1;
                told(&case, "accepted");
            }
        }
    }
    println!(
        "{agreed} agreed, {unsupported} not supported yet, {stricter} refused only here, {laxer} only there"
    );
}

fn told(case: &serde_json::Value, what: &str) {
    if std::env::var_os("CSM_FAULTS").is_some() {
        println!(
            "{} {}: {what} | {}",
            case["id"],
            case["test"].as_str().unwrap_or(""),
            case["message"]
        );
    }
}
