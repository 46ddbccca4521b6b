use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What has been answered: values by concrete path, and the instances of each repeat.
///
/// A concrete path carries the key of each repeat instance it lies in, as in `/data/workforce/staff[3]/wte`.
/// The key is given once and never used again for another instance, so that a history of changes stays true;
/// the position of an instance is computed from the order of the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    repeats: BTreeMap<String, Vec<u32>>,
    /// Kept only where the greatest key was removed; otherwise the next key follows the greatest one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    next_keys: BTreeMap<String, u32>,
}

impl Answers {
    /// The stored value at a concrete path; empty when unanswered.
    pub fn get(&self, path: &str) -> &str {
        self.values.get(path).map_or("", String::as_str)
    }

    /// Stores a value; an empty one takes the answer away.
    ///
    /// Repeat instances named in the path come into being when they do not exist yet.
    pub fn set(&mut self, path: &str, value: impl Into<String>) {
        let value = value.into();
        if value.is_empty() {
            self.values.remove(path);
            return;
        }
        self.register_instances(path);
        self.values.insert(path.to_owned(), value);
    }

    /// Adds an instance at the end of a repeat and returns its key.
    ///
    /// The path of a repeat within another repeat names the outer instance: `/data/site[2]/room`.
    pub fn add_instance(&mut self, repeat_path: &str) -> u32 {
        let key = self.next_key(repeat_path);
        self.register_instances(repeat_path);
        self.next_keys.remove(repeat_path);
        self.repeats.entry(repeat_path.to_owned()).or_default().push(key);
        key
    }

    /// Removes an instance with all its answers; its key is not used again. False when there was none.
    pub fn remove_instance(&mut self, repeat_path: &str, key: u32) -> bool {
        let next = self.next_key(repeat_path);
        let Some(keys) = self.repeats.get_mut(repeat_path) else {
            return false;
        };
        let before = keys.len();
        keys.retain(|existing| *existing != key);
        if keys.len() == before {
            return false;
        }
        let follows = keys.iter().max().map_or(1, |greatest| greatest.saturating_add(1));
        if keys.is_empty() {
            self.repeats.remove(repeat_path);
        }
        if follows != next {
            self.next_keys.insert(repeat_path.to_owned(), next);
        }
        let prefix = format!("{repeat_path}[{key}]/");
        self.values.retain(|path, _| !path.starts_with(&prefix));
        self.repeats.retain(|path, _| !path.starts_with(&prefix));
        self.next_keys.retain(|path, _| !path.starts_with(&prefix));
        true
    }

    /// The keys of a repeat's instances, in order.
    pub fn instances(&self, repeat_path: &str) -> &[u32] {
        self.repeats.get(repeat_path).map_or(&[], Vec::as_slice)
    }

    /// The concrete paths that hold an answer, in canonical order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The concrete paths and their values, in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(path, value)| (path.as_str(), value.as_str()))
    }

    /// The concrete paths of the repeats that have instances, in canonical order.
    pub fn repeat_paths(&self) -> impl Iterator<Item = &str> {
        self.repeats.keys().map(String::as_str)
    }

    /// Whether nothing at all has been answered or added.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.repeats.is_empty()
    }

    /// The key that the next instance of a repeat will have; greater than every key ever given.
    pub fn next_key(&self, repeat_path: &str) -> u32 {
        let greatest = self
            .instances(repeat_path)
            .iter()
            .max()
            .map_or(1, |key| key.saturating_add(1));
        self.next_keys
            .get(repeat_path)
            .map_or(greatest, |next| greatest.max(*next))
    }

    fn register_instances(&mut self, path: &str) {
        let mut from = 0;
        while let Some(open) = path[from..].find('[').map(|found| found + from) {
            let Some(close) = path[open..].find(']').map(|found| found + open) else {
                return;
            };
            if let Ok(key) = path[open + 1..close].parse::<u32>() {
                self.register(&path[..open], key);
            }
            from = close + 1;
        }
    }

    fn register(&mut self, repeat_path: &str, key: u32) {
        if self.instances(repeat_path).contains(&key) {
            return;
        }
        let next = self.next_key(repeat_path);
        self.repeats.entry(repeat_path.to_owned()).or_default().push(key);
        if key >= next {
            self.next_keys.remove(repeat_path);
        }
    }
}

/// The template path of a concrete path: `/data/staff[3]/wte` becomes `/data/staff/wte`.
pub fn template_path(path: &str) -> String {
    let mut template = String::with_capacity(path.len());
    let mut within = false;
    for character in path.chars() {
        match character {
            '[' => within = true,
            ']' => within = false,
            _ if !within => template.push(character),
            _ => {}
        }
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAFF: &str = "/data/workforce/staff";

    #[test]
    fn a_key_is_never_used_twice_even_when_the_last_instance_goes() {
        let mut answers = Answers::default();
        assert_eq!(answers.add_instance(STAFF), 1);
        assert_eq!(answers.add_instance(STAFF), 2);
        answers.set("/data/workforce/staff[2]/wte", "3.5");
        assert!(answers.remove_instance(STAFF, 2));
        assert_eq!(answers.get("/data/workforce/staff[2]/wte"), "");
        assert_eq!(answers.add_instance(STAFF), 3);
        assert_eq!(answers.instances(STAFF), [1, 3]);
        assert!(!answers.remove_instance(STAFF, 2));
    }

    #[test]
    fn the_key_survives_being_written_and_read() {
        let mut answers = Answers::default();
        answers.add_instance(STAFF);
        answers.remove_instance(STAFF, 1);
        let text = serde_json::to_string(&answers).unwrap();
        let mut read: Answers = serde_json::from_str(&text).unwrap();
        assert_eq!(read, answers);
        assert_eq!(read.add_instance(STAFF), 2);
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"{"values":{},"repeats":{"/data/workforce/staff":[2]}}"#
        );
    }

    #[test]
    fn answering_inside_an_unknown_instance_brings_it_into_being() {
        let mut answers = Answers::default();
        answers.set("/data/site[2]/room[5]/name", "Hall");
        assert_eq!(answers.instances("/data/site"), [2]);
        assert_eq!(answers.instances("/data/site[2]/room"), [5]);
        assert!(answers.remove_instance("/data/site", 2));
        assert_eq!(answers.instances("/data/site[2]/room"), [0; 0]);
    }

    #[test]
    fn the_template_path_carries_no_keys() {
        assert_eq!(
            template_path("/data/site[2]/room[5]/name"),
            "/data/site/room/name"
        );
    }
}
