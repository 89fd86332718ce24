//! The page of the inbox.

use super::overview::{Overview, overview};
use super::search::place;
use super::view::{Line, Tab, Tile, empty_words, line, tabs, tiles};
use super::{Cursor, Filter, Item, PAGE, StateFilter, list, search};
use crate::Viewer;
use crate::letters::health;
use crate::people::Names;
use crate::programmes::Programmes;
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use db::Tx;
use domain::{Permission, Severity};
use form_urlencoded::Serializer;
use serde::Deserialize;
use web::layout::Banner;
use web::{App, Page, Problem, Query, Reply, Staff, View};

/// What stands in the address after `?`. Anything odd shows the plain inbox, never an error.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) state: String,
    pub(super) severity: String,
    pub(super) owner: String,
    pub(super) waiting: String,
    pub(super) late: String,
    pub(super) from: String,
}

impl Asked {
    /// Whether any filter but the words to search for is set.
    pub(super) fn is_filtered(&self) -> bool {
        [&self.state, &self.severity, &self.owner, &self.waiting, &self.late].iter().any(|value| !value.is_empty())
    }

    /// The address of this view with another beginning, or other states.
    fn address(&self, name: &str, value: &str) -> String {
        let mut query = Serializer::new(String::new());
        let pairs = [
            ("q", &self.q),
            ("state", &self.state),
            ("severity", &self.severity),
            ("owner", &self.owner),
            ("waiting", &self.waiting),
            ("late", &self.late),
        ];
        for (other, value) in pairs.into_iter().filter(|(other, value)| *other != name && !value.is_empty()) {
            query.append_pair(other, value);
        }
        format!("/desk?{}", query.append_pair(name, value).finish())
    }
}

#[derive(Template)]
#[template(path = "inbox/templates/inbox.html")]
struct InboxPage {
    page: Page,
    banners: Vec<Banner>,
    tiles: Vec<Tile>,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    asked: Asked,
    may_search: bool,
    may_take: bool,
    searched: bool,
    /// What an empty list says.
    empty: String,
    /// The same search among closed cases too; empty when that is what was searched.
    everywhere: String,
    /// `Matches 51 to 100`, with what bounds them.
    shown: String,
    before: String,
    after: String,
}

/// A page of the list, whichever way it was found.
struct Found {
    items: Vec<Item>,
    before: String,
    after: String,
    shown: String,
}

pub(super) async fn inbox(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    let now = app.store.ambient().now();
    let may_search = view.caller().holds(Permission::SearchCases);
    let searched = may_search && !asked.q.trim().is_empty();
    let filter = filter(&asked, &viewer);
    if searched {
        crate::audit::note(&app, viewer.person, ReadKind::Search, None).await?;
    }
    let mut tx = app.store.read().await?;
    let banners = health::banners(&mut tx, &app).await?;
    let numbers = overview(&mut tx, view.caller(), (viewer.person, now)).await?;
    let found = if searched {
        best(&mut tx, &app, &view, (&filter, &asked)).await?
    } else {
        walked(&mut tx, &app, &view, (&filter, &asked)).await?
    };
    let (mut names, mut programmes) = (Names::default(), Programmes::default());
    let mut lines = Vec::with_capacity(found.items.len());
    for item in found.items {
        let owner = match item.assignee {
            Some(person) => names.get(&mut tx, &app.store, person).await?,
            None => String::new(),
        };
        let programme = programmes.name(&mut tx, &app.store, item.programme).await?;
        lines.push(line(item, (owner, programme), now));
    }
    let everywhere = if asked.state == "all" { String::new() } else { asked.address("state", "all") };
    Ok(view.show(&InboxPage {
        page: view.page("Inbox"),
        banners,
        tiles: tiles(&numbers, &asked, now),
        tabs: tabs(&numbers, &asked),
        empty: empty(&numbers, &asked, searched),
        lines,
        may_search,
        may_take: view.caller().holds(Permission::ActOnCases),
        searched,
        everywhere,
        shown: found.shown,
        before: found.before,
        after: found.after,
        asked,
    }))
}

fn empty(numbers: &Overview, asked: &Asked, searched: bool) -> String {
    if searched { String::new() } else { empty_words(numbers, asked) }
}

/// A page of the list as it is ordered.
async fn walked(tx: &mut Tx, app: &App, view: &View, (filter, asked): (&Filter, &Asked)) -> Result<Found, Problem> {
    let cursor = asked.from.parse::<Cursor>().ok();
    let listing = list(tx, &app.store, view.caller(), filter, cursor).await?;
    let link = |cursor: Option<Cursor>| cursor.map(|c| asked.address("from", &c.to_string())).unwrap_or_default();
    Ok(Found { items: listing.items, before: link(listing.before), after: link(listing.after), shown: String::new() })
}

/// A page of the best matches.
async fn best(tx: &mut Tx, app: &App, view: &View, (filter, asked): (&Filter, &Asked)) -> Result<Found, Problem> {
    let index = app.carried().ok_or_else(|| Problem::internal("the app carries no search"))?;
    let from = place(&asked.from).unwrap_or(0);
    let found = search(tx, (&app.store, index), view.caller(), (filter, asked.q.trim()), from).await?;
    let link = |from: usize| asked.address("from", &format!("s{from}"));
    let last = from + found.items.len();
    let range = if from == 0 && !found.more { String::new() } else { format!(" Matches {} to {last}.", from + 1) };
    let bound = if found.cut { " There are more than can be shown: add a word." } else { "" };
    Ok(Found {
        before: if from > 0 { link(from.saturating_sub(PAGE)) } else { String::new() },
        after: if found.more { link(from + PAGE) } else { String::new() },
        shown: format!("Best first.{range}{bound}"),
        items: found.items,
    })
}

fn filter(asked: &Asked, viewer: &Viewer) -> Filter {
    Filter {
        kind: None,
        state: StateFilter::of(&asked.state),
        severity: asked.severity.parse::<Severity>().ok(),
        assignee: (asked.owner == "me").then_some(viewer.person),
        unowned: asked.owner == "nobody",
        waiting: match asked.waiting.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        late: asked.late == "yes",
    }
}
