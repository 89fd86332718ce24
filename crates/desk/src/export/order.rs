//! What was asked for, made ready and sent.

use super::cover::{self, Held};
use super::error::ExportError;
use super::json;
use super::pdf::printed;
use super::pour::{Pour, Spout, spout};
use super::withheld::Withheld;
use super::zip::Zip;
use crate::attachment::{cleared, saved_as};
use crate::case::blobs;
use crate::engine::{EngineError, Loaded};
use crate::{Viewer, audit};
use accounts::ReadKind;
use db::blob::Blobs;
use db::log::dossier::{self, Entry, Listed, Sealed, Wanted};
use db::{DataKey, Db};
use domain::{CaseId, Permission};
use futures::StreamExt;
use serde_json::Value;
use std::sync::Arc;
use web::{App, Problem, Reply};

/// Largest sum of files in one archive, in bytes: what is around them must fit below 4 GiB too.
const FILES_MOST: u64 = 3 << 30;

/// Events whose words are in memory at once: each is 1 MB at most.
pub(super) const AT_ONCE: usize = 16;

/// What of the case goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
    /// Everything, what only the team reads included.
    Everything,
    /// What the reporter may read.
    Reporter,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The document with proofs.
    Json,
    /// A printed dossier.
    Pdf,
    /// Both and the files.
    Zip,
}

impl Contents {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Reporter => "reporter",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Everything, Self::Reporter].into_iter().find(|one| one.as_str() == word)
    }

    /// What this viewer may choose from.
    pub(super) fn of(viewer: &Viewer, case: &Loaded) -> Vec<Self> {
        let team = viewer.may(Permission::ReadTeamText, &case.facts).then_some(Self::Everything);
        team.into_iter().chain([Self::Reporter]).collect()
    }
}

impl Form {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Json, Self::Pdf, Self::Zip].into_iter().find(|one| one.as_str() == word)
    }

    /// What this viewer may choose from.
    pub(super) fn of(viewer: &Viewer, case: &Loaded) -> Vec<Self> {
        let files = viewer.may(Permission::DownloadAttachments, &case.facts).then_some(Self::Zip);
        [Self::Json, Self::Pdf].into_iter().chain(files).collect()
    }

    const fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
        }
    }
}

/// Everything that is needed once the answer has begun.
pub(super) struct Job {
    pub(super) db: Db,
    pub(super) key: Arc<DataKey>,
    pub(super) case: CaseId,
    pub(super) cover: Value,
    pub(super) list: Vec<Listed>,
    pub(super) sealed: Sealed,
    withheld: Withheld,
    name: String,
    form: Form,
    files: Vec<Held>,
    blobs: Option<Blobs>,
}

impl Job {
    /// Some of the events with their words and proofs, in a view of the store of their own: a slow client must not
    /// hold one for minutes.
    pub(super) async fn entries(&self, some: &[Listed]) -> Result<Vec<Entry>, ExportError> {
        let mut tx = self.db.read().await?;
        let entries = dossier::entries(&mut tx, (&self.key, self.case), (some, &self.sealed)).await?;
        let out = |(entry, listed): (Entry, &Listed)| match self.withheld.shown(&entry.event) {
            Some(shown) => entry.withholding(shown, listed.digest()),
            None => entry,
        };
        Ok(entries.into_iter().zip(some).map(out).collect())
    }
}

/// Answers with the case. `media` stands for what the form would say; `nonetheless`: files that a virus scanner holds back go
/// with it.
pub(super) async fn answer(
    app: &App,
    viewer: &Viewer,
    (case, contents, form): (Loaded, Contents, Form),
    (media, nonetheless): (Option<&'static str>, bool),
) -> Reply {
    audit::note(app, viewer.person, ReadKind::Export, Some(case.id)).await?;
    let ending = form.as_str();
    let name = format!("{}.{ending}", case.name());
    let job = prepare(app, viewer, (case, contents, form), nonetheless).await?;
    let (mut out, body) = spout();
    tokio::spawn(async move {
        if let Err(error) = run(&job, &mut out).await {
            if !matches!(error, ExportError::Left) {
                tracing::warn!(%error, "an export broke off");
            }
            out.break_off(error).await;
        }
    });
    saved_as(&name, media.unwrap_or(form.media()), body)
}

async fn prepare(
    app: &App,
    viewer: &Viewer,
    (case, contents, form): (Loaded, Contents, Form),
    nonetheless: bool,
) -> Result<Job, Problem> {
    let db = app.store.clone();
    let everything = contents == Contents::Everything;
    let wanted = Wanted { case: case.id, version: case.version, everything, by: viewer.person };
    let mut tx = db.read().await?;
    let files = cover::files(&mut tx, &case, contents).await?;
    let house = &app.settings.organisation;
    let withheld = Withheld::of(&mut tx, &db, (viewer, &case), contents).await?;
    let cover = cover::of(&mut tx, &db, (viewer, &case), (contents, house, &files, &withheld)).await?;
    drop(tx);
    let (files, blobs) = match form {
        Form::Json | Form::Pdf => (Vec::new(), None),
        Form::Zip if files.iter().map(|held| held.file.size).sum::<u64>() > FILES_MOST => {
            return Err(ExportError::TooLarge.into());
        }
        Form::Zip => (files, Some(blobs(app)?.clone())),
    };
    // Asked before anything is sent: an answer that has begun can only break off.
    if let Some(blobs) = blobs.as_ref().filter(|_| !nonetheless) {
        for held in &files {
            cleared(app.carried(), blobs, &case.key, &held.file).await?;
        }
    }
    let (list, sealed) = dossier::seal(&db, &wanted, &cover).await?.ok_or(ExportError::Unsealed)?;
    let (key, id, name) = (case.key.clone(), case.id, case.name());
    Ok(Job { db, key, case: id, cover, list, sealed, withheld, name, form, files, blobs })
}

async fn run(job: &Job, out: &mut Spout) -> Result<(), ExportError> {
    match job.form {
        Form::Json => json::write(job, out).await?,
        Form::Pdf => out.pour(&printed(job).await?).await?,
        Form::Zip => return archive(job, out).await,
    }
    out.flush().await
}

async fn archive(job: &Job, out: &mut Spout) -> Result<(), ExportError> {
    let mut zip = Zip::new(out);
    let mut member = zip.begin(&format!("{}.json", job.name)).await?;
    json::write(job, &mut member).await?;
    member.end().await?;
    let mut member = zip.begin(&format!("{}.pdf", job.name)).await?;
    member.pour(&printed(job).await?).await?;
    member.end().await?;
    for held in &job.files {
        let Some(blobs) = &job.blobs else { break };
        let blob = held.file.blob.parse().map_err(EngineError::corrupt)?;
        let mut opened = blobs.get(&job.key, held.file.id.uuid(), blob).await?;
        let mut member = zip.begin(&held.path).await?;
        while let Some(chunk) = opened.chunks.next().await {
            member.pour(&chunk?).await?;
        }
        member.end().await?;
    }
    zip.finish().await
}

/// The case, when this viewer may take it out.
pub(super) async fn seen(app: &App, viewer: &Viewer, reference: &str) -> Result<Loaded, Problem> {
    let mut tx = app.store.read().await?;
    Ok(viewer.case(&mut tx, &app.store, (reference, Permission::ExportCases)).await?)
}
