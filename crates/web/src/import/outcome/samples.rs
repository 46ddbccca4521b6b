//! Examples of what files would do, and did.

use app::import::{ChangedAnswer, ChangedService, CreatedService, ImportChoice, ImportReport};
use domain::problem::Problem;
use domain::sheet::Fault;

use super::{OutcomePage, StepPlace, StoppedPage, outcome_page, stopped_page};
use crate::page::{ErrorLink, Layout, Page};

fn place() -> StepPlace {
    StepPlace {
        cycle: "2026-27".to_owned(),
        organisation: "E06000009".to_owned(),
        job: "00000000-0000-7000-8000-000000000000".to_owned(),
    }
}

/// A file of five rows, of which one may be wrong.
pub(super) fn report(faults: Vec<Fault>, is_saved: bool) -> ImportReport {
    let refused = faults.len() as u64;
    ImportReport {
        file_name: "teams.csv".to_owned(),
        cycle: "2026-27".to_owned(),
        organisation: "E06000009".to_owned(),
        sheet: "teams.csv".to_owned(),
        choice: ImportChoice::AllOrNothing,
        is_dry_run: !is_saved,
        is_saved,
        rows: 4 + refused,
        created: 1,
        changed: 1,
        unchanged: 2,
        refused,
        incomplete: 1,
        fault_count: refused,
        warning_count: 60,
        warnings: faults.clone(),
        faults,
        created_services: vec![CreatedService {
            row: 2,
            reference: "S1".to_owned(),
            name: "Health visiting".to_owned(),
        }],
        changed_services: vec![ChangedService {
            row: 3,
            reference: "S2".to_owned(),
            name: "Fostering".to_owned(),
            change_count: 1,
            changes: vec![ChangedAnswer {
                label: "Total".to_owned(),
                old: String::new(),
                new: "£220,320".to_owned(),
            }],
        }],
    }
}

/// A fault with its cell.
pub(super) fn fault() -> Fault {
    Fault::of_file(
        "answer.not_a_number",
        "\u{201c}lots\u{201d} cannot be the answer to \u{201c}Total\u{201d}.",
        "Enter an amount in pounds.",
    )
    .at_row("Services", 4)
    .at_column(5, "cost_total")
}

impl Page for OutcomePage {
    const TEMPLATE: &'static str = "import/outcome.html";

    fn samples() -> Vec<Self> {
        let layout = || Layout::sample("");
        let unread = Fault::of_file("import.empty_file", "The file is empty.", "Choose another file.");
        let nothing = ImportReport {
            created: 0,
            changed: 0,
            created_services: Vec::new(),
            changed_services: Vec::new(),
            ..report(vec![unread], false)
        };
        let same = ImportReport {
            fault_count: 0,
            refused: 0,
            faults: Vec::new(),
            ..nothing.clone()
        };
        let not_chosen =
            layout().with_errors(vec![ErrorLink::at("choice", "Select what to do with the file")]);
        vec![
            outcome_page(layout(), &place(), report(Vec::new(), false), false),
            outcome_page(layout(), &place(), report(vec![fault()], false), false),
            outcome_page(not_chosen, &place(), report(vec![fault()], false), false),
            outcome_page(layout(), &place(), nothing, false),
            outcome_page(layout(), &place(), same.clone(), false),
            outcome_page(layout(), &place(), same, true),
            outcome_page(layout(), &place(), report(Vec::new(), true), true),
            outcome_page(layout(), &place(), report(vec![fault()], false), true),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

impl Page for StoppedPage {
    const TEMPLATE: &'static str = "import/stopped.html";

    fn samples() -> Vec<Self> {
        let problem = Problem::at("cycle", "service.cycle_not_open", "This cycle is not open");
        vec![stopped_page(Layout::sample(""), &place(), &[problem])]
    }
}
