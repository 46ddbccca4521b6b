//! Publishing questionnaires, and keeping the compiled ones at hand.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::access::{Actor, Target};
use domain::events::Event;
use domain::ids::QuestionnaireId;
use domain::problem::Problem;
use domain::roles::Right;
use questionnaire::Questionnaire;
use serde_json::json;
use storage::questionnaires::{self, PublishedQuestionnaire};
use storage::{StorageError, events};

use crate::error::AppError;
use crate::running::App;
use crate::tokens;

/// The compiled questionnaires, each compiled once; they never change, so nothing here is ever out of date.
#[derive(Default)]
pub(crate) struct Compiled(RwLock<HashMap<QuestionnaireId, Arc<Questionnaire>>>);

impl Compiled {
    fn get(&self, id: QuestionnaireId) -> Option<Arc<Questionnaire>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&id).cloned()
    }

    fn keep(&self, id: QuestionnaireId, questionnaire: &Arc<Questionnaire>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(id, Arc::clone(questionnaire));
    }
}

impl App {
    /// A published questionnaire, compiled.
    pub async fn questionnaire(&self, id: QuestionnaireId) -> Result<Arc<Questionnaire>, AppError> {
        if let Some(questionnaire) = self.compiled.get(id) {
            return Ok(questionnaire);
        }
        let mut conn = self.reader().conn().await?;
        let published = questionnaires::get(&mut conn, id).await?;
        let source = questionnaires::get_source(&mut conn, id).await?;
        // What was published compiled then; it fails now only if the engine has forgotten something.
        let compiled = Questionnaire::read(&published.file_name, &source)
            .map_err(|problems| AppError::Broken(format!("{}: {}", published.file_name, told(&problems))))?;
        let compiled = Arc::new(compiled);
        self.compiled.keep(id, &compiled);
        Ok(compiled)
    }
}

/// Publishes a spreadsheet as a questionnaire; refused with every fault and its place. The same spreadsheet
/// published again is the same questionnaire.
pub async fn publish(
    app: &App,
    actor: &Actor,
    file_name: &str,
    bytes: &[u8],
) -> Result<QuestionnaireId, AppError> {
    let permit = actor.may(Right::ManageReference, &Target::Nation)?;
    let compiled = Questionnaire::read(file_name, bytes).map_err(|problems| refused(&problems))?;
    let content_hash = tokens::hex(&tokens::digest(bytes));
    let published = PublishedQuestionnaire {
        id: QuestionnaireId(app.new_id()),
        form_id: compiled.id().to_owned(),
        version: compiled.version().to_owned(),
        title: compiled.title().to_owned(),
        file_name: file_name.to_owned(),
        content_hash: content_hash.clone(),
        published_at: app.now(),
    };
    let mut tx = app.store.begin().await?;
    if let Some(existing) = questionnaires::find_by_hash(&mut tx, &content_hash).await? {
        return Ok(existing.id);
    }
    match questionnaires::insert(&mut tx, &published, bytes).await {
        Ok(()) => {}
        Err(StorageError::Taken(_)) => return published_meanwhile(app, &content_hash).await,
        Err(other) => return Err(other.into()),
    }
    let event = Event::new("questionnaire.published", permit.recorded_person())
        .detail(json!({ "questionnaire": published.id, "content_hash": content_hash }));
    events::record(&mut tx, &event, app.now()).await?;
    tx.commit().await?;
    app.compiled.keep(published.id, &Arc::new(compiled));
    Ok(published.id)
}

async fn published_meanwhile(app: &App, content_hash: &str) -> Result<QuestionnaireId, AppError> {
    let mut conn = app.reader().conn().await?;
    let found = questionnaires::find_by_hash(&mut conn, content_hash).await?;
    found
        .map(|published| published.id)
        .ok_or(AppError::NotFound("questionnaire"))
}

fn told(problems: &[questionnaire::Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

fn refused(problems: &[questionnaire::Problem]) -> AppError {
    let mut found = Vec::with_capacity(problems.len());
    for problem in problems {
        found.push(Problem::at(place(problem), problem.code, &problem.message).remedy(&problem.remedy));
    }
    AppError::Refused(found)
}

/// "sheet survey, row 4, column type".
fn place(problem: &questionnaire::Problem) -> String {
    let mut parts = Vec::new();
    if let Some(sheet) = &problem.sheet {
        parts.push(format!("sheet {sheet}"));
    }
    if let Some(row) = problem.row {
        parts.push(format!("row {row}"));
    }
    if let Some(column) = &problem.column {
        parts.push(format!("column {column}"));
    }
    parts.join(", ")
}
