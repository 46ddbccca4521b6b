//! Sessions: who is signed in. A session is a secret in a cookie; only its hash is kept.

use domain::access::{Actor, Denied};
use domain::events::Event;
use domain::ids::PersonId;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use storage::sessions::{self as kept, Session, Stage};
use storage::{Tx, attempts, events};

use super::Visitor;
use crate::error::AppError;
use crate::running::App;
use crate::tokens;

/// Minutes in which the code must follow the password.
const MINUTES_FOR_THE_CODE: i64 = 10;

/// A session that has just begun: its token goes into the cookie and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The secret of 256 bits.
    pub token: String,
    /// Seconds for which the cookie is worth keeping.
    pub seconds: i64,
}

/// Which session, without giving away its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionKey(Vec<u8>);

impl SessionKey {
    /// The key as text for a form.
    pub fn to_text(&self) -> String {
        tokens::hex(&self.0)
    }
}

/// Whom a request comes from.
#[derive(Debug, Clone)]
pub enum Recognised {
    /// Nobody who has signed in.
    Nobody,
    /// Somebody whose password was right and who still has to enter a code.
    CodeDue {
        /// What forms sent in this session must carry.
        form_token: String,
    },
    /// Somebody who has signed in.
    SignedIn(SignedIn),
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who, with the grants that hold today.
    pub actor: Actor,
    /// What forms sent in this session must carry.
    pub form_token: String,
    /// Which session.
    pub session: SessionKey,
}

/// One of a person's own sessions, for the account page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Which.
    pub key: SessionKey,
    /// What it runs on, in words.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_this_one: bool,
}

/// Begins a session in the transaction that justifies it.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    stage: Stage,
    visitor: &Visitor,
) -> Result<NewSession, AppError> {
    let now = app.now();
    let length = match stage {
        Stage::CodeDue => MINUTES_FOR_THE_CODE.minutes(),
        Stage::Password | Stage::SecondFactor => app.settings().session_absolute_hours.hours(),
    };
    let expires_at = now
        .checked_add(length)
        .map_err(|error| AppError::Broken(error.to_string()))?;
    let token = tokens::make();
    let session = Session {
        token_hash: tokens::hash(&token),
        person,
        form_token: tokens::make(),
        stage,
        device: visitor.device.chars().take(60).collect(),
        created_at: now,
        seen_at: now,
        expires_at,
    };
    kept::insert(tx, &session).await?;
    Ok(NewSession {
        token,
        seconds: expires_at.as_second() - now.as_second(),
    })
}

/// Whether a session is over by age or disuse.
fn is_over(app: &App, session: &Session, now: Timestamp) -> bool {
    let idle_seconds = now.as_second() - session.seen_at.as_second();
    now >= session.expires_at || idle_seconds >= app.settings().session_idle_minutes * 60
}

/// The session with this token that still holds, and the person's name.
pub(super) async fn find_open(
    app: &App,
    conn: &mut storage::Conn,
    token: &str,
) -> Result<Option<(Session, String)>, AppError> {
    let found = kept::find(conn, &tokens::hash(token)).await?;
    Ok(found
        .filter(|found| !found.is_disabled && !is_over(app, &found.session, app.now()))
        .map(|found| (found.session, found.person_name)))
}

/// Whom the holder of a session's token is. Reads only, except that once a minute it keeps when the session was
/// last used.
pub async fn recognise(app: &App, token: &str) -> Result<Recognised, AppError> {
    let mut conn = app.reader().conn().await?;
    let Some((session, name)) = find_open(app, &mut conn, token).await? else {
        return Ok(Recognised::Nobody);
    };
    if session.stage == Stage::CodeDue {
        return Ok(Recognised::CodeDue {
            form_token: session.form_token,
        });
    }
    let grants = storage::grants::list(&mut conn, session.person, app.today()).await?;
    drop(conn);
    let now = app.now();
    if now.as_second() - session.seen_at.as_second() >= 60 {
        let mut tx = app.store.begin().await?;
        kept::save_seen(&mut tx, &session.token_hash, now).await?;
        tx.commit().await?;
    }
    Ok(Recognised::SignedIn(SignedIn {
        actor: Actor::new(session.person, name, grants, app.today()),
        form_token: session.form_token,
        session: SessionKey(session.token_hash),
    }))
}

