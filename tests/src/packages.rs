//! What cargo says about the project's packages and those it is built from, asked without a network.

use crate::source::project;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// One package, of ours or of others, that the program is built from.
#[derive(Debug, Clone)]
pub struct Package {
    /// Name of the package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence expression; empty where it names none.
    pub licence: String,
    /// Where it comes from; empty for our own.
    pub source: String,
    /// Folder name of the room for a room, empty for all others.
    pub room: String,
    /// Names of the packages it names in its normal dependencies, as they are built on this machine.
    pub normal: Vec<String>,
    /// Names of all packages it depends on, for building and testing too.
    pub all: Vec<String>,
}

/// Every package of the resolved build on this machine, tests included.
pub fn packages() -> Vec<Package> {
    let metadata = metadata();
    let mut names = BTreeMap::new();
    for package in array(&metadata["packages"]) {
        names.insert(text(&package["id"]), package);
    }
    let mut packages = Vec::new();
    for node in array(&metadata["resolve"]["nodes"]) {
        let Some(package) = names.get(&text(&node["id"])) else {
            continue;
        };
        let mut normal = Vec::new();
        let mut all = Vec::new();
        for dependency in array(&node["deps"]) {
            let Some(target) = names.get(&text(&dependency["pkg"])) else {
                continue;
            };
            all.push(text(&target["name"]));
            if array(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                normal.push(text(&target["name"]));
            }
        }
        packages.push(Package {
            name: text(&package["name"]),
            version: text(&package["version"]),
            licence: text(&package["license"]),
            source: text(&package["source"]),
            room: room_of(package),
            normal,
            all,
        });
    }
    packages
}

fn metadata() -> Value {
    let host = host();
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--offline",
            "--locked",
            "--filter-platform",
            &host,
        ])
        .current_dir(project())
        .output()
        .expect("cargo can be run, as it runs this test");
    let fault = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata failed: {fault}");
    serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON")
}

/// The machine's target, because packages for other systems need not have been downloaded.
fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc can be run, as it built this test");
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = words.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

fn room_of(package: &Value) -> String {
    let manifest = text(&package["manifest_path"]);
    let crates = project().join("crates");
    let Ok(inside) = std::path::Path::new(&manifest).strip_prefix(&crates) else {
        return String::new();
    };
    inside
        .parent()
        .map(|room| room.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
