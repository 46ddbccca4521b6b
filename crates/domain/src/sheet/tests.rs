use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::*;

fn file(name: &str, bytes: Vec<u8>) -> SheetFile {
    SheetFile {
        name: name.to_owned(),
        content: Box::new(Cursor::new(bytes)),
    }
}

fn rows(name: &str, bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, Fault> {
    let mut rows = Vec::new();
    read_rows(&mut file(name, bytes.to_vec()), &mut |_, row| {
        rows.push((row.number, row.cells));
        true
    })?;
    Ok(rows)
}

fn owned(rows: &[(u32, &[&str])]) -> Vec<(u32, Vec<String>)> {
    rows.iter()
        .map(|(number, cells)| (*number, cells.iter().map(|cell| (*cell).to_owned()).collect()))
        .collect()
}

#[test]
fn commas_semicolons_and_tabs_separate() {
    let expected = owned(&[(1, &["reference", "name"]), (2, &["S1", "A, b; c"])]);
    for text in [
        "reference,name\nS1,\"A, b; c\"\n",
        "\u{feff}reference,name\r\nS1,\"A, b; c\"\r\n",
        "reference;name\rS1;\"A, b; c\"",
        "reference\tname\nS1\tA, b; c",
    ] {
        assert_eq!(rows("file.csv", text.as_bytes()).unwrap(), expected, "{text:?}");
    }
    let told = rows("file.csv", b"sep=|\r\nreference|name\r\nS1|A, b; c\r\n").unwrap();
    assert_eq!(
        told,
        owned(&[(2, &["reference", "name"]), (3, &["S1", "A, b; c"])])
    );
}

/// A spreadsheet program counts blank lines as rows, and a line break within a cell not.
#[test]
fn rows_are_numbered_as_a_spreadsheet_program_shows_them() {
    let text = b"reference,note\r\n\r\nS1,\"two\r\nlines\"\r\n,,\r\nS2,\"say \"\"no\"\"\"\r\nS3,5\" pipe";
    let expected = owned(&[
        (1, &["reference", "note"]),
        (3, &["S1", "two\r\nlines"]),
        (5, &["S2", "say \"no\""]),
        (6, &["S3", "5\" pipe"]),
    ]);
    assert_eq!(rows("file.csv", text).unwrap(), expected);
}

#[test]
fn excels_own_letters_are_read() {
    let read = rows("file.csv", b"reference,cost\nS1,\xA31,200\nS2,\x80 5 \x96 6\n").unwrap();
    assert_eq!(read[1].1[1], "£1");
    assert_eq!(read[2].1[1], "€ 5 – 6");
}

#[test]
fn what_cannot_be_read_is_refused_with_a_code() {
    let mut odd = vec![0xFF, 0xFE];
    odd.extend(b"r\0e\0");
    let cases: [(&[u8], &str); 7] = [
        (b"", "import.empty_file"),
        (b"reference\nS1,\"never closed\nS2", "import.open_quotation"),
        (&odd, "import.wrong_encoding"),
        (b"\x00\x01\x02\x03", "import.unreadable"),
        (b"PK\x03\x04nonsense", "import.unreadable"),
        (&[0xD0, 0xCF, 0x11, 0xE0, 1, 2], "import.old_spreadsheet"),
        (&[b','; 3_000], "import.none"),
    ];
    for (bytes, code) in cases {
        let found = rows("file", bytes).map_or_else(|fault| fault.code, |_| "import.none".to_owned());
        assert_eq!(found, code);
    }
    let fault = rows("file.csv", b"reference\nS1\nS2,\"never closed\n").unwrap_err();
    assert_eq!((fault.sheet.as_str(), fault.row), ("file.csv", Some(3)));
}

#[test]
fn limits_are_kept() {
    let wide = format!("{}x\n", "x,".repeat(COLUMN_LIMIT));
    assert_eq!(
        rows("file.csv", wide.as_bytes()).unwrap_err().code,
        "import.too_many_columns"
    );
    let long = "x\n".repeat(ROW_LIMIT as usize + 1);
    assert_eq!(
        rows("file.csv", long.as_bytes()).unwrap_err().code,
        "import.too_many_rows"
    );
    let large = vec![b'x'; usize::try_from(FILE_LIMIT).unwrap() + 1];
    assert_eq!(rows("file.csv", &large).unwrap_err().code, "import.large_file");
}

#[test]
fn a_workbook_gives_its_sheet_of_services_with_cells_as_people_see_them() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet()
        .set_name("Notes")
        .unwrap()
        .write_string(0, 0, "ignore me")
        .unwrap();
    let sheet = book.add_worksheet().set_name("Services").unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 11, 30).unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_string(0, 0, "reference").unwrap();
    sheet.write_string(2, 0, "S1").unwrap();
    sheet.write_number(2, 1, 18.35).unwrap();
    sheet.write_datetime_with_format(2, 2, &date, &day).unwrap();
    sheet
        .write_formula(2, 4, rust_xlsxwriter::Formula::new("=1+2").set_result("3"))
        .unwrap();
    sheet.write_boolean(2, 5, true).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = rows("wrongly-named.csv", &bytes).unwrap();
    assert_eq!(
        read,
        owned(&[
            (1, &["reference"]),
            (3, &["S1", "18.35", "2026-11-30", "", "3", "TRUE"])
        ])
    );
}

