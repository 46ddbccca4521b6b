use super::*;
use crate::clock::Clock;
use crate::running::Settings;
use storage::jobs::JobState;
use storage::trial;

fn start() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn app_at(store: &storage::Store, at: Timestamp) -> Arc<App> {
    Arc::new(App::new(
        store.clone(),
        Clock::standing_at(at),
        Settings::default(),
    ))
}

async fn ask(app: &App, kind: &'static str) -> JobId {
    let job = NewJob {
        id: JobId(Uuid::now_v7()),
        kind,
        detail: json!({}),
        created_by: None,
        due_at: app.now(),
    };
    let mut tx = app.store.begin().await.unwrap();
    jobs::insert(&mut tx, &job, app.now()).await.unwrap();
    tx.commit().await.unwrap();
    job.id
}

async fn state(app: &App, id: JobId) -> JobState {
    let mut conn = app.reader().conn().await.unwrap();
    jobs::find(&mut conn, id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn work_asked_for_is_done_once() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        put_periodic(&app).await.unwrap();
        put_periodic(&app).await.unwrap();
        let id = run_next(&app).await.unwrap().unwrap();
        assert_eq!(state(&app, id).await, JobState::Finished);
        assert_eq!(
            run_next(&app).await.unwrap(),
            None,
            "asked for twice, waiting once"
        );
    }
}

#[tokio::test]
async fn work_is_not_done_when_its_transaction_does_not_commit() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        let mut tx = app.store.begin().await.unwrap();
        put(&mut tx, Work::ClearExpired {}, None, app.now())
            .await
            .unwrap();
        drop(tx);
        assert_eq!(run_next(&app).await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_job_of_a_killed_runner_is_done_by_another() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        let id = ask(&app, "clear_expired").await;
        take(&app).await.unwrap();
        assert_eq!(
            run_next(&app).await.unwrap(),
            None,
            "held by the runner that was killed"
        );
        let later = app_at(&store, start() + HOLD + SignedDuration::from_secs(1));
        assert_eq!(run_next(&later).await.unwrap(), Some(id));
        assert_eq!(state(&later, id).await, JobState::Finished);
    }
}

#[tokio::test]
async fn a_job_that_kills_its_runner_each_time_is_given_up() {
    for store in trial::stores().await.unwrap() {
        let mut now = start();
        let id = ask(&app_at(&store, now), "clear_expired").await;
        for _ in 0..MOST_TRIES {
            assert!(take(&app_at(&store, now)).await.unwrap().is_some());
            now += HOLD + SignedDuration::from_secs(1);
        }
        let app = app_at(&store, now);
        run_next(&app).await.unwrap();
        assert_eq!(state(&app, id).await, JobState::Failed);
    }
}

#[tokio::test]
async fn work_of_an_unknown_kind_is_given_up_and_does_not_stop_the_queue() {
    for store in trial::stores().await.unwrap() {
        let app = app_at(&store, start());
        let strange = ask(&app, "paint_the_fence").await;
        let known = ask(&app, "clear_expired").await;
        while run_next(&app).await.unwrap().is_some() {}
        assert_eq!(state(&app, strange).await, JobState::Failed);
        assert_eq!(state(&app, known).await, JobState::Finished);
    }
}

#[test]
fn the_kind_of_work_and_its_code_are_the_same_word() {
    let cycle = domain::ids::CycleId(Uuid::now_v7());
    for work in [Work::ClearExpired {}, Work::RefreshSummary { cycle }] {
        let value = serde_json::to_value(work).unwrap();
        assert_eq!(value["kind"], work.code());
    }
}
