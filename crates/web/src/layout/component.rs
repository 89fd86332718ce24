//! View models of the components: the macros in `templates/leeward/ui.html` draw them.
//!
//! They carry plain words. Which text may stand on which ground is decided by the type it came from:
//! [`Entry::team`] takes only team text, [`Entry::outside`] only what the reporter may read.

use super::when::Moment;
use crate::markdown::{self, Html, Links};
use domain::{PublicText, ReporterText, Severity, TeamText, Ts};
use std::sync::Arc;

/// A state as glyph and word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateChip {
    /// Id of the glyph in the sprite.
    pub glyph: &'static str,
    /// The word beside it.
    pub word: &'static str,
}

impl StateChip {
    /// Just arrived.
    pub const NEW: Self = Self { glyph: "new", word: "New" };
    /// Somebody looks at it.
    pub const CHECKING: Self = Self { glyph: "checking", word: "Being checked" };
    /// The reporter was asked.
    pub const WAITING: Self = Self { glyph: "waiting", word: "Waiting for them" };
    /// It is real.
    pub const ACCEPTED: Self = Self { glyph: "accepted", word: "Accepted" };
    /// It is mended.
    pub const FIXED: Self = Self { glyph: "fixed", word: "Fixed" };
    /// It is over.
    pub const CLOSED: Self = Self { glyph: "closed", word: "Closed" };
    /// Told before by somebody else.
    pub const DUPLICATE: Self = Self { glyph: "duplicate", word: "Duplicate" };
    /// The public can read it.
    pub const PUBLISHED: Self = Self { glyph: "published", word: "Published" };

    /// The same glyph with a more exact word.
    #[must_use]
    pub const fn said(self, word: &'static str) -> Self {
        Self { glyph: self.glyph, word }
    }
}

/// Severity as rising bars, word and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityBars {
    /// How many of the four bars are filled.
    pub bars: u8,
    /// `High`, or `Not set`.
    pub word: &'static str,
    /// Score with one decimal, or nothing.
    pub score: String,
}

impl From<Option<Severity>> for SeverityBars {
    fn from(severity: Option<Severity>) -> Self {
        let (bars, word) = match severity {
            None => (0, "Not set"),
            Some(Severity::None) => (0, "None"),
            Some(Severity::Low) => (1, "Low"),
            Some(Severity::Medium) => (2, "Medium"),
            Some(Severity::High) => (3, "High"),
            Some(Severity::Critical) => (4, "Critical"),
        };
        Self { bars, word, score: String::new() }
    }
}

/// What a banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerKind {
    /// Embargo, restricted case: magenta dashes.
    Restricted,
    /// Something to know: water.
    Notice,
    /// Something is wrong: red rule.
    Trouble,
    /// Done: green rule.
    Done,
}

/// A banner: one at a time per kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// What it is about.
    pub kind: BannerKind,
    /// The word in bold: `Embargo.`
    pub lead: String,
    /// What, until when, who.
    pub text: String,
}

impl Banner {
    /// Class of the element.
    pub const fn class(&self) -> &'static str {
        match self.kind {
            BannerKind::Restricted => "banner restricted",
            BannerKind::Notice => "banner notice",
            BannerKind::Trouble => "banner trouble",
            BannerKind::Done => "banner done",
        }
    }
}

/// Who can read a thing, said by the ground it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The team only: land.
    Land,
    /// From and to the outside: water.
    Water,
    /// A recorded fact: one dim line.
    Fact,
}

/// One entry of the timeline. Only the constructors decide the ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    ground: Ground,
    /// When, in UTC.
    pub at: Moment,
    /// Fragment id for the permalink.
    pub anchor: String,
    /// Name people give themselves is a claim and set in italics; a colleague's is not.
    pub who: String,
    /// Whether `who` is only a claim.
    pub who_claimed: bool,
    /// `wrote to us`, `to the team only`.
    pub how: &'static str,
    text: String,
    /// A machine's guess, set in italics after the text.
    pub guess: String,
    links: Arc<Links>,
}

