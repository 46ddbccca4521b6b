//! Who a request comes from: recognised once for each request, before anything else happens.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;

use app::accounts::{self, Recognised, SignedIn, Visitor};
use app::tokens;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::cookies::{Jar, notice_from};
use crate::csrf;
use crate::error::WebError;
use crate::navigation;
use crate::page::{self, Layout};
use crate::state::WebState;
use crate::visitor::visitor;

/// Who a request comes from, and what its forms must carry.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub who: Recognised,
    pub token: Option<String>,
    pub form_token: String,
    pub visitor: Visitor,
}

/// What recognising needs to know beside the state: on which pages somebody who has not signed in finds a form.
#[derive(Clone)]
pub(crate) struct Door {
    pub state: WebState,
    pub anonymous_forms: Arc<HashSet<&'static str>>,
}

/// Recognises the visitor and puts the page's frame into the request.
pub(crate) async fn recognise(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let is_secure = door.state.app.settings().secure_cookies;
    let token = Jar::Session.read(request.headers(), is_secure);
    let who = match &token {
        Some(token) => match accounts::recognise(&door.state.app, token).await {
            Ok(who) => who,
            Err(error) => return WebError::from(error).into_response(),
        },
        None => Recognised::Nobody,
    };
    let sent = Jar::Form.read(request.headers(), is_secure);
    let made = match (&who, &sent) {
        (Recognised::Nobody, None) if is_anonymous_form(&door, &request) => Some(tokens::make()),
        _ => None,
    };
    let form_token = match &who {
        Recognised::SignedIn(signed_in) => signed_in.form_token.clone(),
        Recognised::CodeDue { form_token } => form_token.clone(),
        Recognised::Nobody => sent
            .as_ref()
            .or(made.as_ref())
            .map(|cookie| csrf::field_for(cookie))
            .unwrap_or_default(),
    };
    let said = Jar::Notice
        .read(request.headers(), is_secure)
        .filter(|_| request.method() == Method::GET);
    let mut layout = layout(&who, &form_token);
    layout.is_demonstration = door.state.app.settings().is_demonstration;
    layout.notice = said.as_deref().and_then(notice_from);
    let visit = Visit {
        who,
        token,
        form_token,
        visitor: visitor(&request, door.state.app.settings().trusted_proxy),
    };
    request.extensions_mut().insert(layout);
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    if let Some(cookie) = made {
        Jar::Form.write(&mut response, is_secure, &cookie, 24 * 3600);
    }
    if said.is_some() {
        Jar::Notice.write(&mut response, is_secure, "", 0);
    }
    response
}

fn is_anonymous_form(door: &Door, request: &Request) -> bool {
    request.method() == Method::GET
        && request
            .extensions()
            .get::<MatchedPath>()
            .is_some_and(|path| door.anonymous_forms.contains(path.as_str()))
}

fn layout(who: &Recognised, form_token: &str) -> Layout {
    let mut layout = Layout {
        csrf_token: form_token.to_owned(),
        ..Layout::default()
    };
    if let Recognised::SignedIn(signed_in) = who {
        layout.person = Some(page::SignedIn {
            name: signed_in.actor.name().to_owned(),
        });
        layout.navigation = navigation::items_for(&signed_in.actor);
    }
    layout
}

/// As an argument of a handler: somebody who has signed in. Only for routes that need it; elsewhere it refuses.
pub struct Signed(pub SignedIn);

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Signed, StatusCode> {
        match parts.extensions.get::<Visit>() {
            Some(Visit {
                who: Recognised::SignedIn(signed_in),
                ..
            }) => Ok(Signed(signed_in.clone())),
            _ => Err(StatusCode::FORBIDDEN),
        }
    }
}

/// As an argument of a handler: whoever has signed in, if anybody.
pub struct MaybeSigned(pub Option<SignedIn>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeSigned {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<MaybeSigned, Infallible> {
        Ok(MaybeSigned(match parts.extensions.get::<Visit>() {
            Some(Visit {
                who: Recognised::SignedIn(signed_in),
                ..
            }) => Some(signed_in.clone()),
            _ => None,
        }))
    }
}

/// As an argument of a handler: from where the request comes, for verbs that slow down those who guess.
pub struct Caller(pub Visitor);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Caller, StatusCode> {
        match parts.extensions.get::<Visit>() {
            Some(visit) => Ok(Caller(visit.visitor.clone())),
            None => Err(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// As an argument of a handler: the token of a session whose code is due, if there is one.
pub struct CodeDue(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for CodeDue {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<CodeDue, Infallible> {
        Ok(CodeDue(match parts.extensions.get::<Visit>() {
            Some(Visit {
                who: Recognised::CodeDue { .. },
                token,
                ..
            }) => token.clone(),
            _ => None,
        }))
    }
}
