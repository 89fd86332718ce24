//! Gathering what the page of a case shows.

use super::form::ActionForm;
use super::report::{self, Report};
use super::timeline;
use crate::attachment::{self, Attachment, size_words};
use crate::engine::{EngineError, Loaded};
use crate::inbox::pages::due_words;
use crate::people::{Colleague, Names, colleagues};
use crate::{Viewer, audit, words};
use askama::Template;
use axum::http::StatusCode;
use db::event;
use domain::case::{Audience, Party, Summary};
use domain::{Permission, Ts};
use web::layout::{Banner, BannerKind, Composer, Entry, FileRow, Moment, SeverityBars, StateChip, span_words};
use web::{App, Form, Page, Reply, View};

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
}

impl Default for Shown {
    fn default() -> Self {
        Self { status: StatusCode::OK, form: Form::empty(), action: None, outside: None, trouble: None }
    }
}

struct ClockLine {
    name: &'static str,
    words: String,
    late: bool,
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
    report: Report,
    entries: Vec<Entry>,
    formal: Vec<String>,
    chip: StateChip,
    severity: SeverityBars,
    said: &'static str,
    clocks: Vec<ClockLine>,
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
    composer: Composer,
    readers: i64,
    people: usize,
    form: Form,
}

/// What the store says, before it is put into words.
struct Gathered {
    records: Vec<event::Record>,
    names: Names,
    files: Vec<Attachment>,
    colleagues: Vec<Colleague>,
    readers: i64,
}

async fn gather(app: &App, viewer: &Viewer, case: &Loaded) -> Result<Gathered, EngineError> {
    let db = &app.store;
    let mut tx = db.read().await?;
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let mut records = event::of_case(&mut tx, &case.key, case.id).await?;
    records.retain(|record| team || record.audience != "team");
    let mut names = Names::default();
    for person in timeline::people(&records).chain(case.assignee) {
        names.get(&mut tx, db, person).await?;
    }
    let mut files = attachment::of_owner(&mut tx, &case.key, case.id).await?;
    files.retain(|file| team || file.audience != Audience::Team);
    let colleagues = colleagues(&mut tx, db).await?;
    let readers = audit::readers(&mut tx, case.id).await?;
    Ok(Gathered { records, names, files, colleagues, readers })
}

/// The page of a case, already checked to be visible.
pub(super) async fn show(app: &App, view: &View, viewer: &Viewer, case: Loaded, shown: Shown) -> Reply {
    let gathered = gather(app, viewer, &case).await?;
    let status = shown.status;
    let now = app.store.ambient().now();
    Ok(view.show_as(status, &template(view, viewer, (case, gathered), (shown, now))))
}

fn template(view: &View, viewer: &Viewer, (case, gathered): (Loaded, Gathered), (shown, now): (Shown, Ts)) -> CasePage {
    let Gathered { records, names, files, colleagues, readers } = gathered;
    let report = report::of(&records);
    let reporter = report.credit.as_ref().map_or("the reporter".to_owned(), ToString::to_string);
    let last_outside = records.iter().rev().find(|r| r.data["text"].is_string()).is_some_and(|r| r.audience != "team");
    let href = format!("/desk/cases/{}", case.name());
    let may = |permission| viewer.may(permission, &case.facts);
    let summary = case.summary();
    let facts = ComposerFacts {
        outside: shown.outside.unwrap_or(last_outside),
        reporter: reporter.clone(),
        readers: colleagues.iter().filter(|c| c.may(Permission::ReadTeamText, &case.facts)).count(),
    };
    CasePage {
        page: view.page(&format!("{} {}", case.name(), case.title)).with_errors(!shown.form.ok()),
        name: case.name(),
        version: case.version,
        received: case.received_at.into(),
        banners: banners(&case, &summary, &shown),
        entries: timeline::entries(&records, &names, &reporter),
        formal: timeline::formal(&records),
        chip: words::chip(summary.state, summary.waiting_since.is_some(), summary.close),
        severity: SeverityBars::from(summary.severity_decided.or(summary.severity_claimed)),
        said: said(&summary),
        clocks: clocks(&summary, now),
        owner: case.assignee.map(|p| names.known(p).to_owned()).unwrap_or_default(),
        me: viewer.person.to_string(),
        mine: case.assignee == Some(viewer.person),
        may_assign: may(Permission::AssignCases),
        may_restrict: may(Permission::RestrictCases),
        restricted: case.facts.restricted,
        may_download: may(Permission::DownloadAttachments),
        choices: choices(&colleagues, |c| c.may(Permission::ReadCases, &case.facts), |c| case.assignee == Some(c.id)),
        members: choices(&colleagues, |c| c.could_read(&case.facts), |c| case.facts.members.contains(&c.id)),
        actions: actions(viewer, &case, shown.action.as_deref()),
        files: files.iter().map(|file| file_row(&href, file)).collect(),
        composer: composer(&href, (may(Permission::WriteTeamText), may(Permission::MessageReporter)), facts),
        readers,
        people: colleagues.iter().filter(|c| c.may(Permission::ReadCases, &case.facts)).count(),
        form: shown.form,
        title: case.title,
        report,
        href,
    }
}

