//! `csm questionnaire`.

use anyhow::Context;
use app::{App, machine};
use serde_json::json;

use crate::arguments::QuestionnaireCommand;
use crate::commands::print_json;
use crate::config::Config;
use crate::system;

/// Carries out what is asked about questionnaires.
pub async fn run(command: QuestionnaireCommand, config: &Config) -> anyhow::Result<()> {
    let app = system::open_app(config).await?;
    match command {
        QuestionnaireCommand::Publish(publish) => {
            let file = &publish.file;
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let id = app::questionnaires::publish(&app, &machine(), &name, &bytes).await?;
            println!("{id}");
            Ok(())
        }
        QuestionnaireCommand::List(how) => list(&app, how.json).await,
    }
}

async fn list(app: &App, as_json: bool) -> anyhow::Result<()> {
    let mut conn = app.reader().conn().await?;
    let all = storage::questionnaires::list(&mut conn).await?;
    let mut rows = Vec::new();
    for one in &all {
        if as_json {
            rows.push(
                json!({ "id": one.id, "title": one.title, "version": one.version, "file": one.file_name }),
            );
        } else {
            println!("{}\t{}\t{}\t{}", one.id, one.version, one.file_name, one.title);
        }
    }
    if as_json { print_json(&rows) } else { Ok(()) }
}
