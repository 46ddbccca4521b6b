//! How far the organisations of a cycle are, as tables.

use std::collections::BTreeMap;

use domain::participations::ParticipationState;
use storage::participations::StateCount;

use crate::content::{Cell, Column, Table};

/// The states that have a column; organisations in two arms are counted by their arms.
fn columns() -> Vec<ParticipationState> {
    let mut states = ParticipationState::ALL.to_vec();
    states.retain(|state| state.is_asked());
    states
}

/// A row of the table: the numbers by state.
type Numbers = BTreeMap<ParticipationState, i64>;

/// Organisations by region and state.
pub(super) fn by_region(counts: &[StateCount]) -> Table {
    let name = |count: &StateCount| {
        if count.region_name.is_empty() {
            "No region".to_owned()
        } else {
            count.region_name.clone()
        }
    };
    table("Organisations by region and state", "Region", counts, name)
}

/// Organisations by kind and state.
pub(super) fn by_kind(counts: &[StateCount]) -> Table {
    table("Organisations by kind and state", "Kind", counts, |count| {
        count.kind.label().to_owned()
    })
}

fn table(caption: &str, heading: &str, counts: &[StateCount], name: impl Fn(&StateCount) -> String) -> Table {
    let mut rows: BTreeMap<String, Numbers> = BTreeMap::new();
    let mut all = Numbers::new();
    let mut in_arms = 0;
    for count in counts {
        if !count.state.is_asked() {
            in_arms += count.count;
            continue;
        }
        *rows
            .entry(name(count))
            .or_default()
            .entry(count.state)
            .or_default() += count.count;
        *all.entry(count.state).or_default() += count.count;
    }
    let mut notes = vec!["Organisations that declined are counted among those asked.".to_owned()];
    if in_arms > 0 {
        notes.push(format!(
            "Organisations that take part as two arms ({in_arms}) are counted by their arms."
        ));
    }
    Table {
        caption: caption.to_owned(),
        columns: headings(heading),
        total: (!rows.is_empty()).then(|| row("All", &all)),
        rows: rows.iter().map(|(name, numbers)| row(name, numbers)).collect(),
        when_empty: "No organisation has been asked yet".to_owned(),
        notes,
    }
}

fn headings(first: &str) -> Vec<Column> {
    let mut headings = vec![Column::words(first), Column::numbers("Asked")];
    for state in columns() {
        headings.push(Column::numbers(state.label()));
    }
    headings
}

fn row(name: &str, numbers: &Numbers) -> Vec<Cell> {
    let mut cells = vec![Cell::new(name), Cell::new(numbers.values().sum::<i64>())];
    for state in columns() {
        cells.push(Cell::new(numbers.get(&state).copied().unwrap_or(0)));
    }
    cells
}

/// Some counts, for samples.
pub(super) fn sample() -> Vec<StateCount> {
    use domain::organisations::OrganisationKind;
    let count = |region: &str, kind, state, count| StateCount {
        region_name: region.to_owned(),
        kind,
        state,
        count,
    };
    vec![
        count(
            "North West",
            OrganisationKind::NhsTrust,
            ParticipationState::Invited,
            30,
        ),
        count(
            "North West",
            OrganisationKind::LocalAuthority,
            ParticipationState::Declined,
            2,
        ),
        count(
            "",
            OrganisationKind::IntegratedCareBoard,
            ParticipationState::InArms,
            1,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A01, A04: those that declined are in the total, a body in two arms is not.
    #[test]
    fn the_total_counts_refusals_and_leaves_out_bodies_in_arms() {
        let table = by_region(&sample());
        assert_eq!(table.rows.len(), 1);
        let total = table.total.unwrap();
        assert_eq!(total[1].text, "32");
        assert_eq!(table.columns.len(), total.len());
        assert!(table.notes[1].contains("(1)"));
    }

    #[test]
    fn kinds_are_named_as_people_call_them() {
        let table = by_kind(&sample());
        let names: Vec<&str> = table.rows.iter().map(|row| row[0].text.as_str()).collect();
        assert_eq!(names, ["Local authority", "NHS trust"]);
    }
}
