//! The roles people hold and the rights that each gives (J10).

use serde::{Deserialize, Serialize};

/// What a person is to the mapping; held over a scope and for a time by a grant.
///
/// The catalogue is that of `J10`; `Deputy`, `ServiceGroupLead`, `PartnershipMember` and `Administrator`
/// are the platform's own additions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the mapping for the country.
    NationalTeam,
    /// Helps the organisations of a region.
    RegionalSupportWorker,
    /// Answers questions about using the system.
    Helpdesk,
    /// Looks after accounts and the machine.
    Administrator,
    /// Leads the mapping in one organisation.
    MappingLead,
    /// Stands in for the mapping lead, but does not sign off.
    Deputy,
    /// Leads a group of services.
    ServiceGroupLead,
    /// Answers for one service.
    ServiceManager,
    /// Speaks for a member of a partnership.
    PartnershipMember,
    /// Plans and buys services.
    Commissioner,
    /// Looks after agreements with providers.
    ContractManager,
    /// Answers for a budget.
    BudgetHolder,
    /// Works with figures.
    Analyst,
    /// Sits on the board that decides.
    BoardMember,
    /// Speaks up for the mapping at the board.
    Champion,
    /// Works in the core team of a project.
    CoreTeam,
    /// Leads a project.
    ProjectLead,
    /// Gathers data for a project.
    DataGatherer,
    /// Writes a strategy or report.
    Writer,
    /// Leads for an agency.
    LeadOfficer,
    /// Leads for one child's plan.
    LeadProfessional,
    /// Works with children and families.
    Practitioner,
    /// Finds placements.
    PlacementOfficer,
    /// Provides services under an agreement.
    Provider,
    /// A child or young person taking part.
    YoungPerson,
}

/// Something that may be done. Every route and every verb names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Plan, open, close and publish cycles.
    ManageCycles,
    /// Load areas, organisations and questionnaires.
    ManageReference,
    /// Invite organisations, nominate leads, record a refusal.
    ManageParticipations,
    /// Reopen a signed-off organisation (A02, A11).
    Reopen,
    /// See which organisations take part and how far they are.
    SeeProgress,
    /// See an organisation's services, answers and check report.
    SeeOrganisation,
    /// Add, import, roll forward and close services.
    SetUpServices,
    /// Invite colleagues to the organisation or to one service.
    InviteColleagues,
    /// See one service's answers.
    SeeReturn,
    /// Answer the questions about a service.
    EditReturn,
    /// Declare the organisation's returns complete and right (A11).
    SignOff,
    /// Read the outbox of letters.
    SeeOutbox,
    /// Read who did what.
    SeeAudit,
    /// Disable accounts, end sessions.
    ManageAccounts,
}

impl Role {
    /// Every role, in the order in which the catalogue page lists them.
    pub const ALL: [Role; 25] = [
        Role::NationalTeam,
        Role::RegionalSupportWorker,
        Role::Helpdesk,
        Role::Administrator,
        Role::MappingLead,
        Role::Deputy,
        Role::ServiceGroupLead,
        Role::ServiceManager,
        Role::PartnershipMember,
        Role::Commissioner,
        Role::ContractManager,
        Role::BudgetHolder,
        Role::Analyst,
        Role::BoardMember,
        Role::Champion,
        Role::CoreTeam,
        Role::ProjectLead,
        Role::DataGatherer,
        Role::Writer,
        Role::LeadOfficer,
        Role::LeadProfessional,
        Role::Practitioner,
        Role::PlacementOfficer,
        Role::Provider,
        Role::YoungPerson,
    ];

