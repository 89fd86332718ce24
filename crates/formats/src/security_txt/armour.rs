//! The armour of a signature (RFC 4880 section 6.2): headers, an empty line, base64, a checksum.

use super::read::{BEGIN_SIGNATURE, END};

/// Why an armour holds no signature. Lines are counted from its first line, which is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArmourFault {
    /// A first or last line is missing.
    #[error("the signature has no BEGIN or no END line")]
    Frame,
    /// No empty line between headers and base64.
    #[error("an empty line must stand before the signature's base64")]
    Blank {
        /// Where.
        line: usize,
    },
    /// Not base64 (RFC 4648 section 4).
    #[error("this is no base64 of a signature")]
    Base64 {
        /// Where.
        line: usize,
    },
    /// The checksum is that of other bytes.
    #[error("the signature's checksum is wrong: it was changed or cut on its way")]
    Checksum {
        /// Where.
        line: usize,
    },
    /// It holds something else.
    #[error("the armour holds no OpenPGP signature packet")]
    NoSignature,
}

impl ArmourFault {
    /// The line that is wrong, 0 the first of the armour.
    pub const fn line(self) -> usize {
        match self {
            Self::Frame | Self::NoSignature => 0,
            Self::Blank { line } | Self::Base64 { line } | Self::Checksum { line } => line,
        }
    }
}

/// The bytes in the armour of a signature. The first packet in them is a signature.
pub fn dearmour<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, ArmourFault> {
    let mut lines = lines.enumerate().peekable();
    lines.next_if(|(_, line)| line.trim_end() == BEGIN_SIGNATURE).ok_or(ArmourFault::Frame)?;
    let header = |line: &str| line.split_once(": ").is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_graphic()));
    while lines.next_if(|(_, line)| header(line)).is_some() {}
    let (at, blank) = lines.next().ok_or(ArmourFault::Frame)?;
    if !blank.is_empty() {
        return Err(ArmourFault::Blank { line: at });
    }
    let (mut bits, mut sum, mut closed) = (Bits::default(), None, false);
    for (at, line) in lines {
        let line = line.trim_end();
        if closed || line == END {
            closed = true;
            continue;
        }
        let fault = ArmourFault::Base64 { line: at };
        if sum.is_some() {
            return Err(fault);
        }
        match line.strip_prefix('=').filter(|rest| rest.len() == 4) {
            Some(rest) => sum = Some((at, checksum(rest).ok_or(fault)?)),
            None => line.bytes().try_for_each(|byte| bits.push(byte)).ok_or(fault)?,
        }
    }
    if !closed {
        return Err(ArmourFault::Frame);
    }
    if let Some((at, sum)) = sum
        && sum != crc24(&bits.bytes)
    {
        return Err(ArmourFault::Checksum { line: at });
    }
    bits.whole().filter(|bytes| bytes.first().is_some_and(|tag| is_signature(*tag))).ok_or(ArmourFault::NoSignature)
}

/// RFC 4880 section 4.2: packet tag 2, in the new or the old format.
const fn is_signature(tag: u8) -> bool {
    tag & 0xC0 == 0xC0 && tag & 0x3F == 2 || tag & 0xC0 == 0x80 && (tag >> 2) & 0x0F == 2
}

/// Base64 on its way to bytes.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    /// How many bits of `held` count.
    count: u32,
    padding: usize,
}

impl Bits {
    fn push(&mut self, letter: u8) -> Option<()> {
        if letter == b'=' {
            self.padding += 1;
            return (self.padding <= 2).then_some(());
        }
        if self.padding > 0 {
            return None;
        }
        self.held = self.held << 6 | sextet(letter)?;
        self.count += 6;
        if self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count).to_le_bytes()[0]);
        }
        self.held &= (1 << self.count) - 1;
        Some(())
    }

    /// The bytes, where the last group is whole.
    fn whole(self) -> Option<Vec<u8>> {
        let expected = match self.count {
            0 => 0,
            2 => 1,
            4 => 2,
            _ => return None,
        };
        (self.padding == expected && self.held == 0).then_some(self.bytes)
    }
}

fn sextet(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn checksum(letters: &str) -> Option<u32> {
    letters.bytes().try_fold(0, |sum, letter| Some(sum << 6 | sextet(letter)?))
}

/// RFC 4880 section 6.1.
fn crc24(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 0x80_0000 == 0 { crc << 1 } else { (crc << 1) ^ 0x186_4CFB };
    bytes.iter().fold(0xB7_04CE, |crc, byte| (0..8).fold(crc ^ u32::from(*byte) << 16, step) & 0xFF_FFFF)
}
