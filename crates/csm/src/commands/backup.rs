//! `csm backup` and `csm restore`.

use crate::arguments::{BackupFile, Restore};
use crate::config::Config;
use crate::system;

/// Writes a backup.
pub async fn backup(arguments: &BackupFile, config: &Config) -> anyhow::Result<()> {
    let store = system::open_store(config, false).await?;
    let now = system::clock().now();
    let written = storage::backup::write(&store, &config.database_url, &arguments.file, now).await?;
    store.close().await;
    println!(
        "Backed up {} bytes of {} (schema {}) to {}. Keep it where this machine's disk cannot take it along.",
        written.length,
        written.engine,
        written.schema,
        arguments.file.display()
    );
    Ok(())
}

/// Restores a backup.
pub async fn restore(arguments: &Restore, config: &Config) -> anyhow::Result<()> {
    let restored = storage::backup::restore(&config.database_url, &arguments.file, arguments.replace).await?;
    println!(
        "Restored the backup of {} ({}, schema {}).",
        restored.made_at, restored.engine, restored.schema
    );
    if restored.schema < storage::schema::newest() {
        println!("Its schema is older than this program needs; run csm migrate.");
    }
    Ok(())
}
