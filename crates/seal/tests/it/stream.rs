//! Streams: the same bytes in any pieces, and no way to cut, extend, swap or alter them.

use proptest::prelude::*;
use seal::stream::{CHUNK, Chunks, HEADER, Opener, SEALED_CHUNK, Sealer, sealed_len};
use seal::{DataKey, SealError};
use uuid::Uuid;

use crate::{cases, key, nonces};

const RECORD: Uuid = Uuid::from_u128(77);

/// A plaintext whose every chunk differs.
fn plain(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from((i * 31 + i / CHUNK) % 251).unwrap()).collect()
}

fn seal_in(key: &DataKey, plain: &[u8], piece: usize, seed: u64) -> Vec<u8> {
    let mut sealer = Sealer::new(key, RECORD, &nonces(seed));
    let mut out = Vec::new();
    for part in plain.chunks(piece.max(1)) {
        out.extend(sealer.push(part).unwrap());
    }
    out.extend(sealer.finish().unwrap());
    out
}

fn open_in(key: &DataKey, sealed: &[u8], piece: usize) -> Result<Vec<u8>, SealError> {
    let mut opener = Opener::new(key, RECORD);
    let mut out = Vec::new();
    for part in sealed.chunks(piece.max(1)) {
        out.extend(opener.push(part)?);
    }
    out.extend(opener.finish()?);
    Ok(out)
}

/// Through the random-access door: every chunk by its range.
fn open_chunks(key: &DataKey, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let header = sealed.first_chunk::<HEADER>().ok_or(SealError::Format("short"))?;
    let chunks = Chunks::new(key, RECORD, header, sealed.len() as u64)?;
    let mut out = Vec::new();
    for index in 0..chunks.count() {
        let range = chunks.sealed_range(index);
        let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        out.extend(chunks.open_chunk(index, &sealed[range])?);
    }
    assert_eq!(out.len() as u64, chunks.plain_len());
    Ok(out)
}

fn assert_refused(key: &DataKey, sealed: &[u8], what: &str) {
    assert!(open_in(key, sealed, 10_000).is_err(), "front to back: {what}");
    assert!(open_chunks(key, sealed).is_err(), "by chunk: {what}");
}

const EDGES: [usize; 9] = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 500];

#[test]
fn every_length_around_the_chunk_border_survives() {
    let own = key(1);
    for len in EDGES {
        let text = plain(len);
        let sealed = seal_in(&own, &text, CHUNK, 1);
        assert_eq!(Some(sealed.len() as u64), sealed_len(len as u64), "{len}");
        assert_eq!(open_in(&own, &sealed, SEALED_CHUNK).unwrap(), text, "{len}");
        assert_eq!(open_chunks(&own, &sealed).unwrap(), text, "{len}");
        // A byte more or less at the end, or nothing of the last chunk.
        assert_refused(&own, &sealed[..sealed.len() - 1], "one byte short");
        assert_refused(&own, &[sealed.as_slice(), &[0]].concat(), "one byte more");
        assert_refused(&own, &[sealed.as_slice(), &sealed[HEADER..]].concat(), "twice");
    }
    assert_eq!(sealed_len(u64::MAX), None);
    assert_eq!(sealed_len((CHUNK as u64) << 32), Some(HEADER as u64 + ((SEALED_CHUNK as u64) << 32)));
}

#[test]
fn the_format_is_pinned() {
    insta::assert_snapshot!("stream", data_encoding::HEXLOWER.encode(&seal_in(&key(2), b"evidence", 3, 2)));
}

#[test]
fn no_byte_may_be_cut_off_a_short_stream() {
    let own = key(3);
    let sealed = seal_in(&own, &plain(100), 7, 3);
    for len in 0..sealed.len() {
        assert_refused(&own, &sealed[..len], &format!("cut to {len}"));
    }
}

