//! Letters: written in the transaction that causes them, sent afterwards.

use domain::ids::LetterId;
use domain::people::Email;
use jiff::Timestamp;
use storage::Tx;
use storage::letters::{self, NewLetter};
use uuid::Uuid;

use crate::error::AppError;

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