/// A minimal ODS with this table in it.
fn open_document(table: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("mimetype", SimpleFileOptions::default())
        .unwrap();
    archive
        .write_all(b"application/vnd.oasis.opendocument.spreadsheet")
        .unwrap();
    archive
        .start_file("content.xml", SimpleFileOptions::default())
        .unwrap();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Services\">{table}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    archive.write_all(content.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn an_open_document_is_read() {
    let table = "<table:table-column/>\
        <table:table-row><table:table-cell office:value-type=\"string\"><text:p>reference</text:p>\
        </table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"3\"><table:table-cell \
        table:number-columns-repeated=\"16384\"/></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"string\"><office:annotation><text:p>hidden</text:p>\
        </office:annotation><text:p>Mother &amp;</text:p><text:p>baby<text:s text:c=\"2\"/>&#163;</text:p>\
        </table:table-cell><table:table-cell/>\
        <table:table-cell office:value-type=\"float\" office:value=\"18.35\"><text:p>18.4</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-30\"><text:p>30/11/26</text:p>\
        </table:table-cell><table:table-cell office:value-type=\"percentage\" office:value=\"0.25\"/>\
        <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/>\
        <table:table-cell calcext:value-type=\"error\" office:value-type=\"string\"><text:p>#REF!</text:p>\
        </table:table-cell><table:table-cell table:number-columns-repeated=\"16370\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell \
        table:number-columns-repeated=\"16384\"/></table:table-row>";
    let read = rows("file.ods", &open_document(table)).unwrap();
    let cells: &[&str] = &[
        "Mother &\nbaby  £",
        "",
        "18.35",
        "2026-11-30",
        "25%",
        "TRUE",
        "#REF!",
    ];
    assert_eq!(read, owned(&[(1, &["reference"]), (5, cells)]));
}

/// 200 bytes that stand for seventeen billion cells.
#[test]
fn a_small_file_that_stands_for_a_billion_cells_is_refused() {
    let full = "<table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\">\
        <text:p>x</text:p></table:table-cell>";
    let wide = open_document(&format!("<table:table-row>{full}</table:table-row>"));
    assert_eq!(
        rows("file.ods", &wide).unwrap_err().code,
        "import.too_many_columns"
    );
    let one = "<table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    let long = open_document(&format!(
        "<table:table-row table:number-rows-repeated=\"1048576\">{one}</table:table-row>"
    ));
    assert_eq!(rows("file.ods", &long).unwrap_err().code, "import.too_many_rows");
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), kind in 0..3) {
        let mut all = match kind {
            0 => b"PK\x03\x04".to_vec(),
            1 => b"reference,name\n".to_vec(),
            _ => Vec::new(),
        };
        all.extend(bytes);
        let _ = rows("file", &all);
    }

    #[test]
    fn a_damaged_open_document_does_not_make_the_reader_panic(place in 0_usize..400, byte in any::<u8>()) {
        let mut table = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
            office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"3\"><text:p>1&#49;\
            </text:p></table:table-cell></table:table-row>".as_bytes().to_vec();
        let place = place % table.len();
        table[place] = byte.clamp(1, 126);
        let text = String::from_utf8_lossy(&table).into_owned();
        let _ = rows("file.ods", &open_document(&text));
    }

    #[test]
    fn what_was_quoted_comes_back(cells in proptest::collection::vec("[a-z \",;\n\t£]{0,12}", 2..6)) {
        let line: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let text = format!("a,b\n{}\n", line.join(","));
        let read = rows("file.csv", text.as_bytes()).unwrap();
        let expected: Vec<String> = cells;
        if expected.iter().all(|cell| cell.trim().is_empty()) {
            prop_assert_eq!(read.len(), 1);
        } else {
            prop_assert_eq!(&read[1].1, &expected);
        }
    }
}
