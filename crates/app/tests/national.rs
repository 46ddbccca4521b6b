//! The national team's half of a cycle, as stories on both engines (A01-A04).
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use app::accounts::{self, NewPerson, Registration, Visitor};
use app::services::NewService;
use app::{App, AppError, Clock, Settings, cycles, machine, participations, public_summary, reference};
use domain::access::{Actor, Regions, Scope};
use domain::areas::AreaCode;
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates, NewCycle};
use domain::ids::{OrganisationId, PersonId, QuestionnaireId};
use domain::nominations::{NominationState, Nominee};
use domain::organisations::OrganisationKind;
use domain::participations::ParticipationState;
use domain::roles::{Right, Role};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::Value;
use storage::participations::{ParticipationFilter, Window};
use storage::trial;

const PASSWORD: &str = "gravel teapot lantern";
const SURVEY: &[u8] = b"type,name,label\ntext,note,What families receive\n";
const TRUST: &str = "R0A";
const BOARD: &str = "QOP";
const ELSEWHERE: &str = "E06000001";
const NORTH_WEST: &str = "E12000002";

/// A system with England's organisations and a clock that the test turns.
struct World {
    app: App,
    now: Arc<Mutex<Timestamp>>,
}

impl World {
    fn is_the(&self, day: Date) {
        *self.now.lock().unwrap() = format!("{day}T09:00:00Z").parse().unwrap();
    }

    async fn id(&self, code: &str) -> OrganisationId {
        let mut conn = self.app.reader().conn().await.unwrap();
        let found = storage::organisations::find_by_code(&mut conn, code)
            .await
            .unwrap();
        found.unwrap().id
    }

    /// An open cycle to which everybody is asked.
    async fn open_cycle(&self) -> Cycle {
        let planned = cycles::create(&self.app, &machine(), self.new_cycle("2026-27").await)
            .await
            .unwrap();
        participations::invite_all(&self.app, &machine(), planned.id, &[])
            .await
            .unwrap();
        cycles::move_to(&self.app, &machine(), planned.id, CycleState::Open)
            .await
            .unwrap()
    }

    async fn new_cycle(&self, key: &str) -> NewCycle {
        let questionnaire = app::questionnaires::publish(&self.app, &machine(), "services.csv", SURVEY)
            .await
            .unwrap();
        new_cycle(key, questionnaire)
    }

    async fn person(&self, name: &str, role: Role, scope: Scope) -> PersonId {
        let new = NewPerson {
            email: address(name),
            name: name.to_owned(),
            post: "Officer".to_owned(),
            role,
            scope,
            password: PASSWORD.to_owned(),
        };
        accounts::create_person(&self.app, &machine(), new).await.unwrap()
    }

    async fn actor(&self, person: PersonId) -> Actor {
        let mut conn = self.app.reader().conn().await.unwrap();
        accounts::actor(&mut conn, person, self.app.today())
            .await
            .unwrap()
    }

    async fn nominate(&self, cycle: &Cycle, code: &str, name: &str) {
        let nominee = Nominee::parse(name, "Head of services", &address(name)).unwrap();
        let organisation = self.id(code).await;
        participations::nominate(&self.app, &machine(), cycle.id, organisation, nominee)
            .await
            .unwrap();
    }

    /// The token in the newest letter to somebody.
    async fn token_for(&self, name: &str) -> String {
        let mut conn = self.app.reader().conn().await.unwrap();
        let letters = storage::letters::list(&mut conn, None, 100).await.unwrap();
        let letter = letters
            .into_iter()
            .find(|letter| letter.to == address(name) && letter.purpose == "nomination")
            .unwrap();
        let (_, after) = letter.body.split_once("/register/").unwrap();
        after.split_whitespace().next().unwrap().to_owned()
    }

    async fn register(&self, name: &str, token: &str) -> Result<PersonId, AppError> {
        let registration = Registration {
            name: name.to_owned(),
            post: "Head of services".to_owned(),
            password: PASSWORD.to_owned(),
        };
        let visitor = Visitor {
            address: "192.0.2.1".to_owned(),
            device: "Firefox".to_owned(),
        };
        let (person, _) = accounts::register(&self.app, token, &registration, &visitor).await?;
        Ok(person)
    }

