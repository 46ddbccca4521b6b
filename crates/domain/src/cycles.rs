//! The yearly run of the mapping: its key dates and its states (A01, A02). See `docs/states/cycle.md`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{CycleId, QuestionnaireId};
use crate::problem::Problem;

/// How far a cycle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CycleState {
    /// Its dates are set; nothing is collected.
    Planned,
    /// Questionnaires can be tried; nothing is kept.
    Sandbox,
    /// Organisations collect.
    Open,
    /// Organisations still correct, and check what they collected.
    Checking,
    /// Nothing changes unless an organisation is reopened by name.
    Closed,
    /// Its tables are out.
    Published,
    /// Kept to be read.
    Archived,
}

impl CycleState {
    /// Every state, in the order of a cycle's life.
    pub const ALL: [CycleState; 7] = [
        CycleState::Planned,
        CycleState::Sandbox,
        CycleState::Open,
        CycleState::Checking,
        CycleState::Closed,
        CycleState::Published,
        CycleState::Archived,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            CycleState::Planned => "planned",
            CycleState::Sandbox => "sandbox",
            CycleState::Open => "open",
            CycleState::Checking => "checking",
            CycleState::Closed => "closed",
            CycleState::Published => "published",
            CycleState::Archived => "archived",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            CycleState::Planned => "Planned",
            CycleState::Sandbox => "Sandbox",
            CycleState::Open => "Open",
            CycleState::Checking => "Checking",
            CycleState::Closed => "Closed",
            CycleState::Published => "Published",
            CycleState::Archived => "Archived",
        }
    }

    /// Whether organisations may change their answers without being reopened by name.
    pub fn collects(self) -> bool {
        matches!(self, CycleState::Open | CycleState::Checking)
    }

    /// Where a cycle may go from here. Going back is never silent: see [`Cycle::move_to`].
    pub fn next(self) -> &'static [CycleState] {
        match self {
            CycleState::Planned => &[CycleState::Sandbox, CycleState::Open],
            CycleState::Sandbox => &[CycleState::Open],
            CycleState::Open => &[CycleState::Checking, CycleState::Closed],
            CycleState::Checking => &[CycleState::Open, CycleState::Closed],
            CycleState::Closed => &[CycleState::Open, CycleState::Published],
            CycleState::Published => &[CycleState::Archived],
            CycleState::Archived => &[],
        }
    }
}

/// The key of a cycle in addresses and commands, such as `2026-27`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CycleKey(String);

impl CycleKey {
    /// Reads a key: lower-case letters, digits and hyphens, 1 to 20 of them.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let sound = (1..=20).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        // The address of the page for a new cycle.
        if sound && text != "new" {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::at(
                "key",
                "cycle.malformed_key",
                "Enter a short name of up to 20 lower-case letters, numbers and hyphens, like 2026-27",
            ))
        }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The dates that steer a cycle. Every date in a page, letter or report comes from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDates {
    /// First day of collecting.
    pub opens_on: Date,
    /// First day of checking.
    pub checking_on: Date,
    /// Last day on which an organisation may change its answers.
    pub closes_on: Date,
    /// The day on which tables come out.
    pub publishes_on: Date,
    /// The day to which staff in post and caseload refer.
    pub census_on: Date,
}

impl KeyDates {
    /// Checks that the dates follow each other.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let order = [
            (
                self.opens_on,
                self.checking_on,
                "checking_on",
                "The checking date must not be before the opening date",
            ),
            (
                self.checking_on,
                self.closes_on,
                "closes_on",
                "The closing date must not be before the checking date",
            ),
            (
                self.closes_on,
                self.publishes_on,
                "publishes_on",
                "The publication date must be after the closing date",
            ),
        ];
        for (earlier, later, place, message) in order {
            if later < earlier {
                problems.push(Problem::at(place, "cycle.dates_out_of_order", message));
            }
        }
        problems
    }

    /// How many days organisations have, from opening to closing, both included.
    pub fn days_open(&self) -> i64 {
        i64::from((self.closes_on - self.opens_on).get_days()) + 1
    }
}

