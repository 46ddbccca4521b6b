//! From setting up to signing off, on both engines (A06, A09, A10, A11).
#![allow(clippy::unwrap_used)]

use app::accounts::{self, NewPerson};
use app::returns::{PagePost, RowAction, open, save_page};
use app::services::{NewService, add, board, carry};
use app::sign_off::{sign_off, view};
use app::{App, AppError, Clock, Settings, machine};
use domain::access::{Actor, Scope};
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, OrganisationId, ParticipationId, PersonId, QuestionnaireId, ReturnId, ServiceId};
use domain::organisations::{Organisation, OrganisationKind};
use domain::participations::ParticipationState;
use domain::returns::{How, ReturnState};
use domain::roles::Role;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use storage::{Store, cycles, letters, organisations, participations, returns, sign_offs, trial};
use uuid::Uuid;

const FORM: &[u8] = include_bytes!("../../../questionnaires/service.xlsx");
const PASSWORD: &str = "gravel teapot lantern";

/// A place with one council that takes part in an open cycle, and the people in it.
struct Place {
    app: App,
    council: Organisation,
    cycle: CycleId,
}

impl Place {
    async fn on(store: Store) -> Place {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let app = App::new(store.clone(), Clock::standing_at(now), Settings::default());
        let form = app::questionnaires::publish(&app, &machine(), "service.xlsx", FORM)
            .await
            .unwrap();
        let council = Organisation {
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
        let mut tx = store.begin().await.unwrap();
        organisations::save(&mut tx, &council).await.unwrap();
        let this_year = cycle("2026-27", date(2026, 11, 2), CycleState::Open, form);
        let last_year = cycle("2025-26", date(2025, 11, 3), CycleState::Open, form);
        for cycle in [&last_year, &this_year] {
            cycles::insert(&mut tx, cycle).await.unwrap();
            let invited = [(ParticipationId(Uuid::now_v7()), council.id)];
            participations::invite(&mut tx, cycle.id, &invited, now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        Place {
            app,
            council,
            cycle: this_year.id,
        }
    }

    async fn person(&self, name: &str, role: Role, scope: Scope) -> Actor {
        let new = NewPerson {
            email: format!("{}@example.org", name.to_lowercase()),
            name: name.to_owned(),
            post: String::new(),
            role,
            scope,
            password: PASSWORD.to_owned(),
        };
        let id: PersonId = accounts::create_person(&self.app, &machine(), new).await.unwrap();
        let mut conn = self.app.reader().conn().await.unwrap();
        accounts::actor(&mut conn, id, self.app.today()).await.unwrap()
    }

    async fn bea(&self) -> Actor {
        self.person("Bea", Role::MappingLead, Scope::Organisation(self.council.id))
            .await
    }

    async fn add(&self, actor: &Actor, name: &str) -> (ServiceId, ReturnId) {
        let new = NewService {
            name: name.to_owned(),
            reference: String::new(),
        };
        let service = add(&self.app, actor, "2026-27", "E06000009", &new).await.unwrap();
        (
            service,
            app::returns::find(&self.app, "2026-27", service).await.unwrap(),
        )
    }

    async fn version(&self, id: ReturnId) -> i64 {
        let mut conn = self.app.reader().conn().await.unwrap();
        returns::get(&mut conn, id).await.unwrap().version
    }

    /// Answers everything that a service needs, as a person would, page by page.
    async fn fill(&self, actor: &Actor, id: ReturnId, (wte, cost, caseload): (&str, &str, &str)) {
        let pages: [(&str, &[(&str, &str)]); 10] = [
            (
                "/data/identity/field/sector",
                &[("/data/identity/field/sector", "social_care")],
            ),
            (
                "/data/identity/kind/service_type",
                &[("/data/identity/kind/service_type", "early_help")],
            ),
            (
                "/data/identity/level/service_tier",
                &[("/data/identity/level/service_tier", "targeted")],
            ),
            (
                "/data/purpose/what/description",
                &[(
                    "/data/purpose/what/description",
                    "Helps families early, at home and in the family hub.",
                )],
            ),
            (
                "/data/workforce/paid_staff/has_paid_staff",
                &[("/data/workforce/paid_staff/has_paid_staff", "yes")],
            ),
            (
                "/data/workforce/staff/wte",
                &[
                    ("/data/workforce/staff[1]/profession", "family_support_worker"),
                    ("/data/workforce/staff[1]/wte", wte),
                ],
            ),
            (
                "/data/workforce/all_staff/staff_listed",
                &[("/data/workforce/all_staff/staff_listed", "yes")],
            ),
            (
                "/data/activity/caseload_split/can_split_caseload",
                &[
                    ("/data/activity/caseload_split/can_split_caseload", "no"),
                    ("/data/activity/caseload_split/caseload_plain", caseload),
                ],
            ),
            (
                "/data/cost/amounts/cost_total",
                &[("/data/cost/amounts/cost_total", cost)],
            ),
            (
                "/data/activity/caseload_split/caseload_plain",
                &[("/data/activity/caseload_split/caseload_plain", caseload)],
            ),
        ];
        for (question, typed) in pages {
            self.save(actor, id, question, typed).await;
        }
    }

    async fn save(
        &self,
        actor: &Actor,
        id: ReturnId,
        question: &str,
        typed: &[(&str, &str)],
    ) -> app::returns::SavedPage {
        let post = self
            .post(actor, id, (question, typed), self.version(id).await)
            .await;
        save_page(&self.app, actor, id, &post).await.unwrap()
    }

    /// The post of the page on which a question stands.
    async fn post(
        &self,
        actor: &Actor,
        id: ReturnId,
        (question, typed): (&str, &[(&str, &str)]),
        version: i64,
    ) -> PagePost {
        let opened = open(&self.app, actor, id).await.unwrap();
        let found = opened.questionnaire.question(question).unwrap();
        PagePost {
            page: found.page_id.clone().unwrap(),
            version,
            typed: typed
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            settled: Vec::new(),
            row: None,
        }
    }
}

fn cycle(key: &str, opens_on: Date, state: CycleState, questionnaire: QuestionnaireId) -> Cycle {
    Cycle {
        id: CycleId(Uuid::now_v7()),
        key: CycleKey::parse(key).unwrap(),
        name: format!("Children's Services Mapping {key}"),
        financial_year: key.replace('-', "/"),
        state,
        dates: KeyDates {
            opens_on,
            checking_on: date(2027, 2, 1),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire,
    }
}

/// The published five teams: WTE, cost in pounds, caseload (A10).
const FIVE_TEAMS: [(&str, &str, &str); 5] = [
    ("3.500", "220320", "15"),
    ("8.900", "368672", "197"),
    ("18.350", "794879", "239"),
    ("9.050", "421856", "120"),
    ("21.850", "809033", "232"),
];

/// A10: the check report of the five teams ends in 5, 61.650, £2,614,760, 803; changing one caseload by 7
/// changes the total by 7 at once.
#[tokio::test]
async fn the_check_report_ties_to_what_was_entered_a_moment_ago() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let mut last = None;
        for (number, (wte, cost, caseload)) in FIVE_TEAMS.iter().enumerate() {
            let (_, id) = place.add(&bea, &format!("Team {}", number + 1)).await;
            place.fill(&bea, id, (wte, cost, caseload)).await;
            last = Some(id);
        }
        assert_eq!(totals(&place, &bea).await, ["5", "61.650", "£2,614,760", "803"]);
        let path = "/data/activity/caseload_split/caseload_plain";
        place.save(&bea, last.unwrap(), path, &[(path, "239")]).await;
        assert_eq!(totals(&place, &bea).await, ["5", "61.650", "£2,614,760", "810"]);
    }
}

async fn totals(place: &Place, actor: &Actor) -> Vec<String> {
    let table = app::check_report::check_report(&place.app, actor, "2026-27", "E06000009")
        .await
        .unwrap();
    let finished = reports::table::render(&table);
    let wanted = ["teams_mapped", "staff_wte", "cost", "caseload"];
    let mut found = Vec::new();
    for (heading, cell) in finished
        .headings
        .iter()
        .zip(&finished.totals.as_ref().unwrap().cells)
    {
        if wanted.contains(&heading.key.as_str()) {
            found.push(cell.text.clone());
        }
    }
    found
}

/// A11: sign-off is refused with reasons while something is missing; then it seals, and a receipt goes out; a
/// reopening begins revision 2 while revision 1 stays.
#[tokio::test]
async fn a_sign_off_seals_a_revision_and_a_reopening_begins_the_next() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let alice = place.person("Alice", Role::NationalTeam, Scope::National).await;
        let (_, id) = place.add(&bea, "Family hub").await;
        let refused = sign_off(&place.app, &bea, "2026-27", "E06000009", true)
            .await
            .unwrap_err();
        let AppError::Refused(problems) = refused else {
            panic!("not refused: {refused}")
        };
        assert!(
            problems
                .iter()
                .all(|problem| problem.message.starts_with("Family hub: "))
        );
        place.fill(&bea, id, ("3.5", "220320", "15")).await;
        let first = sign_off(&place.app, &bea, "2026-27", "E06000009", true)
            .await
            .unwrap();
        assert_eq!(
            (first.revision, first.service_count, first.person_name.as_str()),
            (1, 1, "Bea")
        );
        assert_eq!(place.receipts().await, 1);
        let path = "/data/cost/amounts/cost_total";
        let post = place
            .post(&bea, id, (path, &[(path, "1")]), place.version(id).await)
            .await;
        assert!(matches!(
            save_page(&place.app, &bea, id, &post).await,
            Err(AppError::Refused(_))
        ));
        app::participations::reopen(
            &place.app,
            &alice,
            place.cycle,
            place.council.id,
            "A cost was wrong",
        )
        .await
        .unwrap();
        place.save(&bea, id, path, &[(path, "220321")]).await;
        let sealed = sealed_cost(&place, first.id).await;
        assert_eq!(sealed, Some(22_032_000));
        let second = sign_off(&place.app, &bea, "2026-27", "E06000009", true)
            .await
            .unwrap();
        assert_eq!(second.revision, 2);
        assert_ne!(second.content_hash, first.content_hash);
        assert_eq!(sealed_cost(&place, first.id).await, Some(22_032_000));
        assert_eq!(sealed_cost(&place, second.id).await, Some(22_032_100));
        let seen = view(&place.app, &bea, "2026-27", "E06000009").await.unwrap();
        assert_eq!(seen.sealed.len(), 2);
    }
}

