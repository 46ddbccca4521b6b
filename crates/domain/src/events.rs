//! What happened, by whom: the audit, and what follow-ups start from.

use serde_json::Value;

use crate::ids::{CycleId, OrganisationId, PersonId, ReturnId, ServiceId};

/// Something that happened, as `noun.past`. Holds ids and codes only, never names, addresses or answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Such as `return.saved` or `participation.signed_off`; stable.
    pub kind: &'static str,
    /// Who did it; none for the machine itself or for somebody not signed in.
    pub person: Option<PersonId>,
    /// In which cycle.
    pub cycle: Option<CycleId>,
    /// To which organisation.
    pub organisation: Option<OrganisationId>,
    /// To which service.
    pub service: Option<ServiceId>,
    /// To which return.
    pub subject_return: Option<ReturnId>,
    /// Further ids, codes and counts.
    pub detail: Value,
}

impl Event {
    /// An event of a kind, by a person where there is one.
    pub fn new(kind: &'static str, person: Option<PersonId>) -> Self {
        Self {
            kind,
            person: person.and_then(PersonId::of_somebody),
            cycle: None,
            organisation: None,
            service: None,
            subject_return: None,
            detail: Value::Object(serde_json::Map::new()),
        }
    }

    /// Names the cycle.
    #[must_use]
    pub fn cycle(mut self, id: CycleId) -> Self {
        self.cycle = Some(id);
        self
    }

    /// Names the organisation.
    #[must_use]
    pub fn organisation(mut self, id: OrganisationId) -> Self {
        self.organisation = Some(id);
        self
    }

    /// Names the service.
    #[must_use]
    pub fn service(mut self, id: ServiceId) -> Self {
        self.service = Some(id);
        self
    }

    /// Names the return.
    #[must_use]
    pub fn subject_return(mut self, id: ReturnId) -> Self {
        self.subject_return = Some(id);
        self
    }

    /// Adds ids, codes or counts.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}
