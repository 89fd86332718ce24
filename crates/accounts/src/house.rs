//! [`Accounts`]: what the web side of this crate holds on to, one for the process.

use crate::credential::Passwords;
use crate::reads::Reads;
use crate::{AccountError, session};
use db::Db;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;
use web::limit::FailureBudget;

/// Store, password hashing, failure budgets and the recorder of reads. Cheap to clone; the binary puts
/// it into the app with `app.carry(accounts)` and hands it to the kit as its authenticator.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    db: Db,
    passwords: Passwords,
    sign_ins: FailureBudget,
    codes: FailureBudget,
    links: FailureBudget,
    reads: Reads,
    name: OnceLock<String>,
}

impl Accounts {
    /// Starts the recorder of reads and the sweeping of ended sessions, so it must be called inside the
    /// runtime. Both end with the last clone.
    pub fn new(db: Db) -> Self {
        let passwords = Passwords::new(db.ambient());
        let reads = Reads::start(db.clone());
        let (sign_ins, codes, links) = (FailureBudget::new(), FailureBudget::new(), FailureBudget::new());
        let inner = Arc::new(Inner { db, passwords, sign_ins, codes, links, reads, name: OnceLock::new() });
        tokio::spawn(sweep(Arc::downgrade(&inner)));
        Self(inner)
    }

    /// Says once what the organisation is called: a password must be more than its name.
    #[must_use]
    pub fn of_house(self, name: &str) -> Self {
        self.0.name.get_or_init(|| name.to_owned());
        self
    }

    pub(crate) fn house_name(&self) -> &str {
        self.0.name.get().map_or("", String::as_str)
    }

    /// The store.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Hashing.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// The recorder of reads.
    pub fn reads(&self) -> &Reads {
        &self.0.reads
    }

    pub(crate) fn sign_ins(&self) -> &FailureBudget {
        &self.0.sign_ins
    }

    /// Letters with links that were asked for.
    pub(crate) fn links(&self) -> &FailureBudget {
        &self.0.links
    }

    pub(crate) fn codes(&self) -> &FailureBudget {
        &self.0.codes
    }
}

/// How often ended sessions and old links are removed. They are refused long before.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

async fn sweep(accounts: Weak<Inner>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        let Some(db) = accounts.upgrade().map(|inner| inner.db.clone()) else { return };
        let now = db.ambient().now();
        let swept: Result<u64, AccountError> =
            db.write(move |tx| Box::pin(async move { session::sweep(tx, now).await })).await;
        if let Err(error) = swept {
            tracing::warn!(%error, "ended sessions could not be removed");
        }
    }
}
