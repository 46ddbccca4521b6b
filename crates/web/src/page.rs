//! What every page has: a template of its own, samples of itself, and the frame around it.
//!
//! A new page is four things: a struct whose fields are the names in its template, `impl Page` with samples, the
//! template, and a line in `samples.rs`.
//!
//! ```
//! use serde::Serialize;
//! use web::page::{ErrorLink, Layout, Page};
//!
//! /// The page on which a service gets its name.
//! #[derive(Serialize)]
//! struct NamePage {
//!     layout: Layout,
//!     name: String,
//! }
//!
//! impl Page for NamePage {
//!     const TEMPLATE: &'static str = "services/name.html";
//!
//!     fn samples() -> Vec<NamePage> {
//!         let layout = Layout::sample("Name of the service");
//!         let errors = vec![ErrorLink::at("name", "Enter the name of the service")];
//!         vec![
//!             NamePage { layout: layout.clone(), name: "Family support".to_owned() },
//!             NamePage { layout: layout.with_errors(errors), name: String::new() },
//!         ]
//!     }
//!
//!     fn has_errors(&self) -> bool {
//!         self.layout.has_errors()
//!     }
//! }
//! ```
//!
//! Its template, `templates/services/name.html`:
//!
//! ```html
//! {% extends "layout.html" %}
//! {% import "forms.html" as forms %}
//! {% block content %}
//! <form method="post" novalidate>
//!   {{ forms.csrf(layout) }}
//!   {{ forms.text("name", "Name of the service", value=name, errors=layout.errors, heading=true) }}
//!   {{ forms.button("Save and continue") }}
//! </form>
//! {% endblock %}
//! ```

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::problem::Problem;
use serde::Serialize;
use std::convert::Infallible;

/// The name in the header and at the end of every page title.
pub const SERVICE_NAME: &str = "Children's Services Mapping";

/// A page: a struct whose fields are the names that its template may use.
///
/// It has a field `layout: Layout`, unless it is a part of a page that replaces another part.
pub trait Page: Serialize {
    /// The path of its template below `templates/`, such as `returns/sign_off.html`.
    const TEMPLATE: &'static str;

    /// Examples that together show every branch of the template: empty, usual, with errors.
    ///
    /// They are drawn in a test, which is what makes up for templates that the compiler does not read.
    fn samples() -> Vec<Self>
    where
        Self: Sized;

    /// Whether the page lists errors; a page with a form answers `self.layout.has_errors()`.
    fn has_errors(&self) -> bool {
        false
    }
}

/// The frame around a page: its title, who is signed in, where they can go, what went wrong.
///
/// As an argument of a handler it is what the session has put into the request: person, navigation, token and
/// notice. A handler adds the title and, if need be, a back link and errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// What this page is, as in its heading; the name of the service is added in the window's title.
    pub title: String,
    /// Where "Back" leads; most pages within a task have it.
    pub back: Option<Link>,
    /// Who is signed in.
    pub person: Option<SignedIn>,
    /// What this person can go to from everywhere.
    pub navigation: Vec<NavigationItem>,
    /// The token that every form must send back; empty for somebody who is not signed in.
    pub csrf_token: String,
    /// What was done a moment ago, shown once.
    pub notice: Option<Notice>,
    /// What the person has to put right on this page.
    pub errors: Vec<ErrorLink>,
    /// Whether this is the demonstration, whose services are synthetic; every page says so.
    pub is_demonstration: bool,
}

impl Layout {
    /// The frame of a page for somebody who is not signed in.
    pub fn new(title: &str) -> Layout {
        Layout::default().titled(title)
    }

    /// Sets the title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Layout {
        title.clone_into(&mut self.title);
        self
    }

    /// Puts a link "Back" above the heading.
    #[must_use]
    pub fn with_back(mut self, href: &str) -> Layout {
        self.back = Some(Link {
            text: "Back".to_owned(),
            href: href.to_owned(),
        });
        self
    }

    /// Lists what has to be put right, above the heading and beside the questions.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<ErrorLink>) -> Layout {
        self.errors = errors;
        self
    }

    /// Says what was done a moment ago.
    #[must_use]
    pub fn with_notice(mut self, notice: Notice) -> Layout {
        self.notice = Some(notice);
        self
    }

    /// Marks the navigation item with this address as the place where the person is.
    #[must_use]
    pub fn at(mut self, href: &str) -> Layout {
        for item in &mut self.navigation {
            item.is_current = item.href == href;
        }
        self
    }

    /// Whether there is something to put right.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// A frame for samples: Bea, a mapping lead, is signed in to the demonstration.
    pub fn sample(title: &str) -> Layout {
        Layout {
            title: title.to_owned(),
            person: Some(SignedIn {
                name: "Bea Mapping".to_owned(),
            }),
            navigation: vec![
                NavigationItem::new("Your return", "/returns"),
                NavigationItem::new("Reports", "/reports"),
            ],
            csrf_token: "a-token".to_owned(),
            is_demonstration: true,
            ..Layout::default()
        }
    }
}

