//! The naming of a mapping lead, and who led before (A03).

use jiff::Timestamp;

use crate::ids::{NominationId, ParticipationId, PersonId};
use crate::people::Email;
use crate::problem::Problem;

/// Longest name or post, in characters.
pub const TEXT_LIMIT: usize = 120;

/// Somebody named to lead the mapping of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominee {
    /// Their name.
    pub name: String,
    /// Their post, such as "Head of early help".
    pub post: String,
    /// Where the registration link goes.
    pub email: Email,
}

impl Nominee {
    /// Reads what a person typed; refused with everything that is wrong.
    pub fn parse(name: &str, post: &str, email: &str) -> Result<Nominee, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = words(name);
        if name.is_empty() || name.chars().count() > TEXT_LIMIT {
            let message = format!("Enter the lead's full name, in {TEXT_LIMIT} characters or fewer");
            problems.push(Problem::at("name", "nomination.no_name", message));
        }
        let post = words(post);
        if post.is_empty() || post.chars().count() > TEXT_LIMIT {
            let message = format!("Enter the lead's post, in {TEXT_LIMIT} characters or fewer");
            problems.push(Problem::at("post", "nomination.no_post", message));
        }
        match Email::parse(email) {
            Ok(email) if problems.is_empty() => Ok(Nominee { name, post, email }),
            Ok(_) => Err(problems),
            Err(problem) => {
                problems.push(problem);
                Err(problems)
            }
        }
    }
}

/// One line, with single spaces: a name goes into letters and must not bring a line of its own.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How far a nomination is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NominationState {
    /// A link has been sent and not yet used.
    Waiting,
    /// The nominee has registered and leads.
    Registered,
    /// Another nominee took their place, before or after they registered.
    Replaced,
}

impl NominationState {
    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            NominationState::Waiting => "Not yet registered",
            NominationState::Registered => "Registered",
            NominationState::Replaced => "Replaced",
        }
    }
}

/// One naming of a lead; kept for ever, so that who led when can be told (A03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nomination {
    /// Its identity.
    pub id: NominationId,
    /// For whose part in which cycle.
    pub participation: ParticipationId,
    /// Who named the lead; none where the command line did.
    pub nominated_by: Option<PersonId>,
    /// Who is named.
    pub nominee: Nominee,
    /// When.
    pub nominated_at: Timestamp,
    /// When the nominee registered.
    pub registered_at: Option<Timestamp>,
    /// The account with which they registered.
    pub person: Option<PersonId>,
    /// When another nominee took their place.
    pub replaced_at: Option<Timestamp>,
}

impl Nomination {
    /// How far it is.
    pub fn state(&self) -> NominationState {
        if self.replaced_at.is_some() {
            NominationState::Replaced
        } else if self.registered_at.is_some() {
            NominationState::Registered
        } else {
            NominationState::Waiting
        }
    }

    /// Whether the nominee may still register; refused for one who was replaced or has registered already.
    pub fn may_register(&self) -> Result<(), Problem> {
        match self.state() {
            NominationState::Waiting => Ok(()),
            NominationState::Registered => Err(Problem::at(
                "link",
                "nomination.already_registered",
                "This link has already been used to register",
            )
            .remedy("Sign in with your email address and password")),
            NominationState::Replaced => Err(Problem::at(
                "link",
                "nomination.replaced",
                "Somebody else has been nominated since this link was sent",
            )
            .remedy("Ask the national team if you think that this is wrong")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn everything_wrong_with_a_nominee_is_named_at_once() {
        let problems = Nominee::parse(" ", "", "bea").unwrap_err();
        let places: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
        assert_eq!(places, ["name", "post", "email"]);
    }

    #[test]
    fn a_name_cannot_bring_a_line_of_its_own_into_a_letter() {
        let nominee = Nominee::parse("Bea\r\nBcc: eve@example.org", "Head", "bea@example.org").unwrap();
        assert_eq!(nominee.name, "Bea Bcc: eve@example.org");
    }

    /// A03: a replaced nominee cannot come in by the old link.
    #[test]
    fn a_replaced_nominee_may_not_register() {
        let at: Timestamp = "2026-11-02T09:00:00Z".parse().unwrap();
        let waiting = Nomination {
            id: NominationId(Uuid::from_u128(1)),
            participation: ParticipationId(Uuid::from_u128(2)),
            nominated_by: None,
            nominee: Nominee::parse("Bea", "Head", "bea@example.org").unwrap(),
            nominated_at: at,
            registered_at: None,
            person: None,
            replaced_at: None,
        };
        assert!(waiting.may_register().is_ok());
        let replaced = Nomination {
            replaced_at: Some(at),
            ..waiting
        };
        assert_eq!(replaced.may_register().unwrap_err().code, "nomination.replaced");
    }
}
