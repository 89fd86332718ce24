//! What the words of a case may lead to: other cases that the viewer may see, and its own files.

use super::timeline::said;
use crate::Viewer;
use crate::attachment::Attachment;
use crate::engine::{EngineError, Loaded};
use accounts::visible_to;
use db::event::Record;
use db::{List, Tx, Value};
use domain::Permission;
use domain::case::find;
use std::collections::BTreeSet;
use std::sync::Arc;
use web::markdown::{Links, case_names};

/// Different cases that one page looks for at most; more stay words.
const CASES: usize = 20;

/// Links for these words.
pub(super) async fn links<'t>(
    tx: &mut Tx,
    viewer: &Viewer,
    (words, files): (impl Iterator<Item = &'t str>, &[Attachment]),
    href: &str,
) -> Result<Arc<Links>, EngineError> {
    let mut links = Links::default();
    for file in files {
        links.add_file(file.name.clone(), format!("{href}/attachments/{}", file.id));
    }
    let mut wanted: BTreeSet<(i64, &str)> = BTreeSet::new();
    for (_, name) in words.flat_map(case_names) {
        let number = name.rsplit_once('-').and_then(|(_, number)| number.parse().ok());
        if let Some(number) = number
            && wanted.len() < CASES
        {
            wanted.insert((number, name));
        }
    }
    if wanted.is_empty() {
        return Ok(Arc::new(links));
    }
    let numbers: Vec<i64> = wanted.iter().map(|(number, _)| *number).collect();
    let places: [Value; CASES] = std::array::from_fn(|at| numbers.get(at).copied().unwrap_or_default().into());
    let list = List::new("SELECT c.number, c.type FROM cases c WHERE c.erased_at IS NULL")
        .and("c.number IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", places);
    let rows: Vec<(i64, String)> =
        visible_to(list, &viewer.caller(), Permission::ReadCases).tail("LIMIT 20", []).fetch(tx).await?;
    for (number, kind) in rows {
        let Some(machine) = find(&kind) else { continue };
        let name = format!("{}-{number}", machine.prefix());
        if wanted.contains(&(number, name.as_str())) {
            let to = format!("/desk/cases/{name}");
            links.add_case(name, to);
        }
    }
    Ok(Arc::new(links))
}

/// The files that words may lead to: those that the viewer may open.
pub(super) fn files_for<'f>(viewer: &Viewer, case: &Loaded, files: &'f [Attachment]) -> &'f [Attachment] {
    if viewer.may(Permission::DownloadAttachments, &case.facts) { files } else { &[] }
}

/// The words that people wrote in these events.
pub(super) fn of_records(records: &[Record]) -> impl Iterator<Item = &str> {
    records.iter().filter_map(said)
}
