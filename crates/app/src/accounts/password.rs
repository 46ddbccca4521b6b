//! One's own password and name.

use domain::events::Event;
use domain::problem::Problem;
use storage::people::{self, Credentials};
use storage::{events, sessions};

use super::Visitor;
use super::letters;
use super::second_factor::confirmed;
use super::session::{NewSession, SignedIn, begin, end_all, own};
use super::throttle::{self, FOR_A_PERSON, Subject};
use crate::error::AppError;
use crate::outbox;
use crate::passwords::{self, Choice};
use crate::running::App;

/// Asks somebody who is signed in for the password again, slowed down like signing in.
pub(super) async fn require_password(
    app: &App,
    who: &SignedIn,
    place: &'static str,
    password: &str,
) -> Result<Credentials, AppError> {
    let person = who.actor.person();
    let of = Subject::new("password of", &person.to_string(), FOR_A_PERSON);
    let counted_at = throttle::count(app, std::slice::from_ref(&of)).await?;
    let mut conn = app.reader().conn().await?;
    let credentials = people::get_credentials(&mut conn, person).await?;
    drop(conn);
    if !passwords::matches(credentials.password_hash.clone(), password.to_owned()).await? {
        return Err(Problem::at(place, "password.wrong", "The password is not right").into());
    }
    let mut tx = app.store.begin().await?;
    throttle::forget(&mut tx, &of, &of, counted_at).await?;
    tx.commit().await?;
    Ok(credentials)
}

/// Changes one's own password; needs the current one. Every session ends, and a new one begins for the person.
pub async fn change_password(
    app: &App,
    who: &SignedIn,
    current: &str,
    new: &str,
) -> Result<NewSession, AppError> {
    let credentials = require_password(app, who, "current_password", current).await?;
    let person = &credentials.person;
    let choice = Choice {
        place: "new_password",
        password: new,
        about_the_person: [&person.name, person.email.as_str()],
    };
    let hash = passwords::choose(app, &choice).await?;
    let mut tx = app.store.begin().await?;
    let device = own(&mut tx, who).await?.device;
    save(app, &mut tx, &credentials, &hash).await?;
    let stage = match confirmed(&credentials) {
        Some(_) => sessions::Stage::SecondFactor,
        None => sessions::Stage::Password,
    };
    let visitor = Visitor {
        address: String::new(),
        device,
    };
    let session = begin(app, &mut tx, person.id, stage, &visitor).await?;
    tx.commit().await?;
    Ok(session)
}

/// Keeps a new password, ends every session and tells the person by letter, so that a stranger's change is seen.
pub(super) async fn save(
    app: &App,
    tx: &mut storage::Tx,
    credentials: &Credentials,
    hash: &str,
) -> Result<(), AppError> {
    let person = &credentials.person;
    people::save_password(tx, person.id, hash).await?;
    end_all(app, tx, person.id).await?;
    outbox::put(tx, &letters::password_changed(person, app), app.now()).await?;
    let event = Event::new("person.password_changed", Some(person.id));
    events::record(tx, &event, app.now()).await?;
    Ok(())
}

/// Changes one's own name and post; the name is refused when empty.
pub async fn change_name(app: &App, who: &SignedIn, name: &str, post: &str) -> Result<(), AppError> {
    let person = who.actor.person();
    let name = checked_name(name)?;
    let mut tx = app.store.begin().await?;
    people::save_name(&mut tx, person, &name, post.trim()).await?;
    events::record(&mut tx, &Event::new("person.renamed", Some(person)), app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// A name as it can be kept.
pub(super) fn checked_name(name: &str) -> Result<String, Problem> {
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(Problem::at("name", "person.no_name", "Enter your full name"));
    }
    if trimmed.chars().count() > 200 {
        return Err(Problem::at(
            "name",
            "person.name_too_long",
            "Full name must be 200 characters or fewer",
        ));
    }
    Ok(trimmed.to_owned())
}
