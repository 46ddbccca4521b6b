use domain::events::Event;

use super::*;
use crate::events;
use crate::trial;

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

async fn record(store: &Store, kind: &'static str) {
    let mut tx = store.begin().await.unwrap();
    events::record(&mut tx, &Event::new(kind, None), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn kinds(store: &Store) -> Vec<String> {
    let mut conn = store.reader().conn().await.unwrap();
    let listed = events::list(&mut conn, &events::EventFilter::default(), 10)
        .await
        .unwrap();
    listed.into_iter().map(|event| event.kind).collect()
}

async fn open(url: &str) -> Store {
    let config = crate::StoreConfig {
        url: url.to_owned(),
        connections: 2,
    };
    Store::open(&config).await.unwrap()
}

fn sentence(error: &BackupError) -> String {
    error.to_string()
}

/// Backup, further work, restore: the work since is gone and everything before is there. The same on any engine.
async fn goes_round(url: &str, elsewhere: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("monday.backup");
    let store = open(url).await;
    record(&store, "cycle.created").await;
    let written = write(&store, url, &file, now()).await.unwrap();
    assert_eq!(describe(&file).unwrap(), written);
    assert_eq!(written.schema, schema::newest());
    record(&store, "cycle.moved").await;
    store.close().await;

    let refusal = restore(url, &file, false).await.unwrap_err();
    assert!(sentence(&refusal).contains("holds data"), "{refusal}");
    restore(url, &file, true).await.unwrap();
    let store = open(url).await;
    assert_eq!(kinds(&store).await, ["cycle.created"]);
    store.close().await;

    restore(elsewhere, &file, false).await.unwrap();
    let copy = open(elsewhere).await;
    assert_eq!(
        kinds(&copy).await,
        ["cycle.created"],
        "an empty database needs no --replace"
    );
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left beside the backup");
}

#[tokio::test]
async fn a_backup_of_sqlite_brings_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("csm.db").display());
    let store = open(&url).await;
    store.migrate().await.unwrap();
    store.close().await;
    let elsewhere = format!("sqlite:{}", folder.path().join("copy.db").display());
    goes_round(&url, &elsewhere).await;
}

#[tokio::test]
async fn a_backup_of_postgresql_brings_everything_back() {
    let Some(server) = trial::postgres_url() else {
        return;
    };
    if std::process::Command::new("pg_dump")
        .arg("--version")
        .output()
        .is_err()
    {
        trial::note("pg_dump is not installed, so backups of PostgreSQL were NOT tested");
        return;
    }
    let (url, store) = trial::postgres_with_url(&server).await.unwrap();
    store.close().await;
    let (elsewhere, store) = trial::postgres_with_url(&server).await.unwrap();
    store.close().await;
    goes_round(&url, &elsewhere).await;
}

#[tokio::test]
async fn a_database_in_use_is_not_restored_over() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("csm.db").display());
    let file = folder.path().join("monday.backup");
    let store = open(&url).await;
    store.migrate().await.unwrap();
    record(&store, "cycle.created").await;
    write(&store, &url, &file, now()).await.unwrap();
    let refusal = restore(&url, &file, true).await.unwrap_err();
    assert!(sentence(&refusal).contains("in use"), "{refusal}");
    assert_eq!(kinds(&store).await, ["cycle.created"], "and it goes on as before");
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("csm.db").display());
    let file = folder.path().join("monday.backup");
    let store = open(&url).await;
    store.migrate().await.unwrap();
    record(&store, "cycle.created").await;
    write(&store, &url, &file, now()).await.unwrap();
    store.close().await;
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let refusal = restore(&url, &file, true).await.unwrap_err();
    assert!(sentence(&refusal).contains("is damaged"), "{refusal}");
    assert_eq!(kinds(&open(&url).await).await, ["cycle.created"]);
}

#[tokio::test]
async fn what_is_no_backup_or_of_the_other_engine_or_too_new_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("holiday.jpg");
    std::fs::write(&file, "not a backup").unwrap();
    let refusal = restore("sqlite:x.db", &file, false).await.unwrap_err();
    assert!(sentence(&refusal).contains("is not a backup"), "{refusal}");

    let mut description = Description {
        engine: "sqlite".to_owned(),
        schema: schema::newest(),
        made_at: now(),
        length: 0,
        sha256: "0".repeat(64),
    };
    std::fs::write(&file, description.header()).unwrap();
    let refusal = restore("postgres://csm@localhost/csm", &file, false)
        .await
        .unwrap_err();
    assert!(sentence(&refusal).contains("of the same engine"), "{refusal}");
    description.schema += 1;
    std::fs::write(&file, description.header()).unwrap();
    let refusal = restore("sqlite:x.db", &file, false).await.unwrap_err();
    assert!(sentence(&refusal).contains("use a newer csm"), "{refusal}");
}

#[test]
fn the_first_line_always_has_the_same_length() {
    let description = Description {
        engine: "postgres".to_owned(),
        schema: i64::MAX,
        made_at: "9999-12-01T23:59:59.999999999Z".parse().unwrap(),
        length: u64::MAX,
        sha256: "f".repeat(64),
    };
    assert_eq!(description.header().len(), HEADER_BYTES);
    assert_eq!(Description::parse(&description.header()), Some(description));
}