/// Signs out of one session.
pub async fn sign_out(app: &App, who: &SignedIn) -> Result<(), AppError> {
    end_session(app, who, &who.session.to_text()).await
}

/// Ends one of one's own sessions, by the text of its key.
pub async fn end_session(app: &App, who: &SignedIn, key: &str) -> Result<(), AppError> {
    let person = who.actor.person();
    let mut tx = app.store.begin().await?;
    let own = kept::list(&mut tx, person).await?;
    let Some(session) = own
        .into_iter()
        .find(|session| SessionKey(session.token_hash.clone()).to_text() == key)
    else {
        return Err(AppError::NotFound("session"));
    };
    kept::delete(&mut tx, person, &session.token_hash).await?;
    events::record(&mut tx, &Event::new("session.ended", Some(person)), app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Signs out everywhere, here too.
pub async fn sign_out_everywhere(app: &App, who: &SignedIn) -> Result<(), AppError> {
    let person = who.actor.person();
    let mut tx = app.store.begin().await?;
    end_all(app, &mut tx, person).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all sessions of a person.
pub(super) async fn end_all(app: &App, tx: &mut Tx, person: PersonId) -> Result<(), AppError> {
    let count = kept::delete_all(tx, person).await?;
    let event = Event::new("session.ended", Some(person)).detail(json!({ "count": count }));
    events::record(tx, &event, app.now()).await?;
    Ok(())
}

/// One's own sessions that still hold, the last used first.
pub async fn sessions(app: &App, who: &SignedIn) -> Result<Vec<OwnSession>, AppError> {
    let mut conn = app.reader().conn().await?;
    let now = app.now();
    let mut own = Vec::new();
    for session in kept::list(&mut conn, who.actor.person()).await? {
        if session.stage != Stage::CodeDue && !is_over(app, &session, now) {
            own.push(OwnSession {
                is_this_one: who.session.0 == session.token_hash,
                key: SessionKey(session.token_hash),
                device: session.device,
                created_at: session.created_at,
                seen_at: session.seen_at,
            });
        }
    }
    Ok(own)
}

/// Keeps in the audit that somebody was refused; `what` is a route or verb, never an address with a name in it.
pub async fn record_denied(app: &App, actor: &Actor, denied: Denied, what: &str) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let event = Event::new("access.denied", actor.recorded_person())
        .detail(json!({ "right": denied.right, "what": what }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Clears away sessions that are over and tries that slow nobody down any more; for a timer.
pub async fn clear_away(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    let before = |span: jiff::Span| {
        now.checked_sub(span)
            .map_err(|error| AppError::Broken(error.to_string()))
    };
    let mut tx = app.store.begin().await?;
    let unused_since = before(app.settings().session_idle_minutes.minutes())?;
    let sessions = kept::delete_over(&mut tx, now, unused_since).await?;
    let tries = attempts::delete_before(&mut tx, before(24.hours())?).await?;
    tx.commit().await?;
    Ok(sessions + tries)
}

/// A new session in the place of another, so that a token seen before a change of standing is worth nothing
/// after it.
pub(super) async fn replace(
    app: &App,
    tx: &mut Tx,
    old: &Session,
    stage: Stage,
) -> Result<NewSession, AppError> {
    kept::delete(tx, old.person, &old.token_hash).await?;
    let visitor = Visitor {
        address: String::new(),
        device: old.device.clone(),
    };
    begin(app, tx, old.person, stage, &visitor).await
}

/// The kept session of somebody who is signed in.
pub(super) async fn own(conn: &mut storage::Conn, who: &SignedIn) -> Result<Session, AppError> {
    let found = kept::find(conn, &who.session.0).await?;
    found
        .map(|found| found.session)
        .ok_or(AppError::NotFound("session"))
}
