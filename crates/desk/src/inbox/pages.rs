//! The page of the inbox.

use super::around::{Around, around};
use super::asked::{Asked, DUE, KINDS, ORDERS, OUTCOMES};
use super::overview::Overview;
use super::search::place;
use super::view::{Line, Tab, Tile, ago, empty_words, line, tabs, tiles};
use super::{Cursor, Item, PAGE, list, search};
use crate::Viewer;
use crate::bulk::Kind;
use crate::engine::EngineError;
use crate::people::{Colleague, Names, OF_TEAM};
use crate::programmes::{Programmes, Readable};
use crate::words::outcome_words;
use accounts::{ReadKind, person};
use askama::Template;
use axum::extract::State;
use db::Tx;
use domain::inbox::{CaseFilter, SortBy};
use domain::{Permission, PersonId, Ts};
use web::layout::Banner;
use web::{App, Caller, Page, Problem, Query, Reply, Staff, View};

/// What stands where somebody asks for words that may not search.
const NO_SEARCH: &str = "This searches for words, which is not yours to do.";

/// A choice of a list.
struct Choice {
    value: String,
    word: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "inbox/templates/inbox.html")]
#[expect(clippy::struct_excessive_bools, reason = "a page asks many small questions")]
struct InboxPage {
    page: Page,
    banners: Vec<Banner>,
    tiles: Vec<Tile>,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    asked: Asked,
    /// None where there is nothing to choose from.
    programmes: Vec<Choice>,
    kinds: Vec<Choice>,
    outcomes: Vec<Choice>,
    owners: Vec<Choice>,
    dues: Vec<Choice>,
    orders: Vec<Choice>,
    order: SortBy,
    may_search: bool,
    may_take: bool,
    /// Whether rows can be ticked to do something to them.
    may_bulk: bool,
    /// What can be done to those ticked.
    deeds: &'static [(Kind, &'static str, &'static str)],
    may_share: bool,
    /// Where the list leads as a file; empty for whoever may not take it.
    file: String,
    /// Whether the list is a view that has a name.
    is_view: bool,
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

impl InboxPage {
    /// The `aria-sort` of a column that orders the list.
    fn sorted(&self, order: &str) -> &'static str {
        match self.order {
            _ if self.searched || self.order.as_str() != order => "",
            SortBy::Due => "ascending",
            _ => "descending",
        }
    }

    /// Whether one of the filters is set that few people want every day.
    fn asks_more(&self) -> bool {
        let Asked { kind, outcome, exploited, watched, fresh, .. } = &self.asked;
        [kind, outcome, exploited, watched, fresh].iter().any(|value| !value.is_empty())
    }

    fn ticks_all(&self) -> bool {
        self.asked.tick == "all"
    }

    /// This very page with every row ticked.
    fn ticked(&self) -> String {
        self.asked.address("tick", "all")
    }

    /// Where a column leads that orders the list.
    fn sort_by(&self, order: &str) -> String {
        self.asked.address("sort", order)
    }
}

/// A page of the list, whichever way it was found.
#[derive(Default)]
struct Found {
    items: Vec<Item>,
    before: String,
    after: String,
    shown: String,
}

/// What is asked for, in words for the form and as the filter that is meant: that of the address, of the view that it
/// names, or of the one that the desk opens with.
pub(super) fn wanted(around: &Around, asked: Asked) -> (Asked, CaseFilter) {
    let bare = asked.is_bare();
    let named = around.views.iter().find(|view| if bare { view.first } else { view.id.to_string() == asked.view });
    if let Some(view) = named {
        let filter = view.named.filter().clone();
        let shown = Asked::of(&filter, &around.programmes);
        (Asked { view: view.id.to_string(), from: asked.from, tick: asked.tick, ..shown }, filter)
    } else {
        let asked = Asked { view: String::new(), ..asked }.ended();
        let filter = asked.filter(&around.programmes);
        (asked, filter)
    }
}

pub(super) async fn inbox(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    let now = app.store.ambient().now();
    let may_search = view.caller().holds(Permission::SearchCases);
    let around = around(&app, &viewer).await?;
    let (asked, filter) = wanted(&around, asked);
    let searched = may_search && !filter.text.is_empty();
    if searched {
        crate::audit::note(&app, viewer.person, ReadKind::Search, None).await?;
    }
    let mut tx = app.store.read().await?;
    let barred = !may_search && !filter.text.is_empty();
    let found = if searched {
        best(&mut tx, &app, &view, (&filter, &asked)).await?
    } else if barred {
        Found::default()
    } else {
        walked(&mut tx, &app, &view, (&filter, &asked)).await?
    };
    let owners = owners(&mut tx, &app, (&around.colleagues, view.caller()), &asked.owner).await?;
    let mut names = around.names.clone();
    let programmes = choices(&names, &around.programmes, &asked);
    let lines = lines(&mut tx, &app, &mut names, (found.items, filter.order(), now)).await?;
    let everywhere = if asked.state == "all" { String::new() } else { asked.address("state", "all") };
    Ok(view.show(&InboxPage {
        page: view.page("Inbox"),
        banners: around.banners.clone(),
        tiles: tiles(&around.numbers, &asked, now),
        tabs: tabs(&around.numbers, &asked, (&around.views, &around.counts)),
        empty: if barred { NO_SEARCH.to_owned() } else { empty(&around.numbers, &asked, searched) },
        lines,
        programmes,
        kinds: fixed(KINDS, &asked.kind, ""),
        outcomes: outcomes(&asked.outcome),
        owners,
        dues: fixed(DUE, if asked.is_late() { "late" } else { &asked.due }, "Before "),
        orders: fixed(ORDERS, &asked.sort, ""),
        order: filter.order(),
        may_search,
        may_take: view.caller().holds(Permission::ActOnCases),
        may_bulk: [Permission::ActOnCases, Permission::AssignCases].iter().any(|p| view.caller().holds(*p)),
        deeds: Kind::ALL,
        may_share: viewer.may_house(Permission::ManageSettings),
        file: if viewer.may_house(Permission::ExportCases) { asked.file() } else { String::new() },
        is_view: !asked.view.is_empty(),
        searched,
        everywhere,
        shown: found.shown,
        before: found.before,
        after: found.after,
        asked,
    }))
}

