//! Answers: a mail that says to answer a letter of ours belongs to the case that the letter was about.

use super::{Read, Returned};
use crate::contact::{self, Contact, ContactToken};
use crate::{MailAddress, store};
use db::{Db, DbError, Tx};

/// The address of the case to whose reporter the letter went that this mail answers, whatever its standing. Only where
/// the mail comes from the very address to which the letter went: the name of a letter is known to whoever has it, an
/// address alone to many. What a program sent by itself answers nothing.
pub async fn replied(tx: &mut Tx, db: &Db, mail: &Read) -> Result<Option<Contact>, DbError> {
    let from = mail.from.as_ref().and_then(|from| from.address.parse::<MailAddress>().ok());
    let Some(from) = from.filter(|_| !mail.by_machine) else { return Ok(None) };
    for id in &mail.answers {
        let Some(letter) = store::one(tx, db, *id).await? else { continue };
        let (Some(case), None) = (letter.case, letter.person) else { continue };
        let kept = contact::of_case(tx, db, case).await?;
        let kept = kept.filter(|kept| kept.address.as_str().eq_ignore_ascii_case(from.as_str()));
        if kept.is_some() {
            return Ok(kept);
        }
    }
    Ok(None)
}

/// The secrets of links that stand in the letters of ours that a mail says to answer: it may quote them. Whoever sent it,
/// they are for the mailbox alone to which the letter went.
pub async fn quoted(tx: &mut Tx, db: &Db, mail: &Read) -> Result<Vec<ContactToken>, DbError> {
    let mut tokens = Vec::new();
    for id in &mail.answers {
        let Some(letter) = store::one(tx, db, *id).await? else { continue };
        let (Some(case), None) = (letter.case, letter.person) else { continue };
        if let Some(kept) = contact::of_case(tx, db, case).await?
            && !tokens.contains(&kept.token)
        {
            tokens.push(kept.token);
        }
    }
    Ok(tokens)
}

/// The letter of ours that a program answered by itself: it has arrived, and there is nothing that anybody wrote.
pub async fn auto_replied(tx: &mut Tx, db: &Db, mail: &Read) -> Result<Option<Returned>, DbError> {
    if !mail.auto_reply {
        return Ok(None);
    }
    for id in &mail.answers {
        if let Some(letter) = store::one(tx, db, *id).await? {
            return Ok(Some(Returned { letter: *id, case: letter.case, failed: false, known: false }));
        }
    }
    Ok(None)
}
