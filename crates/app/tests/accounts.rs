//! Accounts, on both engines: what happens when people sign in, forget, register and are slowed down.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use app::accounts::{
    self, NewPerson, NewSession, Recognised, Registration, SignIn, SignedIn, Visitor, recognise,
};
use app::links::{self, GrantOffer, LinkDetail, NewLink, Purpose};
use app::{App, AppError, Clock, Settings, machine};
use domain::access::{Scope, Target};
use domain::ids::{OrganisationId, PersonId};
use domain::people::Email;
use domain::roles::{Right, Role};
use jiff::{Timestamp, ToSpan};
use storage::events::{self, EventFilter};
use storage::{Store, trial};
use totp_rs::{Builder, Secret};
use uuid::Uuid;

const PASSWORD: &str = "gravel teapot lantern";
const NEW_PASSWORD: &str = "umbrella socket plum";

/// A system whose clock the test turns.
struct World {
    app: App,
    store: Store,
    now: Arc<Mutex<Timestamp>>,
}

impl World {
    fn wait(&self, seconds: i64) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(seconds.seconds()).unwrap();
    }

    fn minutes_on(&self, minutes: i64) -> Timestamp {
        self.app.now().checked_add(minutes.minutes()).unwrap()
    }

    async fn add(&self, name: &str, role: Role) -> PersonId {
        let new = NewPerson {
            email: format!("{}@example.org", name.to_lowercase()),
            name: name.to_owned(),
            post: String::new(),
            role,
            scope: Scope::National,
            password: PASSWORD.to_owned(),
        };
        accounts::create_person(&self.app, &machine(), new).await.unwrap()
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<SignIn, AppError> {
        accounts::sign_in(&self.app, &format!("{name}@example.org"), password, &desk()).await
    }

    async fn session_of(&self, name: &str) -> NewSession {
        match self.sign_in(name, PASSWORD).await.unwrap() {
            SignIn::Done(session) => session,
            SignIn::CodeDue(_) => panic!("a code is due"),
        }
    }

    async fn signed_in(&self, session: &NewSession) -> SignedIn {
        match recognise(&self.app, &session.token).await.unwrap() {
            Recognised::SignedIn(signed_in) => signed_in,
            other => panic!("{other:?}"),
        }
    }

    async fn is_open(&self, session: &NewSession) -> bool {
        matches!(
            recognise(&self.app, &session.token).await.unwrap(),
            Recognised::SignedIn(_)
        )
    }

    async fn kinds_of_events(&self) -> Vec<String> {
        let mut conn = self.app.reader().conn().await.unwrap();
        let recorded = events::list(&mut conn, &EventFilter::default(), 100)
            .await
            .unwrap();
        recorded.into_iter().map(|event| event.kind).collect()
    }

    async fn issue(&self, email: &str, detail: LinkDetail) -> String {
        let link = NewLink {
            purpose: Purpose::Register,
            email: Email::parse(email).unwrap(),
            detail,
            about: None,
            expires_at: self.minutes_on(60),
            by: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        let token = links::issue(&mut tx, link, self.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        token
    }
}

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for store in trial::stores().await.unwrap() {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let now = Arc::new(Mutex::new(start));
        let told = Arc::clone(&now);
        let clock = Clock::new(move || *told.lock().unwrap());
        worlds.push(World {
            app: App::new(store.clone(), clock, Settings::default()),
            store,
            now,
        });
    }
    worlds
}

fn desk() -> Visitor {
    Visitor {
        address: "192.0.2.1".to_owned(),
        device: "Firefox on Linux".to_owned(),
    }
}

fn code_of<T>(result: Result<T, AppError>) -> String {
    match result {
        Err(AppError::Refused(problems)) => problems[0].code.clone(),
        Err(AppError::TooManyTries(seconds)) => format!("wait {seconds}"),
        Err(other) => format!("{other}"),
        Ok(_) => "done".to_owned(),
    }
}

#[tokio::test]
async fn a_person_signs_in_is_recognised_with_their_rights_and_signs_out() {
    for world in worlds().await {
        let bea = world.add("Bea", Role::MappingLead).await;
        let session = world.session_of("bea").await;
        let signed_in = world.signed_in(&session).await;
        assert_eq!(signed_in.actor.person(), bea);
        assert!(signed_in.actor.may(Right::SignOff, &Target::Nation).is_ok());
        accounts::sign_out(&world.app, &signed_in).await.unwrap();
        assert!(!world.is_open(&session).await);
        let kinds = world.kinds_of_events().await;
        assert_eq!(
            kinds,
            [
                "session.ended",
                "person.signed_in",
                "grant.given",
                "person.created"
            ]
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let wrong = code_of(world.sign_in("bea", NEW_PASSWORD).await);
        let unknown = code_of(world.sign_in("nobody", NEW_PASSWORD).await);
        assert_eq!(
            (wrong.as_str(), unknown.as_str()),
            ("sign_in.wrong", "sign_in.wrong")
        );
        assert_eq!(
            code_of(world.sign_in("not an address", PASSWORD).await),
            "sign_in.wrong"
        );
    }
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_waits_and_then_works() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        for _ in 0..5 {
            assert_eq!(code_of(world.sign_in("bea", NEW_PASSWORD).await), "sign_in.wrong");
        }
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "wait 10");
        world.wait(9);
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "wait 1");
        world.wait(1);
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "done");
        assert_eq!(code_of(world.sign_in("bea", NEW_PASSWORD).await), "sign_in.wrong");
    }
}

