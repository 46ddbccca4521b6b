use domain::sheet::Fault;
use serde::{Deserialize, Serialize};

use super::ImportChoice;

/// Most faults that are listed one by one; all are counted.
const FAULTS_LISTED: usize = 200;
/// Most warnings that are listed one by one.
const WARNINGS_LISTED: usize = 50;
/// Most services that are listed as created or changed.
const SERVICES_LISTED: usize = 25;
/// Most answers that are listed of one changed service.
const ANSWERS_LISTED: usize = 12;

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Name of the file.
    pub file_name: String,
    /// Key of the cycle.
    pub cycle: String,
    /// Code of the organisation; empty where each row names its own.
    pub organisation: String,
    /// Name of the sheet that was read.
    pub sheet: String,
    /// What was to be saved when some rows could not be.
    pub choice: ImportChoice,
    /// Whether this only says what would happen.
    pub is_dry_run: bool,
    /// Whether anything was written.
    pub is_saved: bool,
    /// How many rows with something in them, without the headings.
    pub rows: u64,
    /// How many services are new in this cycle.
    pub created: u64,
    /// How many services have answers that change.
    pub changed: u64,
    /// How many rows say what is there already.
    pub unchanged: u64,
    /// How many rows have a fault.
    pub refused: u64,
    /// How many of the created and changed still miss something required.
    pub incomplete: u64,
    /// How many faults there are.
    pub fault_count: u64,
    /// The first of them.
    pub faults: Vec<Fault>,
    /// How many warnings there are.
    pub warning_count: u64,
    /// The first of them.
    pub warnings: Vec<Fault>,
    /// The first services that are new.
    pub created_services: Vec<CreatedService>,
    /// The first services that change.
    pub changed_services: Vec<ChangedService>,
}

/// A service that an import adds to the cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedService {
    /// The row that says so.
    pub row: u32,
    /// The service's reference.
    pub reference: String,
    /// Its name.
    pub name: String,
}

/// A service whose answers an import changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedService {
    /// The row that says so.
    pub row: u32,
    /// The service's reference.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// How many answers change.
    pub change_count: u64,
    /// The first of them.
    pub changes: Vec<ChangedAnswer>,
}

/// An answer that changes, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedAnswer {
    /// The question.
    pub label: String,
    /// What was answered; empty where nothing was.
    pub old: String,
    /// What is answered now.
    pub new: String,
}

impl ImportReport {
    /// A report with nothing in it yet.
    pub(super) fn new(file_name: &str, cycle: &str, organisation: &str, choice: ImportChoice) -> Self {
        Self {
            file_name: file_name.to_owned(),
            cycle: cycle.to_owned(),
            organisation: organisation.to_owned(),
            sheet: String::new(),
            choice,
            is_dry_run: false,
            is_saved: false,
            rows: 0,
            created: 0,
            changed: 0,
            unchanged: 0,
            refused: 0,
            incomplete: 0,
            fault_count: 0,
            faults: Vec::new(),
            warning_count: 0,
            warnings: Vec::new(),
            created_services: Vec::new(),
            changed_services: Vec::new(),
        }
    }

    pub(super) fn add_fault(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < FAULTS_LISTED {
            self.faults.push(fault);
        }
    }

    pub(super) fn add_warning(&mut self, warning: Fault) {
        self.warning_count += 1;
        if self.warnings.len() < WARNINGS_LISTED {
            self.warnings.push(warning);
        }
    }

    pub(super) fn add_created(&mut self, service: CreatedService) {
        self.created += 1;
        if self.created_services.len() < SERVICES_LISTED {
            self.created_services.push(service);
        }
    }

    pub(super) fn add_changed(&mut self, mut service: ChangedService) {
        self.changed += 1;
        if self.changed_services.len() < SERVICES_LISTED {
            service.changes.truncate(ANSWERS_LISTED);
            self.changed_services.push(service);
        }
    }

    /// Whether another changed service would be listed, so that its changes need words.
    pub(super) fn lists_another_change(&self) -> bool {
        self.changed_services.len() < SERVICES_LISTED
    }
}
