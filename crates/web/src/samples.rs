//! The list of every page, so that each is drawn in a test.
//!
//! Whoever adds a template adds a line here; a test fails for a template that is not in the list.

use crate::page::Page;
use crate::{
    accounts, audit, cycles, error, error_pages, home, import, information, outbox, participations, public,
    returns, services,
};
use minijinja::Value;
use minijinja::value::Serde;

/// The samples of one template.
pub struct Samples {
    /// Its path below `templates/`.
    pub template: &'static str,
    /// What it is drawn with.
    pub values: Vec<Value>,
}

fn of<P: Page>() -> Samples {
    let values = P::samples()
        .into_iter()
        .map(|page| Value::from(Serde(page)))
        .collect();
    Samples {
        template: P::TEMPLATE,
        values,
    }
}

/// Every page that we have.
pub fn every_page() -> Vec<Samples> {
    vec![
        of::<error_pages::ErrorPage>(),
        of::<import::upload::UploadPage>(),
        of::<import::progress::ProgressPage>(),
        of::<import::progress::ProgressPart>(),
        of::<import::outcome::OutcomePage>(),
        of::<import::outcome::StoppedPage>(),
        of::<returns::answers::AnswersPage>(),
        of::<returns::history::HistoryPage>(),
        of::<returns::page::QuestionsPage>(),
        of::<returns::page::QuestionsPart>(),
        of::<returns::tasks::TasksPage>(),
        of::<services::add::AddPage>(),
        of::<services::board::BoardPage>(),
        of::<services::carry::CarryPage>(),
        of::<services::check_report::CheckReportPage>(),
        of::<services::colleagues::ColleaguePage>(),
        of::<services::sign_off::SignOffPage>(),
        of::<information::HelpPage>(),
        of::<information::AccessibilityPage>(),
        of::<information::CookiesPage>(),
        of::<information::PrivacyPage>(),
        of::<error::ProblemPage>(),
        of::<public::landing::LandingPage>(),
        of::<public::summary::SummaryPage>(),
        of::<home::HomePage>(),
        of::<audit::AuditPage>(),
        of::<outbox::OutboxPage>(),
        of::<outbox::LetterPage>(),
        of::<accounts::sign_in::SignInPage>(),
        of::<accounts::code::CodePage>(),
        of::<accounts::reset::AskResetPage>(),
        of::<accounts::reset::ResetAskedPage>(),
        of::<accounts::reset::ResetPage>(),
        of::<accounts::register::RegisterPage>(),
        of::<accounts::register::AcceptPage>(),
        of::<accounts::account::AccountPage>(),
        of::<accounts::name::NamePage>(),
        of::<accounts::password::PasswordPage>(),
        of::<accounts::second_step::SecondStepPage>(),
        of::<accounts::second_step::RemoveSecondStepPage>(),
        of::<cycles::list::CyclesPage>(),
        of::<cycles::new::NewCyclePage>(),
        of::<cycles::show::CyclePage>(),
        of::<cycles::dates::DatesPage>(),
        of::<cycles::step::StepPage>(),
        of::<participations::list::OrganisationsPage>(),
        of::<participations::invite::InvitePage>(),
        of::<participations::show::PartPage>(),
        of::<participations::nominate::NominatePage>(),
        of::<participations::reason::ReasonPage>(),
        of::<participations::arms::ArmsPage>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Cell, Choice, Column, Pagination, SummaryRow, Table, Task};
    use crate::page::{ErrorLink, Layout, Notice};
    use crate::templates::{self, Templates};
    use std::collections::BTreeSet;

    /// Templates that are used by others and not drawn alone; so are those whose name begins with `_`.
    const SHARED: [&str; 3] = ["layout.html", "forms.html", "parts.html"];

    /// Every sample drawn, with a name for messages.
    fn drawn() -> Vec<(String, String)> {
        let templates = Templates::load().unwrap();
        let mut drawn = Vec::new();
        for page in every_page() {
            for (number, values) in page.values.iter().enumerate() {
                let name = format!("{} sample {}", page.template, number + 1);
                let html = templates
                    .render(page.template, values)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                drawn.push((name, html));
            }
        }
        drawn.push(("the kit".to_owned(), kit()));
        drawn
    }

    /// Every piece of the kit, as a page.
    fn kit() -> String {
        let choices = vec![
            Choice::new("universal", "Universal").with_hint("For every child"),
            Choice::new("targeted", "Targeted"),
            Choice::new("specialist", "Specialist"),
        ];
        let needs = vec![
            Choice::new("universal", "Sleep"),
            Choice {
                is_exclusive: true,
                html: Some("<p>Say why</p>".to_owned()),
                ..Choice::new("specialist", "Specialist")
            },
        ];
        let task = |text: &str, status: &str, colour: Option<&str>| Task {
            text: text.to_owned(),
            href: colour.map(|_| "/section".to_owned()),
            hint: None,
            status: status.to_owned(),
            colour: colour.map(str::to_owned),
        };
        let columns = vec![
            Column::words("Service"),
            Column::numbers("Staff (WTE)"),
            Column::numbers("Cost"),
        ];
        let table = Table {
            caption: "Services of South Example Council, 2026/27".to_owned(),
            columns: columns.clone(),
            rows: vec![
                vec![
                    Cell::link("Family support", "/services/1"),
                    Cell::new("3.500"),
                    Cell::new("£220,320"),
                ],
                vec![
                    Cell::status("Overdue", "red"),
                    Cell::new("8.900"),
                    Cell::new("£368,672"),
                ],
            ],
            total: Some(vec![
                Cell::new("Total"),
                Cell::new("12.400"),
                Cell::new("£588,992"),
            ]),
            notes: vec!["WTE: whole-time equivalent.".to_owned()],
            when_empty: String::new(),
        };
        let empty_table = Table {
            caption: "Last year".to_owned(),
            columns,
            when_empty: "No services yet".to_owned(),
            ..Table::default()
        };
        let errors = vec![
            ErrorLink::at("name", "Enter the name of the service"),
            ErrorLink::at("tier", "Select a tier"),
            ErrorLink::at("closes-day", "Enter a real date"),
        ];
        let row = |key: &str, value: &str| SummaryRow {
            key: key.to_owned(),
            value: value.to_owned(),
            href: Some("/change".to_owned()),
            what: None,
        };
        let values = minijinja::context! {
            layout => Value::from(Serde(
                Layout::sample("Family support").at("/returns").with_back("/returns").with_errors(errors).with_notice(Notice::success("Saved.")),
            )),
            name => "<Family> & support",
            tasks => Value::from(Serde(vec![
                task("Who and where", "Completed", None),
                task("Staff by profession", "In progress", Some("light-blue")),
                task("Cost", "Incomplete", Some("blue")),
            ])),
            choices => Value::from(Serde(choices)),
            needs => Value::from(Serde(needs)),
            rows => Value::from(Serde(vec![row("Name", "Family support"), row("Telephone", "")])),
            table => Value::from(Serde(table)),
            empty_table => Value::from(Serde(empty_table)),
            pagination => Value::from(Serde(Pagination::new(4, 12, "/services?page="))),
        };
        let templates = Templates::load()
            .unwrap()
            .with("kit.html", include_str!("../tests/kit.html"));
        templates
            .render("kit.html", &values)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn an_error_is_shown_beside_its_field_and_at_the_top() {
        let html = kit();
        assert!(html.contains("<title>Error: Family support"));
        assert_eq!(html.matches("Enter the name of the service").count(), 2);
        assert!(
            html.contains("aria-describedby=\"name-hint name-error\""),
            "{html}"
        );
        assert_eq!(html.matches("Enter a real date").count(), 2);
    }

    #[test]
    fn what_people_wrote_is_text_and_never_part_of_the_page() {
        assert!(kit().contains("value=\"&lt;Family&gt; &amp; support\""));
    }

    #[test]
    fn a_table_has_its_numbers_at_the_right_and_its_total_at_the_foot() {
        let html = kit();
        let foot = html
            .split("<tfoot")
            .nth(1)
            .unwrap()
            .split("</tfoot>")
            .next()
            .unwrap();
        assert!(foot.contains("govuk-table__cell--numeric\">12.400"), "{foot}");
        assert!(html.contains("No services yet"));
    }

    #[test]
    fn a_summary_says_what_is_missing_and_what_a_link_changes() {
        let html = kit();
        assert!(html.contains("Not provided"));
        assert!(
            html.contains("Change<span class=\"govuk-visually-hidden\"> Telephone</span>"),
            "{html}"
        );
    }

    /// The values of an attribute, in the order of the page.
    fn values_of(html: &str, attribute: &str) -> Vec<String> {
        let start = format!(" {attribute}=\"");
        html.split(start.as_str())
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn every_template_has_samples() {
        let sampled: BTreeSet<&str> = every_page()
            .into_iter()
            .filter(|page| !page.values.is_empty())
            .map(|page| page.template)
            .collect();
        let shared = |name: &str| {
            SHARED.contains(&name) || name.rsplit('/').next().is_some_and(|file| file.starts_with('_'))
        };
        let missing: Vec<String> = templates::names()
            .into_iter()
            .filter(|name| !shared(name) && !sampled.contains(name.as_str()))
            .collect();
        assert!(missing.is_empty(), "add these to samples.rs: {missing:?}");
    }

    #[test]
    fn every_sample_is_drawn_and_nothing_in_it_needs_an_inline_script_or_style() {
        for (name, html) in drawn() {
            for forbidden in [
                " style=\"",
                "<style",
                " onclick=",
                " onsubmit=",
                " onchange=",
                "javascript:",
                "hx-on",
            ] {
                assert!(!html.contains(forbidden), "{name} has {forbidden}");
            }
            for script in html.split("<script").skip(1) {
                assert!(
                    script.split('>').next().unwrap().contains(" src=\"/assets/"),
                    "{name} has an inline script"
                );
            }
        }
    }

    #[test]
    fn every_whole_page_has_one_heading_and_a_title_that_begins_with_it() {
        for (name, html) in drawn() {
            if !html.contains("<!DOCTYPE html>") {
                continue;
            }
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            let title = html
                .split("<title>")
                .nth(1)
                .and_then(|rest| rest.split("</title>").next())
                .unwrap();
            let is_named = !title.trim_start_matches("Error: ").starts_with('–');
            assert!(is_named, "{name} has no title");
            assert_eq!(
                title.starts_with("Error: "),
                html.contains("govuk-error-summary\""),
                "{name}: {title}"
            );
        }
    }

    #[test]
    fn no_id_is_used_twice_and_every_label_and_error_leads_to_a_field() {
        for (name, html) in drawn() {
            let ids = values_of(&html, "id");
            let known: BTreeSet<&String> = ids.iter().collect();
            assert_eq!(ids.len(), known.len(), "{name} uses an id twice: {ids:?}");
            for target in values_of(&html, "for") {
                assert!(
                    known.contains(&target),
                    "{name}: a label for {target}, which is not there"
                );
            }
            for described in values_of(&html, "aria-describedby") {
                for target in described.split(' ') {
                    assert!(
                        known.contains(&target.to_owned()),
                        "{name}: described by {target}, which is not there"
                    );
                }
            }
            for target in values_of(&html, "href")
                .iter()
                .filter_map(|href| href.strip_prefix('#'))
            {
                assert!(
                    known.contains(&target.to_owned()),
                    "{name}: a link to #{target}, which is not there"
                );
            }
        }
    }

    #[test]
    fn every_form_that_changes_something_sends_the_token_back() {
        for (name, html) in drawn() {
            for form in html.split("<form").skip(1) {
                let form = form.split("</form>").next().unwrap();
                if form.split('>').next().unwrap().contains("method=\"post\"") {
                    assert!(
                        form.contains("name=\"csrf_token\""),
                        "{name} has a form without its token"
                    );
                }
            }
        }
    }
}
