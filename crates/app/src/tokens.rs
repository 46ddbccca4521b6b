//! Secrets made by chance: session tokens, link tokens, form tokens.

use rand::RngExt;
use sha2::{Digest, Sha256};

/// A new secret of 256 bits, as 64 hexadecimal digits. Given out once; only its [`hash`] is kept.
pub fn make() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    hex(&bytes)
}

/// Bytes as hexadecimal digits, two for each.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text
}

/// Whether two secrets are the same, in a time that does not tell how much of them is.
pub fn are_same(one: &str, other: &str) -> bool {
    // Hashes of what a stranger sends cannot be steered, so that comparing them tells nothing.
    hash(one) == hash(other)
}

/// What is kept of a secret: its SHA-256. A secret of 256 bits needs no salt.
pub fn hash(token: &str) -> Vec<u8> {
    digest(token.as_bytes())
}

/// The SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_alike() {
        assert_ne!(make(), make());
        assert_eq!(make().len(), 64);
    }
}
