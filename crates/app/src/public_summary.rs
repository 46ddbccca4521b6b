//! The public page of a cycle: computed when something happens, then only read.

use std::collections::BTreeMap;

use analytics::disclosure::{self, Audience};
use analytics::public_summary::{PublicSummary, RegionLine};
use domain::areas::{AreaCode, AreaKind};
use domain::ids::CycleId;
use domain::participations::ParticipationState;
use serde_json::Value;
use storage::participations::SealedFigures;
use storage::published_tables::{self, PublishedTable};
use storage::{areas, cycles, participations};

use crate::error::AppError;
use crate::running::App;
use crate::tokens;

/// The key under which the finished table is kept.
pub const KEY: &str = "summary";

/// Makes a cycle's public summary anew and puts it in the place of the last one. Services and staff are those
/// of sealed revisions; a reopened organisation is cited by its last seal until it seals again (A11).
pub async fn refresh(app: &App, cycle: CycleId) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let cycle = cycles::get(&mut tx, cycle).await?;
    let figures = participations::list_sealed(&mut tx, cycle.id).await?;
    let mut names = BTreeMap::new();
    for region in areas::list_of_kind(&mut tx, AreaKind::Region).await? {
        names.insert(region.code, region.name);
    }
    let summary = PublicSummary {
        cycle: cycle.financial_year.clone(),
        closes_on: cycle.dates.closes_on,
        as_at: app.today(),
        regions: by_region(&figures, &names),
    };
    let content = protected(&summary)?;
    let table = PublishedTable {
        content_hash: tokens::hex(&tokens::digest(content.to_string().as_bytes())),
        content,
        made_at: app.now(),
    };
    published_tables::save(&mut tx, cycle.id, KEY, &table).await?;
    tx.commit().await?;
    Ok(())
}

/// Through the one door that makes a table fit to be shown, then into words.
fn protected(summary: &PublicSummary) -> Result<Value, AppError> {
    let broken = |error: &dyn std::error::Error| AppError::Broken(error.to_string());
    let raw = summary.table().map_err(|error| broken(&error))?;
    let safe = disclosure::protect(raw, Audience::public()).map_err(|error| broken(&error))?;
    serde_json::to_value(reports::table::render(&safe)).map_err(|error| broken(&error))
}

/// One line for each region where somebody was asked, in the order of the regions' codes.
fn by_region(figures: &[SealedFigures], names: &BTreeMap<AreaCode, String>) -> Vec<RegionLine> {
    let mut lines: BTreeMap<Option<AreaCode>, RegionLine> = BTreeMap::new();
    for organisation in figures {
        if !organisation.state.is_asked() {
            continue;
        }
        let name = match &organisation.region {
            Some(code) => names.get(code).cloned().unwrap_or_else(|| code.to_string()),
            None => "No region".to_owned(),
        };
        let line = lines
            .entry(organisation.region.clone())
            .or_insert_with(|| empty_line(name));
        add(line, organisation);
    }
    lines.into_values().collect()
}

fn empty_line(region: String) -> RegionLine {
    RegionLine {
        region,
        invited: 0,
        taking_part: 0,
        declined: 0,
        signed_off: 0,
        services: 0,
        wte_thousandths: None,
        wte_organisations: 0,
    }
}

fn add(line: &mut RegionLine, organisation: &SealedFigures) {
    line.invited += 1;
    if organisation.state == ParticipationState::Declined {
        line.declined += 1;
        return;
    }
    if organisation.state.takes_part() {
        line.taking_part += 1;
    }
    if let Some(services) = organisation.service_count {
        line.signed_off += 1;
        line.services += services;
    }
    if let Some(wte) = organisation.staff_wte {
        line.wte_thousandths = Some(line.wte_thousandths.unwrap_or(0) + wte);
        line.wte_organisations += 1;
    }
}
