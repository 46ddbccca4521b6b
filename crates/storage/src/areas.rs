//! Areas, and which took over from which.

use domain::areas::{Area, AreaCode, AreaKind, Succession};

use crate::dates::{Day, optional_date, optional_day};
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};

#[derive(sqlx::FromRow)]
struct AreaRow {
    code: String,
    name: String,
    kind: String,
    parent_code: Option<String>,
    vintage: String,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
    source: String,
}

impl TryFrom<AreaRow> for Area {
    type Error = StorageError;

    fn try_from(row: AreaRow) -> Result<Self, StorageError> {
        Ok(Area {
            code: AreaCode::new(&row.code),
            name: row.name,
            kind: known(AreaKind::from_code(&row.kind), "area", "kind", &row.kind)?,
            parent: row.parent_code.as_deref().map(AreaCode::new),
            vintage: row.vintage,
            valid_from: optional_date(row.valid_from),
            valid_to: optional_date(row.valid_to),
            source: row.source,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SuccessionRow {
    predecessor_code: String,
    successor_code: String,
    on_date: Option<Day>,
    note: String,
}

impl From<SuccessionRow> for Succession {
    fn from(row: SuccessionRow) -> Self {
        Succession {
            predecessor: row.predecessor_code,
            successor: row.successor_code,
            on: optional_date(row.on_date),
            note: row.note,
        }
    }
}

/// Every area, by code; those that have ended included.
pub async fn list(conn: &mut Conn) -> Result<Vec<Area>, StorageError> {
    let rows = fetch_all!(
        AreaRow,
        conn,
        "select code, name, kind, parent_code, vintage, valid_from, valid_to, source from area order by code",
    )?;
    rows.into_iter().map(Area::try_from).collect()
}

/// The areas of one kind, by name; those that have ended included.
pub async fn list_of_kind(conn: &mut Conn, kind: AreaKind) -> Result<Vec<Area>, StorageError> {
    let rows = fetch_all!(
        AreaRow,
        conn,
        "select code, name, kind, parent_code, vintage, valid_from, valid_to, source
         from area
         where kind = $1
         order by name, code",
        kind.code(),
    )?;
    rows.into_iter().map(Area::try_from).collect()
}

/// Adds an area, or writes it over the one with the same code.
pub async fn save(tx: &mut Tx, area: &Area) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into area (code, name, kind, parent_code, vintage, valid_from, valid_to, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (code) do update
         set name = excluded.name, kind = excluded.kind, parent_code = excluded.parent_code,
             vintage = excluded.vintage, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
             source = excluded.source",
        area.code.as_str(),
        &area.name,
        area.kind.code(),
        area.parent.as_ref().map(AreaCode::as_str),
        &area.vintage,
        optional_day(area.valid_from),
        optional_day(area.valid_to),
        &area.source,
    )?;
    Ok(())
}

/// Which area took over from which, by code.
pub async fn list_successions(conn: &mut Conn) -> Result<Vec<Succession>, StorageError> {
    let rows = fetch_all!(
        SuccessionRow,
        conn,
        "select predecessor_code, successor_code, on_date, note
         from area_succession
         order by predecessor_code, successor_code",
    )?;
    Ok(rows.into_iter().map(Succession::from).collect())
}

/// Adds a succession of areas, or writes it over the one between the same two.
pub async fn save_succession(tx: &mut Tx, succession: &Succession) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into area_succession (predecessor_code, successor_code, on_date, note)
         values ($1, $2, $3, $4)
         on conflict (predecessor_code, successor_code) do update
         set on_date = excluded.on_date, note = excluded.note",
        &succession.predecessor,
        &succession.successor,
        optional_day(succession.on),
        &succession.note,
    )?;
    Ok(())
}
