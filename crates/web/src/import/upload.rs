//! Choosing the file, and the templates to fill in.

use app::AppError;
use app::import::{TemplateFile, TemplateKind, receive, template};
use app::services::{Board, board};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Actor;
use domain::roles::Right;
use domain::sheet::{CELL_LIMIT, FILE_LIMIT, ROW_LIMIT};
use serde::Serialize;

use super::{address, desk};
use crate::error::WebError;
use crate::page::{ErrorLink, Layout, Page};
use crate::services::OrganisationPlace;
use crate::session::Signed;
use crate::state::WebState;

/// Longest name of a file that is kept, in characters.
const NAME_LIMIT: usize = 120;

/// The page with the form.
#[derive(Serialize)]
pub struct UploadPage {
    /// The frame.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// The address of importing, below which the templates lie.
    pub address: String,
    /// Largest file, in megabytes.
    pub megabytes: u64,
    /// Most rows of services.
    pub rows: u32,
    /// Most characters of a cell.
    pub characters: usize,
}

/// Shows the form.
pub async fn get(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
) -> Result<Response, WebError> {
    let board = board_to_set_up(&state, &who.actor, &place).await?;
    Ok(state
        .templates
        .show(&page(layout, &board.organisation.name, &place)))
}

/// Takes the file, checks it, and goes to what it would do.
pub async fn post(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
    layout: Layout,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, WebError> {
    let board = board_to_set_up(&state, &who.actor, &place).await?;
    let again = |message: &str| {
        let layout = layout.clone().with_errors(vec![ErrorLink::at("file", message)]);
        state
            .templates
            .show(&page(layout, &board.organisation.name, &place))
    };
    let Ok(mut form) = form else {
        return Ok(again("Select a file"));
    };
    let (name, content) = match read_file(&mut form).await {
        Ok(Some(sent)) => sent,
        Ok(None) => return Ok(again("Select a file")),
        Err(StatusCode::PAYLOAD_TOO_LARGE) => {
            let limit = FILE_LIMIT / 1024 / 1024;
            return Ok(again(&format!("The file must be {limit} MB or smaller")));
        }
        Err(_) => return Ok(again("The file did not arrive whole. Select it again")),
    };
    match receive(&state.app, &who.actor, &desk(&place), &name, content).await {
        Ok(job) => Ok(Redirect::to(&format!("{}/jobs/{job}", address(&place))).into_response()),
        Err(AppError::Refused(problems)) => {
            let layout = layout.clone().with_errors(ErrorLink::for_problems(&problems));
            Ok(state
                .templates
                .show(&page(layout, &board.organisation.name, &place)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The field `file`, with its name; none where no file was chosen.
async fn read_file(form: &mut Multipart) -> Result<Option<(String, Vec<u8>)>, StatusCode> {
    while let Some(field) = form.next_field().await.map_err(|error| error.status())? {
        if field.name() != Some("file") {
            continue;
        }
        let name = plain_name(field.file_name().unwrap_or_default());
        let content = field.bytes().await.map_err(|error| error.status())?;
        if name.is_empty() && content.is_empty() {
            return Ok(None);
        }
        return Ok(Some((name, content.to_vec())));
    }
    Ok(None)
}

/// A file's name without folders and signs that cannot be printed.
fn plain_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|letter| !letter.is_control())
        .take(NAME_LIMIT)
        .collect()
}

/// The template as text with commas.
pub async fn template_csv(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
) -> Result<Response, WebError> {
    Ok(file(
        make_template(&state, &who.actor, &place, TemplateKind::Csv).await?,
    ))
}

/// The template as a workbook.
pub async fn template_xlsx(
    State(state): State<WebState>,
    Signed(who): Signed,
    Path(place): Path<OrganisationPlace>,
) -> Result<Response, WebError> {
    Ok(file(
        make_template(&state, &who.actor, &place, TemplateKind::Xlsx).await?,
    ))
}

async fn make_template(
    state: &WebState,
    actor: &Actor,
    place: &OrganisationPlace,
    kind: TemplateKind,
) -> Result<TemplateFile, WebError> {
    let board = board_to_set_up(state, actor, place).await?;
    let questionnaire = state.app.questionnaire(board.cycle.questionnaire).await?;
    Ok(template(&questionnaire, kind)?)
}

fn file(template: TemplateFile) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", template.file_name);
    let headers = [
        (header::CONTENT_TYPE, template.media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, template.bytes).into_response()
}

async fn board_to_set_up(
    state: &WebState,
    actor: &Actor,
    place: &OrganisationPlace,
) -> Result<Board, WebError> {
    let board = board(&state.app, actor, &place.cycle, &place.organisation).await?;
    actor
        .may(Right::SetUpServices, &board.organisation.target())
        .map_err(AppError::Denied)?;
    Ok(board)
}

fn page(layout: Layout, organisation: &str, place: &OrganisationPlace) -> UploadPage {
    UploadPage {
        layout: layout
            .titled("Read services from a spreadsheet")
            .with_back(&place.board()),
        organisation: organisation.to_owned(),
        address: address(place),
        megabytes: FILE_LIMIT / 1024 / 1024,
        rows: ROW_LIMIT - 1,
        characters: CELL_LIMIT,
    }
}

impl Page for UploadPage {
    const TEMPLATE: &'static str = "import/upload.html";

    fn samples() -> Vec<Self> {
        let place = OrganisationPlace {
            cycle: "2026-27".to_owned(),
            organisation: "E06000009".to_owned(),
        };
        let wrong = Layout::sample("").with_errors(vec![ErrorLink::at("file", "Select a file")]);
        vec![
            page(Layout::sample(""), "Blackpool", &place),
            page(wrong, "Blackpool", &place),
        ]
    }

    fn has_errors(&self) -> bool {
        self.layout.has_errors()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_has_no_folders_and_an_end() {
        assert_eq!(plain_name("C:\\Users\\Bea\\teams.csv"), "teams.csv");
        assert_eq!(plain_name("../../etc/teams\r\n.csv"), "teams.csv");
        assert_eq!(plain_name(&"x".repeat(500)).len(), NAME_LIMIT);
    }
}
