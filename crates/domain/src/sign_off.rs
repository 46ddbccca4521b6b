//! Sealing an organisation's returns: declaration, content hash, revision (A11).

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::access::Permit;
use crate::ids::{ParticipationId, PersonId, ServiceId, SignOffId};
use crate::participations::{Participation, ParticipationState};
use crate::problem::Problem;
use crate::roles::Right;

/// The words that a mapping lead puts their name to.
pub const DECLARATION: &str = "I have checked these returns. To the best of my knowledge they are complete \
and right for my organisation on the dates that the questionnaire names.";

/// One service's return as it is about to be sealed.
#[derive(Debug, Clone)]
pub struct ToSeal {
    /// Which service.
    pub service: ServiceId,
    /// Its name, to say where something is missing.
    pub name: String,
    /// The answers that apply, in canonical order: path and value.
    pub answers: Vec<(String, String)>,
    /// What stops a sign-off: each a question's label and what is wrong with it.
    pub missing: Vec<String>,
}

/// A sealed revision: who declared it, when, and the hash of what was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// Its identity.
    pub id: SignOffId,
    /// Whose part in which cycle.
    pub participation: ParticipationId,
    /// 1 for the first, one more after each reopening.
    pub revision: i64,
    /// SHA-256 of the sealed content, in lower-case hexadecimal; see [`content_hash`].
    pub content_hash: String,
    /// The words declared.
    pub declaration: String,
    /// Who declared.
    pub person: PersonId,
    /// Their name at the time; stays when the lead is replaced (A03).
    pub person_name: String,
    /// When.
    pub at: Timestamp,
    /// How many services it seals.
    pub service_count: i64,
}

#[derive(Serialize)]
struct HashedService<'a> {
    service: String,
    answers: &'a [(String, String)],
}

/// The hash of what is sealed: SHA-256 over the JSON list of services in the order of their ids, each with its
/// answers in the order of their paths. The same answers give the same hash on either database.
pub fn content_hash(returns: &[ToSeal]) -> String {
    let mut ordered: Vec<&ToSeal> = returns.iter().collect();
    ordered.sort_by_key(|sealed| sealed.service);
    let mut hasher = Sha256::new();
    for sealed in ordered {
        let mut answers = sealed.answers.clone();
        answers.sort();
        let line = HashedService {
            service: sealed.service.to_string(),
            answers: &answers,
        };
        // A struct of strings always serialises.
        hasher.update(serde_json::to_vec(&line).unwrap_or_default());
        hasher.update(b"\n");
    }
    let digest = hasher.finalize();
    let mut text = String::with_capacity(64);
    for byte in digest {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    text
}

/// What stops an organisation from signing off now; empty when nothing does.
pub fn obstacles(participation: &Participation, returns: &[ToSeal]) -> Vec<Problem> {
    let mut problems = Vec::new();
    match participation.state {
        ParticipationState::SignedOff => problems.push(
            Problem::at(
                "organisation",
                "sign_off.already",
                "These returns are already signed off",
            )
            .remedy("Ask the national team to reopen them if something must change"),
        ),
        ParticipationState::Declined => problems.push(Problem::at(
            "organisation",
            "sign_off.declined",
            "This organisation has declined to take part",
        )),
        ParticipationState::InArms => problems.push(Problem::at(
            "organisation",
            "sign_off.in_arms",
            "This organisation's two arms sign off, each for itself",
        )),
        _ => {}
    }
    if returns.is_empty() {
        problems.push(
            Problem::at("services", "sign_off.no_services", "No service has been added")
                .remedy("Add at least one service, or tell the national team that you decline"),
        );
    }
    for sealed in returns {
        for missing in &sealed.missing {
            problems.push(
                Problem::at(
                    format!("service/{}", sealed.service),
                    "sign_off.incomplete",
                    format!("{}: {missing}", sealed.name),
                )
                .remedy("Open the service and answer the question"),
            );
        }
    }
    problems
}

/// Seals an organisation's returns (A11): refused with every reason while something required is missing.
pub fn sign_off(
    participation: &Participation,
    returns: &[ToSeal],
    permit: &Permit,
    id: SignOffId,
    at: Timestamp,
) -> Result<(Participation, SignOff), Vec<Problem>> {
    let mut problems = obstacles(participation, returns);
    if permit.right() != Right::SignOff {
        problems.push(Problem::at(
            "declaration",
            "sign_off.not_the_lead",
            "Only the mapping lead may sign off",
        ));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let sealed = SignOff {
        id,
        participation: participation.id,
        revision: participation.revision,
        content_hash: content_hash(returns),
        declaration: DECLARATION.to_owned(),
        person: permit.person(),
        person_name: permit.name().to_owned(),
        at,
        service_count: returns.len() as i64,
    };
    let participation = Participation {
        state: ParticipationState::SignedOff,
        ..participation.clone()
    };
    Ok((participation, sealed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn service(number: u128, value: &str) -> ToSeal {
        ToSeal {
            service: ServiceId(Uuid::from_u128(number)),
            name: format!("Service {number}"),
            answers: vec![
                ("/data/name".to_owned(), value.to_owned()),
                ("/data/cost".to_owned(), "1.50".to_owned()),
            ],
            missing: Vec::new(),
        }
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_reading() {
        let mut turned = service(2, "b");
        turned.answers.reverse();
        assert_eq!(
            content_hash(&[service(1, "a"), service(2, "b")]),
            content_hash(&[turned, service(1, "a")])
        );
    }

    #[test]
    fn a_changed_answer_changes_the_hash() {
        assert_ne!(content_hash(&[service(1, "a")]), content_hash(&[service(1, "b")]));
    }

    #[test]
    fn each_missing_answer_is_named_with_its_service() {
        let mut incomplete = service(4, "x");
        incomplete.missing.push("Total cost is not answered".to_owned());
        let participation = Participation {
            id: ParticipationId(Uuid::from_u128(1)),
            cycle: crate::ids::CycleId(Uuid::from_u128(1)),
            organisation: crate::ids::OrganisationId(Uuid::from_u128(1)),
            state: ParticipationState::Collecting,
            revision: 1,
            reason: String::new(),
        };
        let problems = obstacles(&participation, &[service(3, "y"), incomplete]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, "Service 4: Total cost is not answered");
    }
}
