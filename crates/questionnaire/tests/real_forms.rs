//! Real forms of the field, when they are at hand: how many are read, and what stands in the way of the others.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::date;
use questionnaire::Questionnaire;

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
