//! What must never be in a log line.

use std::io::Write;
use std::sync::{Arc, Mutex};

use domain::roles::Role;

use crate::world::{PASSWORD, worlds};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_address_password_or_token_is_in_a_log_line_at_any_level() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    // For the whole process, because passwords are hashed on threads of their own.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut secrets = vec![
        "bea@example.org".to_owned(),
        "bea%40example".to_owned(),
        PASSWORD.to_owned(),
        "gravel%20teapot".to_owned(),
        "wrong password".to_owned(),
        "umbrella socket plum".to_owned(),
        "Bea".to_owned(),
    ];
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let mut browser = world.browser();
        browser.get("/sign-in").await;
        let wrong = [("email", "bea@example.org"), ("password", "wrong password")];
        browser.send("/sign-in", &wrong).await;
        browser.sign_in("bea@example.org").await;
        secrets.push(browser.cookies["csm"].clone());
        browser.get("/account").await;
        browser.get("/account/second-step").await;
        let mut other = world.browser();
        other.get("/reset-password").await;
        other
            .send("/reset-password", &[("email", "bea@example.org")])
            .await;
        let letter = world.last_letter().await;
        let (_, rest) = letter.split_once("/reset-password/").unwrap();
        let token = rest.split_whitespace().next().unwrap().to_owned();
        let path = format!("/reset-password/{token}");
        other.get(&path).await;
        other.send(&path, &[("password", "umbrella socket plum")]).await;
        other.get(&path).await;
        secrets.push(token);
        secrets.push(browser.token.clone());
        secrets.push(other.cookies["csm-form"].clone());
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("/reset-password/{token}"),
        "nothing was logged: {text}"
    );
    for secret in secrets {
        for line in text.lines() {
            assert!(!line.contains(&secret), "{secret:?} is in: {line}");
        }
    }
}
