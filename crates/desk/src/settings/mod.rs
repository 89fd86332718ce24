//! The page from which every setting is reached: those of the desk, those of each person, and those that
//! stand in the configuration file.

use crate::Viewer;
use crate::calendar::pages::in_charge;
use askama::Template;
use domain::Permission;
use web::{Access, Page, Reply, Route, Staff, View, get};

/// One page of settings: who sees it, where it is, what it is called and what it is for.
struct Entry {
    permission: Option<Permission>,
    href: &'static str,
    label: &'static str,
    words: &'static str,
}

struct Group {
    title: &'static str,
    entries: Vec<&'static Entry>,
}

const fn entry(permission: Permission, href: &'static str, label: &'static str, words: &'static str) -> Entry {
    Entry { permission: Some(permission), href, label, words }
}

const fn own(href: &'static str, label: &'static str, words: &'static str) -> Entry {
    Entry { permission: None, href, label, words }
}

/// Every page of settings. A new one is a line here.
const GROUPS: [(&str, &[Entry]); 4] = [
    (
        "How we work",
        &[
            entry(
                Permission::ManageSettings,
                "/desk/settings/programmes",
                "Programmes",
                "What may be tested, what you promise, what is taken at the moment.",
            ),
            entry(
                Permission::ManageSettings,
                "/desk/settings/calendars",
                "Calendars",
                "When people work here: hours, holidays, time zones.",
            ),
            entry(
                Permission::ManageSettings,
                "/desk/settings/targets",
                "Targets",
                "How long we may take, for each programme and severity.",
            ),
            entry(
                Permission::ManageSettings,
                "/desk/settings/on-call",
                "On call",
                "Who is warned when nobody looks, and who is away.",
            ),
            entry(
                Permission::ManageSettings,
                "/desk/settings/answers",
                "Stock answers",
                "Prepared words to reporters.",
            ),
            entry(
                Permission::ManagePeople,
                "/desk/researchers",
                "Researchers",
                "Who reports under an account, and whose new reports are not taken.",
            ),
        ],
    ),
    (
        "Who works here",
        &[
            entry(
                Permission::ManagePeople,
                "/desk/people",
                "People",
                "Roles and what they reach, lost access, leaving.",
            ),
            entry(Permission::ManagePeople, "/desk/people/invite", "Invite", "Let somebody in by a link."),
        ],
    ),
    (
        "The house",
        &[
            entry(Permission::ReadSystem, "/desk/system", "System", "Queues, disk, backups, keys, versions, clock."),
            entry(Permission::ReadSystem, "/desk/mail", "Mail", "Whether letters go out, and those that did not."),
            entry(
                Permission::ManageSettings,
                "/desk/webhooks",
                "Webhooks",
                "Which programs of yours hear of cases, and whether messages arrive.",
            ),
            entry(Permission::ReadAudit, "/desk/audit", "Audit", "Who read what, and what happened to the house."),
            entry(
                Permission::ManageSettings,
                "/desk/settings/retention",
                "Retention",
                "How long closed cases are kept. For ever, unless you say otherwise.",
            ),
            entry(
                Permission::EraseCases,
                "/desk/erasures",
                "Erasures",
                "What was erased, and whether it is gone from the disk.",
            ),
            entry(
                Permission::ManageKeys,
                "/desk/recovery",
                "Recovery words",
                "The only way back when the master key is lost.",
            ),
        ],
    ),
    (
        "Your own",
        &[
            own("/desk/account", "Account", "Sessions, password, second factor, recovery codes."),
            own("/desk/account/tokens", "Tokens", "Let a program in as you, with less than you may."),
            own("/desk/account/mail", "Your mail", "What you hear of, and how often."),
            own("/desk/quiet-hours", "Quiet hours", "When no mail comes that can wait."),
        ],
    ),
];

/// What stands in the configuration file: its table, and what that is for.
const FILE: [(&str, &str); 6] = [
    ("[organisation]", "the name on every page"),
    ("[programme]", "the first programme, until somebody changes it here"),
    ("[mail]", "the server that sends letters, the sender, how much letters say"),
    ("[log]", "the name of the log and how often a checkpoint is published"),
    ("[store]", "where data and files lie, the disk floor, how often everything is checked"),
    ("[server]", "address, public URL, proxies, limits"),
];

#[derive(Template)]
#[template(path = "settings/templates/settings.html")]
struct SettingsPage {
    page: Page,
    groups: Vec<Group>,
    file: &'static [(&'static str, &'static str)],
}

fn groups(viewer: &Viewer) -> Vec<Group> {
    let seen = |entry: &&Entry| entry.permission.is_none_or(|permission| viewer.may_house(permission));
    let group = |(title, entries): &(&'static str, &'static [Entry])| Group {
        title,
        entries: entries.iter().filter(seen).collect(),
    };
    GROUPS.iter().map(group).filter(|group| !group.entries.is_empty()).collect()
}

async fn show(staff: Staff, view: View) -> Reply {
    let viewer = in_charge(staff)?;
    Ok(view.show(&SettingsPage { page: view.page("Settings"), groups: groups(&viewer), file: &FILE }))
}

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    vec![get("/desk/settings", Access::Staff(Permission::ManageSettings), show)]
}

/// The address of every page of settings, for a test that asks whether it is there.
pub fn pages() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|(_, entries)| entries.iter()).map(|entry| entry.href)
}
