//! One-use links in letters: they prove that an address works, and bring what their detail says.

use domain::access::Scope;
use domain::ids::{ParticipationId, PersonId};
use domain::people::Email;
use domain::problem::Problem;
use domain::roles::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{Conn, Tx};
use uuid::Uuid;

use crate::error::AppError;
use crate::tokens;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A nominated mapping lead makes an account (A03).
    Register,
    /// Somebody who forgot the password chooses a new one.
    Reset,
    /// A colleague is asked to help with an organisation or a service.
    Invite,
}

impl Purpose {
    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::Register => "register",
            Purpose::Reset => "reset",
            Purpose::Invite => "invite",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Purpose::Register | Purpose::Invite => "register",
            Purpose::Reset => "reset-password",
        }
    }
}

/// A role that a link brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantOffer {
    /// What the person becomes.
    pub role: Role,
    /// Over what.
    pub scope: Scope,
}

/// What using a link brings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkDetail {
    /// The roles that the person gets.
    pub grants: Vec<GrantOffer>,
    /// The participation that counts as registered from then on.
    pub participation: Option<ParticipationId>,
    /// The nomination that is fulfilled.
    pub nomination: Option<Uuid>,
    /// The person's name as the inviter knows it; the person can correct it.
    pub name: String,
    /// The person's post as the inviter knows it; the person can correct it.
    pub post: String,
    /// What the invitation is to, as shown on the page: "Leeds City Council, mapping 2026/27".
    pub about: String,
}

/// A link to be made.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// What it is for.
    pub purpose: Purpose,
    /// To whom it will be sent.
    pub email: Email,
    /// What using it brings.
    pub detail: LinkDetail,
    /// The nomination, service or other thing it is about, by which [`recall_about`] finds it.
    pub about: Option<Uuid>,
    /// The instant from which it no longer works.
    pub expires_at: Timestamp,
    /// Who has it sent; none for the machine.
    pub by: Option<PersonId>,
}

/// A link that still works.
#[derive(Debug, Clone)]
pub struct OpenLink {
    /// To whom it was sent.
    pub email: Email,
    /// What using it brings.
    pub detail: LinkDetail,
    /// Who had it sent.
    pub by: Option<PersonId>,
    pub(crate) token_hash: Vec<u8>,
}

/// Makes a link and answers its token, which exists nowhere else: put it in a letter with [`address`].
pub async fn issue(tx: &mut Tx, link: NewLink, now: Timestamp) -> Result<String, AppError> {
    let token = tokens::make();
    let detail = serde_json::to_value(&link.detail).map_err(|error| AppError::Broken(error.to_string()))?;
    let row = storage::links::Link {
        token_hash: tokens::hash(&token),
        purpose: link.purpose.code().to_owned(),
        email: link.email.as_str().to_owned(),
        about: link.about,
        detail,
        created_by: link.by,
        created_at: now,
        expires_at: link.expires_at,
        used_at: None,
        recalled_at: None,
    };
    storage::links::insert(tx, &row).await?;
    Ok(token)
}

/// The address of the page that a link opens.
pub fn address(base_url: &str, purpose: Purpose, token: &str) -> String {
    format!("{base_url}/{}/{token}", purpose.page())
}

/// The link with this token, for one of these purposes; refused without saying why when it does not work,
/// because a used, recalled, expired and invented link must look alike.
pub async fn open(
    conn: &mut Conn,
    token: &str,
    purposes: &[Purpose],
    now: Timestamp,
) -> Result<OpenLink, AppError> {
    let found = storage::links::find(conn, &tokens::hash(token)).await?;
    let Some(link) = found
        .filter(|link| link.works_at(now) && purposes.iter().any(|purpose| purpose.code() == link.purpose))
    else {
        return Err(worn_out().into());
    };
    let detail = serde_json::from_value(link.detail).map_err(|error| AppError::Broken(error.to_string()))?;
    Ok(OpenLink {
        email: Email::parse(&link.email)?,
        detail,
        by: link.created_by,
        token_hash: link.token_hash,
    })
}

/// Uses a link up; refused when somebody was quicker.
pub(crate) async fn use_up(tx: &mut Tx, link: &OpenLink, now: Timestamp) -> Result<(), AppError> {
    if storage::links::use_up(tx, &link.token_hash, now).await? {
        Ok(())
    } else {
        Err(worn_out().into())
    }
}

/// Takes back every unused link about something, such as the nomination that was replaced.
pub async fn recall_about(tx: &mut Tx, about: Uuid, now: Timestamp) -> Result<u64, AppError> {
    Ok(storage::links::recall_about(tx, about, now).await?)
}

fn worn_out() -> Problem {
    Problem::at(
        "link",
        "link.not_working",
        "This link does not work: it has expired, or it has been used or taken back",
    )
    .remedy("Ask for a new one")
}
