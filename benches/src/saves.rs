//! Saves of real questionnaire pages over HTTP, by people who have signed in.

use std::io::{Error, Result};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use csm_tests::answering::{QuestionPage, amounts, period, service_at};
use csm_tests::browser::Browser;

use crate::machine;
use crate::server::{CYCLE, Server};
use crate::statistics::Run;

/// Mapping leads of the demonstration and their organisations.
const LEADS: [(&str, &str); 4] = [
    ("bea@example.org", "E06000009"),
    ("ivy@example.org", "QE1"),
    ("tom@example.org", "RXL"),
    ("lena@example.org", "RW5"),
];

/// One person at one service.
pub struct Client {
    browser: Browser,
    pages: [QuestionPage; 2],
}

/// Signs people in, each to a service of their own; `same_organisation` puts them all into one.
pub fn clients(server: &Server, count: usize, same_organisation: bool) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for number in 0..count {
        let lead = if same_organisation {
            0
        } else {
            number % LEADS.len()
        };
        let (email, organisation) = LEADS[lead];
        let mut browser = server.browser_of(email)?;
        let place = if same_organisation {
            number
        } else {
            number / LEADS.len()
        };
        let service = service_at(&mut browser, CYCLE, organisation, place)?;
        let pages = [
            QuestionPage::open(&mut browser, &format!("{service}/pages/amounts"))?,
            QuestionPage::open(&mut browser, &format!("{service}/pages/period"))?,
        ];
        clients.push(Client { browser, pages });
    }
    Ok(clients)
}

/// A run of saves, and the milliseconds of the server's processor time that each took.
pub struct Saves {
    /// The saves.
    pub run: Run,
    /// Processor time of the server, a save.
    pub processor_ms: f64,
}

/// Lets the clients save for a while, each as fast as it is answered.
pub fn save(server: &Server, clients: Vec<Client>, length: Duration) -> Result<Saves> {
    let process = server.running.id();
    let barrier = Arc::new(Barrier::new(clients.len() + 1));
    let mut threads = Vec::new();
    for client in clients {
        let barrier = Arc::clone(&barrier);
        threads.push(thread::spawn(move || {
            barrier.wait();
            client.save_for(length)
        }));
    }
    let before = machine::processor_seconds(process).unwrap_or(0.0);
    barrier.wait();
    let began = Instant::now();
    let mut times = Vec::new();
    for thread in threads {
        let found = thread
            .join()
            .map_err(|_| Error::other("a client of the benchmark broke down"))?;
        times.extend(found?);
    }
    let took = began.elapsed();
    let used = machine::processor_seconds(process).unwrap_or(0.0) - before;
    let processor_ms = used * 1000.0 / times.len().max(1) as f64;
    Ok(Saves {
        run: Run { took, times },
        processor_ms,
    })
}

impl Client {
    fn save_for(mut self, length: Duration) -> Result<Vec<Duration>> {
        let mut times = Vec::new();
        let began = Instant::now();
        while began.elapsed() < length {
            let round = self.pages[0].version + 1;
            let (page, answers) = if round % 2 == 0 {
                (&self.pages[0], amounts(round))
            } else {
                (&self.pages[1], period(round))
            };
            let start = Instant::now();
            let answer = page.send(&mut self.browser, &answers)?;
            times.push(start.elapsed());
            if answer.status != 303 {
                return Err(Error::other(format!(
                    "a save answered {}: {}",
                    answer.status, answer.body
                )));
            }
            for page in &mut self.pages {
                page.version = round;
            }
        }
        Ok(times)
    }
}