#[tokio::test]
async fn one_place_that_tries_many_addresses_is_slowed_down_and_others_are_not() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        for number in 0..20 {
            world
                .sign_in(&format!("guess{number}"), PASSWORD)
                .await
                .err()
                .unwrap();
            world.wait(1);
        }
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "wait 9");
        let elsewhere = Visitor {
            address: "192.0.2.2".to_owned(),
            ..desk()
        };
        let result = accounts::sign_in(&world.app, "bea@example.org", PASSWORD, &elsewhere).await;
        assert_eq!(code_of(result), "done");
    }
}

#[tokio::test]
async fn a_session_ends_when_unused_and_at_its_limit_though_used() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let session = world.session_of("bea").await;
        world.wait(59 * 60);
        assert!(world.is_open(&session).await);
        world.wait(59 * 60);
        assert!(world.is_open(&session).await, "being used keeps it");
        world.wait(60 * 60);
        assert!(!world.is_open(&session).await, "unused for an hour");
        let session = world.session_of("bea").await;
        for _ in 0..15 {
            assert!(world.is_open(&session).await);
            world.wait(48 * 60);
        }
        assert!(!world.is_open(&session).await, "twelve hours are over");
        assert_eq!(accounts::clear_away(&world.app).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn reading_pages_within_a_minute_writes_nothing() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let session = world.session_of("bea").await;
        world.wait(59);
        let who = world.signed_in(&session).await;
        let seen = accounts::sessions(&world.app, &who).await.unwrap()[0].seen_at;
        assert_eq!(world.app.now().as_second() - seen.as_second(), 59);
        world.wait(1);
        world.signed_in(&session).await;
        let seen = accounts::sessions(&world.app, &who).await.unwrap()[0].seen_at;
        assert_eq!(seen, world.app.now());
    }
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_only() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        world.add("Eve", Role::Practitioner).await;
        let (office, home) = (world.session_of("bea").await, world.session_of("bea").await);
        let (bea, eve) = (
            world.signed_in(&office).await,
            world.signed_in(&world.session_of("eve").await).await,
        );
        let own = accounts::sessions(&world.app, &bea).await.unwrap();
        assert_eq!(own.len(), 2);
        let other = own.iter().find(|session| !session.is_this_one).unwrap();
        let key = other.key.to_text();
        let refused = accounts::end_session(&world.app, &eve, &key).await;
        assert!(matches!(refused, Err(AppError::NotFound(_))));
        accounts::end_session(&world.app, &bea, &key).await.unwrap();
        assert!(!world.is_open(&home).await && world.is_open(&office).await);
        accounts::sign_out_everywhere(&world.app, &bea).await.unwrap();
        assert!(!world.is_open(&office).await);
    }
}

