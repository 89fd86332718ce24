//! The cover sheet: what the house says of a case beside its events. For the reporter's half it holds no name of the
//! team and nothing that only the team knows.

use super::error::ExportError;
use super::order::Contents;
use super::withheld::Withheld;
use crate::Viewer;
use crate::attachment::{self, Attachment};
use crate::case::head;
use crate::engine::{self, Loaded};
use crate::links::{Linked, linked};
use crate::people::Names;
use crate::programmes::Programmes;
use db::{Db, Tx, event};
use domain::PersonId;
use domain::case::Audience;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the head of a case tells its reporter.
const OUTSIDE: [&str; 12] = [
    "id",
    "name",
    "number",
    "type",
    "title",
    "state",
    "open",
    "waiting_since",
    "outcome",
    "severity_claimed",
    "severity_decided",
    "received_at",
];

/// Most cases of one kind that are listed as belonging to it.
const LINKS: usize = 500;

/// A file of the case and its path in an archive.
pub(super) struct Held {
    pub(super) file: Attachment,
    pub(super) path: String,
}

/// The files that go with it.
pub(super) async fn files(tx: &mut Tx, case: &Loaded, contents: Contents) -> Result<Vec<Held>, ExportError> {
    let mut files = attachment::of_owner(tx, &case.key, case.id).await?;
    files.retain(|file| contents == Contents::Everything || file.audience != Audience::Team);
    let held = |(n, file): (usize, Attachment)| {
        // The number keeps two files of one name apart.
        let path = format!("files/{:03}-{}", n + 1, web::tame_file_name(&file.name));
        Held { file, path }
    };
    Ok(files.into_iter().enumerate().map(held).collect())
}

/// The whole sheet.
pub(super) async fn of(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, &Loaded),
    (contents, house, files, withheld): (Contents, &str, &[Held], &Withheld),
) -> Result<Value, ExportError> {
    let everything = contents == Contents::Everything;
    let mut facts = head(case);
    if !everything && let Some(members) = facts.as_object_mut() {
        members.retain(|name, _| OUTSIDE.contains(&name.as_str()));
    }
    facts["programme_name"] = json!(Programmes::default().name(tx, db, case.facts.programme).await?);
    let mut names = Names::default();
    let by = if everything { Some(names.get(tx, db, viewer.person).await?) } else { None };
    let people = if everything { people(tx, db, case, &mut names).await? } else { Vec::new() };
    let links = if everything { linked(tx, db, (viewer, case), LINKS).await?.shown } else { Vec::new() };
    Ok(json!({
        "about": {
            "contents": contents.as_str(),
            "house": house,
            "exported_at": db.ambient().now().to_string(),
            "exported_by": by,
            "check": "leeward case verify FILE --key KEYS, with the keys of /api/v1/log/key",
        },
        "case": facts,
        "people": people,
        "links": links.iter().map(Linked::json).collect::<Vec<_>>(),
        "attachments": files.iter().map(file).collect::<Vec<_>>(),
        "withheld": withheld.json(),
    }))
}

fn file(held: &Held) -> Value {
    let file = &held.file;
    json!({
        "id": file.id.to_string(),
        "name": file.name,
        "path": held.path,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "audience": file.audience.as_str(),
        "created_at": file.created_at.to_string(),
    })
}

/// Everybody of the team whose id stands on the case or in an event, and as what.
async fn people(tx: &mut Tx, db: &Db, case: &Loaded, names: &mut Names) -> Result<Vec<Value>, ExportError> {
    let mut roles: BTreeMap<PersonId, BTreeSet<&'static str>> = BTreeMap::new();
    let mut add = |id: PersonId, role: &'static str| {
        roles.entry(id).or_default().insert(role);
    };
    case.assignee.into_iter().for_each(|id| add(id, "owner"));
    case.facts.members.iter().for_each(|id| add(*id, "named"));
    engine::watchers(tx, case.id).await?.into_iter().for_each(|id| add(id, "watcher"));
    engine::guests(tx, case.id).await?.into_iter().for_each(|id| add(id, "guest"));
    let mut after = 0;
    loop {
        let records = event::of_case_after(tx, &case.key, (case.id, after)).await?;
        for record in &records {
            if let Some(id) = record.actor.map(PersonId::from_uuid) {
                add(id, "acted");
            }
            if let Some(id) = record.data["person"].as_str().and_then(|id| id.parse().ok()) {
                add(id, "mentioned");
            }
        }
        let Some(last) = records.last() else { break };
        after = last.seq;
    }
    let mut people = Vec::with_capacity(roles.len());
    for (id, roles) in roles {
        let mut person = Map::new();
        person.insert("id".to_owned(), json!(id.to_string()));
        person.insert("name".to_owned(), json!(names.get(tx, db, id).await?));
        person.insert("as".to_owned(), json!(roles));
        people.push(Value::Object(person));
    }
    Ok(people)
}
