//! The demonstration: one whole real place, with synthetic services and people who can sign in.
//!
//! It is loaded by the same verbs as real data, as seen by the clock of the day on which each thing would have
//! happened. Every step first looks whether it has been done, so that a load that was killed goes on where it
//! stopped; an event marks that everything is there.

use std::io::Cursor;

use domain::access::Actor;
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates, NewCycle};
use domain::events::Event;
use domain::ids::QuestionnaireId;
use domain::problem::Problem;
use jiff::civil::{Date, time};
use jiff::{Span, Timestamp};
use storage::{cycles, events};

use crate::clock::{Clock, london};
use crate::error::AppError;
use crate::import::{self, ImportChoice, ImportRequest};
use crate::running::App;
use crate::{cycles as cycle_verbs, machine, named, participations, questionnaires, reference};

mod files;
mod password;
mod people;

use files::{CycleFile, Files, ServicesFile};

/// The kind of the event that marks a database as a demonstration whose load is complete.
pub const LOADED: &str = "demonstration.loaded";

/// The kind of the event that marks a database as a demonstration, from the beginning of its load.
pub const BEGUN: &str = "demonstration.begun";

/// How many days before today the open cycle is made to have opened, when its dates do not hold today.
const DAYS_OPEN: i32 = 20;

const QUESTIONNAIRE: &[u8] = include_bytes!("../../../questionnaires/service.xlsx");

/// Tells how far loading is, one line at a time.
pub type Say<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Somebody who can sign in to the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemonstrationPerson {
    /// Their name.
    pub name: String,
    /// How they sign in.
    pub email: String,
    /// What they are and may do, one sentence.
    pub note: String,
}

/// Who can sign in, in the order in which they are shown.
pub fn people() -> Result<Vec<DemonstrationPerson>, AppError> {
    let files = files::read()?;
    let mut people = Vec::new();
    for person in files.people {
        people.push(DemonstrationPerson {
            name: person.name,
            email: person.email,
            note: person.note,
        });
    }
    Ok(people)
}

/// Whether the demonstration is loaded completely.
pub async fn is_loaded(app: &App) -> Result<bool, AppError> {
    let mut conn = app.reader().conn().await?;
    Ok(events::is_recorded(&mut conn, LOADED).await?)
}

