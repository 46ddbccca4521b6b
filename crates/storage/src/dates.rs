//! Dates as both engines keep them: `date` on PostgreSQL, ISO text on SQLite.

use jiff::civil::Date;

/// A civil date in a row or an argument.
pub(crate) type Day = jiff_sqlx::Date;

pub(crate) fn day(date: Date) -> Day {
    Day::from(date)
}

pub(crate) fn optional_day(date: Option<Date>) -> Option<Day> {
    date.map(Day::from)
}

pub(crate) fn optional_date(day: Option<Day>) -> Option<Date> {
    day.map(jiff_sqlx::Date::to_jiff)
}
