//! The page of the inbox.

use super::{Cursor, Filter, Item, StateFilter, list, search};
use crate::people::Names;
use crate::{Viewer, words};
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use domain::{Permission, Severity, Span, Ts};
use form_urlencoded::Serializer;
use serde::Deserialize;
use web::layout::{Moment, SeverityBars, StateChip, day, span_words};
use web::{App, Page, Query, Reply, Staff, View};

/// What stands in the address after `?`. Anything odd shows the plain inbox, never an error.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    severity: String,
    owner: String,
    waiting: String,
    late: String,
    from: String,
}

struct Line {
    href: String,
    name: String,
    title: String,
    programme: String,
    received: String,
    received_exact: String,
    chip: StateChip,
    severity: SeverityBars,
    said: &'static str,
    owner: String,
    due: String,
    due_exact: String,
    late: bool,
    restricted: bool,
}

struct Tab {
    label: &'static str,
    href: &'static str,
    current: bool,
}

#[derive(Template)]
#[template(path = "inbox/templates/inbox.html")]
struct InboxPage {
    page: Page,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    asked: Asked,
    may_search: bool,
    searched: bool,
    filtered: bool,
    before: String,
    after: String,
}

pub(super) async fn inbox(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let now = db.ambient().now();
    let filter = filter(&asked, &viewer);
    let may_search = view.caller().holds(Permission::SearchCases);
    let searched = may_search && !asked.q.trim().is_empty();
    let mut tx = db.read().await?;
    let (items, before, after) = if searched {
        crate::audit::note(&app, viewer.person, ReadKind::Search, None).await?;
        let index = app.carried().ok_or_else(|| web::Problem::internal("the app carries no search"))?;
        (search(&mut tx, (db, index), view.caller(), (&filter, asked.q.trim())).await?, None, None)
    } else {
        let cursor = asked.from.parse::<Cursor>().ok();
        let listing = list(&mut tx, db, view.caller(), &filter, cursor).await?;
        (listing.items, listing.before, listing.after)
    };
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let owner = match item.assignee {
            Some(person) => names.get(&mut tx, db, person).await?,
            None => String::new(),
        };
        lines.push(line(item, owner, now));
    }
    let link = |cursor: Option<Cursor>| cursor.map(|c| address(&asked, &c.to_string())).unwrap_or_default();
    let (before, after) = (link(before), link(after));
    let filtered = filter != Filter::default();
    let page = view.page("Inbox");
    let tabs = tabs(&asked);
    Ok(view.show(&InboxPage { page, tabs, lines, asked, may_search, searched, filtered, before, after }))
}

fn filter(asked: &Asked, viewer: &Viewer) -> Filter {
    Filter {
        kind: None,
        state: StateFilter::of(&asked.state),
        severity: asked.severity.parse::<Severity>().ok(),
        assignee: (asked.owner == "me").then_some(viewer.person),
        waiting: match asked.waiting.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        late: asked.late == "yes",
    }
}

fn tabs(asked: &Asked) -> Vec<Tab> {
    let views: [(&str, &str, bool); 5] = [
        (
            "Open",
            "/desk",
            asked.state.is_empty() && asked.owner.is_empty() && asked.waiting.is_empty() && asked.late.is_empty(),
        ),
        ("Mine", "/desk?owner=me", asked.owner == "me"),
        ("Late", "/desk?late=yes", asked.late == "yes"),
        ("Waiting for them", "/desk?waiting=yes", asked.waiting == "yes"),
        ("Closed", "/desk?state=closed", asked.state == "closed"),
    ];
    views.into_iter().map(|(label, href, current)| Tab { label, href, current }).collect()
}

fn address(asked: &Asked, from: &str) -> String {
    let mut query = Serializer::new(String::new());
    let pairs = [
        ("state", &asked.state),
        ("severity", &asked.severity),
        ("owner", &asked.owner),
        ("waiting", &asked.waiting),
        ("late", &asked.late),
    ];
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    format!("/desk?{}", query.append_pair("from", from).finish())
}

fn line(item: Item, owner: String, now: Ts) -> Line {
    let late = item.due_at.is_some_and(|due| due < now);
    let said = match (item.decided, item.claimed) {
        (Some(ours), Some(theirs)) if ours != theirs => SeverityBars::from(Some(theirs)).word,
        _ => "",
    };
    Line {
        href: format!("/desk/cases/{}", item.name),
        chip: words::chip(&item.state, item.waiting_since.is_some(), item.outcome.as_deref()),
        severity: SeverityBars::from(item.decided.or(item.claimed)),
        said,
        owner,
        due: due_words(item.due_at, now),
        due_exact: item.due_at.map(|due| due.to_string()).unwrap_or_default(),
        late,
        received: format!("{} ago", span_words(now.since(item.received_at))),
        received_exact: Moment::from(item.received_at).exact,
        name: item.name,
        title: item.title,
        programme: item.programme,
        restricted: item.restricted,
    }
}

/// `in 48 min`, `4 Dec 2026`, `late by 3 h`; nothing when no clock runs.
pub(crate) fn due_words(due: Option<Ts>, now: Ts) -> String {
    match due {
        None => String::new(),
        Some(due) if due < now => format!("late by {}", span_words(now.since(due))),
        Some(due) if due.since(now) < Span::from_days(2) => format!("in {}", span_words(due.since(now))),
        Some(due) => day(due),
    }
}
