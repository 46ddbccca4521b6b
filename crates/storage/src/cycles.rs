//! Cycles: the yearly runs and their dates.

use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, QuestionnaireId};
use uuid::Uuid;

use crate::dates::{Day, day};
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};

#[derive(sqlx::FromRow)]
struct CycleRow {
    id: Uuid,
    key: String,
    name: String,
    financial_year: String,
    state: String,
    opens_on: Day,
    checking_on: Day,
    closes_on: Day,
    publishes_on: Day,
    census_on: Day,
    questionnaire_id: Uuid,
}

impl TryFrom<CycleRow> for Cycle {
    type Error = StorageError;

    fn try_from(row: CycleRow) -> Result<Self, StorageError> {
        Ok(Cycle {
            id: CycleId(row.id),
            key: known(CycleKey::parse(&row.key).ok(), "cycle", "key", &row.key)?,
            name: row.name,
            financial_year: row.financial_year,
            state: known(CycleState::from_code(&row.state), "cycle", "state", &row.state)?,
            dates: KeyDates {
                opens_on: row.opens_on.to_jiff(),
                checking_on: row.checking_on.to_jiff(),
                closes_on: row.closes_on.to_jiff(),
                publishes_on: row.publishes_on.to_jiff(),
                census_on: row.census_on.to_jiff(),
            },
            questionnaire: QuestionnaireId(row.questionnaire_id),
        })
    }
}

/// A cycle by its identity.
pub async fn get(conn: &mut Conn, id: CycleId) -> Result<Cycle, StorageError> {
    let row = fetch_optional!(
        CycleRow,
        conn,
        "select id, key, name, financial_year, state, opens_on, checking_on, closes_on, publishes_on, census_on,
                questionnaire_id
         from cycle
         where id = $1",
        id.0,
    )?;
    row.ok_or(StorageError::NotFound("cycle"))?.try_into()
}

/// A cycle by its key.
pub async fn find_by_key(conn: &mut Conn, key: &CycleKey) -> Result<Option<Cycle>, StorageError> {
    let row = fetch_optional!(
        CycleRow,
        conn,
        "select id, key, name, financial_year, state, opens_on, checking_on, closes_on, publishes_on, census_on,
                questionnaire_id
         from cycle
         where key = $1",
        key.as_str(),
    )?;
    row.map(Cycle::try_from).transpose()
}

/// Every cycle, the one that opens last first.
pub async fn list(conn: &mut Conn) -> Result<Vec<Cycle>, StorageError> {
    let rows = fetch_all!(
        CycleRow,
        conn,
        "select id, key, name, financial_year, state, opens_on, checking_on, closes_on, publishes_on, census_on,
                questionnaire_id
         from cycle
         order by opens_on desc, key desc",
    )?;
    rows.into_iter().map(Cycle::try_from).collect()
}

/// The cycle that people mean when they name none; see [`domain::cycles::current`].
pub async fn current(conn: &mut Conn) -> Result<Option<Cycle>, StorageError> {
    let cycles = list(conn).await?;
    Ok(domain::cycles::current(&cycles).cloned())
}

/// Adds a cycle; [`StorageError::Taken`] when another has its key.
pub async fn insert(tx: &mut Tx, cycle: &Cycle) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into cycle (id, key, name, financial_year, state, opens_on, checking_on, closes_on, publishes_on,
                census_on, questionnaire_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        cycle.id.0,
        cycle.key.as_str(),
        &cycle.name,
        &cycle.financial_year,
        cycle.state.code(),
        day(cycle.dates.opens_on),
        day(cycle.dates.checking_on),
        day(cycle.dates.closes_on),
        day(cycle.dates.publishes_on),
        day(cycle.dates.census_on),
        cycle.questionnaire.0,
    )?;
    Ok(())
}

/// Writes a cycle's state and dates; its key, year and questionnaire stay for life.
pub async fn save(tx: &mut Tx, cycle: &Cycle) -> Result<(), StorageError> {
    execute!(
        tx,
        "update cycle
         set state = $2, opens_on = $3, checking_on = $4, closes_on = $5, publishes_on = $6, census_on = $7
         where id = $1",
        cycle.id.0,
        cycle.state.code(),
        day(cycle.dates.opens_on),
        day(cycle.dates.checking_on),
        day(cycle.dates.closes_on),
        day(cycle.dates.publishes_on),
        day(cycle.dates.census_on),
    )?;
    Ok(())
}
