//! An organisation's part in one cycle (A01, A03). See `docs/states/participation.md`.

use serde::{Deserialize, Serialize};

use crate::cycles::Cycle;
use crate::ids::{CycleId, OrganisationId, ParticipationId};
use crate::problem::Problem;

/// How far an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticipationState {
    /// Asked to take part; nobody has registered.
    Invited,
    /// A lead is nominated and has been sent a link.
    Nominated,
    /// The mapping lead has registered.
    Registered,
    /// At least one service is listed.
    SetUp,
    /// At least one answer has been given.
    Collecting,
    /// Everything is declared complete and sealed.
    SignedOff,
    /// Opened again by the national team after a sign-off or after closing.
    Reopened,
    /// Does not take part this time; stays in every denominator (A01).
    Declined,
    /// Registers as a commissioning and a providing arm, which are counted in its place (A04).
    InArms,
}

impl ParticipationState {
    /// Every state, in the order in which they are listed.
    pub const ALL: [ParticipationState; 9] = [
        ParticipationState::Invited,
        ParticipationState::Nominated,
        ParticipationState::Registered,
        ParticipationState::SetUp,
        ParticipationState::Collecting,
        ParticipationState::SignedOff,
        ParticipationState::Reopened,
        ParticipationState::Declined,
        ParticipationState::InArms,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            ParticipationState::Invited => "invited",
            ParticipationState::Nominated => "nominated",
            ParticipationState::Registered => "registered",
            ParticipationState::SetUp => "set_up",
            ParticipationState::Collecting => "collecting",
            ParticipationState::SignedOff => "signed_off",
            ParticipationState::Reopened => "reopened",
            ParticipationState::Declined => "declined",
            ParticipationState::InArms => "in_arms",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            ParticipationState::Invited => "Invited",
            ParticipationState::Nominated => "Lead nominated",
            ParticipationState::Registered => "Registered",
            ParticipationState::SetUp => "Set up",
            ParticipationState::Collecting => "Collecting",
            ParticipationState::SignedOff => "Signed off",
            ParticipationState::Reopened => "Reopened",
            ParticipationState::Declined => "Declined",
            ParticipationState::InArms => "In two arms",
        }
    }

    /// Where the state may go next, by whatever is done; the table in `docs/states/participation.md`.
    pub fn next(self) -> &'static [ParticipationState] {
        use ParticipationState::{
            Collecting, Declined, InArms, Invited, Nominated, Registered, Reopened, SetUp, SignedOff,
        };
        match self {
            Invited => &[
                Nominated, Registered, SetUp, Collecting, SignedOff, Declined, InArms,
            ],
            Nominated => &[Registered, SetUp, Collecting, SignedOff, Declined, InArms],
            Registered => &[SetUp, Collecting, SignedOff, Reopened, Declined],
            SetUp => &[Collecting, SignedOff, Reopened, Declined],
            Collecting => &[SignedOff, Reopened, Declined],
            SignedOff => &[Reopened],
            Reopened => &[SignedOff, Declined],
            Declined => &[Invited],
            InArms => &[],
        }
    }

    /// Whether it is one of the organisations that were asked: all but those whose arms are asked instead, so
    /// that a refusal counts (A01) and nobody counts twice (A04).
    pub fn is_asked(self) -> bool {
        self != ParticipationState::InArms
    }

    /// Whether the organisation has said yes: a lead has registered, or more.
    pub fn takes_part(self) -> bool {
        matches!(
            self,
            ParticipationState::Registered
                | ParticipationState::SetUp
                | ParticipationState::Collecting
                | ParticipationState::SignedOff
                | ParticipationState::Reopened
        )
    }
}

/// An organisation's part in one cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// Its identity.
    pub id: ParticipationId,
    /// In which cycle.
    pub cycle: CycleId,
    /// Whose.
    pub organisation: OrganisationId,
    /// How far.
    pub state: ParticipationState,
    /// The revision being worked on: 1 until a reopening, then one more each time.
    pub revision: i64,
    /// Why it declined, or why it was reopened.
    pub reason: String,
}

impl Participation {
    /// The nomination of a lead; refused while the organisation has declined or is
    /// mapped by its arms.
    pub fn nominate(&self) -> Result<Participation, Problem> {
        match self.state {
            ParticipationState::Declined => Err(Problem::at(
                "organisation",
                "participation.declined",
                "This organisation has declined to take part",
            )
            .remedy("Invite it again before you nominate a lead")),
            ParticipationState::InArms => Err(in_arms()),
            // Later leads replace earlier ones without moving the organisation back (A03).
            ParticipationState::Invited => Ok(self.in_state(ParticipationState::Nominated)),
            _ => Ok(self.clone()),
        }
    }

    /// The lead has registered.
    #[must_use]
    pub fn register(&self) -> Participation {
        match self.state {
            ParticipationState::Invited | ParticipationState::Nominated => {
                self.in_state(ParticipationState::Registered)
            }
            _ => self.clone(),
        }
    }

    /// A service has been listed.
    #[must_use]
    pub fn set_up(&self) -> Participation {
        match self.state {
            ParticipationState::Invited | ParticipationState::Nominated | ParticipationState::Registered => {
                self.in_state(ParticipationState::SetUp)
            }
            _ => self.clone(),
        }
    }

