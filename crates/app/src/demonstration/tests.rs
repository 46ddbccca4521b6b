use super::*;
use crate::running::Settings;
use domain::participations::ParticipationState;
use storage::{Store, participations as parts, trial};

const PASSWORD: &str = "harbour-lantern-4711";

fn app_on(store: &Store, day: &str) -> App {
    let now = format!("{day}T10:00:00Z").parse().unwrap();
    let settings = Settings {
        is_demonstration: true,
        ..Settings::default()
    };
    App::new(store.clone(), Clock::standing_at(now), settings)
}

async fn cycle(app: &App, key: &str) -> Cycle {
    crate::named::cycle(app, key).await.unwrap()
}

#[tokio::test]
async fn the_demonstration_is_a_whole_place_in_an_open_cycle() {
    for store in trial::stores().await.unwrap() {
        let app = app_on(&store, "2026-11-22");
        load(&app, PASSWORD, &|_| {}).await.unwrap();
        assert!(is_loaded(&app).await.unwrap());
        assert_eq!(cycle(&app, "2025-26").await.state, CycleState::Published);
        let this = cycle(&app, "2026-27").await;
        assert!(this.accepts_edits(app.today(), false));
        let services = crate::services::board(&app, &machine(), "2026-27", "E06000009")
            .await
            .unwrap();
        assert_eq!(services.lines.len(), 19);
        let sealed = crate::sign_off::view(&app, &machine(), "2025-26", "E06000009")
            .await
            .unwrap()
            .sealed;
        assert_eq!(sealed[0].service_count, 16);
        let blackpool = crate::named::organisation(&app, "E06000009").await.unwrap();
        let mut conn = app.reader().conn().await.unwrap();
        let part = parts::find(&mut conn, this.id, blackpool.id)
            .await
            .unwrap()
            .unwrap();
        assert!(part.state.takes_part(), "{:?}", part.state);
        let elsewhere = crate::named::organisation(&app, "E06000001").await.unwrap();
        let part = parts::find(&mut conn, this.id, elsewhere.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(part.state, ParticipationState::Invited);
    }
}

#[tokio::test]
async fn a_second_load_changes_nothing() {
    let store = trial::sqlite().await.unwrap();
    let app = app_on(&store, "2026-11-22");
    load(&app, PASSWORD, &|_| {}).await.unwrap();
    let before = newest(&app).await;
    load(&app, PASSWORD, &|_| panic!("there is nothing to do"))
        .await
        .unwrap();
    assert_eq!(newest(&app).await, before);
}

async fn newest(app: &App) -> i64 {
    let mut conn = app.reader().conn().await.unwrap();
    events::list(&mut conn, &events::EventFilter::default(), 1)
        .await
        .unwrap()[0]
        .seq
}

/// Stops a load before each of its lines in turn, as a kill would, and lets the next one go on.
#[tokio::test]
async fn a_load_that_was_killed_goes_on_where_it_stopped() {
    let store = trial::sqlite().await.unwrap();
    let mut survived = 0;
    loop {
        let app = app_on(&store, "2026-11-22");
        let lines = std::sync::atomic::AtomicUsize::new(0);
        let attempt = tokio::spawn(async move {
            let stop_at = survived;
            load(&app, PASSWORD, &|_| {
                let line = lines.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                assert!(line < stop_at, "killed here");
            })
            .await
            .unwrap();
        });
        if attempt.await.is_ok() {
            break;
        }
        survived += 1;
        assert!(survived < 50, "it never comes to an end");
    }
    assert!(survived > 2);
    assert!(is_loaded(&app_on(&store, "2026-11-22")).await.unwrap());
}

#[tokio::test]
async fn a_demonstration_can_be_tried_on_any_day() {
    let store = trial::sqlite().await.unwrap();
    load(&app_on(&store, "2026-06-01"), PASSWORD, &|_| {})
        .await
        .unwrap();
    for day in ["2026-06-01", "2027-05-05", "2031-01-01"] {
        let app = app_on(&store, day);
        load(&app, PASSWORD, &|_| {}).await.unwrap();
        let this = cycle(&app, "2026-27").await;
        assert!(this.accepts_edits(app.today(), false), "{day}: {:?}", this.dates);
        let newest = {
            let mut conn = app.reader().conn().await.unwrap();
            events::list(&mut conn, &events::EventFilter::default(), 1)
                .await
                .unwrap()[0]
                .at
        };
        assert!(newest <= app.now(), "nothing lies in the future");
    }
}

#[tokio::test]
async fn a_demonstration_never_gets_into_the_database_of_a_real_system() {
    let store = trial::sqlite().await.unwrap();
    let app = app_on(&store, "2026-11-22");
    reference::import_shipped(&app, &machine()).await.unwrap();
    let refusal = load(&app, PASSWORD, &|_| {}).await.unwrap_err();
    assert!(
        matches!(&refusal, AppError::Refused(problems) if problems[0].code == "demonstration.other_data")
    );
    assert!(!is_loaded(&app).await.unwrap());
}
