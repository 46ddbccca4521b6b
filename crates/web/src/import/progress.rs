//! How far a large file is: a page that loads itself again, and a part that a script fetches in its place.

use serde::Serialize;

use crate::page::{Layout, Page};

/// The page while a runner is at it.
#[derive(Clone, Serialize)]
pub struct ProgressPage {
    /// The frame.
    pub layout: Layout,
    /// How far it is.
    pub progress: Progress,
}

/// The part of the page that changes.
#[derive(Clone, Serialize)]
pub struct ProgressPart {
    /// How far it is.
    pub progress: Progress,
}

/// How far it is, in words and for the bar.
#[derive(Clone, Serialize)]
pub struct Progress {
    /// The page's own address.
    pub address: String,
    /// What is being done.
    pub title: &'static str,
    /// How far, in words.
    pub words: String,
    /// How many rows are done.
    pub done: i64,
    /// How many there are; 0 while that is not known.
    pub total: i64,
}

impl Progress {
    /// The words for so many rows of so many.
    pub(super) fn new(address: String, is_check: bool, done: i64, total: i64) -> Self {
        let title = if is_check {
            "Checking your file"
        } else {
            "Importing your file"
        };
        let words = match (done, total) {
            (_, 0) => "It will begin in a moment.".to_owned(),
            (done, total) if done >= total && is_check => {
                "All rows are checked. The result follows.".to_owned()
            }
            (done, total) if done >= total => "All rows are checked and are now being saved.".to_owned(),
            (done, total) => format!("{done} of {total} rows are checked."),
        };
        Self {
            address,
            title,
            words,
            done,
            total,
        }
    }
}

fn samples() -> Vec<Progress> {
    let address = || "/somewhere".to_owned();
    vec![
        Progress::new(address(), true, 0, 0),
        Progress::new(address(), true, 4_000, 40_000),
        Progress::new(address(), false, 40_000, 40_000),
    ]
}

impl Page for ProgressPage {
    const TEMPLATE: &'static str = "import/progress.html";

    fn samples() -> Vec<Self> {
        let page = |progress: Progress| ProgressPage {
            layout: Layout::sample(progress.title),
            progress,
        };
        samples().into_iter().map(page).collect()
    }
}

impl Page for ProgressPart {
    const TEMPLATE: &'static str = "import/progress_part.html";

    fn samples() -> Vec<Self> {
        samples()
            .into_iter()
            .map(|progress| ProgressPart { progress })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_words() {
        let words = |is_check, done, total| Progress::new(String::new(), is_check, done, total).words;
        assert_eq!(words(true, 0, 0), "It will begin in a moment.");
        assert_eq!(words(true, 200, 1_000), "200 of 1000 rows are checked.");
        assert!(words(false, 1_000, 1_000).contains("being saved"));
    }
}
