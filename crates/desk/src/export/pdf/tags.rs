//! The tree that programs read, filled in the order of the lines.

use super::paper::{Placed, Role};
use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use std::num::NonZeroU16;

/// A tree that is being filled.
#[derive(Default)]
pub(super) struct Tags {
    done: Vec<TagGroup>,
    /// The block that is being filled.
    open: Option<(usize, Role, TagGroup)>,
    /// The row that is being filled with its second cell, and the table.
    row: Option<(TagGroup, TagGroup)>,
    table: Option<TagGroup>,
}

impl Tags {
    /// Adds a line that was drawn as `id`.
    pub(super) fn put(&mut self, placed: &Placed, id: Identifier) {
        let role = placed.style.role;
        if self.open.as_ref().is_none_or(|(block, ..)| *block != placed.block) {
            self.close();
            self.open = Some((placed.block, role, TagGroup::new(tag(placed))));
        }
        if let Some((_, _, group)) = &mut self.open {
            group.push(id);
        }
    }

    /// Ends the block, and puts it where it belongs.
    fn close(&mut self) {
        let Some((_, role, group)) = self.open.take() else { return };
        match role {
            Role::Row | Role::Instant => {
                self.end_row();
                let mut row = TagGroup::new(Tag::TR);
                row.push(group);
                self.row = Some((row, TagGroup::new(Tag::TD)));
                self.table.get_or_insert_with(|| TagGroup::new(Tag::Table));
            }
            Role::Cell if self.row.is_some() => {
                if let Some((_, cell)) = &mut self.row {
                    cell.push(group);
                }
            }
            Role::Cell | Role::Title | Role::Heading | Role::Words => {
                self.end_table();
                self.done.push(group);
            }
        }
    }

    fn end_row(&mut self) {
        if let (Some(table), Some((mut row, cell))) = (&mut self.table, self.row.take()) {
            row.push(cell);
            table.push(row);
        }
    }

    fn end_table(&mut self) {
        self.end_row();
        self.done.extend(self.table.take());
    }

    /// The tree.
    pub(super) fn tree(mut self) -> TagTree {
        self.close();
        self.end_table();
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        self.done.into_iter().for_each(|group| tree.push(group));
        tree
    }
}

fn tag(placed: &Placed) -> TagKind {
    let level = |n: u16| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
    match placed.style.role {
        Role::Title => Tag::Hn(level(1), Some(heading(placed.line.drawn()))).into(),
        Role::Heading => Tag::Hn(level(2), Some(heading(placed.line.drawn()))).into(),
        Role::Row | Role::Instant => Tag::TH(TableHeaderScope::Row).into(),
        Role::Words | Role::Cell => Tag::P.into(),
    }
}

/// What a heading is called: PDF/UA wants a name for each.
pub(super) fn heading(words: String) -> String {
    if words.trim().is_empty() { "Untitled".to_owned() } else { words }
}
