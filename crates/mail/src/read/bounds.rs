//! What a mail may ask of us. The parser keeps nested messages in one another and looks for the end of each
//! part, so depth and number of parts are counted before it sees them.

/// Messages within messages, counted wherever they are.
const MESSAGES_MOST: usize = 150;
/// Work of looking for ends of parts: parts that have parts, times bytes.
const WORK_MOST: usize = 4_000_000_000;
/// Parts of all kinds.
const PARTS_MOST: usize = 20_000;
/// Bytes of headers that are read of a mail that is too hard.
const HEAD_MOST: usize = 256 << 10;
/// Stack of the thread that parses: far more than a mail within these bounds needs.
const STACK: usize = 64 << 20;

/// Why a mail is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Messages in messages in messages.
    Deep,
    /// More parts than anybody writes.
    Many,
    /// The parser gave up.
    Broken,
}

impl Trouble {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Deep => {
                "This mail holds messages within messages, more than 150. It was not opened: the whole mail is among the files."
            }
            Self::Many => "This mail has more parts than can be opened. The whole mail is among the files.",
            Self::Broken => "This mail could not be taken apart. The whole mail is among the files.",
        }
    }
}

/// Whether a mail is within bounds.
pub(super) fn check(bytes: &[u8]) -> Result<(), Trouble> {
    let counted = count(bytes);
    if counted.messages > MESSAGES_MOST {
        return Err(Trouble::Deep);
    }
    if counted.multiparts.saturating_mul(bytes.len()) > WORK_MOST || counted.headers > PARTS_MOST {
        return Err(Trouble::Many);
    }
    Ok(())
}

/// The headers of a mail: up to the first empty line.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    let bytes = &bytes[..bytes.len().min(HEAD_MOST)];
    let end = |mark: &[u8]| bytes.windows(mark.len()).position(|w| w == mark).map(|at| at + mark.len());
    let end = end(b"\n\n").into_iter().chain(end(b"\r\n\r\n")).min().unwrap_or(bytes.len());
    &bytes[..end]
}

/// Runs the parser on a thread of its own, whose stack is large and whose panic is only its own; none when
/// it panicked.
pub(super) fn apart<T: Send>(bytes: &[u8], parse: impl FnOnce(&[u8]) -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("mail".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, || parse(bytes)).ok()?.join().ok()
    })
}

/// What asks for work, wherever it stands.
#[derive(Default)]
struct Counted {
    /// `message/rfc822`, `message/global`, and digests, every part of which is a message.
    messages: usize,
    multiparts: usize,
    /// Header lines that begin with `Content-`.
    headers: usize,
}

fn count(bytes: &[u8]) -> Counted {
    let mut counted = Counted::default();
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'm' | b'M' | b'\n') {
            continue;
        }
        let begins = |word: &[u8]| bytes[at..].get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        counted.headers += usize::from(begins(b"\ncontent-"));
        counted.multiparts += usize::from(begins(b"multipart/"));
        let message = begins(b"message/rfc822") || begins(b"message/global") || begins(b"multipart/digest");
        counted.messages += usize::from(message);
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::{Trouble, apart, check, head};

    #[test]
    fn depth_and_number_are_counted_before_anything_is_opened() {
        assert_eq!(check(b"Subject: x\n\nhello"), Ok(()));
        let deep = "Content-Type: Message/RFC822\n\n".repeat(151);
        assert_eq!(check(deep.as_bytes()), Err(Trouble::Deep));
        let many = "\nContent-Type: text/plain\n\nx".repeat(20_001);
        assert_eq!(check(many.as_bytes()), Err(Trouble::Many));
    }

    #[test]
    fn a_panic_stays_where_it_is() {
        assert_eq!(apart(b"x", <[u8]>::len), Some(1));
        assert_eq!(apart(b"", |bytes| bytes[0]), None);
    }

    #[test]
    fn the_head_ends_at_the_first_empty_line() {
        assert_eq!(head(b"A: b\r\n\r\nbody\n\nmore"), b"A: b\r\n\r\n");
        assert_eq!(head(b"A: b\n\nbody"), b"A: b\n\n");
        assert_eq!(head(b"A: b"), b"A: b");
    }
}
