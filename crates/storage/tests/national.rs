//! Areas, organisations, cycles and participations, told to both engines in the same words.
#![allow(clippy::unwrap_used)]

use domain::access::Regions;
use domain::areas::{Area, AreaCode, AreaKind, Succession};
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, NominationId, OrganisationId, ParticipationId, QuestionnaireId};
use domain::nominations::{Nomination, NominationState, Nominee};
use domain::organisations::{Arm, ListedOrganisation, Organisation, OrganisationKind};
use domain::participations::ParticipationState;
use jiff::Timestamp;
use jiff::civil::date;
use storage::participations::{ParticipationFilter, Window};
use storage::questionnaires::PublishedQuestionnaire;
use storage::{
    StorageError, Store, areas, cycles, nominations, organisations, participations, published_tables,
    questionnaires, trial,
};
use uuid::Uuid;

const NORTH: &str = "E12000001";
const SOUTH: &str = "E12000009";
const ALL: Window = Window {
    offset: 0,
    limit: 100,
};

fn now() -> Timestamp {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

fn region(code: &str, name: &str) -> Area {
    Area {
        code: AreaCode::new(code),
        name: name.to_owned(),
        kind: AreaKind::Region,
        parent: Some(AreaCode::new("E92000001")),
        vintage: "2026-06".to_owned(),
        valid_from: None,
        valid_to: Some(date(2030, 4, 1)),
        source: "register".to_owned(),
    }
}

fn organisation(code: &str, name: &str, kind: OrganisationKind, region: &str) -> Organisation {
    ListedOrganisation {
        code: code.to_owned(),
        code_scheme: "ods".to_owned(),
        name: name.to_owned(),
        kind,
        region: Some(AreaCode::new(region)),
        area: None,
        valid_from: Some(date(2010, 4, 1)),
        valid_to: None,
        source: "register".to_owned(),
    }
    .identified(OrganisationId(Uuid::now_v7()))
}

fn questionnaire() -> PublishedQuestionnaire {
    PublishedQuestionnaire {
        id: QuestionnaireId(Uuid::now_v7()),
        form_id: "services".to_owned(),
        version: "2026".to_owned(),
        title: "Services".to_owned(),
        file_name: "services.xlsx".to_owned(),
        content_hash: "ab12".to_owned(),
        published_at: now(),
    }
}

fn cycle(questionnaire: QuestionnaireId) -> Cycle {
    Cycle {
        id: CycleId(Uuid::now_v7()),
        key: CycleKey::parse("2026-27").unwrap(),
        name: "Children's Services Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
        state: CycleState::Planned,
        dates: KeyDates {
            opens_on: date(2026, 11, 1),
            checking_on: date(2027, 1, 4),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire,
    }
}

/// Two regions with a trust and a council each, and a cycle to which nobody is asked yet.
async fn ground(store: &Store) -> (Cycle, Vec<Organisation>) {
    let bodies = vec![
        organisation("RX1", "Alder 100% Trust", OrganisationKind::NhsTrust, NORTH),
        organisation(
            "E06000001",
            "Birchby Council",
            OrganisationKind::LocalAuthority,
            NORTH,
        ),
        organisation("RX2", "Cedar Trust", OrganisationKind::NhsTrust, SOUTH),
        organisation(
            "E06000002",
            "Deepdale Council",
            OrganisationKind::LocalAuthority,
            SOUTH,
        ),
    ];
    let questionnaire = questionnaire();
    let cycle = cycle(questionnaire.id);
    let mut tx = store.begin().await.unwrap();
    areas::save(&mut tx, &region(NORTH, "North")).await.unwrap();
    areas::save(&mut tx, &region(SOUTH, "South")).await.unwrap();
    for body in &bodies {
        organisations::save(&mut tx, body).await.unwrap();
    }
    questionnaires::insert(&mut tx, &questionnaire, b"spreadsheet")
        .await
        .unwrap();
    cycles::insert(&mut tx, &cycle).await.unwrap();
    tx.commit().await.unwrap();
    (cycle, bodies)
}

async fn invite_all(store: &Store, cycle: &Cycle, bodies: &[Organisation]) -> u64 {
    let mut invited = Vec::new();
    for body in bodies {
        invited.push((ParticipationId(Uuid::now_v7()), body.id));
    }
    let mut tx = store.begin().await.unwrap();
    let count = participations::invite(&mut tx, cycle.id, &invited, now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    count
}

#[tokio::test]
async fn an_area_loaded_again_is_written_over_and_not_doubled() {
    for store in trial::stores().await.unwrap() {
        let mut tx = store.begin().await.unwrap();
        let mut north = region(NORTH, "North");
        areas::save(&mut tx, &north).await.unwrap();
        north.name = "North of England".to_owned();
        north.valid_to = None;
        areas::save(&mut tx, &north).await.unwrap();
        let succession = Succession {
            predecessor: "E06000028".to_owned(),
            successor: "E06000058".to_owned(),
            on: Some(date(2019, 4, 1)),
            note: "Merged".to_owned(),
        };
        areas::save_succession(&mut tx, &succession).await.unwrap();
        areas::save_succession(&mut tx, &succession).await.unwrap();
        organisations::save_succession(&mut tx, &succession)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.reader().conn().await.unwrap();
        assert_eq!(areas::list(&mut conn).await.unwrap(), [north.clone()]);
        assert_eq!(
            areas::list_of_kind(&mut conn, AreaKind::Region).await.unwrap(),
            [north]
        );
        assert!(
            areas::list_of_kind(&mut conn, AreaKind::Country)
                .await
                .unwrap()
                .is_empty()
        );
        let found = areas::list_successions(&mut conn).await.unwrap();
        assert_eq!(found, [succession]);
        assert_eq!(organisations::list_successions(&mut conn).await.unwrap(), found);
    }
}

#[tokio::test]
async fn an_organisation_keeps_its_identity_when_its_register_renames_it() {
    for store in trial::stores().await.unwrap() {
        let (_, bodies) = ground(&store).await;
        let mut renamed = bodies[1].clone();
        renamed.id = OrganisationId(Uuid::now_v7());
        renamed.name = "Birchby Borough Council".to_owned();
        let arm = bodies[1]
            .arm(Arm::Providing, OrganisationId(Uuid::now_v7()))
            .unwrap();
        let mut tx = store.begin().await.unwrap();
        organisations::save(&mut tx, &renamed).await.unwrap();
        organisations::save(&mut tx, &arm).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.reader().conn().await.unwrap();
        let found = organisations::find_by_code(&mut conn, "E06000001")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.id, found.name), (bodies[1].id, renamed.name));
        assert_eq!(organisations::get(&mut conn, arm.id).await.unwrap(), arm);
        assert_eq!(
            organisations::list_arms(&mut conn, bodies[1].id).await.unwrap(),
            [arm]
        );
        assert_eq!(organisations::list(&mut conn).await.unwrap().len(), 5);
        assert_eq!(organisations::find_by_code(&mut conn, "RX9").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_cycle_keeps_its_key_to_itself_and_moves_on() {
    for store in trial::stores().await.unwrap() {
        let (planned, _) = ground(&store).await;
        let twin = cycle(planned.questionnaire);
        let mut tx = store.begin().await.unwrap();
        assert!(matches!(
            cycles::insert(&mut tx, &twin).await,
            Err(StorageError::Taken(_))
        ));
        drop(tx);
        let mut open = planned.move_to(CycleState::Open).unwrap();
        open.dates.closes_on = date(2027, 3, 14);
        let mut tx = store.begin().await.unwrap();
        cycles::save(&mut tx, &open).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.reader().conn().await.unwrap();
        let key = CycleKey::parse("2026-27").unwrap();
        assert_eq!(
            cycles::find_by_key(&mut conn, &key).await.unwrap(),
            Some(open.clone())
        );
        assert_eq!(cycles::get(&mut conn, open.id).await.unwrap(), open);
        assert_eq!(cycles::list(&mut conn).await.unwrap(), [open.clone()]);
        assert_eq!(cycles::current(&mut conn).await.unwrap(), Some(open));
    }
}

#[tokio::test]
async fn a_questionnaire_is_found_again_by_what_it_holds() {
    for store in trial::stores().await.unwrap() {
        let published = questionnaire();
        let mut tx = store.begin().await.unwrap();
        questionnaires::insert(&mut tx, &published, b"spreadsheet")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.reader().conn().await.unwrap();
        let found = questionnaires::find_by_hash(&mut conn, "ab12").await.unwrap();
        assert_eq!(found, Some(published.clone()));
        assert_eq!(
            questionnaires::get(&mut conn, published.id).await.unwrap(),
            published
        );
        assert_eq!(
            questionnaires::get_source(&mut conn, published.id).await.unwrap(),
            b"spreadsheet"
        );
        assert_eq!(questionnaires::list(&mut conn).await.unwrap(), [published]);
    }
}

#[tokio::test]
async fn asking_twice_leaves_those_asked_before_as_they_are() {
    for store in trial::stores().await.unwrap() {
        let (cycle, bodies) = ground(&store).await;
        assert_eq!(invite_all(&store, &cycle, &bodies[..3]).await, 3);
        let mut tx = store.begin().await.unwrap();
        let first = participations::get_to_write(&mut tx, cycle.id, bodies[0].id)
            .await
            .unwrap();
        let declined = first.decline("No capacity").unwrap();
        participations::save(&mut tx, &declined, now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(invite_all(&store, &cycle, &bodies).await, 1);
        let mut conn = store.reader().conn().await.unwrap();
        assert_eq!(participations::get(&mut conn, first.id).await.unwrap(), declined);
        let nowhere = OrganisationId(Uuid::now_v7());
        assert_eq!(
            participations::find(&mut conn, cycle.id, nowhere).await.unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn the_list_is_filtered_paged_and_kept_to_the_regions_allowed() {
    for store in trial::stores().await.unwrap() {
        let (cycle, bodies) = ground(&store).await;
        invite_all(&store, &cycle, &bodies).await;
        let mut conn = store.reader().conn().await.unwrap();
        let none = ParticipationFilter::default();
        let page = Window { offset: 2, limit: 1 };
        let listing = participations::list(&mut conn, cycle.id, &Regions::All, &none, page)
            .await
            .unwrap();
        assert_eq!(
            (listing.total, listing.lines[0].name.as_str()),
            (4, "Cedar Trust")
        );

        let north = Regions::Only(vec![AreaCode::new(NORTH)]);
        let names = async |conn: &mut storage::Conn, regions: &Regions, filter: ParticipationFilter| {
            let listing = participations::list(conn, cycle.id, regions, &filter, ALL)
                .await
                .unwrap();
            let names: Vec<String> = listing.lines.into_iter().map(|line| line.name).collect();
            names
        };
        assert_eq!(
            names(&mut conn, &north, none.clone()).await,
            ["Alder 100% Trust", "Birchby Council"]
        );
        let asked_elsewhere = ParticipationFilter {
            region: Some(AreaCode::new(SOUTH)),
            ..none.clone()
        };
        assert!(names(&mut conn, &north, asked_elsewhere).await.is_empty());
        assert!(
            names(&mut conn, &Regions::Only(Vec::new()), none.clone())
                .await
                .is_empty()
        );
        let filter = ParticipationFilter {
            kind: Some(OrganisationKind::NhsTrust),
            state: Some(ParticipationState::Invited),
            text: "0% t".to_owned(),
            ..none.clone()
        };
        assert_eq!(
            names(&mut conn, &Regions::All, filter).await,
            ["Alder 100% Trust"]
        );
        let counts = participations::count_states(&mut conn, cycle.id, &north)
            .await
            .unwrap();
        let told: Vec<(&str, OrganisationKind, i64)> = counts
            .iter()
            .map(|count| (count.region_name.as_str(), count.kind, count.count))
            .collect();
        assert_eq!(
            told,
            [
                ("North", OrganisationKind::LocalAuthority, 1),
                ("North", OrganisationKind::NhsTrust, 1)
            ]
        );
    }
}

#[tokio::test]
async fn the_lead_shown_is_the_one_who_registered_until_the_next_one_does() {
    for store in trial::stores().await.unwrap() {
        let (cycle, bodies) = ground(&store).await;
        invite_all(&store, &cycle, &bodies[..1]).await;
        let mut tx = store.begin().await.unwrap();
        let participation = participations::get_to_write(&mut tx, cycle.id, bodies[0].id)
            .await
            .unwrap();
        let nominee = |name: &str| Nomination {
            id: NominationId(Uuid::now_v7()),
            participation: participation.id,
            nominated_by: None,
            nominee: Nominee::parse(name, "Head", "lead@example.org").unwrap(),
            nominated_at: now(),
            registered_at: (name == "Bea").then(now),
            person: None,
            replaced_at: None,
        };
        let (bea, dee) = (nominee("Bea"), nominee("Dee"));
        nominations::insert(&mut tx, &bea).await.unwrap();
        nominations::insert(&mut tx, &dee).await.unwrap();
        let filter = ParticipationFilter::default();
        let listing = participations::list(&mut tx, cycle.id, &Regions::All, &filter, ALL)
            .await
            .unwrap();
        assert_eq!(listing.lines[0].lead_name, "Bea");
        nominations::replace(&mut tx, bea.id, now()).await.unwrap();
        let listing = participations::list(&mut tx, cycle.id, &Regions::All, &filter, ALL)
            .await
            .unwrap();
        assert_eq!(listing.lines[0].lead_name, "Dee");
        let all = nominations::list(&mut tx, participation.id).await.unwrap();
        assert_eq!(all[0], dee);
        assert_eq!(
            nominations::get(&mut tx, bea.id).await.unwrap().state(),
            NominationState::Replaced
        );
    }
}

#[tokio::test]
async fn an_organisation_that_sealed_nothing_has_no_figures_rather_than_noughts() {
    for store in trial::stores().await.unwrap() {
        let (cycle, bodies) = ground(&store).await;
        invite_all(&store, &cycle, &bodies[..1]).await;
        let mut conn = store.reader().conn().await.unwrap();
        let figures = participations::list_sealed(&mut conn, cycle.id).await.unwrap();
        assert_eq!(figures.len(), 1);
        assert_eq!((figures[0].service_count, figures[0].staff_wte), (None, None));
        assert_eq!(figures[0].region, Some(AreaCode::new(NORTH)));
    }
}

#[tokio::test]
async fn a_published_table_is_replaced_whole() {
    for store in trial::stores().await.unwrap() {
        let (cycle, _) = ground(&store).await;
        let table = |words: &str| published_tables::PublishedTable {
            content: serde_json::json!({ "caption": words }),
            content_hash: words.to_owned(),
            made_at: now(),
        };
        let mut tx = store.begin().await.unwrap();
        published_tables::save(&mut tx, cycle.id, "summary", &table("one"))
            .await
            .unwrap();
        published_tables::save(&mut tx, cycle.id, "summary", &table("two"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.reader().conn().await.unwrap();
        let found = published_tables::find(&mut conn, cycle.id, "summary")
            .await
            .unwrap();
        assert_eq!(found, Some(table("two")));
        assert_eq!(
            published_tables::find(&mut conn, cycle.id, "other")
                .await
                .unwrap(),
            None
        );
    }
}