/// Refuses a database that holds data of another kind, and marks an empty one as a demonstration. A demonstration
/// gives everybody the same printed password, so it must never get into the database of a real system.
pub async fn begin(app: &App) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    if events::is_recorded(&mut tx, BEGUN).await? {
        return Ok(());
    }
    if storage::schema::holds_anything(&mut tx).await? {
        return Err(Problem::at(
            "database",
            "demonstration.other_data",
            "This database holds data that is not a demonstration's",
        )
        .remedy("Name an empty database, or another folder with --data")
        .into());
    }
    events::record(&mut tx, &Event::new(BEGUN, None), app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// A new password for the people of a demonstration, which all of them may have.
pub fn new_password() -> Result<String, AppError> {
    password::make()
}

/// Gives everybody of the demonstration who has an account a new password, and ends their sessions.
pub async fn set_passwords(app: &App, password: &str) -> Result<(), AppError> {
    for person in files::read()?.people {
        match crate::named::person(app, &person.email).await {
            Ok(found) => crate::accounts::set_password(app, &machine(), found.id, password).await?,
            // Not loaded yet.
            Err(AppError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Loads what is not there yet. Everybody's password is `password`.
pub async fn load(app: &App, password: &str, say: Say<'_>) -> Result<(), AppError> {
    begin(app).await?;
    if is_loaded(app).await? {
        return keep_open(app).await;
    }
    let files = files::read()?;
    let machine = machine();
    say("areas and organisations of England");
    reference::import_shipped(app, &machine).await?;
    say("the questionnaire for services");
    let questionnaire = questionnaires::publish(app, &machine, "service.xlsx", QUESTIONNAIRE).await?;
    let [last, this] = &files.cycles[..] else {
        return Err(AppError::Broken("the demonstration has two cycles".to_owned()));
    };
    let shift = days_to_shift(&this.dates, app.today());
    let load = Load {
        app,
        machine,
        files: &files,
        password,
        questionnaire,
        say,
    };
    load.last_cycle(&last.shifted(shift)?).await?;
    load.this_cycle(&this.shifted(shift)?).await?;
    let mut tx = app.store.begin().await?;
    events::record(&mut tx, &Event::new(LOADED, None), app.now()).await?;
    tx.commit().await?;
    Ok(())
}

struct Load<'a> {
    app: &'a App,
    machine: Actor,
    files: &'a Files,
    password: &'a str,
    questionnaire: QuestionnaireId,
    say: Say<'a>,
}

impl Load<'_> {
    async fn last_cycle(&self, file: &CycleFile) -> Result<(), AppError> {
        let begun = at(self.app, file.dates.opens_on, 1)?;
        let cycle = self.planned(&begun, file).await?;
        if cycle.state > CycleState::Checking {
            return Ok(());
        }
        (self.say)(&format!("{}: organisations, people and leads", cycle.name));
        self.open(&begun, &cycle).await?;
        people::register(&begun, &self.machine, &self.files.people, self.password).await?;
        people::register_leads(&begun, &cycle, &self.files.people, self.password).await?;
        (self.say)(&format!("{}: services", cycle.name));
        let collecting = at(self.app, file.dates.opens_on, DAYS_OPEN)?;
        self.import(&collecting, &cycle, &file.services).await?;
        (self.say)(&format!("{}: sign-off and publication", cycle.name));
        let complete = at(self.app, file.dates.closes_on, -5)?;
        people::sign_off(&complete, &cycle, &self.files.people).await?;
        let closed = at(self.app, file.dates.closes_on, 1)?;
        cycle_verbs::move_to(&closed, &self.machine, cycle.id, CycleState::Closed).await?;
        let published = at(self.app, file.dates.publishes_on, 0)?;
        cycle_verbs::move_to(&published, &self.machine, cycle.id, CycleState::Published).await?;
        Ok(())
    }

    async fn this_cycle(&self, file: &CycleFile) -> Result<(), AppError> {
        let cycle = self.planned(self.app, file).await?;
        (self.say)(&format!("{}: organisations, people and leads", cycle.name));
        self.open(self.app, &cycle).await?;
        people::register_leads(self.app, &cycle, &self.files.people, self.password).await?;
        (self.say)(&format!("{}: services", cycle.name));
        self.import(self.app, &cycle, &file.services).await?;
        people::give_services(self.app, &self.machine, &self.files.people).await
    }

    /// The cycle, planned as of the day before it opens unless it is there already.
    async fn planned(&self, app: &App, file: &CycleFile) -> Result<Cycle, AppError> {
        let key = CycleKey::parse(&file.key)?;
        let mut conn = app.reader().conn().await?;
        if let Some(cycle) = cycles::find_by_key(&mut conn, &key).await? {
            return Ok(cycle);
        }
        drop(conn);
        let new = NewCycle {
            key,
            name: file.name.clone(),
            financial_year: file.financial_year.clone(),
            dates: file.dates.clone(),
            questionnaire: self.questionnaire,
        };
        cycle_verbs::create(app, &self.machine, new).await
    }

    /// Imports the services of the place through the same verb as everybody's; those that are there stay.
    async fn import(&self, app: &App, cycle: &Cycle, services: &ServicesFile) -> Result<(), AppError> {
        let request = ImportRequest {
            cycle: cycle.key.as_str().to_owned(),
            organisation: None,
            choice: ImportChoice::AllOrNothing,
            dry_run: false,
        };
        let sheet = named::spreadsheet(services.name, Cursor::new(services.content));
        let report = import::services(app, &self.machine, &request, sheet, &mut |_, _| {}).await?;
        if report.fault_count == 0 {
            return Ok(());
        }
        Err(AppError::Broken(format!(
            "{} has {} faults",
            services.name, report.fault_count
        )))
    }

    async fn open(&self, app: &App, cycle: &Cycle) -> Result<(), AppError> {
        if cycle.state == CycleState::Planned {
            cycle_verbs::move_to(app, &self.machine, cycle.id, CycleState::Open).await?;
        }
        participations::invite_all(app, &self.machine, cycle.id, &[]).await?;
        Ok(())
    }
}

/// The same system on another day, at noon.
fn at(app: &App, day: Date, days_later: i32) -> Result<App, AppError> {
    let clock = Clock::standing_at(noon(day, days_later)?);
    Ok(App::new(app.store.clone(), clock, app.settings().clone()))
}

fn noon(day: Date, days_later: i32) -> Result<Timestamp, AppError> {
    let broken = |error: jiff::Error| AppError::Broken(error.to_string());
    let day = day.checked_add(Span::new().days(days_later)).map_err(broken)?;
    let noon = day
        .to_datetime(time(12, 0, 0, 0))
        .to_zoned(london())
        .map_err(broken)?;
    Ok(noon.timestamp())
}

/// By how many days the dates of the files must move so that the open cycle is open today: none when it is.
fn days_to_shift(dates: &KeyDates, today: Date) -> i32 {
    let is_open = dates.opens_on < today && today < dates.closes_on;
    if is_open {
        return 0;
    }
    (today - dates.opens_on).get_days() - DAYS_OPEN
}

/// Moves the dates of the open cycle so that a demonstration made long ago can still be tried.
async fn keep_open(app: &App) -> Result<(), AppError> {
    let mut conn = app.reader().conn().await?;
    let all = cycles::list(&mut conn).await?;
    drop(conn);
    for cycle in all.iter().filter(|cycle| cycle.state.collects()) {
        let shift = days_to_shift(&cycle.dates, app.today());
        if shift != 0 {
            let dates = files::shifted(&cycle.dates, shift)?;
            cycle_verbs::change_dates(app, &machine(), cycle.id, dates).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
