//! Passwords: which may be chosen, and how they are kept (argon2id).

mod breached;
mod well_known;

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::problem::Problem;
use tokio::sync::Semaphore;

use crate::error::AppError;
use crate::running::App;
use crate::tokens;

/// The fewest characters of a password; there are no rules about kinds of characters.
pub const FEWEST_CHARACTERS: usize = 12;

/// The most characters of a password.
pub const MOST_CHARACTERS: usize = 128;

/// How many passwords are hashed at the same time: each takes 19 MiB and a core for some 30 milliseconds, and
/// a crowd at the door must not take the machine from those who are in.
static AT_THE_SAME_TIME: Semaphore = Semaphore::const_new(4);

/// The choice of a password: what was typed, where, and by whom.
pub(crate) struct Choice<'a> {
    /// The name of the form field.
    pub place: &'static str,
    /// What was typed.
    pub password: &'a str,
    /// Words that an outsider would try first: the person's name and address.
    pub about_the_person: [&'a str; 2],
}

/// Checks a chosen password and answers the hash to keep. Refused: too short, too long, common, about the
/// person or this service, or known from a breach where the operator has named a file of those.
pub(crate) async fn choose(app: &App, choice: &Choice<'_>) -> Result<String, AppError> {
    if let Some(problem) = problem_with(choice) {
        return Err(problem.into());
    }
    if let Some(path) = app.settings().breached_passwords.clone() {
        let password = choice.password.to_owned();
        let is_known = tokio::task::spawn_blocking(move || breached::contains(&path, &password))
            .await
            .map_err(|error| AppError::Broken(error.to_string()))?
            .map_err(|error| AppError::Broken(format!("the file of breached passwords: {error}")))?;
        if is_known {
            return Err(Problem::at(
                choice.place,
                "password.breached",
                "This password has been stolen from another website and cannot be used",
            )
            .remedy("Choose another one, such as three random words")
            .into());
        }
    }
    hash(choice.password.to_owned()).await
}

/// Why a password may not be chosen, as far as that can be told without the operator's file.
pub(crate) fn problem_with(choice: &Choice<'_>) -> Option<Problem> {
    let count = choice.password.chars().count();
    if count < FEWEST_CHARACTERS {
        return Some(Problem::at(
            choice.place,
            "password.too_short",
            format!("Password must be {FEWEST_CHARACTERS} characters or more"),
        ));
    }
    if count > MOST_CHARACTERS {
        return Some(Problem::at(
            choice.place,
            "password.too_long",
            format!("Password must be {MOST_CHARACTERS} characters or fewer"),
        ));
    }
    if well_known::is_easy_to_guess(choice.password, &choice.about_the_person) {
        return Some(
            Problem::at(
                choice.place,
                "password.common",
                "This password is too easy to guess",
            )
            .remedy(
                "Do not use your name, common words, rows of keys or dates; three random words work well",
            ),
        );
    }
    None
}

async fn hash(password: String) -> Result<String, AppError> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(move || hash_now(&password))
        .await
        .map_err(|error| AppError::Broken(error.to_string()))?
}

fn hash_now(password: &str) -> Result<String, AppError> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| AppError::Broken(format!("hashing a password: {error}")))?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was kept. Without a kept one it takes as long and answers no, so that
/// time does not tell which addresses have an account.
pub(crate) async fn matches(kept: Option<String>, password: String) -> Result<bool, AppError> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(move || {
        let is_kept = kept.is_some();
        let against = match kept {
            Some(hash) => hash,
            None => nobodys_hash()?,
        };
        let parsed = PasswordHash::new(&against)
            .map_err(|error| AppError::Broken(format!("a kept password hash: {error}")))?;
        let is_right = Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok();
        Ok(is_right && is_kept)
    })
    .await
    .map_err(|error| AppError::Broken(error.to_string()))?
}

/// The hash of a secret that nobody knows, made with today's parameters.
fn nobodys_hash() -> Result<String, AppError> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let made = hash_now(&tokens::make())?;
    Ok(HASH.get_or_init(|| made).clone())
}

async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>, AppError> {
    AT_THE_SAME_TIME
        .acquire()
        .await
        .map_err(|error| AppError::Broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> String {
        let choice = Choice {
            place: "password",
            password,
            about_the_person: ["Bea Brown", "bea.brown@leeds.example.org"],
        };
        problem_with(&choice).map_or_else(|| "fine".to_owned(), |problem| problem.code)
    }

    #[test]
    fn eleven_characters_are_too_few_and_a_hundred_and_twenty_nine_too_many() {
        assert_eq!(code("kx7 vqm plz"), "password.too_short");
        assert_eq!(code(&"gravel-teapot ".repeat(10)), "password.too_long");
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(code("ééééééééééé"), "password.too_short");
    }

    #[test]
    fn a_sentence_of_random_words_is_fine() {
        for password in ["gravel teapot lantern", "Kx7#vqm-plz9", "umbrella-socket-plum"] {
            assert_eq!(code(password), "fine", "{password}");
        }
    }

    #[test]
    fn a_password_about_the_person_is_refused() {
        for password in ["BeaBrown2026!", "brown.bea.1974", "Leeds-brown-99"] {
            assert_eq!(code(password), "password.common", "{password}");
        }
    }

    #[tokio::test]
    async fn a_kept_password_is_recognised_and_no_other() {
        let kept = hash("gravel teapot lantern".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$"));
        assert!(
            matches(Some(kept.clone()), "gravel teapot lantern".to_owned())
                .await
                .unwrap()
        );
        assert!(
            !matches(Some(kept), "gravel teapot lanterm".to_owned())
                .await
                .unwrap()
        );
        assert!(!matches(None, "gravel teapot lantern".to_owned()).await.unwrap());
    }
}
