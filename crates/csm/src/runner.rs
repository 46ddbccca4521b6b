//! The timer: does jobs, sends letters and asks for what is due from time to time.

use std::sync::Arc;
use std::time::Duration;

use app::{App, AppError};
use tokio::sync::watch;

use crate::mail::MailServer;

const POLL: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_secs(3600);

/// Works until told to stop; finishes the job in hand.
pub async fn run(app: Arc<App>, mail_server: Option<MailServer>, mut stop: watch::Receiver<bool>) {
    let mut poll = tokio::time::interval(POLL);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut period = tokio::time::interval(PERIOD);
    loop {
        let result = tokio::select! {
            _ = stop.changed() => return,
            _ = period.tick() => app::jobs::put_periodic(&app).await,
            _ = poll.tick() => one_round(&app, mail_server.as_ref(), &stop).await,
        };
        if let Err(error) = result {
            tracing::error!(error = %error, "the timer could not work");
        }
    }
}

async fn one_round(
    app: &Arc<App>,
    mail_server: Option<&MailServer>,
    stop: &watch::Receiver<bool>,
) -> Result<(), AppError> {
    if let Some(mail_server) = mail_server {
        app::outbox::deliver(app, mail_server).await?;
    }
    while !*stop.borrow() && app::jobs::run_next(app).await?.is_some() {}
    Ok(())
}
