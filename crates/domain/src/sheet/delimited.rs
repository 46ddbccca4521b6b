//! Rows of text with commas, semicolons or tabs between cells.
//!
//! Split here and not by a library, because faults must name the row that a spreadsheet program shows: blank
//! lines count, and a line break within quotation marks does not.

use std::io::BufRead;

use super::fault::Fault;
use super::file::{SheetRow, Taker, broken};

/// Most bytes of one row; a longer one means that a quotation mark was never closed.
const ROW_BYTES: usize = 4 * 1024 * 1024;

/// How much of the file is looked at to find the separator.
const LOOK: usize = 64 * 1024;

pub(super) fn read(name: &str, mut content: impl BufRead, taker: &mut Taker<'_>) -> Result<(), Fault> {
    let mut number = 0;
    let separator = prepare(&mut content, &mut number)?;
    loop {
        number += 1;
        let mut row = RawRow::default();
        let more = split_row(&mut content, separator, &mut row).map_err(|error| match error {
            RowError::Read(error) => broken(&error),
            RowError::Open => open_quotation(name, number),
        })?;
        let row = SheetRow {
            number,
            cells: row.cells.iter().map(|cell| text_of(cell)).collect(),
        };
        if row.cells.iter().any(|cell| cell.contains('\0')) {
            return Err(not_text());
        }
        if !row.is_blank() && !taker.give(name, row)? {
            return Ok(());
        }
        if !more {
            return Ok(());
        }
    }
}

/// Goes past the byte order mark and a `sep=;` line, and finds the separator.
fn prepare(content: &mut impl BufRead, number: &mut u32) -> Result<u8, Fault> {
    let start = content.fill_buf().map_err(|error| broken(&error))?;
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Err(Fault::of_file(
            "import.wrong_encoding",
            "The file is in UTF-16, which cannot be read.",
            "In your spreadsheet program, save it as \"CSV UTF-8\" or as .xlsx.",
        ));
    }
    if start.starts_with(&[0xEF, 0xBB, 0xBF]) {
        content.consume(3);
    }
    let start = content.fill_buf().map_err(|error| broken(&error))?;
    let look = &start[..start.len().min(LOOK)];
    let line = look
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = *line {
        let length = line.len();
        content.consume(length);
        skip_line_end(content).map_err(|error| broken(&error))?;
        *number += 1;
        return Ok(separator);
    }
    Ok(separator_of(look))
}

/// The separator that the first line with anything in it has most of, outside quotation marks.
fn separator_of(look: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in look {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted && counts.iter().any(|(_, count)| *count > 0) => break,
            _ if is_quoted => {}
            other => {
                for (separator, count) in &mut counts {
                    if other == separator {
                        *count += 1;
                    }
                }
            }
        }
    }
    let mut best = counts[0];
    for candidate in counts {
        if candidate.1 > best.1 {
            best = candidate;
        }
    }
    best.0
}

#[derive(Default)]
struct RawRow {
    cells: Vec<Vec<u8>>,
    bytes: usize,
}

impl RawRow {
    fn push(&mut self, byte: u8) -> Result<(), RowError> {
        self.bytes += 1;
        if self.bytes > ROW_BYTES {
            return Err(RowError::Open);
        }
        match self.cells.last_mut() {
            Some(cell) => cell.push(byte),
            None => self.cells.push(vec![byte]),
        }
        Ok(())
    }

    fn last_is_empty(&self) -> bool {
        self.cells.last().is_none_or(Vec::is_empty)
    }
}

enum RowError {
    Read(std::io::Error),
    /// A quotation mark was opened and never closed.
    Open,
}

/// Whether the next byte is inside quotation marks, and whether a mark was just closed or doubled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Plain,
    Quoted,
    AfterMark,
}

/// Splits one row off; answers whether there is more. A doubled quotation mark inside quotation marks stands
/// for one; a mark in the middle of a cell is only a mark.
fn split_row(content: &mut impl BufRead, separator: u8, row: &mut RawRow) -> Result<bool, RowError> {
    let mut within = Within::Plain;
    row.cells.push(Vec::new());
    loop {
        let Some(byte) = next_byte(content).map_err(RowError::Read)? else {
            return if within == Within::Quoted {
                Err(RowError::Open)
            } else {
                Ok(false)
            };
        };
        match (within, byte) {
            (Within::Quoted, b'"') => within = Within::AfterMark,
            (Within::Quoted, other) => row.push(other)?,
            (Within::AfterMark, b'"') => {
                row.push(b'"')?;
                within = Within::Quoted;
            }
            (_, b'\n') => return Ok(true),
            (_, b'\r') => {
                skip_newline(content).map_err(RowError::Read)?;
                return Ok(true);
            }
            (_, other) if other == separator => {
                row.cells.push(Vec::new());
                row.bytes += 1;
                if row.bytes > ROW_BYTES {
                    return Err(RowError::Open);
                }
                within = Within::Plain;
            }
            (Within::Plain, b'"') if row.last_is_empty() => within = Within::Quoted,
            (_, other) => {
                row.push(other)?;
                within = Within::Plain;
            }
        }
    }
}

fn next_byte(content: &mut impl BufRead) -> std::io::Result<Option<u8>> {
    let byte = content.fill_buf()?.first().copied();
    if byte.is_some() {
        content.consume(1);
    }
    Ok(byte)
}

fn skip_line_end(content: &mut impl BufRead) -> std::io::Result<()> {
    match next_byte(content)? {
        Some(b'\r') => skip_newline(content),
        _ => Ok(()),
    }
}

fn skip_newline(content: &mut impl BufRead) -> std::io::Result<()> {
    if content.fill_buf()?.first() == Some(&b'\n') {
        content.consume(1);
    }
    Ok(())
}

/// A cell's text: UTF-8, or else Windows-1252, in which Excel saves "CSV (Comma delimited)".
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

/// Windows-1252 differs from Latin-1 in these 32 places only.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

fn open_quotation(name: &str, number: u32) -> Fault {
    Fault::of_file(
        "import.open_quotation",
        "A quotation mark is opened in this row and never closed.",
        "Close the quotation mark, or save the file as .xlsx.",
    )
    .at_row(name, number)
}

fn not_text() -> Fault {
    Fault::of_file(
        "import.unreadable",
        "The file is neither a spreadsheet nor text.",
        "Choose a file that your spreadsheet program saved as .xlsx, .ods or .csv.",
    )
}
