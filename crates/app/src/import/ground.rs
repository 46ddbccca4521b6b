use std::collections::{HashMap, HashSet};

use domain::access::{Actor, Target};
use domain::cycles::Cycle;
use domain::organisations::Organisation;
use domain::roles::Right;
use domain::sheet::{Draft, Fault, ORGANISATION};
use storage::imports::{KnownService, known_services};
use storage::{Conn, organisations, participations};

use super::ImportRequest;
use crate::error::AppError;
use crate::running::App;
use crate::services::{cycle_by_key, place, set_up_refusal};

/// An organisation that rows belong to, with the services that it has.
pub(super) struct Plot {
    pub(super) organisation: Organisation,
    pub(super) known: HashMap<String, KnownService>,
    /// References of rows seen so far.
    seen: HashSet<String>,
}

/// What rows are weighed against: the cycle, and the organisations that they belong to.
pub(super) struct Ground {
    pub(super) cycle: Cycle,
    only: Option<String>,
    plots: HashMap<String, Result<Plot, Fault>>,
}

impl Ground {
    /// Asks for the right, and refuses at once what no file would cure.
    pub(super) async fn open(
        app: &App,
        conn: &mut Conn,
        actor: &Actor,
        request: &ImportRequest,
    ) -> Result<Self, AppError> {
        let Some(code) = &request.organisation else {
            actor.may(Right::SetUpServices, &Target::Nation)?;
            let cycle = cycle_by_key(conn, &request.cycle).await?;
            return Ok(Self {
                cycle,
                only: None,
                plots: HashMap::new(),
            });
        };
        let (cycle, organisation, participation) = place(conn, &request.cycle, code).await?;
        actor.may(Right::SetUpServices, &organisation.target())?;
        if let Some(problem) = set_up_refusal(app, &cycle, &participation) {
            return Err(problem.into());
        }
        let known = known_services(conn, cycle.id, organisation.id).await?;
        let code = organisation.code.clone();
        let plot = Plot {
            organisation,
            known,
            seen: HashSet::new(),
        };
        Ok(Self {
            cycle,
            only: Some(code.clone()),
            plots: HashMap::from([(code, Ok(plot))]),
        })
    }

    /// The code of the organisation that a row belongs to; a fault where it says none or another.
    pub(super) fn code_of(&self, draft: &Draft) -> Result<String, Fault> {
        match &self.only {
            Some(only) if draft.organisation.is_empty() || draft.organisation.eq_ignore_ascii_case(only) => {
                Ok(only.clone())
            }
            Some(only) => Err(Fault::of_file(
                "import.other_organisation",
                format!(
                    "This row belongs to {}, but the file is imported for {only}.",
                    draft.organisation
                ),
                format!("Delete the row, or write {only} in the column {ORGANISATION}."),
            )),
            None if draft.organisation.is_empty() => Err(Fault::of_file(
                "import.no_organisation",
                "This row does not say to which organisation the service belongs.",
                format!("Write the organisation's code in the column {ORGANISATION}."),
            )),
            None => Ok(draft.organisation.clone()),
        }
    }

    /// Makes sure that an organisation and its services are at hand.
    pub(super) async fn bring(&mut self, app: &App, conn: &mut Conn, code: &str) -> Result<(), AppError> {
        if !self.plots.contains_key(code) {
            let plot = self.look_up(app, conn, code).await?;
            self.plots.insert(code.to_owned(), plot);
        }
        Ok(())
    }

    async fn look_up(&self, app: &App, conn: &mut Conn, code: &str) -> Result<Result<Plot, Fault>, AppError> {
        let Some(organisation) = organisations::find_by_code(conn, code).await? else {
            return Ok(Err(Fault::of_file(
                "import.unknown_organisation",
                format!("There is no organisation with the code {code}."),
                "Correct the code.",
            )));
        };
        let Some(participation) = participations::find(conn, self.cycle.id, organisation.id).await? else {
            return Ok(Err(Fault::of_file(
                "import.not_invited",
                format!("{} has not been invited to this cycle.", organisation.name),
                "Invite it first, or delete the row.",
            )));
        };
        if let Some(problem) = set_up_refusal(app, &self.cycle, &participation) {
            return Ok(Err(Fault::of_file(
                &problem.code,
                problem.message,
                problem.remedy,
            )));
        }
        let known = known_services(conn, self.cycle.id, organisation.id).await?;
        Ok(Ok(Plot {
            organisation,
            known,
            seen: HashSet::new(),
        }))
    }

    /// The organisation's ground, which has been brought; a fault where its rows are refused.
    pub(super) fn plot(&mut self, code: &str) -> Option<Result<&mut Plot, Fault>> {
        self.plots
            .get_mut(code)
            .map(|plot| plot.as_mut().map_err(|fault| fault.clone()))
    }
}

impl Plot {
    /// Notes a reference; false when an earlier row has it.
    pub(super) fn note(&mut self, reference: &str) -> bool {
        self.seen.insert(reference.to_owned())
    }
}
