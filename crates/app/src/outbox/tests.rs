use std::sync::Mutex;

use super::*;
use crate::clock::Clock;
use crate::running::Settings;
use storage::letters::LetterState;
use storage::trial;

/// A post office that answers what the test wants, in turn, and remembers what it was given.
struct PostOffice {
    answers: Mutex<Vec<Result<(), Refusal>>>,
    given: Mutex<Vec<String>>,
}

impl PostOffice {
    fn answering(answers: Vec<Result<(), Refusal>>) -> Self {
        Self {
            answers: Mutex::new(answers),
            given: Mutex::new(Vec::new()),
        }
    }
}

impl Mailer for PostOffice {
    async fn send(&self, letter: &KeptLetter) -> Result<(), Refusal> {
        self.given.lock().unwrap().push(letter.body.clone());
        let mut answers = self.answers.lock().unwrap();
        if answers.is_empty() {
            Ok(())
        } else {
            answers.remove(0)
        }
    }
}

fn busy() -> Result<(), Refusal> {
    Err(Refusal {
        reason: "the mail server is busy".to_owned(),
        is_final: false,
    })
}

fn start() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn app_at(store: &storage::Store, at: Timestamp) -> App {
    App::new(store.clone(), Clock::standing_at(at), Settings::default())
}

async fn put_a_letter(app: &App, body: &str) -> LetterId {
    let letter = Letter {
        purpose: "reset",
        to: Email::parse("bea@example.org").unwrap(),
        subject: "Choose a new password".to_owned(),
        body: body.to_owned(),
    };
    let mut tx = app.store.begin().await.unwrap();
    let id = put(&mut tx, &letter, app.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn kept(app: &App, id: LetterId) -> KeptLetter {
    let mut conn = app.reader().conn().await.unwrap();
    letters::find(&mut conn, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_letter_is_sent_once_and_its_link_is_then_forgotten() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        let secret = crate::tokens::make();
        let id = put_a_letter(
            &app,
            &format!("Open\nhttps://csm.example/reset-password/{secret}\nsoon"),
        )
        .await;
        let office = PostOffice::answering(Vec::new());
        assert!(deliver_next(&app, &office).await.unwrap());
        assert!(!deliver_next(&app, &office).await.unwrap());
        assert!(
            office.given.lock().unwrap()[0].contains(&secret),
            "the person gets the link"
        );
        let letter = kept(&app, id).await;
        assert_eq!(letter.state, LetterState::Sent);
        assert_eq!(letter.body, "Open\nhttps://csm.example/reset-password/…\nsoon");
    }
}

#[tokio::test]
async fn a_letter_that_is_not_taken_waits_longer_each_time_and_is_given_up_at_last() {
    for store in trial::stores().await.unwrap() {
        let mut now = start();
        let id = put_a_letter(&app_at(&store, now), "Hello").await;
        let office = PostOffice::answering((0..=DELAYS.len()).map(|_| busy()).collect());
        for delay in DELAYS {
            let app = app_at(&store, now);
            assert!(deliver_next(&app, &office).await.unwrap());
            let letter = kept(&app, id).await;
            assert_eq!((letter.state, letter.due_at), (LetterState::Waiting, now + delay));
            assert!(!deliver_next(&app, &office).await.unwrap());
            now += delay;
        }
        let app = app_at(&store, now);
        assert!(deliver_next(&app, &office).await.unwrap());
        let letter = kept(&app, id).await;
        assert_eq!(letter.state, LetterState::Failed);
        assert_eq!(letter.last_error, "the mail server is busy");
    }
}

#[tokio::test]
async fn a_final_refusal_is_not_tried_again() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        let id = put_a_letter(&app, "Hello").await;
        let refusal = Refusal {
            reason: "no such mailbox (550)".to_owned(),
            is_final: true,
        };
        let office = PostOffice::answering(vec![Err(refusal)]);
        assert!(deliver_next(&app, &office).await.unwrap());
        assert_eq!(kept(&app, id).await.state, LetterState::Failed);
    }
}

#[tokio::test]
async fn a_letter_whose_sender_was_killed_is_sent_later() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        put_a_letter(&app, "Hello").await;
        assert!(take(&app).await.unwrap().is_some(), "taken, and the sender dies");
        let office = PostOffice::answering(Vec::new());
        assert!(!deliver_next(&app, &office).await.unwrap());
        let later = app_at(&store, start() + IN_HAND);
        assert!(deliver_next(&later, &office).await.unwrap());
    }
}

#[test]
fn only_the_secret_is_cut_from_a_text() {
    let secret = "0123456789abcdef".repeat(4);
    let text = format!("See https://csm.example/cycles/2026-27 or https://csm.example/register/{secret}");
    assert_eq!(
        without_secrets(&text),
        "See https://csm.example/cycles/2026-27 or https://csm.example/register/…"
    );
}