#[tokio::test]
async fn changing_the_password_needs_the_current_one_and_ends_every_other_session() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let (office, home) = (world.session_of("bea").await, world.session_of("bea").await);
        let bea = world.signed_in(&office).await;
        let wrong = accounts::change_password(&world.app, &bea, NEW_PASSWORD, NEW_PASSWORD).await;
        assert_eq!(code_of(wrong), "password.wrong");
        let common = accounts::change_password(&world.app, &bea, PASSWORD, "Password1234").await;
        assert_eq!(code_of(common), "password.common");
        let new = accounts::change_password(&world.app, &bea, PASSWORD, NEW_PASSWORD)
            .await
            .unwrap();
        assert!(world.is_open(&new).await);
        assert!(!world.is_open(&office).await && !world.is_open(&home).await);
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "sign_in.wrong");
        assert_eq!(code_of(world.sign_in("bea", NEW_PASSWORD).await), "done");
        assert_eq!(world.letters().await.len(), 1);
    }
}

impl World {
    /// The letters waiting, newest first, read from the database as the sender of letters would.
    async fn letters(&self) -> Vec<String> {
        storage::letters::list(&mut self.app.reader().conn().await.unwrap(), None, 50)
            .await
            .unwrap()
            .into_iter()
            .map(|letter| letter.body)
            .collect()
    }

    async fn token_of_the_last_letter(&self) -> String {
        let body = self.letters().await.remove(0);
        let (_, rest) = body.split_once("/reset-password/").unwrap();
        rest.chars().take_while(char::is_ascii_hexdigit).collect()
    }
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_a_link_that_works_once() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let session = world.session_of("bea").await;
        accounts::ask_reset(&world.app, "BEA@example.org", &desk())
            .await
            .unwrap();
        let token = world.token_of_the_last_letter().await;
        accounts::check_reset(&world.app, &token).await.unwrap();
        let common = accounts::reset(&world.app, &token, "Summer202600").await;
        assert_eq!(code_of(common), "password.common");
        accounts::reset(&world.app, &token, NEW_PASSWORD).await.unwrap();
        assert!(!world.is_open(&session).await);
        let again = accounts::reset(&world.app, &token, PASSWORD).await;
        assert_eq!(code_of(again), "link.not_working");
        assert_eq!(code_of(world.sign_in("bea", NEW_PASSWORD).await), "done");
    }
}

#[tokio::test]
async fn a_reset_link_expires_after_an_hour_and_when_a_newer_one_is_sent() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        accounts::ask_reset(&world.app, "bea@example.org", &desk())
            .await
            .unwrap();
        let first = world.token_of_the_last_letter().await;
        world.wait(1);
        accounts::ask_reset(&world.app, "bea@example.org", &desk())
            .await
            .unwrap();
        let second = world.token_of_the_last_letter().await;
        assert_eq!(
            code_of(accounts::check_reset(&world.app, &first).await),
            "link.not_working"
        );
        assert_eq!(code_of(accounts::check_reset(&world.app, &second).await), "done");
        world.wait(3600);
        assert_eq!(
            code_of(accounts::check_reset(&world.app, &second).await),
            "link.not_working"
        );
    }
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_no_letter_and_a_known_one_not_many() {
    for world in worlds().await {
        accounts::ask_reset(&world.app, "nobody@example.org", &desk())
            .await
            .unwrap();
        assert!(world.letters().await.is_empty());
        world.add("Bea", Role::MappingLead).await;
        for _ in 0..6 {
            accounts::ask_reset(&world.app, "bea@example.org", &desk())
                .await
                .unwrap();
        }
        assert_eq!(world.letters().await.len(), 3);
    }
}