fn actions(viewer: &Viewer, case: &Loaded, open: Option<&str>) -> Vec<ActionForm> {
    if !viewer.may(Permission::ActOnCases, &case.facts) {
        return Vec::new();
    }
    let legal = case.machine.legal(&case.state, &Party::Team(viewer.person));
    legal.into_iter().map(|doc| ActionForm::of(doc, open)).collect()
}

struct ComposerFacts {
    outside: bool,
    reporter: String,
    readers: usize,
}

fn composer(href: &str, (notes, replies): (bool, bool), facts: ComposerFacts) -> Composer {
    let address = |may: bool, end: &str| if may { format!("{href}/{end}") } else { String::new() };
    Composer {
        team_action: address(notes, "notes"),
        outside_action: address(replies, "replies"),
        open_outside: replies && (facts.outside || !notes),
        reporter: facts.reporter,
        readers: facts.readers,
        switch: href.to_owned(),
    }
}

fn banners(case: &Loaded, summary: &Summary, shown: &Shown) -> Vec<Banner> {
    let mut banners = Vec::new();
    let mut push = |kind, lead: &str, text: String| banners.push(Banner { kind, lead: lead.to_owned(), text });
    if let Some(text) = &shown.trouble {
        push(BannerKind::Trouble, "Not done.", text.clone());
    }
    if case.facts.restricted {
        let people = case.facts.members.len();
        push(
            BannerKind::Restricted,
            "Restricted.",
            format!("Only {people} named people can see that this case exists."),
        );
    }
    if let Some(since) = summary.waiting_since {
        let since = Moment::from(since).day;
        push(
            BannerKind::Notice,
            "Waiting for them.",
            format!("Since {since}. Clocks stand still; after 30 days the case closes by itself."),
        );
    }
    if case.held {
        push(BannerKind::Notice, "Legal hold.", "This case cannot be erased.".to_owned());
    }
    banners
}

fn said(summary: &Summary) -> &'static str {
    match (summary.severity_decided, summary.severity_claimed) {
        (Some(ours), Some(theirs)) if ours != theirs => SeverityBars::from(Some(theirs)).word,
        _ => "",
    }
}

/// The clocks of the present round.
fn clocks(summary: &Summary, now: Ts) -> Vec<ClockLine> {
    let round = summary.clocks.iter().map(|c| c.round).max().unwrap_or(1);
    let present = summary.clocks.iter().filter(|c| c.round == round);
    let line = |clock: &domain::case::Clock| {
        let late = clock.is_late(now);
        let words = match (clock.ended, clock.is_paused()) {
            (Some(_), _) if !clock.met => "no longer needed".to_owned(),
            (Some(_), _) => format!("done in {}{}", span_words(clock.used(now)), if late { ", late" } else { "" }),
            (None, true) => "stands still".to_owned(),
            (None, false) => due_words(clock.due(), now),
        };
        ClockLine { name: words::clock(clock.name), words, late }
    };
    present.map(line).collect()
}

fn choices(
    people: &[Colleague],
    fits: impl Fn(&Colleague) -> bool,
    chosen: impl Fn(&Colleague) -> bool,
) -> Vec<Choice> {
    let choice = |c: &Colleague| Choice { id: c.id.to_string(), name: c.name.clone(), chosen: chosen(c) };
    people.iter().filter(|c| fits(c)).map(choice).collect()
}

fn file_row(href: &str, file: &Attachment) -> FileRow {
    FileRow {
        name: file.name.clone(),
        size: size_words(file.size),
        checksum: file.sha256.chars().take(8).collect(),
        scan: if file.audience == Audience::Team { "team only".to_owned() } else { String::new() },
        href: format!("{href}/attachments/{}", file.id),
    }
}
