//! Where settings come from, and what is refused there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Held, Origin, SETTINGS, Setting};

/// What the machine offers: read once by `main`, so that everything after is plain values.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The configuration file and its text.
    pub file: Option<(PathBuf, String)>,
    /// The variables of the environment that begin with `CSM_`.
    pub variables: Vec<(String, String)>,
    /// Settings given as arguments.
    pub arguments: Vec<(&'static str, String)>,
}

/// Beginnings of `CSM_` variables that are not settings but for the tests and benchmarks.
const LEFT_ALONE: [&str; 8] = [
    "CSM_BENCH_",
    "CSM_BINARY",
    "CSM_CONFIG",
    "CSM_FAULTS",
    "CSM_KILLS",
    "CSM_POSTGRES_FOLDER",
    "CSM_SHARED",
    "CSM_TEST_",
];

pub(super) fn gather(sources: &Sources, faults: &mut Vec<String>) -> BTreeMap<&'static str, Held> {
    let mut held = BTreeMap::new();
    for setting in SETTINGS {
        let value = Held {
            text: setting.default.to_owned(),
            origin: Origin::Default,
        };
        held.insert(setting.key, value);
    }
    if let Some((path, text)) = &sources.file {
        gather_file(path, text, &mut held, faults);
    }
    for (name, text) in &sources.variables {
        if LEFT_ALONE.iter().any(|known| name.starts_with(known)) || text.is_empty() {
            continue;
        }
        let found = SETTINGS.iter().find(|setting| setting.variable() == *name);
        match found {
            Some(setting) => {
                let value = Held {
                    text: text.clone(),
                    origin: Origin::Variable,
                };
                held.insert(setting.key, value);
            }
            None => faults.push(unknown("variable", name, &variables())),
        }
    }
    for (key, text) in &sources.arguments {
        let value = Held {
            text: text.clone(),
            origin: Origin::Argument,
        };
        held.insert(*key, value);
    }
    held
}

fn gather_file(
    path: &std::path::Path,
    text: &str,
    held: &mut BTreeMap<&'static str, Held>,
    faults: &mut Vec<String>,
) {
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            faults.push(format!("{}: {}", path.display(), error.message()));
            return;
        }
    };
    for (key, value) in table {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
            let fault = unknown("key", &key, &keys());
            faults.push(format!("{}: {fault}", path.display()));
            continue;
        };
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(answer) => answer.to_string(),
            _ => {
                faults.push(format!("{}: {key}: expected a text or a number", path.display()));
                continue;
            }
        };
        let origin = Origin::File(path.to_owned());
        held.insert(setting.key, Held { text, origin });
    }
}

fn keys() -> Vec<String> {
    SETTINGS.iter().map(|setting| setting.key.to_owned()).collect()
}

fn variables() -> Vec<String> {
    SETTINGS.iter().map(Setting::variable).collect()
}

fn unknown(what: &str, name: &str, known: &[String]) -> String {
    let nearest = known.iter().min_by_key(|candidate| distance(name, candidate));
    match nearest {
        Some(nearest) => format!("there is no {what} {name}; the nearest is {nearest}"),
        None => format!("there is no {what} {name}"),
    }
}

/// How many letters must be added, removed or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..other.len() {
            let changed = diagonal + usize::from(letter != other[j]);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}