#[test]
fn no_bit_may_flip_in_a_short_stream() {
    let own = key(4);
    let mut sealed = seal_in(&own, &plain(40), 7, 4);
    for bit in 0..sealed.len() * 8 {
        sealed[bit / 8] ^= 1 << (bit % 8);
        assert_refused(&own, &sealed, &format!("bit {bit}"));
        sealed[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn chunks_stay_where_they_are() {
    let own = key(5);
    // Four full chunks, so that each fits in the place of each other.
    let sealed = seal_in(&own, &plain(4 * CHUNK), CHUNK, 5);
    let (header, body) = sealed.split_at(HEADER);
    let chunks: Vec<&[u8]> = body.chunks(SEALED_CHUNK).collect();
    let join =
        |order: &[usize]| [header, &order.iter().flat_map(|i| chunks[*i]).copied().collect::<Vec<u8>>()].concat();
    assert_eq!(open_in(&own, &join(&[0, 1, 2, 3]), 9999).unwrap(), plain(4 * CHUNK));
    for order in [
        &[1, 0, 2, 3][..],
        &[0, 1, 3, 2],
        &[0, 1, 2],
        &[0, 1, 2, 2],
        &[0, 1, 2, 3, 3],
        &[3],
        &[1, 2, 3],
        &[0, 0, 1, 3],
        &[],
    ] {
        assert_refused(&own, &join(order), &format!("{order:?}"));
    }
    // A chunk of another stream under the same key, for the same record.
    let other = seal_in(&own, &plain(4 * CHUNK), CHUNK, 6);
    let mut mixed = sealed.clone();
    mixed[HEADER..HEADER + SEALED_CHUNK].copy_from_slice(&other[HEADER..HEADER + SEALED_CHUNK]);
    assert_refused(&own, &mixed, "chunk of another stream");
}

#[test]
fn an_error_stays_an_error() {
    let own = key(8);
    let sealed = seal_in(&own, &plain(3 * CHUNK), CHUNK, 8);
    let mut opener = Opener::new(&own, RECORD);
    let mut bad = sealed[..=HEADER + SEALED_CHUNK].to_vec();
    bad[HEADER + 9] ^= 1;
    assert_eq!(opener.push(&bad).unwrap_err(), SealError::Open);
    assert_eq!(opener.push(&sealed).unwrap_err(), SealError::Open);
    assert_eq!(opener.finish().unwrap_err(), SealError::Open);
}

#[test]
fn a_chunk_can_be_found_by_offset() {
    let own = key(9);
    let text = plain(2 * CHUNK + 10);
    let sealed = seal_in(&own, &text, 1000, 9);
    let chunks = Chunks::new(&own, RECORD, sealed.first_chunk().unwrap(), sealed.len() as u64).unwrap();
    assert_eq!((chunks.count(), chunks.plain_len()), (3, text.len() as u64));
    let (index, within) = chunks.locate(CHUNK as u64 + 5);
    assert_eq!((index, within), (1, 5));
    let range = chunks.sealed_range(index);
    let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
    assert_eq!(chunks.open_chunk(index, &sealed[range]).unwrap()[within], text[CHUNK + 5]);
    assert!(chunks.sealed_range(3).is_empty() && chunks.sealed_range(u64::MAX).is_empty());
    assert!(chunks.open_chunk(3, &[]).is_err() && chunks.open_chunk(u64::MAX, &[]).is_err());
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn pieces_do_not_matter(seed: u64, len in 0..3 * CHUNK, into in 1usize..200_000, out in 1usize..200_000) {
        let (own, text) = (key(seed), plain(len));
        let sealed = seal_in(&own, &text, into, seed);
        prop_assert_eq!(&sealed, &seal_in(&own, &text, text.len(), seed));
        prop_assert_eq!(open_in(&own, &sealed, out).unwrap(), text);
    }

    #[test]
    fn altered_anywhere_it_fails(seed: u64, len in 1..3 * CHUNK, at: prop::sample::Index, bit in 0u8..8, cut: prop::sample::Index) {
        let own = key(seed);
        let mut sealed = seal_in(&own, &plain(len), 50_000, seed);
        assert_refused(&own, &sealed[..cut.index(sealed.len())], "cut");
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        assert_refused(&own, &sealed, "flipped");
    }

    #[test]
    fn another_key_or_record_does_not_open(seed: u64, len in 0..CHUNK) {
        let own = key(seed);
        let sealed = seal_in(&own, &plain(len), 50_000, seed);
        assert_refused(&key(seed ^ 1), &sealed, "key");
        let mut elsewhere = Opener::new(&own, Uuid::from_u128(78));
        prop_assert!(elsewhere.push(&sealed).and_then(|_| elsewhere.finish()).is_err());
    }
}
