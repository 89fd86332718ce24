//! Pictures decoded in a process of their own, one for each: whatever a picture does to its decoder, the desk goes on. That
//! process gets the bytes of the picture and nothing else: no variables, no open file, and limits that it sets itself
//! before it reads any of them ([`crate::attachment::draw`] is what it runs).

use super::{NotShown, PATIENCE, Picture};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// The word on the command line that makes the program a painter.
pub const WORD: &str = "draw-picture";
/// More bytes than any picture of ours has.
const ANSWER_MOST: u64 = 96 << 20;

/// The program that is started for each picture: this one.
#[derive(Debug, Clone)]
pub struct Painter(PathBuf);

impl Painter {
    /// `program` understands [`WORD`] with the longest side behind it.
    pub fn of(program: PathBuf) -> Self {
        Self(program)
    }

    /// Killed when it takes too long, or when nobody waits for it any more.
    pub(super) async fn draw(&self, bytes: &[u8], most: u32) -> Result<Picture, NotShown> {
        let started = Command::new(&self.0)
            .arg(WORD)
            .arg(most.to_string())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let mut child = started.map_err(|error| {
            tracing::warn!(%error, "no process for a picture could be started");
            NotShown::Busy
        })?;
        let (Some(mut give), Some(take)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(NotShown::Busy);
        };
        let work = async {
            // It may end before it has read everything: what it said counts.
            let _ = give.write_all(bytes).await;
            drop(give);
            let mut answer = Vec::new();
            let read = take.take(ANSWER_MOST).read_to_end(&mut answer).await;
            let ended = child.wait().await;
            (read.is_ok() && ended.is_ok_and(|status| status.success())).then_some(answer)
        };
        match tokio::time::timeout(PATIENCE, work).await {
            Err(_) => Err(NotShown::Busy),
            Ok(answer) => answer.map_or(Err(NotShown::Damaged), |answer| read(&answer)),
        }
    }
}

/// One letter, and the picture behind it.
fn read(answer: &[u8]) -> Result<Picture, NotShown> {
    match answer.split_first() {
        Some((b'J', bytes)) if !bytes.is_empty() => Ok(Picture { bytes: bytes.to_vec(), media: "image/jpeg" }),
        Some((b'P', bytes)) if !bytes.is_empty() => Ok(Picture { bytes: bytes.to_vec(), media: "image/png" }),
        Some((b'L', [])) => Err(NotShown::TooLarge),
        Some((b'O', [])) => Err(NotShown::Other),
        _ => Err(NotShown::Damaged),
    }
}

/// What the painter does: the bytes of a picture to an answer that [`Painter`] reads. For the process of its own, after it
/// has limited itself.
pub fn draw(bytes: &[u8], most: u32) -> Vec<u8> {
    let said = |letter: u8, bytes: &[u8]| [&[letter][..], bytes].concat();
    match super::anew(bytes, most) {
        Ok(Picture { bytes, media: "image/jpeg" }) => said(b'J', &bytes),
        Ok(Picture { bytes, .. }) => said(b'P', &bytes),
        Err(NotShown::TooLarge) => said(b'L', &[]),
        Err(NotShown::Other) => said(b'O', &[]),
        Err(_) => said(b'D', &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::NotShown;
    use super::{Painter, draw, read};

    #[test]
    fn an_answer_is_read_as_it_was_said() {
        let mut sent = std::io::Cursor::new(Vec::new());
        let picture = image::DynamicImage::ImageRgb8(image::RgbImage::new(3, 2));
        picture.write_to(&mut sent, image::ImageFormat::Png).unwrap();
        let shown = read(&draw(sent.get_ref(), 100)).map_err(|why| why.to_string()).unwrap();
        assert_eq!((shown.media, image::load_from_memory(&shown.bytes).unwrap().width()), ("image/png", 3));
        let refused = |bytes: &[u8]| read(bytes).err();
        assert_eq!(refused(&draw(b"no picture", 100)), Some(NotShown::Other));
        assert_eq!(refused(&draw(&sent.get_ref()[..40], 100)), Some(NotShown::Damaged));
        for odd in [&b""[..], b"J", b"P", b"X", b"Lx", b"running 0 tests"] {
            assert!(refused(odd).is_some(), "{odd:?}");
        }
    }

    #[tokio::test]
    async fn a_painter_that_fails_costs_one_picture() {
        let why = |program: &str| {
            let painter = Painter::of(program.into());
            async move { painter.draw(b"some bytes", 100).await.err() }
        };
        assert_eq!(why("/nowhere/leeward").await, Some(NotShown::Busy), "cannot be started");
        assert_eq!(why("/bin/false").await, Some(NotShown::Damaged), "it fell over");
        assert_eq!(why("/bin/true").await, Some(NotShown::Damaged), "it said nothing");
    }
}
