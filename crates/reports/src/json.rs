//! A table as JSON for programs: numbers in natural units, with each column's unit named.

use crate::figures::{self, Spelling};
use analytics::disclosure::Safe;
use analytics::table::{Row, Table, Unit, Value};
use serde_json::{Map, Number, Value as Json, json};

/// Writes the whole table: caption, source, date, columns with their units, rows, totals, symbols and footnotes.
///
/// A row is `{"label", "values", "symbols"}`; `values` has one entry for each column key, null where there is no
/// figure, and `symbols` says why (`c`, `k`, `x`, `z`).
pub fn write(table: &Table<Safe>) -> Vec<u8> {
    let mut columns = Vec::new();
    for column in table.columns() {
        columns
            .push(json!({ "key": column.key(), "label": column.label(), "unit": unit_name(column.unit()) }));
    }
    let mut symbols = Map::new();
    for (letter, meaning) in figures::meanings(table) {
        symbols.insert(letter.to_owned(), meaning.into());
    }
    let spellings = figures::spellings(table);
    let rows: Vec<Json> = table
        .rows()
        .iter()
        .map(|row| line(table, row, &spellings))
        .collect();
    let document = json!({
        "caption": table.caption(),
        "source": table.source(),
        "as_at": table.as_at().to_string(),
        "row_heading": table.row_heading(),
        "columns": columns,
        "rows": rows,
        "totals": table.totals().map(|row| line(table, row, &spellings)),
        "symbols": symbols,
        "footnotes": table.footnotes(),
    });
    let mut bytes = document.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

fn line(table: &Table<Safe>, row: &Row, spellings: &[Spelling]) -> Json {
    let mut values = Map::new();
    let mut symbols = Map::new();
    for ((column, cell), spelling) in table.columns().iter().zip(row.cells()).zip(spellings) {
        let value = match cell.value() {
            Value::Text(text) => Json::from(text.as_str()),
            Value::Number(number) => natural(*number, *spelling),
            Value::Date(date) => Json::from(date.to_string()),
            other => {
                symbols.insert(column.key().to_owned(), figures::symbol(other).into());
                Json::Null
            }
        };
        values.insert(column.key().to_owned(), value);
    }
    json!({ "label": row.label(), "values": values, "symbols": symbols })
}

/// Whole numbers stay whole; others get their decimals.
fn natural(number: i64, spelling: Spelling) -> Json {
    let scale = 10_i64.pow(spelling.stored_decimals);
    if number % scale == 0 {
        return Json::from(number / scale);
    }
    Number::from_f64(figures::natural(number, spelling)).map_or(Json::Null, Json::Number)
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::People => "people",
        Unit::Organisations => "organisations",
        Unit::Services => "services",
        Unit::Wte => "wte",
        Unit::Pence => "gbp",
        Unit::Text => "text",
        Unit::Date => "date",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn document(table: &Table<Safe>) -> Json {
        serde_json::from_slice(&write(table)).unwrap()
    }

    /// A10: the published vector as programs read it.
    #[test]
    fn the_published_totals_are_numbers_in_natural_units() {
        let document = document(&samples::check_report());
        let totals = &document["totals"]["values"];
        assert_eq!(totals["teams_mapped"], json!(5));
        assert_eq!(totals["staff_wte"], json!(61.65));
        assert_eq!(totals["cost"], json!(2_614_760));
        assert_eq!(totals["caseload"], json!(803));
        assert_eq!(
            document["columns"][4],
            json!({ "key": "cost", "label": "Cost", "unit": "gbp" })
        );
    }

    #[test]
    fn a_hidden_figure_is_null_with_its_symbol() {
        let document = document(&samples::public_summary());
        assert_eq!(document["rows"][1]["values"]["staff_wte"], Json::Null);
        assert_eq!(document["rows"][1]["symbols"]["staff_wte"], json!("c"));
        assert_eq!(
            document["symbols"]["c"],
            json!("hidden to protect people or commercial figures")
        );
    }
}
