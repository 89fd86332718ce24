//! Checking a case that left the house: each fault by name.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use serde_json::Value;

use super::{Digests, Dossier, Entry, EpochHead, SEAL_KIND};
use crate::{
    CanonicalError, Commitment, Content, Digest, Finding, InvalidReason, KeyFile, Opening, Receipt, ReceiptVersion,
    SALT_BYTES, Verdict, canonical,
};

/// Most faults that are listed.
const MOST: usize = 100;

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What does not hold, at most 100 of them; nothing when all holds.
    pub faults: Vec<Fault>,
    /// How many events were looked at.
    pub events: usize,
    /// Of how many of them words are withheld.
    pub withheld: usize,
    /// What the seal says, when it holds.
    pub seal: Option<Finding>,
    /// Whether every signature is by a key that was given.
    pub signed: bool,
}

/// Something that does not hold. Events are named by their number in the case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The receipt of the export does not hold.
    #[error("the seal does not hold: {0}")]
    Seal(InvalidReason),
    /// The receipt has no proof yet.
    #[error("the seal has no proof")]
    Unsealed,
    /// A receipt, but of something else.
    #[error("the seal is not that of an export of this case")]
    OtherSeal,
    /// The cover is not what was exported.
    #[error("the cover sheet (facts, people, links or files) is not what was exported")]
    Cover,
    /// A value that can never have been committed.
    #[error("the {0} holds a number that the house never writes")]
    Number(&'static str),
    /// An event is not as it was committed, or not where it should be.
    #[error("event {seq} is not what the log holds: {reason}")]
    Event {
        /// Its number.
        seq: i64,
        /// Why.
        reason: InvalidReason,
    },
    /// Words of it are withheld, and what is left is not what the cover says was shown.
    #[error("what is shown of event {0} is not what was exported")]
    Shown(i64),
    /// The salt is not 16 bytes of base64.
    #[error("event {0} has no salt that can be read")]
    Salt(i64),
    /// No checkpoint for its epoch.
    #[error("there is no checkpoint for event {seq}, of epoch {epoch}")]
    NoCheckpoint {
        /// Its number.
        seq: i64,
        /// Its epoch.
        epoch: u32,
    },
    /// A checkpoint that proves nothing here, or comes twice.
    #[error("the checkpoint of epoch {0} belongs to no event")]
    SpareCheckpoint(u32),
    /// An event of another case.
    #[error("event {0} is of another case")]
    OtherCase(i64),
    /// An event is not there.
    #[error("event {0} is missing")]
    Missing(i64),
    /// An event comes after one that it came before, or comes twice.
    #[error("event {seq} stands after event {after}")]
    Order {
        /// Its number.
        seq: i64,
        /// What it stands after.
        after: i64,
    },
    /// More or fewer than were exported.
    #[error("{exported} events were exported, {found} are there")]
    Count {
        /// As sealed.
        exported: i64,
        /// In the document.
        found: usize,
    },
    /// Each event holds, but they are not those that were exported.
    #[error("the events are not those that were exported, or not in that order")]
    List,
}

impl Checked {
    /// Whether everything holds and known keys signed it.
    pub fn is_valid(&self) -> bool {
        self.faults.is_empty() && self.signed
    }
}

/// What the event behind the seal says.
struct Sealed {
    case: String,
    everything: bool,
    count: i64,
    cover: Digest,
    events: Digest,
}

impl Dossier {
    /// Checks the whole document against trusted keys, or only that it fits together when there are none.
    ///
    /// Reads no clock and no network. Never panics, whatever the document holds.
    pub fn check(&self, keys: Option<&KeyFile>) -> Checked {
        let mut found = Finder { keys, faults: Vec::new(), signed: true };
        let seal = found.seal(&self.seal);
        let sealed = seal.is_some().then(|| sealed(&self.seal.opening)).flatten();
        if seal.is_some() && sealed.is_none() {
            found.faults.push(Fault::OtherSeal);
        }
        let commitments = found.events(self, sealed.as_ref());
        if let Some(sealed) = &sealed {
            found.whole(self, sealed, commitments);
        }
        found.faults.truncate(MOST);
        let withheld = self.events.iter().filter(|entry| entry.commitment.is_some()).count();
        Checked { faults: found.faults, events: self.events.len(), withheld, seal, signed: found.signed }
    }
}

fn sealed(opening: &Opening) -> Option<Sealed> {
    let Content::Event(event) = &opening.content else { return None };
    let event: Value = serde_json::from_str(event).ok()?;
    let data = &event["data"];
    let digest = |name: &str| data[name].as_str()?.parse().ok();
    let of_house = event["kind"] == SEAL_KIND && event["case"].is_null();
    of_house.then_some(())?;
    Some(Sealed {
        case: data["subject"].as_str()?.to_owned(),
        everything: data["contents"] == "everything",
        count: data["count"].as_i64()?,
        cover: digest("cover")?,
        events: digest("events")?,
    })
}

/// The opening of an entry; where words are withheld the commitment alone.
fn opening(entry: &Entry) -> Result<Opening, fn(i64) -> Fault> {
    if let Some(commitment) = entry.commitment {
        if !entry.salt.is_empty() {
            return Err(Fault::Salt);
        }
        let content = Content::Digest(Commitment(*commitment.as_bytes()));
        return Ok(Opening { salt: [0; SALT_BYTES], content });
    }
    let salt = BASE64.decode(entry.salt.as_bytes()).ok().and_then(|salt| salt.try_into().ok());
    let salt = salt.ok_or(Fault::Salt as fn(i64) -> Fault)?;
    let text = canonical(&entry.event).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let not_canonical = |seq| Fault::Event { seq, reason: InvalidReason::NotCanonical };
    let text = text.ok_or(not_canonical as fn(i64) -> Fault)?;
    Ok(Opening { salt, content: Content::Event(text) })
}

