//! Passwords known from breaches, looked up in a file that the operator names.
//!
//! The file is the public form of such lists: one line for each password, its SHA-1 in 40 hexadecimal digits,
//! then `:` and how often it was seen, sorted by the digits. It may have hundreds of millions of lines: a look-up
//! reads some thirty of them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use sha1::{Digest, Sha1};

use crate::tokens;

/// Whether the file holds a password.
pub(super) fn contains(path: &Path, password: &str) -> io::Result<bool> {
    let wanted = upper_hex(&Sha1::digest(password.as_bytes()));
    let file = File::open(path)?;
    // The line looked for begins in [low, high).
    let mut low = 0;
    let mut high = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(256, file);
    while low < high {
        let middle = low + (high - low) / 2;
        let (begins, line) = line_at_or_after(&mut reader, middle, low)?;
        if begins >= high || line.is_empty() {
            high = middle;
            continue;
        }
        let found = line.get(..40).unwrap_or(&line).to_ascii_uppercase();
        if found == wanted {
            return Ok(true);
        }
        if found < wanted {
            low = begins + line.len() as u64;
        } else {
            high = middle;
        }
    }
    Ok(false)
}

/// The first whole line that begins at `place` or after it, and where it begins; `low` is known to begin one.
fn line_at_or_after(reader: &mut BufReader<File>, place: u64, low: u64) -> io::Result<(u64, String)> {
    let mut begins = place;
    if place > low {
        // From the byte before, so that a line beginning exactly at the place is not skipped.
        reader.seek(SeekFrom::Start(place - 1))?;
        let mut skipped = Vec::new();
        begins = place - 1 + reader.read_until(b'\n', &mut skipped)? as u64;
    } else {
        reader.seek(SeekFrom::Start(place))?;
    }
    let mut line = String::new();
    reader.read_line(&mut line)?;
    Ok((begins, line))
}

fn upper_hex(bytes: &[u8]) -> String {
    tokens::hex(bytes).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file_of(passwords: &[&str], line_end: &str) -> tempfile::NamedTempFile {
        let mut lines: Vec<String> = Vec::new();
        for (number, password) in passwords.iter().enumerate() {
            let digest = upper_hex(&Sha1::digest(password.as_bytes()));
            lines.push(format!("{digest}:{}{line_end}", 10_usize.pow(number as u32 % 7)));
        }
        lines.sort();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(lines.concat().as_bytes()).unwrap();
        file
    }

    #[test]
    fn every_line_of_the_file_is_found_first_and_last_too() {
        for line_end in ["\n", "\r\n"] {
            for count in [1, 2, 3, 10, 57] {
                let owned: Vec<String> = (0..count).map(|number| format!("stolen {number}")).collect();
                let passwords: Vec<&str> = owned.iter().map(String::as_str).collect();
                let file = file_of(&passwords, line_end);
                for password in &passwords {
                    assert!(contains(file.path(), password).unwrap(), "{password} of {count}");
                }
                assert!(!contains(file.path(), "never stolen").unwrap());
                assert!(!contains(file.path(), "gravel teapot lantern").unwrap());
            }
        }
    }

    #[test]
    fn the_digest_is_the_one_that_public_lists_use() {
        assert_eq!(
            upper_hex(&Sha1::digest(b"password")),
            "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"
        );
    }

    #[test]
    fn a_missing_file_is_an_error_not_a_yes() {
        assert!(contains(Path::new("/nowhere/at/all"), "x").is_err());
    }
}
