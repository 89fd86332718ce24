//! The book by example, at its limits, and over random histories.

use super::{Account, Approval, Book, LedgerError, Line, Move, PARTS_MAX, Purpose, Stage, Step};
use crate::money::{Currency, Money, MoneyError, split};
use crate::{CaseId, Id, PersonId, RewardId, Uuid};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

fn id<T: Id>(n: u8) -> T {
    T::from_uuid(Uuid::from_u128(n.into()))
}

fn usd() -> Currency {
    "USD".parse().unwrap()
}

fn sum(minor: i64) -> Money {
    Money::new(minor, usd())
}

fn granted(minor: i64) -> Move {
    Move::Granted { amount: sum(minor) }
}

fn reserved(case: u8, minor: i64) -> Move {
    Move::Reserved { case: id(case), amount: sum(minor) }
}

/// By person 1, for case 1.
fn awarded(reward: u8, parts: &[i64]) -> Move {
    let parts = parts.iter().copied().map(sum).collect();
    Move::Awarded { reward: id(reward), case: id(1), purpose: Purpose::Finding, parts, by: id(1) }
}

fn approved(reward: u8, by: u8) -> Move {
    Move::Approved { reward: id(reward), approval: Approval::Person { by: id(by) } }
}

fn payment(reward: u8, part: usize, step: Step) -> Move {
    Move::Payment { reward: id(reward), part, step }
}

fn book(moves: &[Move]) -> Book {
    Book::fold(usd(), moves).unwrap()
}

/// All accounts but `granted`, in their order.
fn accounts(book: &Book) -> [i64; 6] {
    [Account::Free, Account::Reserved, Account::Awarded, Account::Approved, Account::Exported, Account::Paid]
        .map(|account| book.on(account).minor())
}

#[test]
fn a_reward_goes_its_way() {
    let mut book = book(&[granted(2_000_000), reserved(1, 500_000)]);
    assert_eq!(accounts(&book), [1_500_000, 500_000, 0, 0, 0, 0]);

    let thirds = split(sum(650_000), &[1, 1, 1]).unwrap();
    let minors: Vec<i64> = thirds.iter().map(|part| part.minor()).collect();
    let entry = book.apply(&awarded(1, &minors)).unwrap();
    let lines: Vec<_> = entry.lines().iter().map(|line| (line.from(), line.to(), line.minor())).collect();
    let from = |account: Account, minor: i64| (account, Account::Awarded, minor);
    assert_eq!(lines, [from(Account::Reserved, 500_000), from(Account::Free, 150_000)]);
    assert_eq!(accounts(&book), [1_350_000, 0, 650_000, 0, 0, 0]);
    assert_eq!(book.reserved(id(1)), sum(0));

    assert_eq!(book.apply(&payment(1, 0, Step::Export)), Err(LedgerError::Stage(Stage::Awarded)));
    assert_eq!(book.apply(&approved(1, 1)), Err(LedgerError::SamePerson));
    book.apply(&approved(1, 2)).unwrap();
    for (part, step) in [(0, Step::Export), (0, Step::Pay), (1, Step::Export), (1, Step::Fail), (2, Step::Cancel)] {
        book.apply(&payment(1, part, step)).unwrap();
    }
    assert_eq!(accounts(&book), [1_350_000 + 216_666, 0, 0, 216_667, 0, 216_667]);
    assert_eq!(book.reward(id(1)).unwrap().at(Stage::Cancelled), 216_666);
    assert_eq!(book.on(Account::Granted), sum(-2_000_000));
    assert!(book.agrees() && !book.is_short());
}

#[test]
fn below_the_threshold_one_person_is_enough() {
    let within = |threshold: Money| Move::Approved { reward: id(1), approval: Approval::Threshold { threshold } };
    let mut book = book(&[awarded(1, &[3_000, 2_000])]);
    assert_eq!(book.apply(&within(sum(4_999))), Err(LedgerError::AboveThreshold));
    let euros = Money::new(9_000, "EUR".parse().unwrap());
    assert_eq!(book.apply(&within(euros)), Err(LedgerError::Money(MoneyError::Mixed(usd(), euros.currency()))));
    // A cancelled part does not make the award a small one.
    book.apply(&payment(1, 0, Step::Cancel)).unwrap();
    assert_eq!(book.apply(&within(sum(4_999))), Err(LedgerError::AboveThreshold));
    book.apply(&within(sum(5_000))).unwrap();
    assert_eq!(accounts(&book), [-2_000, 0, 0, 2_000, 0, 0]);
    assert!(book.is_short());
}

