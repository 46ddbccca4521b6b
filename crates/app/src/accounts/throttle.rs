//! Slowing down those who guess. Nobody is locked out: the wait grows, and ends.

use jiff::{Timestamp, ToSpan};
use storage::attempts::{self, Tally};

use crate::error::AppError;
use crate::running::App;
use crate::tokens;

/// How tries are slowed down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// How many tries in the last 15 minutes go without a wait.
    pub free: i64,
    /// The longest wait, in seconds.
    pub longest_wait: i64,
}

/// Against guessing one person's password or code.
pub(super) const FOR_A_PERSON: Limit = Limit {
    free: 5,
    longest_wait: 300,
};

/// Against guessing from one place; higher, because a whole office can share an address.
pub(super) const FOR_AN_ADDRESS: Limit = Limit {
    free: 20,
    longest_wait: 300,
};

const WINDOW_MINUTES: i64 = 15;
const FIRST_WAIT: i64 = 10;

/// Something whose tries are counted, such as an address; kept as a hash.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    name: String,
    limit: Limit,
}

impl Subject {
    pub(super) fn new(kind: &str, of: &str, limit: Limit) -> Self {
        let name = format!("{kind} {}", tokens::hex(&tokens::hash(of)));
        Self { name, limit }
    }
}

/// The seconds still to wait: 10 after the last free try, then twice as long for each further one.
fn wait_seconds(limit: Limit, tally: Tally, now: Timestamp) -> i64 {
    let Some(last_at) = tally.last_at else { return 0 };
    let beyond = tally.count - limit.free;
    if beyond < 0 {
        return 0;
    }
    let doublings = u32::try_from(beyond.min(20)).unwrap_or(20);
    let wait = (FIRST_WAIT * 2_i64.pow(doublings)).min(limit.longest_wait);
    let waited = now.as_second() - last_at.as_second();
    (wait - waited).max(0)
}

/// Counts a try before it is known how it ends, so that tries made at the same moment cannot slip by together;
/// [`AppError::TooManyTries`] with the seconds to wait, and then nothing is counted. Answers the instant under
/// which it was counted, for [`forget`].
pub(super) async fn count(app: &App, subjects: &[Subject]) -> Result<Timestamp, AppError> {
    let now = app.now();
    let window = now
        .checked_sub(WINDOW_MINUTES.minutes())
        .map_err(|error| AppError::Broken(error.to_string()))?;
    let mut tx = app.store.begin().await?;
    for subject in subjects {
        attempts::hold(&mut tx, &subject.name).await?;
        let tally = attempts::count(&mut tx, &subject.name, window).await?;
        let wait = wait_seconds(subject.limit, tally, now);
        if wait > 0 {
            return Err(AppError::TooManyTries(wait));
        }
        attempts::record(&mut tx, &subject.name, now).await?;
    }
    tx.commit().await?;
    Ok(now)
}

/// It went well: forgets all tries of the person, and this one of the address, whose others may be guesses.
pub(super) async fn forget(
    tx: &mut storage::Tx,
    person: &Subject,
    address: &Subject,
    counted_at: Timestamp,
) -> Result<(), AppError> {
    attempts::delete(tx, &person.name, counted_at).await?;
    attempts::delete_at(tx, &address.name, counted_at).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_after(count: i64, seconds: i64) -> i64 {
        let last_at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let now = last_at.checked_add(seconds.seconds()).unwrap();
        let tally = Tally {
            count,
            last_at: Some(last_at),
        };
        wait_seconds(FOR_A_PERSON, tally, now)
    }

    #[test]
    fn four_failures_cost_nothing_and_from_the_fifth_on_the_wait_doubles_up_to_five_minutes() {
        let waits: Vec<i64> = (4..=11).map(|count| wait_after(count, 0)).collect();
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn the_wait_runs_from_the_last_try_and_ends() {
        assert_eq!(wait_after(5, 4), 6);
        assert_eq!(wait_after(5, 10), 0);
        assert_eq!(wait_after(30, 300), 0);
    }
}
