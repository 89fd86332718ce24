//! Bounces: mails that tell that a letter of ours did not arrive (RFC 3464), and what becomes of the letter.

use super::bounds::Costs;
use super::entity::{Entity, Kind, Parts};
use super::text;
use crate::answer::Answer;
use crate::letter::LetterId;
use crate::store::{self, State};
use db::{Db, DbError, Tx, fetch_optional, stmt};
use domain::CaseId;
use mail_parser::{HeaderValue, Message, MimeHeaders};
use std::str::FromStr;

/// Parts of a report that are looked at; RFC 3462 has three.
const PARTS: usize = 10;
/// Names of mails that are looked at in those before a mail.
const NAMES: usize = 50;

/// What a bounce says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounce {
    /// Names that could be those of letters of ours: the part of each `Message-ID` before the `@`.
    pub letters: Vec<LetterId>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded` (RFC 3464 section 2.3.3).
    pub action: String,
    /// Enhanced status, such as `5.1.1` (RFC 3463).
    pub status: String,
    /// What the other server said.
    pub diagnostic: String,
}

/// The bounce in a message, where it is a delivery report.
pub(super) fn of(head: &Message<'_>, parts: &Parts<'_>, costs: &mut Costs) -> Option<Bounce> {
    let kind = head.content_type()?;
    let report = kind.attribute("report-type").unwrap_or_default();
    if !(kind.ctype().eq_ignore_ascii_case("multipart")
        && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
        && report.eq_ignore_ascii_case("delivery-status"))
    {
        return None;
    }
    let mut bounce = Bounce::default();
    for leaf in parts.attachments.iter().filter_map(|at| parts.all.get(*at)).take(PARTS) {
        let bytes = leaf.decoded();
        match (leaf.kind, leaf.head.subtype.as_str()) {
            (Kind::Message, _) | (_, "rfc822-headers") => {
                let Ok(inner) = Entity::of(&bytes, costs) else { continue };
                bounce.letters.extend(inner.head.message_id().and_then(letter));
            }
            (_, "delivery-status") => read_status(&String::from_utf8_lossy(&bytes), &mut bounce),
            _ => {}
        }
    }
    Some(bounce)
}

fn read_status(text: &str, bounce: &mut Bounce) {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    bounce.action = field(&unfolded, "action").unwrap_or_default().to_ascii_lowercase();
    bounce.status = field(&unfolded, "status").unwrap_or_default();
    let said = field(&unfolded, "diagnostic-code").unwrap_or_default();
    bounce.diagnostic = said.split_once(';').map_or(said.clone(), |(_, words)| words.trim().to_owned());
}

fn field(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.trim().eq_ignore_ascii_case(name).then(|| text::one_line(value))
    })
}

fn letter(message_id: &str) -> Option<LetterId> {
    let local = message_id.trim().trim_matches(['<', '>']).split('@').next()?;
    LetterId::from_str(local).ok()
}

/// Letters of ours that a mail may say to answer: the names in `In-Reply-To` and `References` that could be theirs.
pub(super) fn answered(message: &Message<'_>) -> Vec<LetterId> {
    let lists = [message.in_reply_to(), message.references()].into_iter().filter_map(HeaderValue::as_text_list);
    lists.flat_map(|list| list.iter().rev()).take(NAMES).filter_map(|id| letter(id)).collect()
}

/// A letter of ours of which a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// The letter.
    pub letter: LetterId,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// It did not arrive. Else it is on its way, or there, and nothing was changed.
    pub failed: bool,
    /// It was known before that it did not arrive; nothing was changed.
    pub known: bool,
}

/// Marks the letter that came back as failed. None when no letter of ours is named.
pub async fn bounced(tx: &mut Tx, db: &Db, bounce: &Bounce) -> Result<Option<Returned>, DbError> {
    for id in &bounce.letters {
        let Some(letter) = store::one(tx, db, *id).await? else { continue };
        let case = letter.case;
        let mut back = Returned { letter: *id, case, failed: bounce.action == "failed", known: false };
        if !back.failed {
            return Ok(Some(back));
        }
        if let Some(case) = case {
            hold(tx, case).await?;
        }
        // Somebody may have brought it while we waited for the case.
        back.known = store::one(tx, db, *id).await?.is_none_or(|letter| letter.state == State::Failed);
        if !back.known {
            let code = bounce.diagnostic.get(..3).and_then(|code| code.parse().ok());
            let words = format!("It came back: {} {}", bounce.status, bounce.diagnostic);
            let answer = Answer::new(code.filter(|code| (400..600).contains(code)), &words);
            store::write_failed(tx, db, id.uuid(), &answer).await?;
        }
        return Ok(Some(back));
    }
    Ok(None)
}

/// Nobody changes the case until this write ends. Cases come before letters, as in an erasure: two that take
/// them in another order would wait for each other.
async fn hold(tx: &mut Tx, case: CaseId) -> Result<(), DbError> {
    let statement = stmt!(
        sqlite: "SELECT id FROM cases WHERE id = $1",
        pg: "SELECT id FROM cases WHERE id = $1 FOR UPDATE",
    );
    fetch_optional!(tx, (uuid::Uuid,), statement, case.uuid()).map(|_| ())
}