#[test]
fn what_cannot_be_is_refused() {
    let mut book = book(&[granted(100), reserved(1, 60), awarded(1, &[10])]);
    let refused = [
        (granted(0), LedgerError::NotPositive),
        (granted(-5), LedgerError::NotPositive),
        (Move::TakenBack { amount: sum(41) }, LedgerError::NotFree),
        (reserved(1, 50), LedgerError::Unchanged),
        (reserved(2, -1), LedgerError::NotPositive),
        (awarded(1, &[5]), LedgerError::KnownReward),
        (awarded(2, &[]), LedgerError::NotPositive),
        (awarded(2, &[5, 0]), LedgerError::NotPositive),
        (awarded(2, &[i64::MAX, 1]), LedgerError::Money(MoneyError::TooLarge)),
        (awarded(2, &[1; PARTS_MAX + 1]), LedgerError::TooManyParts),
        (approved(2, 2), LedgerError::UnknownReward),
        (payment(2, 0, Step::Pay), LedgerError::UnknownReward),
        (payment(1, 1, Step::Cancel), LedgerError::UnknownPart),
        (payment(1, 0, Step::Pay), LedgerError::Stage(Stage::Awarded)),
    ];
    let before = book.clone();
    for (step, why) in refused {
        assert_eq!(book.apply(&step), Err(why), "{step:?}");
        assert_eq!(book, before, "{step:?}");
    }
    book.apply(&payment(1, 0, Step::Cancel)).unwrap();
    assert_eq!(book.apply(&approved(1, 2)), Err(LedgerError::Stage(Stage::Cancelled)));
    book.apply(&reserved(1, 0)).unwrap();
    book.apply(&Move::TakenBack { amount: sum(100) }).unwrap();
    assert_eq!(accounts(&book), [0; 6]);

    let broken = Book::fold(usd(), &[granted(5), approved(1, 2)]).unwrap_err();
    assert_eq!(broken.to_string(), "move 1 of the book cannot be: there is no such reward");
}

#[test]
fn of_ten_thousand_approvals_one_counts() {
    let mut book = book(&[granted(650_000), awarded(1, &[650_000])]);
    let approvers = (0..10_000_u128).map(|n| PersonId::from_uuid(Uuid::from_u128(n)));
    let tries = approvers.map(|by| Move::Approved { reward: id(1), approval: Approval::Person { by } });
    assert_eq!(tries.filter(|approval| book.apply(approval).is_ok()).count(), 1);
    assert_eq!((0..10_000).filter(|_| book.apply(&awarded(1, &[650_000])).is_ok()).count(), 0);
    assert_eq!((0..10_000).filter(|_| book.apply(&payment(1, 0, Step::Pay)).is_ok()).count(), 1);
    assert_eq!(accounts(&book), [0, 0, 0, 0, 0, 650_000]);
}

#[test]
fn at_the_limit_what_is_there_can_still_move() {
    let too_large = Err(LedgerError::Money(MoneyError::TooLarge));
    let mut paid = book(&[awarded(1, &[i64::MAX]), approved(1, 2), payment(1, 0, Step::Pay), granted(i64::MAX)]);
    assert_eq!(paid.apply(&awarded(2, &[1])), too_large);
    assert_eq!(paid.apply(&reserved(2, 1)), too_large);
    paid.apply(&payment(1, 0, Step::Fail)).unwrap();
    paid.apply(&payment(1, 0, Step::Cancel)).unwrap();
    assert_eq!(paid.apply(&granted(1)), too_large);
    assert_eq!(accounts(&paid), [i64::MAX, 0, 0, 0, 0, 0]);
    // With all of it awarded there would be room for one more, and then the award could not be cancelled.
    paid.apply(&awarded(2, &[i64::MAX])).unwrap();
    assert_eq!(paid.apply(&granted(1)), too_large);
    paid.apply(&payment(2, 0, Step::Cancel)).unwrap();
}

#[test]
fn moves_are_stored_in_these_words() {
    let stored = json!({
        "kind": "approved", "reward": RewardId::from_uuid(Uuid::from_u128(1)),
        "approval": {"how": "threshold", "threshold": {"minor": 5, "currency": "USD"}}
    });
    let step: Move = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(step, Move::Approved { reward: id(1), approval: Approval::Threshold { threshold: sum(5) } });
    assert_eq!(serde_json::to_value(&step).unwrap(), stored);
    let paid = serde_json::to_value(payment(1, 2, Step::Pay)).unwrap();
    assert_eq!((&paid["kind"], &paid["part"], &paid["step"]), (&json!("payment"), &json!(2), &json!("pay")));
}

