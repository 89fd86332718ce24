//! The right a row of the route table asks for, and the decision about a caller.

use crate::caller::Caller;
use domain::Permission;

/// Who may call a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody, and nobody is asked who they are: assets, health.
    Open,
    /// Anybody; a session, if there is one, is known to the handler.
    Public,
    /// The holder of a case session.
    Reporter,
    /// A researcher who is signed in to an account of their own.
    Researcher,
    /// Any signed-in member of staff.
    SignedIn,
    /// Staff who hold the permission in some scope.
    Staff(Permission),
    /// A bearer token that holds the permission in some scope.
    Token(Permission),
    /// The JSON API for anybody; a token, if one is sent, must be good.
    PublicOrToken,
}

/// A permission as a type, so that a handler's signature says which one it relies on.
pub trait Right: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
}

/// One marker type for each permission, named like it.
pub mod rights {
    use super::Right;
    use domain::Permission;

    macro_rules! rights {
        ($($name:ident),+ $(,)?) => {
            $(
                #[doc = concat!("Stands for `Permission::", stringify!($name), "`.")]
                #[derive(Debug, Clone, Copy)]
                pub struct $name;
                impl Right for $name {
                    const PERMISSION: Permission = Permission::$name;
                }
            )+
            #[cfg(test)]
            pub(super) const LISTED: &[Permission] = &[$(Permission::$name),+];
        };
    }

    rights!(
        ReadCases,
        ReadTeamText,
        ActOnCases,
        MessageReporter,
        WriteTeamText,
        AssignCases,
        RestrictCases,
        DownloadAttachments,
        SearchCases,
        ExportCases,
        EraseCases,
        ErasePeople,
        ReadAudit,
        ReadSystem,
        ManagePeople,
        ManageKeys,
        ManageSettings,
        ManageTokens,
        AwardMoney,
        ApproveMoney,
        HoldCases,
    );
}

/// What the guard does with a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Go on.
    Enter,
    /// A page for staff: show the way to the sign-in page.
    SignIn,
    /// A page for reporters: show the way to the return door.
    ReturnDoor,
    /// A page for researchers: show the way to their sign-in page.
    OwnAccount,
    /// A program without a token.
    NoToken,
    /// Somebody without the right: as if the page did not exist.
    Hide,
}

impl Access {
    /// Whether the answers may lie in shared caches.
    pub(crate) fn is_public(self) -> bool {
        matches!(self, Self::Open | Self::Public | Self::PublicOrToken)
    }

    /// Whether the row is about the house itself: people, tokens, keys, settings, its records, and what destroys.
    pub(crate) fn administers(self) -> bool {
        use Permission::{
            EraseCases, ErasePeople, ManageKeys, ManagePeople, ManageSettings, ManageTokens, ReadAudit, ReadSystem,
        };
        let (Self::Staff(permission) | Self::Token(permission)) = self else { return false };
        matches!(
            permission,
            ManagePeople
                | ManageKeys
                | ManageSettings
                | ManageTokens
                | ErasePeople
                | EraseCases
                | ReadAudit
                | ReadSystem
        )
    }

    /// The one decision about a row.
    pub(crate) fn decide(self, caller: &Caller) -> Decision {
        match (self, caller) {
            (Self::Open | Self::Public | Self::PublicOrToken, _)
            | (Self::Reporter, Caller::Reporter { .. })
            | (Self::Researcher, Caller::Researcher { .. })
            | (Self::SignedIn, Caller::Staff { .. }) => Decision::Enter,
            (Self::Reporter, _) => Decision::ReturnDoor,
            (Self::Researcher, _) => Decision::OwnAccount,
            (Self::Staff(permission), Caller::Staff { .. }) | (Self::Token(permission), Caller::Token { .. }) => {
                if caller.holds(permission) {
                    Decision::Enter
                } else {
                    Decision::Hide
                }
            }
            (Self::SignedIn | Self::Staff(_), _) => Decision::SignIn,
            (Self::Token(_), _) => Decision::NoToken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Decision, rights};
    use crate::caller::Caller;
    use domain::{Actor, Ambient, Grant, Permission, Role, Scope, Who};

    fn callers(role: Role) -> [Caller; 5] {
        let ambient = Ambient::fixed(1);
        let grants = vec![Grant { role, scope: Scope::House }];
        let actor = Actor { who: Who::Person(ambient.id()), grants };
        [
            Caller::Nameless,
            Caller::Reporter { case: ambient.id(), session: ambient.id() },
            Caller::Researcher { person: ambient.id(), session: ambient.id() },
            Caller::Staff { actor: actor.clone(), session: ambient.id(), step_up_at: None, unseen: 0, keys_off: false },
            Caller::Token { actor, scopes: vec![Permission::ReadCases] },
        ]
    }

    #[test]
    fn every_permission_has_its_marker() {
        assert_eq!(rights::LISTED, Permission::ALL);
    }

    #[test]
    fn each_kind_of_caller_enters_only_its_rows() {
        use Decision::{Enter, Hide, NoToken, OwnAccount, ReturnDoor, SignIn};
        let table = [
            (Access::Public, [Enter, Enter, Enter, Enter, Enter]),
            (Access::Reporter, [ReturnDoor, Enter, ReturnDoor, ReturnDoor, ReturnDoor]),
            (Access::Researcher, [OwnAccount, OwnAccount, Enter, OwnAccount, OwnAccount]),
            (Access::SignedIn, [SignIn, SignIn, SignIn, Enter, SignIn]),
            (Access::Staff(Permission::ReadCases), [SignIn, SignIn, SignIn, Enter, SignIn]),
            (Access::Staff(Permission::ManageKeys), [SignIn, SignIn, SignIn, Hide, SignIn]),
            (Access::Token(Permission::ReadCases), [NoToken, NoToken, NoToken, NoToken, Enter]),
            (Access::Token(Permission::ReadAudit), [NoToken, NoToken, NoToken, NoToken, Hide]),
        ];
        for (access, expected) in table {
            let seen = callers(Role::Triager).map(|caller| access.decide(&caller));
            assert_eq!(seen, expected, "{access:?}");
        }
    }

    #[test]
    fn a_token_needs_scope_and_grant() {
        let [.., token] = callers(Role::Finance);
        assert!(token.holds(Permission::ReadCases));
        assert!(!token.holds(Permission::AwardMoney), "granted, but the token was not given it");
    }
}
