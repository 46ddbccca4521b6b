//! The store story of accounts, on both engines.
#![allow(clippy::unwrap_used)]

use domain::access::{Grant, Scope};
use domain::areas::AreaCode;
use domain::ids::{GrantId, LetterId, OrganisationId, PersonId, ServiceId};
use domain::people::{Email, Person};
use domain::roles::Role;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use storage::letters::{self, NewLetter};
use storage::links::{self, Link};
use storage::sessions::{self, Session, Stage};
use storage::{StorageError, Store, Tx, attempts, grants, people, trial};
use uuid::Uuid;

const TODAY: Date = date(2026, 11, 22);

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn minutes_on(count: i64) -> Timestamp {
    now().checked_add(count.minutes()).unwrap()
}

async fn bea(tx: &mut Tx) -> Person {
    let bea = Person {
        id: PersonId(Uuid::now_v7()),
        email: Email::parse("bea@example.org").unwrap(),
        name: "Bea".to_owned(),
        post: "Mapping lead".to_owned(),
    };
    people::insert(tx, &bea, now()).await.unwrap();
    bea
}

async fn begin() -> Vec<(Store, Tx)> {
    let mut all = Vec::new();
    for store in trial::stores().await.unwrap() {
        let tx = store.begin().await.unwrap();
        all.push((store, tx));
    }
    all
}

#[tokio::test]
async fn an_address_has_one_account() {
    for (_store, mut tx) in begin().await {
        let first = bea(&mut tx).await;
        assert_eq!(
            people::find_by_email(&mut tx, &first.email).await.unwrap(),
            Some(first.clone())
        );
        assert_eq!(people::get(&mut tx, first.id).await.unwrap(), first);
        let twin = Person {
            id: PersonId(Uuid::now_v7()),
            ..first
        };
        let refused = people::insert(&mut tx, &twin, now()).await;
        assert!(matches!(refused, Err(StorageError::Taken(_))));
    }
}

#[tokio::test]
async fn a_name_and_a_closed_account_are_kept() {
    for (_store, mut tx) in begin().await {
        let bea = bea(&mut tx).await;
        people::save_name(&mut tx, bea.id, "Bea Brown", "Head of early help")
            .await
            .unwrap();
        people::save_password(&mut tx, bea.id, "$argon2id$…")
            .await
            .unwrap();
        people::save_disabled(&mut tx, bea.id, Some(now())).await.unwrap();
        let accounts = people::list_accounts(&mut tx).await.unwrap();
        assert_eq!(accounts[0].person.name, "Bea Brown");
        assert_eq!(accounts[0].person.post, "Head of early help");
        assert!(accounts[0].is_registered && accounts[0].is_disabled && !accounts[0].has_second_factor);
        people::save_disabled(&mut tx, bea.id, None).await.unwrap();
        let credentials = people::get_credentials(&mut tx, bea.id).await.unwrap();
        assert!(!credentials.is_disabled);
        assert_eq!(credentials.password_hash.as_deref(), Some("$argon2id$…"));
    }
}

#[tokio::test]
async fn the_code_of_a_step_is_accepted_once_and_an_earlier_one_never() {
    for (_store, mut tx) in begin().await {
        let bea = bea(&mut tx).await;
        people::start_second_factor(&mut tx, bea.id, "ABC").await.unwrap();
        people::confirm_second_factor(&mut tx, bea.id, now())
            .await
            .unwrap();
        assert!(people::use_step(&mut tx, bea.id, 100).await.unwrap());
        assert!(!people::use_step(&mut tx, bea.id, 100).await.unwrap());
        assert!(!people::use_step(&mut tx, bea.id, 99).await.unwrap());
        assert!(people::use_step(&mut tx, bea.id, 101).await.unwrap());
        let found = people::find_credentials(&mut tx, &bea.email)
            .await
            .unwrap()
            .unwrap();
        let factor = found.second_factor.unwrap();
        assert_eq!((factor.last_step, factor.confirmed_at), (Some(101), Some(now())));
        people::remove_second_factor(&mut tx, bea.id).await.unwrap();
        let found = people::get_credentials(&mut tx, bea.id).await.unwrap();
        assert!(found.second_factor.is_none());
    }
}

fn session(person: PersonId, token_hash: u8) -> Session {
    Session {
        token_hash: vec![token_hash; 32],
        person,
        form_token: "form".to_owned(),
        stage: Stage::Password,
        device: "Firefox on Windows".to_owned(),
        created_at: now(),
        seen_at: now(),
        expires_at: minutes_on(720),
    }
}

