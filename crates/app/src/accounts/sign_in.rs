//! Signing in: address and password, then a code where the person has a second factor.

use domain::events::Event;
use domain::ids::PersonId;
use domain::people::Email;
use domain::problem::Problem;
use serde_json::json;
use storage::people::{self, Credentials};
use storage::sessions::Stage;
use storage::{Tx, events};

use super::Visitor;
use super::second_factor::{confirmed, step_of};
use super::session::{NewSession, begin, find_open, replace};
use super::throttle::{self, FOR_A_PERSON, FOR_AN_ADDRESS, Subject};
use crate::error::AppError;
use crate::passwords;
use crate::running::App;

/// How signing in goes on.
pub enum SignIn {
    /// The person is in.
    Done(NewSession),
    /// A code is due; the session opens nothing else.
    CodeDue(NewSession),
}

/// Signs in with address and password. Refused with one and the same sentence whatever was wrong, and slowed
/// down by address and by place.
pub async fn sign_in(app: &App, email: &str, password: &str, visitor: &Visitor) -> Result<SignIn, AppError> {
    let typed = email.trim().to_lowercase();
    let from = Subject::new("sign-in from", &visitor.address, FOR_AN_ADDRESS);
    let of = Subject::new("sign-in of", &typed, FOR_A_PERSON);
    let counted_at = throttle::count(app, &[from.clone(), of.clone()]).await?;
    let credentials = find(app, &typed).await?;
    let kept = credentials.as_ref().and_then(|found| found.password_hash.clone());
    let is_right = passwords::matches(kept, password.to_owned()).await?;
    let mut tx = app.store.begin().await?;
    let Some(found) = credentials
        .as_ref()
        .filter(|found| is_right && !found.is_disabled)
    else {
        let reason = reason_of_refusal(credentials.as_ref());
        record_refusal(app, &mut tx, credentials.map(|found| found.person.id), reason).await?;
        tx.commit().await?;
        return Err(wrong().into());
    };
    throttle::forget(&mut tx, &of, &from, counted_at).await?;
    let person = found.person.id;
    if confirmed(found).is_some() {
        let session = begin(app, &mut tx, person, Stage::CodeDue, visitor).await?;
        tx.commit().await?;
        return Ok(SignIn::CodeDue(session));
    }
    let session = begin(app, &mut tx, person, Stage::Password, visitor).await?;
    record_sign_in(app, &mut tx, person, false).await?;
    tx.commit().await?;
    Ok(SignIn::Done(session))
}

async fn find(app: &App, typed: &str) -> Result<Option<Credentials>, AppError> {
    let Ok(email) = Email::parse(typed) else {
        return Ok(None);
    };
    let mut conn = app.reader().conn().await?;
    Ok(people::find_credentials(&mut conn, &email).await?)
}

fn reason_of_refusal(found: Option<&Credentials>) -> &'static str {
    match found {
        None => "unknown",
        Some(found) if found.is_disabled => "closed",
        Some(found) if found.password_hash.is_none() => "unregistered",
        Some(_) => "password",
    }
}

fn wrong() -> Problem {
    Problem::at(
        "email",
        "sign_in.wrong",
        "The email address or password is not right",
    )
    .remedy("Check both and try again, or reset your password")
}

/// Enters the code that is due. Each code is accepted once; the session's token is replaced.
pub async fn enter_code(app: &App, token: &str, code: &str) -> Result<NewSession, AppError> {
    let mut conn = app.reader().conn().await?;
    let open = find_open(app, &mut conn, token).await?;
    let Some((session, _)) = open.filter(|(session, _)| session.stage == Stage::CodeDue) else {
        return Err(AppError::NotFound("sign-in"));
    };
    drop(conn);
    let person = session.person;
    let of = Subject::new("code of", &person.to_string(), FOR_A_PERSON);
    let counted_at = throttle::count(app, std::slice::from_ref(&of)).await?;
    let mut tx = app.store.begin().await?;
    let credentials = people::get_credentials(&mut tx, person).await?;
    let step = confirmed(&credentials).and_then(|factor| step_of(&factor.secret, code, app.now()));
    let is_accepted = match step {
        Some(step) => people::use_step(&mut tx, person, step).await?,
        None => false,
    };
    if !is_accepted {
        record_refusal(app, &mut tx, Some(person), "code").await?;
        tx.commit().await?;
        return Err(Problem::at(
            "code",
            "code.wrong",
            "The code is not right, or it was used before",
        )
        .remedy("Wait for the next code in your app and enter that one")
        .into());
    }
    throttle::forget(&mut tx, &of, &of, counted_at).await?;
    let new_session = replace(app, &mut tx, &session, Stage::SecondFactor).await?;
    record_sign_in(app, &mut tx, person, true).await?;
    tx.commit().await?;
    Ok(new_session)
}

pub(super) async fn record_sign_in(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    with_code: bool,
) -> Result<(), AppError> {
    let event = Event::new("person.signed_in", Some(person)).detail(json!({ "second_factor": with_code }));
    events::record(tx, &event, app.now()).await?;
    Ok(())
}

async fn record_refusal(
    app: &App,
    tx: &mut Tx,
    person: Option<PersonId>,
    reason: &str,
) -> Result<(), AppError> {
    let event = Event::new("person.sign_in_refused", person).detail(json!({ "reason": reason }));
    events::record(tx, &event, app.now()).await?;
    Ok(())
}