    async fn add_service(&self, actor: &Actor, code: &str) -> Result<(), AppError> {
        let new = NewService {
            name: "Family hub".to_owned(),
            reference: String::new(),
        };
        app::services::add(&self.app, actor, "2026-27", code, &new).await?;
        Ok(())
    }

    async fn state(&self, cycle: &Cycle, code: &str) -> ParticipationState {
        let organisation = self.id(code).await;
        let mut conn = self.app.reader().conn().await.unwrap();
        let found = storage::participations::find(&mut conn, cycle.id, organisation)
            .await
            .unwrap();
        found.unwrap().state
    }

    /// The published words of a region's row: invited, taking part, declined, signed off, services, staff.
    async fn summary_of(&self, cycle: &Cycle, region: &str) -> Vec<String> {
        public_summary::refresh(&self.app, cycle.id).await.unwrap();
        let mut conn = self.app.reader().conn().await.unwrap();
        let table = storage::published_tables::find(&mut conn, cycle.id, public_summary::KEY)
            .await
            .unwrap()
            .unwrap();
        for row in table.content["rows"].as_array().unwrap() {
            if row["label"] == region {
                let cells = row["cells"].as_array().unwrap();
                return cells.iter().map(text).collect();
            }
        }
        panic!("no row for {region}");
    }
}

fn text(cell: &Value) -> String {
    cell["text"].as_str().unwrap().to_owned()
}

fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

fn new_cycle(key: &str, questionnaire: QuestionnaireId) -> NewCycle {
    NewCycle {
        key: CycleKey::parse(key).unwrap(),
        name: "Children's Services Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
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

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for store in trial::stores().await.unwrap() {
        let now: Arc<Mutex<Timestamp>> = Arc::new(Mutex::new("2026-11-02T09:00:00Z".parse().unwrap()));
        let told = Arc::clone(&now);
        let clock = Clock::new(move || *told.lock().unwrap());
        let app = App::new(store, clock, Settings::default());
        reference::import_shipped(&app, &machine()).await.unwrap();
        worlds.push(World { app, now });
    }
    worlds
}

fn code_of<T>(result: Result<T, AppError>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(AppError::Refused(problems)) => problems[0].code.clone(),
        Err(AppError::Denied(_)) => "denied".to_owned(),
        Err(other) => other.to_string(),
    }
}

#[tokio::test]
async fn a_file_loaded_again_changes_nothing_and_a_trial_leaves_nothing() {
    for world in worlds().await {
        let files = reference::shipped();
        let again = reference::import_organisations(&world.app, &machine(), files.organisations, false)
            .await
            .unwrap();
        assert_eq!((again.created, again.changed), (0, 0));
        let text = String::from_utf8(files.organisations.to_vec()).unwrap();
        let renamed = text.replace("Hartlepool Borough Council", "Hartlepool Council");
        for dry_run in [true, true, false] {
            let loaded = reference::import_organisations(&world.app, &machine(), renamed.as_bytes(), dry_run)
                .await
                .unwrap();
            assert_eq!((loaded.created, loaded.changed), (0, 1));
        }
        let broken = renamed
            .replace("Middlesbrough Borough Council", "")
            .replace("Hartlepool", "Heartypool");
        let refused = reference::import_organisations(&world.app, &machine(), broken.as_bytes(), false).await;
        assert_eq!(code_of(refused), "reference.blank_cell");
        let mut conn = world.app.reader().conn().await.unwrap();
        let kept = storage::organisations::find_by_code(&mut conn, ELSEWHERE)
            .await
            .unwrap();
        assert_eq!(kept.unwrap().name, "Hartlepool Council");
    }
}

#[tokio::test]
async fn the_same_spreadsheet_is_the_same_questionnaire() {
    for world in worlds().await {
        let publish = async |bytes: &'static [u8]| {
            app::questionnaires::publish(&world.app, &machine(), "services.csv", bytes).await
        };
        let first = publish(SURVEY).await.unwrap();
        assert_eq!(publish(SURVEY).await.unwrap(), first);
        assert_ne!(
            publish(b"type,name,label\ntext,other,Other\n").await.unwrap(),
            first
        );
        let compiled = world.app.questionnaire(first).await.unwrap();
        assert!(Arc::ptr_eq(
            &compiled,
            &world.app.questionnaire(first).await.unwrap()
        ));
        let refused = publish(b"type,name,label\nnonsense,other,Other\n").await;
        let Err(AppError::Refused(problems)) = refused else {
            panic!("accepted");
        };
        assert!(problems[0].place.contains("row 2"), "{:?}", problems[0]);
    }
}

