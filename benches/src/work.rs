//! Saves on one engine: the bare transaction, the verb, and the page over HTTP, in turn, so that their ratio is of
//! one machine at one time.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

use storage::{Store, StoreConfig, trial};
use tokio::runtime::Runtime;

use crate::Plan;
use crate::ground::Ground;
use crate::server::Server;
use crate::statistics::{Run, Spread};
use crate::{limit, saves};

/// Clients at once.
const MANY: usize = 8;

/// What is measured, line by line.
#[derive(Clone, Copy)]
enum Work {
    Bare(usize),
    Verb(usize),
    Page(usize, bool),
}

const LINES: [(Work, &str); 7] = [
    (Work::Bare(1), "bare transaction, 1 client"),
    (Work::Bare(MANY), "bare transaction, 8 clients"),
    (Work::Verb(1), "verb without HTTP, 1 client"),
    (Work::Verb(MANY), "verb without HTTP, 8 clients"),
    (Work::Page(1, false), "**page over HTTP, 1 client**"),
    (
        Work::Page(MANY, false),
        "**page over HTTP, 8 clients, 4 organisations**",
    ),
    (
        Work::Page(MANY, true),
        "**page over HTTP, 8 clients, 1 organisation**",
    ),
];

/// Where an engine is measured.
struct Place<'a> {
    runtime: &'a Runtime,
    plan: Plan,
    ground: Arc<Ground>,
    server: Server,
}

/// One measured line.
#[derive(Default)]
struct Line {
    rates: Vec<f64>,
    medians: Vec<f64>,
    late: Vec<f64>,
    worst: Vec<f64>,
    processor: Vec<f64>,
}

/// Measures an engine: SQLite, or the PostgreSQL server at an address. Answers a table.
pub fn measure(runtime: &Runtime, plan: Plan, postgres: Option<&str>) -> Result<String, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = runtime.block_on(empty_store(folder.path(), postgres))?;
    let engine = store.engine_name();
    let ground = runtime.block_on(Ground::on(store, MANY))?;
    let database = match postgres {
        Some(url) => runtime.block_on(trial::postgres_with_url(url))?.0,
        None => format!("sqlite:{}", folder.path().join("demonstration.db").display()),
    };
    let server = Server::begin(folder.path(), &database)?;
    let place = Place {
        runtime,
        plan,
        ground,
        server,
    };
    let mut lines: Vec<Line> = LINES.iter().map(|_| Line::default()).collect();
    for run in 0..plan.runs {
        for ((work, name), line) in LINES.iter().zip(&mut lines) {
            eprintln!("bench: {engine}, run {} of {}: {name}", run + 1, plan.runs);
            line.add(*work, &place)?;
        }
    }
    Ok(table(engine, &lines))
}

/// The engine's name and version.
pub async fn version(url: &str) -> Result<String, Box<dyn Error>> {
    let store = Store::open(&StoreConfig {
        url: url.to_owned(),
        connections: 1,
    })
    .await?;
    let mut conn = store.reader().conn().await?;
    let version = storage::engine_version(&mut conn).await?;
    Ok(format!("{} {version}", store.engine_name()))
}

async fn empty_store(folder: &std::path::Path, postgres: Option<&str>) -> Result<Store, Box<dyn Error>> {
    let url = match postgres {
        Some(url) => trial::postgres_with_url(url).await?.0,
        None => format!("sqlite:{}", folder.join("limit.db").display()),
    };
    let store = Store::open(&StoreConfig {
        url,
        connections: MANY as u32,
    })
    .await?;
    store.migrate().await?;
    Ok(store)
}

impl Line {
    fn add(&mut self, work: Work, place: &Place<'_>) -> Result<(), Box<dyn Error>> {
        let Place {
            runtime,
            plan,
            ground,
            server,
        } = place;
        match work {
            Work::Bare(clients) => self.keep(&runtime.block_on(limit::bare(ground, clients, plan.length))?),
            Work::Verb(clients) => self.keep(&runtime.block_on(limit::verb(ground, clients, plan.length))?),
            Work::Page(clients, same_organisation) => {
                let clients = saves::clients(server, clients, same_organisation)?;
                let saves = saves::save(server, clients, plan.length)?;
                self.processor.push(saves.processor_ms);
                self.keep(&saves.run);
            }
        }
        Ok(())
    }

    fn keep(&mut self, run: &Run) {
        self.rates.push(run.rate());
        self.medians.push(run.percentile(50));
        self.late.push(run.percentile(99));
        self.worst.push(run.worst());
    }
}

fn table(engine: &str, lines: &[Line]) -> String {
    let mut text = format!(
        "### Saves on {engine}\n\n\
         | | saves a second | of the limit | p50 ms | p99 ms | worst ms | server's processor ms a save |\n\
         |---|---|---|---|---|---|---|\n"
    );
    for ((work, name), line) in LINES.iter().zip(lines) {
        let clients = match work {
            Work::Bare(clients) | Work::Verb(clients) | Work::Page(clients, _) => *clients,
        };
        let limit = if clients == 1 { &lines[0] } else { &lines[1] };
        let share = Spread::of(&line.rates).median / Spread::of(&limit.rates).median * 100.0;
        let processor = if line.processor.is_empty() {
            String::new()
        } else {
            Spread::of(&line.processor).fine()
        };
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "| {name} | {} | {share:.0}% | {} | {} | {} | {processor} |",
            Spread::of(&line.rates).whole(),
            Spread::of(&line.medians).fine(),
            Spread::of(&line.late).fine(),
            Spread::of(&line.worst).fine(),
        );
    }
    text
}
