//! A table as a spreadsheet: typed numbers with their formats on one sheet, the notes on another.

use crate::figures::{self, Spelling};
use analytics::disclosure::Safe;
use analytics::table::{Column, Row, Table, Unit, Value};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use thiserror::Error;

/// A table that does not fit into a spreadsheet, as one with a text longer than 32,767 characters.
#[derive(Debug, Error)]
#[error("the table cannot be written as a spreadsheet: {0}")]
pub struct WriteError(#[from] XlsxError);

/// Writes a workbook with the sheets "Table" and "Notes".
///
/// Words are always written as words, so nothing that a person typed is run as a formula.
/// The workbook bears the table's own date, never the clock's, so the same table gives the same bytes.
pub fn write(table: &Table<Safe>) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(table.caption())
        .set_creation_datetime(&excel_date(table.as_at())?);
    workbook.set_properties(&properties);
    write_table(workbook.add_worksheet(), table)?;
    write_notes(workbook.add_worksheet(), table)?;
    Ok(workbook.save_to_buffer()?)
}

fn write_table(sheet: &mut Worksheet, table: &Table<Safe>) -> Result<(), XlsxError> {
    sheet.set_name("Table")?;
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, table.row_heading(), &heading)?;
    sheet.set_column_width(0, 40)?;
    for (position, column) in table.columns().iter().enumerate() {
        let at = position as u16 + 1;
        let align = if column.unit().is_number() {
            FormatAlign::Right
        } else {
            FormatAlign::Left
        };
        sheet.write_string_with_format(0, at, column.label(), &heading.clone().set_align(align))?;
        sheet.set_column_width(at, width(column))?;
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_repeat_rows(0, 0)?;
    let spellings = figures::spellings(table);
    let mut line = 1;
    for row in table.rows() {
        write_row(sheet, line, &spellings, row, &Format::new())?;
        line += 1;
    }
    if let Some(totals) = table.totals() {
        write_row(sheet, line, &spellings, totals, &Format::new().set_bold())?;
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    spellings: &[Spelling],
    row: &Row,
    format: &Format,
) -> Result<(), XlsxError> {
    sheet.write_string_with_format(line, 0, row.label(), format)?;
    for (position, (cell, spelling)) in row.cells().iter().zip(spellings).enumerate() {
        let at = position as u16 + 1;
        match cell.value() {
            Value::Text(text) => sheet.write_string_with_format(line, at, text, format)?,
            Value::Number(number) => {
                let format = format.clone().set_num_format(number_format(*spelling));
                sheet.write_number_with_format(line, at, figures::natural(*number, *spelling), &format)?
            }
            Value::Date(date) => {
                let format = format.clone().set_num_format("d mmmm yyyy");
                sheet.write_datetime_with_format(line, at, &excel_date(*date)?, &format)?
            }
            other => {
                let format = format.clone().set_align(FormatAlign::Right);
                sheet.write_string_with_format(
                    line,
                    at,
                    figures::symbol(other).unwrap_or_default(),
                    &format,
                )?
            }
        };
    }
    Ok(())
}

fn write_notes(sheet: &mut Worksheet, table: &Table<Safe>) -> Result<(), XlsxError> {
    sheet.set_name("Notes")?;
    sheet.set_column_width(0, 16)?;
    sheet.set_column_width(1, 100)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    let mut lines = vec![
        ("Table".to_owned(), table.caption().to_owned()),
        ("Source".to_owned(), table.source().to_owned()),
        (
            "As at".to_owned(),
            table.as_at().strftime("%-d %B %Y").to_string(),
        ),
    ];
    for (letter, meaning) in figures::meanings(table) {
        lines.push((letter.to_owned(), meaning.to_owned()));
    }
    for note in table.footnotes() {
        lines.push(("Note".to_owned(), note.clone()));
    }
    for (line, (name, words)) in lines.iter().enumerate() {
        sheet.write_string_with_format(line as u32, 0, name, &bold)?;
        sheet.write_string_with_format(line as u32, 1, words, &wrapped)?;
    }
    Ok(())
}

fn number_format(spelling: Spelling) -> &'static str {
    match (spelling.unit, spelling.shown_decimals) {
        (Unit::Pence, 0) => "£#,##0",
        (Unit::Pence, _) => "£#,##0.00",
        (_, 0) => "#,##0",
        (_, _) => "#,##0.000",
    }
}

fn width(column: &Column) -> f64 {
    if column.unit() == Unit::Text { 24.0 } else { 16.0 }
}

fn excel_date(date: jiff::civil::Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(date.year().max(0) as u16, date.month() as u8, date.day() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use calamine::{Data, Range, Reader, Xlsx};
    use std::io::Cursor;

    fn sheet(table: &Table<Safe>, name: &str) -> Range<Data> {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(write(table).unwrap())).unwrap();
        workbook.worksheet_range(name).unwrap()
    }

    /// A10: the published vector as the spreadsheet holds it, as numbers.
    #[test]
    fn the_last_row_holds_the_published_totals_as_numbers() {
        let sheet = sheet(&samples::check_report(), "Table");
        let totals: Vec<&Data> = (3..7).map(|at| sheet.get_value((6, at)).unwrap()).collect();
        assert_eq!(
            totals,
            [
                &Data::Float(5.0),
                &Data::Float(61.65),
                &Data::Float(2_614_760.0),
                &Data::Float(803.0)
            ]
        );
        assert_eq!(sheet.get_value((6, 0)), Some(&Data::String("Total".into())));
    }

    #[test]
    fn words_that_look_like_a_formula_stay_words() {
        let table = samples::words(&["=1+1"]);
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(write(&table).unwrap())).unwrap();
        assert!(workbook.worksheet_formula("Table").unwrap().is_empty());
        assert_eq!(
            sheet(&table, "Table").get_value((1, 1)),
            Some(&Data::String("=1+1".into()))
        );
    }

    #[test]
    fn the_notes_sheet_explains_the_symbols_and_carries_the_footnotes() {
        let notes = sheet(&samples::public_summary(), "Notes");
        let first: Vec<String> = notes.rows().map(|row| row[0].to_string()).collect();
        assert_eq!(first[..5], ["Table", "Source", "As at", "c", "x"]);
        assert!(first[5..].iter().all(|name| name == "Note"));
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        assert_eq!(
            write(&samples::check_report()).unwrap(),
            write(&samples::check_report()).unwrap()
        );
    }

    #[test]
    fn a_text_longer_than_a_spreadsheet_cell_is_refused_rather_than_cut() {
        let long = "x".repeat(40_000);
        assert!(write(&samples::words(&[&long])).is_err());
    }
}