impl Place {
    async fn receipts(&self) -> usize {
        let mut conn = self.app.reader().conn().await.unwrap();
        let all = letters::list(&mut conn, None, 50).await.unwrap();
        all.iter()
            .filter(|letter| letter.purpose == "sign_off_receipt")
            .count()
    }
}

async fn sealed_cost(place: &Place, id: domain::ids::SignOffId) -> Option<i64> {
    let mut conn = place.app.reader().conn().await.unwrap();
    sign_offs::list_sealed(&mut conn, id).await.unwrap()[0]
        .figures
        .cost_pence
}

#[tokio::test]
async fn only_the_mapping_lead_signs_off() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (_, id) = place.add(&bea, "Family hub").await;
        place.fill(&bea, id, ("3.5", "220320", "15")).await;
        for (name, role) in [
            ("Dan", Role::Deputy),
            ("Alice", Role::NationalTeam),
            ("Eve", Role::Analyst),
        ] {
            let scope = if role == Role::Deputy {
                Scope::Organisation(place.council.id)
            } else {
                Scope::National
            };
            let actor = place.person(name, role, scope).await;
            let refused = sign_off(&place.app, &actor, "2026-27", "E06000009", true).await;
            assert!(matches!(refused, Err(AppError::Denied(_))), "{name} signed off");
        }
    }
}

