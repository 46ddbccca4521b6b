use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};

use domain::ids::{OrganisationId, ReturnId, ServiceId};
use domain::returns::{Change, Figures, ReturnState};
use questionnaire::Answers;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What a good row comes to, as it will be written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) organisation: OrganisationId,
    pub(super) reference: String,
    pub(super) name: String,
    /// The service, where the organisation has it already.
    pub(super) service: Option<ServiceId>,
    pub(super) is_renamed: bool,
    /// The return, and the version at which it was weighed, where the service has one in the cycle.
    pub(super) subject: Option<(ReturnId, i64)>,
    pub(super) answers: Answers,
    pub(super) changes: Vec<Change>,
    pub(super) state: ReturnState,
    pub(super) figures: Figures,
    pub(super) missing_count: i64,
}

/// Rows put aside in a temporary file without a name, which is gone when this is dropped or the program ends.
pub(super) struct SetAside {
    file: BufWriter<File>,
}

impl SetAside {
    pub(super) fn new() -> Result<Self, AppError> {
        let file = tempfile::tempfile().map_err(|error| broken(&error))?;
        Ok(Self {
            file: BufWriter::new(file),
        })
    }

    pub(super) fn put(&mut self, planned: &Planned) -> Result<(), AppError> {
        serde_json::to_writer(&mut self.file, planned).map_err(|error| broken(&error))?;
        self.file.write_all(b"\n").map_err(|error| broken(&error))
    }

    /// Goes back to the first row.
    pub(super) fn reader(&mut self) -> Result<Reading, AppError> {
        self.file.flush().map_err(|error| broken(&error))?;
        let mut file = self.file.get_ref().try_clone().map_err(|error| broken(&error))?;
        file.rewind().map_err(|error| broken(&error))?;
        Ok(Reading(BufReader::new(file)))
    }
}

/// Gives what was put aside, in order.
pub(super) struct Reading(BufReader<File>);

impl Reading {
    /// The next rows, at most `count`; none at the end.
    pub(super) fn next(&mut self, count: usize) -> Result<Vec<Planned>, AppError> {
        let mut batch = Vec::with_capacity(count);
        let mut line = String::new();
        while batch.len() < count {
            line.clear();
            if self.0.read_line(&mut line).map_err(|error| broken(&error))? == 0 {
                break;
            }
            batch.push(serde_json::from_str(&line).map_err(|error| broken(&error))?);
        }
        Ok(batch)
    }
}

fn broken(error: &dyn std::error::Error) -> AppError {
    AppError::Broken(format!("the temporary file of an import: {error}"))
}
