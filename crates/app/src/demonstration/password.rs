//! The one password of a demonstration's people: four words by chance, easy to type.

use super::files;
use crate::error::AppError;
use crate::passwords::{Choice, problem_with};
use crate::tokens;

/// 64 words, so that each takes six bits of chance.
const WORDS: [&str; 64] = [
    "acorn", "amber", "anchor", "apron", "badger", "basil", "bellow", "birch", "bobbin", "bramble", "bucket",
    "candle", "canvas", "cedar", "cinder", "clover", "cobble", "copper", "crumpet", "damson", "dapple",
    "ember", "falcon", "fennel", "ferry", "flannel", "gable", "ginger", "gravel", "hamper", "hazel", "heron",
    "hinge", "juniper", "kettle", "ladle", "lantern", "larder", "linen", "lupin", "magpie", "mallet",
    "marrow", "meadow", "mitten", "mortar", "nettle", "otter", "paddle", "pebble", "pewter", "plover",
    "quarry", "rafter", "saddle", "satchel", "sorrel", "teasel", "thimble", "thistle", "trellis", "turnip",
    "walnut", "willow",
];

const COUNT: usize = 4;

/// A new password that every person of the demonstration may have.
pub(super) fn make() -> Result<String, AppError> {
    let people = files::read()?.people;
    // Words that together are easy to guess are rare, so this ends at once or after a few turns.
    loop {
        let password = four_words();
        let suits_all = people.iter().all(|person| {
            let choice = Choice {
                place: "password",
                password: &password,
                about_the_person: [&person.name, &person.email],
            };
            problem_with(&choice).is_none()
        });
        if suits_all {
            return Ok(password);
        }
    }
}

fn four_words() -> String {
    let chance = tokens::make();
    let mut words = Vec::new();
    for start in (0..COUNT * 2).step_by(2) {
        // Two hexadecimal digits, of which six bits choose a word.
        let byte = usize::from_str_radix(&chance[start..start + 2], 16).unwrap_or(0);
        words.push(WORDS[byte % WORDS.len()]);
    }
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_by_chance_are_a_password_that_everybody_may_have() {
        let mut made = std::collections::BTreeSet::new();
        for _ in 0..300 {
            made.insert(make().unwrap());
        }
        assert!(made.len() > 290, "they differ");
    }
}
