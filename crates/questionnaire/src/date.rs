//! Days: civil dates count in whole days, so that the clock changes of spring and autumn never show.

use jiff::civil::{Date, Time, date};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Days since 1 January 1970 of a text that is a date, or a date with a time.
pub(crate) fn days_of_text(text: &str) -> Option<f64> {
    if let Some(day) = parse(text) {
        return Some(f64::from(days(day)));
    }
    let (day, rest) = text.split_once('T')?;
    let day = parse(day)?;
    let (clock, offset) = split_offset(rest)?;
    let time: Time = clock.parse().ok()?;
    let seconds = f64::from(time.hour()) * 3600.0
        + f64::from(time.minute()) * 60.0
        + f64::from(time.second())
        + f64::from(time.subsec_nanosecond()) / 1e9;
    Some(f64::from(days(day)) + (seconds - offset) / 86_400.0)
}

/// A time and the seconds its offset is ahead of Greenwich.
fn split_offset(text: &str) -> Option<(&str, f64)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, 0.0));
    }
    let Some(place) = text.rfind(['+', '-']) else {
        return Some((text, 0.0));
    };
    let (clock, offset) = text.split_at(place);
    let (hours, minutes) = offset[1..].split_once(':').unwrap_or((&offset[1..], "0"));
    let seconds = hours.parse::<f64>().ok()? * 3600.0 + minutes.parse::<f64>().ok()? * 60.0;
    Some((
        clock,
        if offset.starts_with('-') {
            -seconds
        } else {
            seconds
        },
    ))
}

/// A date written `2026-03-12`.
pub(crate) fn parse(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let part = |from: usize, to: usize| -> Option<i16> {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())
            .flatten()
    };
    Date::new(
        part(0, 4)?,
        i8::try_from(part(5, 7)?).ok()?,
        i8::try_from(part(8, 10)?).ok()?,
    )
    .ok()
}

/// The day part of a date or date with time.
pub(crate) fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    parse(text).or_else(|| text.split_once('T').and_then(|(day, _)| parse(day)))
}

/// Whole days since 1 January 1970.
pub(crate) fn days(day: Date) -> i32 {
    let epoch = date(1970, 1, 1);
    epoch.until(day).map_or(0, |span| span.get_days())
}

/// The day that many days after 1 January 1970; parts of a day are dropped.
pub(crate) fn from_days(days: f64) -> Option<Date> {
    if !days.is_finite() || days.abs() > 10_000_000.0 {
        return None;
    }
    let span = jiff::Span::new().try_days(days.floor() as i64).ok()?;
    date(1970, 1, 1).checked_add(span).ok()
}

/// Formats a day by the marks of ODK: `%Y %y %m %n %b %d %e %a` and times of day at midnight.
pub(crate) fn format(day: Date, pattern: &str) -> String {
    let mut text = String::new();
    let mut marks = pattern.chars();
    while let Some(character) = marks.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        match marks.next() {
            Some('Y') => text.push_str(&padded(day.year(), 4)),
            Some('y') => text.push_str(&padded(day.year().rem_euclid(100), 2)),
            Some('m') => text.push_str(&padded(i16::from(day.month()), 2)),
            Some('n') => text.push_str(&day.month().to_string()),
            Some('b') => text.push_str(&month_name(day)[..3]),
            Some('B') => text.push_str(month_name(day)),
            Some('d') => text.push_str(&padded(i16::from(day.day()), 2)),
            Some('e') => text.push_str(&day.day().to_string()),
            Some('a') => text.push_str(&weekday_name(day)[..3]),
            Some('A') => text.push_str(weekday_name(day)),
            Some('H' | 'M' | 'S') => text.push_str(&padded(0, 2)),
            Some('h') => text.push('0'),
            Some('3') => text.push_str("000"),
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

fn padded(number: i16, width: usize) -> String {
    format!("{number:0width$}")
}

/// English name of a day's month.
pub(crate) fn month_name(day: Date) -> &'static str {
    MONTHS[usize::from(day.month().unsigned_abs()) - 1]
}

fn weekday_name(day: Date) -> &'static str {
    WEEKDAYS[day.weekday().to_monday_zero_offset().unsigned_abs() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_whole_days_also_across_the_clock_change() {
        assert_eq!(days_of_text("2008-09-05"), Some(14127.0));
        assert_eq!(
            days_of_text("2026-03-30").unwrap() - days_of_text("2026-03-29").unwrap(),
            1.0
        );
        assert_eq!(
            days_of_text("2026-10-26").unwrap() - days_of_text("2026-10-25").unwrap(),
            1.0
        );
        assert_eq!(days_of_text("1970-01-01T13:00:00+01:00"), Some(0.5));
        assert_eq!(days_of_text("2026-02-30"), None);
    }

    #[test]
    fn days_lead_back_to_the_date() {
        let leap = date(2028, 2, 29);
        assert_eq!(from_days(f64::from(days(leap))), Some(leap));
        assert_eq!(from_days(f64::INFINITY), None);
    }

    #[test]
    fn the_marks_of_odk_are_understood() {
        assert_eq!(
            format(date(2026, 3, 5), "%a %e %b %Y, %d/%m/%y"),
            "Thu 5 Mar 2026, 05/03/26"
        );
    }
}
