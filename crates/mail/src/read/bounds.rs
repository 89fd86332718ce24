//! What a mail may ask of us. All of it is counted while a mail is taken apart, over all messages in it: what
//! a header says and how it is spelt changes nothing.

/// Parts of all kinds.
const PARTS_MOST: usize = 10_000;
/// Messages in the mail that are opened.
const MESSAGES_MOST: usize = 150;
/// How deep parts may hold parts.
const DEPTH_MOST: usize = 30;
/// Bytes in which ends of parts are looked for: twenty times the largest mail.
const WORK_MOST: usize = 1_000_000_000;
/// Bytes of headers, the first ones of the mail, and those of any part.
const FIRST_HEAD: usize = 256 << 10;
const HEAD: usize = 64 << 10;
/// Bytes of all headers: the library takes many times as much to read them.
const HEADS_MOST: usize = 4 << 20;
/// Longest boundary; RFC 2046 allows 70.
const BOUNDARY: usize = 200;
/// Stack of the thread that reads: far more than a mail within these bounds needs.
const STACK: usize = 16 << 20;

/// Why a mail is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Parts in parts in parts.
    Deep,
    /// More parts than anybody writes, or more work than they are worth.
    Many,
    /// The parser gave up.
    Broken,
}

impl Trouble {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Deep => {
                "This mail holds parts within parts, more than 30 deep. It was not opened: the whole mail is among the files."
            }
            Self::Many => "This mail has more parts than can be opened. The whole mail is among the files.",
            Self::Broken => "This mail could not be taken apart. The whole mail is among the files.",
        }
    }
}

/// What a mail has cost so far.
#[derive(Debug, Default)]
pub(super) struct Costs {
    parts: usize,
    messages: usize,
    heads: usize,
    work: usize,
}

impl Costs {
    /// How many bytes the next headers may have; what is beyond counts as text.
    pub(super) const fn longest_head(&self) -> usize {
        if self.parts == 0 { FIRST_HEAD } else { HEAD }
    }

    pub(super) fn head(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.heads += bytes;
        many(self.heads > HEADS_MOST)
    }

    pub(super) fn part(&mut self) -> Result<(), Trouble> {
        self.parts += 1;
        many(self.parts > PARTS_MOST)
    }

    /// So many parts were found in one.
    pub(super) fn pieces(&self, found: usize) -> Result<(), Trouble> {
        many(self.parts + found > PARTS_MOST)
    }

    /// Whether one more message may be opened.
    pub(super) fn message(&mut self) -> bool {
        self.messages += 1;
        self.messages <= MESSAGES_MOST
    }

    /// Before parts are looked for in so many bytes: whether this can be a boundary.
    pub(super) fn boundary(&mut self, length: usize, bytes: usize) -> Result<bool, Trouble> {
        self.work += bytes;
        many(self.work > WORK_MOST)?;
        Ok((1..=BOUNDARY).contains(&length))
    }
}

/// Whether parts so deep may have parts.
pub(super) const fn go_in(depth: usize) -> Result<(), Trouble> {
    if depth < DEPTH_MOST { Ok(()) } else { Err(Trouble::Deep) }
}

fn many(too_many: bool) -> Result<(), Trouble> {
    if too_many { Err(Trouble::Many) } else { Ok(()) }
}

/// Runs the reading on a thread of its own, whose panic is only its own; none when it panicked.
pub(super) fn apart<T: Send>(bytes: &[u8], read: impl FnOnce(&[u8]) -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("mail".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, || read(bytes)).ok()?.join().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::{Costs, PARTS_MOST, Trouble, apart, go_in};

    #[test]
    fn costs_add_up() {
        let mut costs = Costs::default();
        for _ in 0..PARTS_MOST {
            assert_eq!(costs.part(), Ok(()));
        }
        assert_eq!((costs.part(), costs.pieces(0)), (Err(Trouble::Many), Err(Trouble::Many)));
        assert_eq!(Costs::default().head(5 << 20), Err(Trouble::Many));
        assert_eq!(
            (costs.boundary(0, 9), costs.boundary(201, 9), costs.boundary(70, 9)),
            (Ok(false), Ok(false), Ok(true))
        );
        for _ in 0..19 {
            assert_eq!(costs.boundary(70, 50 << 20), Ok(true));
        }
        assert_eq!(costs.boundary(70, 50 << 20), Err(Trouble::Many));
        assert_eq!((go_in(29), go_in(30)), (Ok(()), Err(Trouble::Deep)));
    }

    #[test]
    fn a_panic_stays_where_it_is() {
        assert_eq!(apart(b"x", <[u8]>::len), Some(1));
        assert_eq!(apart(b"", |bytes| bytes[0]), None);
    }
}
