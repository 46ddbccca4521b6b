//! Looking the system over for its operator: what is well, what deserves a look, what is wrong, and what to do.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use storage::events::{self, EventFilter};
use storage::jobs::JobState;
use storage::letters::LetterState;
use storage::{Conn, StorageError, jobs, letters, people, schema};

use crate::running::App;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warning,
    /// It does not work, or is not safe.
    Fault,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    /// How it is.
    pub level: Level,
    /// In one sentence.
    pub message: String,
    /// What to do; empty when nothing is to be done.
    pub remedy: String,
}

impl Finding {
    /// All is well.
    pub fn ok(subject: &'static str, message: impl Into<String>) -> Finding {
        Finding::new(subject, Level::Ok, message, "")
    }

    /// Somebody should look.
    pub fn warning(subject: &'static str, message: impl Into<String>, remedy: &str) -> Finding {
        Finding::new(subject, Level::Warning, message, remedy)
    }

    /// It is wrong.
    pub fn fault(subject: &'static str, message: impl Into<String>, remedy: &str) -> Finding {
        Finding::new(subject, Level::Fault, message, remedy)
    }

    fn new(subject: &'static str, level: Level, message: impl Into<String>, remedy: &str) -> Finding {
        Finding {
            subject,
            level,
            message: message.into(),
            remedy: remedy.to_owned(),
        }
    }
}

/// How far two clocks may be apart.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(30);

/// Looks over what the database knows. Where the database does not answer, or has not the schema that this
/// program needs, that is the only finding.
pub async fn examine(app: &App) -> Vec<Finding> {
    match examine_or_fail(app).await {
        Ok(findings) => findings,
        Err(error) => vec![Finding::fault(
            "database",
            format!("It does not answer: {error}"),
            "Check database_url, and that the database runs and lets this machine in",
        )],
    }
}

async fn examine_or_fail(app: &App) -> Result<Vec<Finding>, StorageError> {
    let mut conn = app.reader().conn().await?;
    let mut findings = vec![Finding::ok(
        "database",
        format!("{} answers", app.store.engine_name()),
    )];
    let schema = schema_finding(schema::version(&mut conn).await?.unwrap_or(0));
    let may_read = schema.level == Level::Ok;
    findings.push(schema);
    if may_read {
        findings.push(clock_finding(app.now(), &mut conn).await?);
        findings.push(letters_finding(&mut conn).await?);
        findings.push(jobs_finding(&mut conn).await?);
        findings.push(people_finding(app, &mut conn).await?);
    }
    findings.push(address_finding(app));
    Ok(findings)
}

fn schema_finding(found: i64) -> Finding {
    let known = schema::newest();
    match found.cmp(&known) {
        std::cmp::Ordering::Equal => Finding::ok("schema", format!("It is current: {known}")),
        std::cmp::Ordering::Less => Finding::fault(
            "schema",
            format!("The database has schema {found}, this program needs {known}"),
            "Make a backup, then run csm migrate",
        ),
        std::cmp::Ordering::Greater => Finding::fault(
            "schema",
            format!("The database has schema {found}, this program knows only {known}"),
            "Use the newer csm that migrated the database",
        ),
    }
}

async fn clock_finding(now: Timestamp, conn: &mut Conn) -> Result<Finding, StorageError> {
    let remedy = "Let both machines keep time, for example with systemd-timesyncd";
    if let Some(server) = schema::server_time(conn).await? {
        let apart = now.duration_since(server).abs();
        if apart > CLOCK_TOLERANCE {
            let message = format!(
                "This machine's clock and the database's are {} seconds apart",
                apart.as_secs()
            );
            return Ok(Finding::fault("clock", message, remedy));
        }
    }
    let newest = events::list(conn, &EventFilter::default(), 1).await?;
    let ahead = newest
        .first()
        .is_some_and(|event| event.at > now + CLOCK_TOLERANCE);
    if ahead {
        return Ok(Finding::fault(
            "clock",
            "The newest event lies in the future, so this machine's clock was, or is, wrong",
            remedy,
        ));
    }
    Ok(Finding::ok(
        "clock",
        format!("It is {}", now.round(jiff::Unit::Second).unwrap_or(now)),
    ))
}

async fn letters_finding(conn: &mut Conn) -> Result<Finding, StorageError> {
    let failed = letters::count(conn, LetterState::Failed).await?;
    let waiting = letters::count(conn, LetterState::Waiting).await?;
    if failed > 0 {
        return Ok(Finding::warning(
            "letters",
            format!("{failed} given up, {waiting} waiting"),
            "See the outbox: each letter says why; nominate or invite again with a working address",
        ));
    }
    Ok(Finding::ok(
        "letters",
        format!("{waiting} waiting, none given up"),
    ))
}

