//! Spreadsheets of services (L06, A17): rows out of a file, and what each row would change.
//!
//! Two halves. The first reads CSV, XLSX and ODS by their content, row by row, so that memory does not grow
//! with the file ([`read_rows`]). The second names a question for each column and weighs a row against the
//! answers that are there ([`Columns`], [`Scales`]).

mod cells;
mod columns;
mod delimited;
mod fault;
mod file;
mod ods;
mod packed;
mod weigh;
mod xlsx;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod weighing_tests;

pub use columns::{Columns, ORGANISATION, REFERENCE};
pub use fault::{Fault, column_letters};
pub use file::{CELL_LIMIT, COLUMN_LIMIT, FILE_LIMIT, ROW_LIMIT, UNPACKED_LIMIT};
pub use file::{SheetContent, SheetFile, SheetRow, read_rows};
pub use weigh::{Draft, Scales, Standing, Weighed};
