//! A forgotten password: a letter with a link that works once, for an hour.

use domain::events::Event;
use domain::people::{Email, Person};
use jiff::ToSpan;
use storage::{events, people};

use super::Visitor;
use super::letters;
use super::password::save;
use super::throttle::{self, FOR_AN_ADDRESS, Limit, Subject};
use crate::error::AppError;
use crate::links::{self, LinkDetail, NewLink, Purpose};
use crate::outbox;
use crate::passwords::{self, Choice};
use crate::running::App;

const HOURS_TO_USE: i64 = 1;

/// Against filling somebody's letter box.
const FOR_LETTERS: Limit = Limit {
    free: 3,
    longest_wait: 900,
};

/// Sends the link that resets a password. The answer is the same whether or not the address has an account;
/// only what cannot be an address is refused. Further letters to one address wait in silence.
pub async fn ask_reset(app: &App, email: &str, visitor: &Visitor) -> Result<(), AppError> {
    let email = Email::parse(email)?;
    let from = Subject::new("reset from", &visitor.address, FOR_AN_ADDRESS);
    throttle::count(app, &[from]).await?;
    let of = Subject::new("reset of", email.as_str(), FOR_LETTERS);
    match throttle::count(app, &[of]).await {
        Ok(_) => {}
        Err(AppError::TooManyTries(_)) => return Ok(()),
        Err(other) => return Err(other),
    }
    let mut tx = app.store.begin().await?;
    let found = people::find_credentials(&mut tx, &email).await?;
    let known = found.filter(|found| found.password_hash.is_some() && !found.is_disabled);
    let event = Event::new("person.reset_asked", known.as_ref().map(|found| found.person.id));
    if let Some(found) = &known {
        send(app, &mut tx, &found.person).await?;
    }
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

async fn send(app: &App, tx: &mut storage::Tx, person: &Person) -> Result<(), AppError> {
    let now = app.now();
    storage::links::recall_sent(tx, Purpose::Reset.code(), person.email.as_str(), now).await?;
    let link = NewLink {
        purpose: Purpose::Reset,
        email: person.email.clone(),
        detail: LinkDetail::default(),
        about: Some(person.id.0),
        expires_at: now
            .checked_add(HOURS_TO_USE.hours())
            .map_err(|error| AppError::Broken(error.to_string()))?,
        by: None,
    };
    let token = links::issue(tx, link, now).await?;
    outbox::put(tx, &letters::reset(person, app, &token), now).await?;
    Ok(())
}

/// Refused when the link no longer works.
pub async fn check_reset(app: &App, token: &str) -> Result<(), AppError> {
    let mut conn = app.reader().conn().await?;
    links::open(&mut conn, token, &[Purpose::Reset], app.now()).await?;
    Ok(())
}

/// Chooses a new password by link. Ends every session and does not sign in: a person with a second factor still
/// needs it.
pub async fn reset(app: &App, token: &str, password: &str) -> Result<(), AppError> {
    let mut conn = app.reader().conn().await?;
    let link = links::open(&mut conn, token, &[Purpose::Reset], app.now()).await?;
    let found = people::find_credentials(&mut conn, &link.email).await?;
    drop(conn);
    let credentials = found
        .filter(|found| !found.is_disabled)
        .ok_or(AppError::NotFound("account"))?;
    let choice = Choice {
        place: "password",
        password,
        about_the_person: [&credentials.person.name, link.email.as_str()],
    };
    let hash = passwords::choose(app, &choice).await?;
    let mut tx = app.store.begin().await?;
    links::use_up(&mut tx, &link, app.now()).await?;
    save(app, &mut tx, &credentials, &hash).await?;
    tx.commit().await?;
    Ok(())
}
