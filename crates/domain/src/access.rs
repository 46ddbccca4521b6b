//! Who may do what: an actor holds grants, a target lies within a scope, and only this file makes a permit.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::areas::AreaCode;
use crate::ids::{GrantId, OrganisationId, PersonId, ServiceId};
use crate::roles::{Right, Role};

/// How far a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    National,
    /// The organisations of one region.
    Region(AreaCode),
    /// One organisation and its services.
    Organisation(OrganisationId),
    /// One service.
    Service(ServiceId),
}

/// A role over a scope, from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its identity.
    pub id: GrantId,
    /// What the person is.
    pub role: Role,
    /// How far it reaches.
    pub scope: Scope,
    /// First day on which it holds.
    pub from: Date,
    /// First day on which it no longer holds.
    pub to: Option<Date>,
}

impl Grant {
    /// Whether the grant holds on a day; the interval is half-open.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// What somebody wants to act upon, with everything needed to see which scopes cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The country as a whole.
    Nation,
    /// One organisation, in its region where it has one.
    Organisation {
        /// Which.
        id: OrganisationId,
        /// Where.
        region: Option<AreaCode>,
    },
    /// One service of one organisation.
    Service {
        /// Which.
        id: ServiceId,
        /// Whose.
        organisation: OrganisationId,
        /// Where.
        region: Option<AreaCode>,
    },
}

impl Scope {
    /// Whether the target lies within the scope.
    pub fn covers(&self, target: &Target) -> bool {
        match (self, target) {
            (Scope::National, _) => true,
            (Scope::Region(mine), Target::Organisation { region, .. } | Target::Service { region, .. }) => {
                region.as_ref() == Some(mine)
            }
            (Scope::Organisation(mine), Target::Organisation { id, .. }) => mine == id,
            (Scope::Organisation(mine), Target::Service { organisation, .. }) => mine == organisation,
            (Scope::Service(mine), Target::Service { id, .. }) => mine == id,
            _ => false,
        }
    }
}

/// Which regions' organisations a list may show to somebody; only [`Actor::regions_with`] answers it for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// Every organisation, those without a region included.
    All,
    /// The organisations of these regions; none where there are none.
    Only(Vec<AreaCode>),
}

impl Regions {
    /// Whether no organisation at all may be shown.
    pub fn is_empty(&self) -> bool {
        matches!(self, Regions::Only(regions) if regions.is_empty())
    }
}

/// Somebody who has signed in, with the grants that hold today.
#[derive(Debug, Clone)]
pub struct Actor {
    person: PersonId,
    name: String,
    grants: Vec<Grant>,
}

impl Actor {
    /// An actor, with the grants that hold on the day; others are left out.
    pub fn new(person: PersonId, name: String, grants: Vec<Grant>, today: Date) -> Self {
        let grants = grants.into_iter().filter(|grant| grant.holds_on(today)).collect();
        Self { person, name, grants }
    }

    /// The machine itself, for the command line and timers only: whoever may run the program on the machine may
    /// do what the national team, an administrator and a deputy may, everywhere. It declares nothing in
    /// anybody's name: it cannot sign off. Its events record no person.
    pub fn machine() -> Self {
        let grant = |role| Grant {
            id: GrantId(Uuid::nil()),
            role,
            scope: Scope::National,
            from: Date::MIN,
            to: None,
        };
        Self {
            person: PersonId(Uuid::nil()),
            name: "The system".to_owned(),
            grants: vec![
                grant(Role::NationalTeam),
                grant(Role::Administrator),
                grant(Role::Deputy),
            ],
        }
    }

    /// Who it is.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// Who to keep as the doer: the person, or none for the machine.
    pub fn recorded_person(&self) -> Option<PersonId> {
        self.person.of_somebody()
    }

    /// The name to show on what they do.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The grants that hold.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether the actor holds the right over anything at all; a route may ask this before it knows the target.
    pub fn has_anywhere(&self, right: Right) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role.rights().contains(&right))
    }

    /// Where the actor holds the right over whole regions or more; for lists, which have no single target.
    pub fn regions_with(&self, right: Right) -> Regions {
        let mut regions = Vec::new();
        for grant in &self.grants {
            if !grant.role.rights().contains(&right) {
                continue;
            }
            match &grant.scope {
                Scope::National => return Regions::All,
                Scope::Region(region) => regions.push(region.clone()),
                Scope::Organisation(_) | Scope::Service(_) => {}
            }
        }
        Regions::Only(regions)
    }

    /// Asks for a right over a target.
    pub fn may(&self, right: Right, target: &Target) -> Result<Permit, Denied> {
        for grant in &self.grants {
            if grant.role.rights().contains(&right) && grant.scope.covers(target) {
                return Ok(Permit {
                    right,
                    person: self.person,
                    name: self.name.clone(),
                    role: grant.role,
                });
            }
        }
        Err(Denied { right })
    }
}

