//! Every route, walked as every role and as nobody.
//!
//! `tests/routes.txt` says what each must get: one line for each route, `METHOD PATH STANDING STATUS …`, where a
//! standing is `nobody`, `signed-in` (every role that the line does not name), the code of a role, or a group of
//! roles. A route that is not in the table fails, and so does a line without its route. Values in paths are
//! invented, so that somebody who may pass finds nothing (404), and forms are sent empty.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use domain::ids::PersonId;
use domain::roles::Role;

use crate::world::{Reply, World, world};

const TABLE: &str = include_str!("../routes.txt");

/// The routes that stand outside the list, because they are the same for everybody: they know no session.
const WITHOUT_SESSION: [(&str, &str, u16); 3] = [
    ("GET", "/assets/0/csm.css", 200),
    ("GET", "/health/live", 200),
    ("GET", "/health/ready", 200),
];

struct Line {
    method: Method,
    path: String,
    expected: BTreeMap<String, u16>,
}

impl Line {
    fn expected_for(&self, standing: &str) -> u16 {
        *self
            .expected
            .get(standing)
            .or_else(|| self.expected.get("signed-in").filter(|_| standing != "nobody"))
            .unwrap_or_else(|| panic!("{} {} says nothing for {standing}", self.method, self.path))
    }
}

fn table() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in TABLE.lines() {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() || text.starts_with('#') {
            continue;
        }
        if text.starts_with('@') {
            let mut members = Vec::new();
            for word in &words[1..] {
                members.extend(standings(word, &groups));
            }
            groups.insert(words[0].to_owned(), members);
            continue;
        }
        let mut expected = BTreeMap::new();
        for pair in words[2..].chunks(2) {
            for standing in standings(pair[0], &groups) {
                let earlier = expected.insert(standing, pair[1].parse().unwrap());
                assert_eq!(earlier, None, "{text}: {} is said twice", pair[0]);
            }
        }
        lines.push(Line {
            method: words[0].parse().unwrap(),
            path: words[1].to_owned(),
            expected,
        });
    }
    lines
}

/// The standings that a word of the table means.
fn standings(word: &str, groups: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    if let Some(members) = groups.get(word) {
        return members.clone();
    }
    let is_known = ["nobody", "signed-in"].contains(&word) || Role::from_code(word).is_some();
    assert!(is_known, "nobody is called {word}");
    vec![word.to_owned()]
}

/// A path with an invented value for each of its parameters; one that can be an identity as well as a code.
pub fn with_values(path: &str) -> String {
    let mut filled = String::new();
    for (number, part) in path.split(['{', '}']).enumerate() {
        let is_parameter = number % 2 == 1;
        filled.push_str(if is_parameter {
            "00000000-0000-7000-8000-000000000000"
        } else {
            part
        });
    }
    filled
}

#[test]
fn the_table_has_every_route_and_no_other() {
    let declared: BTreeSet<String> = web::routes::list()
        .iter()
        .map(|route| format!("{} {}", route.method(), route.path()))
        .collect();
    let listed: BTreeSet<String> = table()
        .iter()
        .map(|line| format!("{} {}", line.method, line.path))
        .collect();
    let missing: Vec<&String> = declared.difference(&listed).collect();
    let left_over: Vec<&String> = listed.difference(&declared).collect();
    assert!(
        missing.is_empty() && left_over.is_empty(),
        "add to crates/web/tests/routes.txt: {missing:?}; take out: {left_over:?}"
    );
}

/// Sends an empty form, in a session of its own.
async fn send(world: &World, path: &str, person: Option<PersonId>) -> Reply {
    // So long that no try is remembered.
    world.wait(1000);
    let mut browser = match person {
        Some(person) => world.browser_of(person).await,
        None => world.browser(),
    };
    if person.is_none() {
        // The form's page gives a stranger the cookie that the form must match.
        browser.get("/sign-in").await;
    }
    browser.send(path, &[]).await
}

fn differences(line: &Line, standing: &str, reply: &Reply) -> Option<String> {
    let expected = line.expected_for(standing);
    if reply.status.as_u16() == expected {
        return None;
    }
    Some(format!(
        "{} {} as {standing}: {} instead of {expected}",
        line.method, line.path, reply.status
    ))
}

#[tokio::test]
async fn every_page_answers_every_role_and_nobody_as_the_table_says() {
    let world = world().await;
    let mut wrong = Vec::new();
    for role in Role::ALL {
        let person = world.insert(role).await;
        let mut browser = world.browser_of(person).await;
        for line in table().iter().filter(|line| line.method == Method::GET) {
            let reply = browser.get(&with_values(&line.path)).await;
            wrong.extend(differences(line, role.code(), &reply));
        }
    }
    for line in table().iter().filter(|line| line.method == Method::GET) {
        let reply = world.browser().get(&with_values(&line.path)).await;
        wrong.extend(differences(line, "nobody", &reply));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_form_answers_every_role_and_nobody_as_the_table_says() {
    let world = world().await;
    let mut people = Vec::new();
    for role in Role::ALL {
        people.push((role, world.insert(role).await));
    }
    let mut wrong = Vec::new();
    for line in table().iter().filter(|line| line.method != Method::GET) {
        let path = with_values(&line.path);
        let reply = send(&world, &path, None).await;
        wrong.extend(differences(line, "nobody", &reply));
        for (role, person) in &people {
            let reply = send(&world, &path, Some(*person)).await;
            wrong.extend(differences(line, role.code(), &reply));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_has_no_session_is_the_same_for_everybody() {
    let world = world().await;
    for (method, path, expected) in WITHOUT_SESSION {
        assert_eq!(method, "GET");
        let reply = world.browser().get(path).await;
        assert_eq!(reply.status.as_u16(), expected, "{path}");
        assert!(reply.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn a_page_that_is_refused_is_kept_in_the_audit() {
    let world = world().await;
    let routes = web::routes::list();
    let Some(route) = routes
        .iter()
        .find(|route| matches!(route.need(), web::route::Need::Right(_)) && route.method() == Method::GET)
    else {
        return;
    };
    let person = world.insert(Role::YoungPerson).await;
    let mut browser = world.browser_of(person).await;
    let reply = browser.get(&with_values(route.path())).await;
    assert_eq!(reply.status.as_u16(), 403);
    assert!(reply.text.contains("You cannot see this page"));
    assert_eq!(world.events().await, ["access.denied"]);
}
