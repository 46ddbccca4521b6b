//! Inviting somebody to have an account, by an administrator or the command line.

use domain::access::{Actor, Target};
use domain::events::Event;
use domain::people::Email;
use domain::problem::Problem;
use domain::roles::Right;
use jiff::SignedDuration;
use serde_json::json;
use storage::{events, people};

use crate::error::AppError;
use crate::links::{self, GrantOffer, LinkDetail, NewLink, Purpose};
use crate::running::App;

/// How long such a link works.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// How they will sign in.
    pub email: String,
    /// Their name; they can correct it.
    pub name: String,
    /// Their post; they can correct it.
    pub post: String,
    /// The roles that they get when they register.
    pub grants: Vec<GrantOffer>,
}

/// Makes a one-use link with which the person registers, and answers its token; it is for the caller to hand it
/// over. Refused when the address has an account.
pub async fn invite_person(app: &App, by: &Actor, invitation: NewInvitation) -> Result<String, AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let email = Email::parse(&invitation.email)?;
    let mut tx = app.store.begin().await?;
    let found = people::find_credentials(&mut tx, &email).await?;
    if found.is_some_and(|found| found.password_hash.is_some()) {
        return Err(Problem::at(
            "email",
            "email.taken",
            "There is an account with this email address already",
        )
        .into());
    }
    let roles: Vec<&'static str> = invitation.grants.iter().map(|offer| offer.role.code()).collect();
    let event = Event::new("person.invited", permit.recorded_person()).detail(json!({ "roles": roles }));
    let link = NewLink {
        purpose: Purpose::Invite,
        email,
        detail: LinkDetail {
            grants: invitation.grants,
            name: invitation.name,
            post: invitation.post,
            about: "Children's Services Mapping".to_owned(),
            ..LinkDetail::default()
        },
        about: None,
        expires_at: app.now() + LINK_LASTS,
        by: permit.recorded_person(),
    };
    let token = links::issue(&mut tx, link, app.now()).await?;
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(token)
}
