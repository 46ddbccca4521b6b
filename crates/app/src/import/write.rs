use std::collections::BTreeMap;

use domain::access::Actor;
use domain::cycles::Cycle;
use domain::events::Event;
use domain::ids::{OrganisationId, PersonId, ReturnId, ServiceId};
use domain::problem::Problem;
use domain::returns::{How, Return};
use domain::services::Service;
use jiff::Timestamp;
use serde_json::json;
use storage::imports::{self, ChangeOf};
use storage::returns::Provenance;
use storage::{StorageError, Tx, events, participations};

use super::ImportRequest;
use super::check::Checked;
use super::set_aside::Planned;
use crate::error::AppError;
use crate::running::App;
use crate::services::{cycle_by_key, set_up_refusal};

/// Rows that are written in one statement.
const BATCH: usize = 250;

/// Writes what was put aside: all of it in one transaction.
pub(super) async fn write(
    app: &App,
    actor: &Actor,
    request: &ImportRequest,
    checked: &mut Checked,
) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let cycle = cycle_by_key(&mut tx, &request.cycle).await?;
    let by = By {
        person: actor.recorded_person(),
        now: app.now(),
    };
    let mut touched: BTreeMap<OrganisationId, Counts> = BTreeMap::new();
    let mut planned = checked.set_aside.reader()?;
    loop {
        let batch = planned.next(BATCH)?;
        if batch.is_empty() {
            break;
        }
        for row in &batch {
            if !touched.contains_key(&row.organisation) {
                collect(app, &mut tx, &cycle, row.organisation).await?;
            }
            let counts = touched.entry(row.organisation).or_default();
            counts.created += u64::from(row.subject.is_none());
            counts.changed += u64::from(row.subject.is_some());
        }
        match write_batch(app, &mut tx, &cycle, batch, by).await {
            Err(AppError::Store(StorageError::Taken(_))) => return Err(changed_meanwhile()),
            other => other?,
        }
    }
    for (organisation, counts) in touched {
        let event = Event::new("services.imported", by.person)
            .cycle(cycle.id)
            .organisation(organisation)
            .detail(json!({ "created": counts.created, "changed": counts.changed }));
        events::record(&mut tx, &event, by.now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// How many services of one organisation are written.
#[derive(Default)]
struct Counts {
    created: u64,
    changed: u64,
}

/// Who imports, and when: the same for every row.
#[derive(Clone, Copy)]
struct By {
    person: Option<PersonId>,
    now: Timestamp,
}

/// Moves an organisation's part on, unless it has been closed since the rows were weighed.
async fn collect(
    app: &App,
    tx: &mut Tx,
    cycle: &Cycle,
    organisation: OrganisationId,
) -> Result<(), AppError> {
    let participation = participations::get_to_write(tx, cycle.id, organisation).await?;
    if let Some(problem) = set_up_refusal(app, cycle, &participation) {
        return Err(problem.into());
    }
    let collecting = participation.set_up().collect();
    if collecting != participation {
        participations::save(tx, &collecting, app.now()).await?;
    }
    Ok(())
}

fn changed_meanwhile() -> AppError {
    Problem::at(
        "file",
        "import.changed_meanwhile",
        "Somebody changed one of these services while the file was being checked. Nothing was saved",
    )
    .remedy("Import the file again")
    .into()
}

async fn write_batch(
    app: &App,
    tx: &mut Tx,
    cycle: &Cycle,
    batch: Vec<Planned>,
    by: By,
) -> Result<(), AppError> {
    let mut page = Page::default();
    for planned in batch {
        page.add(app, cycle, planned, by);
    }
    imports::insert_services(tx, &page.services, by.now).await?;
    imports::rename_services(tx, &page.renamed).await?;
    imports::insert_returns(tx, &page.new_returns, by.now).await?;
    if imports::save_returns(tx, &page.changed_returns).await? != page.changed_returns.len() as u64 {
        return Err(changed_meanwhile());
    }
    let provenance = Provenance {
        person: by.person,
        how: How::Imported,
        at: by.now,
    };
    imports::record_changes(tx, &page.changes, provenance).await?;
    imports::record_events(tx, &page.events, by.now).await?;
    Ok(())
}

/// What a batch of rows writes, table by table.
#[derive(Default)]
struct Page {
    services: Vec<Service>,
    renamed: Vec<(ServiceId, String)>,
    new_returns: Vec<Return>,
    changed_returns: Vec<Return>,
    changes: Vec<ChangeOf>,
    events: Vec<Event>,
}

impl Page {
    fn add(&mut self, app: &App, cycle: &Cycle, planned: Planned, by: By) {
        let service = planned.service.unwrap_or_else(|| ServiceId(app.new_id()));
        if planned.service.is_none() {
            self.services.push(Service {
                id: service,
                organisation: planned.organisation,
                reference: planned.reference,
                name: planned.name,
                closed_on: None,
            });
        } else if planned.is_renamed {
            self.renamed.push((service, planned.name));
        }
        let (id, version) = match planned.subject {
            Some((id, version)) => (id, version + 1),
            None => (ReturnId(app.new_id()), 1),
        };
        let event = Event::new("return.imported", by.person)
            .cycle(cycle.id)
            .organisation(planned.organisation)
            .service(service)
            .subject_return(id)
            .detail(json!({ "version": version, "changes": planned.changes.len() }));
        self.events.push(event);
        for change in planned.changes {
            self.changes.push(ChangeOf {
                subject: id,
                version,
                change,
            });
        }
        let written = Return {
            id,
            cycle: cycle.id,
            organisation: planned.organisation,
            service,
            questionnaire: cycle.questionnaire,
            state: planned.state,
            origin: How::Imported,
            version,
            answers: planned.answers,
            figures: planned.figures,
            missing_count: planned.missing_count,
            edited_at: Some(by.now),
            edited_by: by.person,
        };
        if planned.subject.is_some() {
            self.changed_returns.push(written);
        } else {
            self.new_returns.push(written);
        }
    }
}
