//! A running system without a socket, and browsers that visit it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::accounts::{self, NewPerson};
use app::{App, Clock, Settings, machine, tokens};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::access::{Grant, Scope};
use domain::ids::{GrantId, PersonId};
use domain::people::{Email, Person};
use domain::roles::Role;
use jiff::{Timestamp, ToSpan};
use storage::sessions::{Session, Stage};
use storage::{Store, grants, people, sessions, trial};
use tower::ServiceExt;
use uuid::Uuid;

/// A password that nobody objects to.
pub const PASSWORD: &str = "gravel teapot lantern";

/// A running system, its store, and its clock.
pub struct World {
    pub app: Arc<App>,
    pub store: Store,
    router: Router,
    now: Arc<Mutex<Timestamp>>,
}

/// What a visitor got.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// Where it sends the visitor.
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The token of the page's last form.
    pub fn form_token(&self) -> String {
        let start = "name=\"csrf_token\" value=\"";
        self.text
            .rsplit_once(start)
            .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
            .unwrap_or_default()
    }
}

/// One on each engine.
pub async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for store in trial::stores().await.unwrap() {
        worlds.push(World::over(store));
    }
    worlds
}

/// One on SQLite, where the store does not matter.
pub async fn world() -> World {
    World::over(trial::sqlite().await.unwrap())
}

impl World {
    fn over(store: Store) -> World {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let now = Arc::new(Mutex::new(start));
        let told = Arc::clone(&now);
        let clock = Clock::new(move || *told.lock().unwrap());
        let settings = Settings {
            secure_cookies: false,
            ..Settings::default()
        };
        let app = Arc::new(App::new(store.clone(), clock, settings));
        let limits = web::requests::Limits {
            timeout: Duration::from_secs(60),
        };
        World {
            router: web::requests::surround(web::router(Arc::clone(&app)).unwrap(), limits),
            app,
            store,
            now,
        }
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(seconds.seconds()).unwrap();
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser<'_> {
        Browser {
            world: self,
            cookies: BTreeMap::new(),
            token: String::new(),
        }
    }

    /// Somebody with [`PASSWORD`] and a role over the whole country; the address is that of the name.
    pub async fn add(&self, name: &str, role: Role) -> PersonId {
        let new = NewPerson {
            email: format!("{}@example.org", name.to_lowercase()),
            name: name.to_owned(),
            post: String::new(),
            role,
            scope: Scope::National,
            password: PASSWORD.to_owned(),
        };
        accounts::create_person(&self.app, &machine(), new).await.unwrap()
    }

    /// Somebody with a role and no password, for tests that begin signed in.
    pub async fn insert(&self, role: Role) -> PersonId {
        let person = Person {
            id: PersonId(Uuid::now_v7()),
            email: Email::parse(&format!("{}@example.org", role.code())).unwrap(),
            name: role.label().to_owned(),
            post: String::new(),
        };
        let grant = Grant {
            id: GrantId(Uuid::now_v7()),
            role,
            scope: Scope::National,
            from: self.app.today(),
            to: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        people::insert(&mut tx, &person, self.app.now()).await.unwrap();
        grants::insert(&mut tx, person.id, &grant, None, self.app.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        person.id
    }

    /// A browser in which this person has signed in a moment ago.
    pub async fn browser_of(&self, person: PersonId) -> Browser<'_> {
        let token = tokens::make();
        let session = Session {
            token_hash: tokens::hash(&token),
            person,
            form_token: tokens::make(),
            stage: Stage::Password,
            device: String::new(),
            created_at: self.app.now(),
            seen_at: self.app.now(),
            expires_at: self.app.now().checked_add(1.hours()).unwrap(),
        };
        let mut tx = self.store.begin().await.unwrap();
        sessions::insert(&mut tx, &session).await.unwrap();
        tx.commit().await.unwrap();
        let mut browser = self.browser();
        browser.cookies.insert("csm".to_owned(), token);
        browser.token = session.form_token;
        browser
    }

    /// The text of the letter that was written last.
    pub async fn last_letter(&self) -> String {
        let mut conn = self.app.reader().conn().await.unwrap();
        let letters = storage::letters::list(&mut conn, None, 1).await.unwrap();
        letters.into_iter().next().unwrap().body
    }

    /// The kinds of the newest events, newest first.
    pub async fn events(&self) -> Vec<String> {
        let mut conn = self.app.reader().conn().await.unwrap();
        let filter = storage::events::EventFilter::default();
        let events = storage::events::list(&mut conn, &filter, 100).await.unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }
}

/// A browser: keeps cookies, and sends the token of the form on the page that it saw last.
pub struct Browser<'a> {
    world: &'a World,
    pub cookies: BTreeMap<String, String>,
    pub token: String,
}

impl Browser<'_> {
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Reply {
        let reply = self.ask(Method::GET, path, None).await;
        let token = reply.form_token();
        if !token.is_empty() {
            self.token = token;
        }
        reply
    }

    /// Sends the form of the page that it saw last.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.token.clone();
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend(fields);
        let body = encode(&all);
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Sends the form of the page that it saw last with a file in its field `file`.
    pub async fn send_file(&mut self, path: &str, name: &str, content: &[u8]) -> Reply {
        let mut body = format!(
            "--line\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{}\r\n--line\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n",
            self.token
        )
        .into_bytes();
        body.extend(content);
        body.extend(b"\r\n--line--\r\n");
        let kind = "multipart/form-data; boundary=line";
        self.ask_for(Method::POST, path, Some((kind, body))).await
    }

    /// Sends a form as it is, without a token.
    pub async fn send_without_token(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = encode(fields);
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Signs in with [`PASSWORD`].
    pub async fn sign_in(&mut self, email: &str) -> Reply {
        self.get("/sign-in").await;
        self.send("/sign-in", &[("email", email), ("password", PASSWORD)])
            .await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<String>) -> Reply {
        let form = "application/x-www-form-urlencoded";
        self.ask_for(method, path, body.map(|body| (form, body.into_bytes())))
            .await
    }

    async fn ask_for(&mut self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Reply {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "csm.example.org")
            .header(header::ACCEPT, "text/html")
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux) Firefox/140.0");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = match body {
            Some((kind, body)) => request.header(header::CONTENT_TYPE, kind).body(Body::from(body)),
            None => request.body(Body::empty()),
        };
        let response = self.world.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        self.keep(&parts.headers);
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name);
        body.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() {
                body.push(char::from(byte));
            } else {
                body.push('%');
                body.push_str(&tokens::hex(&[byte]));
            }
        }
    }
    body
}
