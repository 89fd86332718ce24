//! Legal hold of a case: its pages, its rows for programs, and what the page of the case shows of it.
//!
//! [`Permission::HoldCases`] decides, a right of owners and admins. Lifting a hold opens the way to an
//! erasure, so on pages it asks for a fresh proof; setting one is a brake, and a brake must be quick.

mod api;
mod pages;

use crate::Viewer;
use crate::engine::Loaded;
use crate::people::{Colleague, Names};
use crate::problem::sentence;
use db::event::Record;
use domain::{Permission, PersonId, TeamText};
use web::layout::{Banner, BannerKind, Moment};
use web::{Access, Form, Problem, Route, get, post};

/// Longest reason for a hold or an erasure, in characters: it stands in a banner and in lists.
const REASON_MAX: usize = 1_000;

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::HoldCases);
    let token = Access::Token(Permission::HoldCases);
    vec![
        get("/desk/cases/{id}/hold", staff, pages::ask_hold),
        post("/desk/cases/{id}/hold", staff, pages::hold),
        get("/desk/cases/{id}/release", staff, pages::ask_release).step_up(),
        post("/desk/cases/{id}/release", staff, pages::release).step_up(),
        post("/api/v1/cases/{id}/hold", token, api::hold).doc(api::hold_doc()),
        post("/api/v1/cases/{id}/release", token, api::release).doc(api::release_doc()),
    ]
}

/// What the page of a case offers beside its work: the export, the hold and the erasure.
#[expect(clippy::struct_excessive_bools, reason = "a page asks many small questions")]
pub(crate) struct Care {
    pub(crate) href: String,
    pub(crate) held: bool,
    pub(crate) may_hold: bool,
    pub(crate) may_erase: bool,
    pub(crate) may_export: bool,
}

impl Care {
    /// For this viewer.
    pub(crate) fn of(viewer: &Viewer, case: &Loaded) -> Self {
        let may = |permission| viewer.may(permission, &case.facts);
        Self {
            href: format!("/desk/cases/{}", case.name()),
            held: case.held_since.is_some(),
            may_hold: may(Permission::HoldCases),
            may_erase: may(Permission::EraseCases),
            may_export: may(Permission::ExportCases),
        }
    }

    /// Nothing to offer.
    pub(crate) fn is_empty(&self) -> bool {
        !self.may_hold && !self.may_erase && !self.may_export
    }
}

/// The hold in force, in words, when there is one. Who may not read the team's events reads only since when.
pub(crate) fn banner(case: &Loaded, records: &[Record], names: &Names) -> Option<Banner> {
    let since = Moment::from(case.held_since?).day;
    let set = records.iter().rev().find(|record| record.kind == "hold_set");
    let by = set.and_then(|record| record.actor).map(|id| names.known(PersonId::from_uuid(id)));
    let by = by.map(|name| format!(", set by {name}")).unwrap_or_default();
    let why = set.and_then(|record| record.data["reason"].as_str());
    let why = why.map(|reason| format!(" Why: {reason}")).unwrap_or_default();
    let text = format!("Since {since}{by}. Nobody can erase this case until the hold is lifted.{why}");
    Some(Banner { kind: BannerKind::Notice, lead: "On legal hold.".to_owned(), text })
}

/// Names of colleagues with this right over the case, in order: `Ana, Ines and 3 more`.
pub(crate) fn who_may(people: &[Colleague], permission: Permission, case: &Loaded) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<&str> =
        people.iter().filter(|c| c.may(permission, &case.facts)).map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    match names.as_slice() {
        [] => "nobody who can see this case".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] if names.len() <= SHOWN => format!("{} and {last}", most.join(", ")),
        _ => format!("{} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN),
    }
}

/// The reason in the field `reason`, or its error beside it.
pub(crate) fn reason(form: &mut Form) -> Option<TeamText> {
    let typed = form.required("reason", "Write why. The log keeps it");
    if !form.ok() {
        return None;
    }
    match check(typed) {
        Ok(reason) => Some(reason),
        Err(message) => {
            form.refuse("reason", message);
            None
        }
    }
}

/// The reason in a JSON body.
pub(crate) fn reason_sent(typed: &str) -> Result<TeamText, Problem> {
    check(typed.trim().to_owned()).map_err(|message| Problem::invalid_field("/reason", message))
}

fn check(typed: String) -> Result<TeamText, &'static str> {
    if typed.chars().count() > REASON_MAX {
        return Err("Use at most 1,000 characters");
    }
    TeamText::new(typed).map_err(sentence)
}
