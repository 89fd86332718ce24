//! Gathering what the page of a case shows.

use super::composer::{self, Composer};
use super::facts::{Facts, read_by};
use super::form::ActionForm;
use super::report::{self, Report};
use super::timeline::{self, Reporter};
use crate::attachment::{self, Attachment, size_words};
use crate::case_people::Aside;
use crate::daybook::{Day, days};
use crate::engine::{EngineError, Loaded};
use crate::letters::of_case::{self, LetterLine};
use crate::links::{Child, Hands, Linked, linked};
use crate::people::{Colleague, Names, colleagues};
use crate::programmes::Programmes;
use crate::{Viewer, audit, hold, stock};
use askama::Template;
use axum::http::StatusCode;
use db::event;
use domain::case::{Audience, Party, Summary};
use domain::{Permission, PersonId, Ts};
use std::collections::BTreeSet;
use web::layout::{Banner, BannerKind, Entry, FileRow, Moment};
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
    /// The version that the viewer saw when they looked last.
    pub(super) looked: Option<i64>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { status: StatusCode::OK, form: Form::empty(), action: None, outside: None, trouble: None, looked: None }
    }
}

/// What happened since the viewer looked, and the way to the first of it.
struct Fresh {
    anchor: String,
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
    days: Vec<Day>,
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
    composer: Composer,
    care: hold::Care,
    aside: Aside,
    letters: Vec<LetterLine>,
    programme: String,
    linked: Vec<Linked>,
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

/// What the store says, before it is put into words.
struct Gathered {
    records: Vec<event::Record>,
    names: Names,
    files: Vec<Attachment>,
    colleagues: Vec<Colleague>,
    readers: BTreeSet<PersonId>,
    programme: String,
    linked: Vec<Linked>,
    hands: Hands,
    letters: Vec<LetterLine>,
    aside: Aside,
    stock: Vec<(String, String)>,
}

async fn gather(app: &App, viewer: &Viewer, case: &Loaded) -> Result<Gathered, EngineError> {
    let db = &app.store;
    let mut tx = db.read().await?;
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let mut records = event::of_case(&mut tx, &case.key, case.id).await?;
    records.retain(|record| team || record.audience != "team");
    let mut names = Names::default();
    for person in timeline::people(&records).chain(case.assignee).chain([viewer.person]) {
        names.get(&mut tx, db, person).await?;
    }
    let mut files = attachment::of_owner(&mut tx, &case.key, case.id).await?;
    files.retain(|file| team || file.audience != Audience::Team);
    let colleagues = colleagues(&mut tx, db).await?;
    let readers = audit::readers(&mut tx, case.id).await?;
    let programme = Programmes::default().name(&mut tx, db, case.facts.programme).await?;
    let linked = linked(&mut tx, db, (viewer, case)).await?;
    let hands = Hands::of(&mut tx, db, (viewer, case)).await?;
    let letters = if team { of_case::lines(&mut tx, db, &mut names, case.id).await? } else { Vec::new() };
    let stock = if viewer.may(Permission::MessageReporter, &case.facts) {
        let answers = stock::of_programme(&mut tx, db, case.facts.programme).await?;
        answers.into_iter().map(|answer| (answer.id.to_string(), answer.words.name)).collect()
    } else {
        Vec::new()
    };
    let aside = Aside::gather(&mut tx, db, (viewer, case, &colleagues), &mut names).await?;
    Ok(Gathered { records, names, files, colleagues, readers, programme, linked, hands, letters, aside, stock })
}

/// The page of a case, already checked to be visible.
pub(super) async fn show(app: &App, view: &View, viewer: &Viewer, case: Loaded, shown: Shown) -> Reply {
    let gathered = gather(app, viewer, &case).await?;
    let status = shown.status;
    let now = app.store.ambient().now();
    Ok(view.show_as(status, &template(view, viewer, (case, gathered), (shown, now))))
}

fn template(view: &View, viewer: &Viewer, (case, gathered): (Loaded, Gathered), (shown, now): (Shown, Ts)) -> CasePage {
    let Gathered { records, names, files, colleagues, readers, programme, linked, hands, letters, aside, stock } =
        gathered;
    let report = report::of(&records);
    let reporter = Reporter::of(report.credit.as_ref());
    let href = format!("/desk/cases/{}", case.name());
    let may = |permission| viewer.may(permission, &case.facts);
    let summary = case.summary();
    let entries = timeline::entries(&records, &names, &reporter);
    let held = hold::banner(&case, &records, &names);
    let returned = of_case::banner(&letters);
    let asked = composer::Asked {
        may: (may(Permission::WriteTeamText), may(Permission::MessageReporter)),
        outside: shown.outside.unwrap_or(timeline::last_was_outside(&records)),
        reporter,
        stock,
        readers: colleagues.iter().filter(|c| c.may(Permission::ReadTeamText, &case.facts)).count(),
    };
    CasePage {
        page: view.page(&format!("{} {}", case.name(), case.title)).with_errors(!shown.form.ok()),
        name: case.name(),
        version: case.version,
        received: case.received_at.into(),
        banners: banners(&case, &summary, (&shown, &colleagues))
            .into_iter()
            .chain(held)
            .chain(returned)
            .chain(hands.banner)
            .collect(),
        fresh: shown.looked.and_then(|looked| fresh(&records, &entries, looked)),
        days: days(entries),
        formal: timeline::formal(&records),
        facts: Facts::of(&summary, now),
        owner: case.assignee.map(|p| names.known(p).to_owned()).unwrap_or_default(),
        me: viewer.person.to_string(),
        mine: case.assignee == Some(viewer.person),
        may_assign: may(Permission::AssignCases),
        may_restrict: may(Permission::RestrictCases),
        restricted: case.facts.restricted,
        may_download: may(Permission::DownloadAttachments),
        choices: choices(&colleagues, |c| c.may(Permission::ReadCases, &case.facts), |c| case.assignee == Some(c.id)),
        members: choices(&colleagues, |c| c.could_read(&case.facts), |c| case.facts.members.contains(&c.id)),
        actions: actions(viewer, (&case, summary.open), (&hands.party, shown.action.as_deref())),
        files: files.iter().map(|file| file_row(&href, file)).collect(),
        composer: Composer::new(&href, asked),
        printed_by: names.known(viewer.person).to_owned(),
        printed: now.into(),
        read_by: read_by(&case, &colleagues, (readers, viewer.person)),
        programme,
        children: linked.iter().filter_map(Linked::child).collect(),
        linked,
        prove: hands.prove,
        letters,
        care: hold::Care::of(viewer, &case),
        aside,
        form: shown.form,
        title: case.title,
        report,
        href,
    }
}

/// The first entry of what came after `looked`.
fn fresh(records: &[event::Record], entries: &[Entry], looked: i64) -> Option<Fresh> {
    let new: BTreeSet<String> = records.iter().filter(|r| r.seq > looked).map(|r| format!("e-{}", r.seq)).collect();
    let shown: Vec<&Entry> = entries.iter().filter(|entry| new.contains(&entry.anchor)).collect();
    let words =
        if shown.len() == 1 { "1 thing happened".to_owned() } else { format!("{} things happened", shown.len()) };
    let first = shown.first()?;
    Some(Fresh { anchor: first.anchor.clone(), words: format!("{words} since you looked") })
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

fn banners(case: &Loaded, summary: &Summary, (shown, colleagues): (&Shown, &[Colleague])) -> Vec<Banner> {
    let mut banners = Vec::new();
    let mut push = |kind, lead: &str, text: String| banners.push(Banner { kind, lead: lead.to_owned(), text });
    if let Some(text) = &shown.trouble {
        push(BannerKind::Trouble, "Not done.", text.clone());
    }
    if case.facts.restricted {
        let members = colleagues.iter().filter(|c| case.facts.members.contains(&c.id));
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

fn file_row(href: &str, file: &Attachment) -> FileRow {
    FileRow {
        name: file.name.clone(),
        size: size_words(file.size),
        checksum: file.sha256.chars().take(8).collect(),
        scan: if file.audience == Audience::Team { "team only".to_owned() } else { String::new() },
        href: format!("{href}/attachments/{}", file.id),
    }
}
