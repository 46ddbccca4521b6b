//! Grants: roles held over a scope, from a day to a day.

use domain::access::{Grant, Scope};
use domain::areas::AreaCode;
use domain::ids::{GrantId, OrganisationId, PersonId, ServiceId};
use domain::people::{Email, Person};
use domain::roles::Role;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::dates::{Day, day, optional_date, optional_day};
use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

/// A grant and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: Person,
    /// What.
    pub grant: Grant,
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    id: Uuid,
    role: String,
    scope_kind: String,
    scope_of: String,
    from_on: Day,
    to_on: Option<Day>,
}

impl TryFrom<GrantRow> for Grant {
    type Error = StorageError;

    fn try_from(row: GrantRow) -> Result<Self, StorageError> {
        Ok(Grant {
            id: GrantId(row.id),
            role: known(Role::from_code(&row.role), "role_grant", "role", &row.role)?,
            scope: known(
                scope_from(&row.scope_kind, &row.scope_of),
                "role_grant",
                "scope_kind",
                &row.scope_kind,
            )?,
            from: row.from_on.to_jiff(),
            to: optional_date(row.to_on),
        })
    }
}

#[derive(sqlx::FromRow)]
struct HolderRow {
    #[sqlx(flatten)]
    grant: GrantRow,
    person_id: Uuid,
    email: String,
    name: String,
    post: String,
}

impl TryFrom<HolderRow> for Holder {
    type Error = StorageError;

    fn try_from(row: HolderRow) -> Result<Self, StorageError> {
        Ok(Holder {
            person: Person {
                id: PersonId(row.person_id),
                email: known(Email::parse(&row.email).ok(), "person", "email", "an address")?,
                name: row.name,
                post: row.post,
            },
            grant: row.grant.try_into()?,
        })
    }
}

/// The grants that a person holds on a day.
pub async fn list(conn: &mut Conn, person: PersonId, on: Date) -> Result<Vec<Grant>, StorageError> {
    let rows = fetch_all!(
        GrantRow,
        conn,
        "select id, role, scope_kind, scope_of, from_on, to_on
         from role_grant
         where person_id = $1 and from_on <= $2 and (to_on is null or to_on > $2)
         order by granted_at, id",
        person.0,
        day(on),
    )?;
    rows.into_iter().map(Grant::try_from).collect()
}

/// Who holds a role over exactly this scope on a day, by name; those with a wider scope are left out.
pub async fn list_holders(conn: &mut Conn, scope: &Scope, on: Date) -> Result<Vec<Holder>, StorageError> {
    let (kind, of) = scope_parts(scope);
    let rows = fetch_all!(
        HolderRow,
        conn,
        "select g.id, g.role, g.scope_kind, g.scope_of, g.from_on, g.to_on, p.id as person_id, p.email, p.name,
                p.post
         from role_grant g
         join person p on p.id = g.person_id
         where g.scope_kind = $1 and g.scope_of = $2 and g.from_on <= $3 and (g.to_on is null or g.to_on > $3)
           and p.disabled_at is null
         order by p.name, g.granted_at, g.id",
        kind,
        of,
        day(on),
    )?;
    rows.into_iter().map(Holder::try_from).collect()
}

/// Gives a grant to a person; `by` is none where the machine gives it.
pub async fn insert(
    tx: &mut Tx,
    person: PersonId,
    grant: &Grant,
    by: Option<PersonId>,
    at: Timestamp,
) -> Result<(), StorageError> {
    let (kind, of) = scope_parts(&grant.scope);
    execute!(
        tx,
        "insert into role_grant (id, person_id, role, scope_kind, scope_of, from_on, to_on, granted_by, granted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        grant.id.0,
        person.0,
        grant.role.code(),
        kind,
        of,
        day(grant.from),
        optional_day(grant.to),
        by.map(|id| id.0),
        Instant(at),
    )?;
    Ok(())
}

/// Ends a grant: `on` is the first day on which it no longer holds. An earlier end stays.
pub async fn end(tx: &mut Tx, id: GrantId, on: Date) -> Result<(), StorageError> {
    execute!(
        tx,
        "update role_grant set to_on = $2 where id = $1 and (to_on is null or to_on > $2)",
        id.0,
        day(on),
    )?;
    Ok(())
}

fn scope_parts(scope: &Scope) -> (&'static str, String) {
    match scope {
        Scope::National => ("national", String::new()),
        Scope::Region(code) => ("region", code.as_str().to_owned()),
        Scope::Organisation(id) => ("organisation", id.to_string()),
        Scope::Service(id) => ("service", id.to_string()),
    }
}

fn scope_from(kind: &str, of: &str) -> Option<Scope> {
    match kind {
        "national" => Some(Scope::National),
        "region" => Some(Scope::Region(AreaCode::new(of))),
        "organisation" => of.parse::<OrganisationId>().ok().map(Scope::Organisation),
        "service" => of.parse::<ServiceId>().ok().map(Scope::Service),
        _ => None,
    }
}
