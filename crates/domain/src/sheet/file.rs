use std::io::{BufReader, Read, Seek, SeekFrom};

use super::fault::Fault;
use super::{delimited, ods, packed, xlsx};

/// Most bytes of a file: 50 MB, which holds 40,000 services with all their answers.
pub const FILE_LIMIT: u64 = 50 * 1024 * 1024;
/// Most bytes to which a packed file (XLSX, ODS) may unpack; a larger one is taken for an attack.
pub const UNPACKED_LIMIT: u64 = 512 * 1024 * 1024;
/// Most rows of a sheet, the heading included.
pub const ROW_LIMIT: u32 = 100_001;
/// Most columns of a sheet.
pub const COLUMN_LIMIT: usize = 2_000;
/// Most characters of a cell.
pub const CELL_LIMIT: usize = 10_000;

/// What a file must be able to do to be read: give its bytes, and go back to its beginning.
pub trait SheetContent: Read + Seek + Send {}

impl<T: Read + Seek + Send> SheetContent for T {}

/// A spreadsheet as it came: a file on disk, or bytes sent by a browser.
pub struct SheetFile {
    /// The name of the file, for people; it says nothing about the format.
    pub name: String,
    /// Its bytes.
    pub content: Box<dyn SheetContent>,
}

/// A row that holds something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Row as the spreadsheet program numbers it, from 1.
    pub number: u32,
    /// Its cells from the first column, as a person sees them; blank ones at the end may be left out.
    pub cells: Vec<String>,
}

impl SheetRow {
    /// The cell of a column counted from 0, without spaces around it; empty where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// Whether no cell holds anything.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Gives every row that holds something, in order, with the name of its sheet, until `take` answers false.
///
/// The format is known by its content, whatever the file is called: XLSX and ODS (the sheet named "Services",
/// or else the first), or text with commas, semicolons or tabs in UTF-8, with or without a byte order mark,
/// or in Windows-1252. Refused are older binary spreadsheets, locked ones, and what exceeds the limits.
pub fn read_rows(file: &mut SheetFile, take: &mut dyn FnMut(&str, SheetRow) -> bool) -> Result<(), Fault> {
    let first = measure(file)?;
    let mut taker = Taker { take };
    if first.starts_with(b"PK\x03\x04") {
        let content: &mut dyn SheetContent = &mut *file.content;
        if packed::is_open_document(content)? {
            ods::read(content, &mut taker)
        } else {
            xlsx::read(content, &mut taker)
        }
    } else if first.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        Err(Fault::of_file(
            "import.old_spreadsheet",
            "This is an old or a password-protected spreadsheet, which cannot be read.",
            "Open it in your spreadsheet program and save it as .xlsx without a password.",
        ))
    } else {
        delimited::read(&file.name, BufReader::new(&mut *file.content), &mut taker)
    }
}

/// Hands rows on, within the limits.
pub(super) struct Taker<'a> {
    take: &'a mut dyn FnMut(&str, SheetRow) -> bool,
}

impl Taker<'_> {
    /// Hands a row on; answers whether to go on reading.
    pub(super) fn give(&mut self, sheet: &str, row: SheetRow) -> Result<bool, Fault> {
        if row.number > ROW_LIMIT {
            return Err(Fault::of_file(
                "import.too_many_rows",
                format!("There are more than {} rows.", ROW_LIMIT - 1),
                "Split the file into several and import them one after the other.",
            )
            .at_row(sheet, row.number));
        }
        if row.cells.len() > COLUMN_LIMIT {
            return Err(Fault::of_file(
                "import.too_many_columns",
                format!("There are more than {COLUMN_LIMIT} columns."),
                "Delete the columns that are not in the template.",
            )
            .at_row(sheet, row.number));
        }
        Ok((self.take)(sheet, row))
    }
}

/// Refuses an empty or too large file, and gives its first bytes.
fn measure(file: &mut SheetFile) -> Result<Vec<u8>, Fault> {
    let size = file
        .content
        .seek(SeekFrom::End(0))
        .map_err(|error| broken(&error))?;
    if size > FILE_LIMIT {
        return Err(Fault::of_file(
            "import.large_file",
            format!("The file is larger than {} MB.", FILE_LIMIT / 1024 / 1024),
            "Split it into several files and import them one after the other.",
        ));
    }
    file.content.rewind().map_err(|error| broken(&error))?;
    let mut first = Vec::with_capacity(4);
    file.content
        .by_ref()
        .take(4)
        .read_to_end(&mut first)
        .map_err(|error| broken(&error))?;
    if first.is_empty() {
        return Err(Fault::of_file(
            "import.empty_file",
            "The file is empty.",
            "Choose another file.",
        ));
    }
    file.content.rewind().map_err(|error| broken(&error))?;
    Ok(first)
}

/// The file could not be read to its end.
pub(super) fn broken(error: &dyn std::error::Error) -> Fault {
    Fault::of_file(
        "import.unreadable",
        format!("The file cannot be read: {error}."),
        "Open it in your spreadsheet program, save it as .xlsx or .csv, and try again.",
    )
}
