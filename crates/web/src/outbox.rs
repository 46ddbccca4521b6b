//! The letters that the system wrote: a list, and one letter. In a demonstration everybody may read them.

use axum::extract::{Path, Query, State};
use domain::ids::LetterId;
use serde::{Deserialize, Serialize};
use storage::letters::{KeptLetter, LetterState};

use crate::content::{Cell, Column, Table};
use crate::error::{Answer, WebError};
use crate::page::{Layout, Page};
use crate::route::{Need, Route};
use crate::session::Signed;
use crate::state::WebState;

const LIST: &str = "/outbox";

/// Their routes. Who may read is asked by the verbs, because in a demonstration it is everybody.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(LIST, Need::SignedIn, get_list),
        Route::get("/outbox/{letter}", Need::SignedIn, get_letter),
    ]
}

/// From where on the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListForm {
    before: String,
}

/// The list of letters.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxPage {
    /// The frame.
    pub layout: Layout,
    /// The letters, newest first.
    pub letters: Table,
    /// The address of older letters.
    pub older: Option<String>,
}

/// A piece of a letter's text: words, or a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Whether it leads somewhere, which is then what it says.
    pub is_link: bool,
}

/// One letter.
#[derive(Clone, Debug, Serialize)]
pub struct LetterPage {
    /// The frame; the title is the letter's subject.
    pub layout: Layout,
    /// To whom.
    pub to: String,
    /// When it was written, in words.
    pub written: String,
    /// How far it is, in words.
    pub state: String,
    /// Its text.
    pub pieces: Vec<Piece>,
    /// Whether the secrets of links have been cut away.
    pub is_without_secrets: bool,
}

async fn get_list(
    State(state): State<WebState>,
    Signed(who): Signed,
    Query(form): Query<ListForm>,
    layout: Layout,
) -> Answer {
    // What cannot be understood begins at the newest.
    let before: Option<LetterId> = form.before.parse().ok();
    let view = app::outbox::list(&state.app, &who.actor, before).await?;
    Ok(state.templates.show(&OutboxPage {
        layout: layout.titled("Letters").at(LIST),
        letters: table(&view.letters),
        older: view.before.map(|id| format!("{LIST}?before={id}")),
    }))
}

async fn get_letter(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(letter): Path<String>,
    layout: Layout,
) -> Answer {
    // Asked before looking at the address, so that who may not read learns nothing of it.
    let id = letter.parse().unwrap_or(LetterId(uuid::Uuid::nil()));
    let letter = app::outbox::read(&state.app, &who.actor, id)
        .await
        .map_err(WebError::from)?;
    Ok(state.templates.show(&LetterPage {
        layout: layout.titled(&letter.subject).with_back(LIST).at(LIST),
        to: letter.to.clone(),
        written: app::sign_off::in_words(letter.created_at),
        state: state_in_words(&letter),
        pieces: pieces(&letter.body),
        is_without_secrets: !state.app.settings().is_demonstration,
    }))
}

fn table(letters: &[KeptLetter]) -> Table {
    let mut rows = Vec::new();
    for letter in letters {
        let (text, colour) = match letter.state {
            LetterState::Waiting => ("Waiting", "light-blue"),
            LetterState::Sent => ("Sent", "green"),
            LetterState::Failed => ("Given up", "red"),
        };
        rows.push(vec![
            Cell::link(&letter.subject, &format!("{LIST}/{}", letter.id)),
            Cell::new(&letter.to),
            Cell::new(app::sign_off::in_words(letter.created_at)),
            Cell::status(text, colour),
        ]);
    }
    Table {
        caption: "Letters, newest first".to_owned(),
        columns: vec![
            Column::words("Subject"),
            Column::words("To"),
            Column::words("Written"),
            Column::words("State"),
        ],
        rows,
        when_empty: "The system has written no letters.".to_owned(),
        ..Table::default()
    }
}

fn state_in_words(letter: &KeptLetter) -> String {
    let tries = match letter.tries {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    match (letter.state, letter.sent_at) {
        (LetterState::Sent, Some(at)) => format!("Sent on {}", app::sign_off::in_words(at)),
        (LetterState::Sent, None) => "Sent".to_owned(),
        (LetterState::Waiting, _) if letter.tries == 0 => "Waiting to be sent".to_owned(),
        (LetterState::Waiting, _) => format!(
            "Tried {tries}: {}; the next try is on {}",
            letter.last_error,
            app::sign_off::in_words(letter.due_at)
        ),
        (LetterState::Failed, _) => format!("Given up, tried {tries}: {}", letter.last_error),
    }
}

/// Cuts a text at its links, so that they can be clicked; everything else stays as it was written.
fn pieces(body: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece {
        text: String::new(),
        is_link: false,
    }];
    for word in body.split_inclusive(char::is_whitespace) {
        let trimmed = word.trim_end();
        let is_link =
            (trimmed.starts_with("https://") || trimmed.starts_with("http://")) && !trimmed.ends_with('…');
        let mut rest = word;
        if is_link {
            pieces.push(Piece {
                text: trimmed.to_owned(),
                is_link,
            });
            rest = &word[trimmed.len()..];
            pieces.push(Piece {
                text: String::new(),
                is_link: false,
            });
        }
        if let Some(last) = pieces.last_mut() {
            last.text.push_str(rest);
        }
    }
    pieces
}

impl Page for OutboxPage {
    const TEMPLATE: &'static str = "outbox/list.html";

    fn samples() -> Vec<OutboxPage> {
        let letter = sample();
        vec![
            OutboxPage {
                layout: Layout::sample("Letters"),
                letters: table(&[letter]),
                older: Some("/outbox?before=1".to_owned()),
            },
            OutboxPage {
                layout: Layout::sample("Letters"),
                letters: table(&[]),
                older: None,
            },
        ]
    }
}

impl Page for LetterPage {
    const TEMPLATE: &'static str = "outbox/letter.html";

    fn samples() -> Vec<LetterPage> {
        let letter = sample();
        let page = |is_without_secrets| LetterPage {
            layout: Layout::sample(&letter.subject).with_back(LIST),
            to: letter.to.clone(),
            written: "3 February 2027 at 14:05".to_owned(),
            state: state_in_words(&letter),
            pieces: pieces(&letter.body),
            is_without_secrets,
        };
        vec![page(true), page(false)]
    }
}

fn sample() -> KeptLetter {
    let at = jiff::Timestamp::UNIX_EPOCH;
    KeptLetter {
        id: LetterId(uuid::Uuid::nil()),
        purpose: "register".to_owned(),
        to: "bea@example.org".to_owned(),
        subject: "Lead the mapping".to_owned(),
        body: "Dear Bea,\n\nOpen https://mapping.example.org/register/abc to begin.\n".to_owned(),
        state: LetterState::Waiting,
        tries: 2,
        last_error: "the mail server cannot be reached".to_owned(),
        created_at: at,
        due_at: at,
        sent_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_can_be_clicked_and_the_rest_stays_as_it_was_written() {
        let body =
            "Dear Bea,\n\nOpen\n  https://csm.example/register/abc\nor https://csm.example/help soon.\n";
        let cut = pieces(body);
        let links: Vec<&str> = cut
            .iter()
            .filter(|piece| piece.is_link)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(
            links,
            ["https://csm.example/register/abc", "https://csm.example/help"]
        );
        let whole: String = cut.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, body);
    }

    #[test]
    fn a_link_whose_secret_was_cut_away_leads_nowhere() {
        assert!(
            pieces("https://csm.example/register/…")
                .iter()
                .all(|piece| !piece.is_link)
        );
    }
}
