//! The letters and the audit, as a browser meets them.

use std::sync::Arc;

use app::accounts::Visitor;
use app::{App, Clock, Settings, accounts};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::roles::Role;
use tower::ServiceExt;

use crate::world::{World, worlds};

async fn ask_for_a_reset(world: &World, name: &str) {
    let visitor = Visitor {
        address: "192.0.2.7".to_owned(),
        device: "A browser".to_owned(),
    };
    accounts::ask_reset(&world.app, &format!("{name}@example.org"), &visitor)
        .await
        .unwrap();
}

/// The address of the first letter in the list.
fn first_letter(list: &str) -> String {
    let (_, rest) = list.split_once("href=\"/outbox/").unwrap();
    format!("/outbox/{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn who_may_read_the_outbox_cannot_use_other_peoples_links() {
    for world in worlds().await {
        let alice = world.add("Alice", Role::Administrator).await;
        world.add("Bea", Role::MappingLead).await;
        ask_for_a_reset(&world, "bea").await;
        let mut alice = world.browser_of(alice).await;
        let list = alice.get("/outbox").await;
        assert!(list.text.contains("bea@example.org") && list.text.contains("Waiting"));
        let letter = alice.get(&first_letter(&list.text)).await;
        assert!(letter.text.contains("/reset-password/…"), "{}", letter.text);
        let secret = letter.text.split("/reset-password/").nth(1).unwrap();
        assert!(!secret.starts_with(|c: char| c.is_ascii_hexdigit()));
    }
}

#[tokio::test]
async fn in_a_demonstration_everybody_reads_letters_whole_and_elsewhere_not_at_all() {
    for world in worlds().await {
        let bea = world.add("Bea", Role::MappingLead).await;
        ask_for_a_reset(&world, "bea").await;
        let mut browser = world.browser_of(bea).await;
        assert_eq!(browser.get("/outbox").await.status, StatusCode::FORBIDDEN);

        let settings = Settings {
            is_demonstration: true,
            ..world.app.settings().clone()
        };
        let now = world.app.now();
        let app = App::new(world.store.clone(), Clock::standing_at(now), settings);
        let router = web::router(Arc::new(app)).unwrap();
        let get = |path: String| {
            let request = Request::get(path)
                .header("cookie", format!("csm={}", browser.cookies["csm"]))
                .body(Body::empty())
                .unwrap();
            router.clone().oneshot(request)
        };
        let list = text(get("/outbox".to_owned()).await.unwrap()).await;
        let letter = text(get(first_letter(&list)).await.unwrap()).await;
        let (_, link) = letter.split_once("<a class=\"govuk-link\" href=\"http").unwrap();
        let link = link.split('"').next().unwrap();
        assert_eq!(link.rsplit('/').next().unwrap().len(), 64, "{link}");
    }
}

async fn text(response: axum::response::Response) -> String {
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_audit_says_who_did_what_page_by_page() {
    for world in worlds().await {
        let alice = world.add("Alice", Role::Administrator).await;
        for number in 0..60 {
            world.add(&format!("Person{number}"), Role::Analyst).await;
        }
        let mut alice = world.browser_of(alice).await;
        let first = alice.get("/audit").await;
        assert!(first.text.contains("Gave a role"), "{}", first.text);
        let (_, older) = first
            .text
            .split_once("href=\"/audit?organisation=&amp;before=")
            .unwrap();
        let before = older.split('"').next().unwrap();
        let second = alice.get(&format!("/audit?organisation=&before={before}")).await;
        assert_eq!(second.status, StatusCode::OK);
        assert_ne!(first.text, second.text);
        let none = alice.get("/audit?organisation=NOBODY").await;
        assert!(none.text.contains("Nothing is recorded."));
    }
}
