//! Who did what, newest first, for those who may see it; of one organisation where its code is given.

use axum::extract::{Query, State};
use domain::roles::Right;
use serde::{Deserialize, Serialize};
use storage::events::Recorded;

use crate::content::{Cell, Column, Table};
use crate::error::Answer;
use crate::page::{Layout, Page};
use crate::route::{Need, Route, encode};
use crate::session::Signed;
use crate::state::WebState;

const AUDIT: &str = "/audit";

/// Their routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get(AUDIT, Need::Right(Right::SeeAudit), get)]
}

/// What is asked for in the address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AuditForm {
    /// The code of an organisation; empty for all.
    organisation: String,
    /// The place in the order before which the page begins.
    before: String,
}

/// One page of the audit.
#[derive(Clone, Debug, Serialize)]
pub struct AuditPage {
    /// The frame.
    pub layout: Layout,
    /// What is asked for.
    pub form: AuditForm,
    /// The events.
    pub events: Table,
    /// The address of older events.
    pub older: Option<String>,
}

async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Query(form): Query<AuditForm>,
    layout: Layout,
) -> Answer {
    let form = AuditForm {
        organisation: form.organisation.trim().to_owned(),
        ..form
    };
    // What cannot be understood begins at the newest.
    let before = form.before.parse().ok();
    let view = app::audit::list(&state.app, &who.actor, &form.organisation, before).await?;
    let older = view.before.map(|seq| {
        let organisation = encode(&form.organisation);
        format!("{AUDIT}?organisation={organisation}&before={seq}")
    });
    Ok(state.templates.show(&AuditPage {
        layout: layout.titled("Audit").at(AUDIT),
        form,
        events: table(&view.events),
        older,
    }))
}

fn table(events: &[Recorded]) -> Table {
    let mut rows = Vec::new();
    for event in events {
        let person = if event.person_name.is_empty() {
            "The system, or somebody not signed in"
        } else {
            &event.person_name
        };
        rows.push(vec![
            Cell::new(app::sign_off::in_words(event.at)),
            Cell::new(person),
            Cell::new(in_words(&event.kind)),
            Cell::new(&event.organisation_name),
        ]);
    }
    Table {
        caption: "What was done, newest first".to_owned(),
        columns: vec![
            Column::words("When"),
            Column::words("Who"),
            Column::words("What"),
            Column::words("Organisation"),
        ],
        rows,
        when_empty: "Nothing is recorded.".to_owned(),
        ..Table::default()
    }
}

/// Every kind of event, with the words for it.
const WORDS: [(&str, &str); 40] = [
    ("access.denied", "Was refused a page or action"),
    ("area.imported", "Loaded areas"),
    (
        "area_succession.imported",
        "Loaded which area took the place of which",
    ),
    ("colleague.invited", "Invited a colleague"),
    ("cycle.created", "Planned a cycle"),
    ("cycle.dates_changed", "Changed a cycle's dates"),
    ("cycle.moved", "Moved a cycle on"),
    ("demonstration.begun", "Began to load the demonstration"),
    ("demonstration.loaded", "Loaded the demonstration"),
    ("grant.ended", "Ended a role"),
    ("grant.given", "Gave a role"),
    ("organisation.imported", "Loaded organisations"),
    (
        "organisation_succession.imported",
        "Loaded which organisation took the place of which",
    ),
    (
        "participation.declined",
        "Recorded that the organisation does not take part",
    ),
    (
        "participation.handed_to_arms",
        "Let the organisation take part as two arms",
    ),
    ("participation.invited", "Invited organisations"),
    ("participation.invited_again", "Invited the organisation again"),
    ("participation.lead_nominated", "Nominated a mapping lead"),
    ("participation.lead_registered", "Registered as mapping lead"),
    ("participation.reopened", "Reopened the organisation"),
    ("participation.signed_off", "Signed off"),
    ("person.closed", "Closed an account"),
    ("person.created", "Made an account"),
    ("person.invited", "Made a link to register with"),
    ("person.opened", "Opened a closed account"),
    ("person.password_changed", "Changed the password"),
    ("person.registered", "Registered"),
    ("person.renamed", "Changed the own name or post"),
    ("person.reset_asked", "Asked to reset a password"),
    ("person.second_factor_added", "Added a second step to sign in"),
    ("person.second_factor_removed", "Removed a second step to sign in"),
    ("person.sign_in_refused", "Was refused to sign in"),
    ("person.signed_in", "Signed in"),
    ("questionnaire.published", "Published a questionnaire"),
    ("return.imported", "Imported a service's answers"),
    ("return.saved", "Saved answers"),
    ("service.added", "Added a service"),
    ("service.carried", "Brought a service from last year"),
    ("services.imported", "Imported a spreadsheet of services"),
    ("session.ended", "Signed out or ended a session"),
];

/// What happened, in words; a kind without words is shown as it is.
fn in_words(kind: &str) -> &str {
    WORDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(kind, |(_, words)| words)
}

impl Page for AuditPage {
    const TEMPLATE: &'static str = "audit/audit.html";

    fn samples() -> Vec<AuditPage> {
        let event = Recorded {
            seq: 7,
            at: jiff::Timestamp::UNIX_EPOCH,
            kind: "participation.signed_off".to_owned(),
            person_name: "Bea Barnes".to_owned(),
            person: None,
            cycle: None,
            organisation: None,
            organisation_name: "Blackpool Borough Council".to_owned(),
            service: None,
            subject_return: None,
            detail: serde_json::Value::Null,
        };
        vec![
            AuditPage {
                layout: Layout::sample("Audit"),
                form: AuditForm {
                    organisation: "E06000009".to_owned(),
                    before: String::new(),
                },
                events: table(&[event]),
                older: Some("/audit?organisation=E06000009&before=7".to_owned()),
            },
            AuditPage {
                layout: Layout::sample("Audit"),
                form: AuditForm::default(),
                events: table(&[]),
                older: None,
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Every quoted word in a source file that looks like the kind of an event given to `Event::new` or `.event`.
    fn kinds_in(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                kinds_in(&path, found);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for start in ["Event::new(", ".event("] {
                for rest in source.split(start).skip(1) {
                    let Some(quoted) = rest.trim_start().strip_prefix('"') else {
                        continue;
                    };
                    found.push(quoted.split('"').next().unwrap().to_owned());
                }
            }
        }
    }

    #[test]
    fn whatever_can_happen_has_words_in_the_audit() {
        let mut found = Vec::new();
        kinds_in(
            Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src")),
            &mut found,
        );
        assert!(found.len() > 20, "{found:?}");
        for kind in found {
            assert!(in_words(&kind) != kind, "{kind} has no words");
        }
    }

    #[test]
    fn the_words_are_in_order_so_that_one_finds_them() {
        assert!(WORDS.is_sorted());
    }
}
