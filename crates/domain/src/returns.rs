//! One service's answers in one cycle. See `docs/states/return.md`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use questionnaire::Answers;
use serde::{Deserialize, Serialize};

use crate::ids::{CycleId, OrganisationId, PersonId, QuestionnaireId, ReturnId, ServiceId};

/// How far a return is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnState {
    /// Nobody has answered anything in this cycle.
    NotStarted,
    /// Something required is missing or wrong.
    InProgress,
    /// Everything required is answered and right.
    Complete,
    /// Sealed by the organisation's sign-off.
    SignedOff,
}

impl ReturnState {
    /// Every state, in the order of a return's life.
    pub const ALL: [ReturnState; 4] = [
        ReturnState::NotStarted,
        ReturnState::InProgress,
        ReturnState::Complete,
        ReturnState::SignedOff,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            ReturnState::NotStarted => "not_started",
            ReturnState::InProgress => "in_progress",
            ReturnState::Complete => "complete",
            ReturnState::SignedOff => "signed_off",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What it may become: by answers, by the organisation's sign-off, by a reopening.
    pub fn next(self) -> &'static [ReturnState] {
        match self {
            ReturnState::NotStarted => &[
                ReturnState::InProgress,
                ReturnState::Complete,
                ReturnState::SignedOff,
            ],
            ReturnState::InProgress | ReturnState::SignedOff => &[ReturnState::Complete],
            ReturnState::Complete => &[ReturnState::InProgress, ReturnState::SignedOff],
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            ReturnState::NotStarted => "Not started",
            ReturnState::InProgress => "In progress",
            ReturnState::Complete => "Complete",
            ReturnState::SignedOff => "Signed off",
        }
    }
}

/// How an answer came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Typed on a page.
    Entered,
    /// Brought over from the cycle before.
    Carried,
    /// Read from a spreadsheet.
    Imported,
}

impl How {
    /// Every way.
    pub const ALL: [How; 3] = [How::Entered, How::Carried, How::Imported];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            How::Entered => "entered",
            How::Carried => "carried",
            How::Imported => "imported",
        }
    }

    /// The way with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.code() == code)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            How::Entered => "Entered on a page",
            How::Carried => "Carried from the cycle before",
            How::Imported => "Read from a spreadsheet",
        }
    }
}

/// The figures that tables and check reports add up, taken from the answers by their concepts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Staff in post, thousandths of a whole-time equivalent; none when no one has told.
    pub staff_wte: Option<i64>,
    /// Cost in the cycle's financial year, whole pence.
    pub cost_pence: Option<i64>,
    /// Children on the caseload on the census day.
    pub caseload: Option<i64>,
}

/// One service's answers in one cycle.
#[derive(Debug, Clone, PartialEq)]
pub struct Return {
    /// Its identity.
    pub id: ReturnId,
    /// In which cycle.
    pub cycle: CycleId,
    /// Whose; stays with the body that gave it.
    pub organisation: OrganisationId,
    /// About what.
    pub service: ServiceId,
    /// To which questions.
    pub questionnaire: QuestionnaireId,
    /// How far.
    pub state: ReturnState,
    /// How the return came to be.
    pub origin: How,
    /// Grows by one with every save; a page remembers the version that it showed.
    pub version: i64,
    /// The answers.
    pub answers: Answers,
    /// What tables add up.
    pub figures: Figures,
    /// How many required answers are missing or wrong.
    pub missing_count: i64,
    /// When it was last edited in this cycle.
    pub edited_at: Option<Timestamp>,
    /// By whom.
    pub edited_by: Option<PersonId>,
}

/// One answer that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The concrete path of the question, such as `/data/workforce/staff[3]/wte`; for a repeat, the path of the
    /// repeat, with its instance keys as the value.
    pub path: String,
    /// What it was; empty when unanswered.
    pub old: String,
    /// What it is now.
    pub new: String,
}

