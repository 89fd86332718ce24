//! `leeward case`: cases from the command line.

use crate::config::{Config, Place};
use crate::house;
use anyhow::{Context, Result, bail};
use bounty::by_mail::{Arrival, Taken, take};
use clap::Subcommand;
use db::Db;
use domain::CaseId;
use mail::read::MAIL_LIMIT;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `leeward case …`
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open a case from a mail. The same mail opens one case, however often it is given.
    New(New),
    /// Check a case that was exported: status 0 when every word holds, 1 when not, 2 when it cannot be read.
    Verify(super::case_verify::Verify),
}

/// `leeward case new`
#[derive(Debug, clap::Args)]
pub struct New {
    /// The mail as a file (.eml); `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    eml: PathBuf,
    /// The programme it belongs to.
    #[arg(long, value_name = "SLUG")]
    program: String,
    /// Ask the sender by mail whether we may write to them.
    #[arg(long)]
    ask_sender: bool,
    #[command(flatten)]
    place: Place,
}

/// Runs it.
pub async fn run(command: Command) -> Result<ExitCode> {
    let new = match command {
        Command::New(new) => new,
        Command::Verify(verify) => return super::case_verify::run(&verify),
    };
    let config = Config::load(&new.place, std::env::vars())?;
    let bytes = read(&new.eml)?;
    let db = house::open_existing(&config).await?;
    let done = one(&db, &config, &new, bytes).await;
    db.close().await;
    println!("{}", done?);
    Ok(ExitCode::SUCCESS)
}

async fn one(db: &Db, config: &Config, new: &New, bytes: Vec<u8>) -> Result<String> {
    let mut tx = db.read().await?;
    let programme = bounty::programme::by_slug(&mut tx, db, &new.program).await?;
    drop(tx);
    let programme = programme.with_context(|| format!("{}: there is no such programme", new.program))?;
    let arrival = Arrival { programme, bytes, by: None, ask_sender: new.ask_sender };
    let taken = take(db, &house::blobs(config)?, arrival).await;
    Ok(match taken.with_context(|| new.eml.display().to_string())? {
        Taken::Opened { name, notes, .. } => [vec![name], notes].concat().join("\n"),
        Taken::Answered { case, notes } => {
            let said =
                format!("{}: this mail answers a letter about it, and is a message there now", name(db, case).await?);
            [vec![said], notes].concat().join("\n")
        }
        Taken::Before { case } => {
            format!("{}: this mail became a case before; nothing was changed", name(db, case).await?)
        }
        Taken::Returned { case: Some(case) } => {
            format!(
                "{}: this mail says that a letter about it did not arrive; the letter is marked",
                name(db, case).await?
            )
        }
        Taken::Returned { case: None } => {
            "This mail says that a letter of ours did not arrive; it is marked".to_owned()
        }
        Taken::Noted { .. } => {
            "This mail tells of a letter of ours that is on its way, or has arrived; nothing was changed".to_owned()
        }
    })
}

async fn name(db: &Db, case: CaseId) -> Result<String> {
    let mut tx = db.read().await?;
    match desk::engine::load(&mut tx, db, case).await {
        Ok(case) => Ok(case.name()),
        Err(desk::engine::EngineError::NotFound) => Ok("A case that was erased".to_owned()),
        Err(error) => Err(error.into()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let mut bytes = Vec::new();
    // One byte more than may be: then it is too large.
    let most = MAIL_LIMIT as u64 + 1;
    if path.as_os_str() == "-" {
        std::io::stdin().take(most).read_to_end(&mut bytes).context("standard input")?;
    } else {
        let file = std::fs::File::open(path).with_context(|| format!("{shown}"))?;
        file.take(most).read_to_end(&mut bytes).with_context(|| format!("{shown}"))?;
    }
    if bytes.is_empty() {
        bail!("{shown}: the file is empty");
    }
    Ok(bytes)
}
