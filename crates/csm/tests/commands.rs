//! The built program, called as an operator calls it.
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stderr, reason = "a test that is left out must say so loudly")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The program in a folder of its own, with no configuration but what the test gives.
fn csm(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_csm"));
    command.current_dir(folder);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CSM_")) {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    csm(folder).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A program that serves; killed when the test ends.
struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path, arguments: &[&str]) -> Serving {
        let mut process = csm(folder)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.starts_with("ready http://"))
            .unwrap();
        let address = ready.trim_start_matches("ready http://").to_owned();
        Serving { process, address }
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "")
    }

    fn post(&self, path: &str, cookie: &str, body: &str) -> String {
        let length = body.len();
        let rest = format!(
            "Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.ask(&format!("POST {path}"), &rest)
    }

    fn ask(&self, what: &str, rest: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        let end = if rest.is_empty() { "\r\n" } else { rest };
        write!(
            stream,
            "{what} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{end}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_database_is_made_by_migrate_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("make it with csm migrate"),
        "{}",
        err(&refused)
    );
    assert!(!folder.path().join("csm.db").exists());
    let migrated = run(folder.path(), &["migrate"]);
    assert_eq!(migrated.status.code(), Some(0), "{}", err(&migrated));
    assert!(out(&run(folder.path(), &["migrate"])).starts_with("The schema is current"));
}

#[test]
fn a_mistyped_setting_stops_every_command_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("csm.toml"), "lisen = \"127.0.0.1:1\"\n").unwrap();
    let refused = run(folder.path(), &["migrate"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        err(&refused).trim(),
        "configuration: csm.toml: there is no key lisen; the nearest is listen"
    );
}

#[test]
fn config_shows_where_each_value_came_from_and_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.toml");
    std::fs::write(&file, "log_format = \"json\"\n").unwrap();
    let shown = csm(folder.path())
        .args(["config", "--config"])
        .arg(&file)
        .env("CSM_DATABASE_URL", "postgres://csm:s3cret@localhost/csm")
        .output()
        .unwrap();
    let text = out(&shown);
    assert!(
        text.contains("other.toml") && text.contains("# variable") && text.contains("# default"),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn a_program_that_serves_is_ready_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(folder.path(), &["serve", "--migrate", "--listen", "127.0.0.1:0"]);
    assert!(serving.get("/health/live").starts_with("HTTP/1.1 200"));
    let ready = serving.get("/health/ready");
    assert!(
        ready.starts_with("HTTP/1.1 200") && ready.contains("\"schema\":\"current\""),
        "{ready}"
    );
    assert!(ready.to_lowercase().contains("x-request-id:"));
    serving.signal("-TERM");
    let status = serving.process.wait().unwrap();
    assert_eq!(status.code(), Some(0), "asked to stop, it ends well");
}

fn migrated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["migrate"]).status.success());
    folder
}

fn project(path: &str) -> String {
    format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
    out(&output)
}