    /// An answer has been given.
    #[must_use]
    pub fn collect(&self) -> Participation {
        match self.state {
            ParticipationState::SignedOff
            | ParticipationState::Reopened
            | ParticipationState::Declined
            | ParticipationState::InArms => self.clone(),
            _ => self.in_state(ParticipationState::Collecting),
        }
    }

    /// The organisation does not take part, with a reason; refused once it has signed off.
    pub fn decline(&self, reason: &str) -> Result<Participation, Problem> {
        if reason.trim().is_empty() {
            return Err(Problem::at(
                "reason",
                "participation.no_reason",
                "Enter why the organisation declined",
            ));
        }
        if self.state == ParticipationState::InArms {
            return Err(in_arms());
        }
        if self.state == ParticipationState::SignedOff {
            return Err(Problem::at(
                "organisation",
                "participation.signed_off",
                "This organisation has signed off and cannot decline",
            ));
        }
        Ok(Participation {
            reason: reason.trim().to_owned(),
            ..self.in_state(ParticipationState::Declined)
        })
    }

    /// A declined organisation is asked again.
    pub fn invite_again(&self) -> Result<Participation, Problem> {
        if self.state != ParticipationState::Declined {
            return Err(Problem::at(
                "organisation",
                "participation.not_declined",
                "This organisation has already been invited",
            ));
        }
        Ok(Participation {
            reason: String::new(),
            ..self.in_state(ParticipationState::Invited)
        })
    }

    /// The national team opens a sealed or closed organisation again, with a reason (A02, A11).
    /// After a sign-off this starts the next revision; the sealed one stays and is still cited.
    pub fn reopen(&self, cycle: &Cycle, reason: &str) -> Result<Participation, Problem> {
        if reason.trim().is_empty() {
            return Err(Problem::at(
                "reason",
                "participation.no_reason",
                "Enter why you are reopening",
            ));
        }
        let sealed = self.state == ParticipationState::SignedOff;
        let closed_to_it = self.state.takes_part() && !cycle.state.collects();
        if !sealed && !closed_to_it {
            return Err(Problem::at(
                "organisation",
                "participation.already_open",
                "This organisation can already change its answers",
            ));
        }
        let revision = if sealed { self.revision + 1 } else { self.revision };
        Ok(Participation {
            revision,
            reason: reason.trim().to_owned(),
            ..self.in_state(ParticipationState::Reopened)
        })
    }

    /// The organisation's two arms take part in its place (A04); refused once a lead has registered for the
    /// whole, because what that lead has entered would belong to neither arm.
    pub fn hand_to_arms(&self) -> Result<Participation, Problem> {
        match self.state {
            ParticipationState::Invited | ParticipationState::Nominated => {
                Ok(self.in_state(ParticipationState::InArms))
            }
            ParticipationState::InArms => Err(in_arms()),
            _ => Err(Problem::at(
                "organisation",
                "participation.begun_as_one",
                "This organisation has already answered the invitation as one body",
            )
            .remedy("Register its arms apart in the next cycle")),
        }
    }

    fn in_state(&self, state: ParticipationState) -> Participation {
        Participation {
            state,
            ..self.clone()
        }
    }
}

fn in_arms() -> Problem {
    Problem::at(
        "organisation",
        "participation.in_arms",
        "This organisation takes part as a commissioning and a providing arm",
    )
    .remedy("Open one of its two arms instead")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn trust(state: ParticipationState) -> Participation {
        Participation {
            id: ParticipationId(Uuid::from_u128(1)),
            cycle: CycleId(Uuid::from_u128(2)),
            organisation: OrganisationId(Uuid::from_u128(3)),
            state,
            revision: 1,
            reason: String::new(),
        }
    }

    /// A01: participation goes invited → registered → set up → collecting.
    #[test]
    fn an_organisation_moves_on_with_what_it_does() {
        let nominated = trust(ParticipationState::Invited).nominate().unwrap();
        let states = [
            nominated.state,
            nominated.register().state,
            nominated.register().set_up().state,
        ];
        assert_eq!(
            states,
            [
                ParticipationState::Nominated,
                ParticipationState::Registered,
                ParticipationState::SetUp
            ]
        );
        assert_eq!(
            nominated.register().set_up().collect().state,
            ParticipationState::Collecting
        );
    }

    #[test]
    fn declining_needs_a_reason() {
        assert_eq!(
            trust(ParticipationState::Invited).decline("  ").unwrap_err().code,
            "participation.no_reason"
        );
    }

    #[test]
    fn a_declined_organisation_is_invited_again_before_a_lead_is_nominated() {
        let declined = trust(ParticipationState::Invited)
            .decline("No capacity this year")
            .unwrap();
        assert_eq!(declined.nominate().unwrap_err().code, "participation.declined");
        assert_eq!(
            declined.invite_again().unwrap().state,
            ParticipationState::Invited
        );
    }

    #[test]
    fn answers_do_not_move_a_sealed_organisation() {
        assert_eq!(
            trust(ParticipationState::SignedOff).collect().state,
            ParticipationState::SignedOff
        );
    }
}
