use std::fmt;

/// Something wrong in a questionnaire's spreadsheet, told to its author: where it is, what it is, what to do.
///
/// The code is stable for ever, so that guides and tests can name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code of the form `noun.reason`, for example `form.unknown_type`.
    pub code: &'static str,
    /// Sheet of the workbook, when the problem has a place.
    pub sheet: Option<String>,
    /// Row as the spreadsheet program numbers it, from 1.
    pub row: Option<u32>,
    /// Column heading as the author wrote it.
    pub column: Option<String>,
    /// One sentence that says what is wrong.
    pub message: String,
    /// One sentence that says what to do.
    pub remedy: String,
}

impl Problem {
    /// A problem without a place; add the place with [`Problem::at`].
    pub fn new(code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            code,
            sheet: None,
            row: None,
            column: None,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The same problem at a row and column of a sheet.
    #[must_use]
    pub fn at(mut self, sheet: &str, row: u32, column: &str) -> Problem {
        self.sheet = Some(sheet.to_owned());
        self.row = (row > 0).then_some(row);
        self.column = (!column.is_empty()).then(|| column.to_owned());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.sheet {
            write!(formatter, "{sheet}")?;
            if let Some(row) = self.row {
                write!(formatter, " row {row}")?;
            }
            if let Some(column) = &self.column {
                write!(formatter, ", {column}")?;
            }
            write!(formatter, ": ")?;
        }
        write!(formatter, "{} {} [{}]", self.message, self.remedy, self.code)
    }
}

/// Words compared at most; a larger form gets no suggestion for the rest.
const MAX_CANDIDATES: usize = 2_000;

/// The known word most like a given one, when it is near enough to be a slip of the keyboard.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    let wanted: Vec<char> = word.chars().take(60).collect();
    for candidate in known.into_iter().take(MAX_CANDIDATES) {
        if candidate.chars().count().abs_diff(wanted.len()) > 1 + wanted.len() / 4 {
            continue;
        }
        let distance = edit_distance(&wanted, candidate);
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    let (distance, candidate) = best?;
    (distance <= 1 + wanted.len() / 4).then_some(candidate)
}

fn edit_distance(wanted: &[char], candidate: &str) -> usize {
    let mut row: Vec<usize> = (0..=wanted.len()).collect();
    for (line, letter) in candidate.chars().take(60).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for column in 0..wanted.len() {
            let substitution = diagonal + usize::from(wanted[column] != letter);
            diagonal = row[column + 1];
            row[column + 1] = substitution.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[wanted.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_the_word_that_was_meant() {
        assert_eq!(nearest("relevent", ["relevant", "required"]), Some("relevant"));
        assert_eq!(nearest("zzz", ["relevant", "required"]), None);
    }

    #[test]
    fn a_problem_reads_as_place_sentence_remedy_and_code() {
        let problem =
            Problem::new("form.unknown_type", "There is no such type.", "Use text.").at("survey", 3, "type");
        assert_eq!(
            problem.to_string(),
            "survey row 3, type: There is no such type. Use text. [form.unknown_type]"
        );
    }
}
