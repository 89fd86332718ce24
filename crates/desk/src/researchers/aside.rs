//! Who stands behind a case, beside its page.

use super::Record;
use crate::Viewer;
use crate::engine::{EngineError, home, of_account};
use accounts::researcher::{self, NO_NAME, Part};
use db::{Db, Tx};
use domain::CaseId;

/// One person who follows the case from an account.
#[expect(clippy::struct_excessive_bools, reason = "plain facts for a page, which asks each by itself")]
pub(crate) struct Line {
    /// Their id.
    pub(crate) id: String,
    /// What they call themselves.
    pub(crate) name: String,
    /// Whether the name is their own word.
    pub(crate) named: bool,
    /// Whether the report is theirs.
    pub(crate) owner: bool,
    /// Their record in plain counts.
    pub(crate) record: String,
    /// Whether their new reports are not taken.
    pub(crate) barred: bool,
    /// Whether there still is an account: an erased one has no page.
    pub(crate) there: bool,
}

impl Line {
    /// Everybody who follows this case, the owner first: of a part or an appeal, whoever follows the report.
    pub(crate) async fn of_case(
        tx: &mut Tx,
        db: &Db,
        (viewer, case): (&Viewer, CaseId),
    ) -> Result<Vec<Self>, EngineError> {
        let mut lines = Vec::new();
        let report = home(tx, case).await?;
        for (id, part) in researcher::followers(tx, report).await.map_err(of_account)? {
            let found = researcher::load(tx, db.keys(), id).await.map_err(of_account)?;
            let barred = researcher::bar_of(tx, db, id).await.map_err(of_account)?.is_some();
            let there = found.is_some();
            let credit = found.map(|found| found.profile.credit).unwrap_or_default();
            let record = if there { Record::of(tx, viewer, id).await?.words() } else { String::new() };
            lines.push(Self {
                id: id.to_string(),
                named: !credit.is_empty(),
                name: match (there, credit.is_empty()) {
                    (false, _) => accounts::person::ERASED_NAME.to_owned(),
                    (true, true) => NO_NAME.to_owned(),
                    (true, false) => credit,
                },
                owner: part == Part::Owner,
                record,
                barred,
                there,
            });
        }
        Ok(lines)
    }
}
