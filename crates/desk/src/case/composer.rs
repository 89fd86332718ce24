//! The two ways to write on a case, as the page offers them.

use super::preview::Preview;
use super::timeline::Reporter;
use domain::MessageId;

/// The box with its two tabs: another address, type and ground for each.
pub(super) struct Composer {
    /// Where a team note goes; empty when the caller may not write one.
    pub(super) team_action: String,
    /// Where a message to the reporter goes; empty when the caller may not.
    pub(super) outside_action: String,
    /// Which one is open.
    pub(super) open_outside: bool,
    /// What the reporter goes by.
    pub(super) reporter: Reporter,
    /// Who can read a team note, in words.
    pub(super) note_hint: String,
    /// Stock answers that fit: id and name.
    pub(super) stock: Vec<(String, String)>,
    /// Address of this page, to open the other tab.
    pub(super) switch: String,
    /// What was typed as it will be read.
    pub(super) preview: Option<Preview>,
    /// Whether the note names people who cannot read it, and may be kept all the same.
    pub(super) names_others: bool,
    /// Where the words of a message that was taken back are in the box again.
    pub(super) back: Option<String>,
}

/// What it is made from.
pub(super) struct Asked {
    /// Whether the caller may write notes, and replies.
    pub(super) may: (bool, bool),
    /// Which side is wanted.
    pub(super) outside: bool,
    /// What the reporter goes by.
    pub(super) reporter: Reporter,
    /// Stock answers that fit.
    pub(super) stock: Vec<(String, String)>,
    /// How many people can read a note.
    pub(super) readers: usize,
    /// What was typed as it will be read.
    pub(super) preview: Option<Preview>,
    /// Whether the note names people who cannot read it.
    pub(super) names_others: bool,
    /// A message that was taken back, whose words are not in the box.
    pub(super) back: Option<MessageId>,
}

impl Composer {
    pub(super) fn new(href: &str, asked: Asked) -> Self {
        let (notes, replies) = asked.may;
        let address = |may: bool, end: &str| if may { format!("{href}/{end}") } else { String::new() };
        let note_hint = match asked.readers {
            0 | 1 => "Only you can read this. It is never sent.".to_owned(),
            n => format!("Only the {n} people on this case can read this. It is never sent. @name tells one of them."),
        };
        Self {
            team_action: address(notes, "notes"),
            outside_action: address(replies, "replies"),
            open_outside: replies && (asked.outside || !notes),
            reporter: asked.reporter,
            note_hint,
            stock: asked.stock,
            switch: href.to_owned(),
            preview: asked.preview,
            names_others: asked.names_others,
            back: asked.back.map(|message| format!("{href}?write=outside&back={message}#write")),
        }
    }

    /// Whether there is anything to offer.
    pub(super) fn is_there(&self) -> bool {
        !self.team_action.is_empty() || !self.outside_action.is_empty()
    }
}
