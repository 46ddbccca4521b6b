use std::collections::HashMap;

use questionnaire::{Question, Questionnaire};

use super::fault::Fault;
use super::file::SheetRow;

/// The column with the organisation's own name for the service.
pub const REFERENCE: &str = "reference";
/// The column with the code of the organisation that the service belongs to.
pub const ORGANISATION: &str = "organisation_code";
/// Most entries of a list that a sheet can hold.
const ENTRY_LIMIT: usize = 200;

/// What a column of a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Reference,
    Organisation,
    /// The answer to the question at this place in the questionnaire; for a question of a list, in this entry,
    /// counted from 0.
    Answer(usize, Option<usize>),
    /// What the question at this place works out; the column can only agree with it.
    Calculated(usize),
    /// Nothing that is known here; the person has been warned.
    Unknown,
    /// A column without a heading.
    Nameless,
}

/// What each column of a sheet holds, by its heading.
///
/// A heading names a question by its name (`cost_total`), by its label (case and spaces forgiven) or by its
/// concept (`cost.total`); a question of a list by the list, the number of the entry and the question's name
/// (`staff[1].wte`). `name` stands for the question that asks for the service's name.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(super) headings: Vec<String>,
    pub(super) meanings: Vec<Meaning>,
}

impl Columns {
    /// Reads the row of headings. Answers what to warn of (unknown columns); refused where `reference` is
    /// missing or two columns say the same.
    pub fn read(
        questionnaire: &Questionnaire,
        sheet: &str,
        row: &SheetRow,
    ) -> Result<(Columns, Vec<Fault>), Vec<Fault>> {
        let names = Names::of(questionnaire);
        let mut columns = Columns {
            headings: Vec::new(),
            meanings: Vec::new(),
        };
        let mut warnings = Vec::new();
        let mut faults = Vec::new();
        for index in 0..row.cells.len() {
            let heading = row.cell(index);
            let meaning = match names.meaning(heading) {
                Ok(meaning) => meaning,
                Err(warning) => {
                    warnings.push(warning.at_row(sheet, row.number).at_column(index, heading));
                    Meaning::Unknown
                }
            };
            if let Some(earlier) = columns.same_as(meaning) {
                faults.push(
                    said_twice(&columns.headings[earlier])
                        .at_row(sheet, row.number)
                        .at_column(index, heading),
                );
            }
            columns.headings.push(heading.to_owned());
            columns.meanings.push(meaning);
        }
        if !columns.meanings.contains(&Meaning::Reference) {
            faults.push(no_reference().at_row(sheet, row.number));
        }
        if faults.is_empty() {
            Ok((columns, warnings))
        } else {
            Err(faults)
        }
    }

    fn same_as(&self, meaning: Meaning) -> Option<usize> {
        match meaning {
            Meaning::Unknown | Meaning::Nameless | Meaning::Calculated(_) => None,
            other => self.meanings.iter().position(|earlier| *earlier == other),
        }
    }
}

fn said_twice(earlier: &str) -> Fault {
    Fault::of_file(
        "import.column_twice",
        format!("This column says the same as the column \u{201c}{earlier}\u{201d}."),
        "Keep one of the two.",
    )
}

fn no_reference() -> Fault {
    Fault::of_file(
        "import.no_reference_column",
        "There is no column \u{201c}reference\u{201d}.",
        "Add a column headed reference, with your own short name for each service. The first row must be the \
         headings.",
    )
}

/// A question by the names that a heading may use.
struct Names<'a> {
    questions: &'a [Question],
    /// Headings with letters and digits only, and the places of the questions they may mean.
    plain: HashMap<String, Vec<usize>>,
    /// The same inside lists, after the list's name and a full stop.
    listed: HashMap<String, usize>,
}

impl<'a> Names<'a> {
    fn of(questionnaire: &'a Questionnaire) -> Self {
        let questions = questionnaire.questions();
        let mut names = Names {
            questions,
            plain: HashMap::new(),
            listed: HashMap::new(),
        };
        for (place, question) in questions.iter().enumerate() {
            if !(question.is_asked()
                || question.calculated
                || question.kind == questionnaire::QuestionKind::Calculate)
            {
                continue;
            }
            if let Some(repeat) = &question.repeat {
                let list = last_segment(repeat);
                names
                    .listed
                    .insert(plain(&format!("{list}.{}", question.name)), place);
            }
            names.add(&question.name, place);
        }
        // A label or a concept names a question only where no question has it for a name.
        for (place, question) in questions.iter().enumerate() {
            if question.is_asked() && question.repeat.is_none() {
                names.add_weaker(&question.label, place);
                if let Some(concept) = &question.concept {
                    names.add_weaker(concept, place);
                    if concept == "service.name" {
                        names.add_weaker("name", place);
                    }
                }
            }
        }
        names
    }

