//! The national team's pages, as a browser meets them, from planning a cycle to a lead who registers (A01-A04).

use app::{machine, participations, public_summary, questionnaires, reference};
use domain::access::{Grant, Scope};
use domain::areas::AreaCode;
use domain::ids::{GrantId, PersonId};
use domain::people::{Email, Person};
use domain::roles::Role;
use storage::{grants, people};
use uuid::Uuid;

use crate::world::{Browser, PASSWORD, World, worlds};

const SURVEY: &[u8] = b"type,name,label\ntext,note,What families receive\n";
const TRUST: &str = "/cycles/2026-27/organisations/R0A/participation";
const BOARD: &str = "/cycles/2026-27/organisations/QOP/participation";
const ELSEWHERE: &str = "/cycles/2026-27/organisations/E06000001/participation";

/// The fields of a sound plan.
async fn plan(world: &World) -> Vec<(&'static str, String)> {
    let id = questionnaires::publish(&world.app, &machine(), "services.csv", SURVEY)
        .await
        .unwrap();
    let mut fields = vec![
        ("name", "Mapping 2026/27".to_owned()),
        ("key", "2026-27".to_owned()),
        ("financial_year", "2026/27".to_owned()),
        ("questionnaire", id.to_string()),
    ];
    for (name, value) in [
        ("opens_on-day", "1"),
        ("opens_on-month", "11"),
        ("opens_on-year", "2026"),
        ("checking_on-day", "4"),
        ("checking_on-month", "1"),
        ("checking_on-year", "2027"),
        ("closes_on-day", "28"),
        ("closes_on-month", "2"),
        ("closes_on-year", "2027"),
        ("publishes_on-day", "20"),
        ("publishes_on-month", "4"),
        ("publishes_on-year", "2027"),
        ("census_on-day", "30"),
        ("census_on-month", "11"),
        ("census_on-year", "2026"),
    ] {
        fields.push((name, value.to_owned()));
    }
    fields
}

async fn send_all(browser: &mut Browser<'_>, path: &str, fields: &[(&str, String)]) -> crate::world::Reply {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.send(path, &fields).await
}

/// An open cycle to which every trust and board is asked, planned in the browser by Alice of the national team.
async fn open_cycle(world: &World) -> Browser<'_> {
    reference::import_shipped(&world.app, &machine()).await.unwrap();
    let alice = world.insert(Role::NationalTeam).await;
    let mut alice = world.browser_of(alice).await;
    let planned = send_all(&mut alice, "/cycles/new", &plan(world).await).await;
    assert_eq!(planned.location(), "/cycles/2026-27", "{}", planned.text);
    let kinds = [
        ("kinds", "nhs_trust"),
        ("kinds", "integrated_care_board"),
        ("kinds", "local_authority"),
    ];
    let invited = alice.send("/cycles/2026-27/organisations/invite", &kinds).await;
    assert_eq!(
        invited.location(),
        "/cycles/2026-27/organisations",
        "{}",
        invited.text
    );
    let question = alice.get("/cycles/2026-27/move/open").await;
    assert!(question.text.contains("From 1 November 2026 to 28 February 2027"));
    let opened = alice.send("/cycles/2026-27/move/open", &[]).await;
    assert_eq!(opened.location(), "/cycles/2026-27");
    alice
}

#[tokio::test]
async fn everything_wrong_with_a_plan_is_said_at_its_field() {
    for world in worlds().await {
        let alice = world.insert(Role::NationalTeam).await;
        let mut alice = world.browser_of(alice).await;
        let mut fields = plan(&world).await;
        for (name, value) in &mut fields {
            match *name {
                "key" => "Not a key".clone_into(value),
                "closes_on-day" => "31".clone_into(value),
                _ => {}
            }
        }
        let reply = send_all(&mut alice, "/cycles/new", &fields).await;
        assert_eq!(reply.status.as_u16(), 422);
        assert!(reply.text.contains("href=\"#key\""));
        assert!(reply.text.contains("The closing date must be a real date"));
        assert!(
            reply.text.contains("value=\"Mapping 2026/27\""),
            "what was typed is kept"
        );
        let mut fields = plan(&world).await;
        for (name, value) in &mut fields {
            if *name == "closes_on-year" {
                "2026".clone_into(value);
            }
        }
        let reply = send_all(&mut alice, "/cycles/new", &fields).await;
        assert!(
            reply
                .text
                .contains("The closing date must not be before the checking date")
        );
    }
}

