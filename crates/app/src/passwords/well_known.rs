//! Which passwords are easy to guess, by rule rather than by a long list.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Rows and columns along which fingers walk.
const WALKS: [&str; 18] = [
    "1234567890",
    "qwertyuiop",
    "asdfghjkl;",
    "zxcvbnm,./",
    "azertyuiop",
    "qsdfghjklm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
    "0p;/",
    "!\"£$%^&*()",
];

/// The service's own words, which an outsider would try first.
const ABOUT_THE_SERVICE: [&str; 4] = ["csm", "mapping", "childrens", "services"];

struct Words {
    counted: HashSet<&'static str>,
    free: HashSet<&'static str>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = Words {
            counted: HashSet::from(ABOUT_THE_SERVICE),
            free: HashSet::new(),
        };
        for line in include_str!("well_known.txt").lines() {
            if line.starts_with('#') {
                continue;
            }
            if let Some(free) = line.strip_prefix('~') {
                words.free.extend(free.split_whitespace());
            } else {
                words.counted.extend(line.split_whitespace());
            }
        }
        words
    })
}

/// Whether somebody with a list of common words, the person's name and address and a few rules would soon find
/// the password.
pub(super) fn is_easy_to_guess(password: &str, about_the_person: &[&str]) -> bool {
    let lower = password.to_lowercase();
    let characters: Vec<char> = lower.chars().collect();
    is_only_digits(&characters)
        || is_repeated(&characters)
        || is_a_walk(&characters)
        || is_made_of_known_words(&characters, about_the_person)
}

/// Telephone numbers, dates and rows of digits.
fn is_only_digits(characters: &[char]) -> bool {
    characters
        .iter()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '/' | '.'))
}

/// A short piece said again and again, or very few different characters.
fn is_repeated(characters: &[char]) -> bool {
    let different: HashSet<&char> = characters.iter().collect();
    if different.len() <= 4 {
        return true;
    }
    for length in 1..=6 {
        let repeats = characters
            .iter()
            .enumerate()
            .all(|(place, c)| *c == characters[place % length]);
        if repeats {
            return true;
        }
    }
    false
}

/// Three quarters of the steps go to a neighbour on the keyboard or in the alphabet.
fn is_a_walk(characters: &[char]) -> bool {
    let mut near = 0;
    for pair in characters.windows(2) {
        if pair[0] == pair[1] || are_neighbours(pair[0], pair[1]) {
            near += 1;
        }
    }
    let steps = characters.len().saturating_sub(1);
    near * 4 >= steps * 3
}

fn are_neighbours(one: char, other: char) -> bool {
    WALKS.iter().any(|walk| {
        let row: Vec<char> = walk.chars().collect();
        row.windows(2)
            .any(|pair| (pair[0], pair[1]) == (one, other) || (pair[1], pair[0]) == (one, other))
    })
}

fn is_made_of_known_words(characters: &[char], about_the_person: &[&str]) -> bool {
    let personal = personal_words(about_the_person);
    let bare: String = characters.iter().filter(|c| c.is_alphabetic()).collect();
    let trimmed: Vec<char> = trim_ends(characters);
    let readings = [bare, read_signs(&trimmed, 'i'), read_signs(&trimmed, 'l')];
    readings
        .iter()
        .any(|letters| !letters.is_empty() && needs_at_most_two_words(letters, &personal))
}

/// The parts of a name and an address, in letters only, that are long enough to matter.
fn personal_words(about_the_person: &[&str]) -> HashSet<String> {
    let mut found = HashSet::new();
    for text in about_the_person {
        let lower = text.to_lowercase();
        for part in lower.split(|c: char| !c.is_alphabetic()) {
            if part.chars().count() >= 3 {
                found.insert(part.to_owned());
            }
        }
    }
    found
}

fn trim_ends(characters: &[char]) -> Vec<char> {
    let text: String = characters.iter().collect();
    text.trim_matches(|c: char| !c.is_alphabetic()).chars().collect()
}

/// Reads the signs that people put in place of letters; 1 and ! can mean i or l.
fn read_signs(characters: &[char], one: char) -> String {
    let mut letters = String::new();
    for c in characters {
        let read = match c {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '3' | '€' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' | '+' => 't',
            '8' => 'b',
            '9' => 'g',
            other => *other,
        };
        if read.is_alphabetic() {
            letters.push(read);
        }
    }
    letters
}

/// Whether the letters are at most two known words, with any number of small words between. A word said many
/// times counts once for each time, except when it is said throughout.
fn needs_at_most_two_words(letters: &str, personal: &HashSet<String>) -> bool {
    let characters: Vec<char> = letters.chars().collect();
    for length in 3..=characters.len() / 3 {
        let unit: String = characters[..length].iter().collect();
        if characters.len().is_multiple_of(length)
            && unit.repeat(characters.len() / length) == letters
            && is_counted(&unit, personal)
        {
            return true;
        }
    }
    // fewest[n]: the fewest counted words that spell the first n letters; none when no words do.
    let mut fewest: Vec<Option<usize>> = vec![None; characters.len() + 1];
    fewest[0] = Some(0);
    for end in 1..=characters.len() {
        for start in end.saturating_sub(20)..end {
            let Some(before) = fewest[start] else { continue };
            let word: String = characters[start..end].iter().collect();
            let cost = if words().free.contains(word.as_str()) {
                before
            } else if is_counted(&word, personal) {
                before + 1
            } else {
                continue;
            };
            fewest[end] = Some(fewest[end].map_or(cost, |known| known.min(cost)));
        }
    }
    fewest[characters.len()].is_some_and(|count| count <= 2)
}

fn is_counted(word: &str, personal: &HashSet<String>) -> bool {
    words().counted.contains(word) || personal.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_easy(password: &str) -> bool {
        is_easy_to_guess(password, &["Bea Brown", "bea.brown@example.org"])
    }

    #[test]
    fn a_common_word_is_found_behind_digits_symbols_and_signs() {
        for password in [
            "password1234",
            "P@ssw0rd2026!",
            "Pa55word!!!!!",
            "Welcome12345",
            "Summer2026!!",
            "L1verp00l1892",
            "iloveyou2026",
        ] {
            assert!(is_easy(password), "{password}");
        }
    }

    #[test]
    fn two_common_words_are_no_better_than_one() {
        for password in [
            "monkeydragon1",
            "chelsea-united",
            "Monday Morning",
            "mypasswordismonkey",
        ] {
            assert!(is_easy(password), "{password}");
        }
    }

    #[test]
    fn rows_of_keys_repeats_and_digits_are_found() {
        for password in [
            "qwertyuiop12",
            "1qaz2wsx3edc",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "121212121212",
            "01/01/1970-2026",
            "passpasspasspass",
        ] {
            assert!(is_easy(password), "{password}");
        }
    }

    #[test]
    fn the_service_and_the_person_are_found() {
        for password in [
            "childrensservices",
            "CSM mapping 2026",
            "beabrown1974!",
            "Brown-password",
        ] {
            assert!(is_easy(password), "{password}");
        }
    }

    #[test]
    fn what_is_hard_to_guess_passes() {
        for password in [
            "gravel teapot lantern",
            "monkey teapot lantern",
            "Kx7#vqm-plz9",
            "dragon kettle 7",
            "9f2c 81aa b4e7",
        ] {
            assert!(!is_easy(password), "{password}");
        }
    }

    #[test]
    fn the_list_is_of_some_length_and_lower_case() {
        assert!(words().counted.len() > 400);
        for word in words().counted.iter().chain(&words().free) {
            assert!(word.chars().all(|c| c.is_ascii_lowercase()), "{word}");
        }
    }
}
