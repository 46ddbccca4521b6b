//! GOV.UK Frontend's own component templates, run by the template engine.
//!
//! The build takes them from the package and rewrites only their spelling. They were written for a language in
//! which a missing thing is nothing to worry about, so they run in an environment of their own that is lenient,
//! while our templates run in a strict one.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Rest, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, context,
};
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
struct Files;

/// The components by the name of the function that draws them: `govukInput` draws `input`.
pub(crate) fn names() -> Result<BTreeMap<String, String>, Error> {
    let list = text_of("components.json")?;
    serde_json::from_str(&list).map_err(|problem| {
        Error::new(ErrorKind::InvalidOperation, "components.json is not readable").with_source(problem)
    })
}

fn text_of(path: &str) -> Result<String, Error> {
    let missing = || {
        Error::new(
            ErrorKind::TemplateNotFound,
            format!("{path} is not among the built files"),
        )
    };
    let file = Files::get(path).ok_or_else(missing)?;
    String::from_utf8(file.data.into_owned()).map_err(|_| missing())
}

/// The environment in which components run.
pub(crate) fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(tidy_syntax()?);
    environment.set_formatter(print_as_the_web_does);
    environment.add_function("govukAttributes", attributes);
    environment.add_filter("escape", escape_filter);
    environment.add_filter("pairs", pairs);
    environment.add_filter("length", length);
    environment.add_filter("string", |value: &Value| plain_text(value));
    environment.add_test("truthy", |value: &Value| value.is_true());
    environment.set_unknown_method_callback(methods);
    environment.add_template_owned("i18n.html", text_of("components/i18n.html")?)?;
    for (function, name) in names()? {
        let template = template_name(&name);
        environment.add_template_owned(template.clone(), text_of(&format!("components/{name}.html"))?)?;
        environment.add_function(
            function,
            move |state: &mut State, arguments: Rest<Value>, named: Kwargs| {
                let content = content_of_call(state, &named)?;
                draw(state.env(), &template, arguments.first(), content)
            },
        );
    }
    Ok(environment)
}

/// Lines with nothing but a tag leave nothing behind.
pub(crate) fn tidy_syntax() -> Result<SyntaxConfig, Error> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
}

/// Makes every component a function of another environment: `{{ govukInput({"id": "name"}) }}`.
pub(crate) fn lend(environment: &mut Environment<'static>) -> Result<(), Error> {
    let components = Arc::new(self::environment()?);
    for (function, name) in names()? {
        let components = Arc::clone(&components);
        let template = template_name(&name);
        environment.add_function(
            function,
            move |state: &mut State, arguments: Rest<Value>, named: Kwargs| {
                let content = content_of_call(state, &named)?;
                draw(&components, &template, arguments.first(), content)
            },
        );
    }
    Ok(())
}

fn template_name(component: &str) -> String {
    format!("{component}.html")
}

/// What stands between `{% call govukDetails(…) %}` and `{% endcall %}`, if the component was called so.
fn content_of_call(state: &mut State, named: &Kwargs) -> Result<Option<Value>, Error> {
    let caller: Option<Value> = named.get("caller")?;
    named.assert_all_used()?;
    match caller {
        Some(caller) => Ok(Some(caller.call(state, &[])?)),
        None => Ok(None),
    }
}

/// Draws one component.
pub(crate) fn draw(
    components: &Environment<'_>,
    template: &str,
    params: Option<&Value>,
    content: Option<Value>,
) -> Result<Value, Error> {
    let params = params.cloned().unwrap_or(Value::UNDEFINED);
    let caller = match content {
        Some(content) => Value::from_function(move || content.clone()),
        None => Value::UNDEFINED,
    };
    let html = components
        .get_template(template)?
        .render(context! { params, caller })?;
    Ok(Value::from_safe_string(html))
}

