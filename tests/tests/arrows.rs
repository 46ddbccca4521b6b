//! The map in ARCHITECTURE.md is the code: who may name whom, and which tool lives in which room.

use csm_tests::packages::{self, Package};
use csm_tests::source::{self, SourceFile};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms where values go in and values come out.
const PURE: [&str; 4] = ["questionnaire", "domain", "analytics", "reports"];

/// Words that read the machine, wait or print, and have no place in a pure room.
const MACHINE: [&str; 14] = [
    "async ",
    ".await",
    "tokio",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "now_v7",
    "std::env",
    "std::fs",
    "std::process",
    "std::net",
    "println!",
    "eprintln!",
];

/// Tools and the rooms that may name them.
const TOOLS: [(&str, &[&str]); 5] = [
    ("sqlx", &["storage"]),
    ("axum", &["web", "csm"]),
    ("minijinja", &["web"]),
    ("clap", &["csm"]),
    ("lettre", &["csm"]),
];

/// The block of ARCHITECTURE.md: each room and the rooms it may name.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let path = source::project().join("ARCHITECTURE.md");
    let text = std::fs::read_to_string(&path).expect("ARCHITECTURE.md can be read");
    let (_, after) = text
        .split_once("```arrows\n")
        .expect("ARCHITECTURE.md has a block of arrows");
    let (block, _) = after.split_once("```").expect("the block of arrows is closed");
    let mut arrows = BTreeMap::new();
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        let (room, targets) = line
            .split_once(':')
            .expect("a line of arrows reads 'room : rooms'");
        let targets = targets.split_whitespace().map(str::to_owned).collect();
        let earlier = arrows.insert(room.trim().to_owned(), targets);
        assert!(earlier.is_none(), "{room} is listed twice");
    }
    arrows
}

fn rooms() -> Vec<Package> {
    packages::packages()
        .into_iter()
        .filter(|package| !package.room.is_empty())
        .collect()
}

#[test]
fn every_room_is_on_the_map_and_every_room_on_the_map_exists() {
    let listed: Vec<String> = arrows().into_keys().collect();
    assert_eq!(listed, source::rooms());
}

#[test]
fn every_dependency_between_rooms_is_an_arrow_of_the_map() {
    let arrows = arrows();
    let rooms = rooms();
    let mut room_by_package: BTreeMap<&str, &str> = BTreeMap::new();
    for room in &rooms {
        room_by_package.insert(&room.name, &room.room);
    }
    let mut checked = 0;
    for room in &rooms {
        for dependency in &room.normal {
            let Some(target) = room_by_package.get(dependency.as_str()) else {
                continue;
            };
            checked += 1;
            let may = arrows
                .get(&room.room)
                .is_some_and(|targets| targets.contains(*target));
            assert!(
                may,
                "{} depends on {target}, which ARCHITECTURE.md does not allow",
                room.room
            );
        }
    }
    assert!(
        checked >= 10,
        "only {checked} dependencies between rooms were found"
    );
}

#[test]
fn the_arrows_of_the_map_point_one_way() {
    let arrows = arrows();
    let mut settled: BTreeSet<String> = BTreeSet::new();
    loop {
        let count = settled.len();
        for (room, targets) in &arrows {
            if targets.is_subset(&settled) {
                settled.insert(room.clone());
            }
        }
        if settled.len() == count {
            break;
        }
    }
    let circular: Vec<&String> = arrows.keys().filter(|room| !settled.contains(*room)).collect();
    assert!(
        circular.is_empty(),
        "these rooms want each other, or a room that is not listed: {circular:?}"
    );
}

#[test]
fn pure_rooms_read_no_machine_wait_for_nothing_and_print_nothing() {
    let mut faults = Vec::new();
    for room in PURE {
        for file in source::files_of(room) {
            for word in MACHINE {
                faults.extend(uses(&file, word));
            }
        }
    }
    assert!(faults.is_empty(), "in pure rooms:\n{}", faults.join("\n"));
}

#[test]
fn each_tool_is_named_only_in_its_own_room() {
    let mut faults = Vec::new();
    for room in source::rooms() {
        for (tool, owners) in TOOLS {
            if owners.contains(&room.as_str()) {
                continue;
            }
            for file in source::files_of(&room) {
                faults.extend(uses(&file, &format!("{tool}::")));
            }
        }
    }
    assert!(faults.is_empty(), "outside their rooms:\n{}", faults.join("\n"));
}

#[test]
fn each_tool_is_a_dependency_only_of_its_own_room() {
    for room in rooms() {
        for (tool, owners) in TOOLS {
            let has = room.normal.iter().any(|dependency| dependency == tool);
            assert!(
                !has || owners.contains(&room.room.as_str()),
                "{} depends on {tool}",
                room.room
            );
        }
    }
}

/// Not even through others: what a pure room is built from cannot open a socket or wait.
#[test]
fn pure_rooms_reach_no_runtime() {
    let packages = packages::packages();
    let mut normal: BTreeMap<&str, &Vec<String>> = BTreeMap::new();
    for package in &packages {
        normal.insert(&package.name, &package.normal);
    }
    for room in rooms() {
        if !PURE.contains(&room.room.as_str()) {
            continue;
        }
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = vec![room.name.as_str()];
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(
                    normal
                        .get(name)
                        .into_iter()
                        .flat_map(|names| names.iter().map(String::as_str)),
                );
            }
        }
        for runtime in ["tokio", "async-std", "smol", "hyper", "sqlx", "axum", "mio"] {
            assert!(!reached.contains(runtime), "{} reaches {runtime}", room.room);
        }
    }
}

/// Each line of a file that has the word, as "file:line: word".
fn uses(file: &SourceFile, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in file.code.lines().enumerate() {
        if let Some(start) = line.find(word) {
            let before = line[..start].chars().next_back();
            let is_part_of_a_name = before.is_some_and(|before| before.is_alphanumeric() || before == '_');
            if !is_part_of_a_name {
                found.push(format!("{}:{}: {}", file.path, at + 1, word.trim()));
            }
        }
    }
    found
}
