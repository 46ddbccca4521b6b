//! People with an account, and what proves that it is them.

use domain::ids::PersonId;
use domain::people::{Email, Person};
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Conn, Tx};
use crate::error::{StorageError, known};
use crate::instant::Instant;

/// What proves that somebody is who they say they are. Not for pages.
#[derive(Clone)]
pub struct Credentials {
    /// Whose.
    pub person: Person,
    /// The password's argon2id hash; none until the person has registered.
    pub password_hash: Option<String>,
    /// The second factor, confirmed or being set up.
    pub second_factor: Option<SecondFactor>,
    /// Whether the account is closed.
    pub is_disabled: bool,
}

/// A time-based one-time code generator (RFC 6238) that the person holds.
#[derive(Clone)]
pub struct SecondFactor {
    /// The shared secret in base 32.
    pub secret: String,
    /// When the person proved to hold it; none while it is being set up.
    pub confirmed_at: Option<Timestamp>,
    /// The last step of 30 seconds whose code was accepted; its code is not accepted again.
    pub last_step: Option<i64>,
}

/// A line of the list of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub person: Person,
    /// Whether the person has chosen a password.
    pub is_registered: bool,
    /// Whether sign-in asks for a code as well.
    pub has_second_factor: bool,
    /// Whether the account is closed.
    pub is_disabled: bool,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: Uuid,
    email: String,
    name: String,
    post: String,
    password_hash: Option<String>,
    totp_secret: Option<String>,
    totp_confirmed_at: Option<Instant>,
    totp_last_step: Option<i64>,
    disabled_at: Option<Instant>,
}

impl TryFrom<PersonRow> for Credentials {
    type Error = StorageError;

    fn try_from(row: PersonRow) -> Result<Self, StorageError> {
        let second_factor = row.totp_secret.map(|secret| SecondFactor {
            secret,
            confirmed_at: row.totp_confirmed_at.map(|at| at.0),
            last_step: row.totp_last_step,
        });
        Ok(Credentials {
            person: Person {
                id: PersonId(row.id),
                // The address is not repeated in the error: errors are logged.
                email: known(Email::parse(&row.email).ok(), "person", "email", "an address")?,
                name: row.name,
                post: row.post,
            },
            password_hash: row.password_hash,
            second_factor,
            is_disabled: row.disabled_at.is_some(),
        })
    }
}

/// A person by their identity.
pub async fn get(conn: &mut Conn, id: PersonId) -> Result<Person, StorageError> {
    Ok(get_credentials(conn, id).await?.person)
}

/// The person with this address.
pub async fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<Person>, StorageError> {
    Ok(find_credentials(conn, email)
        .await?
        .map(|credentials| credentials.person))
}

/// What proves that somebody is this person.
pub async fn get_credentials(conn: &mut Conn, id: PersonId) -> Result<Credentials, StorageError> {
    let row = fetch_optional!(
        PersonRow,
        conn,
        "select id, email, name, post, password_hash, totp_secret, totp_confirmed_at, totp_last_step, disabled_at
         from person
         where id = $1",
        id.0,
    )?;
    row.ok_or(StorageError::NotFound("person"))?.try_into()
}

/// What proves that somebody is the person with this address.
pub async fn find_credentials(conn: &mut Conn, email: &Email) -> Result<Option<Credentials>, StorageError> {
    let row = fetch_optional!(
        PersonRow,
        conn,
        "select id, email, name, post, password_hash, totp_secret, totp_confirmed_at, totp_last_step, disabled_at
         from person
         where email = $1",
        email.as_str(),
    )?;
    row.map(Credentials::try_from).transpose()
}

/// Every account, by address.
pub async fn list_accounts(conn: &mut Conn) -> Result<Vec<Account>, StorageError> {
    let rows = fetch_all!(
        PersonRow,
        conn,
        "select id, email, name, post, password_hash, totp_secret, totp_confirmed_at, totp_last_step, disabled_at
         from person
         order by email",
    )?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in rows {
        let credentials = Credentials::try_from(row)?;
        accounts.push(Account {
            is_registered: credentials.password_hash.is_some(),
            has_second_factor: credentials
                .second_factor
                .is_some_and(|factor| factor.confirmed_at.is_some()),
            is_disabled: credentials.is_disabled,
            person: credentials.person,
        });
    }
    Ok(accounts)
}

/// Adds a person without a password; [`StorageError::Taken`] when the address has an account.
pub async fn insert(tx: &mut Tx, person: &Person, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into person (id, email, name, post, created_at) values ($1, $2, $3, $4, $5)",
        person.id.0,
        person.email.as_str(),
        &person.name,
        &person.post,
        Instant(at),
    )?;
    Ok(())
}

/// Keeps the name and post as the person last told them.
pub async fn save_name(tx: &mut Tx, id: PersonId, name: &str, post: &str) -> Result<(), StorageError> {
    execute!(
        tx,
        "update person set name = $2, post = $3 where id = $1",
        id.0,
        name,
        post
    )?;
    Ok(())
}

/// Keeps the hash of a new password.
pub async fn save_password(tx: &mut Tx, id: PersonId, hash: &str) -> Result<(), StorageError> {
    execute!(
        tx,
        "update person set password_hash = $2 where id = $1",
        id.0,
        hash
    )?;
    Ok(())
}

/// Keeps a second factor that is being set up, in place of an earlier one.
pub async fn start_second_factor(tx: &mut Tx, id: PersonId, secret: &str) -> Result<(), StorageError> {
    execute!(
        tx,
        "update person set totp_secret = $2, totp_confirmed_at = null, totp_last_step = null where id = $1",
        id.0,
        secret,
    )?;
    Ok(())
}

/// The person has proved to hold the second factor.
pub async fn confirm_second_factor(tx: &mut Tx, id: PersonId, at: Timestamp) -> Result<(), StorageError> {
    execute!(
        tx,
        "update person set totp_confirmed_at = $2 where id = $1 and totp_secret is not null",
        id.0,
        Instant(at),
    )?;
    Ok(())
}

/// Accepts the code of a step, once; false when this step's code or a later one was accepted before.
pub async fn use_step(tx: &mut Tx, id: PersonId, step: i64) -> Result<bool, StorageError> {
    let changed = execute!(
        tx,
        "update person set totp_last_step = $2
         where id = $1 and (totp_last_step is null or totp_last_step < $2)",
        id.0,
        step,
    )?;
    Ok(changed == 1)
}

/// Sign-in asks for no code any more.
pub async fn remove_second_factor(tx: &mut Tx, id: PersonId) -> Result<(), StorageError> {
    execute!(
        tx,
        "update person set totp_secret = null, totp_confirmed_at = null, totp_last_step = null where id = $1",
        id.0,
    )?;
    Ok(())
}

/// Closes an account from an instant, or opens it again.
pub async fn save_disabled(tx: &mut Tx, id: PersonId, at: Option<Timestamp>) -> Result<(), StorageError> {
    execute!(
        tx,
        "update person set disabled_at = $2 where id = $1",
        id.0,
        Instant::optional(at),
    )?;
    Ok(())
}
