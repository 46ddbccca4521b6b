//! What every page has: a template of its own, samples of itself, and the frame around it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
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
