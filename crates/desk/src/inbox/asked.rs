//! What stands in the address of the inbox after `?`: the filter in words that people can read and send on.

use crate::programmes::Readable;
use domain::case::find;
use domain::inbox::{CaseFilter, DueFilter, OwnerFilter, SortBy, StateFilter};
use domain::{PersonId, ProgrammeId, Severity, Ts, Uuid};
use form_urlencoded::Serializer;
use serde::Deserialize;
use web::Form;

/// A value that is odd is as if it were not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) outcome: String,
    pub(super) severity: String,
    pub(super) programme: String,
    pub(super) owner: String,
    pub(super) waiting: String,
    pub(super) exploited: String,
    pub(super) watched: String,
    pub(super) fresh: String,
    pub(super) due: String,
    pub(super) late: String,
    pub(super) sort: String,
    pub(super) view: String,
    pub(super) from: String,
    /// `all`: the page comes with every row ticked.
    pub(super) tick: String,
}

/// How far ahead due times are asked for, with the words on the page.
pub(super) const DUE: &[(&str, &str)] =
    &[("", "Any time"), ("late", "Late"), ("1", "Within a day"), ("3", "Within 3 days"), ("7", "Within a week")];
/// The kinds of case, with the words on the page.
pub(super) const KINDS: &[(&str, &str)] = &[("", "All"), ("vulnerability", "Reports"), ("appeal", "Appeals")];
/// How cases end: reports, and then appeals.
pub(super) const OUTCOMES: [&str; 13] = [
    "resolved",
    "duplicate",
    "informative",
    "accepted_risk",
    "not_reproducible",
    "out_of_scope",
    "not_applicable",
    "spam",
    "withdrawn",
    "rerouted",
    "upheld",
    "granted",
    "overtaken",
];
/// The orders, with the words on the page.
pub(super) const ORDERS: &[(&str, &str)] =
    &[("", "What is due"), ("newest", "Newest"), ("severity", "Severity"), ("activity", "Last change")];

