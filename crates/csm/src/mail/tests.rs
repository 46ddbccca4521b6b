use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use storage::letters::LetterState;

use super::*;

/// A real SMTP server in a process of its own; ends with the test.
struct Server {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u64,
}

impl Server {
    /// None, said loudly, where Python has no SMTP server.
    fn start() -> Option<Server> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail/mail_server.py");
        let started = Command::new("python3").arg(script).stdout(Stdio::piped()).spawn();
        let Ok(mut process) = started else {
            note_skipped();
            return None;
        };
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else {
            let _ = process.wait();
            note_skipped();
            return None;
        };
        let told: Value = serde_json::from_str(&first).unwrap();
        let port = told["port"].as_u64().unwrap();
        Some(Server { process, lines, port })
    }

    fn next_message(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    fn mail_server(&self) -> MailServer {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        MailServer::new(&url, "Mapping <mapping@csm.example>").unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn note_skipped() {
    eprintln!(
        "NOTE: python3 has neither smtpd nor aiosmtpd, so mail was NOT tested against a real SMTP server"
    );
}

fn letter(to: &str) -> KeptLetter {
    let now = "2026-11-22T09:00:00Z".parse().unwrap();
    KeptLetter {
        id: "0192f0c0-0000-7000-8000-000000000001".parse().unwrap(),
        purpose: "invite".to_owned(),
        to: to.to_owned(),
        subject: "Register for Children's Services Mapping – 2026/27".to_owned(),
        body: "Dear Bea,\n\nOpen https://csm.example/register/abc\n.\nYours".to_owned(),
        state: LetterState::Waiting,
        tries: 1,
        last_error: String::new(),
        created_at: now,
        due_at: now,
        sent_at: None,
    }
}

#[tokio::test]
async fn a_real_mail_server_gets_the_letter_with_sender_recipient_and_text() {
    let Some(mut server) = Server::start() else { return };
    let mail_server = server.mail_server();
    assert!(mail_server.answers().await);
    mail_server.send(&letter("bea@example.org")).await.unwrap();
    let got = server.next_message();
    assert_eq!(got["sender"], "mapping@csm.example");
    assert_eq!(got["recipients"][0], "bea@example.org");
    let message = got["message"].as_str().unwrap();
    assert!(message.contains("https://csm.example/register/abc"), "{message}");
    assert!(
        message.contains("0192f0c0-0000-7000-8000-000000000001@csm.example"),
        "{message}"
    );
    assert!(message.contains("Auto-Submitted: auto-generated"), "{message}");
}

#[tokio::test]
async fn a_refused_mailbox_is_final_and_a_busy_one_is_not_and_neither_is_named() {
    let Some(server) = Server::start() else { return };
    let mail_server = server.mail_server();
    let refused = mail_server.send(&letter("nobody@example.org")).await.unwrap_err();
    assert!(refused.is_final, "{refused:?}");
    assert!(!refused.reason.contains('@') && refused.reason.contains("550"));
    let busy = mail_server.send(&letter("busy@example.org")).await.unwrap_err();
    assert!(!busy.is_final && busy.reason.contains("451"), "{busy:?}");
}

#[tokio::test]
async fn a_mail_server_that_cannot_be_reached_is_tried_again() {
    let Some(server) = Server::start() else { return };
    let mail_server = server.mail_server();
    drop(server);
    assert!(!mail_server.answers().await);
    let refusal = mail_server.send(&letter("bea@example.org")).await.unwrap_err();
    assert_eq!(refusal.reason, "the mail server cannot be reached");
    assert!(!refusal.is_final);
}

#[test]
fn an_address_that_makes_no_sense_is_refused_before_anything_is_sent() {
    assert!(MailServer::new("mail.example.org", "a@example.org").is_err());
    assert!(MailServer::new("smtp://mail.example.org", "the mapping team").is_err());
}
