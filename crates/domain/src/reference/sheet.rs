//! A CSV file as lines with named columns, gathering faults on the way.

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

use crate::problem::Problem;

/// The lines of a file, and what is wrong with them so far.
pub(super) struct Sheet {
    lines: Vec<Line>,
    problems: Vec<Problem>,
}

/// One line of a file, with the names of its columns.
pub(super) struct Line {
    row: u64,
    cells: Vec<(&'static str, String)>,
}

impl Line {
    /// The number that a spreadsheet shows beside it.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    /// What stands in a column; empty where the line has nothing there.
    pub(super) fn text(&self, column: &str) -> &str {
        for (name, text) in &self.cells {
            if *name == column {
                return text;
            }
        }
        ""
    }
}

impl Sheet {
    /// Reads a file that must have these columns, in any order; other columns are left aside.
    pub(super) fn read(bytes: &[u8], columns: &[&'static str]) -> Result<Sheet, Vec<Problem>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .trim(Trim::All)
            .from_reader(bytes);
        let headings = match reader.headers() {
            Ok(headings) => headings.clone(),
            Err(error) => return Err(vec![unreadable(&error)]),
        };
        let positions = positions(&headings, columns)?;
        let mut sheet = Sheet {
            lines: Vec::new(),
            problems: Vec::new(),
        };
        for record in reader.records() {
            match record {
                Ok(record) => sheet.add(&record, &positions, headings.len()),
                Err(error) => sheet.problems.push(unreadable(&error)),
            }
        }
        if sheet.lines.is_empty() && sheet.problems.is_empty() {
            sheet.problems.push(Problem::at(
                "row 2",
                "reference.no_rows",
                "The file has headings but no rows",
            ));
        }
        Ok(sheet)
    }

    fn add(&mut self, record: &StringRecord, positions: &[(&'static str, usize)], width: usize) {
        let row = record.position().map_or(0, csv::Position::line);
        if record.len() != width {
            let found = record.len();
            self.problems.push(
                Problem::at(
                    format!("row {row}"),
                    "reference.uneven_row",
                    format!("The row has {found} cells where the headings have {width}"),
                )
                .remedy("Put quotation marks round a text that has a comma in it"),
            );
            return;
        }
        let mut cells = Vec::with_capacity(positions.len());
        for (name, position) in positions {
            cells.push((*name, record.get(*position).unwrap_or_default().to_owned()));
        }
        self.lines.push(Line { row, cells });
    }

    /// Hands the lines over, so that faults can be noted while walking through them.
    pub(super) fn take_lines(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }

    /// Notes a fault at a line and column.
    pub(super) fn fault(&mut self, line: &Line, column: &str, code: &str, message: impl Into<String>) {
        let place = format!("row {}, column {column}", line.row);
        self.problems.push(Problem::at(place, code, message));
    }

    /// What stands in a column that must not be blank.
    pub(super) fn required(&mut self, line: &Line, column: &str) -> Option<String> {
        let text = line.text(column);
        if text.is_empty() {
            self.fault(
                line,
                column,
                "reference.blank_cell",
                format!("The {column} is blank"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// The date in a column that may be blank.
    pub(super) fn optional_date(&mut self, line: &Line, column: &str) -> Option<Date> {
        let text = line.text(column);
        if text.is_empty() {
            return None;
        }
        let date = text.parse::<Date>().ok();
        if date.is_none() || text.len() != 10 {
            let message = format!("\"{text}\" is not a date: write it like 2026-04-01");
            self.fault(line, column, "reference.malformed_date", message);
            return None;
        }
        date
    }

    /// The rows that were read, or every fault.
    pub(super) fn finish<Row>(self, rows: Vec<Row>) -> Result<Vec<Row>, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(rows)
        } else {
            Err(self.problems)
        }
    }
}

fn positions(
    headings: &StringRecord,
    columns: &[&'static str],
) -> Result<Vec<(&'static str, usize)>, Vec<Problem>> {
    let mut positions = Vec::new();
    let mut problems = Vec::new();
    for column in columns {
        match headings.iter().position(|heading| heading == *column) {
            Some(position) => positions.push((*column, position)),
            None => problems.push(Problem::at(
                format!("row 1, column {column}"),
                "reference.no_column",
                format!("The file has no column \"{column}\""),
            )),
        }
    }
    if problems.is_empty() {
        Ok(positions)
    } else {
        Err(problems)
    }
}

fn unreadable(error: &csv::Error) -> Problem {
    let row = error.position().map_or(1, csv::Position::line);
    Problem::at(
        format!("row {row}"),
        "reference.unreadable_row",
        "The row cannot be read as text",
    )
    .remedy("Save the file as CSV in UTF-8")
}