/// Level of the first heading in the words of an entry: the head of its day is one above.
const HEADING: u8 = 4;

impl Entry {
    /// A note for the team, on land.
    pub fn team(at: Ts, who: impl Into<String>, text: &TeamText) -> Self {
        Self::new(Ground::Land, at, who, "to the team only", text.as_str())
    }

    /// Words from the reporter, on water.
    pub fn from_reporter(at: Ts, who: impl Into<String>, text: &ReporterText) -> Self {
        Self { who_claimed: true, ..Self::new(Ground::Water, at, who, "wrote to us", text.as_str()) }
    }

    /// Words to the reporter, on water.
    pub fn to_reporter(at: Ts, who: impl Into<String>, text: &ReporterText) -> Self {
        Self::new(Ground::Water, at, who, "wrote to the reporter", text.as_str())
    }

    /// Words for everybody, on water.
    pub fn public(at: Ts, who: impl Into<String>, text: &PublicText) -> Self {
        Self::new(Ground::Water, at, who, "published", text.as_str())
    }

    /// A recorded fact in our own words.
    pub fn fact(at: Ts, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::new(Ground::Fact, at, "", "", "") }
    }

    /// Adds a machine's guess, shown in italics.
    #[must_use]
    pub fn guessing(mut self, guess: impl Into<String>) -> Self {
        self.guess = guess.into();
        self
    }

    /// Gives the entry a permalink.
    #[must_use]
    pub fn anchored(mut self, id: impl std::fmt::Display) -> Self {
        self.anchor = format!("e-{id}");
        self
    }

    /// Lets names in the words lead to what their reader may see.
    #[must_use]
    pub fn linked(mut self, links: &Arc<Links>) -> Self {
        self.links = Arc::clone(links);
        self
    }

    fn new(ground: Ground, at: Ts, who: impl Into<String>, how: &'static str, text: &str) -> Self {
        Self {
            ground,
            at: at.into(),
            anchor: String::new(),
            who: who.into(),
            who_claimed: false,
            how,
            text: text.to_owned(),
            guess: String::new(),
            links: Arc::default(),
        }
    }

    /// Its place in the log, from its anchor.
    pub fn place(&self) -> &str {
        self.anchor.trim_start_matches("e-")
    }

    /// Class of the element.
    pub const fn class(&self) -> &'static str {
        match self.ground {
            Ground::Land => "entry land",
            Ground::Water => "entry water",
            Ground::Fact => "entry fact",
        }
    }

    /// The ground.
    pub const fn ground(&self) -> Ground {
        self.ground
    }

    /// The words, as they were typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words of a person as HTML; nothing for a fact, which has words of ours.
    pub fn html(&self) -> Option<Html> {
        (self.ground != Ground::Fact).then(|| markdown::render(&self.text, &self.links, HEADING))
    }
}

/// The receipt a reporter gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// `REP-1042`.
    pub number: String,
    /// Six groups of four letters; empty for people with an account.
    pub code: String,
    /// When it came in.
    pub received: Moment,
    /// By when somebody answers, in words.
    pub answer_by: String,
    /// Where the receipt document can be fetched; empty while it is not there yet.
    pub download: String,
}

impl Receipt {
    /// The groups of the code: they wrap three and three on a phone.
    pub fn groups(&self) -> Vec<Vec<&str>> {
        let groups: Vec<&str> = self.code.split('-').filter(|g| !g.is_empty()).collect();
        groups.chunks(3).map(<[&str]>::to_vec).collect()
    }
}

/// A file of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// The name it was sent under.
    pub name: String,
    /// `1.4 MB`.
    pub size: String,
    /// First letters of its checksum.
    pub checksum: String,
    /// What was found out about it, in words.
    pub scan: String,
    /// Where it can be fetched, or its page; nothing for whoever may not open it.
    pub href: String,
    /// Whether that is a page.
    pub has_page: bool,
}
