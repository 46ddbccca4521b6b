//! The bodies that take part.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::Target;
use crate::areas::AreaCode;
use crate::ids::OrganisationId;
use crate::problem::Problem;

/// What sort of body an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// Council with children's services.
    LocalAuthority,
    /// Integrated care board: plans and buys health services.
    IntegratedCareBoard,
    /// NHS trust or foundation trust.
    NhsTrust,
    /// Primary care trust (to 2013).
    PrimaryCareTrust,
    /// Charity, community group or social enterprise.
    Voluntary,
    /// Company.
    Independent,
    /// Any other body.
    Other,
}

impl OrganisationKind {
    /// Every kind, in the order of the lists.
    pub const ALL: [OrganisationKind; 7] = [
        OrganisationKind::LocalAuthority,
        OrganisationKind::IntegratedCareBoard,
        OrganisationKind::NhsTrust,
        OrganisationKind::PrimaryCareTrust,
        OrganisationKind::Voluntary,
        OrganisationKind::Independent,
        OrganisationKind::Other,
    ];

    /// The code kept in files and the database.
    pub fn code(self) -> &'static str {
        match self {
            OrganisationKind::LocalAuthority => "local_authority",
            OrganisationKind::IntegratedCareBoard => "integrated_care_board",
            OrganisationKind::NhsTrust => "nhs_trust",
            OrganisationKind::PrimaryCareTrust => "primary_care_trust",
            OrganisationKind::Voluntary => "voluntary",
            OrganisationKind::Independent => "independent",
            OrganisationKind::Other => "other",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            OrganisationKind::LocalAuthority => "Local authority",
            OrganisationKind::IntegratedCareBoard => "Integrated care board",
            OrganisationKind::NhsTrust => "NHS trust",
            OrganisationKind::PrimaryCareTrust => "Primary care trust",
            OrganisationKind::Voluntary => "Voluntary organisation",
            OrganisationKind::Independent => "Independent provider",
            OrganisationKind::Other => "Other organisation",
        }
    }

    /// Whether the commissioning and the providing side of such a body may register apart (A04).
    pub fn may_have_arms(self) -> bool {
        matches!(
            self,
            OrganisationKind::PrimaryCareTrust
                | OrganisationKind::IntegratedCareBoard
                | OrganisationKind::LocalAuthority
        )
    }
}

/// One side of a body that both buys and provides (A04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Plans and buys.
    Commissioning,
    /// Provides.
    Providing,
}

impl Arm {
    /// Both arms.
    pub const ALL: [Arm; 2] = [Arm::Commissioning, Arm::Providing];

    /// The code kept in the database, also the ending of the arm's organisation code.
    pub fn code(self) -> &'static str {
        match self {
            Arm::Commissioning => "commissioning",
            Arm::Providing => "providing",
        }
    }

    /// The arm with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|arm| arm.code() == code)
    }
}

/// A body that takes part in the mapping, with the years for which it exists: `[valid_from, valid_to)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identity.
    pub id: OrganisationId,
    /// Its public code: GSS for authorities, ODS for the NHS; an arm adds `-commissioning` or `-providing`.
    pub code: String,
    /// Which register the code is from: `gss`, `ods`, or `own`.
    pub code_scheme: String,
    /// Its official name.
    pub name: String,
    /// What sort of body.
    pub kind: OrganisationKind,
    /// The region it counts in.
    pub region: Option<AreaCode>,
    /// The area it answers for, where there is one.
    pub area: Option<AreaCode>,
    /// The body that this is an arm of.
    pub parent: Option<OrganisationId>,
    /// Which arm.
    pub arm: Option<Arm>,
    /// First day of its existence, where known.
    pub valid_from: Option<Date>,
    /// First day on which it no longer exists.
    pub valid_to: Option<Date>,
    /// Where the row comes from.
    pub source: String,
}

/// A body as a register lists it: what a reference file says before it has an identity here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOrganisation {
    /// Its public code.
    pub code: String,
    /// Which register the code is from: `gss`, `ods`, or `own`.
    pub code_scheme: String,
    /// Its official name.
    pub name: String,
    /// What sort of body.
    pub kind: OrganisationKind,
    /// The region it counts in.
    pub region: Option<AreaCode>,
    /// The area it answers for, where there is one.
    pub area: Option<AreaCode>,
    /// First day of its existence, where known.
    pub valid_from: Option<Date>,
    /// First day on which it no longer exists.
    pub valid_to: Option<Date>,
    /// Where the row comes from.
    pub source: String,
}

impl ListedOrganisation {
    /// The body under an identity; whether it is an arm of another is not the register's to say.
    pub fn identified(self, id: OrganisationId) -> Organisation {
        Organisation {
            id,
            code: self.code,
            code_scheme: self.code_scheme,
            name: self.name,
            kind: self.kind,
            region: self.region,
            area: self.area,
            parent: None,
            arm: None,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            source: self.source,
        }
    }
}

