//! Pictures that are shown, those that are refused, and what the work may take.

use super::{FILE_MAX, How, NotShown, PIXELS_MAX, SHOWN, SIDE_MAX, TURN, anew, picture, unread};
use crate::attachment::Attachment;
use db::DataKey;
use db::blob::{BlobError, BlobName, BlobUrl, Blobs};
use domain::case::Audience;
use domain::testing::START;
use domain::{Ambient, AttachmentId};
use futures::stream;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use proptest::prelude::*;
use std::io::Cursor;

fn made(side: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(side, side, |x, y| Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 7]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn refused(bytes: &[u8]) -> NotShown {
    match anew(bytes, SHOWN) {
        Ok(_) => panic!("it was shown"),
        Err(why) => why,
    }
}

/// A PNG whose head says how large it is, and whose pixels are all the same.
fn bomb(side: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let mut body = kind.to_vec();
        body.extend_from_slice(data);
        let sum = crc(&body);
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &sum.to_be_bytes()].concat()
    };
    let head = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let body = vec![0x78, 0x01, 0x01, 0x00, 0x00, 0xff, 0xff];
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"IDAT", &body), &chunk(b"IEND", &[])].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn pictures_are_written_anew() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Jpeg, ImageFormat::WebP] {
        let mut sent = made(40, format);
        sent.extend_from_slice(b"<script>alert(1)</script>");
        let shown = anew(&sent, SHOWN).unwrap_or_else(|why| panic!("{format:?}: {why}"));
        assert!(!shown.bytes.windows(8).any(|part| part == b"<script>"), "{format:?}");
        let again = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((again.width(), again.height()), (40, 40));
    }
    let large = anew(&made(SHOWN + 400, ImageFormat::Png), SHOWN).map_err(|why| why.to_string()).unwrap();
    assert_eq!(image::load_from_memory(&large.bytes).unwrap().width(), SHOWN);
}

#[test]
fn what_is_said_beside_the_pixels_is_left_out() {
    let mut sent = made(8, ImageFormat::Jpeg);
    let place = b"\xff\xe1\x00\x1aExif\0\0GPS 47.37 8.54 ZRH";
    sent.splice(2..2, place.iter().copied());
    for most in [SHOWN, SIDE_MAX] {
        let shown = anew(&sent, most).map_err(|why| why.to_string()).unwrap();
        assert!(!shown.bytes.windows(3).any(|part| part == b"GPS"));
    }
    let whole = anew(&made(SHOWN + 400, ImageFormat::Png), SIDE_MAX).map_err(|why| why.to_string()).unwrap();
    assert_eq!(image::load_from_memory(&whole.bytes).unwrap().width(), SHOWN + 400, "in its own size");
}

#[test]
fn bombs_are_refused_by_their_head() {
    for side in [50_000, 12_001, 4_001] {
        assert!(u64::from(side) * u64::from(side) > PIXELS_MAX);
        assert_eq!(refused(&bomb(side)), NotShown::TooLarge, "{side}");
    }
}

#[test]
fn what_is_cut_or_no_picture_is_said_so() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let whole = made(60, format);
        assert_eq!(refused(&whole[..40]), NotShown::Damaged, "{format:?}");
    }
    assert_eq!(refused(&bomb(10)), NotShown::Damaged);
    for other in [&b"%PDF-1.7"[..], b"MZ", b"", b"<svg onload=alert(1)>", b"BM\0\0\0\0"] {
        assert_eq!(refused(other), NotShown::Other);
    }
}

/// A store with one file in it, whose row says that it has `size` bytes.
async fn stored(folder: &tempfile::TempDir, bytes: &'static [u8], size: u64) -> (Blobs, DataKey, Attachment) {
    let url: BlobUrl = folder.path().display().to_string().parse().unwrap();
    let blobs = Blobs::open(&url).unwrap();
    let ambient = Ambient::fixed(size);
    let key = DataKey::generate(ambient.random.as_ref());
    let id: AttachmentId = ambient.id();
    let source = stream::iter([Ok::<_, std::io::Error>(bytes.into())]);
    let kept = blobs.put(&key, id.uuid(), source, 1 << 20, ambient.random.as_ref()).await.unwrap();
    let file = Attachment {
        id,
        name: "a file".to_owned(),
        media_type: None,
        size,
        sha256: String::new(),
        audience: Audience::Reporter,
        blob: kept.blob.to_string(),
        created_at: START,
    };
    (blobs, key, file)
}

#[tokio::test]
async fn what_is_no_picture_is_said_so_whatever_its_size_and_takes_no_turn() {
    let folder = tempfile::tempdir().unwrap();
    let turn = TURN.acquire().await.unwrap();
    for size in [6, FILE_MAX + 1] {
        let (blobs, key, file) = stored(&folder, b"PK\x03\x04..", size).await;
        assert_eq!(picture(&blobs, &key, &file, How::default()).await.err(), Some(NotShown::Other), "{size}");
    }
    let (blobs, key, file) = stored(&folder, b"\x89PNG\r\n\x1a\n", FILE_MAX + 1).await;
    assert_eq!(picture(&blobs, &key, &file, How::default()).await.err(), Some(NotShown::TooLarge));
    drop(turn);
    let (blobs, key, file) = stored(&folder, b"\x89PNG\r\n\x1a\n", 8).await;
    assert_eq!(picture(&blobs, &key, &file, How::default()).await.err(), Some(NotShown::Damaged));
}

#[tokio::test]
async fn a_store_that_does_not_answer_says_nothing_about_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, key, file) = stored(&folder, b"GIF89a", 6).await;
    let gone = Attachment { blob: BlobName::from_bytes([7; 32]).to_string(), ..file };
    assert_eq!(picture(&blobs, &key, &gone, How::default()).await.err(), Some(NotShown::Altered));
    assert_eq!(unread(&BlobError::Full), NotShown::Busy);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_are_survived(kind in 0_usize..4, cut in 0_usize..2_000, at in 0_usize..400, byte: u8) {
        let format = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP][kind];
        let mut bytes = made(24, format);
        if let Some(there) = bytes.get_mut(at) {
            *there = byte;
        }
        bytes.truncate(cut.max(1));
        let _ = anew(&bytes, SHOWN);
    }
}
