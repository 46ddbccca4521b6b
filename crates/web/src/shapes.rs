//! Turns what our pages say into the shapes that the components of GOV.UK Frontend expect.

use minijinja::{Error, Value, context};

/// Choices `{value, text, hint, html, is_exclusive}` as the items of radios, checkboxes or a select.
pub(crate) fn choices(items: &Value) -> Result<Value, Error> {
    let mut shaped = Vec::new();
    for item in items.try_iter()? {
        let hint = item.get_attr("hint")?;
        let html = item.get_attr("html")?;
        let behaviour = if item.get_attr("is_exclusive")?.is_true() {
            Value::from("exclusive")
        } else {
            Value::UNDEFINED
        };
        shaped.push(context! {
            value => item.get_attr("value")?,
            text => item.get_attr("text")?,
            hint => if hint.is_true() { context! { text => hint } } else { Value::UNDEFINED },
            conditional => if html.is_true() { context! { html } } else { Value::UNDEFINED },
            behaviour,
        });
    }
    Ok(Value::from(shaped))
}

/// Tasks `{text, href, hint, status, colour}` as the items of a task list.
pub(crate) fn tasks(items: &Value) -> Result<Value, Error> {
    let mut shaped = Vec::new();
    for item in items.try_iter()? {
        let hint = item.get_attr("hint")?;
        let colour = item.get_attr("colour")?;
        let status = item.get_attr("status")?;
        let label = if colour.is_true() {
            context! { tag => context! { text => status, classes => format!("govuk-tag--{colour}") } }
        } else {
            context! { text => status }
        };
        shaped.push(context! {
            title => context! { text => item.get_attr("text")? },
            href => item.get_attr("href")?,
            hint => if hint.is_true() { context! { text => hint } } else { Value::UNDEFINED },
            status => label,
        });
    }
    Ok(Value::from(shaped))
}

/// Rows `{key, value, href, what}` as the rows of a summary list; an empty value reads "Not provided".
pub(crate) fn summary_rows(rows: &Value, change: &str) -> Result<Value, Error> {
    let mut shaped = Vec::new();
    for row in rows.try_iter()? {
        let value = row.get_attr("value")?;
        let href = row.get_attr("href")?;
        let value = if value.is_true() {
            value
        } else {
            Value::from("Not provided")
        };
        let what = row.get_attr("what")?;
        let what = if what.is_true() {
            what
        } else {
            row.get_attr("key")?
        };
        let link = context! { href => href.clone(), text => change, visuallyHiddenText => what };
        shaped.push(context! {
            key => context! { text => row.get_attr("key")? },
            value => context! { text => value },
            actions => if href.is_true() { context! { items => vec![link] } } else { Value::UNDEFINED },
        });
    }
    Ok(Value::from(shaped))
}