/// Choices that are always the same; a value that is none of them stands at the end, since a view may hold it.
fn fixed(pairs: &[(&str, &str)], chosen: &str, other: &str) -> Vec<Choice> {
    let mut all: Vec<Choice> = pairs
        .iter()
        .map(|(value, word)| Choice { value: (*value).into(), word: (*word).into(), chosen: *value == chosen })
        .collect();
    if !other.is_empty() && !all.iter().any(|choice| choice.chosen) {
        all.push(Choice { value: chosen.into(), word: format!("{other}{chosen}"), chosen: true });
    }
    all
}

/// How cases may have ended.
fn outcomes(chosen: &str) -> Vec<Choice> {
    let pairs = OUTCOMES.map(|word| (word, outcome_words(word)));
    let mut all = fixed(&[("", "Any")], chosen, "");
    all.extend(fixed(&pairs, chosen, ""));
    all
}

/// Whose cases can be asked for. Somebody who left is there while their cases are looked at.
async fn owners(
    tx: &mut Tx,
    app: &App,
    (colleagues, caller): (&[Colleague], &Caller),
    chosen: &str,
) -> Result<Vec<Choice>, EngineError> {
    let mut all = fixed(&[("", "Anybody"), ("me", "Me"), ("nobody", "Nobody")], chosen, "");
    all.extend(colleagues.iter().map(|colleague| {
        let value = colleague.id.to_string();
        Choice { word: colleague.name.clone(), chosen: value == chosen, value }
    }));
    if let (false, Ok(person)) = (all.iter().any(|choice| choice.chosen), chosen.parse::<PersonId>()) {
        let known = if caller.holds(OF_TEAM) {
            person::load(tx, app.store.keys(), person).await.map_err(EngineError::corrupt)?
        } else {
            None
        };
        let word = known.map(|known| known.name).filter(|name| !name.is_empty());
        let word = word.unwrap_or_else(|| "One colleague".to_owned());
        all.push(Choice { value: chosen.into(), word, chosen: true });
    }
    Ok(all)
}

/// The programmes that can be picked: none when there is only one.
fn choices(names: &Programmes, programmes: &[Readable], asked: &Asked) -> Vec<Choice> {
    let choice = |programme: &Readable| Choice {
        word: names.known(programme.id).unwrap_or(&programme.slug).to_owned(),
        value: programme.slug.clone(),
        chosen: programme.slug == asked.programme,
    };
    if programmes.len() < 2 { Vec::new() } else { programmes.iter().map(choice).collect() }
}

async fn lines(
    tx: &mut Tx,
    app: &App,
    programmes: &mut Programmes,
    (items, order, now): (Vec<Item>, SortBy, Ts),
) -> Result<Vec<Line>, EngineError> {
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let owner = match item.assignee {
            Some(person) => names.get(tx, &app.store, person).await?,
            None => String::new(),
        };
        let programme = programmes.name(tx, &app.store, item.programme).await?;
        let changed = (order == SortBy::Activity).then(|| (ago(item.updated_at, now), item.updated_at.into()));
        lines.push(Line { changed, ..line(item, (owner, programme), now) });
    }
    Ok(lines)
}

fn empty(numbers: &Overview, asked: &Asked, searched: bool) -> String {
    if searched { String::new() } else { empty_words(numbers, asked) }
}

/// A page of the list as it is ordered.
async fn walked(tx: &mut Tx, app: &App, view: &View, (filter, asked): (&CaseFilter, &Asked)) -> Result<Found, Problem> {
    let cursor = Cursor::opened(&asked.from, &app.store).ok();
    let listing = list(tx, &app.store, view.caller(), filter, cursor).await?;
    let link =
        |cursor: Option<Cursor>| cursor.map(|c| asked.address("from", &c.sealed(&app.store))).unwrap_or_default();
    let shown = if listing.cut { "Many cases were looked through here; there are more behind them." } else { "" };
    Ok(Found {
        items: listing.items,
        before: link(listing.before),
        after: link(listing.after),
        shown: shown.to_owned(),
    })
}

/// A page of the best matches.
async fn best(tx: &mut Tx, app: &App, view: &View, (filter, asked): (&CaseFilter, &Asked)) -> Result<Found, Problem> {
    let index = app.carried().ok_or_else(|| Problem::internal("the app carries no search"))?;
    let from = place(&asked.from).unwrap_or(0);
    let found = search(tx, (&app.store, index), view.caller(), (filter, &filter.text), from).await?;
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
