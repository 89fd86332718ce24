//! Splitting and merging in one write with the answer to the request, for pages and programs alike.

use crate::Viewer;
use crate::case::head;
use crate::engine::{self, EngineError, Loaded, Merging, NewPart, Splitting};
use crate::once::Once;
use db::{Db, Tx};
use domain::case::vulnerability::{SUMMARY_MAX, TITLE_MAX};
use domain::case::{CO_REPORTERS_MAX, Refused};
use domain::{CaseId, Permission, ReporterText};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A part as somebody typed it, checked; `place` counts from 1.
pub(super) fn part((title, text): (&str, &str), place: usize) -> Result<NewPart, Refused> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE_MAX || title.contains(['\n', '\r']) {
        let message = format!("Give each part a title of one line and at most {TITLE_MAX} characters.");
        return Err(Refused::invalid(format!("title-{place}"), message));
    }
    for (field, words) in [("title", title), ("text", text)] {
        if let Some(why) = crate::secrets::found(words) {
            return Err(Refused::invalid(format!("{field}-{place}"), format!("{why}.")));
        }
    }
    let fits = text.chars().count() <= SUMMARY_MAX;
    let text = ReporterText::new(text.trim().to_owned()).ok().filter(|_| fits);
    let message = format!("Say what this part is about, in at most {SUMMARY_MAX} characters.");
    let text = text.ok_or_else(|| Refused::invalid(format!("text-{place}"), message))?;
    Ok(NewPart { title: title.to_owned(), text })
}

/// Splits once; gives the parts and the new version.
pub(super) async fn split(db: &Db, once: Once, splitting: Splitting) -> Result<Value, EngineError> {
    let (store, case) = (db.clone(), splitting.case);
    once.write_on(db, case, move |tx| {
        Box::pin(async move {
            let made = engine::split(tx, &store, splitting).await?;
            let mut items = Vec::with_capacity(made.len());
            for part in made {
                items.push(head(&engine::load(tx, &store, part.id).await?));
            }
            Ok(json!({ "items": items, "version": engine::load(tx, &store, case).await?.version }))
        })
    })
    .await
}

/// Merges once; gives the new version of the case that goes on, and the shares that are offered.
pub(super) async fn merge(db: &Db, once: Once, merging: Merging) -> Result<Value, EngineError> {
    let (store, root) = (db.clone(), merging.root);
    once.write_on(db, root, move |tx| {
        Box::pin(async move {
            let version = engine::merge(tx, &store, merging).await?;
            let case = engine::load(tx, &store, root).await?;
            let records = db::event::of_kinds(tx, &case.key, root, (&["shares_set"], true)).await?;
            let offered = engine::offered_shares(tx, &store, (&case, &records)).await?;
            let shares = offered.unwrap_or_else(|| engine::shares(&records));
            Ok(json!({ "version": version, "shares": shares }))
        })
    })
    .await
}

/// The cases that somebody named, each of which they may act on. One that they may not see is not there.
pub(super) async fn named(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, &Loaded),
    names: &[String],
) -> Result<BTreeSet<CaseId>, EngineError> {
    if names.is_empty() || names.len() > CO_REPORTERS_MAX {
        return Err(Refused::invalid("cases", format!("Name 1 to {CO_REPORTERS_MAX} other cases.")).into());
    }
    let mut found = BTreeSet::new();
    for name in names {
        let missing = || Refused::invalid("cases", format!("There is no case {name} that you can act on."));
        let other = match viewer.case(tx, db, (name, Permission::ActOnCases)).await {
            Ok(other) => other,
            Err(EngineError::NotFound) => return Err(missing().into()),
            Err(error) => return Err(error),
        };
        if other.id == case.id {
            return Err(Refused::invalid("cases", "That is this case itself.").into());
        }
        found.insert(other.id);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::part;
    use domain::ReturnCode;

    #[test]
    fn words_of_a_part_hold_no_secret() {
        let code = ReturnCode::from_bytes([7; 15]).to_string();
        assert!(part(("The second hole", "What it is about"), 1).is_ok());
        assert!(part(("The second hole", &code), 1).is_err(), "text");
        assert!(part((&code, "What it is about"), 1).is_err(), "title");
    }
}