/// One dated run of the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Its identity.
    pub id: CycleId,
    /// Its key in addresses.
    pub key: CycleKey,
    /// Its name, such as "Children's Services Mapping 2026/27".
    pub name: String,
    /// The financial year of the money asked for, such as "2026/27".
    pub financial_year: String,
    /// How far it is.
    pub state: CycleState,
    /// Its dates.
    pub dates: KeyDates,
    /// The questionnaire for services.
    pub questionnaire: QuestionnaireId,
}

/// A cycle as the national team describes it before it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCycle {
    /// Its key in addresses.
    pub key: CycleKey,
    /// Its name.
    pub name: String,
    /// The financial year of the money asked for, such as "2026/27".
    pub financial_year: String,
    /// Its dates.
    pub dates: KeyDates,
    /// The questionnaire for services.
    pub questionnaire: QuestionnaireId,
}

impl NewCycle {
    /// The cycle, planned; refused with everything that is wrong: no name, a year that is not like 2026/27,
    /// dates that do not follow each other.
    pub fn plan(self, id: CycleId) -> Result<Cycle, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_LIMIT {
            let message = format!("Enter the name of the cycle, in {NAME_LIMIT} characters or fewer");
            problems.push(Problem::at("name", "cycle.no_name", message));
        }
        let financial_year = self.financial_year.trim().to_owned();
        if !is_financial_year(&financial_year) {
            problems.push(Problem::at(
                "financial_year",
                "cycle.malformed_year",
                "Enter the financial year like 2026/27",
            ));
        }
        problems.extend(self.dates.check());
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Cycle {
            id,
            key: self.key,
            name,
            financial_year,
            state: CycleState::Planned,
            dates: self.dates,
            questionnaire: self.questionnaire,
        })
    }
}

/// Longest name of a cycle, in characters.
pub const NAME_LIMIT: usize = 100;

/// Whether a text is a year and the one that follows it, like 2026/27 or 1999/00.
fn is_financial_year(text: &str) -> bool {
    let Some((first, second)) = text.split_once('/') else {
        return false;
    };
    let are_digits = |digits: &str, length: usize| {
        digits.len() == length && digits.chars().all(|digit| digit.is_ascii_digit())
    };
    if !are_digits(first, 4) || !are_digits(second, 2) {
        return false;
    }
    let follows = |first: u32, second: u32| (first + 1) % 100 == second;
    matches!((first.parse(), second.parse()), (Ok(first), Ok(second)) if follows(first, second))
}

impl Cycle {
    /// Puts the dates elsewhere; refused where they do not follow each other, and once tables are out.
    pub fn change_dates(&self, dates: KeyDates) -> Result<Cycle, Vec<Problem>> {
        if matches!(self.state, CycleState::Published | CycleState::Archived) {
            return Err(vec![Problem::at(
                "dates",
                "cycle.already_published",
                "The dates of a published cycle cannot be changed",
            )]);
        }
        let problems = dates.check();
        if problems.is_empty() {
            Ok(Cycle {
                dates,
                ..self.clone()
            })
        } else {
            Err(problems)
        }
    }

    /// Moves the cycle on; refused where the life of a cycle has no such step.
    pub fn move_to(&self, state: CycleState) -> Result<Cycle, Problem> {
        if !self.state.next().contains(&state) {
            return Err(Problem::at(
                "state",
                "cycle.no_such_step",
                format!(
                    "A cycle that is {} cannot become {}",
                    self.state.code(),
                    state.code()
                ),
            )
            .remedy("Choose one of the steps offered on the cycle's page"));
        }
        Ok(Cycle {
            state,
            ..self.clone()
        })
    }

    /// Whether answers may be changed on a day (A02): the cycle collects and its closing day has not passed,
    /// or the organisation was reopened by name.
    pub fn accepts_edits(&self, today: Date, reopened: bool) -> bool {
        reopened || (self.state.collects() && self.dates.opens_on <= today && today <= self.dates.closes_on)
    }
}

