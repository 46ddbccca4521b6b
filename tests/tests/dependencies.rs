//! What the program is built from, held against deny.toml without a network: licences, bans and sources.
//!
//! The file has the form of cargo-deny, which checks known vulnerabilities as well where it is installed.

use csm_tests::packages::{self, Package};
use csm_tests::source;
use toml::{Table, Value};

fn rules() -> Table {
    let path = source::project().join("deny.toml");
    std::fs::read_to_string(path)
        .expect("deny.toml can be read")
        .parse()
        .expect("deny.toml is TOML")
}

fn words(value: &Value) -> Vec<String> {
    let items = value.as_array().cloned().unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn others() -> Vec<Package> {
    let mut others = packages::packages();
    others.retain(|package| !package.source.is_empty());
    assert!(
        others.len() > 50,
        "only {} packages of others were found",
        others.len()
    );
    others
}

/// Whether a licence expression (SPDX, and the old form with a slash) can be met with allowed licences.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = alternatives(&tokens, &mut at, allowed);
    met && at == tokens.len()
}

fn alternatives(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = requirements(tokens, at, allowed);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        let other = requirements(tokens, at, allowed);
        met = met || other;
    }
    met
}

fn requirements(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = licence(tokens, at, allowed);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        let other = licence(tokens, at, allowed);
        met = met && other;
    }
    met
}

fn licence(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(token) = tokens.get(*at) else {
        return false;
    };
    *at += 1;
    if *token == "(" {
        let met = alternatives(tokens, at, allowed);
        let is_closed = tokens.get(*at) == Some(&")");
        *at += 1;
        return met && is_closed;
    }
    let mut name = (*token).to_owned();
    if tokens.get(*at) == Some(&"WITH") {
        let exception = tokens.get(*at + 1).copied().unwrap_or_default();
        name = format!("{name} WITH {exception}");
        *at += 2;
    }
    allowed.contains(&name)
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = ["MIT", "Unicode-3.0"].map(str::to_owned);
    for met in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0/MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR X) AND Y",
        "MIT WITH Exception",
        "(MIT",
        "MIT MIT",
    ] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_package_has_a_licence_that_we_allow() {
    let rules = rules();
    let allowed = words(&rules["licenses"]["allow"]);
    let mut faults = Vec::new();
    for package in others() {
        if !is_met(&package.licence, &allowed) {
            faults.push(format!(
                "{} {}: {}",
                package.name, package.version, package.licence
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "licences not allowed by deny.toml:\n{}",
        faults.join("\n")
    );
}

#[test]
fn banned_packages_are_used_only_behind_their_wrappers() {
    let rules = rules();
    let packages = packages::packages();
    let bans = rules["bans"]["deny"].as_array().expect("deny.toml has bans");
    for ban in bans {
        let banned = ban["crate"].as_str().expect("a ban names a crate");
        let wrappers = ban.get("wrappers").map(words).unwrap_or_default();
        for package in &packages {
            let uses = package.all.iter().any(|name| name == banned);
            assert!(
                !uses || wrappers.contains(&package.name),
                "{} depends on {banned}",
                package.name
            );
        }
    }
}

#[test]
fn every_package_comes_from_the_public_registry_of_rust() {
    let rules = rules();
    assert_eq!(rules["sources"]["unknown-registry"].as_str(), Some("deny"));
    assert_eq!(rules["sources"]["unknown-git"].as_str(), Some("deny"));
    for package in others() {
        let is_default =
            package.source.starts_with("registry+") && package.source.ends_with("/crates.io-index");
        assert!(is_default, "{} comes from {}", package.name, package.source);
    }
}
