use std::io::{Cursor, Read};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Xls, Xlsx};

use super::{MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, Sheet, SheetRow, Workbook};
use super::{too_many_cells, unreadable};
use crate::problem::Problem;

/// Most cells that an OpenDocument file may declare.
const MAX_DECLARED_CELLS: u64 = 5_000_000;

/// Reads a packed or an old binary spreadsheet; a macro or encrypted one is refused as unreadable.
pub(super) fn read(file_name: &str, bytes: &[u8]) -> Result<Workbook, Problem> {
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let mut book: Xls<_> =
            Xls::new(Cursor::new(bytes)).map_err(|error| unreadable(file_name, &error.to_string()))?;
        return read_ranges(file_name, book.worksheets());
    }
    if let Some(content) = unpacked_content(file_name, bytes, MAX_UNPACKED_BYTES)? {
        if declared_cells(&content) > MAX_DECLARED_CELLS {
            return Err(too_many_cells(file_name, "content"));
        }
        let mut book: Ods<_> =
            Ods::new(Cursor::new(bytes)).map_err(|error| unreadable(file_name, &error.to_string()))?;
        return read_ranges(file_name, book.worksheets());
    }
    read_xlsx(file_name, bytes)
}

/// Unpacks every member, counting, because the sizes a zip declares cannot be trusted.
///
/// Returns the content of an OpenDocument file, and nothing for other kinds.
fn unpacked_content(file_name: &str, bytes: &[u8], limit: u64) -> Result<Option<String>, Problem> {
    let broken = |error: &dyn std::fmt::Display| unreadable(file_name, &error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut content = None;
    let mut left = limit;
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|error| broken(&error))?;
        let is_content = member.name().is_ok_and(|name| name == "content.xml");
        let mut limited = member.by_ref().take(left + 1);
        let read = if is_content {
            let mut bytes = Vec::new();
            let read = limited.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
            content = Some(String::from_utf8_lossy(&bytes).into_owned());
            read as u64
        } else {
            std::io::copy(&mut limited, &mut std::io::sink()).map_err(|error| broken(&error))?
        };
        if read > left {
            return Err(Problem::new(
                "workbook.too_large",
                format!(
                    "The file {file_name} unpacks to more than {} MB.",
                    limit / 1024 / 1024
                ),
                "Take pictures and unused sheets out of the spreadsheet.",
            ));
        }
        left -= read;
    }
    Ok(content)
}

/// The cells that rows with content declare: OpenDocument may repeat a row or cell a million times in a few bytes.
fn declared_cells(content: &str) -> u64 {
    let mut cells: u64 = 0;
    for row in content.split("<table:table-row").skip(1) {
        let row = row.split("</table:table-row>").next().unwrap_or("");
        if !row.contains("office:value") && !row.contains("<text:p") {
            continue;
        }
        let rows = repeated(row.split('>').next().unwrap_or(""), "number-rows-repeated");
        let mut columns: u64 = 0;
        for cell in row.split("table-cell").skip(1) {
            columns = columns.saturating_add(repeated(
                cell.split('>').next().unwrap_or(""),
                "number-columns-repeated",
            ));
        }
        cells = cells.saturating_add(rows.saturating_mul(columns));
    }
    cells
}

/// The number of an attribute `name="…"` of an opening tag; 1 without it, very many when it is no number.
fn repeated(tag: &str, name: &str) -> u64 {
    let Some(place) = tag.find(name) else { return 1 };
    let value = tag[place + name.len()..].trim_start_matches([' ', '=', '"', '\'']);
    let digits = value.split(['"', '\'']).next().unwrap_or("");
    digits.parse().unwrap_or(u64::MAX)
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open_document(rows: &str) -> Vec<u8> {
        let content = format!(
            r#"<?xml version="1.0"?><office:document-content
            xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
            xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
            xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
            <office:body><office:spreadsheet><table:table table:name="survey">{rows}</table:table>
            </office:spreadsheet></office:body></office:document-content>"#
        );
        // Real files have no space between elements.
        let content: String = content
            .lines()
            .map(str::trim_start)
            .collect::<Vec<_>>()
            .join(" ")
            .replace("> <", "><");
        let manifest = r#"<?xml version="1.0"?><manifest:manifest
            xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>"#;
        packed(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest.as_bytes()),
            ("content.xml", content.as_bytes()),
        ])
    }

    #[test]
    fn an_open_document_is_read_cell_by_cell() {
        let bytes = open_document(
            r#"<table:table-row><table:table-cell office:value-type="string"><text:p>type</text:p></table:table-cell>
            <table:table-cell office:value-type="float" office:value="2.0"><text:p>2</text:p></table:table-cell>
            <table:table-cell office:value-type="date" office:date-value="2026-03-12"><text:p>12/03/26</text:p>
            </table:table-cell></table:table-row>"#,
        );
        let workbook = read("form.ods", &bytes).unwrap();
        assert_eq!(workbook.sheets[0].name, "survey");
        assert_eq!(workbook.sheets[0].rows[0].cells, ["type", "2", "2026-03-12"]);
    }

    #[test]
    fn a_row_repeated_a_million_times_is_refused_before_it_is_unfolded() {
        let bytes = open_document(
            r#"<table:table-row table:number-rows-repeated="1000000"><table:table-cell
            table:number-columns-repeated="90" office:value-type="string"><text:p>x</text:p></table:table-cell>
            </table:table-row>"#,
        );
        assert_eq!(
            read("form.ods", &bytes).unwrap_err().code,
            "workbook.too_many_cells"
        );
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_refused() {
        let bytes = packed(&[("a", &[0; 5000]), ("b", &[0; 5000])]);
        assert_eq!(unpacked_content("form.xlsx", &bytes, 10_000).unwrap(), None);
        assert_eq!(
            unpacked_content("form.xlsx", &bytes, 9_999).unwrap_err().code,
            "workbook.too_large"
        );
    }
}
