//! The audit: who did what, when.

use domain::events::Event;
use domain::ids::{CycleId, OrganisationId, PersonId, ReturnId, ServiceId};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its place in the database-wide order.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Such as `return.saved`.
    pub kind: String,
    /// Who, by name; empty for the machine.
    pub person_name: String,
    /// Who.
    pub person: Option<PersonId>,
    /// In which cycle.
    pub cycle: Option<CycleId>,
    /// To which organisation.
    pub organisation: Option<OrganisationId>,
    /// The organisation's name; empty where none is concerned.
    pub organisation_name: String,
    /// To which service.
    pub service: Option<ServiceId>,
    /// To which return.
    pub subject_return: Option<ReturnId>,
    /// Ids, codes and counts.
    pub detail: Value,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only those of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Only those before this place in the order, for the next page.
    pub before: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    seq: i64,
    at: Instant,
    kind: String,
    person_id: Option<Uuid>,
    person_name: Option<String>,
    cycle_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    organisation_name: Option<String>,
    service_id: Option<Uuid>,
    return_id: Option<Uuid>,
    detail: Json<Value>,
}

impl From<EventRow> for Recorded {
    fn from(row: EventRow) -> Self {
        Recorded {
            seq: row.seq,
            at: row.at.0,
            kind: row.kind,
            person_name: row.person_name.unwrap_or_default(),
            person: row.person_id.map(PersonId),
            cycle: row.cycle_id.map(CycleId),
            organisation: row.organisation_id.map(OrganisationId),
            organisation_name: row.organisation_name.unwrap_or_default(),
            service: row.service_id.map(ServiceId),
            subject_return: row.return_id.map(ReturnId),
            detail: row.detail.0,
        }
    }
}

/// Records what happened, in the transaction in which it happened.
pub async fn record(tx: &mut Tx, event: &Event, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into event (at, kind, person_id, cycle_id, organisation_id, service_id, return_id, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        Instant(at),
        event.kind,
        event.person.map(|id| id.0),
        event.cycle.map(|id| id.0),
        event.organisation.map(|id| id.0),
        event.service.map(|id| id.0),
        event.subject_return.map(|id| id.0),
        Json(&event.detail),
    )?;
    Ok(())
}

/// Whether anything of this kind ever happened.
pub async fn is_recorded(conn: &mut Conn, kind: &str) -> Result<bool, StorageError> {
    let row = fetch_optional!(
        crate::schema::CountRow,
        conn,
        "select count(*) as counted from (select 1 from event where kind = $1 limit 1) found",
        kind,
    )?;
    Ok(row.is_some_and(|row| row.counted > 0))
}

/// The newest events first, at most `limit`.
pub async fn list(conn: &mut Conn, filter: &EventFilter, limit: i64) -> Result<Vec<Recorded>, StorageError> {
    let rows = fetch_all!(
        EventRow,
        conn,
        "select e.seq, e.at, e.kind, e.person_id, p.name as person_name, e.cycle_id, e.organisation_id,
                o.name as organisation_name, e.service_id, e.return_id, e.detail
         from event e
         left join person p on p.id = e.person_id
         left join organisation o on o.id = e.organisation_id
         where ($1 is null or e.organisation_id = $1)
           and ($2 is null or e.seq < $2)
         order by e.seq desc
         limit $3",
        filter.organisation.map(|id| id.0),
        filter.before,
        limit,
    )?;
    Ok(rows.into_iter().map(Recorded::from).collect())
}
