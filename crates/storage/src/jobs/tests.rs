use super::*;
use crate::trial;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn job() -> NewJob {
    NewJob {
        id: JobId(Uuid::now_v7()),
        kind: "clear_expired",
        detail: serde_json::json!({}),
        created_by: None,
        due_at: at(0),
    }
}

#[tokio::test]
async fn a_job_whose_runner_was_killed_is_taken_again() {
    for store in trial::stores().await.unwrap() {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, &job(), at(0)).await.unwrap();
        let first = take(&mut tx, at(1), at(61)).await.unwrap().unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        assert_eq!(take(&mut tx, at(60), at(120)).await.unwrap(), None, "held");
        let second = take(&mut tx, at(62), at(122)).await.unwrap().unwrap();
        assert_eq!((second.id, second.tries), (first.id, 2));
        assert!(
            !finish(&mut tx, &first, &Value::Null, at(63)).await.unwrap(),
            "the runner that came back too late must change nothing"
        );
        assert!(!hold(&mut tx, &first, at(300)).await.unwrap());
        assert!(finish(&mut tx, &second, &Value::Null, at(64)).await.unwrap());
        assert_eq!(
            take(&mut tx, at(900), at(960)).await.unwrap(),
            None,
            "finished is finished"
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn two_runners_never_take_the_same_job() {
    for store in trial::stores().await.unwrap() {
        let mut tx = store.begin().await.unwrap();
        for _ in 0..40 {
            insert(&mut tx, &job(), at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();

        let mut runners = Vec::new();
        for _ in 0..4 {
            let store = store.clone();
            runners.push(tokio::spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let mut tx = store.begin().await.unwrap();
                    let job = take(&mut tx, at(1), at(61)).await.unwrap();
                    tx.commit().await.unwrap();
                    match job {
                        Some(job) => taken.push(job.id),
                        None => return taken,
                    }
                }
            }));
        }
        let mut taken = Vec::new();
        for runner in runners {
            taken.extend(runner.await.unwrap());
        }
        // On PostgreSQL a runner may see nothing while others hold the last rows, but no job is taken twice.
        let count = taken.len();
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), count);
        assert_eq!(count, 40);
    }
}

#[tokio::test]
async fn a_job_put_back_waits_until_it_is_due() {
    for store in trial::stores().await.unwrap() {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, &job(), at(0)).await.unwrap();
        let taken = take(&mut tx, at(1), at(61)).await.unwrap().unwrap();
        put_back(&mut tx, &taken, &Value::Null, at(100)).await.unwrap();
        assert!(!is_any_due(&mut tx, at(99)).await.unwrap());
        assert!(is_any_due(&mut tx, at(100)).await.unwrap());
        assert!(
            is_waiting(&mut tx, "clear_expired", &serde_json::json!({}))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn progress_is_shown_while_the_job_runs() {
    for store in trial::stores().await.unwrap() {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, &job(), at(0)).await.unwrap();
        let taken = take(&mut tx, at(1), at(61)).await.unwrap().unwrap();
        save_progress(&mut tx, taken.id, 20_000, 40_000).await.unwrap();
        let shown = find(&mut tx, taken.id).await.unwrap().unwrap();
        assert_eq!(
            (shown.done, shown.total, shown.state),
            (20_000, 40_000, JobState::Running)
        );
        tx.commit().await.unwrap();
    }
}
