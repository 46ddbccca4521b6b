//! A table as finished words, ready for a page to lay out.

use crate::figures::{self, Spelling};
use analytics::disclosure::Safe;
use analytics::table::{Row, Table, Value};
use serde::Serialize;

/// A table of which every cell is the text to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedTable {
    /// What the table shows.
    pub caption: String,
    /// Where the figures come from.
    pub source: String,
    /// The day on which the figures stood as shown, as in "20 November 2026".
    pub as_at: String,
    /// The heading above the row labels.
    pub row_heading: String,
    /// The headings of the other columns.
    pub headings: Vec<Heading>,
    /// The rows.
    pub rows: Vec<FinishedRow>,
    /// The totals, where the table has them.
    pub totals: Option<FinishedRow>,
    /// Notes under the table.
    pub footnotes: Vec<String>,
    /// The symbols used in the table and what they mean.
    pub symbols: Vec<Symbol>,
}

/// The heading of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// The stable key of the column.
    pub key: String,
    /// The words of the heading.
    pub text: String,
    /// Whether the column holds numbers, which are aligned to the right.
    pub is_numeric: bool,
}

/// A row of finished words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedRow {
    /// What the row is about.
    pub label: String,
    /// The cells, in the order of the headings.
    pub cells: Vec<FinishedCell>,
}

/// One cell of finished words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedCell {
    /// The text to be shown: "3.500", "£2,614,760", "c".
    pub text: String,
    /// Whether the cell belongs to a column of numbers.
    pub is_numeric: bool,
}

/// A symbol that stands in a cell instead of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Symbol {
    /// The letter in the cell.
    pub letter: String,
    /// What it means.
    pub meaning: String,
}

/// Puts a protected table into words.
pub fn render(table: &Table<Safe>) -> FinishedTable {
    let mut headings = Vec::new();
    let spellings = figures::spellings(table);
    for column in table.columns() {
        headings.push(Heading {
            key: column.key().to_owned(),
            text: column.label().to_owned(),
            is_numeric: column.unit().is_number(),
        });
    }
    let symbols = figures::meanings(table)
        .into_iter()
        .map(|(letter, meaning)| Symbol {
            letter: letter.to_owned(),
            meaning: meaning.to_owned(),
        });
    FinishedTable {
        caption: table.caption().to_owned(),
        source: table.source().to_owned(),
        as_at: table.as_at().strftime("%-d %B %Y").to_string(),
        row_heading: table.row_heading().to_owned(),
        headings,
        rows: table.rows().iter().map(|row| finished(row, &spellings)).collect(),
        totals: table.totals().map(|row| finished(row, &spellings)),
        footnotes: table.footnotes().to_vec(),
        symbols: symbols.collect(),
    }
}

fn finished(row: &Row, spellings: &[Spelling]) -> FinishedRow {
    let mut cells = Vec::new();
    for (cell, spelling) in row.cells().iter().zip(spellings) {
        let text = match cell.value() {
            Value::Text(text) => text.clone(),
            Value::Number(number) => figures::readable(*number, *spelling),
            Value::Date(date) => date.strftime("%-d %B %Y").to_string(),
            other => figures::symbol(other).unwrap_or_default().to_owned(),
        };
        cells.push(FinishedCell {
            text,
            is_numeric: spelling.unit.is_number(),
        });
    }
    FinishedRow {
        label: row.label().to_owned(),
        cells,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn texts(row: &FinishedRow) -> Vec<&str> {
        row.cells.iter().map(|cell| cell.text.as_str()).collect()
    }

    /// A10: the published vector as the page shows it.
    #[test]
    fn the_check_report_ends_in_the_published_totals() {
        let page = render(&samples::check_report());
        let totals = page.totals.unwrap();
        assert_eq!(totals.label, "Total");
        assert_eq!(texts(&totals)[2..6], ["5", "61.650", "£2,614,760", "803"]);
        assert_eq!(texts(&page.rows[0])[2..6], ["1", "3.500", "£220,320", "15"]);
        assert_eq!(page.as_at, "20 November 2026");
    }

    #[test]
    fn hidden_and_missing_cells_are_letters_that_the_table_explains() {
        let page = render(&samples::public_summary());
        assert_eq!(page.rows[1].cells[5].text, "c");
        assert_eq!(page.rows[3].cells[5].text, "x");
        let letters: Vec<&str> = page.symbols.iter().map(|symbol| symbol.letter.as_str()).collect();
        assert_eq!(letters, ["c", "x"]);
    }

    #[test]
    fn rounded_staff_does_not_pretend_to_three_decimals() {
        assert_eq!(
            render(&samples::public_summary()).totals.unwrap().cells[5].text,
            "1,154"
        );
    }

    #[test]
    fn numbers_are_marked_for_alignment_even_where_a_letter_stands() {
        let page = render(&samples::public_summary());
        assert!(page.headings[5].is_numeric && page.rows[1].cells[5].is_numeric);
        let page = render(&samples::check_report());
        assert!(!page.headings[0].is_numeric && !page.rows[0].cells[0].is_numeric);
    }
}