/// A09: "CAMHS? no" hides the tier questions and drops their answers from export; "yes" brings them back.
#[tokio::test]
async fn answers_that_no_longer_apply_are_kept_apart_and_come_back() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (_, id) = place.add(&bea, "Child and adolescent mental health team").await;
        let camhs = "/data/purpose/mental_health/is_camhs";
        let tiers = "/data/purpose/camhs_work/camhs_tiers";
        place
            .save(
                &bea,
                id,
                "/data/identity/field/sector",
                &[("/data/identity/field/sector", "health")],
            )
            .await;
        place.save(&bea, id, camhs, &[(camhs, "yes")]).await;
        let shown = place.save(&bea, id, tiers, &[(tiers, "tier_2 tier_3")]).await;
        assert!(exports(&shown, tiers));
        let hidden = place.save(&bea, id, camhs, &[(camhs, "no")]).await;
        assert!(!exports(&hidden, tiers));
        assert_eq!(hidden.opened.current.answers.get(tiers), "tier_2 tier_3");
        let back = place.save(&bea, id, camhs, &[(camhs, "yes")]).await;
        assert!(exports(&back, tiers));
    }
}

fn exports(saved: &app::returns::SavedPage, path: &str) -> bool {
    saved
        .assessment
        .evaluation
        .exported()
        .iter()
        .any(|(exported, _)| exported == path)
}