#[tokio::test]
async fn a_cycle_key_is_used_once() {
    for world in worlds().await {
        world.open_cycle().await;
        let twin = world.new_cycle("2026-27").await;
        let refused = cycles::create(&world.app, &machine(), twin).await;
        assert_eq!(code_of(refused), "cycle.key_taken");
    }
}

/// A01: all that exist on the opening day are asked, once; the trust that says no is still one of those asked.
#[tokio::test]
async fn a_declining_trust_stays_in_the_denominator() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        let again = participations::invite_all(&world.app, &machine(), cycle.id, &[]).await;
        assert_eq!(again.unwrap(), 0);
        let before = world.summary_of(&cycle, "North West").await;
        let trust = world.id(TRUST).await;
        let decline =
            async |reason| participations::decline(&world.app, &machine(), cycle.id, trust, reason).await;
        assert_eq!(code_of(decline(" ").await), "participation.no_reason");
        decline("No capacity this year").await.unwrap();
        let after = world.summary_of(&cycle, "North West").await;
        assert_eq!(before[0], "59");
        assert_eq!(after[0], before[0], "asked");
        assert_eq!((before[2].as_str(), after[2].as_str()), ("0", "1"), "declined");
        assert_eq!(
            code_of(world_nominate(&world, &cycle).await),
            "participation.declined"
        );
        participations::invite_again(&world.app, &machine(), cycle.id, trust)
            .await
            .unwrap();
        assert_eq!(world.state(&cycle, TRUST).await, ParticipationState::Invited);
    }
}

async fn world_nominate(world: &World, cycle: &Cycle) -> Result<(), AppError> {
    let nominee = Nominee::parse("Bea", "Head", &address("Bea")).unwrap();
    let trust = world.id(TRUST).await;
    participations::nominate(&world.app, &machine(), cycle.id, trust, nominee).await?;
    Ok(())
}

/// A02: a day after closing nothing may change, until somebody with the right reopens by name.
#[tokio::test]
async fn the_day_after_closing_needs_a_reopening_by_a_named_person() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        world.nominate(&cycle, TRUST, "Bea").await;
        let bea = world
            .register("Bea", &world.token_for("Bea").await)
            .await
            .unwrap();
        let bea = world.actor(bea).await;
        world.add_service(&bea, TRUST).await.unwrap();
        world.is_the(date(2027, 3, 1));
        assert_eq!(
            code_of(world.add_service(&bea, TRUST).await),
            "service.cycle_not_open"
        );
        cycles::move_to(&world.app, &machine(), cycle.id, CycleState::Closed)
            .await
            .unwrap();
        let trust = world.id(TRUST).await;
        let refused = participations::reopen(&world.app, &bea, cycle.id, trust, "Late figures").await;
        assert_eq!(code_of(refused), "denied");
        let nia = world.person("Nia", Role::NationalTeam, Scope::National).await;
        let nia = world.actor(nia).await;
        participations::reopen(&world.app, &nia, cycle.id, trust, "Late figures")
            .await
            .unwrap();
        world.add_service(&bea, TRUST).await.unwrap();
        let mut conn = world.app.reader().conn().await.unwrap();
        let filter = storage::events::EventFilter {
            organisation: Some(trust),
            before: None,
        };
        let events = storage::events::list(&mut conn, &filter, 100).await.unwrap();
        let reopening = events.iter().find(|event| event.kind == "participation.reopened");
        assert_eq!(reopening.unwrap().person, Some(nia.person()));
        let letters = storage::letters::list(&mut conn, None, 100).await.unwrap();
        let letter = letters
            .iter()
            .find(|letter| letter.purpose == "reopened")
            .unwrap();
        assert!(letter.body.contains("Late figures") && letter.to == address("Bea"));
    }
}

