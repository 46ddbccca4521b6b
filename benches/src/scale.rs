//! What 40,000 services cost: importing them, keeping them, and the pages that must not feel them.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use csm_tests::answering::service_at;
use csm_tests::browser::Browser;

use crate::server::{CYCLE, NATIONAL_TEAM, Server};
use crate::statistics::{Run, Spread, thousands};
use crate::{Plan, machine, pages, services_csv};

/// A tenth of the nation, and the nation.
const SIZES: [usize; 2] = [4_000, 40_000];
/// How often each page is asked for in one run.
const ASKED: usize = 200;

/// Measures and answers a few tables.
pub fn measure(plan: Plan) -> Result<String, Box<dyn Error>> {
    let mut text = String::from(
        "### Importing services\n\n\
         | rows | seconds | rows a second | most memory of the import, MiB | memory of the server afterwards, MiB |\n\
         |---|---|---|---|---|\n",
    );
    let mut small_landing = Vec::new();
    let mut whole = None;
    let folder = tempfile::tempdir()?;
    for size in SIZES {
        eprintln!("bench: importing {size} services, {} times", plan.runs);
        let (mut seconds, mut peaks, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..plan.runs {
            let place = folder.path().join(format!("{size}-{run}"));
            std::fs::create_dir_all(&place)?;
            let server = begin(&place)?;
            if size == SIZES[0] {
                small_landing.push(landing(&server)?);
            }
            let file = place.join("services.csv");
            services_csv::write(&file, size, &services_csv::organisations("local_authority")?)?;
            let (took, peak) = server.import(&file, None)?;
            seconds.push(took.as_secs_f64());
            peaks.push(peak);
            let server = server.again()?;
            landing(&server)?;
            kept.push(machine::memory_now(server.running.id()).unwrap_or(0.0));
            if size == SIZES[1] {
                whole = Some(server);
            }
        }
        let rates: Vec<f64> = seconds.iter().map(|seconds| size as f64 / seconds).collect();
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            thousands(size as f64),
            Spread::of(&seconds).fine(),
            Spread::of(&rates).whole(),
            Spread::of(&peaks).whole(),
            Spread::of(&kept).whole()
        );
    }
    if let Some(server) = whole {
        text.push_str(&page_table(plan, &server, folder.path(), &small_landing)?);
    }
    Ok(text)
}

fn begin(place: &Path) -> Result<Server, Box<dyn Error>> {
    Ok(Server::begin(
        place,
        &format!("sqlite:{}", place.join("csm.db").display()),
    )?)
}

/// The first page as everybody finds it.
fn landing(server: &Server) -> Result<Run, Box<dyn Error>> {
    let mut anybody = Browser::at(&server.running.address);
    anybody.get("/")?;
    Ok(pages::measure(&mut anybody, "/", ASKED)?)
}

fn page_table(plan: Plan, server: &Server, folder: &Path, small: &[Run]) -> Result<String, Box<dyn Error>> {
    let trusts = services_csv::organisations("nhs_trust")?;
    let mut boards = Vec::new();
    for (number, count) in [40, 300].into_iter().enumerate() {
        let file = folder.join(format!("board-{count}.csv"));
        services_csv::write(&file, count, &trusts[number..=number])?;
        server.import(&file, Some(&trusts[number]))?;
        boards.push(format!("/cycles/{CYCLE}/organisations/{}", trusts[number]));
    }
    let mut alice = server.browser_of(NATIONAL_TEAM)?;
    let mut bea = server.browser_of("bea@example.org")?;
    let service = service_at(&mut bea, CYCLE, "E06000009", 0)?;
    let mut text = String::from(
        "\n### Pages, one client, with 40,000 services\n\n| page | p50 ms | p99 ms |\n|---|---|---|\n",
    );
    add(&mut text, "first page, 36 services, nobody signed in", small);
    let mut line = |name: &str, browser: &mut Browser, address: &str| -> Result<(), Box<dyn Error>> {
        eprintln!("bench: {name}");
        let mut runs = Vec::new();
        for _ in 0..plan.runs {
            runs.push(pages::measure(browser, address, ASKED)?);
        }
        add(&mut text, name, &runs);
        Ok(())
    };
    line(
        "first page, 40,000 services, nobody signed in",
        &mut Browser::at(&server.running.address),
        "/",
    )?;
    line("start page of the national team", &mut alice, "/home")?;
    line("start page of a mapping lead", &mut bea, "/home")?;
    line("task list of a service", &mut bea, &service)?;
    line(
        "page of questions (amounts)",
        &mut bea,
        &format!("{service}/pages/amounts"),
    )?;
    line(
        "check of all answers of a service",
        &mut bea,
        &format!("{service}/check-answers"),
    )?;
    line(
        "board, 40 services",
        &mut alice,
        &format!("{}/services", boards[0]),
    )?;
    line(
        "board, 300 services",
        &mut alice,
        &format!("{}/services", boards[1]),
    )?;
    line(
        "check report, 40 services",
        &mut alice,
        &format!("{}/check-report", boards[0]),
    )?;
    line(
        "check report, 300 services",
        &mut alice,
        &format!("{}/check-report", boards[1]),
    )?;
    let now = machine::memory_now(server.running.id()).unwrap_or(0.0);
    let peak = machine::peak_memory(server.running.id()).unwrap_or(0.0);
    let _ = writeln!(
        text,
        "\nThe server held {now:.0} MiB after all these pages, at most {peak:.0} MiB, with 40,000 services in the database."
    );
    Ok(text)
}

fn add(text: &mut String, name: &str, runs: &[Run]) {
    let medians: Vec<f64> = runs.iter().map(|run| run.percentile(50)).collect();
    let late: Vec<f64> = runs.iter().map(|run| run.percentile(99)).collect();
    let _ = writeln!(
        text,
        "| {name} | {} | {} |",
        Spread::of(&medians).fine(),
        Spread::of(&late).fine()
    );
}
