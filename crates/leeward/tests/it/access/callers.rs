//! The callers of the table. The columns of the table are exactly these, in this order.

use domain::{Desk, Role};

/// Somebody who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Nothing shown.
    Nobody,
    /// Came by the return code of this row's case.
    Reporter,
    /// Came by the return code of another case.
    Other,
    /// A researcher in whose account the open and the erased case are.
    Researcher,
    /// A guest of each case of the scene and of nothing else.
    Guest,
    /// A triager of the whole house.
    Triager,
    /// A triager of the whole house who is named on the restricted case.
    Member,
    /// A triager of another programme.
    Elsewhere,
    /// Finance of the whole house.
    Finance,
    /// Auditor of the whole house.
    Auditor,
    /// An administrator of one desk only.
    DeskAdmin,
    /// Administrator.
    Admin,
    /// An owner who has just proved who they are.
    Owner,
    /// An owner whose last proof is too long ago.
    Unproved,
    /// An owner whose session was ended.
    Ended,
    /// A token of an owner with every scope.
    All,
    /// A token of the named triager with every scope that triagers hold.
    Named,
    /// A token of an owner that may only read cases.
    Narrow,
    /// A token of an owner after its last day.
    Expired,
    /// A token of an owner that was revoked.
    Revoked,
}

use Caller::{
    Admin, All, Auditor, DeskAdmin, Elsewhere, Ended, Expired, Finance, Guest, Member, Named, Narrow, Nobody, Other,
    Owner, Reporter, Researcher, Revoked, Triager, Unproved,
};

/// Everybody, as the header of the table names them.
pub const CALLERS: [(&str, Caller); 20] = [
    ("nobody", Nobody),
    ("reporter", Reporter),
    ("other", Other),
    ("researcher", Researcher),
    ("guest", Guest),
    ("triager", Triager),
    ("member", Member),
    ("elsewhere", Elsewhere),
    ("finance", Finance),
    ("auditor", Auditor),
    ("deskadmin", DeskAdmin),
    ("admin", Admin),
    ("owner", Owner),
    ("unproved", Unproved),
    ("ended", Ended),
    ("all", All),
    ("named", Named),
    ("narrow", Narrow),
    ("expired", Expired),
    ("revoked", Revoked),
];

/// Where a role reaches in the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    House,
    EachCase,
    Desk(Desk),
    OtherProgramme,
}

impl Caller {
    /// The role of the person behind the caller and where it reaches.
    pub fn role(self) -> Option<(Role, Reach)> {
        match self {
            Nobody | Reporter | Other | Researcher => None,
            Guest => Some((Role::Guest, Reach::EachCase)),
            Triager | Member | Named => Some((Role::Triager, Reach::House)),
            Elsewhere => Some((Role::Triager, Reach::OtherProgramme)),
            Finance => Some((Role::Finance, Reach::House)),
            Auditor => Some((Role::Auditor, Reach::House)),
            DeskAdmin => Some((Role::Admin, Reach::Desk(Desk::Bounty))),
            Admin => Some((Role::Admin, Reach::House)),
            Owner | Unproved | Ended | All | Narrow | Expired | Revoked => Some((Role::Owner, Reach::House)),
        }
    }

    /// Whether it is a program with a token.
    pub fn is_token(self) -> bool {
        matches!(self, All | Named | Narrow | Expired | Revoked)
    }
}