/// A03: before registering the nominee cannot open set-up; after, the lead sees one organisation.
#[tokio::test]
async fn a_nominee_opens_set_up_only_after_registering_and_then_only_their_own() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        world.nominate(&cycle, TRUST, "Bea").await;
        assert_eq!(world.state(&cycle, TRUST).await, ParticipationState::Nominated);
        let nobody = Actor::new(
            PersonId(uuid::Uuid::now_v7()),
            "Bea".to_owned(),
            Vec::new(),
            world.app.today(),
        );
        assert_eq!(code_of(world.add_service(&nobody, TRUST).await), "denied");
        let token = world.token_for("Bea").await;
        let bea = world.register("Bea", &token).await.unwrap();
        let bea = world.actor(bea).await;
        assert_eq!(world.state(&cycle, TRUST).await, ParticipationState::Registered);
        assert_eq!(code_of(world.add_service(&bea, BOARD).await), "denied");
        world.add_service(&bea, TRUST).await.unwrap();
        assert_eq!(world.state(&cycle, TRUST).await, ParticipationState::SetUp);
        assert_eq!(code_of(world.register("Bea", &token).await), "link.not_working");
    }
}

/// A03: the old lead leads until the new one registers; what the old one signed keeps their name.
#[tokio::test]
async fn a_replaced_lead_loses_the_organisation_but_not_their_name_on_what_they_signed() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        world.nominate(&cycle, TRUST, "Bea").await;
        let bea_id = world
            .register("Bea", &world.token_for("Bea").await)
            .await
            .unwrap();
        let bea = world.actor(bea_id).await;
        world.add_service(&bea, TRUST).await.unwrap();
        app::sign_off::sign_off(&world.app, &bea, "2026-27", TRUST, true)
            .await
            .unwrap();
        world.nominate(&cycle, TRUST, "Carl").await;
        let token_of_carl = world.token_for("Carl").await;
        world.nominate(&cycle, TRUST, "Dee").await;
        assert_eq!(
            code_of(world.register("Carl", &token_of_carl).await),
            "link.not_working"
        );
        let still = world.actor(bea_id).await;
        assert!(still.has_anywhere(Right::SignOff));
        let dee = world
            .register("Dee", &world.token_for("Dee").await)
            .await
            .unwrap();
        assert!(!world.actor(bea_id).await.has_anywhere(Right::SeeOrganisation));
        let dee = world.actor(dee).await;
        let view = app::sign_off::view(&world.app, &dee, "2026-27", TRUST)
            .await
            .unwrap();
        assert_eq!(view.sealed[0].person_name, "Bea");
        assert_eq!(view.participation.state, ParticipationState::SignedOff);
        let mut conn = world.app.reader().conn().await.unwrap();
        let nominations = storage::nominations::list(&mut conn, view.participation.id)
            .await
            .unwrap();
        let states: Vec<NominationState> = nominations
            .iter()
            .map(domain::nominations::Nomination::state)
            .collect();
        assert_eq!(
            states,
            [
                NominationState::Registered,
                NominationState::Replaced,
                NominationState::Replaced
            ]
        );
    }
}

/// A11: a reopened organisation starts revision 2 and is cited by revision 1 until it seals again.
#[tokio::test]
async fn the_public_summary_counts_sealed_revisions_only() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        world.nominate(&cycle, TRUST, "Bea").await;
        let bea = world
            .register("Bea", &world.token_for("Bea").await)
            .await
            .unwrap();
        let bea = world.actor(bea).await;
        world.add_service(&bea, TRUST).await.unwrap();
        assert_eq!(
            world.summary_of(&cycle, "North West").await[1..5],
            ["1", "0", "0", "0"]
        );
        let sign_off = async || app::sign_off::sign_off(&world.app, &bea, "2026-27", TRUST, true).await;
        sign_off().await.unwrap();
        assert_eq!(
            world.summary_of(&cycle, "North West").await[1..5],
            ["1", "0", "1", "1"]
        );
        let trust = world.id(TRUST).await;
        let reopened = participations::reopen(&world.app, &machine(), cycle.id, trust, "One more")
            .await
            .unwrap();
        assert_eq!(reopened.revision, 2);
        world.add_service(&bea, TRUST).await.unwrap();
        assert_eq!(world.summary_of(&cycle, "North West").await[4], "1");
        sign_off().await.unwrap();
        assert_eq!(world.summary_of(&cycle, "North West").await[4], "2");
    }
}

