//! The questionnaires that the project ships compile without fault and without warning.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use jiff::civil::date;
use questionnaire::{Questionnaire, SectionState};

#[test]
fn the_shipped_service_questionnaire_compiles_without_a_word_of_warning() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../questionnaires/service.xlsx");
    let form = match Questionnaire::read("service.xlsx", &std::fs::read(path).unwrap()) {
        Ok(form) => form,
        Err(problems) => panic!(
            "{}",
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        ),
    };
    for warning in form.warnings() {
        println!("{warning}");
    }
    assert_eq!(form.warnings().len(), 0);
    let evaluation = form.evaluate(&form.begin(date(2026, 11, 22)), date(2026, 11, 22));
    for section in form.sections() {
        let pages: Vec<&str> = section.pages.iter().map(|page| page.id.as_str()).collect();
        println!(
            "{} ({}): {:?} {pages:?}",
            section.id,
            section.label,
            evaluation.section_state(section)
        );
        assert_ne!(
            evaluation.section_state(section),
            SectionState::Complete,
            "{}",
            section.id
        );
    }
    for page in form.pages() {
        for path in &page.questions {
            assert_eq!(
                form.question(path).unwrap().page_id.as_deref(),
                Some(page.id.as_str())
            );
        }
    }
}
