//! `leeward erase`: a case or a person, for good.

use crate::config::{Config, Place};
use crate::house;
use anyhow::{Context, Result};
use clap::Subcommand;
use db::erase::Order;
use db::{Db, fetch_optional, stmt};
use desk::erasing::{self, CaseOrder, PersonOrder};
use domain::{CaseId, PersonId};
use std::process::ExitCode;
use uuid::Uuid;

/// `leeward erase …`
#[derive(Debug, Subcommand)]
pub enum Erase {
    /// Erase a case: its words, files and search terms. A legal hold bars it.
    Case {
        /// Its name, such as REP-12, or its number.
        name: String,
        /// Why and where.
        #[command(flatten)]
        how: How,
    },
    /// Erase a member of the team: name, address and credentials. Cases stay; what they worked on is
    /// nobody's. The last owner cannot be erased.
    Person {
        /// Their e-mail address.
        email: String,
        /// Who takes their place on restricted cases that nobody else can see.
        #[arg(long, value_name = "EMAIL")]
        hand_over: Option<String>,
        /// Why and where.
        #[command(flatten)]
        how: How,
    },
}

/// Why and where.
#[derive(Debug, clap::Args)]
pub struct How {
    /// Why; kept sealed in the log of the house.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

/// Runs it: destroys the key, then sweeps what is left on the disk.
pub async fn run(erase: Erase) -> Result<ExitCode> {
    let (Erase::Case { how, .. } | Erase::Person { how, .. }) = &erase;
    let config = Config::load(&how.place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let list = house::erasures(&config);
    let order = Order { by: None, reason: how.reason.clone() };
    match &erase {
        Erase::Case { name, .. } => {
            let case = case_named(&db, name).await?;
            erasing::case(&db, &list, CaseOrder { case, seen: None, quiet: None, order }).await?;
        }
        Erase::Person { email, hand_over, .. } => {
            let person = person_at(&db, email).await?;
            let heir = match hand_over {
                Some(email) => Some(person_at(&db, email).await?),
                None => None,
            };
            erasing::person(&db, &list, PersonOrder { person, heir, order }).await?;
        }
    }
    db::sweep::sweep(&db, &house::blobs(&config)?, &list).await?;
    println!("Erased. Nothing of it can be read in this store any more; its places in the log stay.");
    println!("Backups made before still hold it, as long as their FILE.keys does.");
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn case_named(db: &Db, name: &str) -> Result<CaseId> {
    let digits = name.rsplit('-').next().unwrap_or(name);
    let number: i64 = digits.parse().with_context(|| format!("{name}: write a name such as REP-12"))?;
    let mut tx = db.read().await?;
    let row = fetch_optional!(&mut tx, (Uuid,), stmt!("SELECT id FROM cases WHERE number = $1"), number)?;
    Ok(CaseId::from_uuid(row.with_context(|| format!("{name}: there is no such case"))?.0))
}

async fn person_at(db: &Db, email: &str) -> Result<PersonId> {
    let index = accounts::person::email_index(db.keys(), &accounts::person::fold_email(email)?);
    let mut tx = db.read().await?;
    let row = fetch_optional!(&mut tx, (Uuid,), stmt!("SELECT id FROM people WHERE email_index = $1"), index)?;
    Ok(PersonId::from_uuid(row.with_context(|| format!("{email}: there is nobody with this address"))?.0))
}
