//! The bodies that take part.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::Target;
use crate::areas::AreaCode;
use crate::ids::OrganisationId;

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
    /// The code kept in the database, also the ending of the arm's organisation code.
    pub fn code(self) -> &'static str {
        match self {
            Arm::Commissioning => "commissioning",
            Arm::Providing => "providing",
        }
    }

    /// The arm with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Arm::Commissioning, Arm::Providing]
            .into_iter()
            .find(|arm| arm.code() == code)
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

impl Organisation {
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
