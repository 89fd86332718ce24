//! Pages: what every template needs to know, and the answer made from a template.

mod component;
mod nav;
mod page;
mod view;
mod when;

pub use component::{Banner, BannerKind, Entry, FileRow, Ground, Receipt, SeverityBars, StateChip};
pub use nav::{ALERTS, NavItem};
pub use page::{Page, Theme};
pub use view::{View, see_other};
pub use when::{Moment, day, span_words};