fn lead_of(organisation: OrganisationId) -> LinkDetail {
    LinkDetail {
        grants: vec![GrantOffer {
            role: Role::MappingLead,
            scope: Scope::Organisation(organisation),
        }],
        name: "Bea".to_owned(),
        about: "Leeds City Council, mapping 2026/27".to_owned(),
        ..LinkDetail::default()
    }
}

fn registration(password: &str) -> Registration {
    Registration {
        name: "Bea Brown".to_owned(),
        post: "Head of early help".to_owned(),
        password: password.to_owned(),
    }
}

#[tokio::test]
async fn a_nominated_lead_registers_by_link_once_and_sees_one_organisation() {
    for world in worlds().await {
        let organisation = OrganisationId(Uuid::now_v7());
        let token = world.issue("bea@example.org", lead_of(organisation)).await;
        let invitation = accounts::invitation(&world.app, &token).await.unwrap();
        assert!(!invitation.has_account);
        assert_eq!(invitation.detail.about, "Leeds City Council, mapping 2026/27");
        let nameless = Registration {
            name: " ".to_owned(),
            ..registration("short")
        };
        let refused = accounts::register(&world.app, &token, &nameless, &desk()).await;
        let Err(AppError::Refused(problems)) = refused else {
            panic!()
        };
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["person.no_name", "password.too_short"]);
        let (_, session) = accounts::register(&world.app, &token, &registration(PASSWORD), &desk())
            .await
            .unwrap();
        let bea = world.signed_in(&session).await;
        let own = Target::Organisation {
            id: organisation,
            region: None,
        };
        assert!(bea.actor.may(Right::SignOff, &own).is_ok());
        assert!(bea.actor.may(Right::SignOff, &Target::Nation).is_err());
        let again = accounts::register(&world.app, &token, &registration(PASSWORD), &desk()).await;
        assert_eq!(code_of(again), "link.not_working");
    }
}

#[tokio::test]
async fn somebody_with_an_account_adds_the_invitation_to_it_and_a_stranger_cannot() {
    for world in worlds().await {
        world.add("Bea", Role::Commissioner).await;
        world.add("Eve", Role::Practitioner).await;
        let organisation = OrganisationId(Uuid::now_v7());
        let token = world.issue("bea@example.org", lead_of(organisation)).await;
        assert!(
            accounts::invitation(&world.app, &token)
                .await
                .unwrap()
                .has_account
        );
        let second = accounts::register(&world.app, &token, &registration(PASSWORD), &desk()).await;
        assert_eq!(code_of(second), "person.has_account");
        let eve = world.signed_in(&world.session_of("eve").await).await;
        assert_eq!(
            code_of(accounts::accept(&world.app, &eve, &token).await),
            "link.other_address"
        );
        let session = world.session_of("bea").await;
        let bea = world.signed_in(&session).await;
        accounts::accept(&world.app, &bea, &token).await.unwrap();
        let bea = world.signed_in(&session).await;
        assert_eq!(bea.actor.grants().len(), 2);
    }
}

#[tokio::test]
async fn an_expired_or_recalled_invitation_does_not_work() {
    for world in worlds().await {
        let token = world.issue("bea@example.org", LinkDetail::default()).await;
        world.wait(3600);
        assert_eq!(
            code_of(accounts::invitation(&world.app, &token).await),
            "link.not_working"
        );
        let nomination = Uuid::now_v7();
        let link = NewLink {
            purpose: Purpose::Register,
            email: Email::parse("carl@example.org").unwrap(),
            detail: LinkDetail::default(),
            about: Some(nomination),
            expires_at: world.minutes_on(60),
            by: None,
        };
        let mut tx = world.store.begin().await.unwrap();
        let token = links::issue(&mut tx, link, world.app.now()).await.unwrap();
        links::recall_about(&mut tx, nomination, world.app.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            code_of(accounts::invitation(&world.app, &token).await),
            "link.not_working"
        );
    }
}

