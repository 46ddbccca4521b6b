//! What somebody is, in words.

use domain::access::{Grant, Scope};
use domain::areas::AreaKind;
use storage::{Conn, StorageError};

/// A role and over what it is held, such as "Mapping lead, Leeds City Council".
pub(super) async fn describe(conn: &mut Conn, grant: &Grant) -> Result<String, StorageError> {
    let place = match &grant.scope {
        Scope::National => "whole country".to_owned(),
        Scope::Region(code) => {
            let regions = storage::areas::list_of_kind(conn, AreaKind::Region).await?;
            let found = regions.into_iter().find(|area| area.code == *code);
            found.map_or_else(|| code.as_str().to_owned(), |area| area.name)
        }
        Scope::Organisation(id) => storage::organisations::get(conn, *id).await?.name,
        Scope::Service(id) => storage::services::get(conn, *id).await?.name,
    };
    Ok(format!("{}, {place}", grant.role.label()))
}
