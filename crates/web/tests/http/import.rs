//! Services from a spreadsheet, as a mapping lead meets them.

use std::fmt::Write;

use axum::http::StatusCode;
use domain::access::{Grant, Scope};
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, GrantId, OrganisationId, ParticipationId, PersonId};
use domain::organisations::{Organisation, OrganisationKind};
use domain::people::{Email, Person};
use domain::roles::Role;
use jiff::civil::date;
use storage::{cycles, grants, organisations, participations, people};
use uuid::Uuid;

use crate::world::{World, worlds};

const BASE: &str = "/cycles/2026-27/organisations/E06000009/import";
const BOARD: &str = "/cycles/2026-27/organisations/E06000009/services";

/// An open cycle, one organisation, and its mapping lead Bea.
async fn organisation(world: &World) -> (OrganisationId, PersonId) {
    let form = include_bytes!("../../../../questionnaires/service.xlsx");
    let questionnaire = app::questionnaires::publish(&world.app, &app::machine(), "service.xlsx", form)
        .await
        .unwrap();
    let cycle = Cycle {
        id: CycleId(Uuid::now_v7()),
        key: CycleKey::parse("2026-27").unwrap(),
        name: "Children's Services Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
        state: CycleState::Open,
        dates: KeyDates {
            opens_on: date(2026, 11, 1),
            checking_on: date(2027, 1, 4),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire,
    };
    let organisation = Organisation {
        id: OrganisationId(Uuid::now_v7()),
        code: "E06000009".to_owned(),
        code_scheme: "gss".to_owned(),
        name: "Blackpool Borough Council".to_owned(),
        kind: OrganisationKind::LocalAuthority,
        region: None,
        area: None,
        parent: None,
        arm: None,
        valid_from: None,
        valid_to: None,
        source: "test".to_owned(),
    };
    let now = world.app.now();
    let mut tx = world.store.begin().await.unwrap();
    cycles::insert(&mut tx, &cycle).await.unwrap();
    organisations::save(&mut tx, &organisation).await.unwrap();
    let invited = [(ParticipationId(Uuid::now_v7()), organisation.id)];
    participations::invite(&mut tx, cycle.id, &invited, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (organisation.id, lead(world, "bea", organisation.id).await)
}

async fn lead(world: &World, name: &str, organisation: OrganisationId) -> PersonId {
    let person = Person {
        id: PersonId(Uuid::now_v7()),
        email: Email::parse(&format!("{name}@example.org")).unwrap(),
        name: name.to_owned(),
        post: String::new(),
    };
    let grant = Grant {
        id: GrantId(Uuid::now_v7()),
        role: Role::MappingLead,
        scope: Scope::Organisation(organisation),
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
async fn a_lead_sees_what_a_file_would_do_and_then_imports_it() {
    for world in worlds().await {
        let (_, bea) = organisation(&world).await;
        let mut browser = world.browser_of(bea).await;
        let page = browser.get(BASE).await;
        assert!(page.text.contains("Read services from a spreadsheet"));
        let file = b"reference,name,cost_total\nS1,Health visiting,\"\xA3100\"\nS2,Fostering,200\n";
        let sent = browser.send_file(BASE, "teams.csv", file).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let preview = browser.get(sent.location()).await;
        assert!(preview.text.contains("Import 2 services") && preview.text.contains("Fostering"));
        assert!(
            browser
                .get(BOARD)
                .await
                .text
                .contains("No service has been added yet")
        );
        let done = browser.send(sent.location(), &[("choice", "all")]).await;
        let result = browser.get(done.location()).await;
        assert!(
            result.text.contains("Your file has been imported"),
            "{}",
            result.text
        );
        assert!(browser.get(BOARD).await.text.contains("Health visiting"));
        let again = browser.send(sent.location(), &[("choice", "all")]).await;
        assert!(
            again.text.contains("imported already"),
            "the file is gone once it is in"
        );
    }
}

#[tokio::test]
async fn faults_are_shown_with_their_cells_and_the_good_rows_can_be_kept() {
    for world in worlds().await {
        let (_, bea) = organisation(&world).await;
        let mut browser = world.browser_of(bea).await;
        browser.get(BASE).await;
        let file = b"reference,name,cost_total\nS1,Health visiting,100\nS2,Fostering,lots\n";
        let sent = browser.send_file(BASE, "teams.csv", file).await;
        let preview = browser.get(sent.location()).await;
        assert!(
            preview
                .text
                .contains("Sheet teams.csv, row 3, column C (cost_total)"),
            "{}",
            preview.text
        );
        assert!(preview.text.contains("leave out the rows that are refused"));
        let unsure = browser.send(sent.location(), &[]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = browser.send(sent.location(), &[("choice", "good")]).await;
        assert!(
            browser
                .get(done.location())
                .await
                .text
                .contains("Your file has been imported")
        );
        let board = browser.get(BOARD).await;
        assert!(board.text.contains("Health visiting") && !board.text.contains("Fostering"));
    }
}

#[tokio::test]
async fn a_large_file_is_checked_and_imported_by_a_job_with_progress() {
    for world in worlds().await {
        let (_, bea) = organisation(&world).await;
        let mut browser = world.browser_of(bea).await;
        browser.get(BASE).await;
        let mut file = "reference,name\n".to_owned();
        for number in 0..600 {
            writeln!(file, "S{number},Team {number}").unwrap();
        }
        let sent = browser.send_file(BASE, "many.csv", file.as_bytes()).await;
        let waiting = browser.get(sent.location()).await;
        assert!(
            waiting.text.contains("Checking your file") && waiting.text.contains("http-equiv=\"refresh\"")
        );
        app::jobs::run_next(&world.app).await.unwrap().unwrap();
        let preview = browser.get(sent.location()).await;
        assert!(preview.text.contains("Import 600 services"), "{}", preview.text);
        let confirmed = browser.send(sent.location(), &[("choice", "all")]).await;
        assert!(
            browser
                .get(confirmed.location())
                .await
                .text
                .contains("Importing your file")
        );
        app::jobs::run_next(&world.app).await.unwrap().unwrap();
        assert!(
            browser
                .get(confirmed.location())
                .await
                .text
                .contains("Your file has been imported")
        );
        assert!(browser.get(BOARD).await.text.contains("of 600 services"));
    }
}

#[tokio::test]
async fn a_file_that_is_not_chosen_not_readable_or_too_large_is_refused_in_words() {
    let world = crate::world::world().await;
    let (_, bea) = organisation(&world).await;
    let mut browser = world.browser_of(bea).await;
    browser.get(BASE).await;
    let none = browser.send_file(BASE, "", b"").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text.contains("Select a file"));
    let sent = browser
        .send_file(BASE, "photo.jpg", b"\xFF\xD8\xFF\xE0\x00\x10JFIF")
        .await;
    let page = browser.get(sent.location()).await;
    assert!(
        page.text.contains("neither a spreadsheet nor text"),
        "{}",
        page.text
    );
    browser.get(BASE).await;
    let large = browser
        .send_file(BASE, "large.csv", &vec![b'x'; 51 * 1024 * 1024])
        .await;
    assert!(large.status.is_client_error());
    assert!(large.text.contains("50 MB") || large.status == StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nobody_sees_the_import_of_another_person_or_organisation() {
    let world = crate::world::world().await;
    let (organisation, bea) = organisation(&world).await;
    let mut browser = world.browser_of(bea).await;
    browser.get(BASE).await;
    let sent = browser
        .send_file(BASE, "teams.csv", b"reference,name\nS1,Team\n")
        .await;
    let other = lead(&world, "carl", organisation).await;
    let mut carl = world.browser_of(other).await;
    assert_eq!(carl.get(sent.location()).await.status, StatusCode::NOT_FOUND);
    let stranger = lead(&world, "eve", OrganisationId(Uuid::now_v7())).await;
    let mut eve = world.browser_of(stranger).await;
    assert_eq!(eve.get(BASE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        eve.get(&format!("{BASE}/template.csv")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn templates_are_downloaded_as_files() {
    let world = crate::world::world().await;
    let (_, bea) = organisation(&world).await;
    let mut browser = world.browser_of(bea).await;
    let csv = browser.get(&format!("{BASE}/template.csv")).await;
    assert!(csv.text.starts_with("reference,service_name,"));
    assert_eq!(
        csv.headers["content-disposition"],
        "attachment; filename=\"services-2026.1.csv\""
    );
    let xlsx = browser.get(&format!("{BASE}/template.xlsx")).await;
    assert_eq!((xlsx.status, xlsx.text.starts_with("PK")), (StatusCode::OK, true));
}
