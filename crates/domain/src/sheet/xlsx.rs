//! Rows of an XLSX sheet, cell by cell as they come out of the file.

use std::io::BufReader;

use calamine::{Reader, SheetType, Xlsx};

use super::cells::text_of;
use super::fault::Fault;
use super::file::{COLUMN_LIMIT, SheetContent, SheetRow, Taker, broken};

/// The sheet that is read where there are several.
pub(super) const SHEET_NAME: &str = "services";

pub(super) fn read(content: &mut dyn SheetContent, taker: &mut Taker<'_>) -> Result<(), Fault> {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(content)).map_err(|error| broken(&error))?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let named = sheets
        .iter()
        .find(|name| name.trim().eq_ignore_ascii_case(SHEET_NAME));
    let Some(name) = named.or(sheets.first()).cloned() else {
        return Err(no_sheet());
    };
    let mut cells = book
        .worksheet_cells_reader(&name)
        .map_err(|error| broken(&error))?;
    let mut row = SheetRow::default();
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| broken(&error))?
    {
        let number = cell.pos.0.saturating_add(1);
        if number != row.number {
            let done = std::mem::take(&mut row);
            if !done.is_blank() && !taker.give(&name, done)? {
                return Ok(());
            }
            row.number = number;
        }
        let text = text_of(&cell.value, cell.formula.is_some());
        if text.is_empty() {
            continue;
        }
        // One more than the limit is enough for the row to be refused.
        let column = (cell.pos.1 as usize).min(COLUMN_LIMIT);
        if row.cells.len() <= column {
            row.cells.resize(column + 1, String::new());
        }
        row.cells[column] = text;
    }
    if !row.is_blank() {
        taker.give(&name, row)?;
    }
    Ok(())
}

pub(super) fn no_sheet() -> Fault {
    Fault::of_file(
        "import.no_sheet",
        "There is no sheet in this file.",
        "Download the template and copy your services into it.",
    )
}
