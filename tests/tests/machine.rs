//! The machine acts from the command line, the timer and the demonstration, and never for a page.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_page_acts_as_the_machine() {
    let crates = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates"));
    let mut pages = Vec::new();
    sources(&crates.join("web/src"), &mut pages);
    assert!(pages.len() > 20);
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(
            !text.contains("machine()"),
            "{} acts as the machine",
            page.display()
        );
    }
}

#[test]
fn only_one_function_makes_the_machine() {
    let crates = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates"));
    let mut makers = Vec::new();
    for room in ["app/src", "storage/src", "csm/src", "web/src"] {
        let mut files = Vec::new();
        sources(&crates.join(room), &mut files);
        for file in files.into_iter().filter(|file| !file.ends_with("tests.rs")) {
            if std::fs::read_to_string(&file)
                .unwrap()
                .contains("Actor::machine()")
            {
                makers.push(file.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    assert_eq!(makers, ["machine.rs"]);
}