fn code_from(secret: &str, at: Timestamp) -> String {
    let bare: String = secret.chars().filter(|c| *c != ' ').collect();
    let generator = Builder::new()
        .with_secret(Secret::try_from_base32(bare).unwrap())
        .build()
        .unwrap();
    generator.generate(at.as_second() as u64).to_string()
}

#[tokio::test]
async fn with_a_second_factor_the_password_alone_opens_nothing_and_a_code_works_once() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let bea = world.signed_in(&world.session_of("bea").await).await;
        let set_up = accounts::add_second_factor(&world.app, &bea).await.unwrap();
        assert!(set_up.link.starts_with("otpauth://totp/"), "{}", set_up.link);
        let same = accounts::add_second_factor(&world.app, &bea).await.unwrap();
        assert_eq!(
            same.secret, set_up.secret,
            "a reloaded page shows the same secret"
        );
        let wrong = accounts::confirm_second_factor(&world.app, &bea, "000000x").await;
        assert_eq!(code_of(wrong), "code.wrong");
        let code = code_from(&set_up.secret, world.app.now());
        let session = accounts::confirm_second_factor(&world.app, &bea, &code)
            .await
            .unwrap();
        let bea = world.signed_in(&session).await;
        assert!(accounts::has_second_factor(&world.app, &bea).await.unwrap());

        let SignIn::CodeDue(pending) = world.sign_in("bea", PASSWORD).await.unwrap() else {
            panic!("no code was asked for")
        };
        assert!(!world.is_open(&pending).await);
        let replayed = accounts::enter_code(&world.app, &pending.token, &code).await;
        assert_eq!(code_of(replayed), "code.wrong");
        world.wait(60);
        let earlier = world.app.now().checked_sub(30.seconds()).unwrap();
        let skewed = code_from(&set_up.secret, earlier);
        let session = accounts::enter_code(&world.app, &pending.token, &skewed)
            .await
            .unwrap();
        assert!(world.is_open(&session).await);
        assert_ne!(session.token, pending.token);
        let used_up = accounts::enter_code(&world.app, &pending.token, &skewed).await;
        assert_eq!(code_of(used_up), "no such sign-in");

        let bea = world.signed_in(&session).await;
        let refused = accounts::remove_second_factor(&world.app, &bea, NEW_PASSWORD).await;
        assert_eq!(code_of(refused), "password.wrong");
        accounts::remove_second_factor(&world.app, &bea, PASSWORD)
            .await
            .unwrap();
        assert!(matches!(
            world.sign_in("bea", PASSWORD).await,
            Ok(SignIn::Done(_))
        ));
    }
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_the_wait_for_a_code_ends_after_ten_minutes() {
    for world in worlds().await {
        world.add("Bea", Role::MappingLead).await;
        let bea = world.signed_in(&world.session_of("bea").await).await;
        let set_up = accounts::add_second_factor(&world.app, &bea).await.unwrap();
        let code = code_from(&set_up.secret, world.app.now());
        accounts::confirm_second_factor(&world.app, &bea, &code)
            .await
            .unwrap();
        let Ok(SignIn::CodeDue(pending)) = world.sign_in("bea", PASSWORD).await else {
            panic!()
        };
        for _ in 0..5 {
            let refused = accounts::enter_code(&world.app, &pending.token, "000000").await;
            assert_eq!(code_of(refused), "code.wrong");
        }
        let waiting = accounts::enter_code(&world.app, &pending.token, "000000").await;
        assert_eq!(code_of(waiting), "wait 10");
        world.wait(600);
        let late = accounts::enter_code(&world.app, &pending.token, "000000").await;
        assert_eq!(code_of(late), "no such sign-in");
    }
}

