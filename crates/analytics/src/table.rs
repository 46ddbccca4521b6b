//! Tables of figures: what a page, a sheet or a file shows, before and after disclosure control.

mod builder;

pub use builder::{TableBuilder, TableError};

use crate::disclosure::{Audience, Safe};
use jiff::civil::Date;
use std::fmt;

/// State of a table that holds figures as they were entered; it cannot be read outside this room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw;

/// What a column counts or measures; decides how disclosure control treats it and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Persons, each counted once: children on a caseload, staff by head.
    People,
    /// Bodies: authorities, trusts, boards, providers.
    Organisations,
    /// Services or teams.
    Services,
    /// Whole-time equivalents of staff, in thousandths.
    Wte,
    /// Money, in whole pence.
    Pence,
    /// Words.
    Text,
    /// A calendar date.
    Date,
}

impl Unit {
    /// Whether cells of this unit are numbers, which a totals row adds up.
    pub fn is_number(self) -> bool {
        !matches!(self, Unit::Text | Unit::Date)
    }
}

/// One column of a table: its stable key, its heading and its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    key: String,
    label: String,
    unit: Unit,
    concerns_children: bool,
    total_text: String,
}

impl Column {
    /// A column; the key is what programs read (lower case, `staff_wte`), the label what people read.
    pub fn new(key: &str, label: &str, unit: Unit) -> Column {
        Column {
            key: key.to_owned(),
            label: label.to_owned(),
            unit,
            concerns_children: false,
            total_text: String::new(),
        }
    }

    /// A column that counts children, which is protected by the stricter threshold (M14).
    pub fn children(key: &str, label: &str) -> Column {
        Column {
            concerns_children: true,
            ..Column::new(key, label, Unit::People)
        }
    }

    /// Gives a column of words its words in the totals row, as in "4 of 5"; refused for numbers, whose
    /// totals are always added up from the rows.
    #[must_use]
    pub fn with_total_text(self, text: &str) -> Column {
        Column {
            total_text: text.to_owned(),
            ..self
        }
    }

    /// The stable name by which programs find the column.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The heading people read.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What the column counts or measures.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Whether the column counts children.
    pub fn concerns_children(&self) -> bool {
        self.concerns_children
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A number in the unit of its column.
    Number(i64),
    /// A calendar date.
    Date(Date),
    /// Not available: nobody has given it (`x`).
    Missing,
    /// The question does not arise (`z`).
    NotApplicable,
    /// Hidden to protect people or commercial figures (`c`); only disclosure control writes it.
    Hidden,
    /// Not zero, but rounds to zero (`k`); only disclosure control writes it.
    RoundsToZero,
}

/// A cell: its value and, while raw, how many organisations or services stand behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub(crate) value: Value,
    pub(crate) contributors: Option<u32>,
}

impl Cell {
    /// A cell of words.
    pub fn text(words: &str) -> Cell {
        Cell::of(Value::Text(words.to_owned()))
    }

    /// A count, which is protected by its own size.
    pub fn number(value: i64) -> Cell {
        Cell::of(Value::Number(value))
    }

    /// An amount of staff or money with the number of organisations or services it rests on; without
    /// that number a public table is refused, because its protection cannot be judged (M14).
    pub fn amount(value: i64, contributors: u32) -> Cell {
        Cell {
            value: Value::Number(value),
            contributors: Some(contributors),
        }
    }

    /// A date.
    pub fn date(value: Date) -> Cell {
        Cell::of(Value::Date(value))
    }

    /// A figure nobody has given; it is never counted as zero (A01).
    pub fn missing() -> Cell {
        Cell::of(Value::Missing)
    }

    /// A cell whose question does not arise.
    pub fn not_applicable() -> Cell {
        Cell::of(Value::NotApplicable)
    }

    /// What stands in the cell.
    pub fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn of(value: Value) -> Cell {
        Cell {
            value,
            contributors: None,
        }
    }
}

/// One line of a table: its label and one cell for each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub(crate) label: String,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// What the line is about: a service, a region.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The cells, in the order of the columns.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

/// A table of figures in one of two states: `Table<Raw>` as entered, `Table<Safe>` as it may be shown.
///
/// The state is a value that only its own module can make, so a `Table<Safe>` exists only where
/// [`crate::disclosure::protect`] returned one (M14).
/// The cells of a raw table cannot be read outside this room:
///
/// ```compile_fail
/// use analytics::table::{Raw, Table};
/// fn shown(table: &Table<Raw>) -> usize {
///     table.rows().len()
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Table<State> {
    pub(crate) caption: String,
    pub(crate) source: String,
    pub(crate) as_at: Date,
    pub(crate) row_heading: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    pub(crate) totals: Option<Row>,
    pub(crate) footnotes: Vec<String>,
    pub(crate) has_row_totals: bool,
    pub(crate) state: State,
}

/// Names the table without its figures, so that a raw table in a log or a fault gives nothing away.
impl<State> fmt::Debug for Table<State> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = formatter.debug_struct("Table");
        words
            .field("caption", &self.caption)
            .field("row_count", &self.rows.len());
        words.finish_non_exhaustive()
    }
}

impl<State> Table<State> {
    /// What the table shows, in one line.
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// Where the figures come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The day on which the figures stood as shown.
    pub fn as_at(&self) -> Date {
        self.as_at
    }

    /// The heading above the row labels.
    pub fn row_heading(&self) -> &str {
        &self.row_heading
    }

    /// The columns after the row label.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Notes that belong under the table wherever it is shown.
    pub fn footnotes(&self) -> &[String] {
        &self.footnotes
    }
}

impl Table<Safe> {
    /// The rows, as they may be shown.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The totals, each protected from its own exact value; rounded rows may not add up to it (M14).
    pub fn totals(&self) -> Option<&Row> {
        self.totals.as_ref()
    }

    /// For whom the table was protected; it must not be shown to a wider audience.
    pub fn audience(&self) -> Audience {
        self.state.audience()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_raw_table_in_a_log_gives_no_figure_away() {
        let column = Column::children("caseload", "Caseload");
        let mut builder =
            TableBuilder::new("Caseload by area", "Test", date(2026, 11, 2)).columns("Area", vec![column]);
        builder.row("North", vec![Cell::number(3)]);
        let words = format!("{:?}", builder.build().unwrap());
        assert_eq!(words, "Table { caption: \"Caseload by area\", row_count: 1, .. }");
    }
}
