//! `csm user`.

use std::io::BufRead;

use anyhow::Context;
use app::accounts::{self, NewInvitation, NewPerson};
use app::links::{self, GrantOffer, Purpose};
use app::{App, AppError, machine, named};
use serde_json::json;

use crate::arguments::{CreateUser, RoleOfUser, User};
use crate::commands::print_json;
use crate::config::Config;
use crate::system;

/// Carries out what is asked about people.
pub async fn run(user: User, config: &Config) -> anyhow::Result<()> {
    let app = system::open_app(config).await?;
    match user {
        User::Create(create) => create_user(&app, create).await,
        User::Grant(role) => grant(&app, &role).await,
        User::End(role) => end(&app, &role).await,
        User::Password(who) => {
            let person = named::person(&app, &who.email).await?;
            accounts::set_password(&app, &machine(), person.id, &password_from_input()?).await?;
            println!(
                "The password of {} is set, and their sessions have ended.",
                person.name
            );
            Ok(())
        }
        User::Close(who) => {
            let person = named::person(&app, &who.email).await?;
            accounts::close_account(&app, &machine(), person.id).await?;
            println!("The account of {} is closed.", person.name);
            Ok(())
        }
        User::Open(who) => {
            let person = named::person(&app, &who.email).await?;
            accounts::open_account(&app, &machine(), person.id).await?;
            println!("The account of {} is open.", person.name);
            Ok(())
        }
        User::List(how) => list(&app, how.json).await,
    }
}

async fn create_user(app: &App, create: CreateUser) -> anyhow::Result<()> {
    let offer = match (&create.role, &create.scope) {
        (Some(role), Some(scope)) => Some(offer(app, role, scope).await?),
        _ => None,
    };
    if create.password_stdin {
        let offer = offer.context("--password-stdin needs --role and --scope")?;
        let person = NewPerson {
            email: create.email,
            name: create.name,
            post: create.post,
            role: offer.role,
            scope: offer.scope,
            password: password_from_input()?,
        };
        accounts::create_person(app, &machine(), person).await?;
        println!("The account is ready.");
        return Ok(());
    }
    let invitation = NewInvitation {
        email: create.email,
        name: create.name,
        post: create.post,
        grants: offer.into_iter().collect(),
    };
    let token = accounts::invite_person(app, &machine(), invitation).await?;
    println!("Give them this link; it works once, for 14 days:");
    println!(
        "{}",
        links::address(&app.settings().base_url, Purpose::Invite, &token)
    );
    Ok(())
}

async fn offer(app: &App, role: &str, scope: &str) -> Result<GrantOffer, AppError> {
    Ok(GrantOffer {
        role: named::role(role)?,
        scope: named::scope(app, scope).await?,
    })
}

async fn grant(app: &App, role: &RoleOfUser) -> anyhow::Result<()> {
    let person = named::person(app, &role.email).await?;
    let offer = offer(app, &role.role, &role.scope).await?;
    accounts::give_grant(app, &machine(), person.id, &offer).await?;
    println!("{} is {} of {} from today.", person.name, role.role, role.scope);
    Ok(())
}

async fn end(app: &App, role: &RoleOfUser) -> anyhow::Result<()> {
    let person = named::person(app, &role.email).await?;
    let offer = offer(app, &role.role, &role.scope).await?;
    let mut conn = app.reader().conn().await?;
    let held = storage::grants::list(&mut conn, person.id, app.today()).await?;
    drop(conn);
    let grant = held
        .iter()
        .find(|grant| grant.role == offer.role && grant.scope == offer.scope)
        .with_context(|| format!("{} is not {} of {}", person.name, role.role, role.scope))?;
    accounts::end_grant(app, &machine(), grant.id).await?;
    println!("{} is no longer {} of {}.", person.name, role.role, role.scope);
    Ok(())
}

async fn list(app: &App, as_json: bool) -> anyhow::Result<()> {
    let mut conn = app.reader().conn().await?;
    let mut rows = Vec::new();
    for account in storage::people::list_accounts(&mut conn).await? {
        let mut roles = Vec::new();
        for grant in storage::grants::list(&mut conn, account.person.id, app.today()).await? {
            roles.push(grant.role.code());
        }
        let state = match (account.is_disabled, account.is_registered) {
            (true, _) => "closed",
            (false, true) => "open",
            (false, false) => "invited",
        };
        let email = account.person.email.as_str();
        if as_json {
            rows.push(json!({ "email": email, "name": account.person.name, "state": state, "roles": roles }));
        } else {
            println!("{email}\t{state}\t{}\t{}", account.person.name, roles.join(", "));
        }
    }
    if as_json { print_json(&rows) } else { Ok(()) }
}

/// The first line of standard input, which shows on no list of processes and in no history.
fn password_from_input() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(
        !password.is_empty(),
        "expected the password on the first line of standard input"
    );
    Ok(password.to_owned())
}
