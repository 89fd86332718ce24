//! The opening of an entry: what must be known to recompute the commitment.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::{Commitment, Digest, SALT_BYTES, commit};

/// Salt and content of one entry.
///
/// In JSON: `{"salt": base64, "event": text}` or `{"salt": base64, "digest": base64}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Opening {
    /// The 16 random bytes of this entry.
    pub salt: [u8; SALT_BYTES],
    /// What was committed to.
    pub content: Content,
}

/// The committed event, or its salted digest when the bytes are kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The canonical JSON of the event, byte for byte.
    Event(String),
    /// The commitment itself. Whoever has the bytes can check them with [`Opening::opens`].
    Digest(Commitment),
}

impl Opening {
    /// The entry this opening leads to.
    pub fn commitment(&self) -> Commitment {
        match &self.content {
            Content::Event(event) => commit(&self.salt, event.as_bytes()),
            Content::Digest(commitment) => *commitment,
        }
    }

    /// Whether these canonical bytes are what was committed to.
    pub fn opens(&self, canonical: &[u8]) -> bool {
        commit(&self.salt, canonical) == self.commitment()
    }
}

/// The JSON form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    salt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Digest>,
}

impl From<Opening> for Written {
    fn from(opening: Opening) -> Self {
        let salt = BASE64.encode(&opening.salt);
        match opening.content {
            Content::Event(event) => Self { salt, event: Some(event), digest: None },
            Content::Digest(commitment) => Self { salt, event: None, digest: Some(Digest::from_bytes(commitment.0)) },
        }
    }
}

impl TryFrom<Written> for Opening {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let salt = BASE64.decode(written.salt.as_bytes()).ok();
        let salt = salt.and_then(|salt| salt.try_into().ok());
        let salt = salt.ok_or("salt must be the base64 text of 16 bytes")?;
        let content = match (written.event, written.digest) {
            (Some(event), None) => Content::Event(event),
            (None, Some(digest)) => Content::Digest(Commitment(*digest.as_bytes())),
            _ => return Err("an opening has either event or digest"),
        };
        Ok(Self { salt, content })
    }
}
