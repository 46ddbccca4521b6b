//! Hiding and rounding within one column and its total (M14).

use super::{Policy, Refusal};
use crate::table::{Cell, Column, Raw, Table, Unit, Value};

/// How the cells of one column are judged.
struct Rule {
    /// Counts from 1 to below this are hidden; amounts are hidden by contributors instead.
    smallest_count: Option<i64>,
    fewest_contributors: u32,
    round_to: i64,
    shows_zero: bool,
}

/// A number of the column that has to be judged, from one row or from the total.
#[derive(Clone, Copy)]
struct Figure {
    /// Position of the row in the table.
    row: usize,
    value: i64,
    contributors: u32,
    is_hidden: bool,
    /// Hidden for its own sake, not to protect another.
    is_primary: bool,
}

/// Protects every sensitive column of the table, in place.
pub(super) fn protect_columns(table: &mut Table<Raw>, policy: &Policy) -> Result<(), Refusal> {
    for position in 0..table.columns.len() {
        let Some(rule) = rule_for(&table.columns[position], policy) else {
            continue;
        };
        protect_column(table, position, &rule)?;
    }
    Ok(())
}

/// The rule for a column, or none where anybody may know the exact figure: counts of bodies and services.
fn rule_for(column: &Column, policy: &Policy) -> Option<Rule> {
    let shows_zero = policy.shows_zero;
    let people = |threshold| Rule {
        smallest_count: Some(threshold),
        fewest_contributors: 0,
        round_to: policy.round_people_to,
        shows_zero,
    };
    let amount = |fewest_contributors, round_to| Rule {
        smallest_count: None,
        fewest_contributors,
        round_to,
        shows_zero: true,
    };
    match column.unit() {
        Unit::People if column.concerns_children() => Some(people(policy.children_threshold)),
        Unit::People => Some(people(policy.people_threshold)),
        Unit::Wte => Some(amount(policy.wte_contributors, policy.round_wte_to)),
        Unit::Pence => Some(amount(policy.money_contributors, policy.round_pence_to)),
        Unit::Organisations | Unit::Services | Unit::Text | Unit::Date => None,
    }
}

fn protect_column(table: &mut Table<Raw>, position: usize, rule: &Rule) -> Result<(), Refusal> {
    let key = table.columns[position].key().to_owned();
    let mut figures = Vec::new();
    for (row, line) in table.rows.iter().enumerate() {
        if let Some(figure) = figure_of(&line.cells[position], row, rule, &line.label, &key)? {
            figures.push(figure);
        }
    }
    let mut total = match &table.totals {
        Some(line) => figure_of(&line.cells[position], 0, rule, &line.label, &key)?,
        None => None,
    };
    let hides_something = figures.iter().chain(&total).any(|figure| figure.is_hidden);
    if hides_something && table.has_row_totals {
        return Err(Refusal::TwoDimensional { column: key });
    }
    if let Some(total) = &mut total
        && !total.is_hidden
        && hides_something
    {
        total.is_hidden = !hide_more_until_safe(&mut figures, rule);
    }
    for figure in &figures {
        table.rows[figure.row].cells[position].value = published(figure, rule);
    }
    if let (Some(line), Some(total)) = (&mut table.totals, &total) {
        line.cells[position].value = published(total, rule);
    }
    Ok(())
}

/// Reads a cell as a figure to judge; cells without a number need no protection.
fn figure_of(
    cell: &Cell,
    row: usize,
    rule: &Rule,
    label: &str,
    key: &str,
) -> Result<Option<Figure>, Refusal> {
    let Value::Number(value) = cell.value else {
        return Ok(None);
    };
    let place = || (label.to_owned(), key.to_owned());
    if value < 0 {
        let (row, column) = place();
        return Err(Refusal::Negative { row, column });
    }
    let (is_hidden, contributors) = match (rule.smallest_count, cell.contributors) {
        (Some(threshold), contributors) => {
            let is_small = value > 0 && value < threshold;
            (
                is_small || (value == 0 && !rule.shows_zero),
                contributors.unwrap_or(0),
            )
        }
        (None, Some(contributors)) => (
            contributors > 0 && contributors < rule.fewest_contributors,
            contributors,
        ),
        (None, None) => {
            let (row, column) = place();
            return Err(Refusal::ContributorsUnknown { row, column });
        }
    };
    Ok(Some(Figure {
        row,
        value,
        contributors,
        is_hidden,
        is_primary: is_hidden,
    }))
}