fn with_input(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut process = csm(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    process.wait_with_output().unwrap()
}

#[test]
fn reference_files_load_twice_without_change_and_a_trial_changes_nothing() {
    let folder = migrated();
    let areas = project("reference/areas.csv");
    let trial = succeed(folder.path(), &["import", "areas", &areas, "--dry-run", "--json"]);
    let trial: serde_json::Value = serde_json::from_str(&trial).unwrap();
    let first = succeed(folder.path(), &["import", "areas", &areas, "--json"]);
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(trial, first, "the trial changed nothing");
    assert!(first["created"].as_u64().unwrap() > 150);
    let second = succeed(folder.path(), &["import", "areas", &areas, "--json"]);
    let second: serde_json::Value = serde_json::from_str(&second).unwrap();
    assert_eq!((&second["created"], &second["changed"]), (&0.into(), &0.into()));
}

#[test]
fn an_account_is_made_by_link_or_with_a_password_and_weak_ones_are_refused() {
    let folder = migrated();
    let create = ["user", "create", "alice@example.org", "--name", "Alice"];
    let link = succeed(folder.path(), &create);
    assert!(link.contains("/register/"), "{link}");
    let role = [
        "--role",
        "administrator",
        "--scope",
        "national",
        "--password-stdin",
    ];
    let arguments: Vec<&str> = create.iter().chain(&role).copied().collect();
    let weak = with_input(folder.path(), &arguments, "password1234\n");
    assert_eq!(weak.status.code(), Some(3), "{}", err(&weak));
    assert!(err(&weak).contains("password"), "{}", err(&weak));
    let made = with_input(folder.path(), &arguments, "seven green herons\n");
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let listed = succeed(folder.path(), &["user", "list"]);
    assert!(
        listed.contains("alice@example.org\topen\tAlice\tadministrator"),
        "{listed}"
    );

    succeed(
        folder.path(),
        &["user", "grant", "alice@example.org", "national_team", "national"],
    );
    succeed(
        folder.path(),
        &["user", "end", "alice@example.org", "administrator", "national"],
    );
    let listed = succeed(folder.path(), &["user", "list"]);
    assert!(listed.contains("\tnational_team\n"), "{listed}");
    let unknown = run(
        folder.path(),
        &["user", "grant", "alice@example.org", "king", "national"],
    );
    assert_eq!(unknown.status.code(), Some(3));
    assert!(
        err(&unknown).contains("Use one of: national_team"),
        "{}",
        err(&unknown)
    );
}

#[test]
fn a_cycle_is_planned_opened_and_moved_only_along_its_life() {
    let folder = migrated();
    succeed(
        folder.path(),
        &[
            "questionnaire",
            "publish",
            &project("questionnaires/service.xlsx"),
        ],
    );
    let plan = [
        "cycle",
        "create",
        "2026-27",
        "--name",
        "Mapping 2026/27",
        "--financial-year",
        "2026/27",
        "--opens-on",
        "2026-11-02",
        "--checking-on",
        "2027-02-01",
        "--closes-on",
        "2027-02-28",
        "--publishes-on",
        "2027-04-20",
        "--census-on",
        "2026-11-30",
    ];
    succeed(folder.path(), &plan);
    let again = run(folder.path(), &plan);
    assert_eq!(again.status.code(), Some(3));
    assert!(err(&again).contains("cycle.key_taken"), "{}", err(&again));
    succeed(folder.path(), &["cycle", "open", "2026-27"]);
    let refused = run(folder.path(), &["cycle", "move", "2026-27", "published"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(err(&refused).contains("cycle.no_such_step"), "{}", err(&refused));
    assert!(succeed(folder.path(), &["cycle", "list"]).starts_with("2026-27\topen\t2026-11-02"));
}

#[test]
fn the_doctor_names_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let missing = run(folder.path(), &["doctor"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(out(&missing).contains("fault    database"), "{}", out(&missing));

    let folder = migrated();
    let well = run(folder.path(), &["doctor", "--json"]);
    assert_eq!(well.status.code(), Some(0), "{}", out(&well));
    let findings: serde_json::Value = serde_json::from_str(&out(&well)).unwrap();
    let subjects: Vec<&str> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["subject"].as_str().unwrap())
        .collect();
    for subject in [
        "configuration",
        "database",
        "schema",
        "clock",
        "disk",
        "mail",
        "accounts",
    ] {
        assert!(subjects.contains(&subject), "{subject}");
    }

    let unreachable = csm(folder.path())
        .args(["doctor"])
        .env("CSM_SMTP_URL", "smtp://127.0.0.1:1")
        .output()
        .unwrap();
    assert_eq!(unreachable.status.code(), Some(1));
    assert!(out(&unreachable).contains("The mail server does not answer"));
}

#[test]
fn what_was_backed_up_comes_back() {
    let folder = migrated();
    succeed(
        folder.path(),
        &["import", "areas", &project("reference/areas.csv")],
    );
    succeed(
        folder.path(),
        &["user", "create", "alice@example.org", "--name", "Alice"],
    );
    succeed(folder.path(), &["backup", "monday.backup"]);
    let refused = run(folder.path(), &["restore", "monday.backup"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("--replace"), "{}", err(&refused));
    std::fs::remove_file(folder.path().join("csm.db")).unwrap();
    succeed(folder.path(), &["restore", "monday.backup"]);
    let loaded = succeed(
        folder.path(),
        &["import", "areas", &project("reference/areas.csv"), "--json"],
    );
    assert!(loaded.contains("\"created\": 0"), "{loaded}");
}

/// Given five teams of 61.650 WTE, £2,614,760 and a caseload of 803, the check report ends in just that (A10).
#[test]
fn five_teams_go_in_as_a_spreadsheet_and_come_out_as_the_check_report() {
    let folder = tempfile::tempdir().unwrap();
    drop(Serving::start(
        folder.path(),
        &["demo", "--data", "demo", "--listen", "127.0.0.1:0"],
    ));
    let database = ["--database", "sqlite:demo/csm.db"];
    let place = ["--organisation", "E06000001", "--cycle", "2026-27"];
    let file = project("demonstration/five-teams.csv");
    let text = std::fs::read_to_string(&file)
        .unwrap()
        .replace("E06000009", "E06000001");
    std::fs::write(folder.path().join("five.csv"), text).unwrap();
    let import = |more: &[&'static str]| {
        let mut arguments = vec!["import", "services", "five.csv", "--json"];
        arguments.extend(database.iter().chain(&place).chain(more));
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}{}", err(&output), out(&output));
        let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
        (report["created"].clone(), report["is_saved"].clone())
    };
    assert_eq!(import(&["--dry-run"]), (5.into(), false.into()));
    assert_eq!(import(&[]), (5.into(), true.into()));
    assert_eq!(import(&[]), (0.into(), false.into()), "twice is once");

    let mut arguments = vec!["report", "check", "--format", "csv"];
    arguments.extend(database.iter().chain(&place));
    let report = succeed(folder.path(), &arguments);
    let total = report.lines().last().unwrap();
    for figure in ["61.650", "2614760", "803"] {
        assert!(total.contains(figure), "{figure}: {total}");
    }
    let mut arguments = vec!["report", "check", "--format", "json"];
    arguments.extend(database.iter().chain(&place));
    let report: serde_json::Value = serde_json::from_str(&succeed(folder.path(), &arguments)).unwrap();
    assert!(report.is_object());
}

#[test]
fn a_spreadsheet_with_a_fault_is_refused_whole_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    drop(Serving::start(
        folder.path(),
        &["demo", "--data", "demo", "--listen", "127.0.0.1:0"],
    ));
    std::fs::write(
        folder.path().join("bad.csv"),
        "reference,service_name,staff[1].wte\nX-1,Play,2.5\nX-2,Sing,lots\n",
    )
    .unwrap();
    let arguments = [
        "import",
        "services",
        "bad.csv",
        "--database",
        "sqlite:demo/csm.db",
        "--organisation",
        "E06000009",
        "--cycle",
        "2026-27",
    ];
    let refused = run(folder.path(), &arguments);
    assert_eq!(refused.status.code(), Some(3), "{}", out(&refused));
    assert!(
        out(&refused).contains("row 3") && out(&refused).contains("Nothing was saved"),
        "{}",
        out(&refused)
    );
}

#[test]
fn the_guide_for_operators_names_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let guide = std::fs::read_to_string(project("docs/operations.md")).unwrap();
    let help = succeed(folder.path(), &["--help"]);
    let (_, commands) = help.split_once("Commands:").unwrap();
    let mut count = 0;
    for line in commands
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
    {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            assert!(guide.contains(&format!("`csm {name}")), "{name}");
            count += 1;
        }
    }
    assert!(count > 10, "{help}");
}

