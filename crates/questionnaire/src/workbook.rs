mod markdown;
mod spreadsheet;

use crate::problem::Problem;

/// Most bytes a workbook file may have.
pub(crate) const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// Most bytes a workbook may unpack to; a larger one is taken for an attack.
pub(crate) const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// Most rows read of a sheet; long choice lists belong in a file of their own.
pub(crate) const MAX_ROWS: usize = 150_000;
/// Most columns read of a sheet.
pub(crate) const MAX_COLUMNS: usize = 1_000;
/// Blank rows in a run that end a sheet, so that a stray cell far below is not read.
const BLANK_ROWS_THAT_END: u32 = 1_000;

/// The raw sheets of a questionnaire's spreadsheet, as text cells the way the author saw them.
///
/// Numbers lose a trailing `.0`, dates are written as ISO dates, truth values as `TRUE` and `FALSE`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Workbook {
    /// Sheets in the order of the file.
    pub sheets: Vec<Sheet>,
}

/// One sheet of a workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Name as the author wrote it.
    pub name: String,
    /// Rows that hold something, in order.
    pub rows: Vec<SheetRow>,
}

/// One row of a sheet that holds at least one cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetRow {
    /// Row number as the spreadsheet program shows it, from 1.
    pub number: u32,
    /// Cells from the first column; missing ones at the end are left out.
    pub cells: Vec<String>,
}

impl Workbook {
    /// Reads a workbook from the bytes of a file: XLSX, XLS, ODS or CSV, told apart by content.
    ///
    /// The name serves only in messages, and to tell a CSV (one sheet named `survey`) from other text.
    /// Refused are files that are too large, that unpack to too much, or that no reader understands.
    pub fn read(file_name: &str, bytes: &[u8]) -> Result<Workbook, Problem> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Problem::new(
                "workbook.too_large",
                format!(
                    "The file {file_name} is larger than {} MB.",
                    MAX_FILE_BYTES / 1024 / 1024
                ),
                "Take pictures and unused sheets out of the spreadsheet.",
            ));
        }
        let mut workbook = if bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            spreadsheet::read(file_name, bytes)?
        } else {
            read_text(file_name, bytes)?
        };
        for sheet in &mut workbook.sheets {
            sheet.trim();
        }
        Ok(workbook)
    }

    /// Reads sheets written as Markdown tables, the form in which tests show questionnaires.
    ///
    /// A line whose first cell is filled starts a sheet of that name; the lines after it are its rows.
    pub fn from_markdown(text: &str) -> Workbook {
        let mut workbook = markdown::read(text);
        for sheet in &mut workbook.sheets {
            sheet.trim();
        }
        workbook
    }

    /// The sheet of a given name; case and spaces around it do not matter.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets
            .iter()
            .find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name))
    }
}

impl Sheet {
    /// Drops blank rows, and everything after a long run of them.
    fn trim(&mut self) {
        for row in &mut self.rows {
            while row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
                row.cells.pop();
            }
        }
        self.rows.retain(|row| !row.cells.is_empty());
        let mut last = self.rows.first().map_or(0, |row| row.number);
        let mut kept = 0;
        for row in &self.rows {
            if row.number.saturating_sub(last) > BLANK_ROWS_THAT_END {
                break;
            }
            last = row.number;
            kept += 1;
        }
        self.rows.truncate(kept);
    }
}

fn read_text(file_name: &str, bytes: &[u8]) -> Result<Workbook, Problem> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(unreadable(file_name, "it is neither a spreadsheet nor text"));
    }
    if text.trim_start().starts_with('|') {
        return Ok(markdown::read(text));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet {
        name: "survey".to_owned(),
        rows: Vec::new(),
    };
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(file_name, &error.to_string()))?;
        let number = record.position().map_or(0, |position| first_line(text, position));
        if sheet.rows.len() >= MAX_ROWS || record.len() > MAX_COLUMNS {
            return Err(too_many_cells(file_name, "survey"));
        }
        sheet.rows.push(SheetRow {
            number,
            cells: record.iter().map(str::to_owned).collect(),
        });
    }
    Ok(Workbook { sheets: vec![sheet] })
}

/// The line on which a record begins; the reader's own count stops before blank lines.
fn first_line(text: &str, position: &csv::Position) -> u32 {
    let from = position.byte() as usize;
    let blank = text
        .as_bytes()
        .iter()
        .skip(from)
        .take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() as u32 + blank.filter(|byte| **byte == b'\n').count() as u32
}

fn unreadable(file_name: &str, reason: &str) -> Problem {
    Problem::new(
        "workbook.unreadable",
        format!("The file {file_name} cannot be read: {reason}."),
        "Save it from your spreadsheet program as .xlsx and try again.",
    )
}

fn too_many_cells(file_name: &str, sheet: &str) -> Problem {
    Problem::new(
        "workbook.too_many_cells",
        format!("The sheet {sheet} of {file_name} has more than {MAX_ROWS} rows or {MAX_COLUMNS} columns."),
        "Delete the rows and columns that are not part of the questionnaire.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_is_one_sheet_named_survey_with_the_lines_of_the_file() {
        let workbook = Workbook::read("form.csv", b"type,name\n\ntext,\"a, b\"\n").unwrap();
        assert_eq!(workbook.sheets.len(), 1);
        let rows = &workbook.sheet("SURVEY").unwrap().rows;
        assert_eq!(rows[1].number, 3);
        assert_eq!(rows[1].cells, ["text", "a, b"]);
    }

    #[test]
    fn a_broken_spreadsheet_is_refused_with_a_remedy() {
        let problem = Workbook::read("form.xlsx", b"PK\x03\x04nonsense").unwrap_err();
        assert_eq!(problem.code, "workbook.unreadable");
        let problem = Workbook::read("form.xls", &[0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3]).unwrap_err();
        assert_eq!(problem.code, "workbook.unreadable");
    }

    #[test]
    fn a_spreadsheet_is_known_by_its_content_and_its_cells_come_as_the_author_saw_them() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("survey").unwrap();
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 3, 12).unwrap();
        let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_string(0, 0, "type").unwrap();
        sheet.write_number(2, 0, 1.0).unwrap();
        sheet.write_number(2, 1, 2.5).unwrap();
        sheet.write_boolean(2, 2, true).unwrap();
        sheet.write_datetime_with_format(2, 4, &date, &format).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let workbook = Workbook::read("wrongly-named.csv", &bytes).unwrap();
        let row = &workbook.sheets[0].rows[1];
        assert_eq!(row.number, 3);
        assert_eq!(row.cells, ["1", "2.5", "TRUE", "", "2026-03-12"]);
    }
}
