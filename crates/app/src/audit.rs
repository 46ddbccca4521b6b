//! Who did what: the audit as it is read.

use domain::access::{Actor, Target};
use domain::roles::Right;
use storage::events::{self, EventFilter, Recorded};
use storage::organisations;

use crate::error::AppError;
use crate::running::App;

/// How many events a page shows.
const PER_PAGE: usize = 50;

/// One page of the audit.
#[derive(Debug, Clone)]
pub struct AuditView {
    /// The events, newest first.
    pub events: Vec<Recorded>,
    /// Where the next page begins; none on the last.
    pub before: Option<i64>,
}

/// The newest events before a place in the order, of one organisation where its code is given. An unknown code
/// has no events.
pub async fn list(
    app: &App,
    actor: &Actor,
    organisation: &str,
    before: Option<i64>,
) -> Result<AuditView, AppError> {
    actor.may(Right::SeeAudit, &Target::Nation)?;
    let mut conn = app.reader().conn().await?;
    let mut filter = EventFilter {
        before,
        ..EventFilter::default()
    };
    if !organisation.is_empty() {
        let Some(found) = organisations::find_by_code(&mut conn, organisation).await? else {
            return Ok(AuditView {
                events: Vec::new(),
                before: None,
            });
        };
        filter.organisation = Some(found.id);
    }
    let mut found = events::list(&mut conn, &filter, PER_PAGE as i64 + 1).await?;
    let has_more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    Ok(AuditView {
        before: found.last().map(|event| event.seq).filter(|_| has_more),
        events: found,
    })
}
