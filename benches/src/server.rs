//! The built program with the demonstration in it.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use csm_tests::browser::Browser;
use csm_tests::program::{self, Program};

use crate::machine;

/// The cycle of the demonstration that is open.
pub const CYCLE: &str = "2026-27";
/// Somebody who sees every organisation.
pub const NATIONAL_TEAM: &str = "alice@example.org";

/// A database with the demonstration, and the program that serves it.
pub struct Server {
    binary: PathBuf,
    database: String,
    password: String,
    /// The running program.
    pub running: Program,
}

impl Server {
    /// Loads the demonstration into an empty database and serves it.
    pub fn begin(folder: &Path, database: &str) -> Result<Server> {
        let binary = program::path();
        let data = folder.to_string_lossy();
        let arguments = [
            "--database",
            database,
            "demo",
            "--data",
            &data,
            "--listen",
            "127.0.0.1:0",
        ];
        let running = program::start(&binary, &arguments, &[])?;
        let password = std::fs::read_to_string(folder.join("password.txt"))?
            .trim()
            .to_owned();
        Ok(Server {
            binary,
            database: database.to_owned(),
            password,
            running,
        })
    }

    /// Stops and serves again, so that memory is measured from the start.
    pub fn again(self) -> Result<Server> {
        self.running.kill()?;
        let arguments = ["--database", &self.database, "serve", "--listen", "127.0.0.1:0"];
        let running = program::start(&self.binary, &arguments, &[])?;
        Ok(Server { running, ..self })
    }

    /// A browser of somebody who has signed in.
    pub fn browser_of(&self, email: &str) -> Result<Browser> {
        let mut browser = Browser::at(&self.running.address);
        browser.sign_in(email, &self.password)?;
        Ok(browser)
    }

    /// Imports a file as the command line does; answers how long it took and the most memory it had, in MiB.
    pub fn import(&self, file: &Path, organisation: Option<&str>) -> Result<(Duration, f64)> {
        let mut command = Command::new(&self.binary);
        command
            .args(["--database", &self.database, "import", "services"])
            .arg(file);
        command.args(["--cycle", CYCLE]);
        if let Some(code) = organisation {
            command.args(["--organisation", code]);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CSM_") {
                command.env_remove(name);
            }
        }
        let start = Instant::now();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
        let mut peak = 0.0;
        loop {
            peak = machine::peak_memory(child.id()).unwrap_or(peak);
            if let Some(status) = child.try_wait()? {
                return if status.success() {
                    Ok((start.elapsed(), peak))
                } else {
                    Err(Error::other(format!("the import ended with {status}")))
                };
            }
            // The kernel forgets a process's memory when it ends, so it is asked while it runs.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
