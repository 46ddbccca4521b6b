//! Services: the identity that lasts; details are answers in returns.

use domain::ids::{OrganisationId, ServiceId};
use domain::services::Service;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::dates::{Day, optional_date, optional_day};
use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

#[derive(sqlx::FromRow)]
struct ServiceRow {
    id: Uuid,
    organisation_id: Uuid,
    reference: String,
    name: String,
    closed_on: Option<Day>,
}

impl From<ServiceRow> for Service {
    fn from(row: ServiceRow) -> Self {
        Service {
            id: ServiceId(row.id),
            organisation: OrganisationId(row.organisation_id),
            reference: row.reference,
            name: row.name,
            closed_on: optional_date(row.closed_on),
        }
    }
}

/// A service by its identity.
pub async fn get(conn: &mut Conn, id: ServiceId) -> Result<Service, StorageError> {
    let row = fetch_optional!(
        ServiceRow,
        conn,
        "select id, organisation_id, reference, name, closed_on from service where id = $1",
        id.0,
    )?;
    row.map(Service::from).ok_or(StorageError::NotFound("service"))
}

/// An organisation's service by its reference.
pub async fn find_by_reference(
    conn: &mut Conn,
    organisation: OrganisationId,
    reference: &str,
) -> Result<Option<Service>, StorageError> {
    let row = fetch_optional!(
        ServiceRow,
        conn,
        "select id, organisation_id, reference, name, closed_on
         from service
         where organisation_id = $1 and reference = $2",
        organisation.0,
        reference,
    )?;
    Ok(row.map(Service::from))
}

/// Every service that an organisation ever returned, by name; closed ones included.
pub async fn list(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Service>, StorageError> {
    let rows = fetch_all!(
        ServiceRow,
        conn,
        "select id, organisation_id, reference, name, closed_on
         from service
         where organisation_id = $1
         order by name, reference",
        organisation.0,
    )?;
    Ok(rows.into_iter().map(Service::from).collect())
}

/// Adds a service; [`StorageError::Taken`] when the organisation uses the reference already.
pub async fn insert(tx: &mut Tx, service: &Service, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into service (id, organisation_id, reference, name, created_at, closed_on)
         values ($1, $2, $3, $4, $5, $6)",
        service.id.0,
        service.organisation.0,
        &service.reference,
        &service.name,
        Instant(at),
        optional_day(service.closed_on),
    )?;
    Ok(())
}

/// Keeps the name as last told in the service's return.
pub async fn rename(tx: &mut Tx, id: ServiceId, name: &str) -> Result<(), StorageError> {
    execute!(
        tx,
        "update service set name = $2 where id = $1 and name <> $2",
        id.0,
        name
    )?;
    Ok(())
}

/// Records that a service ended.
pub async fn close(tx: &mut Tx, id: ServiceId, on: Date) -> Result<(), StorageError> {
    execute!(
        tx,
        "update service set closed_on = $2 where id = $1",
        id.0,
        crate::dates::day(on)
    )?;
    Ok(())
}
