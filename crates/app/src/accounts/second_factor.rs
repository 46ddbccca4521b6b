//! The second factor: time-based one-time codes (RFC 6238) from an app on the person's telephone.

use domain::events::Event;
use domain::problem::Problem;
use jiff::Timestamp;
use storage::people::{self, Credentials, SecondFactor};
use storage::{events, sessions};
use totp_rs::{Builder, Secret, Totp};

use super::letters;
use super::password::require_password;
use super::session::{NewSession, SignedIn, own, replace};
use super::throttle::{self, FOR_A_PERSON, Subject};
use crate::error::AppError;
use crate::outbox;
use crate::running::App;

/// The name under which the code appears in the person's app.
const ISSUER: &str = "Children's Services Mapping";

/// What the person puts into the app.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactorSetUp {
    /// The secret in base 32, in groups of four to type from.
    pub secret: String,
    /// The link that opens the app on the same telephone.
    pub link: String,
}

/// The second factor that the person has proved to hold.
pub(super) fn confirmed(credentials: &Credentials) -> Option<&SecondFactor> {
    credentials
        .second_factor
        .as_ref()
        .filter(|factor| factor.confirmed_at.is_some())
}

/// The step of 30 seconds to which a code belongs: now, the one before or the one after.
pub(super) fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let generator = generator(secret, "").ok()?;
    let seconds = u64::try_from(now.as_second()).ok()?;
    let step = generator.check(&digits, seconds)?;
    i64::try_from(step).ok()
}

fn generator(secret: &str, account: &str) -> Result<Totp, AppError> {
    let secret = Secret::try_from_base32(secret)
        .map_err(|error| AppError::Broken(format!("a kept second factor: {error}")))?;
    Builder::new()
        .with_secret(secret)
        .with_account_name(account)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|error| AppError::Broken(format!("a second factor: {error}")))
}

/// Whether sign-in asks this person for a code.
pub async fn has_second_factor(app: &App, who: &SignedIn) -> Result<bool, AppError> {
    let mut conn = app.reader().conn().await?;
    let credentials = people::get_credentials(&mut conn, who.actor.person()).await?;
    Ok(confirmed(&credentials).is_some())
}

/// Starts setting up a second factor; asked again before it is confirmed, it answers the same secret. Refused
/// while the person has one.
pub async fn add_second_factor(app: &App, who: &SignedIn) -> Result<SecondFactorSetUp, AppError> {
    let mut tx = app.store.begin().await?;
    let credentials = people::get_credentials(&mut tx, who.actor.person()).await?;
    if confirmed(&credentials).is_some() {
        return Err(already_there().into());
    }
    let email = credentials.person.email.as_str();
    let secret = if let Some(factor) = &credentials.second_factor {
        factor.secret.clone()
    } else {
        let secret = Secret::generate().to_base32();
        people::start_second_factor(&mut tx, credentials.person.id, &secret).await?;
        secret
    };
    tx.commit().await?;
    let link = generator(&secret, email)?
        .to_url()
        .map_err(|error| AppError::Broken(format!("a second factor: {error}")))?;
    Ok(SecondFactorSetUp {
        secret: in_groups(&secret),
        link,
    })
}

fn in_groups(secret: &str) -> String {
    let mut text = String::new();
    for (place, c) in secret.chars().filter(|c| *c != '=').enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

fn already_there() -> Problem {
    Problem::at(
        "code",
        "second_factor.already_there",
        "Your account has a second step already",
    )
    .remedy("Remove it first if you have a new telephone")
}

/// Confirms the second factor with a code from it; the session's token is replaced.
pub async fn confirm_second_factor(app: &App, who: &SignedIn, code: &str) -> Result<NewSession, AppError> {
    let person = who.actor.person();
    let of = Subject::new("code of", &person.to_string(), FOR_A_PERSON);
    let counted_at = throttle::count(app, std::slice::from_ref(&of)).await?;
    let mut tx = app.store.begin().await?;
    let credentials = people::get_credentials(&mut tx, person).await?;
    let Some(factor) = &credentials.second_factor else {
        return Err(AppError::NotFound("second step being set up"));
    };
    if factor.confirmed_at.is_some() {
        return Err(already_there().into());
    }
    let Some(step) = step_of(&factor.secret, code, app.now()) else {
        return Err(Problem::at("code", "code.wrong", "The code is not right")
            .remedy("Check that the secret in your app is the one shown here and that your telephone's clock is right")
            .into());
    };
    throttle::forget(&mut tx, &of, &of, counted_at).await?;
    people::use_step(&mut tx, person, step).await?;
    people::confirm_second_factor(&mut tx, person, app.now()).await?;
    let session = own(&mut tx, who).await?;
    let new_session = replace(app, &mut tx, &session, sessions::Stage::SecondFactor).await?;
    let event = Event::new("person.second_factor_added", Some(person));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(new_session)
}

/// Removes the second factor; needs the password again, because whoever finds an open screen must not.
pub async fn remove_second_factor(app: &App, who: &SignedIn, password: &str) -> Result<(), AppError> {
    let credentials = require_password(app, who, "password", password).await?;
    let person = credentials.person.id;
    let mut tx = app.store.begin().await?;
    people::remove_second_factor(&mut tx, person).await?;
    let letter = letters::second_factor_removed(&credentials.person, app);
    outbox::put(&mut tx, &letter, app.now()).await?;
    let event = Event::new("person.second_factor_removed", Some(person));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}
