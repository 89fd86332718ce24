//! What a permission means, in the words of the page where a token is made.

use domain::Permission;

/// What a token with this permission may do: `Read cases and what was said in them`.
pub(crate) const fn words(permission: Permission) -> &'static str {
    match permission {
        Permission::ReadCases => "Read cases and what reporters were told",
        Permission::ReadTeamText => "Read team notes",
        Permission::ActOnCases => "Decide on cases: accept, rate, close",
        Permission::MessageReporter => "Write to reporters",
        Permission::WriteTeamText => "Write team notes",
        Permission::AssignCases => "Give cases to people",
        Permission::RestrictCases => "Restrict cases to named people",
        Permission::DownloadAttachments => "Fetch files",
        Permission::SearchCases => "Search in cases",
        Permission::ExportCases => "Take whole cases out",
        Permission::EraseCases => "Erase cases for good",
        Permission::ErasePeople => "Erase people for good",
        Permission::ReadAudit => "Read who did and read what",
        Permission::ReadSystem => "Read how the server is doing",
        Permission::ManagePeople => "Invite people and change their roles",
        Permission::ManageKeys => "Turn keys and make recovery words",
        Permission::ManageSettings => "Change programmes and settings",
        Permission::ManageTokens => "Revoke tokens of others",
        Permission::AwardMoney => "Propose rewards",
        Permission::ApproveMoney => "Approve rewards",
        Permission::HoldCases => "Put cases on legal hold and lift it",
    }
}
