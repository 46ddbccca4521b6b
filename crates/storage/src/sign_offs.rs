//! Sealed revisions: what was declared, by whom, with the answers as they stood.

use domain::ids::{ParticipationId, PersonId, ServiceId, SignOffId};
use domain::returns::Figures;
use domain::sign_off::SignOff;
use sqlx::types::Json;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::StorageError;
use crate::instant::Instant;

/// One service as it was sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct SealedReturn {
    /// Which service.
    pub service: ServiceId,
    /// Its name at the time.
    pub name: String,
    /// The answers that applied: a list of path and value, in canonical order.
    pub answers: Vec<(String, String)>,
    /// What tables add up.
    pub figures: Figures,
}

#[derive(sqlx::FromRow)]
struct SignOffRow {
    id: Uuid,
    participation_id: Uuid,
    revision: i64,
    content_hash: String,
    declaration: String,
    person_id: Uuid,
    person_name: String,
    signed_at: Instant,
    service_count: i64,
}

impl From<SignOffRow> for SignOff {
    fn from(row: SignOffRow) -> Self {
        SignOff {
            id: SignOffId(row.id),
            participation: ParticipationId(row.participation_id),
            revision: row.revision,
            content_hash: row.content_hash,
            declaration: row.declaration,
            person: PersonId(row.person_id),
            person_name: row.person_name,
            at: row.signed_at.0,
            service_count: row.service_count,
        }
    }
}

#[derive(sqlx::FromRow)]
struct SealedRow {
    service_id: Uuid,
    name: String,
    answers: Json<Vec<(String, String)>>,
    staff_wte: Option<i64>,
    cost_pence: Option<i64>,
    caseload: Option<i64>,
}

/// Seals: the declaration and every service as it stands.
pub async fn insert(tx: &mut Tx, sealed: &SignOff, returns: &[SealedReturn]) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sign_off (id, participation_id, revision, content_hash, declaration, person_id, person_name,
                signed_at, service_count)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        sealed.id.0,
        sealed.participation.0,
        sealed.revision,
        &sealed.content_hash,
        &sealed.declaration,
        sealed.person.0,
        &sealed.person_name,
        Instant(sealed.at),
        sealed.service_count,
    )?;
    for service in returns {
        execute!(
            tx,
            "insert into sealed_return (sign_off_id, service_id, name, answers, staff_wte, cost_pence, caseload)
             values ($1, $2, $3, $4, $5, $6, $7)",
            sealed.id.0,
            service.service.0,
            &service.name,
            Json(&service.answers),
            service.figures.staff_wte,
            service.figures.cost_pence,
            service.figures.caseload,
        )?;
    }
    Ok(())
}

/// The sealed revisions of an organisation in a cycle, newest first.
pub async fn list(conn: &mut Conn, participation: ParticipationId) -> Result<Vec<SignOff>, StorageError> {
    let rows = fetch_all!(
        SignOffRow,
        conn,
        "select id, participation_id, revision, content_hash, declaration, person_id, person_name, signed_at,
                service_count
         from sign_off
         where participation_id = $1
         order by revision desc",
        participation.0,
    )?;
    Ok(rows.into_iter().map(SignOff::from).collect())
}

/// The services of one sealed revision, in the order of their ids.
pub async fn list_sealed(conn: &mut Conn, id: SignOffId) -> Result<Vec<SealedReturn>, StorageError> {
    let rows = fetch_all!(
        SealedRow,
        conn,
        "select service_id, name, answers, staff_wte, cost_pence, caseload
         from sealed_return
         where sign_off_id = $1
         order by service_id",
        id.0,
    )?;
    let mut sealed = Vec::with_capacity(rows.len());
    for row in rows {
        sealed.push(SealedReturn {
            service: ServiceId(row.service_id),
            name: row.name,
            answers: row.answers.0,
            figures: Figures {
                staff_wte: row.staff_wte,
                cost_pence: row.cost_pence,
                caseload: row.caseload,
            },
        });
    }
    Ok(sealed)
}
