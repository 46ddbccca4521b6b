//! What XLSX and ODS have in common: they are zip files, and zip files lie about their size.

use std::io::Read;

use zip::ZipArchive;

use super::fault::Fault;
use super::file::{SheetContent, UNPACKED_LIMIT, broken};

/// Most bytes of text that an XLSX file keeps apart from its cells and that is held in memory.
const SHARED_TEXT_LIMIT: u64 = 128 * 1024 * 1024;

/// Whether a packed file is an ODS; refuses one that unpacks to too much.
///
/// Every member is unpacked into nothing and counted, because the sizes that a zip file declares cannot be
/// trusted.
pub(super) fn is_open_document(content: &mut dyn SheetContent) -> Result<bool, Fault> {
    unpack(content, UNPACKED_LIMIT, SHARED_TEXT_LIMIT)
}

fn unpack(content: &mut dyn SheetContent, most: u64, most_shared_text: u64) -> Result<bool, Fault> {
    let mut archive = ZipArchive::new(content).map_err(|error| broken(&error))?;
    let mut left = most;
    let mut has_content = false;
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = member.name().map_err(|error| broken(&error))?.into_owned();
        has_content |= name == "content.xml";
        let limit = if name.ends_with("sharedStrings.xml") {
            most_shared_text.min(left)
        } else {
            left
        };
        let unpacked = std::io::copy(&mut member.by_ref().take(limit + 1), &mut std::io::sink())
            .map_err(|error| broken(&error))?;
        if unpacked > limit {
            return Err(Fault::of_file(
                "import.large_file",
                format!("The file unpacks to more than {} MB.", limit / 1024 / 1024),
                "Delete pictures and unused sheets, or save the sheet as .csv.",
            ));
        }
        left -= unpacked;
    }
    Ok(has_content)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(name: &str, bytes: usize) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(&vec![0; bytes]).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_file_that_unpacks_to_far_too_much_is_refused() {
        let bytes = packed("xl/worksheets/sheet1.xml", 1_000_000);
        assert!(bytes.len() < 5_000);
        let refused = unpack(&mut Cursor::new(bytes.clone()), 999_999, 1).unwrap_err();
        assert_eq!(refused.code, "import.large_file");
        assert!(!unpack(&mut Cursor::new(bytes), 1_000_000, 1).unwrap());
    }

    #[test]
    fn text_that_is_held_in_memory_has_a_smaller_limit() {
        let bytes = packed("xl/sharedStrings.xml", 1_000);
        let refused = unpack(&mut Cursor::new(bytes), 1_000_000, 999).unwrap_err();
        assert_eq!(refused.code, "import.large_file");
    }
}
