//! Answering a page of questions as a browser does: read the form, fill it in, send it.

use std::collections::BTreeMap;
use std::io::{Error, Result};

use crate::browser::{Answer, Browser};

/// A page of questions that somebody has open.
#[derive(Debug, Clone)]
pub struct QuestionPage {
    /// Its address, to which the form is sent as well.
    pub address: String,
    /// The version of the return that it shows.
    pub version: i64,
    token: String,
    asked: Vec<String>,
    shown: BTreeMap<String, String>,
}

impl QuestionPage {
    /// Opens a page and reads its form; an error when somebody may not, or the page has no form.
    pub fn open(browser: &mut Browser, address: &str) -> Result<QuestionPage> {
        let answer = browser.get(address)?;
        let version = answer.hidden("version").and_then(|version| version.parse().ok());
        let (Some(version), 200) = (version, answer.status) else {
            return Err(Error::other(format!(
                "{address} answered {} without a form",
                answer.status
            )));
        };
        let asked = answer.hidden_all("asked");
        let mut shown = BTreeMap::new();
        for path in &asked {
            for name in [
                path.clone(),
                format!("{path}-day"),
                format!("{path}-month"),
                format!("{path}-year"),
            ] {
                if let Some(value) = answer.hidden(&name) {
                    shown.insert(name, value);
                }
            }
        }
        Ok(QuestionPage {
            address: address.to_owned(),
            version,
            token: answer.hidden("csrf_token").unwrap_or_default(),
            asked,
            shown,
        })
    }

    /// What a field of text shows; empty where there is no such field.
    pub fn shows(&self, name: &str) -> &str {
        self.shown.get(name).map_or("", String::as_str)
    }

    /// Sends the form with these answers; what is not named goes back as it was shown. A server that answers 303
    /// has acknowledged the answers.
    pub fn send(&self, browser: &mut Browser, answers: &[(String, String)]) -> Result<Answer> {
        let version = self.version.to_string();
        let mut filled = self.shown.clone();
        filled.extend(answers.iter().cloned());
        let mut fields = vec![
            ("csrf_token", self.token.as_str()),
            ("version", version.as_str()),
            ("action", "continue"),
        ];
        for path in &self.asked {
            fields.push(("asked", path));
        }
        for (name, value) in &filled {
            fields.push((name, value));
        }
        browser.post(&self.address, &fields)
    }
}

/// The address of the service that stands at a place of an organisation's board, from 0; added by hand where the
/// board is shorter.
pub fn service_at(browser: &mut Browser, cycle: &str, organisation: &str, place: usize) -> Result<String> {
    let board = format!("/cycles/{cycle}/organisations/{organisation}/services");
    let answer = browser.get(&board)?;
    let start = format!("href=\"{board}/");
    let mut addresses = Vec::new();
    // Pages may write the slashes of an address as characters by number.
    for piece in answer.body.replace("&#x2f;", "/").split(&start).skip(1) {
        let rest = piece.split('"').next().unwrap_or_default();
        let is_id = rest.len() == 36 && rest.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if is_id {
            addresses.push(format!("{board}/{rest}"));
        }
    }
    match addresses.into_iter().nth(place) {
        Some(address) => Ok(address),
        None => add_service(browser, &board, place),
    }
}

fn add_service(browser: &mut Browser, board: &str, place: usize) -> Result<String> {
    let address = format!("{board}/new");
    let form = browser.get(&address)?;
    let token = form.hidden("csrf_token").unwrap_or_default();
    let name = format!("Service {place}");
    let fields = [
        ("csrf_token", token.as_str()),
        ("name", name.as_str()),
        ("reference", ""),
    ];
    let answer = browser.post(&address, &fields)?;
    if answer.status == 303 {
        Ok(answer.location)
    } else {
        Err(Error::other(format!("{address} answered {}", answer.status)))
    }
}

/// The amounts of a service, different in every round, with a total that is right.
pub fn amounts(round: i64) -> Vec<(String, String)> {
    let parts = [100_000 + round, 20_000 + round % 977, 5_000 + round % 31];
    let mut answers = Vec::new();
    for (name, figure) in ["cost_staff", "cost_non_staff", "cost_facilities"]
        .iter()
        .zip(parts)
    {
        answers.push((format!("/data/cost/amounts/{name}"), figure.to_string()));
    }
    let total: i64 = parts.iter().sum();
    answers.push(("/data/cost/amounts/cost_total".to_owned(), total.to_string()));
    answers
}

/// The period of a service's activity, different in every round.
pub fn period(round: i64) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    let parts = [
        ("from-day", 1 + round % 28),
        ("from-month", 1 + round / 28 % 12),
        ("from-year", 2024),
    ];
    for (name, figure) in parts {
        answers.push((
            format!("/data/activity/period/activity_{name}"),
            figure.to_string(),
        ));
    }
    for (name, figure) in [("to-day", 30), ("to-month", 9), ("to-year", 2026)] {
        answers.push((
            format!("/data/activity/period/activity_{name}"),
            figure.to_string(),
        ));
    }
    answers
}