#[tokio::test]
async fn an_administrator_removes_a_lost_second_factor_and_the_person_is_told() {
    for world in worlds().await {
        let bea = world.add("Bea", Role::MappingLead).await;
        let lead = world.signed_in(&world.session_of("bea").await).await;
        let set_up = accounts::add_second_factor(&world.app, &lead).await.unwrap();
        let code = code_from(&set_up.secret, world.app.now());
        accounts::confirm_second_factor(&world.app, &lead, &code)
            .await
            .unwrap();
        let refused = accounts::remove_second_factor_of(&world.app, &lead.actor, bea).await;
        assert!(matches!(refused, Err(AppError::Denied(_))));
        accounts::remove_second_factor_of(&world.app, &machine(), bea)
            .await
            .unwrap();
        assert!(matches!(
            world.sign_in("bea", PASSWORD).await,
            Ok(SignIn::Done(_))
        ));
        assert_eq!(world.letters().await.len(), 1);
    }
}

#[tokio::test]
async fn a_closed_account_is_out_at_once_and_comes_back_when_opened() {
    for world in worlds().await {
        let bea = world.add("Bea", Role::MappingLead).await;
        world.add("Alice", Role::Administrator).await;
        let session = world.session_of("bea").await;
        let lead = world.signed_in(&session).await;
        let refused = accounts::close_account(&world.app, &lead.actor, bea).await;
        assert!(matches!(refused, Err(AppError::Denied(_))));
        let alice = world.signed_in(&world.session_of("alice").await).await;
        accounts::close_account(&world.app, &alice.actor, bea)
            .await
            .unwrap();
        assert!(!world.is_open(&session).await);
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "sign_in.wrong");
        accounts::open_account(&world.app, &alice.actor, bea)
            .await
            .unwrap();
        assert_eq!(code_of(world.sign_in("bea", PASSWORD).await), "done");
    }
}

#[tokio::test]
async fn a_role_is_given_once_and_ends_today() {
    for world in worlds().await {
        let bea = world.add("Bea", Role::Commissioner).await;
        let offer = GrantOffer {
            role: Role::Analyst,
            scope: Scope::National,
        };
        for _ in 0..2 {
            accounts::give_grant(&world.app, &machine(), bea, &offer)
                .await
                .unwrap();
        }
        let mut conn = world.app.reader().conn().await.unwrap();
        let actor = accounts::actor(&mut conn, bea, world.app.today()).await.unwrap();
        assert_eq!(actor.grants().len(), 2);
        let analyst = actor
            .grants()
            .iter()
            .find(|grant| grant.role == Role::Analyst)
            .unwrap();
        accounts::end_grant(&world.app, &machine(), analyst.id)
            .await
            .unwrap();
        let actor = accounts::actor(&mut conn, bea, world.app.today()).await.unwrap();
        assert_eq!(actor.grants().len(), 1);
    }
}

#[tokio::test]
async fn a_password_known_from_a_breach_is_refused_where_the_operator_names_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "0000000000000000000000000000000000000000:1\n").unwrap();
    for store in trial::stores().await.unwrap() {
        let settings = Settings {
            breached_passwords: Some(file.path().to_owned()),
            ..Settings::default()
        };
        let clock = Clock::standing_at("2026-11-22T10:00:00Z".parse().unwrap());
        let app = App::new(store, clock, settings);
        let new = NewPerson {
            email: "bea@example.org".to_owned(),
            name: "Bea".to_owned(),
            post: String::new(),
            role: Role::MappingLead,
            scope: Scope::National,
            password: PASSWORD.to_owned(),
        };
        accounts::create_person(&app, &machine(), new.clone())
            .await
            .unwrap();
        std::fs::write(file.path(), format!("{}:7\n", sha1_of(PASSWORD))).unwrap();
        let again = NewPerson {
            email: "carl@example.org".to_owned(),
            ..new
        };
        let refused = accounts::create_person(&app, &machine(), again).await;
        assert_eq!(code_of(refused), "password.breached");
        std::fs::write(file.path(), "0000000000000000000000000000000000000000:1\n").unwrap();
    }
}

fn sha1_of(text: &str) -> String {
    use sha1::{Digest, Sha1};
    app::tokens::hex(&Sha1::digest(text.as_bytes())).to_ascii_uppercase()
}