    fn add(&mut self, name: &str, place: usize) {
        self.plain.entry(plain(name)).or_default().push(place);
    }

    fn add_weaker(&mut self, name: &str, place: usize) {
        let places = self.plain.entry(plain(name)).or_default();
        let is_name = places
            .iter()
            .any(|other| plain(&self.questions[*other].name) == plain(name));
        if !is_name {
            places.push(place);
        }
    }

    /// What a heading means, or a warning that says why it means nothing.
    fn meaning(&self, heading: &str) -> Result<Meaning, Fault> {
        if heading.is_empty() {
            return Ok(Meaning::Nameless);
        }
        if plain(heading) == plain(REFERENCE) {
            return Ok(Meaning::Reference);
        }
        if plain(heading) == plain(ORGANISATION) {
            return Ok(Meaning::Organisation);
        }
        if let Some((list, entry, name)) = in_list(heading) {
            return self.listed_meaning(&list, entry, &name);
        }
        match self.plain.get(&plain(heading)).map(Vec::as_slice) {
            Some([place]) => self.plain_meaning(*place),
            Some([_, _, ..]) => Err(Fault::of_file(
                "import.ambiguous_column",
                "Several questions are called like this column, so it is not read.",
                "Use the question's name as it stands in the template.",
            )),
            _ => Err(self.unknown(heading)),
        }
    }

    fn plain_meaning(&self, place: usize) -> Result<Meaning, Fault> {
        let question = &self.questions[place];
        match &question.repeat {
            None if question.is_asked() => Ok(Meaning::Answer(place, None)),
            None => Ok(Meaning::Calculated(place)),
            Some(repeat) => Err(Fault::of_file(
                "import.column_of_a_list",
                "This question is asked for each entry of a list, so this column is not read.",
                format!(
                    "Say which entry is meant: {}[1].{}",
                    last_segment(repeat),
                    question.name
                ),
            )),
        }
    }

    fn listed_meaning(&self, list: &str, entry: usize, name: &str) -> Result<Meaning, Fault> {
        let heading = format!("{list}.{name}");
        let Some(place) = self.listed.get(&plain(&heading)).copied() else {
            return Err(self.unknown(&heading));
        };
        if !(1..=ENTRY_LIMIT).contains(&entry) {
            return Err(Fault::of_file(
                "import.unknown_column",
                format!(
                    "Entries of a list are numbered from 1 to {ENTRY_LIMIT}, so this column is not read."
                ),
                "Change the number in the heading.",
            ));
        }
        if self.questions[place].is_asked() {
            Ok(Meaning::Answer(place, Some(entry - 1)))
        } else {
            Err(Fault::of_file(
                "import.calculated_column",
                "This is worked out from other answers, so this column is not read.",
                "Leave the column out.",
            ))
        }
    }

    fn unknown(&self, heading: &str) -> Fault {
        let wanted = plain(heading);
        let mut best: Option<(usize, String)> = None;
        for question in self.questions.iter().filter(|question| question.is_asked()) {
            let known = match &question.repeat {
                Some(repeat) => format!("{}[1].{}", last_segment(repeat), question.name),
                None => question.name.clone(),
            };
            let distance = edits(&wanted, &plain(&known.replace("[1]", "")));
            if best.as_ref().is_none_or(|(least, _)| distance < *least) {
                best = Some((distance, known));
            }
        }
        let remedy = match best {
            Some((distance, known)) if distance * 2 < wanted.chars().count().max(4) => {
                format!("Did you mean {known}?")
            }
            _ => "Use a heading of the template, or leave the column out.".to_owned(),
        };
        Fault::of_file(
            "import.unknown_column",
            "No question is called like this column, so it is not read.",
            remedy,
        )
    }
}

/// `staff[2].wte` is the list `staff`, the entry 2 and the question `wte`.
fn in_list(heading: &str) -> Option<(String, usize, String)> {
    let (list, rest) = heading.split_once('[')?;
    let (entry, name) = rest.split_once(']')?;
    let name = name.trim().trim_start_matches(['.', '/']);
    Some((
        list.trim().to_owned(),
        entry.trim().parse().ok()?,
        name.trim().to_owned(),
    ))
}

/// Letters, digits and full stops in lower case, which is what headings are compared by.
fn plain(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == '.');
    kept.flat_map(char::to_lowercase).collect()
}

pub(super) fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How many letters must be changed, added or taken away to make one word of the other.
pub(super) fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(100).collect();
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.chars().take(100).enumerate() {
        let mut line = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let change = before[column] + usize::from(letter != *against);
            line.push(change.min(before[column + 1] + 1).min(line[column] + 1));
        }
        before = line;
    }
    before.last().copied().unwrap_or(0)
}
