use std::collections::HashMap;
use std::sync::Arc;

use domain::access::Actor;
use domain::ids::ReturnId;
use domain::sheet::{Columns, Draft, Fault, Scales, SheetFile, SheetRow, Standing, Weighed};
use questionnaire::{Answers, Questionnaire, display_value};
use storage::Conn;
use storage::imports::answers_of;

use super::ground::Ground;
use super::report::{ChangedAnswer, ChangedService, CreatedService, ImportReport};
use super::rows::{RowStream, Rows, count};
use super::set_aside::{Planned, SetAside};
use super::{ImportRequest, Progress};
use crate::error::AppError;
use crate::running::App;

/// A file that has been weighed: what to tell, and what to write.
pub(super) struct Checked {
    pub(super) report: ImportReport,
    pub(super) set_aside: SetAside,
}

/// Weighs every row of a file against what is there.
pub(super) async fn check(
    app: &App,
    actor: &Actor,
    request: &ImportRequest,
    file: SheetFile,
    progress: Progress<'_>,
) -> Result<Checked, AppError> {
    let mut conn = app.reader().conn().await?;
    let ground = Ground::open(app, &mut conn, actor, request).await?;
    let questionnaire = app.questionnaire(ground.cycle.questionnaire).await?;
    let organisation = request.organisation.clone().unwrap_or_default();
    let mut report = ImportReport::new(&file.name, &request.cycle, &organisation, request.choice);
    report.is_dry_run = request.dry_run;
    let mut checker = Checker {
        app,
        conn,
        ground,
        questionnaire,
        scales: None,
        report,
        set_aside: SetAside::new()?,
    };
    let (file, counted) = count(file).await?;
    match counted {
        Ok(total) => checker.read(file, total.saturating_sub(1), progress).await?,
        Err(fault) => checker.report.add_fault(fault),
    }
    Ok(Checked {
        report: checker.report,
        set_aside: checker.set_aside,
    })
}

struct Checker<'a> {
    app: &'a App,
    conn: Conn,
    ground: Ground,
    questionnaire: Arc<Questionnaire>,
    /// None until the headings have been read.
    scales: Option<Arc<Scales>>,
    report: ImportReport,
    set_aside: SetAside,
}

/// A row with what is there for it.
struct OnScales {
    draft: Draft,
    code: String,
    standing: Standing,
    subject: Option<(ReturnId, i64)>,
}