/// Prints `true` and `false` in lower case, nothing for a missing value, and texts with the few signs escaped
/// that HTML needs escaped, so that an address in a page reads as it was written.
pub(crate) fn print_as_the_web_does(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let is_html = *state.auto_escape() == AutoEscape::Html && !value.is_safe();
    match value.kind() {
        ValueKind::None => Ok(()),
        ValueKind::Bool => out.write_str(&plain_text(value)).map_err(Error::from),
        ValueKind::String if is_html => out.write_str(&escape(&value.to_string())).map_err(Error::from),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// A value as text, as the components' own language would write it.
fn plain_text(value: &Value) -> String {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => String::new(),
        ValueKind::Bool => if value.is_true() { "true" } else { "false" }.to_owned(),
        _ => value.to_string(),
    }
}

fn length(value: &Value) -> usize {
    value.len().unwrap_or(0)
}

/// The names and values of a dictionary; of nothing, nothing.
fn pairs(value: &Value) -> Result<Value, Error> {
    let mut pairs = Vec::new();
    if value.kind() == ValueKind::Map {
        for key in value.try_iter()? {
            let item = value.get_item(&key)?;
            pairs.push(Value::from(vec![key, item]));
        }
    }
    Ok(Value::from(pairs))
}

fn methods(_state: &mut State, value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    match (method, arguments) {
        ("includes", [wanted]) => Ok(Value::from(value.try_iter()?.any(|item| item == *wanted))),
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

/// Writes HTML attributes from a dictionary, by the rules of the components' own `govukAttributes`.
///
/// A name may have a value, or a dictionary `{value, optional}`: an optional attribute is left out when it has no
/// value, and has a name only when the value is `true`. A text is taken as it is.
fn attributes(given: &Value) -> Result<Value, Error> {
    if given.as_str().is_some() {
        return Ok(Value::from_safe_string(given.to_string()));
    }
    if given.kind() != ValueKind::Map {
        return Ok(Value::from_safe_string(String::new()));
    }
    let mut html = String::new();
    for name in given.try_iter()? {
        let item = given.get_item(&name)?;
        let (value, is_optional) = if item.kind() == ValueKind::Map {
            (item.get_attr("value")?, item.get_attr("optional")?.is_true())
        } else {
            (item, false)
        };
        write_attribute(&mut html, &name, &value, is_optional);
    }
    Ok(Value::from_safe_string(html))
}

fn write_attribute(html: &mut String, name: &Value, value: &Value, is_optional: bool) {
    let is_missing = matches!(value.kind(), ValueKind::Undefined | ValueKind::None);
    let is_flag = value.kind() == ValueKind::Bool;
    if is_optional && (is_missing || (is_flag && !value.is_true())) {
        return;
    }
    html.push(' ');
    html.push_str(&escape(&name.to_string()));
    if is_optional && is_flag {
        return;
    }
    html.push_str("=\"");
    if value.is_safe() {
        html.push_str(&value.to_string());
    } else {
        html.push_str(&escape(&plain_text(value)));
    }
    html.push('"');
}

fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for sign in text.chars() {
        match sign {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '`' => html.push_str("&#96;"),
            other => html.push(other),
        }
    }
    html
}

/// The `escape` filter, with the same signs as everywhere else.
pub(crate) fn escape_filter(value: &Value) -> Value {
    if value.is_safe() {
        value.clone()
    } else {
        Value::from_safe_string(escape(&plain_text(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// How many of the package's own examples we draw exactly as it does; may only rise.
    const AGREED: usize = 694;

    fn html(attributes_given: &Value) -> String {
        attributes(attributes_given).unwrap().to_string()
    }

    #[test]
    fn an_attribute_without_a_value_is_empty_unless_it_is_optional() {
        let optional = |value: Value| context! { hidden => context! { value, optional => true } };
        assert_eq!(html(&context! { hidden => () }), " hidden=\"\"");
        assert_eq!(html(&optional(Value::from(()))), "");
        assert_eq!(html(&optional(Value::from(false))), "");
        assert_eq!(html(&optional(Value::from(true))), " hidden");
        assert_eq!(html(&context! { title => "\"<&" }), " title=\"&quot;&lt;&amp;\"");
    }

    #[test]
    fn what_people_wrote_never_becomes_html() {
        let components = environment().unwrap();
        let params = context! { id => "name", name => "name", value => "\"><script>", label => context! { text => "<b>" } };
        let drawn = draw(&components, "input.html", Some(&params), None)
            .unwrap()
            .to_string();
        assert!(
            drawn.contains("value=\"&quot;&gt;&lt;script&gt;\"") && drawn.contains("&lt;b&gt;"),
            "{drawn}"
        );
    }

    #[test]
    fn components_are_drawn_as_the_package_itself_draws_them() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("frontend/node_modules/govuk-frontend/dist/govuk/components");
        if !folder.is_dir() {
            eprintln!("skipped: the package's examples are not here (run `make assets`)");
            return;
        }
        let components = environment().unwrap();
        let mut agreed = 0;
        let mut different = Vec::new();
        for (name, fixture) in fixtures(&folder) {
            let expected = fold(fixture.get_attr("html").unwrap().as_str().unwrap_or_default());
            let params = fixture.get_attr("options").unwrap();
            let title = format!("{name}: {}", fixture.get_attr("name").unwrap());
            match draw(&components, &format!("{name}.html"), Some(&params), None) {
                Ok(drawn) if fold(&drawn.to_string()) == expected => agreed += 1,
                Ok(drawn) => different.push(format!(
                    "{title}\n  is   {}\n  not  {expected}",
                    fold(&drawn.to_string())
                )),
                Err(error) => different.push(format!("{title}\n  fails {error:#}")),
            }
        }
        for difference in &different {
            eprintln!("{difference}");
        }
        eprintln!("{agreed} of {} examples agree", agreed + different.len());
        assert!(
            agreed >= AGREED,
            "only {agreed} examples agree, {AGREED} did before"
        );
    }

    fn fixtures(folder: &Path) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for name in names().unwrap().into_values() {
            let text = std::fs::read_to_string(folder.join(&name).join("fixtures.json")).unwrap();
            let list: Value = serde_json::from_str(&text).unwrap();
            for fixture in list.get_attr("fixtures").unwrap().try_iter().unwrap() {
                found.push((name.clone(), fixture));
            }
        }
        found
    }

    /// White space says nothing in these examples, so runs of it are one space, and none beside a tag.
    fn fold(html: &str) -> String {
        let words: Vec<&str> = html.split_whitespace().collect();
        words
            .join(" ")
            .replace("> ", ">")
            .replace(" <", "<")
            .replace(" >", ">")
    }
}
