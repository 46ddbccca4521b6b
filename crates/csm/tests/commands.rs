//! The built program, called as an operator calls it.
#![allow(clippy::unwrap_used)]

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
            .stderr(Stdio::null())
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
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
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
