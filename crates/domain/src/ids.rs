//! Identifiers: one type per kind of thing, all UUIDs underneath.
//!
//! New ones are version 7 (RFC 9562 section 5.7) and come from [`Ambient::id`](crate::Ambient::id),
//! so they sort by time of making and a test can foresee them.

use uuid::Uuid;

/// What [`Ambient::id`](crate::Ambient::id) can make.
pub trait Id: Copy {
    /// Wraps a UUID that is known to name this kind of thing.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name this kind of thing.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl Id for $name {
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )+ };
}

ids! {
    /// A case of any type.
    CaseId,
    /// A person with an account, or a kept reporter.
    PersonId,
    /// One recorded event of a case or of the house.
    EventId,
    /// One message on a case.
    MessageId,
    /// One stored file.
    AttachmentId,
    /// A programme: the brief under which reports come in.
    ProgrammeId,
    /// A signed-in session.
    SessionId,
    /// A queued piece of work.
    JobId,
    /// A wrapped data key.
    KeyId,
    /// A reward, whole: one decision, paid in one part or in several.
    RewardId,
}

#[cfg(test)]
mod tests {
    use super::CaseId;

    #[test]
    fn text_and_json_come_back() {
        let text = "0193a2b4-0000-7000-8000-00000000002a";
        let id: CaseId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<CaseId>(&json).unwrap(), id);
    }
}
