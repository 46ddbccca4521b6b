//! A table as CSV: headings, rows, totals and nothing else, so that every program can read it as it is.
//!
//! UTF-8 without byte order mark; lines end in CR LF (RFC 4180); numbers have a point and no separators; money is
//! in pounds and says so in its heading; cells without a figure hold their symbol (`c`, `k`, `x`, `z`).
//! Caption, source and notes would break the file for analysts, so they go into a second file, [`notes`].

use crate::figures::{self, Spelling};
use analytics::disclosure::Safe;
use analytics::table::{Column, Row, Table, Unit, Value};

/// Writes the headings, the rows and, last, the totals.
///
/// Words that a spreadsheet program would run as a formula are given a leading apostrophe.
pub fn write(table: &Table<Safe>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut headings = vec![guarded(table.row_heading())];
    headings.extend(table.columns().iter().map(heading));
    write_line(&mut bytes, &headings);
    let spellings = figures::spellings(table);
    for row in figures::lines(table) {
        write_line(&mut bytes, &fields(row, &spellings));
    }
    bytes
}

/// The words that belong beside the file: caption, source, date, symbols and footnotes, one to a line.
pub fn notes(table: &Table<Safe>) -> String {
    let mut lines = vec![table.caption().to_owned(), format!("Source: {}", table.source())];
    lines.push(format!("As at {}", table.as_at().strftime("%-d %B %Y")));
    for (letter, meaning) in figures::meanings(table) {
        lines.push(format!("{letter}: {meaning}"));
    }
    lines.extend(table.footnotes().iter().cloned());
    lines.join("\r\n") + "\r\n"
}

fn heading(column: &Column) -> String {
    match column.unit() {
        Unit::Pence => guarded(&format!("{} (£)", column.label())),
        _ => guarded(column.label()),
    }
}

fn fields(row: &Row, spellings: &[Spelling]) -> Vec<String> {
    let mut fields = vec![guarded(row.label())];
    for (cell, spelling) in row.cells().iter().zip(spellings) {
        fields.push(match cell.value() {
            Value::Text(text) => guarded(text),
            Value::Number(number) => figures::plain(*number, *spelling),
            Value::Date(date) => date.to_string(),
            other => figures::symbol(other).unwrap_or_default().to_owned(),
        });
    }
    fields
}

/// Words that cannot be taken for a formula: those that begin with `=`, `+`, `-`, `@`, their wide forms or
/// a control character, also behind spaces, get an apostrophe in front.
fn guarded(text: &str) -> String {
    let first = text.trim_start_matches(' ').chars().next();
    let is_risky = first.is_some_and(|first| "=+-@＝＋－＠|%".contains(first) || first.is_control());
    if is_risky {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn write_line(bytes: &mut Vec<u8>, fields: &[String]) {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(bytes);
    // Writing to memory cannot fail, and every line has one field at least.
    let _ = writer.write_record(fields);
    let _ = writer.flush();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn lines(table: &Table<Safe>) -> Vec<String> {
        let text = String::from_utf8(write(table)).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// A10: the published vector as the file shows it.
    #[test]
    fn the_last_line_holds_the_published_totals() {
        let lines = lines(&samples::check_report());
        assert_eq!(
            lines[0],
            "Service,Reference,State,Teams mapped,Staff WTE,Cost (£),Caseload,Edited this cycle,What is missing"
        );
        assert_eq!(lines[1], "Team 1,T1,Complete,1,3.500,220320,15,Yes,");
        assert_eq!(lines[6], "Total,,,5,61.650,2614760,803,1 of 5,0 of 5 incomplete");
        assert_eq!(lines.len(), 7);
    }

    #[test]
    fn words_that_a_spreadsheet_would_run_are_disarmed() {
        let words = [
            "=1+1",
            "+44",
            "-x",
            "@sum",
            "\tx",
            "  =1",
            "＝1",
            "Plain, \"quoted\"",
            "4-11 years",
        ];
        let lines = lines(&samples::words(&words));
        assert_eq!(lines[1], "'=1+1,'=1+1");
        assert_eq!(lines[2], "'+44,'+44");
        assert_eq!(lines[3], "'-x,'-x");
        assert_eq!(lines[4], "'@sum,'@sum");
        assert_eq!(lines[5], "'\tx,'\tx");
        assert_eq!(lines[6], "'  =1,'  =1");
        assert_eq!(lines[7], "'＝1,'＝1");
        assert_eq!(lines[8], "\"Plain, \"\"quoted\"\"\",\"Plain, \"\"quoted\"\"\"");
        assert_eq!(lines[9], "4-11 years,4-11 years");
    }

    #[test]
    fn the_file_reads_back_with_every_row_as_long_as_its_heading() {
        let bytes = write(&samples::public_summary());
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let records: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
        assert_eq!(records.len(), 5);
        assert_eq!(&records[1][6], "c");
        assert_eq!(&records[4][6], "1154");
    }

    #[test]
    fn notes_stand_in_a_file_of_their_own() {
        let notes = notes(&samples::public_summary());
        assert!(notes.starts_with("Organisations, services and staff by region, 2026/27\r\nSource: "));
        assert!(notes.contains("\r\nc: hidden to protect"));
        assert!(notes.contains("\r\nOrganisations that declined are counted among those invited.\r\n"));
    }
}