async fn jobs_finding(conn: &mut Conn) -> Result<Finding, StorageError> {
    let failed = jobs::count(conn, JobState::Failed).await?;
    let waiting = jobs::count(conn, JobState::Waiting).await?;
    if failed > 0 {
        return Ok(Finding::warning(
            "jobs",
            format!("{failed} given up, {waiting} waiting"),
            "See the log for lines with \"job failed\"",
        ));
    }
    Ok(Finding::ok("jobs", format!("{waiting} waiting, none given up")))
}

async fn people_finding(app: &App, conn: &mut Conn) -> Result<Finding, StorageError> {
    let is_demonstration_data = events::is_recorded(conn, crate::demonstration::BEGUN).await?;
    if is_demonstration_data && !app.settings().is_demonstration {
        return Ok(Finding::fault(
            "accounts",
            "This database is a demonstration: its people share one password that was printed",
            "Do not put it on the web; begin with an empty database instead",
        ));
    }
    let accounts = people::list_accounts(conn).await?;
    let open = accounts
        .iter()
        .filter(|account| account.is_registered && !account.is_disabled)
        .count();
    if open == 0 {
        return Ok(Finding::warning(
            "accounts",
            "Nobody can sign in yet",
            "Run csm user create EMAIL --name NAME --role administrator --scope national",
        ));
    }
    Ok(Finding::ok("accounts", format!("{open} people can sign in")))
}

fn address_finding(app: &App) -> Finding {
    let base_url = &app.settings().base_url;
    let is_local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| base_url.starts_with(start));
    if base_url.starts_with("https://") {
        Finding::ok("address", format!("People reach the system at {base_url}"))
    } else if is_local {
        Finding::warning(
            "address",
            format!("Links in letters lead to {base_url}, which works on this machine only"),
            "Set base_url to the https address that people use",
        )
    } else {
        Finding::fault(
            "address",
            format!("{base_url} is not https: passwords would travel in the open"),
            "Put a proxy with a certificate in front, and set base_url to its https address",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::running::Settings;
    use domain::events::Event;
    use storage::trial;

    fn app_at(store: &storage::Store, settings: Settings) -> App {
        App::new(store.clone(), Clock::new(Timestamp::now), settings)
    }

    fn level(findings: &[Finding], subject: &str) -> Level {
        findings
            .iter()
            .find(|finding| finding.subject == subject)
            .unwrap()
            .level
    }

    #[tokio::test]
    async fn a_new_system_is_well_but_nobody_can_sign_in() {
        for store in trial::stores().await.unwrap() {
            let findings = examine(&app_at(&store, Settings::default())).await;
            for subject in ["database", "schema", "clock", "letters", "jobs"] {
                assert_eq!(level(&findings, subject), Level::Ok, "{findings:?}");
            }
            assert_eq!(level(&findings, "accounts"), Level::Warning);
        }
    }

    #[tokio::test]
    async fn a_demonstration_in_production_is_a_fault() {
        for store in trial::stores().await.unwrap() {
            let app = app_at(&store, Settings::default());
            let mut tx = app.store.begin().await.unwrap();
            let loaded = Event::new(crate::demonstration::BEGUN, None);
            events::record(&mut tx, &loaded, app.now()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(level(&examine(&app).await, "accounts"), Level::Fault);
        }
    }

    #[tokio::test]
    async fn a_clock_that_was_ahead_is_a_fault() {
        for store in trial::stores().await.unwrap() {
            let app = app_at(&store, Settings::default());
            let mut tx = app.store.begin().await.unwrap();
            let tomorrow = app.now() + SignedDuration::from_hours(24);
            events::record(&mut tx, &Event::new("cycle.created", None), tomorrow)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            assert_eq!(level(&examine(&app).await, "clock"), Level::Fault);
        }
    }

    #[tokio::test]
    async fn an_address_in_the_open_is_a_fault_and_one_on_this_machine_a_warning() {
        let store = trial::sqlite().await.unwrap();
        for (base_url, expected) in [
            ("https://mapping.example.org", Level::Ok),
            ("http://127.0.0.1:8080", Level::Warning),
            ("http://mapping.example.org", Level::Fault),
        ] {
            let settings = Settings {
                base_url: base_url.to_owned(),
                ..Settings::default()
            };
            assert_eq!(
                level(&examine(&app_at(&store, settings)).await, "address"),
                expected
            );
        }
    }
}
