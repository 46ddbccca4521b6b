//! How long pages take to be made and sent.

use std::io::{Error, Result};
use std::time::Instant;

use csm_tests::browser::Browser;

use crate::statistics::Run;

/// Asks for a page again and again, one after the other.
pub fn measure(browser: &mut Browser, address: &str, times: usize) -> Result<Run> {
    let began = Instant::now();
    let mut found = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        let answer = browser.get(address)?;
        found.push(start.elapsed());
        if answer.status != 200 {
            return Err(Error::other(format!("{address} answered {}", answer.status)));
        }
    }
    Ok(Run {
        took: began.elapsed(),
        times: found,
    })
}
