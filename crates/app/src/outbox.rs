//! Letters: written in the transaction that causes them, sent afterwards.
//!
//! A letter waits, is sent, or is given up after the last of [`DELAYS`]. The table of letters is itself the
//! queue: taking a letter puts its next try ahead, so that a sender that is killed loses nothing and two senders
//! do not send the same letter at once. A sender killed between the server's yes and the record sends it twice.

use std::future::Future;

use domain::access::{Actor, Target};
use domain::ids::LetterId;
use domain::people::Email;
use domain::roles::Right;
use jiff::{SignedDuration, Timestamp};
use storage::Tx;
use storage::letters::{self, KeptLetter, NewLetter};
use uuid::Uuid;

use crate::error::AppError;
use crate::running::App;

/// A letter to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is for, such as `reset`; stable.
    pub purpose: &'static str,
    /// To whom.
    pub to: Email,
    /// Its subject line.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// Puts a letter in the outbox; it is sent after the transaction commits, and not at all if it does not.
pub async fn put(tx: &mut Tx, letter: &Letter, now: Timestamp) -> Result<LetterId, AppError> {
    let new_letter = NewLetter {
        id: LetterId(Uuid::now_v7()),
        purpose: letter.purpose,
        to: letter.to.clone(),
        subject: letter.subject.clone(),
        body: letter.body.clone(),
    };
    letters::insert(tx, &new_letter, now).await?;
    Ok(new_letter.id)
}

/// How long to wait after each try that did not succeed; after the last, the letter is given up.
pub const DELAYS: [SignedDuration; 7] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(4),
    SignedDuration::from_hours(12),
    SignedDuration::from_hours(24),
];

/// How long a letter in hand is left alone; longer than any mail server is waited for.
const IN_HAND: SignedDuration = SignedDuration::from_mins(5);

/// Why a mail server did not take a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In a few words; names no address, because it is shown and logged.
    pub reason: String,
    /// Whether trying again is useless.
    pub is_final: bool,
}

/// Something that sends letters.
pub trait Mailer: Send + Sync {
    /// Hands a letter to a mail server, and answers only when the server has taken it.
    fn send(&self, letter: &KeptLetter) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// Sends the letter that has been due longest, and records what came of it. False when none is due.
pub async fn deliver_next<M: Mailer>(app: &App, mailer: &M) -> Result<bool, AppError> {
    let Some(letter) = take(app).await? else {
        return Ok(false);
    };
    match mailer.send(&letter).await {
        Ok(()) => {
            let mut tx = app.store.begin().await?;
            let kept = without_secrets(&letter.body);
            letters::mark_sent(&mut tx, letter.id, &kept, app.now()).await?;
            tx.commit().await?;
            tracing::info!(letter.id = %letter.id, letter.purpose = letter.purpose, "letter sent");
        }
        Err(refusal) => postpone(app, &letter, &refusal).await?,
    }
    Ok(true)
}

async fn take(app: &App) -> Result<Option<KeptLetter>, AppError> {
    let now = app.now();
    // Asked with a reader first, so that an idle system does not stand in the writers' queue each second.
    let mut conn = app.reader().conn().await?;
    if !letters::is_any_due(&mut conn, now).await? {
        return Ok(None);
    }
    drop(conn);
    let mut tx = app.store.begin().await?;
    let letter = letters::take(&mut tx, now, now + IN_HAND).await?;
    tx.commit().await?;
    Ok(letter)
}

async fn postpone(app: &App, letter: &KeptLetter, refusal: &Refusal) -> Result<(), AppError> {
    let delay = usize::try_from(letter.tries - 1)
        .ok()
        .and_then(|done| DELAYS.get(done));
    let again_at = match delay {
        Some(delay) if !refusal.is_final => Some(app.now() + *delay),
        _ => None,
    };
    let mut tx = app.store.begin().await?;
    letters::mark_refused(&mut tx, letter.id, &refusal.reason, again_at).await?;
    tx.commit().await?;
    tracing::warn!(
        letter.id = %letter.id,
        letter.purpose = letter.purpose,
        letter.tries = letter.tries,
        given_up = again_at.is_none(),
        reason = refusal.reason,
        "letter not taken"
    );
    Ok(())
}

/// How many letters a page shows.
const PER_PAGE: usize = 50;

/// One page of the outbox.
#[derive(Debug, Clone)]
pub struct OutboxView {
    /// The letters, newest first.
    pub letters: Vec<KeptLetter>,
    /// Where the next page begins; none on the last.
    pub before: Option<LetterId>,
}

/// Whether somebody may read the outbox: those with the right, and everybody in a demonstration, where no letter
/// reaches anybody in another way.
fn may_read(app: &App, actor: &Actor) -> Result<(), AppError> {
    if !app.settings().is_demonstration {
        actor.may(Right::SeeOutbox, &Target::Nation)?;
    }
    Ok(())
}

/// The newest letters before one.
pub async fn list(app: &App, actor: &Actor, before: Option<LetterId>) -> Result<OutboxView, AppError> {
    may_read(app, actor)?;
    let mut conn = app.reader().conn().await?;
    let mut found = letters::list(&mut conn, before, PER_PAGE as i64 + 1).await?;
    let has_more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    Ok(OutboxView {
        before: found.last().map(|letter| letter.id).filter(|_| has_more),
        letters: found,
    })
}

/// A letter to be read: whole in a demonstration, elsewhere without the secrets of its links.
pub async fn read(app: &App, actor: &Actor, id: LetterId) -> Result<KeptLetter, AppError> {
    may_read(app, actor)?;
    let mut conn = app.reader().conn().await?;
    let mut letter = letters::find(&mut conn, id)
        .await?
        .ok_or(AppError::NotFound("letter"))?;
    if !app.settings().is_demonstration {
        letter.body = without_secrets(&letter.body);
    }
    Ok(letter)
}

/// The text without what opens doors: the secret at the end of a link is cut away. Kept after sending, and shown
/// to whoever may read the outbox, because a reader of the outbox must not be able to use other people's links.
pub fn without_secrets(body: &str) -> String {
    let mut kept = String::with_capacity(body.len());
    for word in body.split_inclusive(char::is_whitespace) {
        match word.rfind('/') {
            Some(slash) if is_secret(word[slash + 1..].trim_end()) => {
                let ending = &word[word.trim_end().len()..];
                kept.push_str(&word[..=slash]);
                kept.push('…');
                kept.push_str(ending);
            }
            _ => kept.push_str(word),
        }
    }
    kept
}

/// The secret at the end of the first link in a text that has one.
pub(crate) fn secret_in(body: &str) -> Option<String> {
    for word in body.split_whitespace() {
        let Some((_, ending)) = word.rsplit_once('/') else {
            continue;
        };
        if is_secret(ending) {
            return Some(ending.chars().take(64).collect());
        }
    }
    None
}

fn is_secret(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',', ')', '>']);
    text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
