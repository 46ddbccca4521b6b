//! Building a raw table: rows go in one by one, totals are added up and never typed.

use super::{Cell, Column, Raw, Row, Table, Unit, Value};
use jiff::civil::Date;
use thiserror::Error;

/// A table that was put together wrongly; a fault of the program, not of the person.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableError {
    /// A row has more or fewer cells than there are columns.
    #[error("row '{row}' has {found} cells where the table has {expected} columns")]
    CellCount {
        /// Label of the row.
        row: String,
        /// Number of columns.
        expected: usize,
        /// Number of cells given.
        found: usize,
    },
    /// A cell does not fit the unit of its column, as words in a column of money.
    #[error("row '{row}', column '{column}': the cell does not fit the unit of the column")]
    WrongUnit {
        /// Label of the row.
        row: String,
        /// Key of the column.
        column: String,
    },
    /// Two columns have the same key.
    #[error("column key '{0}' is used twice")]
    RepeatedColumn(String),
    /// A total that cannot be written: larger than the machine's numbers, or typed for a number column.
    #[error("column '{0}' cannot have this total")]
    Total(String),
    /// Row totals asked for over columns that do not share one unit of number.
    #[error("row totals need number columns of one unit")]
    MixedRowTotals,
}

/// Collects the parts of a table and checks them once, when it is built.
#[derive(Debug, Clone)]
pub struct TableBuilder {
    table: Table<Raw>,
    total_label: Option<String>,
    row_total_label: Option<String>,
}

impl TableBuilder {
    /// Starts a table with its caption, its source line and the day the figures stood as shown.
    pub fn new(caption: &str, source: &str, as_at: Date) -> TableBuilder {
        TableBuilder {
            table: Table {
                caption: caption.to_owned(),
                source: source.to_owned(),
                as_at,
                row_heading: String::new(),
                columns: Vec::new(),
                rows: Vec::new(),
                totals: None,
                footnotes: Vec::new(),
                has_row_totals: false,
                state: Raw,
            },
            total_label: None,
            row_total_label: None,
        }
    }

    /// Sets the heading above the row labels and the columns after it.
    #[must_use]
    pub fn columns(mut self, row_heading: &str, columns: Vec<Column>) -> TableBuilder {
        row_heading.clone_into(&mut self.table.row_heading);
        self.table.columns = columns;
        self
    }

    /// Adds a row; its cells stand in the order of the columns.
    pub fn row(&mut self, label: &str, cells: Vec<Cell>) {
        self.table.rows.push(Row {
            label: label.to_owned(),
            cells,
        });
    }

    /// Adds a note under the table.
    pub fn footnote(&mut self, note: &str) {
        self.table.footnotes.push(note.to_owned());
    }

    /// Asks for a last row that adds up every number column.
    #[must_use]
    pub fn with_totals(mut self, label: &str) -> TableBuilder {
        self.total_label = Some(label.to_owned());
        self
    }

    /// Asks for a last column that adds up each row; the table then has two dimensions, which decides
    /// what disclosure control can do with it (M14).
    #[must_use]
    pub fn with_row_totals(mut self, label: &str) -> TableBuilder {
        self.row_total_label = Some(label.to_owned());
        self
    }

    /// Checks the parts and adds up the totals.
    pub fn build(mut self) -> Result<Table<Raw>, TableError> {
        self.check()?;
        if let Some(label) = self.row_total_label.take() {
            add_row_totals(&mut self.table, &label)?;
        }
        if let Some(label) = self.total_label.take() {
            self.table.totals = Some(totals_of(&self.table, &label)?);
        }
        Ok(self.table)
    }

