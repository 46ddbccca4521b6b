use super::interpret::{BYTES_A_STEP, Context, Interpreter, Value};
use crate::compile::whole_match;
use crate::date;
use crate::expression::functions::Function;
use crate::number;
use crate::program::Code;

/// Longest text a function may make.
const MAX_TEXT: usize = 100_000;

/// Calls a function; each takes only the arguments it needs, so that `if` does not work out the other branch.
pub(super) fn call(
    run: &Interpreter<'_>,
    function: Function,
    arguments: &[Code],
    context: &Context<'_>,
) -> Value {
    match function {
        Function::True => Value::Boolean(true),
        Function::False => Value::Boolean(false),
        Function::Not => Value::Boolean(!run.boolean(&arguments[0], context)),
        Function::Boolean => Value::Boolean(run.boolean(&arguments[0], context)),
        Function::BooleanFromString => {
            Value::Boolean(matches!(run.text(&arguments[0], context).as_str(), "true" | "1"))
        }
        Function::If => {
            let branch = if run.boolean(&arguments[0], context) { 1 } else { 2 };
            scalar(run, &arguments[branch], context)
        }
        Function::Coalesce => coalesce(run, arguments, context),
        Function::Once => match context.stored {
            "" => scalar(run, &arguments[0], context),
            stored => Value::Text(stored.to_owned()),
        },
        Function::Selected | Function::SelectedAt | Function::CountSelected => {
            selection(run, function, arguments, context)
        }
        Function::Today | Function::Date | Function::FormatDate | Function::DecimalDateTime => {
            day(run, function, arguments, context)
        }
        Function::Position | Function::Last => Value::Number(position(run, function, arguments, context)),
        Function::Sum | Function::Min | Function::Max | Function::Count | Function::CountNonEmpty => {
            aggregate(run, function, arguments, context)
        }
        Function::Int
        | Function::Round
        | Function::Number
        | Function::Abs
        | Function::Pow
        | Function::Sqrt
        | Function::Floor
        | Function::Ceiling => Value::Number(numeric(run, function, arguments, context)),
        // Both are compiled to codes of their own.
        Function::ChoiceName | Function::IndexedRepeat => Value::Text(String::new()),
        _ => text(run, function, arguments, context),
    }
}

/// A branch of `if` keeps its type; a set of nodes keeps its nodes.
fn scalar(run: &Interpreter<'_>, code: &Code, context: &Context<'_>) -> Value {
    run.value(code, context)
}

fn coalesce(run: &Interpreter<'_>, arguments: &[Code], context: &Context<'_>) -> Value {
    for argument in arguments {
        let value = run.value(argument, context);
        // Not-a-number is stored as empty (S2), so it counts as empty here too.
        if matches!(value, Value::Number(number) if number.is_nan()) {
            continue;
        }
        let text = run.text_of(value);
        if !text.is_empty() {
            return Value::Text(text);
        }
    }
    Value::Text(String::new())
}

fn selection(run: &Interpreter<'_>, function: Function, arguments: &[Code], context: &Context<'_>) -> Value {
    let chosen = run.text(&arguments[0], context);
    match function {
        Function::Selected => {
            let wanted = run.text(&arguments[1], context);
            Value::Boolean(chosen.split_whitespace().any(|name| name == wanted.trim()))
        }
        Function::SelectedAt => {
            let place = run.number(&arguments[1], context);
            let name = if place >= 0.0 {
                chosen.split_whitespace().nth(place as usize)
            } else {
                None
            };
            Value::Text(name.unwrap_or("").to_owned())
        }
        _ => Value::Number(chosen.split_whitespace().count() as f64),
    }
}

fn day(run: &Interpreter<'_>, function: Function, arguments: &[Code], context: &Context<'_>) -> Value {
    if function == Function::Today {
        return Value::Text(
            run.state
                .today
                .map_or_else(String::new, |today| today.to_string()),
        );
    }
    let value = run.value(&arguments[0], context);
    if function == Function::DecimalDateTime {
        return Value::Number(run.number_of(&value));
    }
    let day = match value {
        Value::Number(days) => date::from_days(days),
        other => {
            let text = run.text_of(other);
            let numeral = number::from_text(&text);
            date::parse_day(&text).or_else(|| date::from_days(numeral))
        }
    };
    Value::Text(match (day, function) {
        (None, _) => String::new(),
        (Some(day), Function::Date) => day.to_string(),
        (Some(day), _) => date::format(day, &run.text(&arguments[1], context)),
    })
}

fn position(run: &Interpreter<'_>, function: Function, arguments: &[Code], context: &Context<'_>) -> f64 {
    let Some(argument) = arguments.first() else {
        return if function == Function::Last {
            context.size
        } else {
            context.position
        } as f64;
    };
    let Value::Nodes(slots) = run.value(argument, context) else {
        return f64::NAN;
    };
    let Some(slot) = slots.first() else {
        return f64::NAN;
    };
    let frame = run.state.frames.iter().rev().find(|frame| frame.base <= *slot);
    frame.map_or(f64::NAN, |frame| frame.position as f64)
}

fn aggregate(run: &Interpreter<'_>, function: Function, arguments: &[Code], context: &Context<'_>) -> Value {
    let texts = gather(run, arguments, context);
    Value::Number(match function {
        Function::Count => texts.len() as f64,
        Function::CountNonEmpty => texts.iter().filter(|text| !text.is_empty()).count() as f64,
        Function::Sum => texts
            .iter()
            .map(|text| number::from_text(text))
            .fold(0.0, |sum, number| sum + number),
        Function::Min => extreme(&texts, |number, best| number < best),
        _ => extreme(&texts, |number, best| number > best),
    })
}