/// What is printed for a figure.
fn published(figure: &Figure, rule: &Rule) -> Value {
    if figure.is_hidden {
        return Value::Hidden;
    }
    let rounded = rounded(figure.value, rule.round_to);
    if rounded == 0 && figure.value != 0 {
        Value::RoundsToZero
    } else {
        Value::Number(rounded)
    }
}

/// The nearest multiple of the step, halves upwards.
fn rounded(value: i64, step: i64) -> i64 {
    let step = step.max(1);
    let below = value - value % step;
    let is_nearer_above = (value % step) >= step - value % step && value % step != 0;
    if is_nearer_above {
        below.saturating_add(step)
    } else {
        below
    }
}

/// Hides further cells, the smallest that suffices first, until the audit holds for a shown total.
/// False when even hiding every cell is not enough, so that the total itself must go.
fn hide_more_until_safe(figures: &mut [Figure], rule: &Rule) -> bool {
    loop {
        if is_safe_beside_a_total(figures, rule) {
            return true;
        }
        let mut candidates: Vec<usize> = Vec::new();
        for (position, figure) in figures.iter().enumerate() {
            // A shown zero is no cover: hiding it adds nothing to what the hidden cells could be.
            if !figure.is_hidden && figure.value > 0 {
                candidates.push(position);
            }
        }
        candidates.sort_by_key(|position| figures[*position].value);
        let Some(smallest) = candidates.first().copied() else {
            return false;
        };
        let mut chosen = smallest;
        for candidate in candidates {
            figures[candidate].is_hidden = true;
            let suffices = is_safe_beside_a_total(figures, rule);
            figures[candidate].is_hidden = false;
            if suffices {
                chosen = candidate;
                break;
            }
        }
        figures[chosen].is_hidden = true;
    }
}

/// The audit: what can a reader work out about the hidden cells from the total and the shown cells?
///
/// Subtraction gives the sum of the hidden cells, as if it were published. Judged on exact values,
/// which is stricter than the rounded ones a reader has. In one column this is all a reader can know, so
/// each hidden cell lies between the least it may be and that sum less the least of the others.
/// That range must cover the whole protection range of each cell hidden for its own sake: up to the threshold
/// for a count; a tenth and one rounding step above the value for an amount. For amounts the hidden cells
/// together must also rest on enough contributors to be published.
fn is_safe_beside_a_total(figures: &[Figure], rule: &Rule) -> bool {
    let hidden: Vec<&Figure> = figures.iter().filter(|figure| figure.is_hidden).collect();
    if hidden.len() < 2 {
        return hidden.is_empty();
    }
    let sum: i64 = hidden.iter().map(|figure| figure.value).sum();
    let others = hidden.len() as i64 - 1;
    if let Some(threshold) = rule.smallest_count {
        // Where zeros are shown, a reader knows that no hidden cell is zero.
        let least = i64::from(rule.shows_zero);
        return sum - others * least >= threshold;
    }
    let contributors: u32 = hidden
        .iter()
        .map(|figure| figure.contributors)
        .fold(0, u32::saturating_add);
    if contributors < rule.fewest_contributors {
        return false;
    }
    for figure in hidden.iter().filter(|figure| figure.is_primary) {
        let margin = (figure.value / 10).max(rule.round_to);
        if sum - figure.value < margin {
            return false;
        }
    }
    true
}
