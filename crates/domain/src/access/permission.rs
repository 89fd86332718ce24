//! Permissions: single things one can be allowed to do, and the roles that hold each.

use super::Role;
use crate::words::words;

words! {
    "permission"
    /// One thing one can be allowed to do.
    pub enum Permission {
        /// See that a case exists and read what the reporter and the team said to each other.
        ReadCases = "read-cases",
        /// Read notes and events that only the team may see.
        ReadTeamText = "read-team-text",
        /// Move a case: triage, accept, close, set its severity.
        ActOnCases = "act-on-cases",
        /// Write to the reporter.
        MessageReporter = "message-reporter",
        /// Write a note for the team.
        WriteTeamText = "write-team-text",
        /// Give a case to somebody.
        AssignCases = "assign-cases",
        /// Restrict a case to named people, and name them.
        RestrictCases = "restrict-cases",
        /// Fetch files of a case.
        DownloadAttachments = "download-attachments",
        /// Search in the words of cases.
        SearchCases = "search-cases",
        /// Take whole cases out of the house.
        ExportCases = "export-cases",
        /// Destroy the key of a case.
        EraseCases = "erase-cases",
        /// Destroy the key of a person.
        ErasePeople = "erase-people",
        /// Read who did and read what.
        ReadAudit = "read-audit",
        /// Read how the server is doing: queues, storage, clocks.
        ReadSystem = "read-system",
        /// Invite, change and remove people and their roles.
        ManagePeople = "manage-people",
        /// Turn keys, make recovery copies.
        ManageKeys = "manage-keys",
        /// Change programmes and the settings of the house.
        ManageSettings = "manage-settings",
        /// Make and revoke API tokens of others.
        ManageTokens = "manage-tokens",
        /// Propose or make a reward.
        AwardMoney = "award-money",
        /// Be the second person of a reward above the threshold.
        ApproveMoney = "approve-money",
        /// Put a case on legal hold, and lift it. A right of its own: a hold guards a case against those who
        /// may erase, so setting one must not take the right to destroy. Last, since tokens store places.
        HoldCases = "hold-cases",
    }
}

impl Permission {
    /// The roles that hold it.
    pub const fn roles(self) -> &'static [Role] {
        use Role::{Admin, Auditor, Finance, Guest, Owner, Triager};
        match self {
            Self::ReadCases => &[Owner, Admin, Triager, Finance, Auditor, Guest],
            Self::ReadTeamText => &[Owner, Admin, Triager, Auditor],
            Self::ActOnCases | Self::WriteTeamText | Self::AssignCases | Self::RestrictCases => {
                &[Owner, Admin, Triager]
            }
            Self::MessageReporter => &[Owner, Admin, Triager, Guest],
            Self::DownloadAttachments => &[Owner, Admin, Triager, Auditor, Guest],
            Self::SearchCases => &[Owner, Admin, Triager, Finance, Auditor],
            Self::ExportCases | Self::ReadAudit | Self::ReadSystem => &[Owner, Admin, Auditor],
            Self::ManagePeople | Self::ManageSettings | Self::ManageTokens | Self::HoldCases => &[Owner, Admin],
            Self::EraseCases | Self::ErasePeople | Self::ManageKeys => &[Owner],
            Self::AwardMoney => &[Owner, Triager, Finance],
            Self::ApproveMoney => &[Owner, Finance],
        }
    }

    /// OR of [`Role::bit`] of the roles that hold it: what SQL compares a grant's bit with.
    pub const fn roles_mask(self) -> i64 {
        let roles = self.roles();
        let mut mask = 0;
        let mut i = 0;
        while i < roles.len() {
            mask |= roles[i].bit();
            i += 1;
        }
        mask
    }
}