    /// The code kept in the database and the command line.
    pub fn code(self) -> &'static str {
        match self {
            Role::NationalTeam => "national_team",
            Role::RegionalSupportWorker => "regional_support_worker",
            Role::Helpdesk => "helpdesk",
            Role::Administrator => "administrator",
            Role::MappingLead => "mapping_lead",
            Role::Deputy => "deputy",
            Role::ServiceGroupLead => "service_group_lead",
            Role::ServiceManager => "service_manager",
            Role::PartnershipMember => "partnership_member",
            Role::Commissioner => "commissioner",
            Role::ContractManager => "contract_manager",
            Role::BudgetHolder => "budget_holder",
            Role::Analyst => "analyst",
            Role::BoardMember => "board_member",
            Role::Champion => "champion",
            Role::CoreTeam => "core_team",
            Role::ProjectLead => "project_lead",
            Role::DataGatherer => "data_gatherer",
            Role::Writer => "writer",
            Role::LeadOfficer => "lead_officer",
            Role::LeadProfessional => "lead_professional",
            Role::Practitioner => "practitioner",
            Role::PlacementOfficer => "placement_officer",
            Role::Provider => "provider",
            Role::YoungPerson => "young_person",
        }
    }

    /// The role with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What people call the role.
    pub fn label(self) -> &'static str {
        match self {
            Role::NationalTeam => "National team",
            Role::RegionalSupportWorker => "Regional support worker",
            Role::Helpdesk => "Helpdesk",
            Role::Administrator => "Administrator",
            Role::MappingLead => "Mapping lead",
            Role::Deputy => "Deputy mapping lead",
            Role::ServiceGroupLead => "Service group lead",
            Role::ServiceManager => "Service manager",
            Role::PartnershipMember => "Partnership member",
            Role::Commissioner => "Commissioner",
            Role::ContractManager => "Contract manager",
            Role::BudgetHolder => "Budget holder",
            Role::Analyst => "Analyst",
            Role::BoardMember => "Board member",
            Role::Champion => "Champion",
            Role::CoreTeam => "Core team member",
            Role::ProjectLead => "Project lead",
            Role::DataGatherer => "Data gatherer",
            Role::Writer => "Writer",
            Role::LeadOfficer => "Lead officer",
            Role::LeadProfessional => "Lead professional",
            Role::Practitioner => "Practitioner",
            Role::PlacementOfficer => "Placement officer",
            Role::Provider => "Provider",
            Role::YoungPerson => "Young person",
        }
    }

    /// What the role may do within its scope. A role with nothing here may do nothing (deny by default).
    pub fn rights(self) -> &'static [Right] {
        use Right::{
            EditReturn, InviteColleagues, ManageAccounts, ManageCycles, ManageParticipations,
            ManageReference, Reopen, SeeAudit, SeeOrganisation, SeeOutbox, SeeProgress, SeeReturn,
            SetUpServices, SignOff,
        };
        match self {
            Role::NationalTeam => &[
                ManageCycles,
                ManageReference,
                ManageParticipations,
                Reopen,
                SeeProgress,
                SeeOrganisation,
                SeeReturn,
                SeeOutbox,
                SeeAudit,
            ],
            Role::Administrator => &[ManageAccounts, ManageReference, SeeAudit, SeeOutbox],
            Role::RegionalSupportWorker | Role::Helpdesk => &[SeeProgress, SeeOrganisation, SeeReturn],
            Role::MappingLead => &[
                SeeOrganisation,
                SetUpServices,
                InviteColleagues,
                SeeReturn,
                EditReturn,
                SignOff,
            ],
            Role::Deputy => &[
                SeeOrganisation,
                SetUpServices,
                InviteColleagues,
                SeeReturn,
                EditReturn,
            ],
            Role::ServiceGroupLead | Role::ServiceManager => &[SeeReturn, EditReturn],
            Role::Commissioner | Role::BoardMember | Role::Champion | Role::LeadOfficer => {
                &[SeeOrganisation, SeeReturn]
            }
            Role::DataGatherer => &[SeeOrganisation, SeeReturn, EditReturn],
            Role::BudgetHolder | Role::ContractManager => &[SeeReturn],
            // An analyst works on protected tables and sees no single return; the others get their
            // rights with the parts of the platform that they work in.
            Role::Analyst
            | Role::PartnershipMember
            | Role::CoreTeam
            | Role::ProjectLead
            | Role::Writer
            | Role::LeadProfessional
            | Role::Practitioner
            | Role::PlacementOfficer
            | Role::Provider
            | Role::YoungPerson => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_code_that_finds_it_again() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }

    /// J10: an analyst cannot see any single return, a practitioner nobody's.
    #[test]
    fn analysts_and_practitioners_see_no_single_return() {
        assert!(!Role::Analyst.rights().contains(&Right::SeeReturn));
        assert!(!Role::Practitioner.rights().contains(&Right::SeeReturn));
    }

    #[test]
    fn only_a_mapping_lead_signs_off() {
        let signing: Vec<Role> = Role::ALL
            .into_iter()
            .filter(|role| role.rights().contains(&Right::SignOff))
            .collect();
        assert_eq!(signing, [Role::MappingLead]);
    }
}