/// The same question answered by two people since the page was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The concrete path of the question.
    pub path: String,
    /// What somebody else saved meanwhile.
    pub theirs: String,
    /// What this person wants to save.
    pub mine: String,
}

/// What a page of answers does to the answers kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The answers as they will stand.
    pub answers: Answers,
    /// What changes.
    pub changes: Vec<Change>,
    /// What must be asked first; these answers stay as they are until the person has chosen.
    pub conflicts: Vec<Conflict>,
}

/// Merges a page of answers into the answers kept.
///
/// `posted` holds every question of the page with the value in its canonical form. `since` holds, for each
/// question that somebody changed after the page was made, the value that the page had shown. Different
/// questions merge; the same question answered differently by two people is a conflict, unless the person has
/// just been shown both and chosen (`settled`).
pub fn merge(
    kept: &Answers,
    since: &BTreeMap<String, String>,
    posted: &[(String, String)],
    settled: &[String],
) -> Merge {
    let mut merged = Merge {
        answers: kept.clone(),
        changes: Vec::new(),
        conflicts: Vec::new(),
    };
    for (path, mine) in posted {
        let current = kept.get(path);
        if mine == current {
            continue;
        }
        let shown = since.get(path).map_or(current, String::as_str);
        let changed_meanwhile = shown != current;
        if changed_meanwhile && mine == shown {
            continue;
        }
        if changed_meanwhile && !settled.contains(path) {
            merged.conflicts.push(Conflict {
                path: path.clone(),
                theirs: current.to_owned(),
                mine: mine.clone(),
            });
            continue;
        }
        merged.changes.push(Change {
            path: path.clone(),
            old: current.to_owned(),
            new: mine.clone(),
        });
        merged.answers.set(path, mine);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(pairs: &[(&str, &str)]) -> Answers {
        let mut answers = Answers::default();
        for (path, value) in pairs {
            answers.set(path, *value);
        }
        answers
    }

    fn posted(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn since(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        posted(pairs).into_iter().collect()
    }

    #[test]
    fn different_questions_of_one_page_merge() {
        let kept = kept(&[("/data/a", "Carl's"), ("/data/b", "")]);
        let merged = merge(
            &kept,
            &since(&[("/data/a", "")]),
            &posted(&[("/data/a", ""), ("/data/b", "Bea's")]),
            &[],
        );
        assert!(merged.conflicts.is_empty());
        assert_eq!(merged.answers.get("/data/a"), "Carl's");
        assert_eq!(merged.answers.get("/data/b"), "Bea's");
        assert_eq!(merged.changes.len(), 1);
    }

    #[test]
    fn the_same_question_shows_both_values_and_saves_nothing_of_it() {
        let kept = kept(&[("/data/a", "Carl's")]);
        let merged = merge(
            &kept,
            &since(&[("/data/a", "")]),
            &posted(&[("/data/a", "Bea's")]),
            &[],
        );
        let conflict = &merged.conflicts[0];
        assert_eq!(
            (conflict.theirs.as_str(), conflict.mine.as_str()),
            ("Carl's", "Bea's")
        );
        assert_eq!(merged.answers.get("/data/a"), "Carl's");
    }

    #[test]
    fn two_people_who_say_the_same_do_not_conflict() {
        let kept = kept(&[("/data/a", "same")]);
        let merged = merge(
            &kept,
            &since(&[("/data/a", "")]),
            &posted(&[("/data/a", "same")]),
            &[],
        );
        assert!(merged.conflicts.is_empty() && merged.changes.is_empty());
    }

    #[test]
    fn a_person_who_has_seen_both_may_choose() {
        let kept = kept(&[("/data/a", "Carl's")]);
        let settled = ["/data/a".to_owned()];
        let merged = merge(
            &kept,
            &since(&[("/data/a", "")]),
            &posted(&[("/data/a", "Bea's")]),
            &settled,
        );
        assert!(merged.conflicts.is_empty());
        assert_eq!(merged.changes[0].old, "Carl's");
        assert_eq!(merged.answers.get("/data/a"), "Bea's");
    }
}
