//! Participations: which organisations were asked to a cycle, and how far they are.

use domain::access::Regions;
use domain::areas::AreaCode;
use domain::ids::{CycleId, OrganisationId, ParticipationId};
use domain::organisations::OrganisationKind;
use domain::participations::{Participation, ParticipationState};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use crate::dialect;
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

#[derive(sqlx::FromRow)]
struct ParticipationRow {
    id: Uuid,
    cycle_id: Uuid,
    organisation_id: Uuid,
    state: String,
    revision: i64,
    reason: String,
}

impl TryFrom<ParticipationRow> for Participation {
    type Error = StorageError;

    fn try_from(row: ParticipationRow) -> Result<Self, StorageError> {
        Ok(Participation {
            id: ParticipationId(row.id),
            cycle: CycleId(row.cycle_id),
            organisation: OrganisationId(row.organisation_id),
            state: state(&row.state)?,
            revision: row.revision,
            reason: row.reason,
        })
    }
}

fn state(code: &str) -> Result<ParticipationState, StorageError> {
    known(
        ParticipationState::from_code(code),
        "participation",
        "state",
        code,
    )
}

fn kind(code: &str) -> Result<OrganisationKind, StorageError> {
    known(OrganisationKind::from_code(code), "organisation", "kind", code)
}

/// An organisation's part in a cycle by its identity.
pub async fn get(conn: &mut Conn, id: ParticipationId) -> Result<Participation, StorageError> {
    let row = fetch_optional!(
        ParticipationRow,
        conn,
        "select id, cycle_id, organisation_id, state, revision, reason from participation where id = $1",
        id.0,
    )?;
    row.ok_or(StorageError::NotFound("participation"))?.try_into()
}

/// An organisation's part in a cycle; none where it was never asked.
pub async fn find(
    conn: &mut Conn,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Option<Participation>, StorageError> {
    let row = fetch_optional!(
        ParticipationRow,
        conn,
        "select id, cycle_id, organisation_id, state, revision, reason
         from participation
         where cycle_id = $1 and organisation_id = $2",
        cycle.0,
        organisation.0,
    )?;
    row.map(Participation::try_from).transpose()
}

/// The same, which must be there; on PostgreSQL nobody else may write it until this transaction ends.
pub async fn get_to_write(
    tx: &mut Tx,
    cycle: CycleId,
    organisation: OrganisationId,
) -> Result<Participation, StorageError> {
    dialect::hold_participation(tx, cycle, organisation).await?;
    find(tx, cycle, organisation)
        .await?
        .ok_or(StorageError::NotFound("participation"))
}

/// Asks organisations to take part, in one statement; those already asked stay as they are. Answers how many
/// are new. Each comes with the identity that its part will have.
pub async fn invite(
    tx: &mut Tx,
    cycle: CycleId,
    invited: &[(ParticipationId, OrganisationId)],
    at: Timestamp,
) -> Result<u64, StorageError> {
    let mut rows = Vec::with_capacity(invited.len());
    for (id, organisation) in invited {
        rows.push(json!({
            "id": id.0.simple().to_string(),
            "organisation": organisation.0.simple().to_string(),
        }));
    }
    let list = serde_json::Value::Array(rows).to_string();
    dialect::insert_participations(tx, cycle, &list, Instant(at)).await
}

/// Writes how far an organisation is, its revision and the reason.
pub async fn save(tx: &mut Tx, changed: &Participation, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update participation set state = $2, revision = $3, reason = $4, changed_at = $5 where id = $1",
        changed.id.0,
        changed.state.code(),
        changed.revision,
        &changed.reason,
        Instant(at),
    )?;
    Ok(())
}

/// Which organisations to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParticipationFilter {
    /// Only those of this region.
    pub region: Option<AreaCode>,
    /// Only those of this kind.
    pub kind: Option<OrganisationKind>,
    /// Only those that are this far.
    pub state: Option<ParticipationState>,
    /// Only those with this in their name or code; empty for all.
    pub text: String,
}

/// One page of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many to leave out at the beginning.
    pub offset: i64,
    /// How many to list at most.
    pub limit: i64,
}

/// A line of the national team's list of organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipationLine {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Its public code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What sort of body.
    pub kind: OrganisationKind,
    /// The name of its region; empty without one.
    pub region_name: String,
    /// How far.
    pub state: ParticipationState,
    /// The revision being worked on.
    pub revision: i64,
    /// Who is nominated or leads; empty without one.
    pub lead_name: String,
}

/// One page of the list, and how long the whole is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The lines of the page, by name.
    pub lines: Vec<ParticipationLine>,
    /// How many organisations the filter lets through.
    pub total: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    organisation_id: Uuid,
    code: String,
    name: String,
    kind: String,
    region_name: Option<String>,
    state: String,
    revision: i64,
    lead_name: Option<String>,
    total: i64,
}

impl TryFrom<LineRow> for ParticipationLine {
    type Error = StorageError;

    fn try_from(row: LineRow) -> Result<Self, StorageError> {
        Ok(ParticipationLine {
            organisation: OrganisationId(row.organisation_id),
            code: row.code,
            name: row.name,
            kind: kind(&row.kind)?,
            region_name: row.region_name.unwrap_or_default(),
            state: state(&row.state)?,
            revision: row.revision,
            lead_name: row.lead_name.unwrap_or_default(),
        })
    }
}

