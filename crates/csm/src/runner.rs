//! The timer: does jobs, sends letters and asks for what is due from time to time.

use std::sync::Arc;
use std::time::Duration;

use app::{App, AppError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

use crate::mail::MailServer;

const POLL: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_secs(3600);

/// Works until told to stop; finishes the job and the letter in hand. Letters have a loop of their own, because a
/// mail server that does not answer must not keep jobs waiting.
pub async fn run(app: Arc<App>, mail_server: Option<MailServer>, stop: watch::Receiver<bool>) {
    let letters = send_letters(Arc::clone(&app), mail_server, stop.clone());
    tokio::join!(do_jobs(app, stop), letters);
}

async fn do_jobs(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut poll = every(POLL);
    let mut period = every(PERIOD);
    loop {
        let result = tokio::select! {
            _ = stop.changed() => return,
            _ = period.tick() => app::jobs::put_periodic(&app).await,
            _ = poll.tick() => one_round(&app, &stop).await,
        };
        complain(result);
    }
}

async fn one_round(app: &Arc<App>, stop: &watch::Receiver<bool>) -> Result<(), AppError> {
    while !*stop.borrow() && app::jobs::run_next(app).await?.is_some() {}
    Ok(())
}

async fn send_letters(app: Arc<App>, mail_server: Option<MailServer>, mut stop: watch::Receiver<bool>) {
    let Some(mail_server) = mail_server else {
        return;
    };
    let mut poll = every(POLL);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = poll.tick() => {}
        }
        while !*stop.borrow() {
            match app::outbox::deliver_next(&app, &mail_server).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    complain(Err(error));
                    break;
                }
            }
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn complain(result: Result<(), AppError>) {
    if let Err(error) = result {
        tracing::error!(error = %error, "the timer could not work");
    }
}
