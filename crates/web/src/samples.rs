//! The list of every page, so that each is drawn in a test.
//!
//! Whoever adds a template adds a line here; a test fails for a template that is not in the list.

use crate::page::Page;
use crate::{error_pages, information};
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
        of::<information::HelpPage>(),
        of::<information::AccessibilityPage>(),
        of::<information::CookiesPage>(),
        of::<information::PrivacyPage>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
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
        drawn
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
            .filter(|name| name.ends_with(".html") && !shared(name) && !sampled.contains(name.as_str()))
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
