use std::io::{Cursor, Read};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Xls, Xlsx};

use super::{MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, Sheet, SheetRow, Workbook};
use super::{too_many_cells, unreadable};
use crate::problem::Problem;

/// Reads a packed or an old binary spreadsheet; a macro or encrypted one is refused as unreadable.
pub(super) fn read(file_name: &str, bytes: &[u8]) -> Result<Workbook, Problem> {
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let mut book: Xls<_> =
            Xls::new(Cursor::new(bytes)).map_err(|error| unreadable(file_name, &error.to_string()))?;
        return read_ranges(file_name, book.worksheets());
    }
    if unpacked_names(file_name, bytes)?
        .iter()
        .any(|name| name == "content.xml")
    {
        let mut book: Ods<_> =
            Ods::new(Cursor::new(bytes)).map_err(|error| unreadable(file_name, &error.to_string()))?;
        return read_ranges(file_name, book.worksheets());
    }
    read_xlsx(file_name, bytes)
}

/// Unpacks every member into nothing, counting, because the sizes a zip declares cannot be trusted.
fn unpacked_names(file_name: &str, bytes: &[u8]) -> Result<Vec<String>, Problem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| unreadable(file_name, &error.to_string()))?;
    let mut names = Vec::new();
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let mut member = archive
            .by_index(index)
            .map_err(|error| unreadable(file_name, &error.to_string()))?;
        names.push(
            member
                .name()
                .map(std::borrow::Cow::into_owned)
                .unwrap_or_default(),
        );
        let read = std::io::copy(&mut member.by_ref().take(left + 1), &mut std::io::sink())
            .map_err(|error| unreadable(file_name, &error.to_string()))?;
        if read > left {
            return Err(Problem::new(
                "workbook.too_large",
                format!(
                    "The file {file_name} unpacks to more than {} MB.",
                    MAX_UNPACKED_BYTES / 1024 / 1024
                ),
                "Take pictures and unused sheets out of the spreadsheet.",
            ));
        }
        left -= read;
    }
    Ok(names)
}

fn read_xlsx(file_name: &str, bytes: &[u8]) -> Result<Workbook, Problem> {
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(file_name, &error.to_string()))?;
    let mut workbook = Workbook::default();
    for name in book.sheet_names() {
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else {
            // Chart and dialogue sheets have no cells.
            continue;
        };
        let mut sheet = Sheet {
            name: name.clone(),
            rows: Vec::new(),
        };
        while let Some(cell) = cells
            .next_cell()
            .map_err(|error| unreadable(file_name, &error.to_string()))?
        {
            let (row, column) = cell.get_position();
            let text = borrowed_text(cell.get_value());
            if !text.is_empty() {
                put(&mut sheet, row, column as usize, text).map_err(|()| too_many_cells(file_name, &name))?;
            }
        }
        workbook.sheets.push(sheet);
    }
    Ok(workbook)
}

fn read_ranges(file_name: &str, ranges: Vec<(String, calamine::Range<Data>)>) -> Result<Workbook, Problem> {
    let mut workbook = Workbook::default();
    for (name, range) in ranges {
        let mut sheet = Sheet {
            name: name.clone(),
            rows: Vec::new(),
        };
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let text = text(value);
            if !text.trim().is_empty() {
                put(
                    &mut sheet,
                    first_row + row as u32,
                    first_column as usize + column,
                    text,
                )
                .map_err(|()| too_many_cells(file_name, &name))?;
            }
        }
        workbook.sheets.push(sheet);
    }
    Ok(workbook)
}

fn put(sheet: &mut Sheet, row: u32, column: usize, text: String) -> Result<(), ()> {
    let number = row + 1;
    if column >= MAX_COLUMNS {
        // A stray blank or styled cell far to the right is not worth a refusal, but is not read either.
        return Ok(());
    }
    if sheet.rows.last().is_none_or(|last| last.number != number) {
        if sheet.rows.len() >= MAX_ROWS {
            return Err(());
        }
        sheet.rows.push(SheetRow {
            number,
            cells: Vec::new(),
        });
    }
    if let Some(last) = sheet.rows.last_mut() {
        if last.cells.len() <= column {
            last.cells.resize(column + 1, String::new());
        }
        last.cells[column] = text;
    }
    Ok(())
}

fn borrowed_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        other => text(&Data::from(other.clone())),
    }
}

fn text(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(instant) => date_text(instant),
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
        }
        Data::Error(error) => error.to_string(),
    }
}

fn date_text(instant: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    if instant.as_f64() < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    if hour == 0 && minute == 0 && second == 0 {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}
