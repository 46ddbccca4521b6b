//! Accounts and roles as an administrator or the command line sees to them.

use domain::access::{Actor, Grant, Scope, Target};
use domain::events::Event;
use domain::ids::{GrantId, PersonId};
use domain::people::{Email, Person};
use domain::problem::Problem;
use domain::roles::{Right, Role};
use jiff::civil::Date;
use serde_json::json;
use storage::{Conn, StorageError, Tx, events, grants, people};

use super::letters;
use super::password::{checked_name, save};
use super::session::end_all;
use crate::error::AppError;
use crate::links::GrantOffer;
use crate::outbox;
use crate::passwords::{self, Choice};
use crate::running::App;

/// A person to be given an account with a password at once, for the command line and demonstrations; everybody
/// else registers by link.
#[derive(Clone)]
pub struct NewPerson {
    /// How they sign in.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their post.
    pub post: String,
    /// What they are.
    pub role: Role,
    /// Over what.
    pub scope: Scope,
    /// Their password; the same rules hold as for everybody.
    pub password: String,
}

/// A person with the grants that hold on a day.
pub async fn actor(conn: &mut Conn, person: PersonId, today: Date) -> Result<Actor, AppError> {
    let found = people::get(conn, person).await?;
    let held = grants::list(conn, person, today).await?;
    Ok(Actor::new(found.id, found.name, held, today))
}

/// Gives somebody an account with a password and a role. Refused when the address has an account, or for the
/// same reasons as when a person registers.
pub async fn create_person(app: &App, by: &Actor, new: NewPerson) -> Result<PersonId, AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let email = Email::parse(&new.email)?;
    let name = checked_name(&new.name)?;
    let choice = Choice {
        place: "password",
        password: &new.password,
        about_the_person: [&name, email.as_str()],
    };
    let hash = passwords::choose(app, &choice).await?;
    let person = Person {
        id: PersonId(app.new_id()),
        email,
        name,
        post: new.post.trim().to_owned(),
    };
    let mut tx = app.store.begin().await?;
    match people::insert(&mut tx, &person, app.now()).await {
        Ok(()) => {}
        Err(StorageError::Taken(_)) => {
            return Err(Problem::at(
                "email",
                "email.taken",
                "There is an account with this email address already",
            )
            .into());
        }
        Err(other) => return Err(other.into()),
    }
    people::save_password(&mut tx, person.id, &hash).await?;
    let event = Event::new("person.created", permit.recorded_person()).detail(json!({ "person": person.id }));
    events::record(&mut tx, &event, app.now()).await?;
    let offer = GrantOffer {
        role: new.role,
        scope: new.scope,
    };
    give(app, &mut tx, person.id, &offer, permit.recorded_person()).await?;
    tx.commit().await?;
    Ok(person.id)
}

/// Gives a person a role over a scope from today; nothing happens when they hold it already.
pub async fn give_grant(app: &App, by: &Actor, person: PersonId, offer: &GrantOffer) -> Result<(), AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    people::get(&mut tx, person).await?;
    give(app, &mut tx, person, offer, permit.recorded_person()).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a grant in the transaction that justifies it, unless the person holds it already.
pub(crate) async fn give(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    offer: &GrantOffer,
    by: Option<PersonId>,
) -> Result<(), AppError> {
    let held = grants::list(tx, person, app.today()).await?;
    if held
        .iter()
        .any(|grant| grant.role == offer.role && grant.scope == offer.scope && grant.to.is_none())
    {
        return Ok(());
    }
    let grant = Grant {
        id: GrantId(app.new_id()),
        role: offer.role,
        scope: offer.scope.clone(),
        from: app.today(),
        to: None,
    };
    grants::insert(tx, person, &grant, by, app.now()).await?;
    let event = Event::new("grant.given", by)
        .detail(json!({ "person": person, "grant": grant.id, "role": grant.role, "scope": grant.scope }));
    events::record(tx, &event, app.now()).await?;
    Ok(())
}

/// Takes a role away from today on.
pub async fn end_grant(app: &App, by: &Actor, grant: GrantId) -> Result<(), AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    grants::end(&mut tx, grant, app.today()).await?;
    let event = Event::new("grant.ended", permit.recorded_person()).detail(json!({ "grant": grant }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes an account and ends its sessions.
pub async fn close_account(app: &App, by: &Actor, person: PersonId) -> Result<(), AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    people::get(&mut tx, person).await?;
    people::save_disabled(&mut tx, person, Some(app.now())).await?;
    end_all(app, &mut tx, person).await?;
    let event = Event::new("person.closed", permit.recorded_person()).detail(json!({ "person": person }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens a closed account again.
pub async fn open_account(app: &App, by: &Actor, person: PersonId) -> Result<(), AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    people::get(&mut tx, person).await?;
    people::save_disabled(&mut tx, person, None).await?;
    let event = Event::new("person.opened", permit.recorded_person()).detail(json!({ "person": person }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets somebody's password, where a letter cannot reach them; ends their sessions.
pub async fn set_password(app: &App, by: &Actor, person: PersonId, password: &str) -> Result<(), AppError> {
    by.may(Right::ManageAccounts, &Target::Nation)?;
    let mut conn = app.reader().conn().await?;
    let credentials = people::get_credentials(&mut conn, person).await?;
    drop(conn);
    let choice = Choice {
        place: "password",
        password,
        about_the_person: [&credentials.person.name, credentials.person.email.as_str()],
    };
    let hash = passwords::choose(app, &choice).await?;
    let mut tx = app.store.begin().await?;
    save(app, &mut tx, &credentials, &hash).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes the second factor of somebody who lost it; they are told by letter. Whoever does this has made sure
/// who asks, because from then on the password alone opens the account.
pub async fn remove_second_factor_of(app: &App, by: &Actor, person: PersonId) -> Result<(), AppError> {
    let permit = by.may(Right::ManageAccounts, &Target::Nation)?;
    let mut tx = app.store.begin().await?;
    let found = people::get(&mut tx, person).await?;
    people::remove_second_factor(&mut tx, person).await?;
    outbox::put(&mut tx, &letters::second_factor_removed(&found, app), app.now()).await?;
    let event = Event::new("person.second_factor_removed", permit.recorded_person())
        .detail(json!({ "person": person }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}
