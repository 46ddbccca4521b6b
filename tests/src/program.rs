//! The built program: started, awaited, killed.

use std::io::{BufRead, BufReader, Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A running `csm`.
pub struct Program {
    child: Child,
    /// Where it serves, such as `127.0.0.1:41234`.
    pub address: String,
    /// The lines that it printed before it was ready.
    pub lines: Vec<String>,
}

/// The built program: beside the running test or benchmark, or where `CSM_BINARY` says.
pub fn path() -> PathBuf {
    if let Ok(named) = std::env::var("CSM_BINARY") {
        return PathBuf::from(named);
    }
    let mut folder = std::env::current_exe().unwrap_or_default();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    folder.join("csm")
}

/// Starts `csm` with these arguments and this environment, without the `CSM_` variables around, and waits until it
/// says `ready`.
pub fn start(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Program> {
    let mut command = Command::new(program);
    // Settings of whoever runs the tests must not reach the program.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CSM_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .args(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let Some(output) = child.stdout.take() else {
        return Err(Error::other("no standard output"));
    };
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                // The story has what it waited for; reading on keeps the program from blocking on its output.
            }
        }
    });
    let mut lines = Vec::new();
    loop {
        let Ok(line) = receiver.recv_timeout(Duration::from_secs(300)) else {
            let _ = child.kill();
            return Err(Error::other(format!(
                "csm did not become ready; it said: {lines:?}"
            )));
        };
        if let Some(address) = line.strip_prefix("ready ") {
            let address = address
                .trim()
                .trim_start_matches("http://")
                .trim_end_matches('/')
                .to_owned();
            return Ok(Program {
                child,
                address,
                lines,
            });
        }
        lines.push(line);
    }
}

impl Program {
    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as a power cut would (`SIGKILL`) and waits until it is gone.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
