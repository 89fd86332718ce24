//! What somebody wants of the list of cases: a filter and an order as one value, so that a view that was
//! saved means the same thing tomorrow, for whoever opens it.
//!
//! "Me" and "within a day" stay what they are and are worked out when the list is shown: a view that is
//! shared shows everybody their own.

use crate::words::words;
use crate::{PersonId, ProgrammeId, Severity, Span, Ts};
use serde::{Deserialize, Serialize};

/// Longest name of a view, in characters.
pub const NAME_MAX: usize = 60;
/// Longest words to search for that a view keeps, in bytes.
pub const WORDS_MAX: usize = 400;

words! {
    "order"
    /// In which order.
    pub enum SortBy {
        /// What is due first; closed cases, of which few have anything due, newest first.
        Due = "due",
        /// What came last, by its number.
        Newest = "newest",
        /// The worst first, of equals what is due first.
        Severity = "severity",
        /// What changed last.
        Activity = "activity",
    }
}

/// Which states.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// Work is left.
    #[default]
    Open,
    /// Done.
    Closed,
    /// Both, newest first.
    All,
    /// One state by its word.
    One(String),
}

impl StateFilter {
    /// From the word in an address; empty is the open ones.
    pub fn of(word: &str) -> Self {
        match word.trim() {
            "" | "open" => Self::Open,
            "closed" => Self::Closed,
            "all" => Self::All,
            other => Self::One(other.to_owned()),
        }
    }

    /// The word in an address; nothing for the open ones.
    pub fn word(&self) -> &str {
        match self {
            Self::Open => "",
            Self::Closed => "closed",
            Self::All => "all",
            Self::One(word) => word,
        }
    }

    /// Whether only cases with work left are wanted; `None` for both.
    pub fn is_open(&self) -> Option<bool> {
        match self {
            Self::Open => Some(true),
            Self::Closed => Some(false),
            Self::All => None,
            Self::One(word) => Some(word != "closed"),
        }
    }
}

/// Whose cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerFilter {
    /// Anybody's, and nobody's.
    #[default]
    Any,
    /// Those of whoever looks.
    Me,
    /// Those without an owner.
    Nobody,
    /// Those of this person.
    Person(PersonId),
}

/// By when something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueFilter {
    /// Before now.
    Late,
    /// Within so many days from now, late ones too.
    Days(u16),
    /// Before this instant.
    Before(Ts),
}

impl DueFilter {
    /// The instant before which it must be due.
    pub fn before(self, now: Ts) -> Ts {
        match self {
            Self::Late => now,
            Self::Days(days) => now.plus(Span::from_days(i64::from(days))),
            Self::Before(at) => at,
        }
    }
}

/// Every filter and the order; all that are set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CaseFilter {
    /// Type of case.
    pub kind: Option<String>,
    /// States.
    pub state: StateFilter,
    /// How it ended, by its word: with it only closed cases are meant.
    pub outcome: Option<String>,
    /// Severity in force: ours, else the reporter's.
    pub severity: Option<Severity>,
    /// Where it came in.
    pub programme: Option<ProgrammeId>,
    /// Who works on it.
    pub owner: OwnerFilter,
    /// Whether we wait for the reporter.
    pub waiting: Option<bool>,
    /// Whether we know that somebody exploits it.
    pub exploited: Option<bool>,
    /// Whether whoever looks watches it.
    pub watched: Option<bool>,
    /// Whether something happened since whoever looks looked at it.
    pub fresh: Option<bool>,
    /// By when it is due.
    pub due: Option<DueFilter>,
    /// Words to search for; then the best matches stand first, whatever the order.
    pub text: String,
    /// The order; without one, what is due first.
    pub sort: Option<SortBy>,
}

impl CaseFilter {
    /// The order the list is walked in. Of closed cases hardly one has anything due; where open and closed stand
    /// together only age and the last change are an order.
    pub fn order(&self) -> SortBy {
        match (self.state.is_open(), self.sort.unwrap_or(SortBy::Due)) {
            (Some(true), SortBy::Severity) if self.severity.is_some() => SortBy::Due,
            (Some(false), SortBy::Due) | (None, SortBy::Due | SortBy::Severity) => SortBy::Newest,
            (_, sort) => sort,
        }
    }
}

/// Why a view is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// No name.
    #[error("Give the view a name")]
    NoName,
    /// The name is too long.
    #[error("Use at most 60 characters")]
    LongName,
    /// A control character in the name.
    #[error("There is a control character in this. Type the name again")]
    OddName,
    /// A control character in what it filters by.
    #[error("There is a control character in what this view filters by")]
    OddFilter,
    /// Too much to search for.
    #[error("The words to search for are too long to be kept")]
    LongWords,
}

