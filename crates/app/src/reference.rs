//! Loading areas, organisations and what became of them, from files.
//!
//! A load is all or nothing. A row is found again by its code; one that is no longer in the file stays, because
//! returns of earlier cycles point to it.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Permit, Target};
use domain::areas::{Area, AreaCode, Succession};
use domain::events::Event;
use domain::ids::OrganisationId;
use domain::organisations::Organisation;
use domain::reference;
use domain::roles::Right;
use serde::Serialize;
use serde_json::json;
use storage::{Conn, Tx, areas, events, organisations};

use crate::error::AppError;
use crate::running::App;

/// What a load did, or would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Loaded {
    /// Rows that are new.
    pub created: usize,
    /// Rows whose words or dates differ from what was there.
    pub changed: usize,
    /// Rows that say what was there already.
    pub unchanged: usize,
}

impl Loaded {
    fn count<Row: PartialEq>(&mut self, existing: Option<&Row>, row: &Row) -> bool {
        match existing {
            None => self.created += 1,
            Some(existing) if existing == row => {
                self.unchanged += 1;
                return false;
            }
            Some(_) => self.changed += 1,
        }
        true
    }
}

/// The reference files that the program carries, so that a demonstration needs no path.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// `areas.csv`.
    pub areas: &'static [u8],
    /// `area_successions.csv`.
    pub area_successions: &'static [u8],
    /// `organisations.csv`.
    pub organisations: &'static [u8],
    /// `organisation_successions.csv`.
    pub organisation_successions: &'static [u8],
}

/// The reference files of the `reference` folder, as they were when the program was built.
pub fn shipped() -> Shipped {
    Shipped {
        areas: include_bytes!("../../../reference/areas.csv"),
        area_successions: include_bytes!("../../../reference/area_successions.csv"),
        organisations: include_bytes!("../../../reference/organisations.csv"),
        organisation_successions: include_bytes!("../../../reference/organisation_successions.csv"),
    }
}

/// Loads all four shipped files, each in its own transaction.
pub async fn import_shipped(app: &App, actor: &Actor) -> Result<(), AppError> {
    let files = shipped();
    import_areas(app, actor, files.areas, false).await?;
    import_area_successions(app, actor, files.area_successions, false).await?;
    import_organisations(app, actor, files.organisations, false).await?;
    import_organisation_successions(app, actor, files.organisation_successions, false).await?;
    Ok(())
}

/// Loads `areas.csv`. A trial (`dry_run`) says what would happen and changes nothing.
pub async fn import_areas(app: &App, actor: &Actor, bytes: &[u8], dry_run: bool) -> Result<Loaded, AppError> {
    let permit = actor.may(Right::ManageReference, &Target::Nation)?;
    let rows = reference::read_areas(bytes)?;
    let mut tx = app.store.begin().await?;
    let mut existing: BTreeMap<AreaCode, Area> = BTreeMap::new();
    for area in areas::list(&mut tx).await? {
        existing.insert(area.code.clone(), area);
    }
    let mut loaded = Loaded::default();
    for row in rows {
        if loaded.count(existing.get(&row.code), &row) {
            areas::save(&mut tx, &row).await?;
        }
    }
    finish(app, tx, &permit, "area.imported", (loaded, dry_run)).await
}

/// Loads `organisations.csv`; a region or area that is not loaded is a fault of its row. Organisations keep
/// their identity for life, whatever the register calls them.
pub async fn import_organisations(
    app: &App,
    actor: &Actor,
    bytes: &[u8],
    dry_run: bool,
) -> Result<Loaded, AppError> {
    let permit = actor.may(Right::ManageReference, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    let rows = reference::read_organisations(bytes, &known_areas(&mut tx).await?)?;
    let mut existing: BTreeMap<String, Organisation> = BTreeMap::new();
    for organisation in organisations::list(&mut tx).await? {
        existing.insert(organisation.code.clone(), organisation);
    }
    let mut loaded = Loaded::default();
    for row in rows {
        let before = existing.get(&row.code);
        let mut organisation = row.identified(OrganisationId(app.new_id()));
        if let Some(before) = before {
            organisation.id = before.id;
            organisation.parent = before.parent;
            organisation.arm = before.arm;
        }
        if loaded.count(before, &organisation) {
            organisations::save(&mut tx, &organisation).await?;
        }
    }
    finish(app, tx, &permit, "organisation.imported", (loaded, dry_run)).await
}

/// Loads `area_successions.csv`.
pub async fn import_area_successions(
    app: &App,
    actor: &Actor,
    bytes: &[u8],
    dry_run: bool,
) -> Result<Loaded, AppError> {
    let permit = actor.may(Right::ManageReference, &Target::Nation)?;
    let rows = reference::read_successions(bytes)?;
    let mut tx = app.store.begin().await?;
    let existing = by_pair(areas::list_successions(&mut tx).await?);
    let mut loaded = Loaded::default();
    for row in rows {
        if loaded.count(existing.get(&pair(&row)), &row) {
            areas::save_succession(&mut tx, &row).await?;
        }
    }
    finish(app, tx, &permit, "area_succession.imported", (loaded, dry_run)).await
}

/// Loads `organisation_successions.csv`.
pub async fn import_organisation_successions(
    app: &App,
    actor: &Actor,
    bytes: &[u8],
    dry_run: bool,
) -> Result<Loaded, AppError> {
    let permit = actor.may(Right::ManageReference, &Target::Nation)?;
    let rows = reference::read_successions(bytes)?;
    let mut tx = app.store.begin().await?;
    let existing = by_pair(organisations::list_successions(&mut tx).await?);
    let mut loaded = Loaded::default();
    for row in rows {
        if loaded.count(existing.get(&pair(&row)), &row) {
            organisations::save_succession(&mut tx, &row).await?;
        }
    }
    finish(
        app,
        tx,
        &permit,
        "organisation_succession.imported",
        (loaded, dry_run),
    )
    .await
}

async fn known_areas(conn: &mut Conn) -> Result<BTreeSet<AreaCode>, AppError> {
    let mut codes = BTreeSet::new();
    for area in areas::list(conn).await? {
        codes.insert(area.code);
    }
    Ok(codes)
}

fn pair(succession: &Succession) -> (String, String) {
    (succession.predecessor.clone(), succession.successor.clone())
}

fn by_pair(successions: Vec<Succession>) -> BTreeMap<(String, String), Succession> {
    let mut pairs = BTreeMap::new();
    for succession in successions {
        pairs.insert(pair(&succession), succession);
    }
    pairs
}

/// Keeps what was loaded, unless it was a trial; a transaction that is not committed leaves nothing.
async fn finish(
    app: &App,
    mut tx: Tx,
    permit: &Permit,
    kind: &'static str,
    (loaded, dry_run): (Loaded, bool),
) -> Result<Loaded, AppError> {
    if dry_run {
        return Ok(loaded);
    }
    let event = Event::new(kind, permit.recorded_person()).detail(json!(loaded));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(loaded)
}
