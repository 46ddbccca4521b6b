//! Disclosure control (M14): the one door from figures as entered to figures that may be shown.
//!
//! What is done for the public, column by column:
//! 1. Counts of people from 1 to below the threshold are hidden; so are amounts of staff or money that
//!    rest on too few organisations.
//! 2. If the total would betray what is hidden, further cells are hidden, and if that is not enough, the
//!    total; an audit decides, not a rule of thumb.
//! 3. What is left is rounded, each cell from its own exact value and the total from its own. Rounded
//!    parts may then not add up to the rounded total: both are shown and neither is adjusted, because
//!    the disagreement is what makes subtraction useless.
//!
//! Not done yet, and refused rather than passed: hiding in tables that total both ways. Not judged here:
//! one contributor who dominates a shown amount, and differences between two releases; publish
//! amounts over fixed areas only.

mod column;

use crate::table::{Raw, Table, Unit};
use thiserror::Error;

/// Proof that a table passed disclosure control; only [`protect`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safe {
    audience: Audience,
}

impl Safe {
    pub(crate) fn audience(&self) -> Audience {
        self.audience
    }
}

/// Who will see a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The organisation's own people, looking at what they entered: nothing is hidden (A10).
    OwnOrganisation,
    /// Everybody, under this policy.
    Public(Policy),
}

impl Audience {
    /// Everybody, under the house's own policy.
    pub fn public() -> Audience {
        Audience::Public(Policy::default())
    }
}

/// The numbers of the public's disclosure rules; each may be set for a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Counts of children from 1 to below this are hidden.
    pub children_threshold: i64,
    /// Counts of staff and other adults from 1 to below this are hidden.
    pub people_threshold: i64,
    /// Counts of people that are shown are rounded to the nearest multiple of this.
    pub round_people_to: i64,
    /// Whether a count of no people at all is shown as 0; where "no child was seen" itself tells, it is not.
    pub shows_zero: bool,
    /// Staff WTE resting on fewer contributors than this is hidden.
    pub wte_contributors: u32,
    /// Staff WTE that is shown is rounded to the nearest multiple of this, in thousandths.
    pub round_wte_to: i64,
    /// Money resting on fewer contributors than this is hidden, since with two each could work out the other.
    pub money_contributors: u32,
    /// Money that is shown is rounded to the nearest multiple of this, in pence.
    pub round_pence_to: i64,
}

impl Default for Policy {
    /// Children 10, adults 5, both rounded to 5; WTE from five contributors to whole WTE; money from three
    /// contributors to £1,000 (M14).
    fn default() -> Policy {
        Policy {
            children_threshold: 10,
            people_threshold: 5,
            round_people_to: 5,
            shows_zero: true,
            wte_contributors: 5,
            round_wte_to: 1_000,
            money_contributors: 3,
            round_pence_to: 100_000,
        }
    }
}

/// A table that cannot be made safe; nothing of it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Cells must be hidden in a table that totals both ways; rows and columns together can betray a cell
    /// although each line hides two (M14), and the method that prevents it is not there yet.
    #[error(
        "column '{column}' has cells to hide and the table totals both ways, which cannot be protected yet"
    )]
    TwoDimensional {
        /// Key of the first such column.
        column: String,
    },
    /// An amount of staff or money does not say how many contributors stand behind it.
    #[error("row '{row}', column '{column}': the number of contributors is not known")]
    ContributorsUnknown {
        /// Label of the row.
        row: String,
        /// Key of the column.
        column: String,
    },
    /// A negative number where protection is defined for numbers from zero up.
    #[error("row '{row}', column '{column}': the number is negative")]
    Negative {
        /// Label of the row.
        row: String,
        /// Key of the column.
        column: String,
    },
}

/// Makes a table fit to be shown to an audience; the only way to a `Table<Safe>` (M14).
///
/// Refused where the protection of a public table cannot be judged; see [`Refusal`].
pub fn protect(table: Table<Raw>, audience: Audience) -> Result<Table<Safe>, Refusal> {
    let mut table = table;
    if let Audience::Public(policy) = audience {
        column::protect_columns(&mut table, &policy)?;
        for note in notes(&table, &policy) {
            table.footnotes.push(note);
        }
    }
    forget_contributors(&mut table);
    Ok(Table {
        caption: table.caption,
        source: table.source,
        as_at: table.as_at,
        row_heading: table.row_heading,
        columns: table.columns,
        rows: table.rows,
        totals: table.totals,
        footnotes: table.footnotes,
        has_row_totals: table.has_row_totals,
        state: Safe { audience },
    })
}

fn forget_contributors(table: &mut Table<Raw>) {
    for row in table.rows.iter_mut().chain(table.totals.as_mut()) {
        for cell in &mut row.cells {
            cell.contributors = None;
        }
    }
}

/// The notes that tell a reader what was done to the figures.
fn notes(table: &Table<Raw>, policy: &Policy) -> Vec<String> {
    let mut notes = Vec::new();
    let has = |unit: Unit, children: bool| {
        table
            .columns
            .iter()
            .any(|column| column.unit() == unit && column.concerns_children() == children)
    };
    if has(Unit::People, true) {
        notes.push(people_note(
            "children",
            policy.children_threshold,
            policy.round_people_to,
        ));
    }
    if has(Unit::People, false) {
        notes.push(people_note(
            "people",
            policy.people_threshold,
            policy.round_people_to,
        ));
    }
    if has(Unit::Wte, false) {
        let threshold = policy.wte_contributors;
        notes.push(format!(
            "Staff WTE that rests on fewer than {threshold} organisations is hidden; other WTE is rounded."
        ));
    }
    if has(Unit::Pence, false) {
        let threshold = policy.money_contributors;
        notes.push(format!(
            "Money that rests on fewer than {threshold} organisations is hidden; other money is rounded."
        ));
    }
    if !notes.is_empty() {
        notes.push("Further figures may be hidden so that totals do not reveal the hidden ones.".to_owned());
        notes.push("Each figure is rounded by itself, so figures may not add up to their total.".to_owned());
    }
    notes
}

fn people_note(who: &str, threshold: i64, round_to: i64) -> String {
    format!("Counts of {who} below {threshold} are hidden; others are rounded to the nearest {round_to}.")
}

#[cfg(test)]
mod tests;
