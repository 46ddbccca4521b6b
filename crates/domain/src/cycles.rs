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
        if sound {
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

impl Cycle {
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
}