#[tokio::test]
async fn a_session_is_found_by_the_hash_of_its_token_and_ends_when_told() {
    for (_store, mut tx) in begin().await {
        let bea = bea(&mut tx).await;
        let first = session(bea.id, 1);
        sessions::insert(&mut tx, &first).await.unwrap();
        sessions::insert(&mut tx, &session(bea.id, 2)).await.unwrap();
        let found = sessions::find(&mut tx, &first.token_hash).await.unwrap().unwrap();
        assert_eq!(
            (found.session, found.person_name.as_str()),
            (first.clone(), "Bea")
        );
        sessions::save_seen(&mut tx, &first.token_hash, minutes_on(2))
            .await
            .unwrap();
        let listed = sessions::list(&mut tx, bea.id).await.unwrap();
        assert_eq!((listed.len(), listed[0].seen_at), (2, minutes_on(2)));
        let stranger = PersonId(Uuid::now_v7());
        assert!(
            !sessions::delete(&mut tx, stranger, &first.token_hash)
                .await
                .unwrap()
        );
        assert!(
            sessions::delete(&mut tx, bea.id, &first.token_hash)
                .await
                .unwrap()
        );
        assert_eq!(sessions::delete_all(&mut tx, bea.id).await.unwrap(), 1);
        assert!(
            sessions::find(&mut tx, &first.token_hash)
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn sessions_that_are_over_are_cleared_away() {
    for (_store, mut tx) in begin().await {
        let bea = bea(&mut tx).await;
        sessions::insert(&mut tx, &session(bea.id, 1)).await.unwrap();
        let cleared = sessions::delete_over(&mut tx, now(), minutes_on(-60))
            .await
            .unwrap();
        assert_eq!(cleared, 0);
        let cleared = sessions::delete_over(&mut tx, minutes_on(720), minutes_on(-60))
            .await
            .unwrap();
        assert_eq!(cleared, 1);
    }
}

fn link(token_hash: u8, about: Uuid) -> Link {
    Link {
        token_hash: vec![token_hash; 32],
        purpose: "register".to_owned(),
        email: "bea@example.org".to_owned(),
        about: Some(about),
        detail: json!({ "name": "Bea" }),
        created_by: None,
        created_at: now(),
        expires_at: minutes_on(60),
        used_at: None,
        recalled_at: None,
    }
}

#[tokio::test]
async fn a_link_is_used_once_and_not_after_its_time_nor_when_recalled() {
    for (_store, mut tx) in begin().await {
        let nomination = Uuid::now_v7();
        for number in 1..=4 {
            links::insert(&mut tx, &link(number, nomination)).await.unwrap();
        }
        let found = links::find(&mut tx, &[1; 32]).await.unwrap().unwrap();
        assert_eq!(found, link(1, nomination));
        assert!(links::use_up(&mut tx, &[1; 32], now()).await.unwrap());
        assert!(!links::use_up(&mut tx, &[1; 32], now()).await.unwrap());
        assert!(!links::use_up(&mut tx, &[2; 32], minutes_on(60)).await.unwrap());
        assert_eq!(
            links::recall_about(&mut tx, nomination, now()).await.unwrap(),
            3,
            "the used one stays used"
        );
        assert!(!links::use_up(&mut tx, &[3; 32], now()).await.unwrap());
        assert_eq!(links::list_about(&mut tx, nomination).await.unwrap().len(), 4);
        links::insert(&mut tx, &link(5, nomination)).await.unwrap();
        let other = links::recall_sent(&mut tx, "reset", "bea@example.org", now())
            .await
            .unwrap();
        let same = links::recall_sent(&mut tx, "register", "bea@example.org", now())
            .await
            .unwrap();
        assert_eq!((other, same), (0, 1));
    }
}

#[tokio::test]
async fn a_grant_holds_over_its_scope_until_it_is_ended() {
    for (_store, mut tx) in begin().await {
        let bea = bea(&mut tx).await;
        let organisation = Scope::Organisation(OrganisationId(Uuid::now_v7()));
        let scopes = [
            organisation.clone(),
            Scope::National,
            Scope::Region(AreaCode::new("E12000002")),
            Scope::Service(ServiceId(Uuid::now_v7())),
        ];
        for scope in scopes.clone() {
            let grant = Grant {
                id: GrantId(Uuid::now_v7()),
                role: Role::MappingLead,
                scope,
                from: TODAY,
                to: None,
            };
            grants::insert(&mut tx, bea.id, &grant, None, now())
                .await
                .unwrap();
        }
        let held = grants::list(&mut tx, bea.id, TODAY).await.unwrap();
        let held_scopes: Vec<Scope> = held.iter().map(|grant| grant.scope.clone()).collect();
        assert_eq!(held_scopes, scopes);
        let yesterday = grants::list(&mut tx, bea.id, date(2026, 11, 21)).await.unwrap();
        assert!(yesterday.is_empty());
        let holders = grants::list_holders(&mut tx, &organisation, TODAY).await.unwrap();
        assert_eq!((holders.len(), holders[0].person.name.as_str()), (1, "Bea"));
        grants::end(&mut tx, held[0].id, TODAY).await.unwrap();
        assert!(
            grants::list_holders(&mut tx, &organisation, TODAY)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn tries_are_counted_in_a_window_and_forgotten() {
    for (_store, mut tx) in begin().await {
        attempts::hold(&mut tx, "a").await.unwrap();
        for minute in [0, 1, 2] {
            attempts::record(&mut tx, "a", minutes_on(minute)).await.unwrap();
        }
        let tally = attempts::count(&mut tx, "a", now()).await.unwrap();
        assert_eq!((tally.count, tally.last_at), (2, Some(minutes_on(2))));
        assert_eq!(attempts::count(&mut tx, "b", now()).await.unwrap().last_at, None);
        attempts::delete_at(&mut tx, "a", minutes_on(2)).await.unwrap();
        attempts::delete(&mut tx, "a", now()).await.unwrap();
        assert_eq!(
            attempts::count(&mut tx, "a", minutes_on(-1)).await.unwrap().count,
            1
        );
        assert_eq!(attempts::delete_before(&mut tx, minutes_on(9)).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_letter_waits_in_the_outbox() {
    for (_store, mut tx) in begin().await {
        let letter = NewLetter {
            id: LetterId(Uuid::now_v7()),
            purpose: "reset",
            to: Email::parse("bea@example.org").unwrap(),
            subject: "Choose a new password".to_owned(),
            body: "Open the link".to_owned(),
        };
        letters::insert(&mut tx, &letter, now()).await.unwrap();
        let again = letters::insert(&mut tx, &letter, now()).await;
        assert!(matches!(again, Err(StorageError::Taken(_))));
    }
}
