use super::{Sheet, SheetRow, Workbook};

/// Reads sheets written as Markdown tables; rows are numbered within their sheet.
pub(super) fn read(text: &str) -> Workbook {
    let mut workbook = Workbook::default();
    for line in text.lines() {
        let line = line.trim();
        let Some(inner) = line.strip_prefix('|') else {
            continue;
        };
        let mut cells = split_cells(inner.strip_suffix('|').unwrap_or(inner));
        if cells
            .iter()
            .all(|cell| cell.chars().all(|letter| letter == '-' || letter == ':'))
        {
            if cells.iter().any(|cell| !cell.is_empty()) {
                continue;
            }
            count_blank_row(&mut workbook);
            continue;
        }
        let name = cells.remove(0);
        if !name.is_empty() {
            workbook.sheets.push(Sheet {
                name,
                rows: Vec::new(),
            });
        }
        if cells.is_empty() || (cells.iter().all(String::is_empty) && workbook.sheets.is_empty()) {
            continue;
        }
        if let Some(sheet) = workbook.sheets.last_mut() {
            let number = sheet.rows.last().map_or(0, |row| row.number);
            if cells.iter().any(|cell| !cell.is_empty()) {
                sheet.rows.push(SheetRow {
                    number: number + 1,
                    cells,
                });
            }
        }
    }
    workbook
}

fn count_blank_row(workbook: &mut Workbook) {
    if let Some(sheet) = workbook.sheets.last_mut() {
        let number = sheet.rows.last().map_or(0, |row| row.number);
        sheet.rows.push(SheetRow {
            number: number + 1,
            cells: Vec::new(),
        });
    }
}

/// Splits at bars, except at those written `\|`.
fn split_cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for letter in line.chars() {
        match (escaped, letter) {
            (false, '|') => cells.push(String::new()),
            (false, '\\') => {
                escaped = true;
                continue;
            }
            (true, letter) => {
                if letter != '|' {
                    push(&mut cells, '\\');
                }
                push(&mut cells, letter);
            }
            (false, letter) => push(&mut cells, letter),
        }
        escaped = false;
    }
    for cell in &mut cells {
        *cell = cell.trim().to_owned();
    }
    cells
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_first_cell_starts_a_sheet() {
        let workbook =
            read("| survey | | |\n| | type | name |\n| | text | a |\n| settings | | |\n| | form_id |");
        assert_eq!(workbook.sheets.len(), 2);
        assert_eq!(workbook.sheets[0].rows[0].cells, ["type", "name"]);
        assert_eq!(workbook.sheets[0].rows[0].number, 1);
        assert_eq!(workbook.sheets[1].rows[0].cells, ["form_id"]);
    }

    #[test]
    fn a_bar_is_written_with_a_backslash() {
        assert_eq!(split_cells(r"a\|b | \d"), ["a|b", r"\d"]);
    }
}
