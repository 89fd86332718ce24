//! What a search keeps in memory: lengths and cases of all documents, and the terms of new ones.
//!
//! A view belongs to one change number and is exactly the state after that change, so a search sees
//! one state of the store in memory and in its snapshot. The next view is made from it by reading the
//! rows that changed since; pages that did not change are shared. About 24 bytes a document.

use super::document::Document;
use super::store::number;
use crate::{DbError, Tx, fetch_all, fetch_one, stmt};
use domain::CaseId;
use seal::DataKey;
use std::sync::Arc;
use uuid::Uuid;

/// Documents of one page.
const PAGE: usize = 1024;

/// Length and case of a document; length 0 when there is none of this number.
type Entry = (u32, Uuid);

/// One state of the index. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct View {
    /// The change it shows.
    pub change: i64,
    /// Up to here all slices were merged when it was made: it lacks the terms of those documents.
    pub merged: i64,
    pages: Vec<Option<Arc<[Entry]>>>,
    /// Live documents.
    pub documents: u64,
    /// Sum of their lengths.
    pub total_length: u64,
    /// Live documents that are not in every list yet, ascending.
    pub new: Vec<(u32, Arc<Document>)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    doc: i64,
    case_id: Uuid,
    length: i64,
    live: bool,
}

/// Where a snapshot stands.
#[derive(Clone, Copy, sqlx::FromRow)]
pub(super) struct Marks {
    /// Number of its last change.
    pub change: i64,
    /// Dead documents of changes before this one may be gone without a trace.
    pub purged: i64,
    /// Last document that is merged in all slices.
    pub merged: i64,
}

impl View {
    /// Where the snapshot stands.
    pub(super) async fn marks(tx: &mut Tx) -> Result<Marks, DbError> {
        fetch_one!(
            tx,
            Marks,
            stmt!(
                "SELECT c.upto AS change, p.upto AS purged,
                        (SELECT MIN(s.upto) FROM posting_slices s WHERE s.slice >= 0) AS merged
                   FROM posting_slices c, posting_slices p WHERE c.slice = -1 AND p.slice = -2"
            )
        )
    }

    /// True when the state at these marks can be made from this view.
    pub(super) fn leads_to(&self, marks: Marks) -> bool {
        self.change <= marks.change && self.change >= marks.purged && self.merged <= marks.merged
    }

    /// The state of the snapshot at these marks, starting from an older one; the empty view, change 0,
    /// reads everything.
    pub(super) async fn advance(&self, tx: &mut Tx, index: &DataKey, marks: Marks) -> Result<Self, DbError> {
        let mut next = self.clone();
        let rows = if self.change == 0 {
            fetch_all!(tx, Row, stmt!("SELECT doc, case_id, length, live FROM documents WHERE live ORDER BY doc"))?
        } else {
            fetch_all!(
                tx,
                Row,
                stmt!("SELECT doc, case_id, length, live FROM documents WHERE change > $1 ORDER BY doc"),
                self.change
            )?
        };
        for row in rows {
            let length = if row.live { number(row.length)? } else { 0 };
            next.set(number(row.doc)?, (length, row.case_id));
        }
        let bodies = fetch_all!(
            tx,
            (i64, Vec<u8>),
            stmt!("SELECT doc, body FROM document_terms WHERE doc > $1 ORDER BY doc"),
            marks.merged.max(self.change)
        )?;
        for (doc, body) in bodies {
            let doc = number(doc)?;
            next.new.push((doc, Arc::new(Document::open(index, doc, &body)?)));
        }
        let merged = number(marks.merged)?;
        next.new.retain(|(doc, _)| *doc > merged && live(&next.pages, *doc));
        next.change = marks.change;
        next.merged = marks.merged;
        Ok(next)
    }

    fn set(&mut self, doc: u32, entry: Entry) {
        let (page, at) = place(doc);
        if self.pages.len() <= page {
            self.pages.resize(page + 1, None);
        }
        let page = self.pages[page].get_or_insert_with(|| vec![(0, Uuid::nil()); PAGE].into());
        let old = &mut Arc::make_mut(page)[at];
        self.documents += u64::from(entry.0 > 0);
        self.documents -= u64::from(old.0 > 0);
        self.total_length += u64::from(entry.0);
        self.total_length -= u64::from(old.0);
        *old = entry;
    }

    /// Words of a live document; 0 when it is dead or unknown.
    pub(super) fn length(&self, doc: u32) -> u32 {
        self.entry(doc).map_or(0, |(length, _)| *length)
    }

    /// The case of a document.
    pub(super) fn case(&self, doc: u32) -> Option<CaseId> {
        self.entry(doc).map(|(_, case)| CaseId::from_uuid(*case))
    }

    fn entry(&self, doc: u32) -> Option<&Entry> {
        let (page, at) = place(doc);
        self.pages.get(page)?.as_ref()?.get(at)
    }

    /// New documents above a number.
    pub(super) fn newer(&self, merged: u32) -> &[(u32, Arc<Document>)] {
        &self.new[self.new.partition_point(|(doc, _)| *doc <= merged)..]
    }
}

fn live(pages: &[Option<Arc<[Entry]>>], doc: u32) -> bool {
    let (page, at) = place(doc);
    pages.get(page).and_then(Option::as_ref).is_some_and(|page| page[at].0 > 0)
}

fn place(doc: u32) -> (usize, usize) {
    let doc = usize::try_from(doc).unwrap_or(usize::MAX);
    (doc / PAGE, doc % PAGE)
}
