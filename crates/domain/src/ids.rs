//! Identifiers: one type per noun, so that a service cannot be looked up with a person's id.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes an identifier type over a UUID of version 7 (sortable by the time it was made).
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(Uuid::parse_str(text)?))
            }
        }
    };
}

id!(
    /// One dated run of the mapping.
    CycleId
);
id!(
    /// One version of a questionnaire.
    QuestionnaireId
);
id!(
    /// A body that takes part: authority, board, trust, charity, or a registered arm of one.
    OrganisationId
);
id!(
    /// A person with an account, or invited to have one.
    PersonId
);
id!(
    /// What families receive; keeps this identity for life, whatever its name or owner (A06).
    ServiceId
);
id!(
    /// An organisation's part in one cycle.
    ParticipationId
);
id!(
    /// One naming of a mapping lead (A03).
    NominationId
);
id!(
    /// One service's answers in one cycle.
    ReturnId
);
id!(
    /// One sealed revision of an organisation's returns.
    SignOffId
);
id!(
    /// A role held by a person over a scope, for a time.
    GrantId
);
id!(
    /// A background job.
    JobId
);
id!(
    /// A letter in the outbox.
    LetterId
);

impl PersonId {
    /// Somebody, or none where the id is the machine's own (see [`crate::access::Actor::machine`]).
    pub fn of_somebody(self) -> Option<PersonId> {
        if self.0.is_nil() { None } else { Some(self) }
    }
}
