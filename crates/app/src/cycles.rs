//! Cycles: planned, dated and moved on by the national team (A01, A02).

use domain::access::{Actor, Target};
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates, NewCycle};
use domain::events::Event;
use domain::ids::{CycleId, QuestionnaireId};
use domain::problem::Problem;
use domain::roles::Right;
use jiff::civil::Date;
use serde_json::json;
use storage::{StorageError, cycles, events, questionnaires};

use crate::error::AppError;
use crate::jobs::{self, Work};
use crate::running::App;

/// A cycle to be planned, as the command line has it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its key in addresses.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The financial year of the money asked for, such as "2026/27".
    pub financial_year: String,
    /// First day of collecting.
    pub opens_on: Date,
    /// First day of checking.
    pub checking_on: Date,
    /// Last day on which answers may be changed.
    pub closes_on: Date,
    /// The day on which tables come out.
    pub publishes_on: Date,
    /// The day to which staff in post and caseload refer.
    pub census_on: Date,
    /// The questionnaire for services.
    pub questionnaire: QuestionnaireId,
}

/// Plans a cycle as the command line has it; see [`create`].
pub async fn plan(app: &App, actor: &Actor, plan: Plan) -> Result<Cycle, AppError> {
    let new = NewCycle {
        key: CycleKey::parse(&plan.key)?,
        name: plan.name,
        financial_year: plan.financial_year,
        dates: KeyDates {
            opens_on: plan.opens_on,
            checking_on: plan.checking_on,
            closes_on: plan.closes_on,
            publishes_on: plan.publishes_on,
            census_on: plan.census_on,
        },
        questionnaire: plan.questionnaire,
    };
    create(app, actor, new).await
}

/// Plans a cycle. Refused where its dates do not follow each other or another cycle has its key.
pub async fn create(app: &App, actor: &Actor, new: NewCycle) -> Result<Cycle, AppError> {
    let permit = actor.may(Right::ManageCycles, &Target::Nation)?;
    let cycle = new.plan(CycleId(app.new_id()))?;
    let mut tx = app.store.begin().await?;
    questionnaires::get(&mut tx, cycle.questionnaire).await?;
    match cycles::insert(&mut tx, &cycle).await {
        Ok(()) => {}
        Err(StorageError::Taken(_)) => {
            return Err(Problem::at(
                "key",
                "cycle.key_taken",
                format!("There is already a cycle \"{}\"", cycle.key.as_str()),
            )
            .remedy("Choose another short name")
            .into());
        }
        Err(other) => return Err(other.into()),
    }
    let event = Event::new("cycle.created", permit.recorded_person())
        .cycle(cycle.id)
        .detail(json!({ "key": cycle.key }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(cycle)
}

/// Puts a cycle's dates elsewhere; letters and pages follow at once, because they read them from here.
pub async fn change_dates(app: &App, actor: &Actor, id: CycleId, dates: KeyDates) -> Result<Cycle, AppError> {
    let permit = actor.may(Right::ManageCycles, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    let before = cycles::get(&mut tx, id).await?;
    let cycle = before.change_dates(dates)?;
    cycles::save(&mut tx, &cycle).await?;
    let event = Event::new("cycle.dates_changed", permit.recorded_person())
        .cycle(id)
        .detail(json!({ "from": dates_as_json(&before.dates), "to": dates_as_json(&cycle.dates) }));
    events::record(&mut tx, &event, app.now()).await?;
    jobs::put_once(&mut tx, Work::RefreshSummary { cycle: id }, app.now()).await?;
    tx.commit().await?;
    Ok(cycle)
}

/// Moves a cycle on, or back where its life allows it. Refused where there is no such step.
pub async fn move_to(app: &App, actor: &Actor, id: CycleId, state: CycleState) -> Result<Cycle, AppError> {
    let permit = actor.may(Right::ManageCycles, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    let before = cycles::get(&mut tx, id).await?;
    let cycle = before.move_to(state)?;
    cycles::save(&mut tx, &cycle).await?;
    let event = Event::new("cycle.moved", permit.recorded_person())
        .cycle(id)
        .detail(json!({ "from": before.state.code(), "to": state.code() }));
    events::record(&mut tx, &event, app.now()).await?;
    jobs::put_once(&mut tx, Work::RefreshSummary { cycle: id }, app.now()).await?;
    tx.commit().await?;
    Ok(cycle)
}

fn dates_as_json(dates: &KeyDates) -> serde_json::Value {
    json!({
        "opens_on": dates.opens_on,
        "checking_on": dates.checking_on,
        "closes_on": dates.closes_on,
        "publishes_on": dates.publishes_on,
        "census_on": dates.census_on,
    })
}
