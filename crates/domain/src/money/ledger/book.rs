//! The book itself: accounts, reserves and rewards, folded from moves.

use super::entry::{Account, Entry};
use super::moves::{Approval, Move, Step};
use super::reward::{Part, Reward, Stage};
use crate::money::{Currency, Money, MoneyError};
use crate::{CaseId, RewardId};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Most parts of one reward: as many as can share a report.
pub const PARTS_MAX: usize = crate::case::CO_REPORTERS_MAX + 1;

/// Why a move cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A sum does not fit, or has another currency than the book.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// It is about nothing, or less.
    #[error("the amount must be more than nothing")]
    NotPositive,
    /// It is so already.
    #[error("nothing would change")]
    Unchanged,
    /// More is taken back than is free.
    #[error("only what is free can be taken back")]
    NotFree,
    /// A reward with this id is there.
    #[error("this reward is awarded already")]
    KnownReward,
    /// There is no reward with this id.
    #[error("there is no such reward")]
    UnknownReward,
    /// More than [`PARTS_MAX`].
    #[error("at most {most} can share a reward", most = PARTS_MAX)]
    TooManyParts,
    /// The reward has fewer parts.
    #[error("the reward has no such part")]
    UnknownPart,
    /// It was approved before.
    #[error("this reward is approved already")]
    Approved,
    /// Whoever awarded it would approve it.
    #[error("somebody else must approve what you awarded")]
    SamePerson,
    /// A second person must approve it.
    #[error("a reward above the threshold needs a second person")]
    AboveThreshold,
    /// The part is not where the step begins.
    #[error("this cannot be done with what is {0}")]
    Stage(Stage),
}

/// A stored move that does not follow from those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("move {place} of the book cannot be: {reason}")]
pub struct BookError {
    /// Which, from 0.
    pub place: usize,
    /// Why.
    pub reason: LedgerError,
}

/// The money of one programme in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    currency: Currency,
    accounts: BTreeMap<Account, i64>,
    /// None is nothing.
    reserves: BTreeMap<CaseId, i64>,
    rewards: BTreeMap<RewardId, Reward>,
}

impl Book {
    /// An empty book.
    pub const fn new(currency: Currency) -> Self {
        Self { currency, accounts: BTreeMap::new(), reserves: BTreeMap::new(), rewards: BTreeMap::new() }
    }