/// Proof that somebody may do something; only [`Actor::may`] makes one.
#[derive(Debug, Clone)]
pub struct Permit {
    right: Right,
    person: PersonId,
    name: String,
    role: Role,
}

impl Permit {
    /// The right that was asked for.
    pub fn right(&self) -> Right {
        self.right
    }

    /// Who holds it.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// Who to keep as the doer in rows that point to a person: none for the machine, which is nobody.
    pub fn recorded_person(&self) -> Option<PersonId> {
        self.person.of_somebody()
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role by which it is held.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// The person may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not allowed: {right:?}")]
pub struct Denied {
    /// What was asked for.
    pub right: Right,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn organisation(number: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(number))
    }

    fn bea(scope: Scope, role: Role) -> Actor {
        let grant = Grant {
            id: GrantId(Uuid::from_u128(9)),
            role,
            scope,
            from: date(2026, 10, 1),
            to: Some(date(2027, 3, 1)),
        };
        Actor::new(
            PersonId(Uuid::from_u128(1)),
            "Bea".to_owned(),
            vec![grant],
            date(2026, 11, 22),
        )
    }

    fn target(number: u128) -> Target {
        Target::Organisation {
            id: organisation(number),
            region: Some(AreaCode::new("E12000002")),
        }
    }

    /// A03: after registering, the lead sees one organisation and no other.
    #[test]
    fn a_mapping_lead_sees_one_organisation() {
        let bea = bea(Scope::Organisation(organisation(1)), Role::MappingLead);
        assert!(bea.may(Right::SignOff, &target(1)).is_ok());
        assert!(bea.may(Right::SignOff, &target(2)).is_err());
        assert!(bea.may(Right::ManageCycles, &Target::Nation).is_err());
    }

    #[test]
    fn a_grant_holds_from_its_first_day_until_the_day_before_its_end() {
        let actor = |day| {
            let grant = bea(Scope::National, Role::NationalTeam).grants()[0].clone();
            Actor::new(PersonId(Uuid::from_u128(1)), "Bea".to_owned(), vec![grant], day)
        };
        assert!(actor(date(2026, 9, 30)).grants().is_empty());
        assert_eq!(actor(date(2026, 10, 1)).grants().len(), 1);
        assert_eq!(actor(date(2027, 2, 28)).grants().len(), 1);
        assert!(actor(date(2027, 3, 1)).grants().is_empty());
    }

    #[test]
    fn a_regional_worker_sees_the_region_but_edits_nothing() {
        let ruth = bea(
            Scope::Region(AreaCode::new("E12000002")),
            Role::RegionalSupportWorker,
        );
        assert!(ruth.may(Right::SeeOrganisation, &target(7)).is_ok());
        assert!(ruth.may(Right::EditReturn, &target(7)).is_err());
        let elsewhere = Target::Organisation {
            id: organisation(7),
            region: Some(AreaCode::new("E12000001")),
        };
        assert!(ruth.may(Right::SeeOrganisation, &elsewhere).is_err());
        assert_eq!(
            ruth.regions_with(Right::SeeProgress),
            Regions::Only(vec![AreaCode::new("E12000002")])
        );
        assert!(ruth.regions_with(Right::ManageParticipations).is_empty());
    }

    #[test]
    fn a_service_manager_opens_one_service_only() {
        let service = ServiceId(Uuid::from_u128(5));
        let carl = bea(Scope::Service(service), Role::ServiceManager);
        let of = |id| Target::Service {
            id,
            organisation: organisation(1),
            region: None,
        };
        assert!(carl.may(Right::EditReturn, &of(service)).is_ok());
        assert!(
            carl.may(Right::EditReturn, &of(ServiceId(Uuid::from_u128(6))))
                .is_err()
        );
        assert!(carl.may(Right::SeeReturn, &target(1)).is_err());
    }

    /// A11: a sign-off is a person's declaration.
    #[test]
    fn the_machine_may_import_but_not_sign_off_and_is_nobody() {
        let machine = Actor::machine();
        let permit = machine.may(Right::SetUpServices, &target(1)).unwrap();
        assert_eq!(permit.recorded_person(), None);
        assert!(machine.may(Right::ManageCycles, &Target::Nation).is_ok());
        assert!(machine.may(Right::SignOff, &target(1)).is_err());
    }
}