/// The cycle that people mean when they name none: the one that collects, else the one that opens last.
pub fn current(cycles: &[Cycle]) -> Option<&Cycle> {
    let latest = |wanted: fn(&Cycle) -> bool| {
        cycles
            .iter()
            .filter(|cycle| wanted(cycle))
            .max_by_key(|cycle| cycle.dates.opens_on)
    };
    latest(|cycle| cycle.state.collects()).or_else(|| latest(|_| true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn cycle_of_2009() -> Cycle {
        Cycle {
            id: CycleId(Uuid::from_u128(1)),
            key: CycleKey::parse("2009-10").unwrap(),
            name: "Children's Services Mapping 2009/10".to_owned(),
            financial_year: "2009/10".to_owned(),
            state: CycleState::Open,
            dates: KeyDates {
                opens_on: date(2009, 11, 1),
                checking_on: date(2010, 1, 4),
                closes_on: date(2010, 2, 28),
                publishes_on: date(2010, 4, 20),
                census_on: date(2009, 11, 30),
            },
            questionnaire: QuestionnaireId(Uuid::from_u128(2)),
        }
    }

    /// A02: opening on 1 November 2009 and closing on 28 February 2010 is 120 days.
    #[test]
    fn the_cycle_of_2009_is_open_for_120_days() {
        assert_eq!(cycle_of_2009().dates.days_open(), 120);
    }

    /// A02: an edit on 1 March is refused unless reopened by a named administrator.
    #[test]
    fn the_day_after_closing_needs_a_reopening() {
        let cycle = cycle_of_2009();
        assert!(cycle.accepts_edits(date(2010, 2, 28), false));
        assert!(!cycle.accepts_edits(date(2010, 3, 1), false));
        assert!(cycle.accepts_edits(date(2010, 3, 1), true));
    }

    #[test]
    fn a_new_cycle_is_planned_or_refused_with_every_reason() {
        let of_2009 = cycle_of_2009();
        let new = NewCycle {
            key: of_2009.key.clone(),
            name: of_2009.name.clone(),
            financial_year: of_2009.financial_year.clone(),
            dates: of_2009.dates.clone(),
            questionnaire: of_2009.questionnaire,
        };
        assert_eq!(new.clone().plan(of_2009.id).unwrap().state, CycleState::Planned);
        let mut wrong = new;
        wrong.name = " ".to_owned();
        wrong.financial_year = "2009/11".to_owned();
        wrong.dates.publishes_on = date(2009, 1, 1);
        let places: Vec<String> = wrong
            .plan(of_2009.id)
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.place)
            .collect();
        assert_eq!(places, ["name", "financial_year", "publishes_on"]);
    }

    #[test]
    fn a_financial_year_is_a_year_and_the_next() {
        assert!(is_financial_year("2026/27") && is_financial_year("1999/00"));
        for text in ["", "2026", "2026/28", "26/27", "2026-27", "20x6/27"] {
            assert!(!is_financial_year(text), "{text:?} was accepted");
        }
    }

    #[test]
    fn dates_out_of_order_are_named() {
        let mut dates = cycle_of_2009().dates;
        dates.closes_on = date(2009, 12, 1);
        let places: Vec<String> = dates.check().into_iter().map(|problem| problem.place).collect();
        assert_eq!(places, ["closes_on"]);
    }

    #[test]
    fn a_published_cycle_does_not_open_again() {
        let published = Cycle {
            state: CycleState::Published,
            ..cycle_of_2009()
        };
        assert_eq!(
            published.move_to(CycleState::Open).unwrap_err().code,
            "cycle.no_such_step"
        );
    }

    #[test]
    fn the_cycle_that_collects_is_the_current_one() {
        let closed = Cycle {
            state: CycleState::Closed,
            ..cycle_of_2009()
        };
        let mut planned = Cycle {
            state: CycleState::Planned,
            ..cycle_of_2009()
        };
        planned.dates.opens_on = date(2010, 11, 1);
        let open = cycle_of_2009();
        let all = [closed.clone(), planned.clone(), open.clone()];
        assert_eq!(current(&all), Some(&open));
        assert_eq!(current(&[closed, planned.clone()]), Some(&planned));
        assert_eq!(current(&[]), None);
    }
}
