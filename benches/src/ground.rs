//! A small place to measure on, made through the verbs: one council, an open cycle, and services with answers of
//! real length.

use std::sync::Arc;

use app::services::{NewService, add};
use app::{App, AppError, Clock, Settings, machine};
use domain::access::{Actor, Scope};
use domain::cycles::{Cycle, CycleKey, CycleState, KeyDates};
use domain::ids::{CycleId, OrganisationId, ParticipationId, ReturnId};
use domain::organisations::{Organisation, OrganisationKind};
use domain::roles::Role;
use jiff::Timestamp;
use jiff::civil::date;
use questionnaire::{Answers, Questionnaire};
use storage::{Store, cycles, organisations, participations, returns};
use uuid::Uuid;

const QUESTIONNAIRE: &[u8] = include_bytes!("../../questionnaires/service.xlsx");
const SERVICES: &str = include_str!("../../demonstration/services.csv");

/// What is measured on.
pub struct Ground {
    /// The verbs.
    pub app: App,
    /// The database below them.
    pub store: Store,
    /// A mapping lead of the council.
    pub lead: Actor,
    /// The returns, one for each client.
    pub returns: Vec<ReturnId>,
    /// The page of the questionnaire that asks for amounts.
    pub amounts_page: String,
}

impl Ground {
    /// Makes it on an empty, migrated database.
    pub async fn on(store: Store, returns: usize) -> Result<Arc<Ground>, AppError> {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().map_err(broken)?;
        let app = App::new(store.clone(), Clock::standing_at(now), Settings::default());
        let form = app::questionnaires::publish(&app, &machine(), "service.xlsx", QUESTIONNAIRE).await?;
        let cycle = open_cycle(form)?;
        let council = council();
        let mut tx = store.begin().await?;
        organisations::save(&mut tx, &council).await?;
        cycles::insert(&mut tx, &cycle).await?;
        let invited = [(ParticipationId(Uuid::now_v7()), council.id)];
        participations::invite(&mut tx, cycle.id, &invited, now).await?;
        tx.commit().await?;
        let lead = mapping_lead(&app, council.id).await?;
        let questionnaire = app.questionnaire(form).await?;
        let amounts_page = questionnaire
            .questions_with_concept("cost.total")
            .first()
            .and_then(|question| question.page_id.clone())
            .ok_or(AppError::NotFound("page"))?;
        let mut ground = Ground {
            app,
            store,
            lead,
            returns: Vec::new(),
            amounts_page,
        };
        for number in 0..returns {
            let id = ground.add_service(&cycle, number, &questionnaire).await?;
            ground.returns.push(id);
        }
        Ok(Arc::new(ground))
    }

    async fn add_service(
        &self,
        cycle: &Cycle,
        number: usize,
        form: &Questionnaire,
    ) -> Result<ReturnId, AppError> {
        let new = NewService {
            name: format!("Measured service {number}"),
            reference: String::new(),
        };
        let service = add(&self.app, &self.lead, cycle.key.as_str(), "E06000009", &new).await?;
        let id = app::returns::find(&self.app, cycle.key.as_str(), service).await?;
        let mut tx = self.store.begin().await?;
        let begun = returns::get(&mut tx, id).await?;
        let mut filled = begun.clone();
        filled.answers = answers_of_real_length(form)?;
        filled.edited_at = Some(self.app.now());
        returns::save(&mut tx, &filled, &begun).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The version of a return as it stands.
    pub async fn version(&self, id: ReturnId) -> Result<i64, AppError> {
        let mut conn = self.app.reader().conn().await?;
        Ok(returns::get(&mut conn, id).await?.version)
    }
}

/// The answers of the demonstration's first service.
fn answers_of_real_length(form: &Questionnaire) -> Result<Answers, AppError> {
    let mut reader = csv::Reader::from_reader(SERVICES.as_bytes());
    let headings = reader.headers().map_err(broken)?.clone();
    let row = reader
        .records()
        .next()
        .ok_or(AppError::NotFound("service"))?
        .map_err(broken)?;
    let mut answers = Answers::default();
    for (heading, value) in headings.iter().zip(row.iter()) {
        let (repeat, name) = heading.split_once('.').unwrap_or(("", heading));
        let Some(question) = form.questions().iter().find(|question| question.name == name) else {
            continue;
        };
        match &question.repeat {
            Some(path) => {
                let key = repeat.split_once('[').map_or("1]", |(_, key)| key);
                answers.set(&format!("{path}[{key}/{name}"), value);
            }
            None => answers.set(&question.path, value),
        }
    }
    Ok(answers)
}

async fn mapping_lead(app: &App, council: OrganisationId) -> Result<Actor, AppError> {
    let new = app::accounts::NewPerson {
        email: "bea@example.org".to_owned(),
        name: "Bea Barnes".to_owned(),
        post: String::new(),
        role: Role::MappingLead,
        scope: Scope::Organisation(council),
        password: "gravel teapot lantern".to_owned(),
    };
    let id = app::accounts::create_person(app, &machine(), new).await?;
    let mut conn = app.reader().conn().await?;
    app::accounts::actor(&mut conn, id, app.today()).await
}

fn open_cycle(form: domain::ids::QuestionnaireId) -> Result<Cycle, AppError> {
    Ok(Cycle {
        id: CycleId(Uuid::now_v7()),
        key: CycleKey::parse("2026-27")?,
        name: "Children's Services Mapping 2026/27".to_owned(),
        financial_year: "2026/27".to_owned(),
        state: CycleState::Open,
        dates: KeyDates {
            opens_on: date(2026, 11, 2),
            checking_on: date(2027, 2, 1),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        },
        questionnaire: form,
    })
}

fn council() -> Organisation {
    Organisation {
        id: OrganisationId(Uuid::now_v7()),
        code: "E06000009".to_owned(),
        code_scheme: "gss".to_owned(),
        name: "Blackpool Borough Council".to_owned(),
        kind: OrganisationKind::LocalAuthority,
        region: None,
        area: None,
        parent: None,
        arm: None,
        valid_from: None,
        valid_to: None,
        source: "made for measuring".to_owned(),
    }
}

fn broken(error: impl std::fmt::Display) -> AppError {
    AppError::Broken(error.to_string())
}
