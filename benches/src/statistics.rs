//! What many times amount to.

use std::time::Duration;

/// The times of one run.
#[derive(Debug, Clone)]
pub struct Run {
    /// How long the whole run took.
    pub took: Duration,
    /// How long each piece of work took.
    pub times: Vec<Duration>,
}

impl Run {
    /// Pieces of work in a second.
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    /// The time within which `share` of a hundred pieces were done, in milliseconds.
    pub fn percentile(&self, share: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let place = times.len().saturating_sub(1) * share / 100;
        times.get(place).map_or(0.0, |time| milliseconds(*time))
    }

    /// The longest time, in milliseconds.
    pub fn worst(&self) -> f64 {
        self.times.iter().max().map_or(0.0, |time| milliseconds(*time))
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The median of a few runs, with the least and the greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
}

impl Spread {
    /// The spread of one figure of every run; all zero for no run.
    pub fn of(figures: &[f64]) -> Self {
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or(0.0);
        Self {
            median: at(sorted.len() / 2),
            least: at(0),
            greatest: at(sorted.len().saturating_sub(1)),
        }
    }

    /// "1,234 (1,200–1,260)".
    pub fn whole(&self) -> String {
        let (median, least, greatest) = (
            thousands(self.median),
            thousands(self.least),
            thousands(self.greatest),
        );
        format!("{median} ({least}–{greatest})")
    }

    /// "1.23 (1.10–1.31)".
    pub fn fine(&self) -> String {
        format!("{:.2} ({:.2}–{:.2})", self.median, self.least, self.greatest)
    }
}

/// A whole number with commas between thousands.
pub fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let run = Run {
            took: Duration::from_secs(2),
            times: (1..=100).rev().map(Duration::from_millis).collect(),
        };
        assert!((run.rate() - 50.0).abs() < 1e-9);
        assert!((run.percentile(50) - 50.0).abs() < 1e-9);
        assert!((run.percentile(99) - 99.0).abs() < 1e-9);
        assert!((run.worst() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_spread_is_told_with_its_least_and_greatest() {
        let spread = Spread::of(&[1260.0, 1200.0, 1234.0]);
        assert_eq!(spread.whole(), "1,234 (1,200–1,260)");
        assert_eq!(thousands(40_000.0), "40,000");
        assert_eq!(thousands(999.0), "999");
    }
}