/// The organisations of a cycle that lie in the regions and pass the filter, by name, one page of them. A page
/// beyond the end is empty and does not know how long the list is.
pub async fn list(
    conn: &mut Conn,
    cycle: CycleId,
    regions: &Regions,
    filter: &ParticipationFilter,
    window: Window,
) -> Result<Listing, StorageError> {
    let rows = fetch_all!(
        LineRow,
        conn,
        "select o.id as organisation_id, o.code, o.name, o.kind, a.name as region_name, p.state, p.revision,
                (select n.name
                 from nomination n
                 where n.participation_id = p.id and n.replaced_at is null
                 order by case when n.registered_at is null then 1 else 0 end, n.nominated_at desc
                 limit 1) as lead_name,
                count(*) over () as total
         from participation p
         join organisation o on o.id = p.organisation_id
         left join area a on a.code = o.region_code
         where p.cycle_id = $1
           and ($2 = '' or $2 like '%,' || o.region_code || ',%')
           and ($3 is null or o.region_code = $3)
           and ($4 is null or o.kind = $4)
           and ($5 is null or p.state = $5)
           and (lower(o.name) like $6 escape '\\' or lower(o.code) like $6 escape '\\')
         order by o.name, o.code
         limit $7 offset $8",
        cycle.0,
        region_list(regions),
        filter.region.as_ref().map(AreaCode::as_str),
        filter.kind.map(OrganisationKind::code),
        filter.state.map(ParticipationState::code),
        anywhere(&filter.text),
        window.limit,
        window.offset,
    )?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(row.try_into()?);
    }
    Ok(Listing { lines, total })
}

/// How many organisations of one region and kind are in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// The name of the region; empty for organisations without one.
    pub region_name: String,
    /// What sort of body.
    pub kind: OrganisationKind,
    /// How far.
    pub state: ParticipationState,
    /// How many.
    pub count: i64,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    region_name: Option<String>,
    kind: String,
    state: String,
    count: i64,
}

/// The numbers behind every progress table of a cycle: organisations by region, kind and state.
pub async fn count_states(
    conn: &mut Conn,
    cycle: CycleId,
    regions: &Regions,
) -> Result<Vec<StateCount>, StorageError> {
    let rows = fetch_all!(
        CountRow,
        conn,
        "select a.name as region_name, o.kind, p.state, count(*) as count
         from participation p
         join organisation o on o.id = p.organisation_id
         left join area a on a.code = o.region_code
         where p.cycle_id = $1
           and ($2 = '' or $2 like '%,' || o.region_code || ',%')
         group by a.name, o.kind, p.state
         order by a.name, o.kind, p.state",
        cycle.0,
        region_list(regions),
    )?;
    let mut counts = Vec::with_capacity(rows.len());
    for row in rows {
        counts.push(StateCount {
            region_name: row.region_name.unwrap_or_default(),
            kind: kind(&row.kind)?,
            state: state(&row.state)?,
            count: row.count,
        });
    }
    Ok(counts)
}

/// What an organisation's latest sealed revision holds, beside how far it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFigures {
    /// Its region.
    pub region: Option<AreaCode>,
    /// How far it is now.
    pub state: ParticipationState,
    /// How many services the latest seal covers; none where nothing was ever sealed.
    pub service_count: Option<i64>,
    /// Their staff in thousandths of a WTE; none where none of them says.
    pub staff_wte: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct SealedRow {
    region_code: Option<String>,
    state: String,
    service_count: Option<i64>,
    staff_wte: Option<i64>,
}

/// One row for each organisation asked to a cycle; a reopened one is still cited by its latest seal (A11).
pub async fn list_sealed(conn: &mut Conn, cycle: CycleId) -> Result<Vec<SealedFigures>, StorageError> {
    let rows = fetch_all!(
        SealedRow,
        conn,
        "with latest as (
             select s.participation_id, max(s.revision) as revision
             from sign_off s
             join participation p on p.id = s.participation_id
             where p.cycle_id = $1
             group by s.participation_id
         ), sealed as (
             select s.participation_id, count(r.service_id) as service_count,
                    cast(sum(r.staff_wte) as bigint) as staff_wte
             from latest l
             join sign_off s on s.participation_id = l.participation_id and s.revision = l.revision
             left join sealed_return r on r.sign_off_id = s.id
             group by s.participation_id
         )
         select o.region_code, p.state, sealed.service_count, sealed.staff_wte
         from participation p
         join organisation o on o.id = p.organisation_id
         left join sealed on sealed.participation_id = p.id
         where p.cycle_id = $1",
        cycle.0,
    )?;
    let mut figures = Vec::with_capacity(rows.len());
    for row in rows {
        figures.push(SealedFigures {
            region: row.region_code.as_deref().map(AreaCode::new),
            state: state(&row.state)?,
            service_count: row.service_count,
            staff_wte: row.staff_wte,
        });
    }
    Ok(figures)
}

/// The regions as `,E12000001,E12000002,`; empty for all, and a text that no code is found in for none.
fn region_list(regions: &Regions) -> String {
    match regions {
        Regions::All => String::new(),
        Regions::Only(codes) => {
            let mut list = ",".to_owned();
            for code in codes {
                list.push_str(code.as_str());
                list.push(',');
            }
            list
        }
    }
}

/// A pattern that finds a text anywhere; the text's own wildcards stand for themselves.
fn anywhere(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in text.trim().to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