/// What the cover says was shown of events some of whose words are withheld: a digest for each.
fn shown(cover: &Value) -> BTreeMap<i64, Digest> {
    let all = cover["withheld"].as_array().into_iter().flatten();
    all.filter_map(|one| Some((one["seq"].as_i64()?, one["shown"].as_str()?.parse().ok()?))).collect()
}

struct Finder<'k> {
    keys: Option<&'k KeyFile>,
    faults: Vec<Fault>,
    signed: bool,
}

impl Finder<'_> {
    fn seal(&mut self, seal: &Receipt) -> Option<Finding> {
        match self.verdict(seal) {
            Ok(Some(finding)) => return Some(finding),
            Ok(None) => self.faults.push(Fault::Unsealed),
            Err(reason) => self.faults.push(Fault::Seal(reason)),
        }
        None
    }

    /// What a receipt proves; nothing while it has no proof.
    fn verdict(&mut self, receipt: &Receipt) -> Result<Option<Finding>, InvalidReason> {
        match receipt.verify(self.keys) {
            Verdict::Valid(finding) => Ok(Some(finding)),
            Verdict::UnknownSigner(finding) => {
                self.signed = false;
                Ok(Some(finding))
            }
            Verdict::Pending => Ok(None),
            Verdict::Invalid(reason) => Err(reason),
        }
    }

    /// Each event by itself; gives their commitments.
    fn events(&mut self, dossier: &Dossier, sealed: Option<&Sealed>) -> Vec<Commitment> {
        let mut heads: BTreeMap<u32, (&EpochHead, bool)> = BTreeMap::new();
        for head in &dossier.checkpoints {
            if heads.insert(head.epoch, (head, false)).is_some() {
                self.faults.push(Fault::SpareCheckpoint(head.epoch));
            }
        }
        if let Some(sealed) = sealed.filter(|sealed| sealed.everything) {
            let there: BTreeSet<i64> = dossier.events.iter().filter_map(|entry| entry.event["seq"].as_i64()).collect();
            let missing = (1..=sealed.count).filter(|seq| !there.contains(seq));
            self.faults.extend(missing.take(MOST).map(Fault::Missing));
        }
        let mut commitments = Vec::with_capacity(dossier.events.len());
        let shown = shown(&dossier.cover);
        let mut before = 0;
        for entry in &dossier.events {
            let seq = entry.event["seq"].as_i64().unwrap_or_default();
            if seq <= before {
                self.faults.push(Fault::Order { seq, after: before });
            }
            before = before.max(seq);
            if sealed.is_some_and(|sealed| entry.event["case"] != sealed.case.as_str()) {
                self.faults.push(Fault::OtherCase(seq));
            }
            if entry.commitment.is_some() && Digests::of_shown(&entry.event).ok().as_ref() != shown.get(&seq) {
                self.faults.push(Fault::Shown(seq));
            }
            match heads.get_mut(&entry.epoch) {
                Some((head, used)) => {
                    *used = true;
                    commitments.extend(self.event(seq, entry, (head, &dossier.seal)));
                }
                None => self.faults.push(Fault::NoCheckpoint { seq, epoch: entry.epoch }),
            }
            if self.faults.len() >= MOST {
                break;
            }
        }
        let spare = heads.iter().filter(|(_, (_, used))| !used).map(|(epoch, _)| Fault::SpareCheckpoint(*epoch));
        self.faults.extend(spare);
        commitments
    }

    /// An event is checked as a receipt of it would be.
    fn event(&mut self, seq: i64, entry: &Entry, (head, seal): (&EpochHead, &Receipt)) -> Option<Commitment> {
        let opening = match opening(entry) {
            Ok(opening) => opening,
            Err(fault) => {
                self.faults.push(fault(seq));
                return None;
            }
        };
        let receipt = Receipt {
            version: ReceiptVersion::V1,
            origin: seal.origin.clone(),
            epoch: entry.epoch,
            key_id: head.key_id,
            opening,
            index: Some(entry.index),
            proof: Some(entry.proof.clone()),
            checkpoint: Some(head.checkpoint.clone()),
        };
        if let Err(reason) = self.verdict(&receipt) {
            self.faults.push(Fault::Event { seq, reason });
        }
        Some(receipt.opening.commitment())
    }

    /// The cover, and that the events are all of them and no others.
    fn whole(&mut self, dossier: &Dossier, sealed: &Sealed, commitments: Vec<Commitment>) {
        let events_hold = self.faults.is_empty();
        if dossier.events.len() as u64 != u64::try_from(sealed.count).unwrap_or(u64::MAX) {
            self.faults.push(Fault::Count { exported: sealed.count, found: dossier.events.len() });
        }
        match Digests::of(&dossier.cover, commitments) {
            Ok(digests) => {
                if digests.cover != sealed.cover {
                    self.faults.push(Fault::Cover);
                }
                if events_hold && digests.events != sealed.events {
                    self.faults.push(Fault::List);
                }
            }
            Err(CanonicalError::Float | CanonicalError::TooLarge | CanonicalError::TooDeep) => {
                self.faults.push(Fault::Number("cover sheet"));
            }
        }
    }
}
