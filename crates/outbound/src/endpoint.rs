//! An endpoint: where messages go, about what, and how it is doing.

use crate::kind::Kind;
use crate::rules::Rules;
use crate::secret::Secret;
use db::{DataKey, Db, DbError, field};
use domain::{ProgrammeId, Ts};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why nothing is sent any more until somebody says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The receiver answered 410: it is gone.
    Gone,
    /// It took nothing for days.
    Failing,
}

impl Why {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// Whether messages go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They do.
    Active,
    /// Somebody paused it.
    Paused,
    /// We stopped by ourselves.
    Disabled(Why),
}

impl Standing {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disabled(_) => "disabled",
        }
    }

    pub(crate) fn read(word: &str, why: Option<&str>) -> Self {
        match (word, why) {
            ("active", _) => Self::Active,
            ("paused", _) => Self::Paused,
            (_, Some("gone")) => Self::Disabled(Why::Gone),
            _ => Self::Disabled(Why::Failing),
        }
    }
}

/// What somebody wants an endpoint to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What it is called here, 1 to 100 characters.
    pub label: String,
    /// Where messages go.
    pub url: String,
    /// Only cases of this programme; none for all.
    pub programme: Option<ProgrammeId>,
    /// Bits of [`Kind::CHOICES`].
    pub kinds: i64,
    /// Whether messages may carry titles of cases.
    pub titles: bool,
}

/// What is wrong with a wish: field and words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{1}")]
pub struct WishError(pub &'static str, pub String);

impl Wish {
    /// Refuses what cannot be.
    pub fn check(&self, rules: &Rules) -> Result<(), WishError> {
        let length = self.label.trim().chars().count();
        if !(1..=100).contains(&length) || self.label.chars().any(char::is_control) {
            return Err(WishError("label", "Write a name of 1 to 100 characters".to_owned()));
        }
        rules.read(&self.url).map_err(|why| WishError("url", why))?;
        if self.kinds == 0 || self.kinds & !Kind::every() != 0 {
            return Err(WishError("kinds", "Pick at least one thing to send".to_owned()));
        }
        Ok(())
    }
}

/// A secret and until when it signs; none for the one that stays.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<i64>,
}

/// What is sealed of an endpoint.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Sealed {
    pub(crate) label: String,
    pub(crate) url: String,
    pub(crate) secrets: Vec<Held>,
}

impl Sealed {
    /// The secrets that sign at this instant, the newest first.
    pub(crate) fn secrets(&self, now: Ts) -> Vec<Secret> {
        let holds = |held: &&Held| held.until.is_none_or(|until| now.micros() < until);
        self.secrets.iter().filter(holds).filter_map(|held| Secret::parse(&held.secret)).collect()
    }

    pub(crate) fn seal(&self, db: &Db, id: Uuid, version: i64) -> Result<Vec<u8>, DbError> {
        let plain = serde_json::to_vec(self).map_err(|e| DbError::Inconsistent(e.to_string()))?;
        let house: &DataKey = db.keys().house();
        Ok(house.seal(field::WEBHOOK, id, column(id, version)?, &plain, db.ambient().random.as_ref()))
    }

    pub(crate) fn open(db: &Db, id: Uuid, (version, body): (i64, &[u8])) -> Result<Self, DbError> {
        let plain = db.keys().house().open(field::WEBHOOK, id, column(id, version)?, body)?;
        serde_json::from_slice(&plain).map_err(|e| DbError::Inconsistent(format!("webhook {id}: {e}")))
    }
}

fn column(id: Uuid, version: i64) -> Result<u32, DbError> {
    u32::try_from(version).map_err(|e| DbError::Inconsistent(format!("webhook {id}: {e}")))
}

/// An endpoint as pages show it: never its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: Uuid,
    /// What was wished for.
    pub wish: Wish,
    /// Whether messages go there.
    pub standing: Standing,
    /// Counts every change up; who changes it says which one they saw.
    pub version: i64,
    /// When it was added.
    pub created_at: Ts,
    /// Since when it takes nothing; none while all is well.
    pub failing_since: Option<Ts>,
    /// Until when it asked to be left alone.
    pub not_before: Option<Ts>,
    /// Until when an older secret signs too.
    pub rotating_until: Option<Ts>,
}