    fn check(&self) -> Result<(), TableError> {
        let columns = &self.table.columns;
        for (position, column) in columns.iter().enumerate() {
            if columns[..position]
                .iter()
                .any(|earlier| earlier.key == column.key)
            {
                return Err(TableError::RepeatedColumn(column.key.clone()));
            }
            if column.unit.is_number() && !column.total_text.is_empty() {
                return Err(TableError::Total(column.key.clone()));
            }
        }
        for row in &self.table.rows {
            if row.cells.len() != columns.len() {
                let (expected, found) = (columns.len(), row.cells.len());
                return Err(TableError::CellCount {
                    row: row.label.clone(),
                    expected,
                    found,
                });
            }
            for (cell, column) in row.cells.iter().zip(columns) {
                if !fits(&cell.value, column.unit) {
                    return Err(TableError::WrongUnit {
                        row: row.label.clone(),
                        column: column.key.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

fn fits(value: &Value, unit: Unit) -> bool {
    match value {
        Value::Text(_) => unit == Unit::Text,
        Value::Date(_) => unit == Unit::Date,
        Value::Number(_) => unit.is_number(),
        Value::Missing | Value::NotApplicable => true,
        Value::Hidden | Value::RoundsToZero => false,
    }
}

fn add_row_totals(table: &mut Table<Raw>, label: &str) -> Result<(), TableError> {
    let mut unit = None;
    for column in &table.columns {
        if !column.unit.is_number() || unit.is_some_and(|unit| unit != column.unit) {
            return Err(TableError::MixedRowTotals);
        }
        unit = Some(column.unit);
    }
    let Some(unit) = unit else {
        return Err(TableError::MixedRowTotals);
    };
    let concerns_children = table.columns.iter().any(|column| column.concerns_children);
    let total = Column {
        concerns_children,
        ..Column::new("total", label, unit)
    };
    if table.columns.iter().any(|column| column.key == total.key) {
        return Err(TableError::RepeatedColumn(total.key));
    }
    for row in &mut table.rows {
        let sum = sum_of(row.cells.iter()).ok_or_else(|| TableError::Total(total.key.clone()))?;
        row.cells.push(sum);
    }
    table.columns.push(total);
    table.has_row_totals = true;
    Ok(())
}

fn totals_of(table: &Table<Raw>, label: &str) -> Result<Row, TableError> {
    let mut cells = Vec::new();
    for (position, column) in table.columns.iter().enumerate() {
        if column.unit.is_number() {
            let parts = table.rows.iter().map(|row| &row.cells[position]);
            cells.push(sum_of(parts).ok_or_else(|| TableError::Total(column.key.clone()))?);
        } else {
            cells.push(Cell::text(&column.total_text));
        }
    }
    Ok(Row {
        label: label.to_owned(),
        cells,
    })
}

/// Adds up the known parts; where none is known the sum is not available either, never zero.
/// `None` when the sum is beyond 64 bits.
fn sum_of<'a>(parts: impl Iterator<Item = &'a Cell>) -> Option<Cell> {
    let mut sum: i64 = 0;
    let mut contributors = Some(0_u32);
    let mut has_unknown = false;
    let mut has_number = false;
    for part in parts {
        match part.value {
            Value::Number(number) => {
                sum = sum.checked_add(number)?;
                has_number = true;
                contributors = contributors
                    .zip(part.contributors)
                    .map(|(so_far, more)| so_far.saturating_add(more));
            }
            Value::Missing => has_unknown = true,
            _ => {}
        }
    }
    if has_unknown && !has_number {
        return Some(Cell::missing());
    }
    Some(Cell {
        value: Value::Number(sum),
        contributors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn builder(columns: Vec<Column>) -> TableBuilder {
        TableBuilder::new("Caption", "Source", date(2026, 11, 2))
            .columns("Service", columns)
            .with_totals("Total")
    }

    #[test]
    fn totals_are_added_up_from_the_rows() {
        let mut builder = builder(vec![Column::new("staff_wte", "Staff WTE", Unit::Wte)]);
        builder.row("North", vec![Cell::amount(3_500, 1)]);
        builder.row("South", vec![Cell::missing()]);
        builder.row("East", vec![Cell::amount(8_900, 1)]);
        let table = builder.build().unwrap();
        assert_eq!(table.totals.unwrap().cells, vec![Cell::amount(12_400, 2)]);
    }

    #[test]
    fn a_total_of_nothing_known_is_not_available_rather_than_zero() {
        let mut builder = builder(vec![Column::new("cost", "Cost", Unit::Pence)]);
        builder.row("North", vec![Cell::missing()]);
        assert_eq!(
            builder.build().unwrap().totals.unwrap().cells,
            vec![Cell::missing()]
        );
    }

    #[test]
    fn a_total_of_no_rows_is_zero() {
        let builder = builder(vec![Column::new("services", "Services", Unit::Services)]);
        let totals = builder.build().unwrap().totals.unwrap();
        assert_eq!(totals.cells[0].value, Value::Number(0));
    }

    #[test]
    fn a_row_with_a_cell_too_few_is_refused() {
        let mut builder = builder(vec![Column::new("cost", "Cost", Unit::Pence)]);
        builder.row("North", vec![]);
        let error = TableError::CellCount {
            row: "North".into(),
            expected: 1,
            found: 0,
        };
        assert_eq!(builder.build(), Err(error));
    }

    #[test]
    fn words_in_a_money_column_are_refused() {
        let mut builder = builder(vec![Column::new("cost", "Cost", Unit::Pence)]);
        builder.row("North", vec![Cell::text("about a million")]);
        assert!(matches!(builder.build(), Err(TableError::WrongUnit { .. })));
    }

    #[test]
    fn a_total_typed_by_hand_for_a_number_column_is_refused() {
        let column = Column::new("cost", "Cost", Unit::Pence).with_total_text("£10");
        assert_eq!(
            builder(vec![column]).build(),
            Err(TableError::Total("cost".into()))
        );
    }

    #[test]
    fn a_sum_beyond_64_bits_is_refused_rather_than_wrapped() {
        let mut builder = builder(vec![Column::new("cost", "Cost", Unit::Pence)]);
        builder.row("North", vec![Cell::amount(i64::MAX, 1)]);
        builder.row("South", vec![Cell::amount(1, 1)]);
        assert_eq!(builder.build(), Err(TableError::Total("cost".into())));
    }

    #[test]
    fn the_same_column_key_twice_is_refused() {
        let column = Column::new("cost", "Cost", Unit::Pence);
        assert_eq!(
            builder(vec![column.clone(), column]).build(),
            Err(TableError::RepeatedColumn("cost".into()))
        );
    }
}
