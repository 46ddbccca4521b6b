//! The tables of states in the documentation say what the types do.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, OrganisationId, ParticipationId, QuestionnaireId, ServiceId};
use domain::participations::{Participation, ParticipationState};
use domain::returns::ReturnState;
use domain::sign_off::{ToSeal, obstacles};
use jiff::civil::date;
use uuid::Uuid;

const CYCLE: &str = include_str!("../../../docs/states/cycle.md");
const RETURN: &str = include_str!("../../../docs/states/return.md");
const PARTICIPATION: &str = include_str!("../../../docs/states/participation.md");

/// The states of a table, each with those that it may become.
fn steps(document: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut steps = BTreeMap::new();
    for line in document.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 7, "five columns: {line}");
        if cells[1] == "state" || cells[1].starts_with('-') {
            continue;
        }
        let to = cells[4].split(',').map(str::trim).filter(|code| !code.is_empty());
        steps.insert(cells[1].to_owned(), to.map(str::to_owned).collect());
    }
    steps
}

fn participation(state: ParticipationState) -> Participation {
    Participation {
        id: ParticipationId(Uuid::from_u128(1)),
        cycle: CycleId(Uuid::from_u128(2)),
        organisation: OrganisationId(Uuid::from_u128(3)),
        state,
        revision: 1,
        reason: String::new(),
    }
}

fn cycle(state: CycleState) -> Cycle {
    Cycle {
        id: CycleId(Uuid::from_u128(2)),
        key: CycleKey::parse("2026-27").unwrap(),
        name: "Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
        state,
        dates: KeyDates {
            opens_on: date(2026, 11, 1),
            checking_on: date(2027, 1, 4),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire: QuestionnaireId(Uuid::from_u128(4)),
    }
}

/// Every state that some deed makes of this one.
fn reached(state: ParticipationState) -> BTreeSet<String> {
    let part = participation(state);
    let mut reached = vec![part.register(), part.set_up(), part.collect()];
    reached.extend(part.nominate());
    reached.extend(part.decline("No capacity"));
    reached.extend(part.invite_again());
    reached.extend(part.hand_to_arms());
    for cycle_state in CycleState::ALL {
        reached.extend(part.reopen(&cycle(cycle_state), "Late figures"));
    }
    let service = ToSeal {
        service: ServiceId(Uuid::from_u128(5)),
        name: "Family hub".to_owned(),
        answers: Vec::new(),
        missing: Vec::new(),
    };
    let mut codes = BTreeSet::new();
    if obstacles(&part, &[service]).is_empty() {
        codes.insert(ParticipationState::SignedOff.code().to_owned());
    }
    for after in reached {
        if after.state != state {
            codes.insert(after.state.code().to_owned());
        }
    }
    codes
}

fn codes(states: &[ParticipationState]) -> BTreeSet<String> {
    states.iter().map(|state| state.code().to_owned()).collect()
}

#[test]
fn the_table_of_a_cycle_is_what_its_states_do() {
    let told = steps(CYCLE);
    assert_eq!(told.len(), CycleState::ALL.len());
    for state in CycleState::ALL {
        let next: BTreeSet<String> = state.next().iter().map(|next| next.code().to_owned()).collect();
        assert_eq!(told.get(state.code()), Some(&next), "{}", state.code());
    }
}

#[test]
fn the_table_of_a_participation_is_what_its_states_do() {
    let told = steps(PARTICIPATION);
    assert_eq!(told.len(), ParticipationState::ALL.len());
    for state in ParticipationState::ALL {
        let next = codes(state.next());
        assert_eq!(told.get(state.code()), Some(&next), "{}", state.code());
    }
}

#[test]
fn every_step_of_a_participation_is_taken_by_some_deed_and_no_deed_takes_another() {
    for state in ParticipationState::ALL {
        assert_eq!(reached(state), codes(state.next()), "{}", state.code());
    }
}

#[test]
fn the_table_of_returns_says_what_the_type_allows() {
    let mut allowed = BTreeMap::new();
    for state in ReturnState::ALL {
        let to = state.next().iter().map(|next| next.code().to_owned()).collect();
        allowed.insert(state.code().to_owned(), to);
    }
    assert_eq!(steps(RETURN), allowed);
}
