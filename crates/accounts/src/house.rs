//! [`Accounts`]: what the web side of this crate holds on to, one for the process.

use crate::credential::Passwords;
use crate::reads::Reads;
use db::Db;
use std::sync::Arc;
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
    reads: Reads,
}

impl Accounts {
    /// Starts the recorder of reads, so it must be called inside the runtime.
    pub fn new(db: Db) -> Self {
        let passwords = Passwords::new(db.ambient());
        let reads = Reads::start(db.clone());
        Self(Arc::new(Inner { db, passwords, sign_ins: FailureBudget::new(), codes: FailureBudget::new(), reads }))
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

    pub(crate) fn codes(&self) -> &FailureBudget {
        &self.0.codes
    }
}
