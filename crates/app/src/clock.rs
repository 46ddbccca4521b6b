//! The clock, given by the front door, so that tests own time.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `tell` each time.
    pub fn new(tell: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// A clock that stands still, for tests.
    pub fn standing_at(at: Timestamp) -> Self {
        Self::new(move || at)
    }

    /// The instant.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// The civil date in London, where the cycle's dates hold.
    pub fn today(&self) -> Date {
        london().to_datetime(self.now()).date()
    }
}

/// The time zone of the cycle's dates. The zone database is built in, so this finds it.
pub fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summer_evening_in_utc_is_already_tomorrow_in_london() {
        let clock = Clock::standing_at("2026-06-30T23:30:00Z".parse().unwrap());
        assert_eq!(clock.today().to_string(), "2026-07-01");
    }
}
