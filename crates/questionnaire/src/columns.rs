use std::collections::BTreeMap;

use crate::problem::{Problem, nearest};
use crate::workbook::{Sheet, SheetRow};

/// Spellings other than ours that mean the same column.
const ALIASES: &[(&str, &str)] = &[
    ("command", "type"),
    ("tag", "name"),
    ("value", "name"),
    ("caption", "label"),
    ("relevance", "relevant"),
    ("skippattern", "relevant"),
    ("bind::relevant", "relevant"),
    ("bind::required", "required"),
    ("bind::constraint", "constraint"),
    ("bind::calculate", "calculation"),
    ("bind::readonly", "read_only"),
    ("calculate", "calculation"),
    ("readonly", "read_only"),
    ("count", "repeat_count"),
    ("jr:count", "repeat_count"),
    ("bind::jr:constraintmsg", "constraint_message"),
    ("constraintmsg", "constraint_message"),
    ("bind::jr:requiredmsg", "required_message"),
    ("requiredmsg", "required_message"),
    ("body::appearance", "appearance"),
    ("control::appearance", "appearance"),
    ("body::jr:count", "repeat_count"),
    ("list name", "list_name"),
    ("title", "form_title"),
    ("set_form_title", "form_title"),
    ("set form title", "form_title"),
    ("set_form_id", "form_id"),
    ("id_string", "form_id"),
];

/// Columns that hold text in the reader's language.
const TRANSLATED: &[&str] = &[
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "image",
    "audio",
    "video",
];

/// The cells of one row by canonical column name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cells {
    /// Row of the sheet, from 1.
    pub row: u32,
    cells: BTreeMap<String, Cell>,
}

#[derive(Debug, Clone)]
struct Cell {
    text: String,
    heading: String,
}

impl Cells {
    /// An empty row, for rows the engine adds itself.
    pub(crate) fn new(row: u32) -> Cells {
        Cells {
            row,
            cells: BTreeMap::new(),
        }
    }

    /// The text of a cell, trimmed; empty when the cell or the column is missing.
    pub(crate) fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.as_str())
    }

    /// The same, as something that may be missing.
    pub(crate) fn optional(&self, column: &str) -> Option<String> {
        let text = self.get(column);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Puts a text in a cell, for rows the engine adds itself.
    pub(crate) fn set(&mut self, column: &str, text: &str) {
        self.cells.insert(
            column.to_owned(),
            Cell {
                text: text.to_owned(),
                heading: column.to_owned(),
            },
        );
    }

    /// The heading under which the author wrote a column.
    pub(crate) fn heading(&self, column: &str) -> String {
        self.cells
            .get(column)
            .map_or_else(|| column.to_owned(), |cell| cell.heading.clone())
    }
}

/// What the headings of a sheet say.
pub(crate) struct Columns {
    columns: Vec<Column>,
    header_row: u32,
}

struct Column {
    heading: String,
    key: String,
    language: Option<String>,
}

impl Columns {
    /// Reads the first row of a sheet.
    pub(crate) fn read(sheet: &Sheet) -> Columns {
        let Some(row) = sheet.rows.first() else {
            return Columns {
                columns: Vec::new(),
                header_row: 1,
            };
        };
        let columns = row.cells.iter().map(|heading| read_heading(heading)).collect();
        Columns {
            columns,
            header_row: row.number,
        }
    }

    /// Whether a column of this canonical name is there, in any language.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.columns.iter().any(|column| column.key == key)
    }

    /// The canonical names that are none of the given ones, in order, each once.
    pub(crate) fn others(&self, known: &[&str]) -> Vec<String> {
        let mut others: Vec<String> = Vec::new();
        for column in &self.columns {
            if !column.key.is_empty()
                && !known.contains(&column.key.as_str())
                && !others.contains(&column.key)
            {
                others.push(column.key.clone());
            }
        }
        others
    }

    /// The cells of one row; of translations, the one in the default language, else the first.
    pub(crate) fn cells(&self, row: &SheetRow, default_language: &str) -> Cells {
        let mut cells: BTreeMap<String, (u8, Cell)> = BTreeMap::new();
        for (column, text) in self.columns.iter().zip(&row.cells) {
            let text = clean(text);
            if column.key.is_empty() || text.is_empty() {
                continue;
            }
            let rank = column.rank(default_language);
            if cells.get(&column.key).is_none_or(|(best, _)| rank < *best) {
                cells.insert(
                    column.key.clone(),
                    (
                        rank,
                        Cell {
                            text,
                            heading: column.heading.clone(),
                        },
                    ),
                );
            }
        }
        Cells {
            row: row.number,
            cells: cells.into_iter().map(|(key, (_, cell))| (key, cell)).collect(),
        }
    }

    /// Warns of each column that this engine does not read.
    pub(crate) fn warn(&self, sheet: &str, known: &[&str], ignored: &[&str], warnings: &mut Vec<Problem>) {
        for column in &self.columns {
            let key = column.key.as_str();
            if key.is_empty() || known.contains(&key) {
                continue;
            }
            let heading = &column.heading;
            let problem = if ignored.contains(&key) || key.starts_with("media::") || key.starts_with("sms_") {
                Problem::new(
                    "form.ignored_column",
                    format!("The column {heading} has no effect here."),
                    "Nothing needs doing; check that the questionnaire makes sense without it.",
                )
            } else {
                let remedy = match nearest(key, known.iter().copied()) {
                    Some(meant) => format!("Did you mean {meant}? Otherwise it is left out."),
                    None => "It is left out; delete it if it is not for your own notes.".to_owned(),
                };
                Problem::new(
                    "form.unknown_column",
                    format!("The column {heading} is not known."),
                    remedy,
                )
            };
            warnings.push(problem.at(sheet, self.header_row, heading));
        }
    }
}