/// Everything behind a letter at once: a person asks on a page, the timer takes the letter to a real mail server.
#[test]
fn a_letter_asked_for_on_a_page_reaches_a_real_mail_server() {
    let Some(mut mail_server) = MailServer::start() else {
        return;
    };
    let folder = migrated();
    let role = [
        "--role",
        "administrator",
        "--scope",
        "national",
        "--password-stdin",
    ];
    let mut arguments = vec!["user", "create", "alice@example.org", "--name", "Alice"];
    arguments.extend(role);
    assert!(
        with_input(folder.path(), &arguments, "seven green herons\n")
            .status
            .success()
    );
    let smtp_url = format!("smtp_url = \"smtp://127.0.0.1:{}\"\n", mail_server.port);
    std::fs::write(folder.path().join("csm.toml"), smtp_url).unwrap();
    let serving = Serving::start(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let page = serving.get("/reset-password");
    let cookie = between(&page, "set-cookie: ", ";");
    let token = between(&page, "name=\"csrf_token\" value=\"", "\"");
    let body = format!("csrf_token={token}&email=alice%40example.org");
    let answer = serving.post("/reset-password", &cookie, &body);
    assert!(
        answer.starts_with("HTTP/1.1 303") || answer.starts_with("HTTP/1.1 200"),
        "{answer}"
    );
    let got = mail_server.next_message();
    assert_eq!(got["recipients"][0], "alice@example.org");
    assert!(
        got["message"].as_str().unwrap().contains("/reset-password/"),
        "{got}"
    );
}

fn between(text: &str, start: &str, end: &str) -> String {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split(end).next().unwrap().to_owned()
}

/// A real SMTP server in a process of its own.
struct MailServer {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    port: u64,
}

impl MailServer {
    /// None, said loudly, where Python has no SMTP server.
    fn start() -> Option<MailServer> {
        let script = project("crates/csm/src/mail/mail_server.py");
        let mut process = Command::new("python3")
            .arg(script)
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else {
            process.wait().unwrap();
            eprintln!("NOTE: python3 has neither smtpd nor aiosmtpd, so mail was NOT tested to the end");
            return None;
        };
        let told: serde_json::Value = serde_json::from_str(&first).unwrap();
        let port = told["port"].as_u64().unwrap();
        Some(MailServer { process, lines, port })
    }

    fn next_message(&mut self) -> serde_json::Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_demonstration_is_loaded_once_and_keeps_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--data", "demo", "--listen", "127.0.0.1:0"];
    let first = Serving::start(folder.path(), &arguments);
    assert!(first.get("/").starts_with("HTTP/1.1 200"));
    let password = std::fs::read_to_string(folder.path().join("demo/password.txt")).unwrap();
    drop(first);
    let began = std::time::Instant::now();
    let second = Serving::start(folder.path(), &arguments);
    assert!(began.elapsed().as_secs() < 5, "a second start is quick");
    assert!(second.get("/health/ready").starts_with("HTTP/1.1 200"));
    assert_eq!(
        std::fs::read_to_string(folder.path().join("demo/password.txt")).unwrap(),
        password
    );
}

#[test]
fn a_demonstration_that_was_killed_while_loading_is_finished_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--data", "demo", "--listen", "127.0.0.1:0"];
    let mut process = csm(folder.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    // Killed in the middle: after the second line of progress.
    lines
        .by_ref()
        .map(Result::unwrap)
        .filter(|line| line.starts_with("  "))
        .nth(1)
        .unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let serving = Serving::start(folder.path(), &arguments);
    assert!(serving.get("/health/ready").starts_with("HTTP/1.1 200"));
}
