//! What the store says of a case, before its page puts it into words.

use super::history::{self, KINDS};
use super::report::{self, Report};
use super::{held, linked, timeline};
use crate::attachment::{self, Attachment};
use crate::case_people::Aside;
use crate::daybook::{Part, Wanted};
use crate::door::Writers;
use crate::engine::{self, EngineError, Held, Issue, Loaded};
use crate::letters::of_case::{self, LetterLine};
use crate::links::{Hands, SHOWN, Together, linked as linked_cases};
use crate::people::{Colleague, Names, colleagues};
use crate::programmes::Programmes;
use crate::{Viewer, audit, stock};
use db::event::{self, Record};
use db::{Tx, event::Part as Events};
use domain::{MessageId, Permission, PersonId};
use std::collections::BTreeSet;
use std::sync::Arc;
use web::App;
use web::markdown::Links;

/// Files whose names can be links in words, the newest first.
pub(super) const FILES: i64 = 50;
/// Events among which the last words of a person are looked for.
const LAST: i64 = 40;

/// Everything that the page shows, opened.
pub(super) struct Gathered {
    pub(super) report: Report,
    /// The part of the timeline that is shown.
    pub(super) part: Part,
    /// Messages that are on their way to the reporter.
    pub(super) held: Vec<Held>,
    /// The last one that the viewer took back.
    pub(super) back: Option<MessageId>,
    /// Whether the last words of a person went over the shore.
    pub(super) outside: bool,
    /// The events that changed a fact.
    pub(super) facts: Vec<Record>,
    /// Who wrote from an account.
    pub(super) writers: Writers,
    /// Those of the tracker.
    pub(super) issues: Vec<Issue>,
    pub(super) names: Names,
    /// The newest files, and how many there are.
    pub(super) files: Vec<Attachment>,
    pub(super) all_files: i64,
    pub(super) links: Arc<Links>,
    pub(super) colleagues: Vec<Colleague>,
    pub(super) readers: BTreeSet<PersonId>,
    pub(super) programme: String,
    /// Cases that belong to it.
    pub(super) linked: Together,
    pub(super) hands: Hands,
    pub(super) letters: Vec<LetterLine>,
    pub(super) aside: Aside,
    pub(super) stock: Vec<(String, String)>,
}

impl Gathered {
    /// Reads it, with the part of the timeline that is wanted.
    pub(super) async fn read(
        app: &App,
        (viewer, case): (&Viewer, &Loaded),
        wanted: Wanted,
    ) -> Result<Self, EngineError> {
        let db = &app.store;
        let mut tx = db.read().await?;
        let team = viewer.may(Permission::ReadTeamText, &case.facts);
        let report = report::read(&mut tx, case).await?;
        let part = Part::read(&mut tx, (case, team), wanted).await?;
        let facts = event::of_kinds(&mut tx, &case.key, case.id, (KINDS, team)).await?;
        let writers = Writers::of(&mut tx, db, case.id, &part.records).await?;
        let issues = issues(&mut tx, case, (&facts, team)).await?;
        let outside = last_was_outside(&mut tx, case, (&part, team)).await?;
        let (held, back) = held::on_their_way(&mut tx, (viewer, case)).await?;
        let mut names = Names::default();
        let people = timeline::people(&part.records).chain(timeline::people(&facts));
        let senders = held.iter().map(|one| one.by);
        for person in people.chain(senders).chain(case.assignee).chain([viewer.person]).collect::<BTreeSet<_>>() {
            names.get(&mut tx, db, person).await?;
        }
        let (files, all_files) = attachment::newest(&mut tx, &case.key, (case.id, team), (None, FILES)).await?;
        let words = linked::of_records(&part.records).chain(report.parts.iter().map(|part| part.text.as_str()));
        let opened = linked::files_for(viewer, case, &files);
        let links = linked::links(&mut tx, viewer, (words, opened), &format!("/desk/cases/{}", case.name())).await?;
        let colleagues = colleagues(&mut tx, db).await?;
        let readers = audit::readers(&mut tx, case.id).await?;
        let programme = Programmes::default().name(&mut tx, db, case.facts.programme).await?;
        let together = linked_cases(&mut tx, db, (viewer, case), SHOWN).await?;
        let hands = Hands::of(&mut tx, db, (viewer, case)).await?;
        let letters = if team { of_case::lines(&mut tx, db, &mut names, case.id).await? } else { Vec::new() };
        let stock = if viewer.may(Permission::MessageReporter, &case.facts) {
            let answers = stock::of_programme(&mut tx, db, case.facts.programme).await?;
            answers.into_iter().map(|answer| (answer.id.to_string(), answer.words.name)).collect()
        } else {
            Vec::new()
        };
        let aside = Aside::gather(&mut tx, db, (viewer, case, &colleagues), &mut names).await?;
        Ok(Self {
            report,
            part,
            held,
            back,
            outside,
            facts,
            writers,
            issues,
            names,
            files,
            all_files,
            links,
            colleagues,
            readers,
            programme,
            linked: together,
            hands,
            letters,
            aside,
            stock,
        })
    }
}

/// The issues it is linked to. They follow from the facts, except where there are so many that the oldest are not read.
async fn issues(tx: &mut Tx, case: &Loaded, (facts, team): (&[Record], bool)) -> Result<Vec<Issue>, EngineError> {
    if team && history::is_cut(facts) { engine::issues_of(tx, case).await } else { Ok(engine::issues(facts)) }
}

/// On which side the last words stand. Behind a long run of recorded facts there is still the report, which came
/// from outside.
async fn last_was_outside(tx: &mut Tx, case: &Loaded, (part, team): (&Part, bool)) -> Result<bool, EngineError> {
    let said = if part.is_newest() {
        timeline::last_was_outside(&part.records)
    } else {
        let newest = Events { below: i64::MAX, team, limit: LAST };
        timeline::last_was_outside(&event::newest(tx, &case.key, case.id, newest).await?)
    };
    Ok(said.unwrap_or(true))
}
