//! Letters waiting to be sent.

use domain::ids::LetterId;
use domain::people::Email;
use jiff::Timestamp;

use crate::engine::Tx;
use crate::error::StorageError;
use crate::instant::Instant;

/// A letter as it is put in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Its identity.
    pub id: LetterId,
    /// What it is for, such as `reset`; stable.
    pub purpose: &'static str,
    /// To whom.
    pub to: Email,
    /// Its subject line.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// Puts a letter in the outbox, due at once.
pub async fn insert(tx: &mut Tx, letter: &NewLetter, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into letter (id, purpose, recipient, subject, body, state, tries, last_error, created_at, due_at)
         values ($1, $2, $3, $4, $5, 'waiting', 0, '', $6, $6)",
        letter.id.0,
        letter.purpose,
        letter.to.as_str(),
        &letter.subject,
        &letter.body,
        Instant(at),
    )?;
    Ok(())
}
