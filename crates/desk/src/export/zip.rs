//! A zip archive written while it is sent: each member deflated, its size and checksum after it (APPNOTE 4.3.9),
//! the directory last. Without ZIP64: members and archive end at 4 GiB.

use super::error::ExportError;
use super::pour::{Pour, Spout};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version 2.0: deflate.
const NEEDS: u16 = 20;
/// Sizes follow the data, names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const DEFLATED: u16 = 8;
/// 1 January 1980, the first day there is: when a member was made stands in the document.
const DATE: u16 = 0x0021;

/// A member that was written.
struct Member {
    name: String,
    crc: u32,
    packed: u32,
    size: u32,
    at: u32,
}

/// An archive that grows.
pub(super) struct Zip<'s> {
    out: &'s mut Spout,
    at: u64,
    members: Vec<Member>,
}

impl<'s> Zip<'s> {
    pub(super) const fn new(out: &'s mut Spout) -> Self {
        Self { out, at: 0, members: Vec::new() }
    }

    /// Begins a member; `name` is a path with `/`.
    pub(super) async fn begin<'z>(&'z mut self, name: &str) -> Result<Growing<'z, 's>, ExportError> {
        let at = short(self.at)?;
        let mut head = Record::new(LOCAL);
        head.two(&[NEEDS, FLAGS, DEFLATED, 0, DATE]).four(&[0, 0, 0]).two(&[length(name)?, 0]).text(name);
        self.put(&head.0).await?;
        let packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        let begun = self.at;
        Ok(Growing { zip: self, name: name.to_owned(), at, begun, packer, crc: Crc::new(), size: 0 })
    }

    /// The directory, and the end.
    pub(super) async fn finish(mut self) -> Result<(), ExportError> {
        let begun = self.at;
        for member in std::mem::take(&mut self.members) {
            let mut row = Record::new(CENTRAL);
            row.two(&[NEEDS, NEEDS, FLAGS, DEFLATED, 0, DATE])
                .four(&[member.crc, member.packed, member.size])
                .two(&[length(&member.name)?, 0, 0, 0, 0])
                .four(&[0, member.at])
                .text(&member.name);
            self.put(&row.0).await?;
            self.members.push(member);
        }
        let count = u16::try_from(self.members.len()).map_err(|_| ExportError::TooLarge)?;
        let mut end = Record::new(END);
        end.two(&[0, 0, count, count]).four(&[short(self.at - begun)?, short(begun)?]).two(&[0]);
        self.put(&end.0).await?;
        self.out.flush().await
    }

    async fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.at += bytes.len() as u64;
        self.out.pour(bytes).await
    }
}

/// A member that is being written.
pub(super) struct Growing<'z, 's> {
    zip: &'z mut Zip<'s>,
    name: String,
    at: u32,
    begun: u64,
    packer: DeflateEncoder<Vec<u8>>,
    crc: Crc,
    size: u64,
}

impl Growing<'_, '_> {
    /// Its end.
    pub(super) async fn end(mut self) -> Result<(), ExportError> {
        self.packer.try_finish()?;
        self.give_on().await?;
        let (packed, size, crc) = (short(self.zip.at - self.begun)?, short(self.size)?, self.crc.sum());
        let mut descriptor = Record::new(DESCRIPTOR);
        descriptor.four(&[crc, packed, size]);
        self.zip.put(&descriptor.0).await?;
        self.zip.members.push(Member { name: self.name, crc, packed, size, at: self.at });
        Ok(())
    }

    /// What was packed so far.
    async fn give_on(&mut self) -> Result<(), ExportError> {
        let packed = std::mem::take(self.packer.get_mut());
        self.zip.put(&packed).await
    }
}

impl Pour for Growing<'_, '_> {
    async fn pour(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
        self.packer.write_all(bytes)?;
        self.give_on().await
    }
}

/// Little-endian fields one after the other.
struct Record(Vec<u8>);

impl Record {
    fn new(signature: u32) -> Self {
        Self(signature.to_le_bytes().to_vec())
    }

    fn two(&mut self, values: &[u16]) -> &mut Self {
        self.0.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self
    }

    fn four(&mut self, values: &[u32]) -> &mut Self {
        self.0.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.0.extend(text.bytes());
        self
    }
}

fn short(value: u64) -> Result<u32, ExportError> {
    u32::try_from(value).map_err(|_| ExportError::TooLarge)
}

fn length(name: &str) -> Result<u16, ExportError> {
    u16::try_from(name.len()).map_err(|_| ExportError::TooLarge)
}