impl Column {
    fn rank(&self, default_language: &str) -> u8 {
        match &self.language {
            Some(language) if same_language(language, default_language) => 0,
            None => 1,
            Some(_) => 2,
        }
    }
}

/// `English (en)` is meant by `English (en)`, by `English` and by `en`.
fn same_language(language: &str, default: &str) -> bool {
    let (language, default) = (language.trim().to_lowercase(), default.trim().to_lowercase());
    if default.is_empty() {
        return false;
    }
    let name = language.split('(').next().unwrap_or("").trim();
    let code = language
        .split('(')
        .nth(1)
        .unwrap_or("")
        .trim_end_matches(')')
        .trim();
    language == default || name == default || code == default
}

fn read_heading(heading: &str) -> Column {
    let heading = clean(heading);
    let lower = heading.to_lowercase();
    let (first, rest) = match heading.split_once("::") {
        Some((first, rest)) => (first, Some(rest)),
        None => match heading.split_once(':') {
            Some((first, rest)) if TRANSLATED.contains(&canonical(first).as_str()) => (first, Some(rest)),
            _ => (heading.as_str(), None),
        },
    };
    let base = canonical(first);
    if let (true, Some(language)) = (TRANSLATED.contains(&base.as_str()), rest) {
        return Column {
            key: base,
            language: Some(language.trim_matches([' ', ':']).to_owned()),
            heading,
        };
    }
    // Constraint messages of old forms: `bind::jr:constraintMsg::English`.
    let parts: Vec<&str> = lower.split("::").map(str::trim).collect();
    let prefix = parts.iter().take(2).copied().collect::<Vec<_>>().join("::");
    if parts.len() == 3 && TRANSLATED.contains(&canonical(&prefix).as_str()) {
        return Column {
            key: canonical(&prefix),
            language: Some(parts[2].to_owned()),
            heading,
        };
    }
    Column {
        key: canonical(&lower),
        language: None,
        heading,
    }
}

fn canonical(heading: &str) -> String {
    let key = heading
        .trim()
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("_");
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == key)
        .map_or(key, |(_, meant)| (*meant).to_owned())
}

/// Trims, and turns non-breaking spaces into plain ones.
fn clean(text: &str) -> String {
    text.replace('\u{a0}', " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbook::Workbook;

    #[test]
    fn headings_are_read_in_every_common_spelling() {
        for (heading, key, language) in [
            ("Constraint Message", "constraint_message", None),
            ("label::English (en)", "label", Some("English (en)")),
            ("label:Welsh", "label", Some("Welsh")),
            ("relevance", "relevant", None),
            ("bind::csm:concept", "bind::csm:concept", None),
            (
                "bind::jr:constraintMsg::French",
                "constraint_message",
                Some("french"),
            ),
        ] {
            let column = read_heading(heading);
            assert_eq!(
                (column.key.as_str(), column.language.as_deref()),
                (key, language),
                "{heading}"
            );
        }
    }

    #[test]
    fn the_default_language_wins_over_the_first() {
        let workbook = Workbook::from_markdown(
            "| survey | | | |\n| | name | label::Welsh (cy) | label::English (en) |\n| | a | Enw | Name |",
        );
        let columns = Columns::read(&workbook.sheets[0]);
        let row = &workbook.sheets[0].rows[1];
        assert_eq!(columns.cells(row, "en").get("label"), "Name");
        assert_eq!(columns.cells(row, "").get("label"), "Enw");
    }
}
