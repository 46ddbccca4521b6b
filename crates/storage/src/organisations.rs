//! Organisations, their arms, and which took over from which.

use domain::areas::{AreaCode, Succession};
use domain::ids::OrganisationId;
use domain::organisations::{Arm, Organisation, OrganisationKind};
use uuid::Uuid;

use crate::areas::SuccessionRow;
use crate::dates::{Day, optional_date, optional_day};
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};

#[derive(sqlx::FromRow)]
struct OrganisationRow {
    id: Uuid,
    code: String,
    code_scheme: String,
    name: String,
    kind: String,
    region_code: Option<String>,
    area_code: Option<String>,
    parent_id: Option<Uuid>,
    arm: Option<String>,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
    source: String,
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = StorageError;

    fn try_from(row: OrganisationRow) -> Result<Self, StorageError> {
        let arm = match &row.arm {
            Some(code) => Some(known(Arm::from_code(code), "organisation", "arm", code)?),
            None => None,
        };
        Ok(Organisation {
            id: OrganisationId(row.id),
            code: row.code,
            code_scheme: row.code_scheme,
            name: row.name,
            kind: known(
                OrganisationKind::from_code(&row.kind),
                "organisation",
                "kind",
                &row.kind,
            )?,
            region: row.region_code.as_deref().map(AreaCode::new),
            area: row.area_code.as_deref().map(AreaCode::new),
            parent: row.parent_id.map(OrganisationId),
            arm,
            valid_from: optional_date(row.valid_from),
            valid_to: optional_date(row.valid_to),
            source: row.source,
        })
    }
}

/// An organisation by its identity.
pub async fn get(conn: &mut Conn, id: OrganisationId) -> Result<Organisation, StorageError> {
    let row = fetch_optional!(
        OrganisationRow,
        conn,
        "select id, code, code_scheme, name, kind, region_code, area_code, parent_id, arm, valid_from, valid_to,
                source
         from organisation
         where id = $1",
        id.0,
    )?;
    row.ok_or(StorageError::NotFound("organisation"))?.try_into()
}

/// An organisation by its public code.
pub async fn find_by_code(conn: &mut Conn, code: &str) -> Result<Option<Organisation>, StorageError> {
    let row = fetch_optional!(
        OrganisationRow,
        conn,
        "select id, code, code_scheme, name, kind, region_code, area_code, parent_id, arm, valid_from, valid_to,
                source
         from organisation
         where code = $1",
        code,
    )?;
    row.map(Organisation::try_from).transpose()
}

/// Every organisation, by name; those that have ended and the arms of others included.
pub async fn list(conn: &mut Conn) -> Result<Vec<Organisation>, StorageError> {
    let rows = fetch_all!(
        OrganisationRow,
        conn,
        "select id, code, code_scheme, name, kind, region_code, area_code, parent_id, arm, valid_from, valid_to,
                source
         from organisation
         order by name, code",
    )?;
    rows.into_iter().map(Organisation::try_from).collect()
}

/// The arms of an organisation, commissioning first; none where it takes part as one (A04).
pub async fn list_arms(conn: &mut Conn, parent: OrganisationId) -> Result<Vec<Organisation>, StorageError> {
    let rows = fetch_all!(
        OrganisationRow,
        conn,
        "select id, code, code_scheme, name, kind, region_code, area_code, parent_id, arm, valid_from, valid_to,
                source
         from organisation
         where parent_id = $1
         order by arm",
        parent.0,
    )?;
    rows.into_iter().map(Organisation::try_from).collect()
}

/// Adds an organisation, or writes it over the one with the same code, which keeps its identity and its body.
pub async fn save(tx: &mut Tx, organisation: &Organisation) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into organisation (id, code, code_scheme, name, kind, region_code, area_code, parent_id, arm,
                valid_from, valid_to, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (code) do update
         set code_scheme = excluded.code_scheme, name = excluded.name, kind = excluded.kind,
             region_code = excluded.region_code, area_code = excluded.area_code,
             valid_from = excluded.valid_from, valid_to = excluded.valid_to, source = excluded.source",
        organisation.id.0,
        &organisation.code,
        &organisation.code_scheme,
        &organisation.name,
        organisation.kind.code(),
        organisation.region.as_ref().map(AreaCode::as_str),
        organisation.area.as_ref().map(AreaCode::as_str),
        organisation.parent.map(|id| id.0),
        organisation.arm.map(Arm::code),
        optional_day(organisation.valid_from),
        optional_day(organisation.valid_to),
        &organisation.source,
    )?;
    Ok(())
}

/// Which organisation took over from which, by code.
pub async fn list_successions(conn: &mut Conn) -> Result<Vec<Succession>, StorageError> {
    let rows = fetch_all!(
        SuccessionRow,
        conn,
        "select predecessor_code, successor_code, on_date, note
         from organisation_succession
         order by predecessor_code, successor_code",
    )?;
    Ok(rows.into_iter().map(Succession::from).collect())
}

/// Adds a succession of organisations, or writes it over the one between the same two.
pub async fn save_succession(tx: &mut Tx, succession: &Succession) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into organisation_succession (predecessor_code, successor_code, on_date, note)
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
