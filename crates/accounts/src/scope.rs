//! How a scope lies in the table `grants`.
//!
//! A desk has no id of its own, so its word stands in the column `scope`: `desk:bounty` with a nil
//! `scope_id`. SQL then compares it with `'desk:' || cases.desk`.

use domain::{CaseId, Desk, ProgrammeId, Scope};
use uuid::Uuid;

/// The columns `scope` and `scope_id`.
pub(crate) const fn columns(scope: Scope) -> (&'static str, Uuid) {
    match scope {
        Scope::House => ("house", Uuid::nil()),
        Scope::Desk(desk) => (desk_word(desk), Uuid::nil()),
        Scope::Programme(id) => ("programme", id.uuid()),
        Scope::Case(id) => ("case", id.uuid()),
    }
}

/// The scope of a row; `None` for a word of a newer release, which then grants nothing.
pub(crate) fn read(word: &str, id: Uuid) -> Option<Scope> {
    match word {
        "house" => Some(Scope::House),
        "programme" => Some(Scope::Programme(ProgrammeId::from_uuid(id))),
        "case" => Some(Scope::Case(CaseId::from_uuid(id))),
        other => other.strip_prefix("desk:")?.parse().ok().map(Scope::Desk),
    }
}

const fn desk_word(desk: Desk) -> &'static str {
    match desk {
        Desk::Bounty => "desk:bounty",
        Desk::Disclosure => "desk:disclosure",
        Desk::Trust => "desk:trust",
        Desk::Privacy => "desk:privacy",
        Desk::Safety => "desk:safety",
        Desk::Research => "desk:research",
    }
}

#[cfg(test)]
mod tests {
    use super::{columns, read};
    use domain::{CaseId, Desk, ProgrammeId, Role, Scope};
    use uuid::Uuid;

    #[test]
    fn every_scope_comes_back() {
        let id = Uuid::from_u128(7);
        let mut scopes =
            vec![Scope::House, Scope::Programme(ProgrammeId::from_uuid(id)), Scope::Case(CaseId::from_uuid(id))];
        scopes.extend(Desk::ALL.iter().map(|d| Scope::Desk(*d)));
        for scope in scopes {
            let (word, id) = columns(scope);
            assert_eq!(read(word, id), Some(scope));
        }
        for desk in Desk::ALL {
            assert_eq!(columns(Scope::Desk(*desk)).0, format!("desk:{desk}"));
        }
        assert_eq!(read("galaxy", id), None);
    }

    #[test]
    fn stored_role_bits_stay_what_they_are() {
        let bits: Vec<_> = Role::ALL.iter().map(|r| (r.as_str(), r.bit())).collect();
        let stored = [("owner", 1), ("admin", 2), ("triager", 4), ("finance", 8), ("auditor", 16), ("guest", 32)];
        assert_eq!(bits, stored, "the column grants.role holds these");
    }
}
