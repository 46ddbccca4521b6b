//! People with an account.

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::problem::Problem;

/// An e-mail address, lower-case; checked for shape only: whether it works is proved by a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads what a person typed.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let trimmed = text.trim().to_lowercase();
        let wrong = || {
            Problem::at(
                "email",
                "email.malformed",
                "Enter an email address in the correct format, like name@example.org",
            )
        };
        let (local, host) = trimmed.rsplit_once('@').ok_or_else(wrong)?;
        let host_is_sound = host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
        let local_is_sound = !local.is_empty()
            && local
                .chars()
                .all(|c| !c.is_whitespace() && !c.is_control() && c != '@');
        if trimmed.len() > 254 || !host_is_sound || !local_is_sound {
            return Err(wrong());
        }
        Ok(Self(trimmed))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their identity.
    pub id: PersonId,
    /// Where letters go; also how they sign in.
    pub email: Email,
    /// Their name.
    pub name: String,
    /// Their post, such as "Head of early help".
    pub post: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_lower_case() {
        assert_eq!(
            Email::parse(" Bea@Example.ORG ").unwrap().as_str(),
            "bea@example.org"
        );
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for text in [
            "",
            "bea",
            "bea@",
            "@example.org",
            "bea@example",
            "b ea@example.org",
            "bea@exam ple.org",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
