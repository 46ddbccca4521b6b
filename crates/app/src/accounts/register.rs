//! Registration by one-use link (A03): the link proves the address and brings the roles.

use domain::events::Event;
use domain::ids::{NominationId, PersonId};
use domain::people::{Email, Person};
use domain::problem::Problem;
use serde_json::json;
use storage::sessions::Stage;
use storage::{StorageError, Tx, events, people};

use super::Visitor;
use super::password::checked_name;
use super::people::give;
use super::session::{NewSession, SignedIn, begin};
use super::sign_in::record_sign_in;
use crate::error::AppError;
use crate::links::{self, LinkDetail, OpenLink, Purpose};
use crate::participations::lead_registered;
use crate::passwords::{self, Choice};
use crate::running::App;

const PURPOSES: [Purpose; 2] = [Purpose::Register, Purpose::Invite];

/// What the page behind a link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// To whom it was sent.
    pub email: Email,
    /// What it brings.
    pub detail: LinkDetail,
    /// Whether the address has an account, so that the person signs in instead of making a second one.
    pub has_account: bool,
}

/// What somebody tells when registering.
#[derive(Clone)]
pub struct Registration {
    /// Their name.
    pub name: String,
    /// Their post.
    pub post: String,
    /// The password they choose.
    pub password: String,
}

/// What a link invites to; refused when the link no longer works.
pub async fn invitation(app: &App, token: &str) -> Result<Invitation, AppError> {
    let mut conn = app.reader().conn().await?;
    let link = links::open(&mut conn, token, &PURPOSES, app.now()).await?;
    let found = people::find_credentials(&mut conn, &link.email).await?;
    Ok(Invitation {
        email: link.email,
        detail: link.detail,
        has_account: found.is_some_and(|found| found.password_hash.is_some()),
    })
}

/// Makes the account, or completes one that has no password yet, gives what the link brings and signs in.
/// Refused when the address has an account: then the person signs in and uses [`accept`].
pub async fn register(
    app: &App,
    token: &str,
    registration: &Registration,
    visitor: &Visitor,
) -> Result<(PersonId, NewSession), AppError> {
    let mut conn = app.reader().conn().await?;
    let link = links::open(&mut conn, token, &PURPOSES, app.now()).await?;
    drop(conn);
    let (name, hash) = checked(app, &link, registration).await?;
    let mut tx = app.store.begin().await?;
    links::use_up(&mut tx, &link, app.now()).await?;
    let person = Person {
        id: PersonId(app.new_id()),
        email: link.email.clone(),
        name,
        post: registration.post.trim().to_owned(),
    };
    let id = insert_or_complete(app, &mut tx, person).await?;
    people::save_password(&mut tx, id, &hash).await?;
    let event = Event::new("person.registered", Some(id)).detail(json!({ "grants": link.detail.grants }));
    events::record(&mut tx, &event, app.now()).await?;
    apply(app, &mut tx, id, &link).await?;
    let session = begin(app, &mut tx, id, Stage::Password, visitor).await?;
    record_sign_in(app, &mut tx, id, false).await?;
    tx.commit().await?;
    Ok((id, session))
}

/// Everything that is wrong with what was told, at once.
async fn checked(
    app: &App,
    link: &OpenLink,
    registration: &Registration,
) -> Result<(String, String), AppError> {
    let choice = Choice {
        place: "password",
        password: &registration.password,
        about_the_person: [&registration.name, link.email.as_str()],
    };
    let name = checked_name(&registration.name);
    let hash = passwords::choose(app, &choice).await;
    let mut problems = Vec::new();
    let name = name.unwrap_or_else(|problem| {
        problems.push(problem);
        String::new()
    });
    match hash {
        Ok(hash) if problems.is_empty() => Ok((name, hash)),
        Ok(_) => Err(problems.into()),
        Err(AppError::Refused(more)) => {
            problems.extend(more);
            Err(problems.into())
        }
        Err(other) => Err(other),
    }
}

async fn insert_or_complete(app: &App, tx: &mut Tx, person: Person) -> Result<PersonId, AppError> {
    match people::find_credentials(tx, &person.email).await? {
        Some(found) if found.password_hash.is_some() => Err(has_account().into()),
        Some(found) if found.is_disabled => Err(AppError::NotFound("account")),
        Some(found) => {
            people::save_name(tx, found.person.id, &person.name, &person.post).await?;
            Ok(found.person.id)
        }
        None => match people::insert(tx, &person, app.now()).await {
            Ok(()) => Ok(person.id),
            Err(StorageError::Taken(_)) => Err(has_account().into()),
            Err(other) => Err(other.into()),
        },
    }
}

fn has_account() -> Problem {
    Problem::at(
        "link",
        "person.has_account",
        "There is an account with this email address already",
    )
    .remedy("Sign in, and what the invitation brings is added to your account")
}

/// Adds what a link brings to the account of somebody who has signed in. Refused when the link was sent to
/// another address than theirs.
pub async fn accept(app: &App, who: &SignedIn, token: &str) -> Result<(), AppError> {
    let id = who.actor.person();
    let mut tx = app.store.begin().await?;
    let link = links::open(&mut tx, token, &PURPOSES, app.now()).await?;
    let person = people::get(&mut tx, id).await?;
    if person.email != link.email {
        return Err(Problem::at(
            "link",
            "link.other_address",
            "This invitation was sent to another email address than that of your account",
        )
        .remedy("Sign out and open the link again, or ask for an invitation to your own address")
        .into());
    }
    links::use_up(&mut tx, &link, app.now()).await?;
    apply(app, &mut tx, id, &link).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the person what a link brings.
async fn apply(app: &App, tx: &mut Tx, person: PersonId, link: &OpenLink) -> Result<(), AppError> {
    for offer in &link.detail.grants {
        give(app, tx, person, offer, link.by).await?;
    }
    if let Some(nomination) = link.detail.nomination {
        lead_registered(app, tx, person, NominationId(nomination)).await?;
    }
    Ok(())
}
