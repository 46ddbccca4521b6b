//! The machine and the versions that a figure was measured with.

use std::path::Path;
use std::process::Command;

/// One line for each thing that figures depend on.
pub fn lines(databases: &[String]) -> Vec<(String, String)> {
    let mut lines = vec![
        ("Processor".to_owned(), processor()),
        ("Memory".to_owned(), memory()),
        ("Kernel".to_owned(), said_by("uname", &["-sr"])),
        ("Disk under the data".to_owned(), disk(&std::env::temp_dir())),
        ("Compiler".to_owned(), said_by("rustc", &["--version"])),
        ("Databases".to_owned(), databases.join(", ")),
        ("Commit".to_owned(), commit()),
        ("Measured on".to_owned(), said_by("date", &["--iso-8601"])),
    ];
    lines.retain(|(_, value)| !value.is_empty());
    lines
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{cores} cores, {model}")
}

fn memory() -> String {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(first_number);
    format!("{:.0} GiB", kib.unwrap_or(0) as f64 / 1024.0 / 1024.0)
}

/// The file system of a folder, such as `ext4`; a figure on `tmpfs` would say nothing about durability.
fn disk(folder: &Path) -> String {
    said_by("df", &["--output=fstype", &folder.to_string_lossy()])
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned()
}

fn commit() -> String {
    let changed = !said_by("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
    let id = said_by("git", &["rev-parse", "--short=12", "HEAD"]);
    if changed { format!("{id} with changes") } else { id }
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// The most memory that a running process has ever had resident, in MiB.
pub fn peak_memory(process: u32) -> Option<f64> {
    status(process, "VmHWM:")
}

/// The memory that a running process has resident now, in MiB.
pub fn memory_now(process: u32) -> Option<f64> {
    status(process, "VmRSS:")
}

fn status(process: u32, line: &str) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kib = text
        .lines()
        .find_map(|found| found.strip_prefix(line))
        .and_then(first_number)?;
    Some(kib as f64 / 1024.0)
}

/// Seconds of processor time that a running process has used.
pub fn processor_seconds(process: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold spaces; after it, user and system time are the 12th and 13th fields.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // Linux tells user programs hundredths of a second, whatever the kernel counts in.
    Some(ticks as f64 / 100.0)
}

fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}
