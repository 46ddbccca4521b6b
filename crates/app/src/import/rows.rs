use domain::sheet::{Fault, SheetFile, SheetRow, read_rows};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

use crate::error::AppError;

/// Rows that are weighed at a time.
pub(super) const BATCH: usize = 200;

/// Some rows in order, with the name of their sheet.
pub(super) struct Rows {
    pub(super) sheet: String,
    pub(super) rows: Vec<SheetRow>,
}

/// Rows as they come out of a file that is read beside the caller, at most a few batches ahead.
pub(super) struct RowStream {
    batches: Receiver<Rows>,
    reader: JoinHandle<Result<(), Fault>>,
}

/// Counts the rows of a file, and finds what makes it unreadable before anything else is done.
pub(super) async fn count(file: SheetFile) -> Result<(SheetFile, Result<u64, Fault>), AppError> {
    let counted = tokio::task::spawn_blocking(move || {
        let mut file = file;
        let mut rows = 0;
        let read = read_rows(&mut file, &mut |_, _| {
            rows += 1;
            true
        });
        (file, read.map(|()| rows))
    });
    counted
        .await
        .map_err(|error| AppError::Broken(format!("reading a spreadsheet: {error}")))
}

impl RowStream {
    pub(super) fn of(file: SheetFile) -> Self {
        let (sender, batches) = channel::<Rows>(2);
        let reader = tokio::task::spawn_blocking(move || {
            let mut file = file;
            let mut waiting = Rows {
                sheet: String::new(),
                rows: Vec::with_capacity(BATCH),
            };
            read_rows(&mut file, &mut |sheet, row| {
                if waiting.sheet.is_empty() {
                    sheet.clone_into(&mut waiting.sheet);
                }
                waiting.rows.push(row);
                if waiting.rows.len() < BATCH {
                    return true;
                }
                let next = Rows {
                    sheet: waiting.sheet.clone(),
                    rows: Vec::with_capacity(BATCH),
                };
                // Nobody listens any more when the import has been given up; then reading ends too.
                sender
                    .blocking_send(std::mem::replace(&mut waiting, next))
                    .is_ok()
            })?;
            if !waiting.rows.is_empty() {
                let _given_up = sender.blocking_send(waiting);
            }
            Ok(())
        });
        Self { batches, reader }
    }

    /// The next rows; none at the end.
    pub(super) async fn next(&mut self) -> Option<Rows> {
        self.batches.recv().await
    }

    /// Whether the file was read to its end.
    pub(super) async fn finish(self) -> Result<Result<(), Fault>, AppError> {
        drop(self.batches);
        self.reader
            .await
            .map_err(|error| AppError::Broken(format!("reading a spreadsheet: {error}")))
    }
}