#[tokio::test]
async fn saves_at_the_same_moment_all_stand() {
    let (staff, other, from) = (
        "/data/cost/amounts/cost_staff",
        "/data/cost/amounts/cost_non_staff",
        "/data/activity/period/activity_from",
    );
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (_, id) = place.add(&bea, "Family hub").await;
        let seen = place.version(id).await;
        let first = place
            .post(&bea, id, (staff, &[(staff, "100"), (other, "")]), seen)
            .await;
        let second = place
            .post(&bea, id, (staff, &[(staff, ""), (other, "50")]), seen)
            .await;
        let third = place.post(&bea, id, (from, &[(from, "2025-10-01")]), seen).await;
        let (app, bea) = (&place.app, &bea);
        let saved = tokio::join!(
            save_page(app, bea, id, &first),
            save_page(app, bea, id, &second),
            save_page(app, bea, id, &third),
        );
        for saved in [saved.0, saved.1, saved.2] {
            let saved = saved.unwrap();
            assert_eq!((saved.change_count, saved.conflicts.len()), (1, 0));
        }
        let stands = open(app, bea, id).await.unwrap().current;
        assert_eq!(stands.version, seen + 3);
        assert_eq!(
            (
                stands.answers.get(staff),
                stands.answers.get(other),
                stands.answers.get(from)
            ),
            ("100", "50", "2025-10-01")
        );
    }
}

#[tokio::test]
async fn two_people_on_one_page_lose_nothing() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (service, id) = place.add(&bea, "Family hub").await;
        let carl = place
            .person("Carl", Role::ServiceManager, Scope::Service(service))
            .await;
        let seen = place.version(id).await;
        let (staff, other, total) = (
            "/data/cost/amounts/cost_staff",
            "/data/cost/amounts/cost_non_staff",
            "/data/cost/amounts/cost_total",
        );
        let blank = [(staff, ""), (other, ""), (total, "")];
        let mut carls = blank;
        carls[0].1 = "100";
        carls[2].1 = "150";
        let post = place.post(&carl, id, (staff, &carls), seen).await;
        save_page(&place.app, &carl, id, &post).await.unwrap();
        let mut beas = blank;
        beas[1].1 = "50";
        beas[2].1 = "175";
        let post = place.post(&bea, id, (staff, &beas), seen).await;
        let saved = save_page(&place.app, &bea, id, &post).await.unwrap();
        let answers = &saved.opened.current.answers;
        assert_eq!(
            (answers.get(staff), answers.get(other), answers.get(total)),
            ("100", "50", "150")
        );
        assert_eq!(saved.conflicts.len(), 1);
        assert_eq!(
            (
                saved.conflicts[0].theirs.as_str(),
                saved.conflicts[0].mine.as_str()
            ),
            ("150", "175")
        );
        let mut settled = place.post(&bea, id, (total, &[(total, "175")]), seen).await;
        settled.settled.push(total.to_owned());
        let saved = save_page(&place.app, &bea, id, &settled).await.unwrap();
        assert_eq!(saved.opened.current.answers.get(total), "175");
        let mut conn = place.app.reader().conn().await.unwrap();
        let history = returns::list_changes(&mut conn, id, 50).await.unwrap();
        let told: Vec<(&str, &str, &str, &str)> = history
            .iter()
            .filter(|line| line.change.path == total)
            .map(|line| {
                (
                    line.change.old.as_str(),
                    line.change.new.as_str(),
                    line.person_name.as_str(),
                    line.how.code(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [("150", "175", "Bea", "entered"), ("", "150", "Carl", "entered")]
        );
    }
}

#[tokio::test]
async fn a_word_for_a_number_is_kept_and_flagged() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (_, id) = place.add(&bea, "Family hub").await;
        let path = "/data/cost/amounts/cost_total";
        let saved = place.save(&bea, id, path, &[(path, "about ten thousand")]).await;
        assert_eq!(saved.opened.current.answers.get(path), "about ten thousand");
        assert!(
            saved
                .assessment
                .missing
                .iter()
                .any(|missing| missing.path == path)
        );
        assert_eq!(saved.opened.current.figures.cost_pence, None);
    }
}

