//! Opening an appeal against the close of a case.

use super::links::{self, Link};
use super::own::{self, Own};
use super::people::name_members;
use super::{EngineError, Loaded, NewCase, Opened, load_for_change, open};
use db::{Db, Tx};
use domain::case::appeal::APPEAL_WITHIN;
use domain::case::{Audience, LinkKind, Party, Refused, find};
use domain::{CaseId, ReporterText, Ts};
use serde_json::json;

/// An appeal about to be opened.
#[derive(Debug, Clone)]
pub struct Appealing {
    /// Against the close of which case.
    pub case: CaseId,
    /// What the reporter says.
    pub text: ReporterText,
    /// The reporter, or who does it for them.
    pub by: Party,
}

/// Until when the reporter can appeal against the close that stands: none where they cannot.
pub fn appealable(case: &Loaded, links: &[Link], now: Ts) -> Option<Ts> {
    let ending = case.machine.ending(&case.state)?;
    let until = ending.at.plus(APPEAL_WITHIN);
    (now <= until && !is_there(links, ending.number)).then_some(until)
}

/// Whether somebody appealed against this close.
fn is_there(links: &[Link], number: u32) -> bool {
    links.iter().any(|l| l.kind == LinkKind::Appeal && !l.outgoing && l.number == i64::from(number))
}

/// Opens an appeal: one for each close. It is restricted where its case is.
pub async fn appeal(tx: &mut Tx, db: &Db, new: Appealing) -> Result<Opened, EngineError> {
    if let Some(why) = crate::secrets::found(new.text.as_str()) {
        return Err(Refused::invalid("body", why).into());
    }
    let case = load_for_change(tx, db, new.case).await?;
    let Some(ending) = case.machine.ending(&case.state) else {
        let state = case.summary().state;
        return Err(Refused::Illegal { state, action: "appeal".to_owned(), legal: Vec::new() }.into());
    };
    let number = ending.number;
    if is_there(&links::links(tx, case.id).await?, number) {
        let text = "There is an appeal against this close already, and there is one for each.";
        return Err(EngineError::Conflict(text.to_owned()));
    }
    let machine = find("appeal").ok_or_else(|| EngineError::corrupt("no such type of case"))?;
    let wanted = NewCase {
        machine,
        programme: case.facts.programme,
        draft: None,
        input: json!({ "about": case.id, "ending": ending, "text": new.text }),
        title: format!("Appeal: {}", case.title),
        code: None,
        by: new.by,
    };
    let opened = open(tx, db, wanted).await?;
    links::link(tx, db, (opened.id, case.id), (LinkKind::Appeal, number)).await?;
    if case.facts.restricted {
        name_members(tx, db, opened.id, (&Party::System, case.facts.members.clone())).await?;
    }
    let data = json!({ "appeal": opened.id.to_string(), "name": opened.name });
    let told = Own { kind: "appeal_opened", audience: Audience::Reporter, data };
    own::record(tx, db, &case, told, &new.by).await?;
    Ok(opened)
}
