//! The one map from errors of the engine to problems.

use crate::engine::EngineError;
use domain::case::Refused;
use serde_json::json;
use web::Problem;

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Db(error) => error.into(),
            EngineError::Refused(refused) => of_refused(refused),
            EngineError::Stale { version } => {
                Self::changed_meanwhile("Somebody changed this since you looked. Fetch it again and decide anew.")
                    .with("version", json!(version))
            }
            EngineError::NotFound => Self::not_found(),
            EngineError::KeyReused => {
                Self::conflict("This Idempotency-Key was used for another request. Send a new key.")
            }
            EngineError::OtherHands { who } => Self::conflict(other_hands(&who)).with("who_can", json!(who)),
            EngineError::Conflict(text) => Self::conflict(text),
            EngineError::Text(error) => Self::invalid_field("/body", sentence(error)),
        }
    }
}

fn of_refused(refused: Refused) -> Problem {
    match refused {
        Refused::Illegal { state, action, legal } => {
            Problem::conflict(format!("\"{action}\" is not possible while the case is {state}."))
                .with("state", json!(state))
                .with("legal", json!(legal))
        }
        Refused::TooEarly { action, from } => {
            Problem::conflict(format!("\"{action}\" is possible from {from}.")).with("from", json!(from.to_string()))
        }
        Refused::TooLate { action, until } => Problem::conflict(format!("\"{action}\" was possible until {until}."))
            .with("until", json!(until.to_string())),
        Refused::OtherHands { .. } => Problem::conflict(other_hands(&[])),
        Refused::Invalid { field, message } if field.is_empty() => Problem::invalid_field("", message),
        Refused::Invalid { field, message } => Problem::invalid_field(format!("/{}", field.replace('.', "/")), message),
        Refused::Forbidden { .. } | Refused::UnknownAction => Problem::not_found(),
        Refused::Corrupt(text) => Problem::internal(text),
    }
}

/// Why somebody else decides, and who.
pub(crate) fn other_hands(who: &[String]) -> String {
    match who {
        [] => "You closed the case yourself. Nobody else here could decide, so you can: on the page of the appeal, a day after it came, once you have proved again who you are.".to_owned(),
        who => format!("You closed the case yourself, so somebody else decides: {}.", who.join(", ")),
    }
}

/// What is wrong with a text, for the person who typed it.
pub(crate) fn sentence(error: domain::TextError) -> &'static str {
    match error {
        domain::TextError::Empty => "Write something first",
        domain::TextError::TooLong => "This is longer than 100,000 bytes. Shorten it, or put the rest in a file",
        domain::TextError::Control => "There is a control character in this. Remove it, or put the text in a file",
    }
}