impl Asked {
    /// The names and values of the filter, without the view and the place in the list.
    fn pairs(&self) -> [(&'static str, &str); 14] {
        [
            ("q", &self.q),
            ("kind", &self.kind),
            ("state", &self.state),
            ("outcome", &self.outcome),
            ("severity", &self.severity),
            ("programme", &self.programme),
            ("owner", &self.owner),
            ("waiting", &self.waiting),
            ("exploited", &self.exploited),
            ("watched", &self.watched),
            ("fresh", &self.fresh),
            ("due", &self.due),
            ("late", &self.late),
            ("sort", &self.sort),
        ]
    }

    /// Those that are set, for a form that keeps them.
    pub(super) fn set(&self) -> Vec<(&'static str, &str)> {
        self.pairs().into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Reads them back from such a form.
    pub(super) fn from_form(form: &Form) -> Self {
        let value = |name: &str| form.value(name).to_owned();
        Self {
            q: value("q"),
            kind: value("kind"),
            state: value("state"),
            outcome: value("outcome"),
            severity: value("severity"),
            programme: value("programme"),
            owner: value("owner"),
            waiting: value("waiting"),
            exploited: value("exploited"),
            watched: value("watched"),
            fresh: value("fresh"),
            due: value("due"),
            late: value("late"),
            sort: value("sort"),
            ..Self::default()
        }
    }

    /// The same, for closed cases where an ending is asked for: the form says "open" as long as nobody picks another.
    pub(super) fn ended(self) -> Self {
        let open = matches!(self.state.as_str(), "" | "open");
        if open && OUTCOMES.contains(&self.outcome.as_str()) {
            Self { state: "closed".to_owned(), ..self }
        } else {
            self
        }
    }

    /// Whether nothing stands in the address: then the desk opens with the view of whoever looks.
    pub(super) fn is_bare(&self) -> bool {
        *self == Self::default()
    }

    /// Whether any filter but the words to search for is set.
    pub(super) fn is_filtered(&self) -> bool {
        let open = |name: &str, value: &str| name == "state" && value == "open";
        self.pairs()
            .iter()
            .any(|(name, value)| !matches!(*name, "q" | "sort") && !value.is_empty() && !open(name, value))
    }

    /// Whether what is due before now is asked for.
    pub(super) fn is_late(&self) -> bool {
        self.late == "yes" || self.due == "late"
    }

    /// The address of this list as a file.
    pub(super) fn file(&self) -> String {
        let mut query = Serializer::new(String::new());
        if self.view.is_empty() {
            query.extend_pairs(self.set());
        } else {
            query.append_pair("view", &self.view);
        }
        format!("/desk/inbox/file?{}", query.finish())
    }

    /// The address of this list with one thing changed. A view stays one while it is paged through, and the page stays
    /// the one it is when its rows are ticked.
    pub(super) fn address(&self, name: &str, value: &str) -> String {
        let mut query = Serializer::new(String::new());
        if matches!(name, "from" | "tick") && !self.view.is_empty() {
            query.append_pair("view", &self.view);
        } else {
            for (other, value) in self.pairs().into_iter().filter(|(other, value)| *other != name && !value.is_empty())
            {
                query.append_pair(other, value);
            }
        }
        if name == "tick" && !self.from.is_empty() {
            query.append_pair("from", &self.from);
        }
        format!("/desk?{}", query.append_pair(name, value).finish())
    }

    /// The filter that is meant.
    pub(super) fn filter(&self, programmes: &[Readable]) -> CaseFilter {
        CaseFilter {
            kind: find(&self.kind).map(|_| self.kind.clone()),
            state: StateFilter::of(&self.state),
            outcome: OUTCOMES.contains(&self.outcome.as_str()).then(|| self.outcome.clone()),
            severity: self.severity.parse::<Severity>().ok(),
            programme: (!self.programme.is_empty()).then(|| {
                let known = programmes.iter().find(|p| p.slug == self.programme);
                known.map_or(ProgrammeId::from_uuid(Uuid::nil()), |p| p.id)
            }),
            owner: match self.owner.as_str() {
                "me" => OwnerFilter::Me,
                "nobody" => OwnerFilter::Nobody,
                other => other.parse::<PersonId>().map_or(OwnerFilter::Any, OwnerFilter::Person),
            },
            waiting: yes_or_no(&self.waiting),
            exploited: yes_or_no(&self.exploited),
            watched: yes_or_no(&self.watched),
            fresh: yes_or_no(&self.fresh),
            due: match self.due.as_str() {
                _ if self.is_late() => Some(DueFilter::Late),
                due => match due.parse::<u16>() {
                    Ok(days) => Some(DueFilter::Days(days)).filter(|_| (1..=366).contains(&days)),
                    Err(_) => due.parse::<Ts>().ok().map(DueFilter::Before),
                },
            },
            text: self.q.trim().to_owned(),
            sort: self.sort.parse::<SortBy>().ok(),
        }
    }

    /// The address that means this filter.
    pub(super) fn of(filter: &CaseFilter, programmes: &[Readable]) -> Self {
        let slug = |id| programmes.iter().find(|p| p.id == id).map(|p| p.slug.clone());
        Self {
            q: filter.text.clone(),
            kind: filter.kind.clone().unwrap_or_default(),
            state: filter.state.word().to_owned(),
            outcome: filter.outcome.clone().unwrap_or_default(),
            severity: filter.severity.map(|s| s.to_string()).unwrap_or_default(),
            // One that they may not read, or that is gone: it shows nothing rather than everything.
            programme: filter.programme.map(|id| slug(id).unwrap_or_else(|| "-".to_owned())).unwrap_or_default(),
            owner: match filter.owner {
                OwnerFilter::Any => String::new(),
                OwnerFilter::Me => "me".to_owned(),
                OwnerFilter::Nobody => "nobody".to_owned(),
                OwnerFilter::Person(person) => person.to_string(),
            },
            waiting: said(filter.waiting),
            exploited: said(filter.exploited),
            watched: said(filter.watched),
            fresh: said(filter.fresh),
            due: match filter.due {
                None => String::new(),
                Some(DueFilter::Days(days)) => days.to_string(),
                Some(DueFilter::Late) => "late".to_owned(),
                Some(DueFilter::Before(at)) => at.to_string(),
            },
            sort: filter.sort.map(|sort| sort.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn said(flag: Option<bool>) -> String {
    flag.map(|yes| if yes { "yes" } else { "no" }.to_owned()).unwrap_or_default()
}

fn yes_or_no(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, KINDS, OUTCOMES};
    use domain::case::registry;
    use domain::case::vulnerability::OutcomeWord;
    use domain::inbox::{CaseFilter, DueFilter, OwnerFilter, SortBy, StateFilter};

    #[test]
    fn a_filter_is_an_address_and_comes_back() {
        let filter = CaseFilter {
            state: StateFilter::One("fixed".into()),
            owner: OwnerFilter::Me,
            kind: Some("vulnerability".into()),
            waiting: Some(false),
            exploited: Some(true),
            watched: Some(true),
            fresh: Some(false),
            outcome: Some("duplicate".into()),
            due: Some(DueFilter::Days(3)),
            text: "old token".into(),
            sort: Some(SortBy::Activity),
            ..CaseFilter::default()
        };
        let asked = Asked::of(&filter, &[]);
        assert_eq!(asked.filter(&[]), filter);
        assert_eq!(
            asked.address("from", "a1"),
            "/desk?q=old+token&kind=vulnerability&state=fixed&outcome=duplicate&owner=me&waiting=no&exploited=yes\
             &watched=yes&fresh=no&due=3&sort=activity&from=a1"
        );
        assert!(!Asked { state: "open".into(), q: "x".into(), ..Asked::default() }.is_filtered());
        assert!(asked.is_filtered() && Asked::default().is_bare());
        let odd = Asked { kind: "nonsense".into(), exploited: "perhaps".into(), ..Asked::default() };
        assert_eq!(odd.filter(&[]), CaseFilter::default(), "what is odd is as if it were not there");
    }

    #[test]
    fn an_ending_is_asked_of_closed_cases() {
        let asked = |state: &str, outcome: &str| {
            let asked = Asked { state: state.into(), outcome: outcome.into(), ..Asked::default() };
            asked.ended().state
        };
        assert_eq!([asked("open", "spam"), asked("", "spam"), asked("all", "spam")], ["closed", "closed", "all"]);
        assert_eq!([asked("open", ""), asked("open", "nonsense")], ["open", "open"]);
        let known = |word: &OutcomeWord| OUTCOMES.contains(&word.as_str());
        assert!(OutcomeWord::ALL.iter().all(known), "each can be picked");
    }

    #[test]
    fn every_kind_of_case_can_be_picked() {
        let mut offered: Vec<&str> = KINDS.iter().map(|(word, _)| *word).filter(|word| !word.is_empty()).collect();
        let mut known: Vec<&str> = registry().iter().map(|machine| machine.name()).collect();
        offered.sort_unstable();
        known.sort_unstable();
        assert_eq!(offered, known);
    }

    #[test]
    fn a_view_stays_a_view_from_page_to_page() {
        let asked = Asked { view: "7".into(), owner: "me".into(), ..Asked::default() };
        assert_eq!(asked.address("from", "a1"), "/desk?view=7&from=a1");
        assert_eq!(asked.address("sort", "newest"), "/desk?owner=me&sort=newest");
        let second = Asked { from: "a1".into(), ..asked };
        assert_eq!(second.address("tick", "all"), "/desk?view=7&from=a1&tick=all");
        assert_eq!(second.address("from", "a2"), "/desk?view=7&from=a2");
    }
}
