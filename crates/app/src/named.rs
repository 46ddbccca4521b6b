//! Finding what a command names: a cycle by its key, an organisation by its code, a person by the address, a
//! role by its code, a scope in words.

use domain::access::Scope;
use domain::areas::AreaCode;
use domain::cycles::{Cycle, CycleKey, CycleState};
use domain::organisations::Organisation;
use domain::people::{Email, Person};
use domain::problem::Problem;
use domain::roles::Role;
use domain::sheet::{SheetContent, SheetFile};
use storage::{areas, cycles, organisations, people, services};

use crate::error::AppError;
use crate::running::App;

/// The cycle with this key.
pub async fn cycle(app: &App, key: &str) -> Result<Cycle, AppError> {
    let key = CycleKey::parse(key)?;
    let mut conn = app.reader().conn().await?;
    let found = cycles::find_by_key(&mut conn, &key).await?;
    found.ok_or_else(|| {
        Problem::at(
            "cycle",
            "cycle.unknown",
            format!("There is no cycle {}", key.as_str()),
        )
        .remedy("See csm cycle list")
        .into()
    })
}

/// The organisation with this code.
pub async fn organisation(app: &App, code: &str) -> Result<Organisation, AppError> {
    let mut conn = app.reader().conn().await?;
    let found = organisations::find_by_code(&mut conn, code).await?;
    found.ok_or_else(|| {
        Problem::at(
            "organisation",
            "organisation.unknown",
            format!("There is no organisation with the code {code}"),
        )
        .remedy("Use the GSS code of an authority or the ODS code of an NHS body")
        .into()
    })
}

/// The person who signs in with this address.
pub async fn person(app: &App, email: &str) -> Result<Person, AppError> {
    let email = Email::parse(email)?;
    let mut conn = app.reader().conn().await?;
    let found = people::find_by_email(&mut conn, &email).await?;
    found.ok_or_else(|| {
        Problem::at(
            "email",
            "person.unknown",
            "Nobody has an account with this email address",
        )
        .into()
    })
}

/// A spreadsheet: a file on disk, or bytes.
pub fn spreadsheet(name: &str, content: impl SheetContent + 'static) -> SheetFile {
    SheetFile {
        name: name.to_owned(),
        content: Box::new(content),
    }
}

/// The role with this code.
pub fn role(code: &str) -> Result<Role, Problem> {
    Role::from_code(code).ok_or_else(|| {
        let codes: Vec<&str> = Role::ALL.into_iter().map(Role::code).collect();
        Problem::at("role", "role.unknown", format!("There is no role {code}"))
            .remedy(format!("Use one of: {}", codes.join(", ")))
    })
}

/// The state of a cycle with this code.
pub fn cycle_state(code: &str) -> Result<CycleState, Problem> {
    CycleState::from_code(code).ok_or_else(|| {
        let codes: Vec<&str> = CycleState::ALL.into_iter().map(CycleState::code).collect();
        Problem::at("state", "cycle.unknown_state", format!("A cycle is never {code}"))
            .remedy(format!("Use one of: {}", codes.join(", ")))
    })
}

/// A scope in words: `national`, `region:CODE`, `organisation:CODE` or `service:CODE:REFERENCE`.
pub async fn scope(app: &App, words: &str) -> Result<Scope, AppError> {
    let parts: Vec<&str> = words.splitn(3, ':').collect();
    match parts[..] {
        ["national"] => Ok(Scope::National),
        ["region", code] => region(app, code).await,
        ["organisation", code] => Ok(Scope::Organisation(organisation(app, code).await?.id)),
        ["service", code, reference] => service(app, code, reference).await,
        _ => Err(
            Problem::at("scope", "scope.malformed", format!("{words} is not a scope"))
                .remedy("Use national, region:CODE, organisation:CODE or service:CODE:REFERENCE")
                .into(),
        ),
    }
}

async fn region(app: &App, code: &str) -> Result<Scope, AppError> {
    let wanted = AreaCode::new(code);
    let mut conn = app.reader().conn().await?;
    let regions = areas::list_of_kind(&mut conn, domain::areas::AreaKind::Region).await?;
    if regions.iter().any(|region| region.code == wanted) {
        return Ok(Scope::Region(wanted));
    }
    Err(Problem::at(
        "scope",
        "region.unknown",
        format!("There is no region with the code {code}"),
    )
    .into())
}

async fn service(app: &App, code: &str, reference: &str) -> Result<Scope, AppError> {
    let organisation = organisation(app, code).await?;
    let mut conn = app.reader().conn().await?;
    let found = services::find_by_reference(&mut conn, organisation.id, reference).await?;
    let service = found.ok_or_else(|| {
        Problem::at(
            "scope",
            "service.unknown",
            format!(
                "{} has no service with the reference {reference}",
                organisation.name
            ),
        )
    })?;
    Ok(Scope::Service(service.id))
}