    /// The book after all of these, in their order.
    pub fn fold<'a>(currency: Currency, moves: impl IntoIterator<Item = &'a Move>) -> Result<Self, BookError> {
        let mut book = Self::new(currency);
        for (place, step) in moves.into_iter().enumerate() {
            book.apply(step).map_err(|reason| BookError { place, reason })?;
        }
        Ok(book)
    }

    /// Enters one move and says what it did to the accounts. Refused, it changes nothing.
    pub fn apply(&mut self, step: &Move) -> Result<Entry, LedgerError> {
        let entry = self.entry(step)?;
        self.accounts = self.after(&entry)?;
        self.note(step);
        Ok(entry)
    }

    /// What is on an account.
    pub fn on(&self, account: Account) -> Money {
        Money::new(self.minor(account), self.currency)
    }

    /// What is expected for a case.
    pub fn reserved(&self, case: CaseId) -> Money {
        Money::new(self.reserve(case), self.currency)
    }

    /// A reward.
    pub fn reward(&self, id: RewardId) -> Option<&Reward> {
        self.rewards.get(&id)
    }

    /// Every reward, by id.
    pub fn rewards(&self) -> impl Iterator<Item = (RewardId, &Reward)> {
        self.rewards.iter().map(|(id, reward)| (*id, reward))
    }

    /// The currency of everything in it.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether more is spoken for than was granted.
    pub fn is_short(&self) -> bool {
        self.minor(Account::Free) < 0
    }

    /// Adds everything up again: the accounts come to nothing, and each holds what the reserves and the parts of the
    /// rewards say. `false` would be a fault of this program.
    pub fn agrees(&self) -> bool {
        let mut again: BTreeMap<Account, i128> = BTreeMap::new();
        for minor in self.reserves.values() {
            *again.entry(Account::Reserved).or_default() += i128::from(*minor);
        }
        for part in self.rewards.values().flat_map(|reward| &reward.parts) {
            *again.entry(part.stage.account()).or_default() += i128::from(part.minor);
        }
        let alike =
            |account: &Account| again.get(account).copied().unwrap_or_default() == i128::from(self.minor(*account));
        let sum: i128 = self.accounts.values().map(|minor| i128::from(*minor)).sum();
        sum == 0 && Account::ALL.iter().filter(|account| account.is_spoken_for()).all(alike)
    }

    fn minor(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    fn reserve(&self, case: CaseId) -> i64 {
        self.reserves.get(&case).copied().unwrap_or_default()
    }

    /// The number of a sum in the book's currency.
    fn own(&self, sum: Money) -> Result<i64, LedgerError> {
        if sum.currency() == self.currency {
            Ok(sum.minor())
        } else {
            Err(MoneyError::Mixed(self.currency, sum.currency()).into())
        }
    }

    /// The same, of a sum that is more than nothing.
    fn some(&self, sum: Money) -> Result<i64, LedgerError> {
        let minor = self.own(sum)?;
        if minor > 0 { Ok(minor) } else { Err(LedgerError::NotPositive) }
    }

    fn known(&self, reward: RewardId) -> Result<&Reward, LedgerError> {
        self.rewards.get(&reward).ok_or(LedgerError::UnknownReward)
    }

    /// What a move would do to the accounts, if it can be.
    fn entry(&self, step: &Move) -> Result<Entry, LedgerError> {
        match step {
            Move::Granted { amount } => Ok(Entry::of(Account::Granted, Account::Free, self.some(*amount)?)),
            Move::TakenBack { amount } => {
                let minor = self.some(*amount)?;
                if minor > self.minor(Account::Free) {
                    return Err(LedgerError::NotFree);
                }
                Ok(Entry::of(Account::Free, Account::Granted, minor))
            }
            Move::Reserved { case, amount } => self.of_reserve(*case, *amount),
            Move::Awarded { reward, case, parts, .. } => self.of_award(*reward, *case, parts),
            Move::Approved { reward, approval } => self.of_approval(*reward, *approval),
            Move::Payment { reward, part, step } => self.of_payment(*reward, *part, *step),
        }
    }

    fn of_reserve(&self, case: CaseId, amount: Money) -> Result<Entry, LedgerError> {
        let (wanted, there) = (self.own(amount)?, self.reserve(case));
        if wanted < 0 {
            return Err(LedgerError::NotPositive);
        }
        match wanted.cmp(&there) {
            Ordering::Greater => Ok(Entry::of(Account::Free, Account::Reserved, wanted - there)),
            Ordering::Less => Ok(Entry::of(Account::Reserved, Account::Free, there - wanted)),
            Ordering::Equal => Err(LedgerError::Unchanged),
        }
    }

    fn of_award(&self, reward: RewardId, case: CaseId, parts: &[Money]) -> Result<Entry, LedgerError> {
        if self.rewards.contains_key(&reward) {
            return Err(LedgerError::KnownReward);
        }
        if parts.len() > PARTS_MAX {
            return Err(LedgerError::TooManyParts);
        }
        let mut whole = 0_i64;
        for part in parts {
            whole = whole.checked_add(self.some(*part)?).ok_or(MoneyError::TooLarge)?;
        }
        if whole == 0 {
            return Err(LedgerError::NotPositive);
        }
        let reserved = self.reserve(case).min(whole);
        let entry = Entry::of(Account::Reserved, Account::Awarded, reserved);
        Ok(entry.and(Account::Free, Account::Awarded, whole - reserved))
    }

    fn of_approval(&self, reward: RewardId, approval: Approval) -> Result<Entry, LedgerError> {
        let there = self.known(reward)?;
        if there.approval.is_some() {
            return Err(LedgerError::Approved);
        }
        match approval {
            Approval::Person { by } => {
                if by == there.by {
                    return Err(LedgerError::SamePerson);
                }
            }
            Approval::Threshold { threshold } => {
                if there.whole > self.own(threshold)? {
                    return Err(LedgerError::AboveThreshold);
                }
            }
        }
        match there.at(Stage::Awarded) {
            0 => Err(LedgerError::Stage(Stage::Cancelled)),
            minor => Ok(Entry::of(Account::Awarded, Account::Approved, minor)),
        }
    }

    fn of_payment(&self, reward: RewardId, part: usize, step: Step) -> Result<Entry, LedgerError> {
        let part = self.known(reward)?.parts.get(part).ok_or(LedgerError::UnknownPart)?;
        let next = part.stage.after(step).ok_or(LedgerError::Stage(part.stage))?;
        Ok(Entry::of(part.stage.account(), next.account(), part.minor))
    }

    /// The accounts with an entry in them, if they can hold it.
    fn after(&self, entry: &Entry) -> Result<BTreeMap<Account, i64>, LedgerError> {
        let mut accounts = self.accounts.clone();
        for line in entry.lines() {
            let from = accounts.entry(line.from()).or_default();
            *from = from.checked_sub(line.minor()).ok_or(MoneyError::TooLarge)?;
            let to = accounts.entry(line.to()).or_default();
            *to = to.checked_add(line.minor()).ok_or(MoneyError::TooLarge)?;
        }
        let held = accounts.iter().filter(|(account, _)| account.is_spoken_for());
        let held: i128 = held.map(|(_, minor)| i128::from(*minor)).sum();
        // Within these two no later step of what is in the book can be too large.
        if held > i128::from(i64::MAX) || accounts.get(&Account::Granted) == Some(&i64::MIN) {
            return Err(MoneyError::TooLarge.into());
        }
        Ok(accounts)
    }

    /// What a move that was entered does to reserves and rewards.
    fn note(&mut self, step: &Move) {
        match step {
            Move::Granted { .. } | Move::TakenBack { .. } => {}
            Move::Reserved { case, amount } => self.keep(*case, amount.minor()),
            Move::Awarded { reward, case, purpose, parts, by } => {
                let parts: Vec<Part> =
                    parts.iter().map(|part| Part { minor: part.minor(), stage: Stage::Awarded }).collect();
                let whole: i64 = parts.iter().map(|part| part.minor).sum();
                self.keep(*case, self.reserve(*case).saturating_sub(whole));
                let new = Reward { case: *case, purpose: *purpose, by: *by, approval: None, whole, parts };
                self.rewards.insert(*reward, new);
            }
            Move::Approved { reward, approval } => {
                if let Some(there) = self.rewards.get_mut(reward) {
                    there.approval = Some(*approval);
                    for part in there.parts.iter_mut().filter(|part| part.stage == Stage::Awarded) {
                        part.stage = Stage::Approved;
                    }
                }
            }
            Move::Payment { reward, part, step } => {
                let part = self.rewards.get_mut(reward).and_then(|there| there.parts.get_mut(*part));
                if let Some(part) = part {
                    part.stage = part.stage.after(*step).unwrap_or(part.stage);
                }
            }
        }
    }

    fn keep(&mut self, case: CaseId, minor: i64) {
        if minor > 0 {
            self.reserves.insert(case, minor);
        } else {
            self.reserves.remove(&case);
        }
    }
}