#[tokio::test]
async fn rows_are_added_and_taken_out_with_their_history() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (_, id) = place.add(&bea, "Family hub").await;
        let repeat = "/data/workforce/staff";
        let paid = "/data/workforce/paid_staff/has_paid_staff";
        place.save(&bea, id, paid, &[(paid, "yes")]).await;
        let wte = "/data/workforce/staff[1]/wte";
        let mut post = place
            .post(
                &bea,
                id,
                ("/data/workforce/staff/wte", &[(wte, "2.5")]),
                place.version(id).await,
            )
            .await;
        post.row = Some(RowAction::Add);
        let saved = save_page(&place.app, &bea, id, &post).await.unwrap();
        assert_eq!(saved.opened.current.answers.instances(repeat), [1, 2]);
        let mut post = place
            .post(
                &bea,
                id,
                ("/data/workforce/staff/wte", &[]),
                place.version(id).await,
            )
            .await;
        post.row = Some(RowAction::Remove(1));
        let saved = save_page(&place.app, &bea, id, &post).await.unwrap();
        assert_eq!(saved.opened.current.answers.instances(repeat), [2]);
        assert_eq!(saved.opened.current.answers.get(wte), "");
        let mut conn = place.app.reader().conn().await.unwrap();
        let history = returns::list_changes(&mut conn, id, 50).await.unwrap();
        assert!(
            history
                .iter()
                .any(|line| line.change.path == wte && line.change.old == "2.5")
        );
    }
}

/// A06: a service keeps its identity; its answers come marked as carried, not as edited.
#[tokio::test]
async fn a_service_of_last_year_keeps_its_identity() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let new = NewService {
            name: "Family hub".to_owned(),
            reference: "FH1".to_owned(),
        };
        let service = add(&place.app, &bea, "2025-26", "E06000009", &new).await.unwrap();
        assert_eq!(
            board(&place.app, &bea, "2026-27", "E06000009")
                .await
                .unwrap()
                .carryable_count,
            1
        );
        assert_eq!(
            carry(&place.app, &bea, "2026-27", "E06000009", None)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            carry(&place.app, &bea, "2026-27", "E06000009", None)
                .await
                .unwrap(),
            0
        );
        let now = board(&place.app, &bea, "2026-27", "E06000009").await.unwrap();
        assert_eq!(now.participation.state, ParticipationState::SetUp);
        let line = &now.lines[0];
        assert_eq!(
            (line.service, line.state, line.origin),
            (service, ReturnState::NotStarted, How::Carried)
        );
        assert!(line.edited_at.is_none());
        let same = NewService {
            name: "Another".to_owned(),
            reference: "FH1".to_owned(),
        };
        let refused = add(&place.app, &bea, "2026-27", "E06000009", &same)
            .await
            .unwrap_err();
        let AppError::Refused(problems) = refused else {
            panic!("not refused: {refused}")
        };
        assert_eq!(problems[0].code, "service.reference_taken");
    }
}

#[tokio::test]
async fn a_manager_of_one_service_opens_no_other() {
    for store in trial::stores().await.unwrap() {
        let place = Place::on(store).await;
        let bea = place.bea().await;
        let (mine, mine_id) = place.add(&bea, "Mine").await;
        let (_, other_id) = place.add(&bea, "Other").await;
        let carl = place
            .person("Carl", Role::ServiceManager, Scope::Service(mine))
            .await;
        assert!(open(&place.app, &carl, mine_id).await.is_ok());
        assert!(matches!(
            open(&place.app, &carl, other_id).await,
            Err(AppError::Denied(_))
        ));
        let path = "/data/cost/amounts/cost_total";
        let post = place.post(&bea, other_id, (path, &[(path, "1")]), 1).await;
        assert!(matches!(
            save_page(&place.app, &carl, other_id, &post).await,
            Err(AppError::Denied(_))
        ));
        let seen = board(&place.app, &carl, "2026-27", "E06000009").await;
        assert!(matches!(seen, Err(AppError::Denied(_))));
    }
}
