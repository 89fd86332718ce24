//! A programme as everybody reads it.

use super::Brief;
use domain::Intake;
use web::layout::{Banner, BannerKind};
use web::markdown::{Html, Links, render};

/// Level below which the headings of a brief begin: the page has those above.
const HEADING: u8 = 3;

/// What the public page shows, its Markdown drawn.
pub(crate) struct Drawn {
    pub(crate) brief: Brief,
    /// Whether reports may be begun from here: not from a preview, nor from a text of before.
    pub(crate) is_live: bool,
    pub(crate) about: Option<Html>,
    pub(crate) rules: Option<Html>,
    pub(crate) disclosure: Option<Html>,
    /// What to say where not everything is taken.
    pub(crate) banner: Option<Banner>,
}

impl Drawn {
    /// The page that takes reports.
    pub(crate) fn live(brief: Brief) -> Self {
        Self { is_live: true, ..Self::from(brief) }
    }
}

impl From<Brief> for Drawn {
    fn from(brief: Brief) -> Self {
        let drawn = |text: &str| (!text.trim().is_empty()).then(|| render(text, &Links::default(), HEADING));
        Self {
            about: drawn(&brief.brief),
            rules: drawn(&brief.rules),
            disclosure: drawn(&brief.disclosure),
            banner: banner(&brief),
            is_live: false,
            brief,
        }
    }
}

fn banner(brief: &Brief) -> Option<Banner> {
    let (lead, text) = match brief.intake {
        Intake::Open => return None,
        Intake::Critical => (
            "Only what is critical.",
            "At the moment we take reports of critical weaknesses, with proof as text or as a file. Reports that we have go on as ever.",
        ),
        Intake::Closed => (
            "No new reports.",
            "At the moment we take no new reports here. Those that we have go on as ever: open yours with its code or in your account.",
        ),
    };
    Some(Banner { kind: BannerKind::Notice, lead: lead.to_owned(), text: text.to_owned() })
}