/// A filter under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFilter {
    name: String,
    filter: CaseFilter,
}

impl NamedFilter {
    /// Checks the name and the lengths.
    pub fn new(name: &str, filter: CaseFilter) -> Result<Self, ViewError> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = filter.text.len() + plain_words(&filter).map(str::len).sum::<usize>();
        match name.chars().count() {
            0 => Err(ViewError::NoName),
            n if n > NAME_MAX => Err(ViewError::LongName),
            _ if name.chars().any(char::is_control) => Err(ViewError::OddName),
            _ if is_odd(&filter) => Err(ViewError::OddFilter),
            _ if words > WORDS_MAX => Err(ViewError::LongWords),
            _ => Ok(Self { name, filter }),
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it shows.
    pub fn filter(&self) -> &CaseFilter {
        &self.filter
    }
}

/// Whether a word of the filter has a control character: no state and no type has one.
fn is_odd(filter: &CaseFilter) -> bool {
    plain_words(filter).chain([filter.text.as_str()]).any(|word| word.chars().any(char::is_control))
}

/// The words of the filter that are names of something.
fn plain_words(filter: &CaseFilter) -> impl Iterator<Item = &str> {
    [Some(filter.state.word()), filter.kind.as_deref(), filter.outcome.as_deref()].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::{CaseFilter, DueFilter, NamedFilter, OwnerFilter, SortBy, StateFilter, ViewError};
    use crate::testing::START;
    use crate::{Severity, Span};

    #[test]
    fn a_view_comes_back_from_json_and_an_older_one_lacks_fields() {
        let filter = CaseFilter {
            state: StateFilter::One("triaged".into()),
            severity: Some(Severity::High),
            owner: OwnerFilter::Me,
            exploited: Some(true),
            watched: Some(true),
            fresh: Some(true),
            due: Some(DueFilter::Days(3)),
            sort: Some(SortBy::Activity),
            ..CaseFilter::default()
        };
        let view = NamedFilter::new("  My   week ", filter).unwrap();
        assert_eq!(view.name(), "My week");
        let text = serde_json::to_string(&view).unwrap();
        assert_eq!(serde_json::from_str::<NamedFilter>(&text).unwrap(), view);
        let older: NamedFilter = serde_json::from_str(r#"{"name":"Old","filter":{"waiting":true}}"#).unwrap();
        assert_eq!(older.filter(), &CaseFilter { waiting: Some(true), ..CaseFilter::default() });
    }

    #[test]
    fn names_are_short_and_visible() {
        let named = |name: &str| NamedFilter::new(name, CaseFilter::default()).map(|_| ());
        assert_eq!(named(" \t "), Err(ViewError::NoName));
        assert_eq!(named(&"é".repeat(60)), Ok(()));
        assert_eq!(named(&"é".repeat(61)), Err(ViewError::LongName));
        assert_eq!(named("a\u{7}b"), Err(ViewError::OddName));
        for odd in [
            CaseFilter { state: StateFilter::One("\0".into()), ..CaseFilter::default() },
            CaseFilter { kind: Some("a\0".into()), ..CaseFilter::default() },
            CaseFilter { outcome: Some("\u{7}".into()), ..CaseFilter::default() },
        ] {
            assert_eq!(NamedFilter::new("x", odd), Err(ViewError::OddFilter));
        }
        let long = CaseFilter { text: "a".repeat(401), ..CaseFilter::default() };
        assert_eq!(NamedFilter::new("x", long), Err(ViewError::LongWords));
    }

    #[test]
    fn the_order_is_one_that_can_be_walked() {
        let order =
            |state: &str, sort| CaseFilter { state: StateFilter::of(state), sort, ..CaseFilter::default() }.order();
        assert_eq!(order("", None), SortBy::Due);
        assert_eq!(order("new", Some(SortBy::Severity)), SortBy::Severity);
        assert_eq!(order("closed", None), SortBy::Newest);
        assert_eq!(order("closed", Some(SortBy::Severity)), SortBy::Severity);
        assert_eq!(order("all", Some(SortBy::Severity)), SortBy::Newest);
        assert_eq!(order("all", Some(SortBy::Activity)), SortBy::Activity);
        let high = CaseFilter { severity: Some(Severity::High), sort: Some(SortBy::Severity), ..CaseFilter::default() };
        assert_eq!(high.order(), SortBy::Due);
    }

    #[test]
    fn due_is_worked_out_when_it_is_asked() {
        assert_eq!(DueFilter::Late.before(START), START);
        assert_eq!(DueFilter::Days(2).before(START), START.plus(Span::from_days(2)));
        assert_eq!(DueFilter::Before(START).before(START.plus(Span::from_days(9))), START);
    }
}