fn sums() -> impl Strategy<Value = Money> {
    let minor = prop_oneof![20 => 1_i64..2_000, 1 => -2_i64..2, 1 => (i64::MAX - 3)..=i64::MAX];
    (minor, proptest::bool::weighted(0.98))
        .prop_map(|(minor, ours)| if ours { sum(minor) } else { Money::new(minor, "EUR".parse().unwrap()) })
}

/// One of few things of a kind, so that moves meet.
fn few<T: Id + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1_u8..4).prop_map(id::<T>)
}

fn approvals() -> impl Strategy<Value = Approval> {
    prop_oneof![
        few::<PersonId>().prop_map(|by| Approval::Person { by }),
        sums().prop_map(|threshold| Approval::Threshold { threshold }),
    ]
}

fn awards() -> impl Strategy<Value = Move> {
    let purpose = proptest::sample::select(Purpose::ALL);
    (few::<RewardId>(), few::<CaseId>(), purpose, vec(sums(), 0..4), few::<PersonId>())
        .prop_map(|(reward, case, purpose, parts, by)| Move::Awarded { reward, case, purpose, parts, by })
}

fn moves() -> impl Strategy<Value = Move> {
    let payments = (few::<RewardId>(), 0_usize..3, proptest::sample::select(Step::ALL));
    prop_oneof![
        2 => sums().prop_map(|amount| Move::Granted { amount }),
        1 => sums().prop_map(|amount| Move::TakenBack { amount }),
        3 => (few::<CaseId>(), sums()).prop_map(|(case, amount)| Move::Reserved { case, amount }),
        4 => awards(),
        4 => (few::<RewardId>(), approvals()).prop_map(|(reward, approval)| Move::Approved { reward, approval }),
        8 => payments.prop_map(|(reward, part, step)| Move::Payment { reward, part, step }),
    ]
}

/// What the owner granted by these moves, taken together by hand.
fn granted_by(moves: &[Move]) -> i128 {
    let each = moves.iter().map(|step| match step {
        Move::Granted { amount } => i128::from(amount.minor()),
        Move::TakenBack { amount } => -i128::from(amount.minor()),
        _ => 0,
    });
    each.sum()
}

proptest! {
    #[test]
    fn the_book_balances_whatever_happens(history in vec(moves(), 0..120)) {
        let mut book = Book::new(usd());
        let mut entered = Vec::new();
        for step in history {
            let before = book.clone();
            if let Ok(entry) = book.apply(&step) {
                let sound = |line: &Line| line.minor() > 0 && line.from() != line.to();
                prop_assert!(!entry.lines().is_empty() && entry.lines().iter().all(sound), "{entry:?}");
                entered.push(step);
            } else {
                prop_assert_eq!(&book, &before);
            }
            prop_assert!(book.agrees(), "{book:?}");
            for account in Account::ALL {
                let minor = book.on(*account).minor();
                prop_assert!(!account.is_spoken_for() || minor >= 0, "{account}: {minor}");
            }
        }
        prop_assert_eq!(-i128::from(book.on(Account::Granted).minor()), granted_by(&entered));
        let stored = serde_json::to_string(&entered).unwrap();
        let back: Vec<Move> = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(Book::fold(usd(), &back), Ok(book));
    }

    #[test]
    fn nothing_is_owed_that_nobody_else_approved(history in vec(moves(), 0..120)) {
        let mut book = Book::new(usd());
        for step in &history {
            let _ = book.apply(step);
        }
        for (_, reward) in book.rewards() {
            let owed = reward.at(Stage::Approved) + reward.at(Stage::Exported) + reward.at(Stage::Paid);
            match reward.approval {
                None => prop_assert_eq!(owed, 0),
                Some(Approval::Person { by }) => prop_assert_ne!(by, reward.by),
                Some(Approval::Threshold { threshold }) => prop_assert!(threshold.minor() >= reward.whole),
            }
            prop_assert_eq!(reward.parts.iter().map(|part| part.minor).sum::<i64>(), reward.whole);
        }
    }

    #[test]
    fn what_the_stage_allows_is_never_too_large(history in vec(moves(), 0..80)) {
        let mut book = Book::new(usd());
        for step in &history {
            let _ = book.apply(step);
        }
        for (reward, there) in book.rewards() {
            for (part, at) in there.parts.iter().enumerate() {
                for step in Step::ALL {
                    let tried = book.clone().apply(&Move::Payment { reward, part, step: *step });
                    prop_assert_eq!(tried.is_ok(), at.stage.after(*step).is_some());
                }
            }
        }
    }
}
