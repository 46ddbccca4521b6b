//! Saving a page of answers: durable before the answer comes, merged with what others saved meanwhile.

use domain::access::Actor;
use domain::assessment::{Assessment, assess};
use domain::events::Event;
use domain::ids::ReturnId;
use domain::returns::{Change, Conflict, How, Merge, Return, merge};
use questionnaire::{Answers, Page, Questionnaire, parse_value, template_path};
use serde_json::json;
use storage::returns::Provenance;
use storage::{Tx, events, participations, returns, services};

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
pub async fn save_page(
    app: &App,
    actor: &Actor,
    id: ReturnId,
    post: &PagePost,
) -> Result<SavedPage, AppError> {
    let mut tx = app.store.begin().await?;
    let current = returns::get_to_write(&mut tx, id).await?;
    let mut opened = surroundings(app, &mut tx, actor, current).await?;
    must_be_editable(app, actor, &opened)?;
    let page = opened
        .questionnaire
        .page(&post.page)
        .ok_or(AppError::NotFound("page"))?;
    let posted = canonical(&opened.questionnaire, page, &opened.current.answers, &post.typed);
    let since = if post.version < opened.current.version {
        returns::changed_since(&mut tx, id, post.version).await?
    } else {
        std::collections::BTreeMap::new()
    };
    let mut merged = merge(&opened.current.answers, &since, &posted, &post.settled);
    if let Some(row) = &post.row {
        apply_row(app, &opened.questionnaire, &mut merged, page, row);
    }
    let assessment = assess(&opened.questionnaire, &merged.answers, app.today(), true);
    // The first save counts even where it changes nothing: somebody has looked at answers that were carried.
    if !merged.changes.is_empty() || opened.current.edited_at.is_none() {
        opened.current = next_version(app, actor, &opened.current, &merged, &assessment);
        keep(
            app,
            &mut tx,
            &mut opened,
            &merged.changes,
            assessment.name.as_deref(),
        )
        .await?;
        tx.commit().await?;
    }
    Ok(SavedPage {
        opened,
        assessment,
        conflicts: merged.conflicts,
        change_count: merged.changes.len(),
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

async fn keep(
    app: &App,
    tx: &mut Tx,
    opened: &mut OpenReturn,
    changes: &[Change],
    name: Option<&str>,
) -> Result<(), AppError> {
    let current = &opened.current;
    let by = Provenance {
        person: current.edited_by,
        how: How::Entered,
        at: app.now(),
    };
    returns::save(tx, current).await?;
    returns::record_changes(tx, current.id, current.version, changes, by).await?;
    if let Some(name) = name
        && name != opened.service.name
    {
        services::rename(tx, opened.service.id, name).await?;
        name.clone_into(&mut opened.service.name);
    }
    let collecting = opened.participation.collect();
    if collecting != opened.participation {
        participations::save(tx, &collecting, app.now()).await?;
        opened.participation = collecting;
    }
    let event = Event::new("return.saved", current.edited_by)
        .cycle(current.cycle)
        .organisation(current.organisation)
        .service(current.service)
        .subject_return(current.id)
        .detail(json!({ "version": current.version, "changes": changes.len() }));
    events::record(tx, &event, app.now()).await?;
    Ok(())
}
