//! Saving a page of answers: durable before the answer comes, merged with what others saved meanwhile.

use std::collections::BTreeMap;

use domain::access::Actor;
use domain::assessment::{Assessment, assess};
use domain::events::Event;
use domain::ids::ReturnId;
use domain::returns::{Change, Conflict, How, Merge, Return, merge};
use questionnaire::{Answers, Page, Questionnaire, parse_value, template_path};
use serde_json::json;
use storage::returns::Provenance;
use storage::{Conn, Tx, events, participations, returns, services};

use crate::error::AppError;
use crate::returns::{OpenReturn, must_be_editable, surroundings};
use crate::running::App;

/// A row to add to, or take out of, the table of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowAction {
    /// Add an empty row.
    Add,
    /// Take out the row with this instance key.
    Remove(u32),
}

/// A page of answers as it was sent.
#[derive(Debug, Clone)]
pub struct PagePost {
    /// The page's id.
    pub page: String,
    /// The version of the return that the page showed.
    pub version: i64,
    /// Every question that the page showed, by concrete path, with what was typed.
    pub typed: Vec<(String, String)>,
    /// The questions for which the person has seen both values and chosen.
    pub settled: Vec<String>,
    /// A row to add or take out after saving.
    pub row: Option<RowAction>,
}

/// What came of saving a page.
#[derive(Debug)]
pub struct SavedPage {
    /// The return as it now stands, with its surroundings.
    pub opened: OpenReturn,
    /// What it amounts to.
    pub assessment: Assessment,
    /// The questions that somebody else answered differently meanwhile; not saved until the person chooses.
    pub conflicts: Vec<Conflict>,
    /// How many answers changed.
    pub change_count: usize,
}

/// Saves a page of answers. What cannot be right (a word for a number) is kept as typed and flagged, so that
/// nothing is lost; it stops the sign-off, not the saving.
///
/// The answers are weighed before the transaction begins, so that nobody waits for it. When somebody else has
/// saved or signed off meanwhile, they are weighed again while nobody else can write.
pub async fn save_page(
    app: &App,
    actor: &Actor,
    id: ReturnId,
    post: &PagePost,
) -> Result<SavedPage, AppError> {
    let mut conn = app.reader().conn().await?;
    let current = returns::get(&mut conn, id).await?;
    let mut weighed = weigh(app, actor, &mut conn, current, post).await?;
    drop(conn);
    if !weighed.is_worth_keeping() {
        return Ok(weighed.saved());
    }
    let mut tx = app.store.begin().await?;
    if !keep(app, actor, &mut tx, &mut weighed).await? {
        let current = returns::get_to_write(&mut tx, id).await?;
        weighed = weigh(app, actor, &mut tx, current, post).await?;
        if weighed.is_worth_keeping() && !keep(app, actor, &mut tx, &mut weighed).await? {
            return Err(AppError::Broken("a return that was held has changed".to_owned()));
        }
    }
    tx.commit().await?;
    Ok(weighed.saved())
}

/// A page of answers merged into the return as it was read, and what the whole would amount to.
struct Weighed {
    opened: OpenReturn,
    merged: Merge,
    assessment: Assessment,
}

impl Weighed {
    /// The first save counts even where it changes nothing: somebody has looked at answers that were carried.
    fn is_worth_keeping(&self) -> bool {
        !self.merged.changes.is_empty() || self.opened.current.edited_at.is_none()
    }

    fn saved(self) -> SavedPage {
        SavedPage {
            opened: self.opened,
            assessment: self.assessment,
            conflicts: self.merged.conflicts,
            change_count: self.merged.changes.len(),
        }
    }
}

async fn weigh(
    app: &App,
    actor: &Actor,
    conn: &mut Conn,
    current: Return,
    post: &PagePost,
) -> Result<Weighed, AppError> {
    let opened = surroundings(app, conn, actor, current).await?;
    must_be_editable(app, actor, &opened)?;
    let current = &opened.current;
    let page = opened
        .questionnaire
        .page(&post.page)
        .ok_or(AppError::NotFound("page"))?;
    let posted = canonical(&opened.questionnaire, page, &current.answers, &post.typed);
    let since = if post.version < current.version {
        returns::changed_since(conn, current.id, post.version).await?
    } else {
        BTreeMap::new()
    };
    let mut merged = merge(&current.answers, &since, &posted, &post.settled);
    if let Some(row) = &post.row {
        apply_row(app, &opened.questionnaire, &mut merged, page, row);
    }
    let assessment = assess(&opened.questionnaire, &merged.answers, app.today(), true);
    Ok(Weighed {
        opened,
        merged,
        assessment,
    })
}

