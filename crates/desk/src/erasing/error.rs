//! Why nothing was erased.

use crate::engine::EngineError;
use accounts::AccountError;
use db::DbError;
use db::erase::EraseError;
use domain::Ts;
use serde_json::json;
use web::Problem;
use web::layout::Moment;

/// A refusal or a failure; nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum ErasingError {
    /// On hold, erased before, or not there.
    #[error(transparent)]
    Erase(#[from] EraseError),
    /// A case could not be changed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An appeal against it, or the case that it appeals against, is on hold.
    #[error("{}", held_beside(.name, *.since))]
    HeldBeside {
        /// Which.
        name: String,
        /// Since when.
        since: Ts,
    },
    /// The last owner, or oneself.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Restricted cases would be left that nobody may look after.
    #[error("{}", only_one(*.0))]
    OnlyOne(usize),
}

impl From<DbError> for ErasingError {
    fn from(error: DbError) -> Self {
        Self::Erase(EraseError::Db(error))
    }
}

impl From<ErasingError> for Problem {
    fn from(error: ErasingError) -> Self {
        match error {
            ErasingError::Engine(error) => error.into(),
            ErasingError::Account(error) => error.into(),
            ErasingError::Erase(EraseError::Db(error)) => error.into(),
            ErasingError::Erase(EraseError::NotFound) => Self::not_found(),
            ErasingError::Erase(EraseError::Already) => Self::gone("This was erased before."),
            ErasingError::Erase(EraseError::Held { since }) => {
                let day = Moment::from(since).day;
                Self::conflict(format!(
                    "This case is on legal hold since {day}. It can be erased when the hold is lifted."
                ))
                .with("held_since", json!(since.to_string()))
            }
            ErasingError::HeldBeside { name, since } => Self::conflict(held_beside(&name, since))
                .with("held", json!(name))
                .with("held_since", json!(since.to_string())),
            ErasingError::OnlyOne(cases) => Self::conflict(only_one(cases)),
        }
    }
}

fn held_beside(name: &str, since: Ts) -> String {
    let day = Moment::from(since).day;
    format!("{name} belongs to this case and is on legal hold since {day}. Neither can be erased until that is lifted.")
}

/// Why, and both ways on.
pub(super) fn only_one(cases: usize) -> String {
    let cases = if cases == 1 { "1 restricted case".to_owned() } else { format!("{cases} restricted cases") };
    format!(
        "Nobody else may look after {cases} that this person is named on. Ask them to name a colleague there first. \
         If they are gone, hand over on the server: leeward erase person ADDRESS --hand-over ADDRESS"
    )
}
