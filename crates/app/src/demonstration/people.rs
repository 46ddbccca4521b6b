//! The people of the demonstration: they register by the same links as everybody.

use domain::access::Actor;
use domain::cycles::Cycle;
use domain::nominations::Nominee;
use domain::participations::ParticipationState;
use domain::people::Email;
use storage::letters;

use super::files::PersonFile;
use crate::accounts::{
    self, NewInvitation, Recognised, Registration, SignIn, SignedIn, Visitor, accept, invite_person,
    register as register_by_link,
};
use crate::error::AppError;
use crate::links::GrantOffer;
use crate::running::App;
use crate::{named, participations};

const LEAD: &str = "mapping_lead";
const POST: &str = "Person of the demonstration";

/// How many of the newest letters are looked through for a link.
const NEWEST_LETTERS: i64 = 50;

fn visitor() -> Visitor {
    Visitor {
        address: "demonstration".to_owned(),
        device: "Loading the demonstration".to_owned(),
    }
}

fn registration(person: &PersonFile, password: &str) -> Registration {
    Registration {
        name: person.name.clone(),
        post: POST.to_owned(),
        password: password.to_owned(),
    }
}

fn leads(person: &PersonFile) -> Vec<&str> {
    person
        .grants
        .iter()
        .filter(|grant| grant.role == LEAD)
        .map(|grant| grant.organisation.as_str())
        .collect()
}

async fn has_account(app: &App, person: &PersonFile) -> Result<bool, AppError> {
    let email = Email::parse(&person.email)?;
    let mut conn = app.reader().conn().await?;
    let found = storage::people::find_credentials(&mut conn, &email).await?;
    Ok(found.is_some_and(|found| found.password_hash.is_some()))
}

/// Registers everybody who is not a mapping lead; those are nominated. Roles over a service come later, when
/// there are services.
pub(super) async fn register(
    app: &App,
    machine: &Actor,
    people: &[PersonFile],
    password: &str,
) -> Result<(), AppError> {
    for person in people {
        if !leads(person).is_empty() || has_account(app, person).await? {
            continue;
        }
        let mut grants = Vec::new();
        for grant in person.grants.iter().filter(|grant| !grant.is_for_a_service()) {
            grants.push(GrantOffer {
                role: named::role(&grant.role)?,
                scope: named::scope(app, &grant.scope()).await?,
            });
        }
        let invitation = NewInvitation {
            email: person.email.clone(),
            name: person.name.clone(),
            post: POST.to_owned(),
            grants,
        };
        let token = invite_person(app, machine, invitation).await?;
        register_by_link(app, &token, &registration(person, password), &visitor()).await?;
    }
    Ok(())
}

/// Gives the roles over single services, once there are services.
pub(super) async fn give_services(app: &App, machine: &Actor, people: &[PersonFile]) -> Result<(), AppError> {
    for person in people {
        for grant in person.grants.iter().filter(|grant| grant.is_for_a_service()) {
            let offer = GrantOffer {
                role: named::role(&grant.role)?,
                scope: named::scope(app, &grant.scope()).await?,
            };
            let holder = named::person(app, &person.email).await?;
            accounts::give_grant(app, machine, holder.id, &offer).await?;
        }
    }
    Ok(())
}

/// Has the first of the people, of the national team, nominate each lead, who then registers or accepts.
pub(super) async fn register_leads(
    app: &App,
    cycle: &Cycle,
    people: &[PersonFile],
    password: &str,
) -> Result<(), AppError> {
    let national = people
        .first()
        .ok_or_else(|| AppError::Broken("the demonstration has no people".to_owned()))?;
    let nominator = actor(app, &national.email).await?;
    for person in people {
        for code in leads(person) {
            let organisation = named::organisation(app, code).await?;
            let mut conn = app.reader().conn().await?;
            let part = storage::participations::find(&mut conn, cycle.id, organisation.id).await?;
            drop(conn);
            if part.is_some_and(|part| part.state.takes_part()) {
                continue;
            }
            let nominee = Nominee::parse(&person.name, POST, &person.email)?;
            participations::nominate(app, &nominator, cycle.id, organisation.id, nominee).await?;
            use_link(app, person, password).await?;
        }
    }
    Ok(())
}

/// Has each lead sign their organisation off.
pub(super) async fn sign_off(app: &App, cycle: &Cycle, people: &[PersonFile]) -> Result<(), AppError> {
    for person in people {
        for code in leads(person) {
            let organisation = named::organisation(app, code).await?;
            let mut conn = app.reader().conn().await?;
            let part = storage::participations::find(&mut conn, cycle.id, organisation.id).await?;
            drop(conn);
            if part.is_some_and(|part| part.state == ParticipationState::SignedOff) {
                continue;
            }
            let lead = actor(app, &person.email).await?;
            crate::sign_off::sign_off(app, &lead, cycle.key.as_str(), code, true).await?;
        }
    }
    Ok(())
}

/// Somebody as they would act today.
async fn actor(app: &App, email: &str) -> Result<Actor, AppError> {
    let person = named::person(app, email).await?;
    let mut conn = app.reader().conn().await?;
    accounts::actor(&mut conn, person.id, app.today()).await
}

async fn use_link(app: &App, person: &PersonFile, password: &str) -> Result<(), AppError> {
    let token = token_in_letter(app, &person.email).await?;
    if has_account(app, person).await? {
        let signed_in = sign_in(app, person, password).await?;
        accept(app, &signed_in, &token).await?;
        return accounts::sign_out(app, &signed_in).await;
    }
    register_by_link(app, &token, &registration(person, password), &visitor()).await?;
    Ok(())
}

/// The secret in the newest letter to somebody, as they would find it in their mail.
async fn token_in_letter(app: &App, email: &str) -> Result<String, AppError> {
    let mut conn = app.reader().conn().await?;
    let newest = letters::list(&mut conn, None, NEWEST_LETTERS).await?;
    let letter = newest.iter().find(|letter| letter.to == email);
    letter
        .and_then(|letter| crate::outbox::secret_in(&letter.body))
        .ok_or_else(|| AppError::Broken("a nomination sent no link".to_owned()))
}

async fn sign_in(app: &App, person: &PersonFile, password: &str) -> Result<SignedIn, AppError> {
    let begun = accounts::sign_in(app, &person.email, password, &visitor()).await?;
    let (SignIn::Done(session) | SignIn::CodeDue(session)) = begun;
    match accounts::recognise(app, &session.token).await? {
        Recognised::SignedIn(signed_in) => Ok(signed_in),
        _ => Err(AppError::Broken(
            "somebody of the demonstration asks for a code".to_owned(),
        )),
    }
}
