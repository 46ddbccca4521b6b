//! Nothing that was acknowledged is lost when the machine stops: the program is killed under load, again and again,
//! on both engines, and every answer that it acknowledged is there when it starts again.
//!
//! `CSM_KILLS` says how many times in all, 50 when it says nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread;

use csm_tests::answering::{QuestionPage, amounts, service_at};
use csm_tests::browser::Browser;
use csm_tests::program::{self, Program};
use storage::{Store, StoreConfig, returns};

const CYCLE: &str = "2026-27";
const TOTAL: &str = "/data/cost/amounts/cost_total";
/// Mapping leads of the demonstration and their organisations.
const LEADS: [(&str, &str); 4] = [
    ("bea@example.org", "E06000009"),
    ("ivy@example.org", "QE1"),
    ("tom@example.org", "RXL"),
    ("lena@example.org", "RW5"),
];

/// One person at work: what the server acknowledged, by version of the return.
struct Client {
    browser: Browser,
    page: String,
    acknowledged: BTreeMap<i64, i64>,
}

/// The program with its data, started as often as it was killed.
struct Trial {
    binary: PathBuf,
    database: String,
    running: Program,
    clients: Vec<Client>,
}

#[test]
fn every_acknowledged_answer_survives_being_killed_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = format!("sqlite:{}", folder.path().join("csm.db").display());
    survive(folder.path(), &database);
}

#[test]
fn every_acknowledged_answer_survives_being_killed_on_postgres() {
    let Some(server) = storage::trial::postgres_url() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = wait_for(storage::trial::postgres_with_url(&server));
    let (database, _) = database.expect("a database can be made");
    survive(folder.path(), &database);
}

fn survive(folder: &Path, database: &str) {
    let binary = program::path();
    assert!(
        binary.exists(),
        "{} is not built; run cargo build -p csm first",
        binary.display()
    );
    let mut trial = Trial::begin(&binary, folder, database);
    let kills =
        std::env::var("CSM_KILLS").map_or(50, |text| text.parse().expect("CSM_KILLS is a number")) / 2;
    for kill in 0..kills {
        // A few answers more or less each time, so that the kill falls anywhere in a save.
        trial = trial.killed_after(8 + kill % 7 * 3);
        trial.check_what_pages_show();
    }
    trial.check_what_history_tells();
}

impl Trial {
    /// Loads the demonstration and signs everybody in; sessions outlive the program.
    fn begin(binary: &Path, folder: &Path, database: &str) -> Trial {
        let folder = folder.to_string_lossy();
        let arguments = [
            "--database",
            database,
            "demo",
            "--data",
            &folder,
            "--listen",
            "127.0.0.1:0",
        ];
        let running = program::start(binary, &arguments, &[]).expect("the demonstration starts");
        let password = std::fs::read_to_string(Path::new(folder.as_ref()).join("password.txt"))
            .expect("the demonstration keeps its password");
        let mut clients = Vec::new();
        for (email, organisation) in LEADS {
            let mut browser = Browser::at(&running.address);
            browser
                .sign_in(email, password.trim())
                .expect("a mapping lead can sign in");
            let service =
                service_at(&mut browser, CYCLE, organisation, 0).expect("there is a service to answer for");
            clients.push(Client {
                browser,
                page: format!("{service}/pages/amounts"),
                acknowledged: BTreeMap::new(),
            });
        }
        Trial {
            binary: binary.to_owned(),
            database: database.to_owned(),
            running,
            clients,
        }
    }

    /// Lets everybody save, kills the program once so many answers were acknowledged, and starts it again.
    fn killed_after(self, answers: usize) -> Trial {
        let (sender, acknowledged) = mpsc::channel();
        let mut threads = Vec::new();
        for client in self.clients {
            let sender = sender.clone();
            threads.push(thread::spawn(move || client.save_until_it_breaks(&sender)));
        }
        drop(sender);
        for _ in 0..answers {
            acknowledged
                .recv()
                .expect("clients save until the program is killed");
        }
        self.running.kill().expect("the program can be killed");
        let mut clients = Vec::new();
        for thread in threads {
            clients.push(thread.join().expect("a client ends when the program is gone"));
        }
        let arguments = ["--database", &self.database, "serve", "--listen", "127.0.0.1:0"];
        let running = program::start(&self.binary, &arguments, &[]).expect("the program starts after a kill");
        for client in &mut clients {
            client.browser.moves_to(&running.address);
        }
        Trial {
            running,
            clients,
            ..self
        }
    }

    /// The last acknowledged answer stands, or the one that was on its way when the program was killed.
    fn check_what_pages_show(&mut self) {
        for client in &mut self.clients {
            let page = QuestionPage::open(&mut client.browser, &client.page).expect("the page opens");
            let Some((last, total)) = client.acknowledged.last_key_value() else {
                continue;
            };
            assert!(
                page.version == *last || page.version == last + 1,
                "version {last} was acknowledged, version {} is there",
                page.version
            );
            if page.version == *last {
                assert_eq!(page.shows(TOTAL), total.to_string());
            }
        }
    }

    /// Every acknowledged answer is in the history, at the version that it made.
    fn check_what_history_tells(self) {
        let Trial {
            running,
            clients,
            database,
            ..
        } = self;
        running.kill().expect("the program can be killed");
        let mut count = 0;
        for client in &clients {
            let told = wait_for(totals(&database, &client.page));
            for (version, total) in &client.acknowledged {
                assert_eq!(told.get(version), Some(&total.to_string()), "version {version}");
                count += 1;
            }
        }
        assert!(count > 0, "nothing was acknowledged, so nothing was shown");
    }
}

impl Client {
    /// Saves one page after the other, as fast as they are acknowledged, until the server is gone.
    fn save_until_it_breaks(mut self, acknowledged: &Sender<()>) -> Client {
        // A client may come so late that the program is gone before its first page; it has nothing to show then.
        let Ok(mut page) = QuestionPage::open(&mut self.browser, &self.page) else {
            return self;
        };
        loop {
            let version = page.version + 1;
            let answers = amounts(version);
            let Ok(answer) = page.send(&mut self.browser, &answers) else {
                return self;
            };
            assert_eq!(answer.status, 303, "{}", answer.body);
            let total = answers.last().and_then(|(_, total)| total.parse().ok());
            self.acknowledged
                .insert(version, total.expect("the last amount is the total"));
            page.version = version;
            // Nobody listens any more once the program is about to be killed.
            let _ = acknowledged.send(());
        }
    }
}

/// What the history of a page's return tells of the total cost, by version.
async fn totals(database: &str, page: &str) -> BTreeMap<i64, String> {
    let config = StoreConfig {
        url: database.to_owned(),
        connections: 1,
    };
    let store = Store::open(&config).await.expect("the database opens");
    let service = page
        .split("/services/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    let service = domain::ids::ServiceId(service.parse().expect("an address holds a service's id"));
    let key = domain::cycles::CycleKey::parse(CYCLE).expect("the key is sound");
    let mut conn = store.reader().conn().await.expect("the database can be read");
    let cycle = storage::cycles::find_by_key(&mut conn, &key)
        .await
        .expect("cycles can be read");
    let cycle = cycle.expect("the cycle is there");
    let found = returns::find(&mut conn, cycle.id, service)
        .await
        .expect("returns can be read");
    let id = found.expect("the return is there").id;
    let changes = returns::list_changes(&mut conn, id, i64::MAX)
        .await
        .expect("changes can be read");
    let totals = changes.into_iter().filter(|change| change.change.path == TOTAL);
    totals.map(|change| (change.version, change.change.new)).collect()
}

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(work)
}
