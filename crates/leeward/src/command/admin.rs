//! `leeward admin`: people, from the machine the desk runs on.

use crate::config::{Config, Place};
use crate::house;
use anyhow::Result;
use clap::Subcommand;
use domain::Role;
use std::process::ExitCode;

/// `leeward admin …`
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Print a one-time link with which somebody joins the team.
    Invite {
        /// Their e-mail address.
        email: String,
        /// owner, admin, triager, finance, auditor or guest.
        #[arg(long)]
        role: Role,
        /// Which store.
        #[command(flatten)]
        place: Place,
    },
}

/// Runs it.
pub async fn run(admin: Admin) -> Result<ExitCode> {
    let Admin::Invite { email, role, place } = admin;
    let config = Config::load(&place, std::env::vars())?;
    let url = config.public_url()?;
    let db = house::open_existing(&config).await?;
    let link = accounts::invite(&db, &email, role, domain::Scope::House).await?;
    println!("{}", url.join(&link.path()));
    eprintln!("This link works once, for 72 hours. Whoever has it becomes {role} on this desk.");
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
