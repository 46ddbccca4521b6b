//! The page templates, read once when the program starts.

use crate::page::Page;
use crate::{assets, components, shapes};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use rust_embed::RustEmbed;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Files;

/// A template cannot be read or drawn: always a mistake of ours, never of the person.
#[derive(Debug, thiserror::Error)]
#[error("the template {name} could not be drawn: {because}")]
pub struct TemplateError {
    /// Its path below `templates/`.
    pub name: String,
    /// What went wrong and where, with the causes below it.
    pub because: String,
}

impl TemplateError {
    fn new(name: &str, error: &Error) -> TemplateError {
        let mut because = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(below) = cause {
            // Writing to a text in memory cannot fail.
            let _ = write!(because, "; because {below}");
            cause = below.source();
        }
        TemplateError {
            name: name.to_owned(),
            because,
        }
    }
}

/// All page templates; copies share one set, so that it can be part of any state.
///
/// A name that the page does not have is an error, not an empty place in the page.
#[derive(Clone, Debug)]
pub struct Templates {
    environment: Arc<Environment<'static>>,
}

impl Templates {
    /// Reads every template; fails if one of them cannot be understood.
    pub fn load() -> Result<Templates, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(escaping);
        let syntax = components::tidy_syntax().map_err(|error| TemplateError::new("the syntax", &error))?;
        environment.set_syntax(syntax);
        environment.set_formatter(components::print_as_the_web_does);
        environment.add_filter("escape", components::escape_filter);
        environment.add_filter("thousands", thousands);
        environment.add_filter("choices", shapes::choices);
        environment.add_filter("tasks", shapes::tasks);
        environment.add_filter("summary_rows", shapes::summary_rows);
        environment.add_function("asset", asset);
        environment.add_global("service_name", crate::page::SERVICE_NAME);
        components::lend(&mut environment).map_err(|error| TemplateError::new("the components", &error))?;
        for name in names() {
            let source = source_of(&name).ok_or_else(|| unreadable(&name))?;
            environment
                .add_template_owned(name.clone(), source)
                .map_err(|error| TemplateError::new(&name, &error))?;
        }
        Ok(Templates {
            environment: Arc::new(environment),
        })
    }

    /// The same templates and one more.
    #[cfg(test)]
    pub(crate) fn with(&self, name: &'static str, source: &'static str) -> Templates {
        let mut environment = (*self.environment).clone();
        environment
            .add_template(name, source)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        Templates {
            environment: Arc::new(environment),
        }
    }

    /// Draws a template with the fields of `values`.
    pub fn render<V: Serialize>(&self, name: &str, values: &V) -> Result<String, TemplateError> {
        let values = Value::from(Serde(values));
        let drawn = self
            .environment
            .get_template(name)
            .and_then(|template| template.render(values));
        drawn.map_err(|error| TemplateError::new(name, &error))
    }

    /// Draws a page with its own template.
    pub fn draw<P: Page>(&self, page: &P) -> Result<String, TemplateError> {
        self.render(P::TEMPLATE, page)
    }

    /// Answers with a page: 200, or 422 if it lists errors.
    ///
    /// If it cannot be drawn, the operator finds the reason in the log and the person is told that it is our fault.
    pub fn show<P: Page>(&self, page: &P) -> Response {
        let status = if page.has_errors() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        };
        self.show_as(status, page)
    }

    /// Answers with a page and a status of your choice.
    pub fn show_as<P: Page>(&self, status: StatusCode, page: &P) -> Response {
        match self.draw(page) {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(template = %error.name, because = %error.because, "page not drawn");
                (StatusCode::INTERNAL_SERVER_ERROR, Html(LAST_RESORT)).into_response()
            }
        }
    }
}

/// What is shown when not even the page about errors can be drawn.
const LAST_RESORT: &str = "<!DOCTYPE html><html lang=\"en-GB\"><title>There is a problem with this page</title>\
    <h1>There is a problem with this page</h1>\
    <p>What you saved before is safe. Try again later, or go back to <a href=\"/\">the start</a>.</p></html>";

/// The path of every template below `templates/`.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = Files::iter().map(std::borrow::Cow::into_owned).collect();
    names.sort();
    names
}

fn source_of(name: &str) -> Option<String> {
    String::from_utf8(Files::get(name)?.data.into_owned()).ok()
}

fn unreadable(name: &str) -> TemplateError {
    TemplateError {
        name: name.to_owned(),
        because: "it is not text".to_owned(),
    }
}

/// Letters are plain text; everything else is HTML and escaped.
fn escaping(name: &str) -> AutoEscape {
    let is_letter = Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "txt");
    if is_letter {
        AutoEscape::None
    } else {
        AutoEscape::Html
    }
}

/// `{{ asset("csm.css") }}`: refuses a file that is not built, so that a misspelt name never reaches a browser.
fn asset(name: &str) -> Result<&'static str, Error> {
    let missing = || {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("there is no asset called {name}"),
        )
    };
    assets::address(name).ok_or_else(missing)
}

/// `{{ 40000|thousands }}` is 40,000.
fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
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
    fn thousands_are_set_apart_by_commas() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1000), "1,000");
        assert_eq!(thousands(-2_614_760), "-2,614,760");
    }

    #[test]
    fn a_name_that_the_page_does_not_have_is_an_error() {
        let templates = Templates::load().unwrap();
        let error = templates
            .render("layout.html", &serde_json::json!({}))
            .unwrap_err();
        assert!(error.because.contains("undefined"), "{}", error.because);
    }
}