#[tokio::test]
async fn the_national_team_follows_organisations_by_region_and_state() {
    for world in worlds().await {
        let mut alice = open_cycle(&world).await;
        let page = alice.get("/cycles/2026-27").await;
        assert!(page.text.contains("Organisations by region and state"));
        assert!(page.text.contains(">397<"), "all that exist are asked");
        let list = alice.get("/cycles/2026-27/organisations").await;
        assert!(list.text.contains("397 organisations"));
        assert!(list.text.contains("page=8"));
        let query = "?text=alder&kind=nhs_trust&region=E12000002&state=invited";
        let found = alice.get(&format!("/cycles/2026-27/organisations{query}")).await;
        assert!(found.text.contains("1 organisation<"), "{}", found.text);
        assert!(
            found
                .text
                .contains("href=\"/cycles/2026-27/organisations/RBS/participation\"")
        );
        let again = alice
            .send("/cycles/2026-27/organisations/invite", &[("kinds", "nhs_trust")])
            .await;
        let list = alice.get(again.location()).await;
        assert!(list.text.contains("They had all been invited already."));
    }
}

/// A03: the link in the letter, the registration, the start page with one organisation.
#[tokio::test]
async fn a_nominee_registers_by_the_link_in_the_letter_and_finds_their_organisation() {
    for world in worlds().await {
        let mut alice = open_cycle(&world).await;
        let wrong = alice.send(&format!("{TRUST}/nominate"), &[("name", "Bea")]).await;
        assert_eq!(wrong.status.as_u16(), 422);
        assert!(wrong.text.contains("href=\"#email\""));
        let nominee = [
            ("name", "Bea Brown"),
            ("post", "Head of services"),
            ("email", "bea@example.org"),
        ];
        let sent = alice.send(&format!("{TRUST}/nominate"), &nominee).await;
        assert_eq!(sent.location(), TRUST);
        let page = alice.get(TRUST).await;
        assert!(
            page.text
                .contains("A link to register is on its way to Bea Brown.")
        );
        assert!(page.text.contains("Not yet registered"));
        let letter = world.last_letter().await;
        assert!(letter.contains("28 February 2027") && letter.contains("20 December 2026"));
        let (_, link) = letter.split_once("/register/").unwrap();
        let link = format!("/register/{}", link.split_whitespace().next().unwrap());
        let mut bea = world.browser();
        assert_eq!(
            bea.get("/cycles/2026-27/organisations/R0A/services")
                .await
                .status
                .as_u16(),
            303
        );
        assert_eq!(bea.get(&link).await.status.as_u16(), 200);
        let fields = [
            ("name", "Bea Brown"),
            ("post", "Head of services"),
            ("password", PASSWORD),
        ];
        let registered = bea.send(&link, &fields).await;
        assert_eq!(registered.status.as_u16(), 303, "{}", registered.text);
        let home = bea.get("/home").await;
        assert!(
            home.text
                .contains("href=\"/cycles/2026-27/organisations/R0A/services\"")
        );
        assert!(!home.text.contains("href=\"/cycles\""));
        assert_eq!(
            bea.get("/cycles/2026-27/organisations/R0A/services")
                .await
                .status
                .as_u16(),
            200
        );
        assert_eq!(
            bea.get("/cycles/2026-27/organisations/QOP/services")
                .await
                .status
                .as_u16(),
            403
        );
        assert_eq!(bea.get(TRUST).await.status.as_u16(), 403);
    }
}

/// A01, A02: declining and reopening need a reason; what cannot be done is said on a page.
#[tokio::test]
async fn declining_and_reopening_need_a_reason_and_a_moment() {
    for world in worlds().await {
        let mut alice = open_cycle(&world).await;
        let decline = format!("{TRUST}/decline");
        let reply = alice.send(&decline, &[("reason", " ")]).await;
        assert_eq!(reply.status.as_u16(), 422);
        assert!(reply.text.contains("href=\"#reason\""));
        alice
            .send(&decline, &[("reason", "No capacity <this> year")])
            .await;
        let page = alice.get(TRUST).await;
        assert!(page.text.contains("No capacity &lt;this&gt; year"));
        assert!(!page.text.contains("/participation/nominate"));
        let reply = alice.get(&format!("{TRUST}/nominate")).await;
        assert_eq!(reply.status.as_u16(), 422);
        assert!(reply.text.contains("has declined to take part"));
        alice.send(&format!("{TRUST}/invite-again"), &[]).await;
        assert!(
            alice
                .get(TRUST)
                .await
                .text
                .contains("The organisation has been invited again.")
        );
        let reply = alice
            .send(&format!("{TRUST}/reopen"), &[("reason", "Late")])
            .await;
        assert_eq!(reply.status.as_u16(), 422);
        assert!(reply.text.contains("can already change its answers"));
    }
}