/// The page's questions among those typed, each in its canonical form, or as typed where it has none.
fn canonical(
    questionnaire: &Questionnaire,
    page: &Page,
    kept: &Answers,
    typed: &[(String, String)],
) -> Vec<(String, String)> {
    let mut posted = Vec::with_capacity(typed.len());
    for (path, text) in typed {
        let template = template_path(path);
        let Some(question) = questionnaire.question(&template) else {
            continue;
        };
        if !page.questions.contains(&template)
            || !is_in_a_row_that_exists(question.repeat.as_deref(), path, kept)
        {
            continue;
        }
        let value =
            parse_value(question, text).unwrap_or_else(|_| text.trim().chars().take(TYPED_LIMIT).collect());
        posted.push((path.clone(), value));
    }
    posted
}

/// The most that is kept of an answer that has no canonical form, in characters.
const TYPED_LIMIT: usize = 1_000;

/// Whether a path inside a repeat names a row that is there; somebody else may have taken it out meanwhile.
fn is_in_a_row_that_exists(repeat: Option<&str>, path: &str, kept: &Answers) -> bool {
    let Some(repeat) = repeat else { return true };
    kept.instances(repeat)
        .iter()
        .any(|key| path.starts_with(&format!("{repeat}[{key}]/")))
}

/// Adds or takes out a row; the list of row keys is an answer of its own in the history.
fn apply_row(app: &App, questionnaire: &Questionnaire, merged: &mut Merge, page: &Page, action: &RowAction) {
    let Some(table) = page.repeat.as_ref().filter(|table| !table.is_counted) else {
        return;
    };
    let repeat = table.path.as_str();
    let before = keys_as_text(&merged.answers, repeat);
    match action {
        RowAction::Add => {
            questionnaire.add_instance(&mut merged.answers, repeat, app.today());
        }
        RowAction::Remove(key) => {
            let prefix = format!("{repeat}[{key}]/");
            let mut lost = Vec::new();
            for (path, value) in merged
                .answers
                .iter()
                .filter(|(path, _)| path.starts_with(&prefix))
            {
                let (path, old) = (path.to_owned(), value.to_owned());
                lost.push(Change {
                    path,
                    old,
                    new: String::new(),
                });
            }
            merged.changes.extend(lost);
            merged.answers.remove_instance(repeat, *key);
        }
    }
    let after = keys_as_text(&merged.answers, repeat);
    if before != after {
        merged.changes.push(Change {
            path: repeat.to_owned(),
            old: before,
            new: after,
        });
    }
}

fn keys_as_text(answers: &Answers, repeat: &str) -> String {
    answers
        .instances(repeat)
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn next_version(
    app: &App,
    actor: &Actor,
    current: &Return,
    merged: &Merge,
    assessment: &Assessment,
) -> Return {
    Return {
        state: assessment.state,
        version: current.version + 1,
        answers: merged.answers.clone(),
        figures: assessment.figures,
        missing_count: assessment.missing.len() as i64,
        edited_at: Some(app.now()),
        edited_by: actor.recorded_person(),
        ..current.clone()
    }
}

/// Writes what was weighed. False when somebody saved or signed off since the return was read; it must be weighed
/// again then.
async fn keep(app: &App, actor: &Actor, tx: &mut Tx, weighed: &mut Weighed) -> Result<bool, AppError> {
    let Weighed {
        opened,
        merged,
        assessment,
    } = weighed;
    let next = next_version(app, actor, &opened.current, merged, assessment);
    // Before the return, because signing off holds them in this order too.
    if opened.participation.collect() != opened.participation {
        let held = participations::get_to_write(tx, next.cycle, next.organisation).await?;
        opened.participation = held.collect();
        if opened.participation != held {
            participations::save(tx, &opened.participation, app.now()).await?;
        }
    }
    if !returns::save(tx, &next, &opened.current).await? {
        return Ok(false);
    }
    opened.current = next;
    let current = &opened.current;
    let by = Provenance {
        person: current.edited_by,
        how: How::Entered,
        at: app.now(),
    };
    returns::record_changes(tx, current.id, current.version, &merged.changes, by).await?;
    if let Some(name) = &assessment.name
        && *name != opened.service.name
    {
        services::rename(tx, opened.service.id, name).await?;
        opened.service.name.clone_from(name);
    }
    let event = Event::new("return.saved", current.edited_by)
        .cycle(current.cycle)
        .organisation(current.organisation)
        .service(current.service)
        .subject_return(current.id)
        .detail(json!({ "version": current.version, "changes": merged.changes.len() }));
    events::record(tx, &event, app.now()).await?;
    Ok(true)
}
