//! Gathering what the page of a case shows.

use super::composer::{self, Composer};
use super::facts::{Facts, read_by};
use super::form::ActionForm;
use super::gather::Gathered;
use super::held::OnItsWay;
use super::history::{self, History};
use super::preview::Preview;
use super::report::Report;
use super::timeline::{self, Reporter};
use crate::attachment::{Attachment, size_words};
use crate::case_people::Aside;
use crate::daybook::{Day, Part, Wanted, Ways, days};
use crate::engine::Loaded;
use crate::letters::of_case::{self, LetterLine};
use crate::links::{Child, Linked, Together};
use crate::people::Colleague;
use crate::tracker::IssueLine;
use crate::{Viewer, alert, audit, hold};
use accounts::ReadKind;
use askama::Template;
use axum::http::StatusCode;
use domain::case::{Audience, Party, Summary};
use domain::{Permission, PersonId, Ts};
use std::sync::Arc;
use web::layout::{Banner, BannerKind, FileRow, Moment};
use web::markdown::Links;
use web::{App, Caller, Form, Page, Reply, View};

/// Files on the page of a case; its list has all.
const FILES: usize = 8;

/// How the page is to be shown this time.
pub(super) struct Shown {
    /// 200, or the status of a refusal.
    pub(super) status: StatusCode,
    /// What was typed and what is wrong with it.
    pub(super) form: Form,
    /// The action whose form is open.
    pub(super) action: Option<String>,
    /// Which side of the composer is open; else that of the last entry.
    pub(super) outside: Option<bool>,
    /// Why something did not happen.
    pub(super) trouble: Option<String>,
    /// The version that the viewer saw when they looked last.
    pub(super) looked: Option<i64>,
    /// Which part of the timeline.
    pub(super) wanted: Wanted,
    /// What was typed as it will be read.
    pub(super) preview: Option<Preview>,
    /// Whether a message was taken back, whose words are in the form.
    pub(super) back: bool,
    /// Whether a note names people who cannot read it, and may be kept all the same.
    pub(super) names_others: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            form: Form::empty(),
            action: None,
            outside: None,
            trouble: None,
            looked: None,
            wanted: Wanted::default(),
            preview: None,
            back: false,
            names_others: false,
        }
    }
}

/// What happened since the viewer looked, and the way to the first of it.
struct Fresh {
    href: String,
    words: String,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "case/templates/case.html")]
#[expect(clippy::struct_excessive_bools, reason = "a page asks many small questions")]
struct CasePage {
    page: Page,
    href: String,
    name: String,
    title: String,
    version: i64,
    received: Moment,
    banners: Vec<Banner>,
    fresh: Option<Fresh>,
    report: Report,
    links: Arc<Links>,
    days: Vec<Day>,
    ways: Ways,
    history: History,
    issues: Vec<IssueLine>,
    may_link: bool,
    formal: Vec<String>,
    facts: Facts,
    owner: String,
    me: String,
    mine: bool,
    may_assign: bool,
    may_restrict: bool,
    restricted: bool,
    may_download: bool,
    choices: Vec<Choice>,
    members: Vec<Choice>,
    actions: Vec<ActionForm>,
    files: Vec<FileRow>,
    all_files: i64,
    on_its_way: Vec<OnItsWay>,
    composer: Composer,
    care: hold::Care,
    aside: Aside,
    letters: Vec<LetterLine>,
    programme: String,
    /// Whether the text is kept under which it came.
    has_brief: bool,
    linked: Together,
    /// Whether the viewer may split it, or merge others into it.
    splits: bool,
    /// Its duplicates, which may follow what is done to it.
    children: Vec<Child>,
    /// Where one proves that it is oneself before a decision about one's own deed.
    prove: Option<String>,
    read_by: String,
    /// Who looks, and when: the foot of a printed page.
    printed_by: String,
    printed: Moment,
    form: Form,
}

impl CasePage {
    fn has_more_files(&self) -> bool {
        usize::try_from(self.all_files).is_ok_and(|all| all > self.files.len())
    }
}

/// The page with what is wrong beside its field.
pub(crate) async fn refused(app: &App, view: &View, viewer: &Viewer, (case, form): (Loaded, Form)) -> Reply {
    let shown = Shown { status: StatusCode::UNPROCESSABLE_ENTITY, form, ..Shown::default() };
    show(app, view, viewer, case, shown).await
}