/// Which of all organisations are asked to a cycle that opens on a day: those of the kinds (any, where none is
/// named) that exist on it (A01); a body that registered its arms apart is asked through them (A04).
pub fn to_invite(
    organisations: &[Organisation],
    kinds: &[OrganisationKind],
    opens_on: Date,
) -> Vec<OrganisationId> {
    let bodies_in_arms: BTreeSet<OrganisationId> = organisations
        .iter()
        .filter_map(|organisation| organisation.parent)
        .collect();
    let mut asked = Vec::new();
    for organisation in organisations {
        let is_of_kind = kinds.is_empty() || kinds.contains(&organisation.kind);
        let is_whole = !bodies_in_arms.contains(&organisation.id);
        if is_of_kind && is_whole && organisation.exists_on(opens_on) {
            asked.push(organisation.id);
        }
    }
    asked
}

impl Organisation {
    /// One arm of the body, to register and be mapped apart (A04): its code adds the arm's, its name says which
    /// side it is. Refused for a body of a kind that does not both buy and provide, and for an arm.
    pub fn arm(&self, arm: Arm, id: OrganisationId) -> Result<Organisation, Problem> {
        if !self.kind.may_have_arms() || self.parent.is_some() {
            return Err(Problem::at(
                "organisation",
                "organisation.no_arms",
                "This organisation cannot register its commissioning and providing sides apart",
            ));
        }
        Ok(Organisation {
            id,
            code: format!("{}-{}", self.code, arm.code()),
            code_scheme: "own".to_owned(),
            name: format!("{} ({})", self.name, arm.code()),
            parent: Some(self.id),
            arm: Some(arm),
            source: format!("Arm of {}", self.code),
            ..self.clone()
        })
    }

    /// The organisation as something to act upon.
    pub fn target(&self) -> Target {
        Target::Organisation {
            id: self.id,
            region: self.region.clone(),
        }
    }

    /// Whether the body exists on a day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn organisation(kind: OrganisationKind) -> Organisation {
        ListedOrganisation {
            code: "5QF".to_owned(),
            code_scheme: "ods".to_owned(),
            name: "Urbanham Primary Care Trust".to_owned(),
            kind,
            region: Some(AreaCode::new("E12000002")),
            area: None,
            valid_from: None,
            valid_to: None,
            source: "register".to_owned(),
        }
        .identified(OrganisationId(Uuid::from_u128(1)))
    }

    /// A04: the arms of one trust keep its region and say which side they are.
    #[test]
    fn an_arm_counts_in_the_region_of_its_body() {
        let body = organisation(OrganisationKind::PrimaryCareTrust);
        let arm = body
            .arm(Arm::Providing, OrganisationId(Uuid::from_u128(2)))
            .unwrap();
        assert_eq!(arm.code, "5QF-providing");
        assert_eq!(arm.name, "Urbanham Primary Care Trust (providing)");
        assert_eq!((arm.parent, arm.region), (Some(body.id), body.region));
    }

    /// A01, A04: a closed body is not asked, and a body in arms is asked through them.
    #[test]
    fn those_asked_exist_on_the_opening_day_and_count_once() {
        let whole = organisation(OrganisationKind::PrimaryCareTrust);
        let arm = whole
            .arm(Arm::Providing, OrganisationId(Uuid::from_u128(2)))
            .unwrap();
        let closed = Organisation {
            id: OrganisationId(Uuid::from_u128(3)),
            valid_to: Some(date(2026, 11, 1)),
            ..organisation(OrganisationKind::NhsTrust)
        };
        let all = [whole.clone(), arm.clone(), closed.clone()];
        assert_eq!(to_invite(&all, &[], date(2026, 11, 1)), [arm.id]);
        assert_eq!(to_invite(&all, &[], date(2026, 10, 31)), [arm.id, closed.id]);
        assert_eq!(to_invite(&all[..1], &[], date(2026, 11, 1)), [whole.id]);
        let trusts = [OrganisationKind::NhsTrust];
        assert_eq!(to_invite(&all, &trusts, date(2026, 10, 31)), [closed.id]);
    }

    #[test]
    fn neither_a_charity_nor_an_arm_has_arms() {
        let id = OrganisationId(Uuid::from_u128(2));
        let charity = organisation(OrganisationKind::Voluntary);
        assert_eq!(
            charity.arm(Arm::Providing, id).unwrap_err().code,
            "organisation.no_arms"
        );
        let arm = organisation(OrganisationKind::PrimaryCareTrust)
            .arm(Arm::Providing, id)
            .unwrap();
        assert!(arm.arm(Arm::Commissioning, id).is_err());
    }
}