/// NaN as soon as one of them is no number, and for none at all.
fn extreme(texts: &[String], better: fn(f64, f64) -> bool) -> f64 {
    let mut best = f64::NAN;
    for (place, text) in texts.iter().enumerate() {
        let number = number::from_text(text);
        if number.is_nan() {
            return f64::NAN;
        }
        if place == 0 || better(number, best) {
            best = number;
        }
    }
    best
}

/// The texts of all arguments, sets of nodes flattened.
fn gather(run: &Interpreter<'_>, arguments: &[Code], context: &Context<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for argument in arguments {
        match run.value(argument, context) {
            Value::Nodes(slots) => texts.extend(slots.iter().map(|slot| run.copied(*slot))),
            other => texts.push(run.text_of(other)),
        }
    }
    texts
}

fn numeric(run: &Interpreter<'_>, function: Function, arguments: &[Code], context: &Context<'_>) -> f64 {
    let number = match arguments.first() {
        Some(argument) => run.number(argument, context),
        None => context
            .own
            .map_or(f64::NAN, |slot| number::from_text(&run.state.values[slot])),
    };
    match function {
        Function::Int => number.trunc(),
        Function::Round => match arguments.get(1) {
            Some(decimals) => number::round_to(number, run.number(decimals, context)),
            None => number::round(number),
        },
        Function::Abs => number.abs(),
        Function::Pow => number.powf(run.number(&arguments[1], context)),
        Function::Sqrt => number.sqrt(),
        Function::Floor => number.floor(),
        Function::Ceiling => number.ceil(),
        _ => number,
    }
}

fn text(run: &Interpreter<'_>, function: Function, arguments: &[Code], context: &Context<'_>) -> Value {
    let first = match arguments.first() {
        Some(argument) if !matches!(function, Function::Concat | Function::Join) => {
            run.text(argument, context)
        }
        Some(_) => String::new(),
        None => context
            .own
            .map_or_else(String::new, |slot| run.state.values[slot].clone()),
    };
    let second = || run.text(&arguments[1], context);
    match function {
        Function::Concat => Value::Text(bounded(run, gather(run, arguments, context).concat())),
        Function::Join => {
            let separator = run.text(&arguments[0], context);
            Value::Text(bounded(
                run,
                gather(run, &arguments[1..], context).join(&separator),
            ))
        }
        Function::StringLength => Value::Number(first.chars().count() as f64),
        Function::Regex => {
            Value::Boolean(whole_match(&second()).is_ok_and(|pattern| pattern.is_match(&first)))
        }
        Function::Contains => Value::Boolean(first.contains(&second())),
        Function::StartsWith => Value::Boolean(first.starts_with(&second())),
        Function::EndsWith => Value::Boolean(first.ends_with(&second())),
        Function::SubstringBefore => Value::Text(
            first
                .split_once(&second())
                .map_or("", |(before, _)| before)
                .to_owned(),
        ),
        Function::SubstringAfter => Value::Text(
            first
                .split_once(&second())
                .map_or("", |(_, after)| after)
                .to_owned(),
        ),
        Function::Translate => Value::Text(translate(&first, &second(), &run.text(&arguments[2], context))),
        Function::NormalizeSpace => Value::Text(first.split_whitespace().collect::<Vec<_>>().join(" ")),
        Function::Substr => {
            let end = arguments.get(2).map(|end| run.number(end, context));
            Value::Text(substr(&first, run.number(&arguments[1], context), end))
        }
        Function::Substring => {
            let length = arguments.get(2).map(|length| run.number(length, context));
            Value::Text(substring(&first, run.number(&arguments[1], context), length))
        }
        _ => Value::Text(first),
    }
}

fn bounded(run: &Interpreter<'_>, mut text: String) -> String {
    run.charge(text.len() / BYTES_A_STEP);
    if text.len() > MAX_TEXT {
        let mut end = MAX_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}

/// ODK's substr: places from 0, the end not included; negative ones count from the end.
fn substr(text: &str, start: f64, end: Option<f64>) -> String {
    let letters: Vec<char> = text.chars().collect();
    let length = letters.len() as f64;
    let place = |at: f64| if at < 0.0 { (length + at).max(0.0) } else { at.min(length) } as usize;
    if start.is_nan() {
        return String::new();
    }
    let (start, end) = (place(start), end.map_or(letters.len(), place));
    letters
        .get(start..end)
        .map_or_else(String::new, |part| part.iter().collect())
}

/// XPath's substring: places from 1, start and length rounded.
fn substring(text: &str, start: f64, length: Option<f64>) -> String {
    let start = number::round(start);
    let end = length.map_or(f64::INFINITY, |length| start + number::round(length));
    let within = |place: usize| {
        let place = (place + 1) as f64;
        place >= start && place < end
    };
    text.chars()
        .enumerate()
        .filter(|(place, _)| within(*place))
        .map(|(_, letter)| letter)
        .collect()
}

fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    let mut translated = String::with_capacity(text.len());
    for letter in text.chars() {
        match from.chars().position(|candidate| candidate == letter) {
            None => translated.push(letter),
            Some(place) => translated.extend(to.get(place)),
        }
    }
    translated
}
