//! The limit that the database sets: the bare transaction of a save, and the verb without HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::returns::{PagePost, save_page};
use csm_tests::answering::amounts;
use domain::events::Event;
use domain::returns::{Change, How};
use jiff::Timestamp;
use storage::returns::Provenance;
use storage::{StorageError, Store, events, returns};

use crate::ground::Ground;
use crate::statistics::Run;

/// The bare transaction in a shape that saves cannot do without: one return document written, one change and one
/// event recorded, committed durably. No question is evaluated and nobody is asked for a permit.
pub async fn bare(ground: &Ground, clients: usize, length: Duration) -> Result<Run, StorageError> {
    let began = Instant::now();
    let mut tasks = Vec::new();
    for client in 0..clients {
        let (store, id) = (ground.store.clone(), ground.returns[client]);
        tasks.push(tokio::spawn(async move {
            bare_client(&store, id, began, length).await
        }));
    }
    gather(tasks, began).await
}

async fn bare_client(
    store: &Store,
    id: domain::ids::ReturnId,
    began: Instant,
    length: Duration,
) -> Result<Vec<Duration>, StorageError> {
    let mut times = Vec::new();
    let mut conn = store.reader().conn().await?;
    let mut current = returns::get(&mut conn, id).await?;
    drop(conn);
    while began.elapsed() < length {
        let start = Instant::now();
        let now = Timestamp::now();
        let read = current.clone();
        current.version += 1;
        current
            .answers
            .set("/data/cost/amounts/cost_staff", current.version.to_string());
        let change = Change {
            path: "/data/cost/amounts/cost_staff".to_owned(),
            old: (current.version - 1).to_string(),
            new: current.version.to_string(),
        };
        let event = Event::new("return.saved", None)
            .cycle(current.cycle)
            .subject_return(id);
        let by = Provenance {
            person: None,
            how: How::Entered,
            at: now,
        };
        let mut tx = store.begin().await?;
        returns::save(&mut tx, &current, &read).await?;
        returns::record_changes(&mut tx, id, current.version, &[change], by).await?;
        events::record(&mut tx, &event, now).await?;
        tx.commit().await?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// The verb `save_page` as a page calls it, without HTTP, sign-in and drawing.
pub async fn verb(ground: &Arc<Ground>, clients: usize, length: Duration) -> Result<Run, app::AppError> {
    let began = Instant::now();
    let mut tasks = Vec::new();
    for client in 0..clients {
        let ground = Arc::clone(ground);
        tasks.push(tokio::spawn(async move {
            verb_client(&ground, client, began, length).await
        }));
    }
    gather(tasks, began).await
}

async fn verb_client(
    ground: &Ground,
    client: usize,
    began: Instant,
    length: Duration,
) -> Result<Vec<Duration>, app::AppError> {
    let id = ground.returns[client];
    let mut times = Vec::new();
    let mut version = ground.version(id).await?;
    let mut round = version;
    while began.elapsed() < length {
        round += 1;
        let post = PagePost {
            page: ground.amounts_page.clone(),
            version,
            typed: amounts(round),
            settled: Vec::new(),
            row: None,
        };
        let start = Instant::now();
        let saved = save_page(&ground.app, &ground.lead, id, &post).await?;
        times.push(start.elapsed());
        if saved.change_count == 0 {
            return Err(app::AppError::Broken(
                "a save of the benchmark changed nothing".to_owned(),
            ));
        }
        version = saved.opened.current.version;
    }
    Ok(times)
}

async fn gather<E: From<StorageError>>(
    tasks: Vec<tokio::task::JoinHandle<Result<Vec<Duration>, E>>>,
    began: Instant,
) -> Result<Run, E> {
    let mut times = Vec::new();
    for task in tasks {
        match task.await {
            Ok(found) => times.extend(found?),
            Err(_) => return Err(StorageError::NotFound("client of the benchmark").into()),
        }
    }
    Ok(Run {
        took: began.elapsed(),
        times,
    })
}
