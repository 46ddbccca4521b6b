//! Serving: the socket, the timer, and stopping without losing anything.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use app::{App, Settings};
use axum::Router;
use storage::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::mail::MailServer;
use crate::{runner, system};

/// Binds the socket first, so that a port that is taken is known before anything else is done.
pub async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(&config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))
}

/// Serves pages and does background work until stopped.
pub async fn serve(
    config: &Config,
    listener: TcpListener,
    store: Store,
    settings: Settings,
) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen()?;
    let address = listener.local_addr()?;
    let mail_server = mail_server(config)?;
    let app = Arc::new(App::new(store.clone(), system::clock(), settings));
    let limits = web::requests::Limits {
        timeout: config.request_timeout,
    };
    let router = web::requests::surround(web::router(Arc::clone(&app))?, limits);
    let (stop, stopped) = watch::channel(false);
    let timer = tokio::spawn(runner::run(Arc::clone(&app), mail_server, stopped.clone()));
    let pages = tokio::spawn(serve_pages(listener, router, stopped));
    tracing::info!(address = %address, database = store.engine_name(), "serving");
    announce(address);

    signals.next().await;
    tracing::info!("asked to stop; finishing what is under way");
    // Nobody listens any more only when both tasks have ended already.
    let _ = stop.send(true);
    let finishing = async {
        let served = pages.await;
        let worked = timer.await;
        served
            .map_err(anyhow::Error::from)
            .and_then(|result| Ok(result?))?;
        worked.map_err(anyhow::Error::from)
    };
    tokio::select! {
        result = finishing => result?,
        () = tokio::time::sleep(config.stop_timeout) => {
            tracing::warn!("not everything was finished in time");
        }
        () = signals.next() => {
            tracing::warn!("asked to stop at once");
            std::process::exit(130);
        }
    }
    // A request that will not end must not keep the store open for ever.
    let _ = tokio::time::timeout(Duration::from_secs(5), store.close()).await;
    tracing::info!("stopped");
    Ok(())
}

async fn serve_pages(
    listener: TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            // An error means that the sender is gone, which is a stop as well.
            let _ = stopped.changed().await;
        })
        .await
}

/// The configured mail server, if any.
pub fn mail_server(config: &Config) -> anyhow::Result<Option<MailServer>> {
    if config.smtp_url.is_empty() {
        return Ok(None);
    }
    MailServer::new(&config.smtp_url, &config.mail_from).map(Some)
}

/// Tells whoever started the program that it serves, and where.
fn announce(address: SocketAddr) {
    println!("ready http://{address}");
    // A closed standard output is no reason not to serve.
    let _ = std::io::stdout().flush();
}

/// The operator's wish that the program stops. Listened for from the moment it is made, so that no signal that
/// comes later is missed.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
