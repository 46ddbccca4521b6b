//! Accounts as people meet them.

use app::links::{self, GrantOffer, LinkDetail, NewLink, Purpose};
use axum::http::{StatusCode, header};
use domain::access::Scope;
use domain::ids::OrganisationId;
use domain::people::Email;
use domain::roles::Role;
use jiff::ToSpan;
use totp_rs::{Builder, Secret};
use uuid::Uuid;

use crate::world::{PASSWORD, World, world, worlds};

const NEW_PASSWORD: &str = "umbrella socket plum";

#[tokio::test]
async fn a_person_signs_in_sees_their_name_and_signs_out() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let mut browser = world.browser();
        let reply = browser.sign_in("bea@example.org").await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/home"));
        let home = browser.get("/home").await;
        assert_eq!(home.status, StatusCode::OK);
        assert!(home.text.contains("Bea"), "{}", home.text);
        let reply = browser.send("/sign-out", &[]).await;
        assert_eq!(reply.location(), "/sign-in");
        let page = browser.get("/sign-in").await;
        assert!(page.text.contains("You have signed out."));
        assert!(
            !browser
                .get("/sign-in")
                .await
                .text
                .contains("You have signed out.")
        );
        let reply = browser.get("/account").await;
        assert_eq!(reply.location(), "/sign-in?next=/account");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_show_the_same_page() {
    let world = world().await;
    world.add("Bea", Role::MappingLead).await;
    let mut pages = Vec::new();
    for email in ["bea@example.org", "eve@example.org"] {
        let mut browser = world.browser();
        browser.get("/sign-in").await;
        let fields = [("email", email), ("password", NEW_PASSWORD)];
        let reply = browser.send("/sign-in", &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text.contains("The email address or password is not right"));
        assert!(!reply.text.contains(NEW_PASSWORD));
        let token = reply.form_token();
        pages.push(reply.text.replace(email, "").replace(&token, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn whoever_guesses_is_told_to_wait() {
    let world = world().await;
    let mut browser = world.browser();
    browser.get("/sign-in").await;
    let fields = [("email", "bea@example.org"), ("password", "x")];
    for _ in 0..5 {
        browser.send("/sign-in", &fields).await;
    }
    let reply = browser.send("/sign-in", &fields).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.text.contains("Wait 10 seconds, then try again"));
}

#[tokio::test]
async fn after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere() {
    let world = world().await;
    world.add("Bea", Role::MappingLead).await;
    for (next, expected) in [
        ("/account/name", "/account/name"),
        ("https://evil.example.org/", "/home"),
        ("//evil.example.org/", "/home"),
    ] {
        let mut browser = world.browser();
        browser.get("/sign-in").await;
        let fields = [
            ("email", "bea@example.org"),
            ("password", PASSWORD),
            ("next", next),
        ];
        assert_eq!(browser.send("/sign-in", &fields).await.location(), expected);
    }
}

#[tokio::test]
async fn a_session_has_a_new_token_after_signing_in_and_a_cookie_that_scripts_cannot_read() {
    let world = world().await;
    world.add("Bea", Role::MappingLead).await;
    let mut browser = world.browser();
    browser.cookies.insert("csm".to_owned(), "planted".to_owned());
    let reply = browser.sign_in("bea@example.org").await;
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_ne!(browser.cookies["csm"], "planted");
    assert_eq!(browser.cookies["csm"].len(), 64);
}

fn code_at(world: &World, page: &str) -> String {
    let secret = page
        .split("<code>")
        .nth(1)
        .unwrap()
        .split("</code>")
        .next()
        .unwrap();
    code_of(world, secret)
}

fn code_of(world: &World, secret: &str) -> String {
    let bare: String = secret.chars().filter(|c| *c != ' ').collect();
    let generator = Builder::new()
        .with_secret(Secret::try_from_base32(bare).unwrap())
        .build()
        .unwrap();
    generator.generate(world.app.now().as_second() as u64).to_string()
}

#[tokio::test]
async fn a_second_step_is_set_up_asked_for_and_removed() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let mut browser = world.browser();
        browser.sign_in("bea@example.org").await;
        let page = browser.get("/account/second-step").await.text;
        let wrong = browser.send("/account/second-step", &[("code", "12")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = code_at(&world, &page);
        let reply = browser.send("/account/second-step", &[("code", &code)]).await;
        assert_eq!(reply.location(), "/account");
        assert!(
            browser
                .get("/account")
                .await
                .text
                .contains("sign-in asks for a code")
        );

        world.wait(60);
        let mut other = world.browser();
        let reply = other.sign_in("bea@example.org").await;
        assert_eq!(reply.location(), "/sign-in/code?next=/home");
        assert_eq!(other.get("/home").await.location(), "/sign-in/code");
        other.get("/sign-in/code").await;
        let wrong = other.send("/sign-in/code", &[("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let secret = page
            .split("<code>")
            .nth(1)
            .unwrap()
            .split("</code>")
            .next()
            .unwrap();
        let code = code_of(&world, secret);
        let reply = other.send("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(reply.location(), "/home");
        assert_eq!(other.get("/home").await.status, StatusCode::OK);

        other.get("/account/second-step/remove").await;
        let reply = other
            .send("/account/second-step/remove", &[("password", PASSWORD)])
            .await;
        assert_eq!(reply.location(), "/account");
        let mut again = world.browser();
        assert_eq!(again.sign_in("bea@example.org").await.location(), "/home");
    }
}

async fn invite(world: &World, email: &str) -> String {
    let link = NewLink {
        purpose: Purpose::Invite,
        email: Email::parse(email).unwrap(),
        detail: LinkDetail {
            grants: vec![GrantOffer {
                role: Role::Deputy,
                scope: Scope::Organisation(OrganisationId(Uuid::now_v7())),
            }],
            name: "Bea".to_owned(),
            about: "Leeds City Council, mapping 2026/27".to_owned(),
            ..LinkDetail::default()
        },
        about: None,
        expires_at: world.app.now().checked_add(1.hours()).unwrap(),
        by: None,
    };
    let mut tx = world.store.begin().await.unwrap();
    let token = links::issue(&mut tx, link, world.app.now()).await.unwrap();
    tx.commit().await.unwrap();
    format!("/register/{token}")
}

#[tokio::test]
async fn somebody_invited_registers_by_link_once() {
    for world in worlds().await {
        let path = invite(&world, "bea@example.org").await;
        let mut browser = world.browser();
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
        assert!(page.text.contains("Leeds City Council, mapping 2026/27"));
        assert!(page.text.contains("Deputy mapping lead"));
        let wrong = browser
            .send(&path, &[("name", ""), ("password", "Password1234")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("Enter your full name") && wrong.text.contains("too easy to guess"));
        let fields = [("name", "Bea Brown"), ("post", "Head"), ("password", PASSWORD)];
        let reply = browser.send(&path, &fields).await;
        assert_eq!(reply.location(), "/home");
        assert!(browser.get("/home").await.text.contains("Your account is ready."));
        let used = world.browser().get(&path).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(used.text.contains("This link does not work"));
    }
}

#[tokio::test]
async fn somebody_with_an_account_signs_in_and_adds_the_invitation() {
    let world = world().await;
    world.add("Bea", Role::Commissioner).await;
    let path = invite(&world, "bea@example.org").await;
    let mut browser = world.browser();
    let page = browser.get(&path).await;
    assert!(
        page.text.contains(&format!("/sign-in?next={path}")),
        "{}",
        page.text
    );
    browser.sign_in("bea@example.org").await;
    let page = browser.get(&path).await;
    assert!(page.text.contains("Add it to my account"));
    let reply = browser.send(&format!("{path}/accept"), &[]).await;
    assert_eq!(reply.location(), "/home");
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_letter() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let mut browser = world.browser();
        browser.get("/reset-password").await;
        let known = browser
            .send("/reset-password", &[("email", "bea@example.org")])
            .await;
        let letter = world.last_letter().await;
        let unknown = browser
            .send("/reset-password", &[("email", "eve@example.org")])
            .await;
        assert_eq!((known.status, &known.text), (StatusCode::OK, &unknown.text));
        let (_, rest) = letter.split_once("/reset-password/").unwrap();
        let path = format!("/reset-password/{}", rest.split_whitespace().next().unwrap());
        let page = browser.get(&path).await;
        assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
        let reply = browser.send(&path, &[("password", NEW_PASSWORD)]).await;
        assert_eq!(reply.location(), "/sign-in");
        let fields = [("email", "bea@example.org"), ("password", NEW_PASSWORD)];
        browser.get("/sign-in").await;
        assert_eq!(browser.send("/sign-in", &fields).await.location(), "/home");
    }
}

#[tokio::test]
async fn the_account_page_lists_roles_and_sessions_and_ends_them() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let (mut office, mut home) = (world.browser(), world.browser());
        office.sign_in("bea@example.org").await;
        home.sign_in("bea@example.org").await;
        let page = office.get("/account").await;
        assert!(page.text.contains("Mapping lead, whole country"));
        assert_eq!(page.text.matches("Firefox on Linux").count(), 3);
        let key = page
            .text
            .split("name=\"key\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        office.send("/account/sessions/end", &[("key", key)]).await;
        assert_eq!(home.get("/account").await.status, StatusCode::SEE_OTHER);
        assert_eq!(office.get("/account").await.status, StatusCode::OK);
        office.send("/account/sessions/end-all", &[]).await;
        assert_eq!(office.get("/account").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn name_and_password_are_changed() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let mut browser = world.browser();
        browser.sign_in("bea@example.org").await;
        browser.get("/account/name").await;
        let wrong = browser.send("/account/name", &[("name", " ")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        browser
            .send("/account/name", &[("name", "Bea Brown"), ("post", "Head")])
            .await;
        assert!(browser.get("/account").await.text.contains("Bea Brown"));
        browser.get("/account/password").await;
        let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
        let before = browser.cookies["csm"].clone();
        assert_eq!(
            browser.send("/account/password", &fields).await.location(),
            "/account"
        );
        assert_ne!(browser.cookies["csm"], before);
        assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_a_page_with_the_persons_name() {
    let world = world().await;
    world.add("Bea", Role::MappingLead).await;
    let mut browser = world.browser();
    browser.sign_in("bea@example.org").await;
    let reply = browser.get("/nowhere").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.text.contains("Page not found") && reply.text.contains("Bea"));
}
