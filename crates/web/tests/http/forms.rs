//! Forms that another website sends in somebody's name.

use axum::http::{Method, StatusCode};
use domain::roles::Role;

use crate::world::{PASSWORD, world};

#[tokio::test]
async fn no_form_is_taken_without_its_token_whoever_sends_it() {
    let world = world().await;
    let person = world.insert(Role::NationalTeam).await;
    for route in web::routes::list() {
        if route.method() != Method::POST {
            continue;
        }
        let path = crate::walk::with_values(route.path());
        let mut signed_in = world.browser_of(person).await;
        let reply = signed_in.send_without_token(&path, &[]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", route.path());
        signed_in.token = "0".repeat(64);
        let reply = signed_in.send(&path, &[]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", route.path());
        let reply = world.browser().send_without_token(&path, &[]).await;
        assert!(
            matches!(reply.status, StatusCode::FORBIDDEN | StatusCode::SEE_OTHER),
            "{} answered {}",
            route.path(),
            reply.status
        );
    }
}

#[tokio::test]
async fn nobody_is_signed_in_by_another_website() {
    let world = world().await;
    world.add("Eve", Role::Practitioner).await;
    let mut eve = world.browser();
    eve.get("/sign-in").await;
    let mut victim = world.browser();
    victim.get("/sign-in").await;
    victim.token = eve.token.clone();
    let fields = [("email", "eve@example.org"), ("password", PASSWORD)];
    let reply = victim.send("/sign-in", &fields).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!victim.cookies.contains_key("csm"));
}

#[tokio::test]
async fn only_pages_with_a_form_give_a_stranger_a_cookie() {
    let world = world().await;
    let mut browser = world.browser();
    browser.get("/").await;
    browser.get("/help").await;
    assert!(browser.cookies.is_empty());
    browser.get("/sign-in").await;
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["csm-form"]);
}