/// A04: the body leads to its arms and back.
#[tokio::test]
async fn a_board_registers_two_arms_that_are_listed_beside_it() {
    for world in worlds().await {
        let mut alice = open_cycle(&world).await;
        assert!(alice.get(BOARD).await.text.contains("Register two arms"));
        alice.send(&format!("{BOARD}/arms"), &[]).await;
        let page = alice.get(BOARD).await;
        assert!(page.text.contains("In two arms"));
        let arm = "/cycles/2026-27/organisations/QOP-providing/participation";
        assert!(page.text.contains(&format!("href=\"{arm}\"")));
        assert!(alice.get(arm).await.text.contains(&format!("href=\"{BOARD}\"")));
        let again = alice.send(&format!("{BOARD}/arms"), &[]).await;
        assert_eq!(again.status.as_u16(), 422);
    }
}

/// Tenancy, from both sides: Ruth sees the trust of her region and nothing of another region.
#[tokio::test]
async fn a_regional_support_worker_sees_their_region_and_changes_nothing() {
    for world in worlds().await {
        open_cycle(&world).await;
        let ruth = regional_worker(&world).await;
        let mut ruth = world.browser_of(ruth).await;
        let list = ruth.get("/cycles/2026-27/organisations").await;
        assert!(list.text.contains("59 organisations"), "{}", list.text);
        assert!(!list.text.contains("Hartlepool"));
        let elsewhere = ruth
            .get("/cycles/2026-27/organisations?text=hartlepool&region=E12000001")
            .await;
        assert!(elsewhere.text.contains("0 organisations"));
        assert_eq!(ruth.get(ELSEWHERE).await.status.as_u16(), 403);
        let own = ruth.get(TRUST).await;
        assert_eq!(own.status.as_u16(), 200);
        assert!(!own.text.contains("/participation/decline"));
        let cycle = ruth.get("/cycles/2026-27").await;
        assert!(cycle.text.contains(">59<") && !cycle.text.contains("397"));
        assert!(!cycle.text.contains("/move/"));
        let refused = ruth.send(&format!("{TRUST}/decline"), &[("reason", "x")]).await;
        assert_eq!(refused.status.as_u16(), 403);
    }
}

async fn regional_worker(world: &World) -> PersonId {
    let person = Person {
        id: PersonId(Uuid::now_v7()),
        email: Email::parse("ruth@example.org").unwrap(),
        name: "Ruth".to_owned(),
        post: String::new(),
    };
    let grant = Grant {
        id: GrantId(Uuid::now_v7()),
        role: Role::RegionalSupportWorker,
        scope: Scope::Region(AreaCode::new("E12000002")),
        from: world.app.today(),
        to: None,
    };
    let mut tx = world.store.begin().await.unwrap();
    people::insert(&mut tx, &person, world.app.now()).await.unwrap();
    grants::insert(&mut tx, person.id, &grant, None, world.app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    person.id
}

#[tokio::test]
async fn everybody_reads_the_dates_and_the_summary_without_signing_in() {
    for world in worlds().await {
        let empty = world.browser().get("/").await;
        assert!(empty.text.contains("No mapping has been planned yet"));
        open_cycle(&world).await;
        let mut conn = world.app.reader().conn().await.unwrap();
        let cycle = storage::cycles::current(&mut conn).await.unwrap().unwrap();
        drop(conn);
        let before = world.browser().get("/cycles/2026-27/summary").await;
        assert!(before.text.contains("There are no figures yet"));
        public_summary::refresh(&world.app, cycle.id).await.unwrap();
        for path in ["/", "/cycles/2026-27/summary"] {
            let page = world.browser().get(path).await;
            assert_eq!(page.status.as_u16(), 200);
            assert!(
                page.text
                    .contains("Organisations can answer until 28 February 2027.")
            );
            assert!(page.text.contains("North West"), "{path}");
        }
        let progress = participations::progress(&world.app, &machine(), "2026-27")
            .await
            .unwrap();
        assert_eq!(progress.counts.iter().map(|count| count.count).sum::<i64>(), 397);
    }
}
