//! Asking colleagues to help: a deputy, a commissioner who reads, the manager who knows a service.

use domain::access::{Actor, Scope};
use domain::cycles::Cycle;
use domain::events::Event;
use domain::ids::ServiceId;
use domain::organisations::Organisation;
use domain::participations::ParticipationState;
use domain::people::Email;
use domain::problem::Problem;
use domain::roles::{Right, Role};
use domain::services::Service;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use storage::{events, services};

use crate::error::AppError;
use crate::links::{GrantOffer, LinkDetail, NewLink, Purpose, address, issue};
use crate::outbox::{self, Letter};
use crate::running::App;
use crate::services::place;
use crate::sign_off::in_words;

/// The roles that a mapping lead may give within the organisation.
pub const OFFERED_ROLES: [Role; 3] = [Role::ServiceManager, Role::Deputy, Role::Commissioner];

/// How long an invitation works, in days.
const DAYS_VALID: i64 = 14;

/// An invitation as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Invitation {
    /// The colleague's name.
    pub name: String,
    /// Where the invitation goes.
    pub email: String,
    /// The code of the role.
    pub role: String,
    /// For a service manager: which service, by id.
    pub service: String,
}

/// Invites a colleague by letter with a one-use link; refused with every reason.
pub async fn invite(
    app: &App,
    actor: &Actor,
    cycle: &str,
    organisation: &str,
    invitation: &Invitation,
) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (cycle, organisation, participation) = place(&mut tx, cycle, organisation).await?;
    actor.may(Right::InviteColleagues, &organisation.target())?;
    if participation.state == ParticipationState::Declined {
        return Err(Problem::at(
            "email",
            "colleague.declined",
            "Your organisation has declined to take part",
        )
        .into());
    }
    let list = services::list(&mut tx, organisation.id).await?;
    let (email, role, service) = check(invitation, &list)?;
    let scope = match service {
        Some(service) => Scope::Service(service.id),
        None => Scope::Organisation(organisation.id),
    };
    let expires_at = app.now() + SignedDuration::from_hours(24 * DAYS_VALID);
    let subject = service.map_or_else(|| organisation.name.clone(), |service| service.name.clone());
    let link = NewLink {
        purpose: Purpose::Invite,
        email: email.clone(),
        detail: LinkDetail {
            grants: vec![GrantOffer { role, scope }],
            name: invitation.name.trim().to_owned(),
            about: format!("{subject}, {}", cycle.name),
            ..LinkDetail::default()
        },
        about: service.map(|service| service.id.0),
        expires_at,
        by: actor.recorded_person(),
    };
    let token = issue(&mut tx, link, app.now()).await?;
    let link_address = address(&app.settings().base_url, Purpose::Invite, &token);
    let asked = Asked {
        by: actor.name(),
        organisation: &organisation,
        cycle: &cycle,
        name: invitation.name.trim(),
        role,
        service,
        link: &link_address,
        expires_at,
    };
    let letter = asked.letter(email);
    outbox::put(&mut tx, &letter, app.now()).await?;
    let mut event = Event::new("colleague.invited", actor.recorded_person())
        .cycle(cycle.id)
        .organisation(organisation.id)
        .detail(json!({ "role": role.code() }));
    if let Some(service) = service {
        event = event.service(service.id);
    }
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Everything that is wrong with an invitation, or what it means.
fn check<'a>(
    invitation: &Invitation,
    list: &'a [Service],
) -> Result<(Email, Role, Option<&'a Service>), Vec<Problem>> {
    let mut problems = Vec::new();
    if invitation.name.trim().is_empty() {
        problems.push(Problem::at(
            "name",
            "colleague.no_name",
            "Enter your colleague's name",
        ));
    }
    let email = Email::parse(&invitation.email)
        .map_err(|problem| problems.push(problem))
        .ok();
    let role = Role::from_code(&invitation.role).filter(|role| OFFERED_ROLES.contains(role));
    if role.is_none() {
        problems.push(Problem::at(
            "role",
            "colleague.no_role",
            "Select what your colleague will do",
        ));
    }
    let chosen = invitation.service.parse::<ServiceId>().ok();
    let service = list.iter().find(|service| Some(service.id) == chosen);
    let needs_service = role == Some(Role::ServiceManager);
    if needs_service && service.is_none() {
        problems.push(Problem::at(
            "service",
            "colleague.no_service",
            "Select the service that your colleague will answer for",
        ));
    }
    match (email, role, problems.is_empty()) {
        (Some(email), Some(role), true) => Ok((email, role, service.filter(|_| needs_service))),
        _ => Err(problems),
    }
}

/// What an invitation says.
struct Asked<'a> {
    by: &'a str,
    organisation: &'a Organisation,
    cycle: &'a Cycle,
    name: &'a str,
    role: Role,
    service: Option<&'a Service>,
    link: &'a str,
    expires_at: Timestamp,
}

impl Asked<'_> {
    fn letter(&self, to: Email) -> Letter {
        let body = format!(
            "Dear {name},\n\n\
             {by} of {organisation} asks you to {task}, in {cycle}. \
             The last day for answers is {closes}.\n\n\
             Open this link to begin. It works once, until {expires}:\n\n{link}\n\n\
             If you did not expect this letter, you can ignore it.\n",
            name = self.name,
            by = self.by,
            organisation = self.organisation.name,
            task = self.task(),
            cycle = self.cycle.name,
            closes = self.cycle.dates.closes_on.strftime("%-d %B %Y"),
            expires = in_words(self.expires_at),
            link = self.link,
        );
        Letter {
            purpose: "colleague_invitation",
            to,
            subject: format!("{}: you are asked to help", self.cycle.name),
            body,
        }
    }

    fn task(&self) -> String {
        match self.service {
            Some(service) => format!("answer the questions about {}", service.name),
            None if self.role == Role::Deputy => {
                format!("help to run the mapping for {}", self.organisation.name)
            }
            None => format!("read the returns of {}", self.organisation.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::OrganisationId;
    use uuid::Uuid;

    #[test]
    fn a_service_manager_needs_a_service() {
        let service = Service {
            id: ServiceId(Uuid::from_u128(4)),
            organisation: OrganisationId(Uuid::from_u128(1)),
            reference: "S001".to_owned(),
            name: "Health visiting".to_owned(),
            closed_on: None,
        };
        let mut invitation = Invitation {
            name: "Carl".to_owned(),
            email: "carl@example.org".to_owned(),
            role: "service_manager".to_owned(),
            service: String::new(),
        };
        let list = [service];
        assert_eq!(
            check(&invitation, &list).unwrap_err()[0].code,
            "colleague.no_service"
        );
        invitation.service = list[0].id.to_string();
        assert_eq!(
            check(&invitation, &list).unwrap().2.map(|found| found.id),
            Some(list[0].id)
        );
    }

    #[test]
    fn no_lead_can_make_a_member_of_the_national_team() {
        let invitation = Invitation {
            name: "Eve".to_owned(),
            email: "eve@example.org".to_owned(),
            role: "national_team".to_owned(),
            service: String::new(),
        };
        assert_eq!(check(&invitation, &[]).unwrap_err()[0].code, "colleague.no_role");
    }
}
