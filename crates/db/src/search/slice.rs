//! Rewriting posting lists: what is new goes to the end, what is dead comes out.

use super::chunk::{Chunk, FULL, Posting};
use super::document::{Document, Term};
use super::store::number;
use crate::{DbError, Tx, execute, fetch_all, fetch_optional, later, stmt};
use data_encoding::HEXLOWER;
use domain::Ambient;
use seal::DataKey;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is to happen to one term's list.
#[derive(Debug, Default)]
pub(super) struct Edit {
    /// Postings to append, ascending and above all that are there.
    pub add: Vec<Posting>,
    /// Documents to take out, ascending.
    pub remove: Vec<u32>,
}

/// Sealing and storing within one write.
pub(super) struct Lists<'a> {
    pub tx: &'a mut Tx,
    pub index: &'a DataKey,
    pub ambient: &'a Ambient,
}

/// Takes one document out of the lists of all its terms.
pub(super) async fn remove_document(
    tx: &mut Tx,
    index: &DataKey,
    ambient: &Ambient,
    (doc, document): (u32, &Document),
) -> Result<(), DbError> {
    let merged = merged_upto(tx).await?;
    let mut lists = Lists { tx, index, ambient };
    for term in &document.terms {
        if merged.get(usize::from(term.slice())).is_some_and(|upto| *upto < doc) {
            continue;
        }
        let sealed = lists.open_end(*term).await?;
        let edit = Edit { add: Vec::new(), remove: vec![doc] };
        lists.apply(*term, sealed, edit).await?;
    }
    Ok(())
}

/// Last merged document of each of the 256 slices.
pub(super) async fn merged_upto(tx: &mut Tx) -> Result<Vec<u32>, DbError> {
    let rows =
        fetch_all!(tx, (i64,), stmt!("SELECT upto FROM posting_slices WHERE slice >= 0 ORDER BY slice LIMIT 256"))?;
    if rows.len() != 256 {
        return Err(DbError::Inconsistent("slices of the search index are missing".into()));
    }
    rows.into_iter().map(|(upto,)| number(upto)).collect()
}

impl Lists<'_> {
    /// The sealed open chunks of these terms. A slice has very many more in a large house.
    pub(super) async fn open_ends(
        &mut self,
        terms: impl Iterator<Item = &Term>,
    ) -> Result<BTreeMap<Term, Vec<u8>>, DbError> {
        let names: Vec<String> = terms.map(|term| HEXLOWER.encode(&term.to_bytes())).collect();
        let rows = fetch_all!(
            self.tx,
            (Vec<u8>, Vec<u8>),
            stmt!(
                sqlite: "SELECT p.term, p.body FROM json_each($1) named
                         JOIN postings p ON p.term = unhex(named.value) AND p.chunk = 0",
                pg: "SELECT p.term, p.body FROM json_array_elements_text(CAST($1 AS json)) named (value)
                     JOIN postings p ON p.term = decode(named.value, 'hex') AND p.chunk = 0",
            ),
            Value::from(names).to_string()
        )?;
        rows.into_iter().map(|(term, body)| Ok((Term::from_bytes(&term)?, body))).collect()
    }

    async fn open_end(&mut self, term: Term) -> Result<Option<Vec<u8>>, DbError> {
        self.body(term, 0).await
    }

    async fn body(&mut self, term: Term, chunk: u32) -> Result<Option<Vec<u8>>, DbError> {
        let row = fetch_optional!(
            self.tx,
            (Vec<u8>,),
            stmt!("SELECT body FROM postings WHERE term = $1 AND chunk = $2"),
            term.to_bytes(),
            i64::from(chunk)
        )?;
        Ok(row.map(|(body,)| body))
    }

    /// Changes the list of a term, whose open chunk the caller has read.
    pub(super) async fn apply(&mut self, term: Term, sealed: Option<Vec<u8>>, edit: Edit) -> Result<(), DbError> {
        let known = sealed.is_some();
        let mut end = match sealed {
            Some(sealed) => Chunk::open(self.index, (term, 0), &sealed)?,
            None => Chunk::default(),
        };
        let gone = if edit.remove.is_empty() { 0 } else { self.remove(term, &mut end, &edit.remove).await? };
        if gone == 0 && edit.add.is_empty() {
            return Ok(());
        }
        let added = u32::try_from(edit.add.len()).unwrap_or(u32::MAX);
        end.total = end.total.saturating_sub(gone).saturating_add(added);
        end.postings.extend(edit.add);
        while end.postings.len() >= FULL {
            let rest = end.postings.split_off(FULL);
            let postings = std::mem::replace(&mut end.postings, rest);
            end.full += 1;
            self.put(term, end.full, &Chunk { postings, ..Chunk::default() }).await?;
        }
        if end.total > 0 {
            self.put(term, 0, &end).await
        } else if known {
            self.delete(term, 0).await
        } else {
            Ok(())
        }
    }

    /// Takes documents out of the open chunk and, from the newest back, of full ones.
    async fn remove(&mut self, term: Term, end: &mut Chunk, docs: &[u32]) -> Result<u32, DbError> {
        let least = docs.first().copied().unwrap_or(0);
        let reaches = |chunk: &Chunk| chunk.postings.first().is_some_and(|(doc, _)| *doc <= least);
        let done = reaches(end);
        let mut gone = end.remove(docs);
        if done {
            return Ok(gone);
        }
        for n in (1..=end.full).rev() {
            let Some(sealed) = self.body(term, n).await? else { continue };
            let mut chunk = Chunk::open(self.index, (term, n), &sealed)?;
            let done = reaches(&chunk);
            let here = chunk.remove(docs);
            gone += here;
            if here > 0 && chunk.postings.is_empty() {
                self.delete(term, n).await?;
            } else if here > 0 {
                self.put(term, n, &chunk).await?;
            }
            if done {
                break;
            }
        }
        Ok(gone)
    }

    async fn put(&mut self, term: Term, chunk: u32, content: &Chunk) -> Result<(), DbError> {
        let sealed = content.seal(self.index, (term, chunk), self.ambient.random.as_ref());
        later!(
            self.tx,
            stmt!(
                "INSERT INTO postings (term, chunk, body) VALUES ($1, $2, $3)
                 ON CONFLICT (term, chunk) DO UPDATE SET body = excluded.body"
            ),
            term.to_bytes(),
            i64::from(chunk),
            sealed
        )
    }

    async fn delete(&mut self, term: Term, chunk: u32) -> Result<(), DbError> {
        execute!(
            self.tx,
            stmt!("DELETE FROM postings WHERE term = $1 AND chunk = $2"),
            term.to_bytes(),
            i64::from(chunk)
        )
        .map(|_| ())
    }
}
