//! `csm doctor`.

use std::path::Path;
use std::process::{Command, ExitCode};

use app::App;
use app::doctor::{Finding, Level};

use crate::commands::print_json;
use crate::config::{Config, Origin};
use crate::{serving, system};

/// Something is wrong; the same number as for a command that failed.
const FAULTY: u8 = 1;
/// Fewer free mebibytes than this deserve a look.
const ROOM_TO_WORRY: u64 = 1024;
/// With fewer free mebibytes than this, saving will soon fail.
const ROOM_TO_WORK: u64 = 100;

/// Looks the system over. Ends with 1 when there is a fault.
pub async fn run(as_json: bool, config: &Config) -> anyhow::Result<ExitCode> {
    let mut findings = vec![configuration(config)];
    match system::open_store(config, false).await {
        Ok(store) => {
            let base_url = system::base_url(config, &config.listen);
            let settings = system::settings(config, &base_url);
            let app = App::new(store.clone(), system::clock(), settings);
            findings.extend(app::doctor::examine(&app).await);
            store.close().await;
        }
        Err(error) => findings.push(Finding::fault(
            "database",
            format!("{error:#}"),
            "Check database_url, and that the database runs and lets this machine in",
        )),
    }
    findings.push(disk(config));
    findings.push(mail(config).await);
    if as_json {
        print_json(&findings)?;
    } else {
        print(&findings);
    }
    let worst = findings.iter().map(|finding| finding.level).max();
    Ok(if worst == Some(Level::Fault) {
        ExitCode::from(FAULTY)
    } else {
        ExitCode::SUCCESS
    })
}

fn print(findings: &[Finding]) {
    for finding in findings {
        let level = match finding.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Fault => "fault",
        };
        println!("{level:<8} {:<14} {}", finding.subject, finding.message);
        if !finding.remedy.is_empty() {
            println!("{:<23} {}", "", finding.remedy);
        }
    }
}

fn configuration(config: &Config) -> Finding {
    if let Some(file) = &config.breached_passwords
        && !file.is_file()
    {
        return Finding::fault(
            "configuration",
            format!("There is no file {} (breached_passwords)", file.display()),
            "Put the file there, or leave breached_passwords empty",
        );
    }
    let told = config
        .held
        .values()
        .filter(|held| held.origin != Origin::Default)
        .count();
    Finding::ok("configuration", format!("{told} settings are not the default"))
}

fn disk(config: &Config) -> Finding {
    let Some(path) = system::sqlite_path(&config.database_url) else {
        return Finding::ok(
            "disk",
            "The data is on the database server; look after its disk there",
        );
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let Some(free) = free_mebibytes(folder) else {
        return Finding::warning(
            "disk",
            "How much room is left could not be found out",
            "Look with df",
        );
    };
    let message = format!("{free} MiB are free where the database is");
    let remedy = "Make room: when the disk is full, nothing can be saved";
    if free < ROOM_TO_WORK {
        Finding::fault("disk", message, remedy)
    } else if free < ROOM_TO_WORRY {
        Finding::warning("disk", message, remedy)
    } else {
        Finding::ok("disk", message)
    }
}

/// Asked of `df`, which every Unix has, because the standard library cannot tell.
fn free_mebibytes(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kibibytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kibibytes / 1024)
}

async fn mail(config: &Config) -> Finding {
    let remedy = "Set smtp_url and mail_from; see docs/configuration.md";
    match serving::mail_server(config) {
        Ok(None) => Finding::warning("mail", "No mail server is set, so nobody gets mail", remedy),
        Ok(Some(mail_server)) if mail_server.answers().await => {
            Finding::ok("mail", "The mail server answers")
        }
        Ok(Some(_)) => Finding::fault(
            "mail",
            "The mail server does not answer, or refuses our name and password",
            "Check smtp_url, and that this machine may reach it",
        ),
        Err(error) => Finding::fault("mail", error.to_string(), remedy),
    }
}