/// Takes the frame that the session has put into the request, or an empty one.
impl<S: Send + Sync> FromRequestParts<S> for Layout {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Layout, Infallible> {
        Ok(parts.extensions.get::<Layout>().cloned().unwrap_or_default())
    }
}

/// A text that leads somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// The person who is signed in, as the header shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SignedIn {
    /// Their name.
    pub name: String,
}

/// A place in the navigation under the header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NavigationItem {
    /// What it is called.
    pub text: String,
    /// Its address.
    pub href: String,
    /// Whether the person is there; the component calls it `current`.
    #[serde(rename = "current")]
    pub is_current: bool,
}

impl NavigationItem {
    /// A place where the person is not at the moment.
    pub fn new(text: &str, href: &str) -> NavigationItem {
        NavigationItem {
            text: text.to_owned(),
            href: href.to_owned(),
            is_current: false,
        }
    }
}

/// One thing to put right, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorLink {
    /// The place, such as `#name`; the form shows the text beside the field with that id.
    pub href: String,
    /// What is wrong and what to do.
    pub text: String,
}

impl ErrorLink {
    /// An error at the field with this name.
    pub fn at(name: &str, text: &str) -> ErrorLink {
        ErrorLink {
            href: format!("#{name}"),
            text: text.to_owned(),
        }
    }

    /// What a verb refused, each problem at the field that its place names.
    ///
    /// A place in words ("sheet Services, row 4") is said and leads to the page itself, as does no place.
    pub fn for_problems(problems: &[Problem]) -> Vec<ErrorLink> {
        let mut links = Vec::new();
        for problem in problems {
            let is_in_words = problem.place.contains(' ');
            let is_field = !problem.place.is_empty() && !is_in_words;
            let where_it_is = if is_in_words {
                format!("{}: ", problem.place)
            } else {
                String::new()
            };
            let text = format!("{where_it_is}{}", crate::error::sentence(problem));
            let field = if is_field { &problem.place } else { "main-content" };
            links.push(ErrorLink::at(field, &text));
        }
        links
    }
}

/// What was done a moment ago, or what somebody should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Whether something succeeded, rather than is important to know.
    pub is_success: bool,
    /// The message, one sentence.
    pub text: String,
    /// Where one may go from there.
    pub link: Option<Link>,
}

impl Notice {
    /// Something succeeded.
    pub fn success(text: &str) -> Notice {
        Notice {
            is_success: true,
            text: text.to_owned(),
            link: None,
        }
    }

    /// Something is important to know.
    pub fn important(text: &str) -> Notice {
        Notice {
            is_success: false,
            text: text.to_owned(),
            link: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn a_refusal_leads_to_the_field_and_says_what_to_do() {
        let problems = [
            Problem::at("name", "service.no_name", "The service has no name.").remedy("Enter its name."),
            Problem::at("", "return.signed_off", "The return is signed off."),
            Problem::at(
                "sheet Services, row 4",
                "cell.no_number",
                "\u{201c}many\u{201d} is not a number.",
            ),
        ];
        let links = ErrorLink::for_problems(&problems);
        assert_eq!(
            links[0],
            ErrorLink::at("name", "The service has no name. Enter its name.")
        );
        assert_eq!(
            links[1],
            ErrorLink::at("main-content", "The return is signed off.")
        );
        assert_eq!(links[2].href, "#main-content");
        assert_eq!(
            links[2].text,
            "sheet Services, row 4: \u{201c}many\u{201d} is not a number."
        );
    }

    #[tokio::test]
    async fn a_handler_gets_the_frame_that_the_session_made() {
        let mut request = Request::new(()).into_parts().0;
        let without = Layout::from_request_parts(&mut request, &()).await;
        assert_eq!(without, Ok(Layout::default()));
        request.extensions.insert(Layout::sample("Reports"));
        let with = Layout::from_request_parts(&mut request, &()).await;
        assert_eq!(with, Ok(Layout::sample("Reports")));
    }

    #[test]
    fn only_the_place_where_the_person_is_is_marked() {
        let layout = Layout::sample("Reports").at("/reports");
        let marked: Vec<bool> = layout.navigation.iter().map(|item| item.is_current).collect();
        assert_eq!(marked, [false, true]);
    }
}
