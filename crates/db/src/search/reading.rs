//! The postings of one term, read from the newest back as far as a ranking needs them.

use super::chunk::{Chunk, FULL, Posting};
use super::document::Term;
use super::store::number;
use super::view::View;
use crate::{DbError, Tx, fetch_all, stmt};
use seal::DataKey;

/// Full chunks that are read at once.
fn chunks(stride: usize) -> u32 {
    u32::try_from(stride / FULL).unwrap_or(u32::MAX).max(1)
}

/// One term of a query.
pub(super) struct Reading {
    term: Term,
    /// Whether a document must have it.
    pub required: bool,
    /// Postings that are taken at once, or a chunk more.
    stride: usize,
    /// Live postings that were read and not taken yet, ascending by document.
    ahead: Vec<Posting>,
    /// Full chunks from 1 to here are not read yet.
    left: u32,
    /// Live postings that were read.
    live: usize,
    /// Postings that were read of the list, and those that it says it has: dead ones are among both.
    read: usize,
    total: usize,
}

impl Reading {
    /// Reads the newest: the documents that the list does not have yet, its open chunk and the last full ones.
    pub(super) async fn begin(
        tx: &mut Tx,
        (index, view): (&DataKey, &View),
        (term, required): (Term, bool),
        stride: usize,
    ) -> Result<Self, DbError> {
        let chunks = chunks(stride);
        let rows = fetch_all!(
            tx,
            (i64, Option<i64>, Option<Vec<u8>>),
            stmt!(
                "SELECT s.upto, p.chunk, p.body FROM posting_slices s LEFT JOIN postings p ON p.term = $2
                    AND (p.chunk = 0 OR p.chunk > (SELECT MAX(n.chunk) FROM postings n WHERE n.term = $2) - $3)
                  WHERE s.slice = $1 ORDER BY p.chunk"
            ),
            i64::from(term.slice()),
            term.to_bytes(),
            i64::from(chunks)
        )?;
        let Some((upto, ..)) = rows.first() else {
            return Err(DbError::Inconsistent("a slice of the search index is missing".into()));
        };
        let upto = number(*upto)?;
        let mut reading = Self { term, required, stride, ahead: Vec::new(), left: 0, live: 0, read: 0, total: 0 };
        let mut full = rows.into_iter().filter_map(|(_, chunk, body)| Some((chunk?, body?)));
        // The open one is the first by its number, and has the newest.
        let open = match full.next() {
            Some((_, body)) => Chunk::open(index, (term, 0), &body)?,
            None => Chunk::default(),
        };
        reading.total = usize::try_from(open.total).unwrap_or(usize::MAX);
        for (chunk, body) in full {
            let chunk_number = number(chunk)?;
            reading.add(Chunk::open(index, (term, chunk_number), &body)?.postings, view);
            // In the end from the last one that is there: some at the end may have been emptied and removed.
            reading.left = chunk_number.saturating_sub(chunks);
        }
        reading.add(open.postings, view);
        for (doc, document) in view.newer(upto) {
            reading.ahead.extend(document.count(term).map(|count| (*doc, count)));
        }
        reading.live = reading.ahead.len();
        reading.whole()?;
        Ok(reading)
    }

    /// Adds postings of the list that come after those that are there.
    fn add(&mut self, postings: Vec<Posting>, view: &View) {
        self.read += postings.len();
        self.ahead.extend(postings.into_iter().filter(|(doc, _)| view.length(*doc) > 0));
    }

    /// Reads the chunks before what was read.
    async fn step(&mut self, tx: &mut Tx, (index, view): (&DataKey, &View)) -> Result<(), DbError> {
        let from = self.left.saturating_sub(chunks(self.stride));
        let rows = fetch_all!(
            tx,
            (i64, Vec<u8>),
            stmt!("SELECT chunk, body FROM postings WHERE term = $1 AND chunk > $2 AND chunk <= $3 ORDER BY chunk"),
            self.term.to_bytes(),
            i64::from(from),
            i64::from(self.left)
        )?;
        let newer = std::mem::replace(&mut self.ahead, Vec::with_capacity(self.stride));
        for (chunk, body) in rows {
            let chunk = Chunk::open(index, (self.term, number(chunk)?), &body)?;
            self.add(chunk.postings, view);
        }
        self.live += self.ahead.len();
        self.ahead.extend(newer);
        self.left = from;
        self.whole()
    }

    /// Refuses a list that was read to its end and is not as long as it says.
    fn whole(&self) -> Result<(), DbError> {
        if self.left == 0 && self.read != self.total {
            let (read, total) = (self.read, self.total);
            return Err(DbError::Inconsistent(format!("a posting list has {read} of its {total} postings")));
        }
        Ok(())
    }

    /// Reads until there is at least a stride to take, or all; gives the document from which on all is read.
    pub(super) async fn read_stride(&mut self, tx: &mut Tx, from: (&DataKey, &View)) -> Result<u32, DbError> {
        while self.left > 0 && self.ahead.len() < self.stride {
            self.step(tx, from).await?;
        }
        Ok(self.lowest())
    }

    /// Reads all postings from this document on.
    pub(super) async fn down_to(&mut self, tx: &mut Tx, from: (&DataKey, &View), doc: u32) -> Result<(), DbError> {
        while self.lowest() > doc {
            self.step(tx, from).await?;
        }
        Ok(())
    }

    /// Everything from this document on was read.
    fn lowest(&self) -> u32 {
        if self.left == 0 { 0 } else { self.ahead.first().map_or(u32::MAX, |(doc, _)| *doc) }
    }

    /// Takes what was read from this document on.
    pub(super) fn take(&mut self, from: u32) -> Vec<Posting> {
        self.ahead.split_off(self.ahead.partition_point(|(doc, _)| *doc < from))
    }

    /// Documents that have the term. Of a list that was not read to its end dead ones count too, which are few.
    pub(super) fn documents(&self) -> usize {
        if self.left == 0 { self.live } else { self.total.max(self.live) }
    }

    /// Whether nothing is left to take.
    pub(super) fn is_taken(&self) -> bool {
        self.left == 0 && self.ahead.is_empty()
    }
}