impl Checker<'_> {
    async fn read(&mut self, file: SheetFile, total: u64, progress: Progress<'_>) -> Result<(), AppError> {
        let mut stream = RowStream::of(file);
        while let Some(mut batch) = stream.next().await {
            if self.scales.is_none() && !self.take_headings(&mut batch) {
                return Ok(());
            }
            self.weigh(batch.rows).await?;
            progress(self.report.rows, total);
        }
        if let Err(fault) = stream.finish().await? {
            self.report.add_fault(fault);
        }
        if self.report.rows == 0 && self.report.fault_count == 0 {
            self.report.add_fault(Fault::of_file(
                "import.no_rows",
                "There are no services in this file.",
                "Write one service in each row below the headings.",
            ));
        }
        Ok(())
    }

    /// Reads the first row as headings; false when they are refused.
    fn take_headings(&mut self, batch: &mut Rows) -> bool {
        self.report.sheet.clone_from(&batch.sheet);
        let headings = batch.rows.remove(0);
        match Columns::read(&self.questionnaire, &batch.sheet, &headings) {
            Ok((columns, warnings)) => {
                for warning in warnings {
                    self.report.add_warning(warning);
                }
                let questionnaire = Arc::clone(&self.questionnaire);
                self.scales = Some(Arc::new(Scales::new(
                    questionnaire,
                    columns,
                    &batch.sheet,
                    self.app.today(),
                )));
                true
            }
            Err(faults) => {
                for fault in faults {
                    self.report.add_fault(fault);
                }
                false
            }
        }
    }

    async fn weigh(&mut self, rows: Vec<SheetRow>) -> Result<(), AppError> {
        let Some(scales) = self.scales.clone() else {
            return Ok(());
        };
        self.report.rows += rows.len() as u64;
        let drafts = spread(rows, {
            let scales = Arc::clone(&scales);
            move |row| scales.draft(&row)
        })
        .await?;
        let mut waiting = Vec::with_capacity(drafts.len());
        for draft in drafts {
            waiting.push(self.find_standing(draft).await?);
        }
        self.fetch_answers(&mut waiting).await?;
        let weighed = spread(waiting, move |row| {
            let weighed = scales.weigh(&row.draft, &row.standing);
            (row, weighed)
        })
        .await?;
        for (row, weighed) in weighed {
            self.record(row, weighed)?;
        }
        Ok(())
    }

    /// Finds the service that a row names, or notes on the row why it cannot be.
    async fn find_standing(&mut self, draft: Draft) -> Result<OnScales, AppError> {
        let mut row = OnScales {
            draft,
            code: String::new(),
            standing: Standing::default(),
            subject: None,
        };
        if let Err(fault) = self.look_up(&mut row).await? {
            let fault = fault.at_row(&self.report.sheet, row.draft.row);
            row.draft.faults.push(fault);
        }
        Ok(row)
    }

    async fn look_up(&mut self, row: &mut OnScales) -> Result<Result<(), Fault>, AppError> {
        match self.ground.code_of(&row.draft) {
            Ok(code) => row.code = code,
            Err(fault) => return Ok(Err(fault)),
        }
        self.ground.bring(self.app, &mut self.conn, &row.code).await?;
        let plot = match self.ground.plot(&row.code) {
            Some(Ok(plot)) => plot,
            Some(Err(fault)) => return Ok(Err(fault)),
            None => return Err(AppError::Broken("an organisation was not brought".to_owned())),
        };
        let reference = &row.draft.reference;
        if !reference.is_empty() && !plot.note(reference) {
            return Ok(Err(Fault::of_file(
                "import.reference_twice",
                format!("An earlier row has the reference {reference} already."),
                "Give each service a reference of its own, or delete one of the rows.",
            )));
        }
        if let Some(known) = plot.known.get(reference) {
            row.standing.name = Some(known.name.clone());
            row.subject = known.return_id.map(|id| (id, 0));
        }
        Ok(Ok(()))
    }

    async fn fetch_answers(&mut self, waiting: &mut [OnScales]) -> Result<(), AppError> {
        let ids: Vec<ReturnId> = waiting
            .iter()
            .filter_map(|row| row.subject.map(|(id, _)| id))
            .collect();
        let mut found: HashMap<ReturnId, (i64, Answers)> = answers_of(&mut self.conn, &ids).await?;
        for row in waiting {
            if let Some((id, version)) = &mut row.subject
                && let Some((kept_version, answers)) = found.remove(id)
            {
                *version = kept_version;
                row.standing.answers = Some(answers);
            }
        }
        Ok(())
    }

    /// Counts what a row comes to, and puts it aside to be written.
    fn record(&mut self, row: OnScales, weighed: Weighed) -> Result<(), AppError> {
        for warning in &weighed.warnings {
            self.report.add_warning(warning.clone());
        }
        if !weighed.faults.is_empty() {
            self.report.refused += 1;
            for fault in weighed.faults {
                self.report.add_fault(fault);
            }
            return Ok(());
        }
        if row.subject.is_some() && weighed.changes.is_empty() {
            self.report.unchanged += 1;
            return Ok(());
        }
        let (number, reference) = (row.draft.row, row.draft.reference.clone());
        if row.subject.is_none() {
            self.report.add_created(CreatedService {
                row: number,
                reference,
                name: weighed.name.clone(),
            });
        } else {
            let changes = if self.report.lists_another_change() {
                self.in_words(&weighed)
            } else {
                Vec::new()
            };
            self.report.add_changed(ChangedService {
                row: number,
                reference,
                name: weighed.name.clone(),
                change_count: weighed.changes.len() as u64,
                changes,
            });
        }
        self.report.incomplete += u64::from(weighed.missing_count > 0);
        self.put_aside(&row, weighed)
    }

    fn put_aside(&mut self, row: &OnScales, weighed: Weighed) -> Result<(), AppError> {
        let Some(Ok(plot)) = self.ground.plot(&row.code) else {
            return Ok(());
        };
        let service = plot.known.get(&row.draft.reference).map(|known| known.id);
        let is_renamed = row
            .standing
            .name
            .as_ref()
            .is_some_and(|name| *name != weighed.name);
        let planned = Planned {
            organisation: plot.organisation.id,
            reference: row.draft.reference.clone(),
            name: weighed.name,
            service,
            is_renamed,
            subject: row.subject,
            answers: weighed.answers,
            changes: weighed.changes,
            state: weighed.state,
            figures: weighed.figures,
            missing_count: weighed.missing_count,
        };
        self.set_aside.put(&planned)
    }

    fn in_words(&self, weighed: &Weighed) -> Vec<ChangedAnswer> {
        let mut told = Vec::new();
        for change in &weighed.changes {
            // A list that grows is seen by the answers in its new entry.
            let Some(question) = self.questionnaire.question(&change.path) else {
                continue;
            };
            told.push(ChangedAnswer {
                label: question.label.clone(),
                old: display_value(question, &change.old),
                new: display_value(question, &change.new),
            });
        }
        told
    }
}

/// Does a piece of thinking for each item on all processors, off the threads that serve others; in order.
async fn spread<In, Out>(
    items: Vec<In>,
    think: impl Fn(In) -> Out + Send + Sync + 'static,
) -> Result<Vec<Out>, AppError>
where
    In: Send + 'static,
    Out: Send + 'static,
{
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(processors).max(1);
    let think = Arc::new(think);
    let mut left = items;
    let mut shares = Vec::new();
    while !left.is_empty() {
        let rest = left.split_off(share.min(left.len()));
        let think = Arc::clone(&think);
        shares.push(tokio::task::spawn_blocking(move || {
            left.into_iter().map(|item| think(item)).collect::<Vec<Out>>()
        }));
        left = rest;
    }
    let mut done = Vec::new();
    for share in shares {
        done.extend(
            share
                .await
                .map_err(|error| AppError::Broken(format!("weighing rows: {error}")))?,
        );
    }
    Ok(done)
}