/// A04: two arms registered apart, each with its own lead; the body itself is not counted beside them.
#[tokio::test]
async fn two_arms_of_a_board_take_part_apart_and_count_once_each() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        let before = world.summary_of(&cycle, "North West").await;
        world.nominate(&cycle, BOARD, "Eve").await;
        let token_of_eve = world.token_for("Eve").await;
        let board = world.id(BOARD).await;
        let arms = participations::register_arms(&world.app, &machine(), cycle.id, board)
            .await
            .unwrap();
        let codes: Vec<&str> = arms.iter().map(|arm| arm.code.as_str()).collect();
        assert_eq!(codes, ["QOP-commissioning", "QOP-providing"]);
        assert_eq!(
            code_of(world.register("Eve", &token_of_eve).await),
            "link.not_working"
        );
        world.nominate(&cycle, "QOP-commissioning", "Bea").await;
        world.nominate(&cycle, "QOP-providing", "Dee").await;
        let bea = world
            .register("Bea", &world.token_for("Bea").await)
            .await
            .unwrap();
        let dee = world
            .register("Dee", &world.token_for("Dee").await)
            .await
            .unwrap();
        let (bea, dee) = (world.actor(bea).await, world.actor(dee).await);
        world.add_service(&bea, "QOP-commissioning").await.unwrap();
        assert_eq!(code_of(world.add_service(&bea, "QOP-providing").await), "denied");
        assert_eq!(code_of(world.add_service(&dee, BOARD).await), "denied");
        let after = world.summary_of(&cycle, "North West").await;
        let number = |words: &str| words.parse::<i64>().unwrap();
        assert_eq!(number(&after[0]), number(&before[0]) + 1);
        let again = participations::register_arms(&world.app, &machine(), cycle.id, board).await;
        assert_eq!(code_of(again), "participation.in_arms");
        let trust = world.id(TRUST).await;
        let refused = participations::register_arms(&world.app, &machine(), cycle.id, trust).await;
        assert_eq!(code_of(refused), "organisation.no_arms");
        let next = cycles::create(&world.app, &machine(), world.new_cycle("2027-28").await)
            .await
            .unwrap();
        let boards = [OrganisationKind::IntegratedCareBoard];
        participations::invite_all(&world.app, &machine(), next.id, &boards)
            .await
            .unwrap();
        let mut conn = world.app.reader().conn().await.unwrap();
        let asked = storage::participations::find(&mut conn, next.id, board)
            .await
            .unwrap();
        assert_eq!(asked, None, "the arms are asked instead");
    }
}

/// Tenancy: a regional support worker sees their own region, from both sides, and changes nothing.
#[tokio::test]
async fn a_regional_support_worker_lists_their_own_region_only() {
    for world in worlds().await {
        let cycle = world.open_cycle().await;
        let region = AreaCode::new(NORTH_WEST);
        let ruth = world
            .person("Ruth", Role::RegionalSupportWorker, Scope::Region(region.clone()))
            .await;
        let ruth = world.actor(ruth).await;
        let seen = ruth.regions_with(Right::SeeProgress);
        assert_eq!(seen, Regions::Only(vec![region]));
        let all = Window {
            offset: 0,
            limit: 1000,
        };
        let filter = ParticipationFilter::default();
        let mut conn = world.app.reader().conn().await.unwrap();
        let own = storage::participations::list(&mut conn, cycle.id, &seen, &filter, all)
            .await
            .unwrap();
        assert_eq!(own.total, 59);
        assert!(own.lines.iter().all(|line| line.region_name == "North West"));
        let national = storage::participations::list(&mut conn, cycle.id, &Regions::All, &filter, all)
            .await
            .unwrap();
        assert_eq!(national.total, 397);
        drop(conn);
        let progress = participations::progress(&world.app, &ruth, "2026-27")
            .await
            .unwrap();
        assert_eq!(progress.counts.iter().map(|count| count.count).sum::<i64>(), 59);
        for code in [TRUST, ELSEWHERE] {
            let organisation = world.id(code).await;
            let refused = participations::decline(&world.app, &ruth, cycle.id, organisation, "No").await;
            assert_eq!(code_of(refused), "denied");
            let viewed = participations::view(&world.app, &ruth, "2026-27", code).await;
            let expected = if code == TRUST { "done" } else { "denied" };
            assert_eq!(code_of(viewed), expected);
        }
    }
}