/// The page of a case, already checked to be visible. It holds the whole case whatever was asked, so each is a read.
pub(super) async fn show(app: &App, view: &View, viewer: &Viewer, case: Loaded, shown: Shown) -> Reply {
    audit::note(app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let gathered = Gathered::read(app, (viewer, &case), shown.wanted).await?;
    mentions_seen(app, view, (viewer, &case), &gathered).await;
    let status = shown.status;
    let now = app.store.ambient().now();
    Ok(view.show_as(status, &template(view, viewer, (case, gathered), (shown, now))))
}

/// Notes that name the viewer and stand on the page now need no alert any more. A page is shown all the same where that
/// cannot be kept.
async fn mentions_seen(app: &App, view: &View, (viewer, case): (&Viewer, &Loaded), found: &Gathered) {
    if !matches!(view.caller(), Caller::Staff { unseen: 1.., .. }) {
        return;
    }
    let shown = found.part.records.iter().filter(|r| r.kind == "note_added").map(|r| r.seq).collect();
    if let Err(error) = alert::mentions_seen(&app.store, (viewer.person, case.id), &shown).await {
        tracing::warn!(%error, "what somebody saw was not kept");
    }
}

fn template(
    view: &View,
    viewer: &Viewer,
    (case, mut found): (Loaded, Gathered),
    (shown, now): (Shown, Ts),
) -> CasePage {
    let reporter = Reporter::of(found.report.credit.as_ref(), std::mem::take(&mut found.writers));
    let href = format!("/desk/cases/{}", case.name());
    let may = |permission| viewer.may(permission, &case.facts);
    let summary = case.summary();
    let entries = timeline::entries(&found.part.records, (&found.names, &reporter), &found.links);
    let asked = asked((viewer, &case), (&mut found, &shown), reporter);
    let colleagues = &found.colleagues;
    let opens = may(Permission::DownloadAttachments);
    CasePage {
        page: view.page(&format!("{} {}", case.name(), case.title)).with_errors(!shown.form.ok()),
        name: case.name(),
        version: case.version,
        received: case.received_at.into(),
        banners: banners(&case, &summary, (&shown, &found)),
        fresh: shown.looked.and_then(|looked| fresh(&found.part, (looked, viewer.person))),
        days: days(entries),
        ways: Ways::of(&found.part, (&href, "timeline")),
        history: History::new(&href, history::changes(&case, &found.facts), &found.names),
        issues: found.issues.iter().map(IssueLine::of).collect(),
        may_link: may(Permission::WriteTeamText),
        formal: timeline::formal(&found.facts),
        facts: Facts::of(&summary, now),
        owner: case.assignee.map(|p| found.names.known(p).to_owned()).unwrap_or_default(),
        me: viewer.person.to_string(),
        mine: case.assignee == Some(viewer.person),
        may_assign: may(Permission::AssignCases),
        may_restrict: may(Permission::RestrictCases),
        restricted: case.facts.restricted,
        may_download: opens,
        choices: choices(colleagues, |c| c.may(Permission::ReadCases, &case.facts), |c| case.assignee == Some(c.id)),
        members: choices(colleagues, |c| c.could_read(&case.facts), |c| case.facts.members.contains(&c.id)),
        actions: actions(viewer, (&case, summary.open), (&found.hands.party, shown.action.as_deref())),
        files: found.files.iter().take(FILES).map(|file| file_row(&href, file, opens)).collect(),
        all_files: found.all_files,
        on_its_way: found.held.iter().map(|one| OnItsWay::of(one, &href, (viewer.person, now), &found.names)).collect(),
        composer: Composer::new(&href, asked),
        printed_by: found.names.known(viewer.person).to_owned(),
        printed: now.into(),
        read_by: read_by(&case, colleagues, (found.readers, viewer.person)),
        programme: found.programme,
        has_brief: case.brief.is_some(),
        splits: case.machine.is_counted() && summary.open && may(Permission::ActOnCases),
        children: found.linked.shown.iter().filter_map(Linked::child).collect(),
        linked: found.linked,
        prove: found.hands.prove,
        letters: found.letters,
        care: hold::Care::of(viewer, &case),
        aside: found.aside,
        form: shown.form,
        title: case.title,
        report: found.report,
        links: found.links,
        href,
    }
}

/// What the composer is made of.
fn asked(
    (viewer, case): (&Viewer, &Loaded),
    (found, shown): (&mut Gathered, &Shown),
    reporter: Reporter,
) -> composer::Asked {
    let may = |permission| viewer.may(permission, &case.facts);
    composer::Asked {
        may: (may(Permission::WriteTeamText), may(Permission::MessageReporter)),
        outside: shown.outside.unwrap_or(found.outside),
        reporter,
        stock: std::mem::take(&mut found.stock),
        readers: found.colleagues.iter().filter(|c| c.may(Permission::ReadTeamText, &case.facts)).count(),
        preview: shown.preview.clone(),
        names_others: shown.names_others,
        back: found.back.filter(|_| !shown.back),
    }
}

/// The first event of what others did after `looked`, as far as this part has it.
fn fresh(part: &Part, (looked, me): (i64, PersonId)) -> Option<Fresh> {
    let others = part.records.iter().filter(|record| record.actor != Some(me.uuid()));
    let shown = others.filter(|record| record.seq > looked && timeline::is_shown(record));
    let count = shown.clone().count();
    let cut = part.older.is_some_and(|first| first > looked + 1);
    let words = match (cut, count) {
        (false, 0) => return None,
        // What others did may stand in an older part.
        (true, 0) => "Things happened".to_owned(),
        (true, n) => format!("More than {n} things happened"),
        (false, 1) => "1 thing happened".to_owned(),
        (false, n) => format!("{n} things happened"),
    };
    let href = match shown.clone().next() {
        Some(first) if !cut => format!("#e-{}", first.seq),
        _ => format!("?at={0}#e-{0}", looked + 1),
    };
    Some(Fresh { href, words: format!("{words} since you looked") })
}

/// What may be done. Machines name the step that takes an open case on first.
fn actions(viewer: &Viewer, (case, is_open): (&Loaded, bool), (by, shown): (&Party, Option<&str>)) -> Vec<ActionForm> {
    if !viewer.may(Permission::ActOnCases, &case.facts) {
        return Vec::new();
    }
    let legal = case.machine.legal(&case.state, by);
    let mut actions: Vec<ActionForm> = legal.into_iter().map(|doc| ActionForm::of(doc, shown)).collect();
    if let Some(first) = actions.first_mut() {
        first.primary = is_open;
    }
    actions
}

fn banners(case: &Loaded, summary: &Summary, (shown, found): (&Shown, &Gathered)) -> Vec<Banner> {
    let mut banners = Vec::new();
    let mut push = |kind, lead: &str, text: String| banners.push(Banner { kind, lead: lead.to_owned(), text });
    if let Some(text) = &shown.trouble {
        push(BannerKind::Trouble, "Not done.", text.clone());
    }
    if shown.back {
        push(BannerKind::Notice, "Taken back.", "Nothing was sent. Your words are in the box again.".to_owned());
    }
    if case.facts.restricted {
        let members = found.colleagues.iter().filter(|c| case.facts.members.contains(&c.id));
        let names: Vec<&str> = members.map(|c| c.name.as_str()).collect();
        push(BannerKind::Restricted, "Restricted.", format!("Only {} can see that this case exists.", listed(&names)));
    }
    if let Some(since) = summary.waiting_since {
        let since = Moment::from(since).day;
        push(
            BannerKind::Notice,
            "Waiting for them.",
            format!("Since {since}. Clocks stand still; after 30 days the case closes by itself."),
        );
    }
    banners.extend(hold::banner(case, &found.facts, &found.names));
    banners.extend(of_case::banner(&found.letters));
    banners.extend(found.hands.banner.clone());
    banners
}

/// `Ines`, `Ines and Tomas`, `Ines, Tomas and 4 others`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => "named people".to_owned(),
        [one] => (*one).to_owned(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} others", rest.len()),
    }
}

fn choices(
    people: &[Colleague],
    fits: impl Fn(&Colleague) -> bool,
    chosen: impl Fn(&Colleague) -> bool,
) -> Vec<Choice> {
    let choice = |c: &Colleague| Choice { id: c.id.to_string(), name: c.name.clone(), chosen: chosen(c) };
    people.iter().filter(|c| fits(c)).map(choice).collect()
}

/// A file, which leads to its page for whoever may open it.
pub(super) fn file_row(href: &str, file: &Attachment, opens: bool) -> FileRow {
    FileRow {
        name: file.name.clone(),
        size: size_words(file.size),
        checksum: file.sha256.chars().take(8).collect(),
        scan: if file.audience == Audience::Team { "team only".to_owned() } else { String::new() },
        href: if opens { format!("{href}/attachments/{}", file.id) } else { String::new() },
        has_page: true,
    }
}
