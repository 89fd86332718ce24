//! Cases that left the house: what holds, and that whatever is changed is found and named.

use proptest::prelude::*;
use serde_json::{Value, json};
use tlog::dossier::{Checked, Digests, Dossier, DossierVersion, Entry, EpochHead, Fault};
use tlog::{Commitment, Content, Digest, Opening, Receipt, canonical, commit};

use crate::support::{MemoryLog, checkpoint, key, key_file};

const CASE: &str = "018f4ad5-6a4c-7d3b-9d52-0c2f7a6b1e01";

fn event(seq: i64, text: &str) -> Value {
    json!({
        "v": 1, "id": format!("event-{seq}"), "case": CASE, "seq": seq, "kind": "note_added", "audience": "team",
        "party": "team", "actor": "somebody", "received_at": 1_793_000_000_000_000_i64 + seq,
        "data": { "text": text, "list": [seq, null, true] },
    })
}

fn committed(event: &Value, salt: [u8; 16]) -> Commitment {
    commit(&salt, &canonical(event).unwrap())
}

/// What is left of an event when its words are withheld.
fn shown(event: &Value) -> Value {
    let mut shown = event.clone();
    shown["data"].as_object_mut().unwrap().remove("text");
    shown
}

/// An export of these words, one event each. `gaps` leaves out every third and withholds the words of the first, as
/// for the reporter.
fn exported(words: &[String], gaps: bool) -> Dossier {
    let events: Vec<Value> = (1..).zip(words).map(|(seq, text)| event(seq, text)).collect();
    let out: Vec<usize> = (0..events.len()).filter(|n| !gaps || n % 3 != 1).collect();
    let mut log = MemoryLog::of_size(37);
    let salts: Vec<[u8; 16]> = (0..events.len()).map(|n| [u8::try_from(n % 250).unwrap(); 16]).collect();
    let all: Vec<Commitment> = events.iter().zip(&salts).map(|(event, salt)| committed(event, *salt)).collect();
    log.append(&all);
    let digest = Digests::of_shown(&shown(&events[0])).unwrap().to_string();
    let withheld = if gaps { json!([{ "seq": 1, "shown": digest }]) } else { json!([]) };
    let cover = json!({
        "about": { "house": "Acme" }, "case": { "title": "Old token", "open": true }, "people": [],
        "withheld": withheld,
    });
    let digests = Digests::of(&cover, out.iter().map(|n| all[*n])).unwrap();
    let contents = if gaps { "reporter" } else { "everything" };
    let data = json!({
        "subject": CASE, "contents": contents, "count": out.len(), "version": events.len(),
        "cover": digests.cover.to_string(), "events": digests.events.to_string(),
    });
    let recorded = json!({ "v": 1, "case": null, "kind": "case_exported", "received_at": 1_793_000_000_000_999_i64, "data": data });
    let salt = [255; 16];
    log.append(&[committed(&recorded, salt)]);
    let size = log.head.size;
    let note = checkpoint(log.head);
    let text = String::from_utf8(canonical(&recorded).unwrap()).unwrap();
    let opening = Opening { salt, content: Content::Event(text) };
    let seal = Receipt::pending(key(1).origin(), key(1).id(), opening);
    let seal = seal.proven(size - 1, log.inclusion(size, size - 1), &note);
    let entry = |n: &usize| {
        let index = 37 + *n as u64;
        let entry = Entry::new(events[*n].clone(), &salts[*n], (1, index, log.inclusion(size, index)));
        let digest = Digest::from_bytes(*all[*n].as_bytes());
        if gaps && *n == 0 { entry.withholding(shown(&events[0]), digest) } else { entry }
    };
    Dossier {
        version: DossierVersion::V1,
        cover,
        events: out.iter().map(entry).collect(),
        checkpoints: vec![EpochHead { epoch: 1, key_id: key(1).id(), checkpoint: note.as_str().to_owned() }],
        seal,
    }
}

fn words(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("Words number {n}")).collect()
}

fn check(dossier: &Dossier) -> Checked {
    dossier.check(Some(&key_file(&[1])))
}

fn faults(dossier: &Dossier) -> Vec<Fault> {
    check(dossier).faults
}

#[test]
fn what_was_exported_holds_also_after_json() {
    for gaps in [false, true] {
        let dossier = exported(&words(9), gaps);
        let read = Dossier::from_json(serde_json::to_string_pretty(&dossier).unwrap().as_bytes()).unwrap();
        assert_eq!(read, dossier);
        let checked = check(&read);
        assert_eq!(checked.faults, []);
        assert!(checked.is_valid());
        assert_eq!((checked.events, checked.seal.unwrap().tree_size), (if gaps { 6 } else { 9 }, 47));
        assert_eq!(checked.withheld, usize::from(gaps));
    }
}

#[test]
fn what_is_shown_of_an_event_is_what_was_shown() {
    let whole = exported(&words(9), true);
    assert!(!serde_json::to_string(&whole).unwrap().contains("Words number 0"));
    let mut other = whole.clone();
    other.events[0].event["data"]["text"] = json!("Words number 7");
    assert_eq!(faults(&other), [Fault::Shown(1)]);
    let mut elsewhere = whole.clone();
    elsewhere.events[0].commitment = elsewhere.events[0].proof.first().copied();
    assert!(matches!(faults(&elsewhere)[0], Fault::Event { seq: 1, .. }));
    // Nobody withholds more than the house did.
    let mut more = whole;
    let digest = Digest::from_bytes(*committed(&more.events[1].event, [2; 16]).as_bytes());
    more.events[1] = more.events[1].clone().withholding(shown(&more.events[1].event), digest);
    assert_eq!(faults(&more), [Fault::Shown(3)]);
}

#[test]
fn without_the_key_it_only_fits_together() {
    let dossier = exported(&words(3), false);
    for keys in [None, Some(&key_file(&[2]))] {
        let checked = dossier.check(keys);
        assert!(checked.faults.is_empty() && !checked.signed && !checked.is_valid());
    }
}

#[test]
fn each_change_is_named() {
    let whole = exported(&words(7), false);
    let changed = |change: &dyn Fn(&mut Dossier)| {
        let mut dossier = whole.clone();
        change(&mut dossier);
        faults(&dossier).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let word = changed(&|d| d.events[3].event["data"]["text"] = json!("Words number 99"));
    assert!(word.len() == 1 && word[0].starts_with("event 4 is not what the log holds"), "{word:?}");
    assert_eq!(changed(&|d| drop(d.events.remove(2)))[0], "event 3 is missing");
    assert_eq!(changed(&|d| drop(d.events.pop())), ["event 7 is missing", "7 events were exported, 6 are there"]);
    assert_eq!(changed(&|d| d.events.swap(1, 2)), ["event 2 stands after event 3"]);
    assert_eq!(changed(&|d| d.events.push(d.events[0].clone()))[0], "event 1 stands after event 7");
    let added = changed(&|d| {
        let mut more = d.events[6].clone();
        more.event["seq"] = json!(8);
        d.events.push(more);
    });
    assert!(added[0].starts_with("event 8 is not what the log holds"), "{added:?}");
    assert_eq!(added[1], "7 events were exported, 8 are there");
    let title = changed(&|d| d.cover["case"]["title"] = json!("New token"));
    assert_eq!(title, ["the cover sheet (facts, people, links or files) is not what was exported"]);
    assert_eq!(changed(&|d| d.events[0].salt = "x".into())[0], "event 1 has no salt that can be read");
    assert_eq!(changed(&|d| d.checkpoints.clear()).len(), 7);
    let other = exported(&words(2), false);
    assert_eq!(changed(&|d| d.seal = other.seal.clone()).len(), 2, "a seal of another export");
}

#[test]
fn an_event_of_the_reporters_half_cannot_go_unseen() {
    let mut dossier = exported(&words(9), true);
    dossier.events.remove(3);
    assert_eq!(faults(&dossier), [Fault::Count { exported: 6, found: 5 }, Fault::List]);
}

#[test]
fn a_member_that_comes_twice_is_refused() {
    let text = serde_json::to_string(&exported(&words(2), false)).unwrap();
    for (once, twice) in [
        ("\"title\":\"Old token\"", "\"title\":\"Shown\",\"title\":\"Old token\""),
        ("\"text\":\"Words number 1\"", "\"text\":\"Shown\",\"text\":\"Words number 1\""),
        ("\"epoch\":1", "\"epoch\":1,\"epoch\":1"),
        ("\"seal\":", "\"more\":1,\"seal\":"),
    ] {
        assert!(text.contains(once));
        assert!(Dossier::from_json(text.replacen(once, twice, 1).as_bytes()).is_err(), "{twice}");
    }
}

/// Every place of a document where a value stands that has no members of its own.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                leaves(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                leaves(item, &format!("{at}/{place}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// Another value of the same kind.
fn flipped(value: &Value, at: usize) -> Value {
    match value {
        Value::Null => json!(0),
        Value::Bool(was) => json!(!was),
        Value::Number(was) => json!(was.as_i64().unwrap() ^ 1),
        Value::String(was) if was.is_empty() => json!("x"),
        Value::String(was) => {
            let place = at % was.chars().count();
            let other = |c: char| if c == 'B' { 'C' } else { 'B' };
            json!(was.chars().enumerate().map(|(n, c)| if n == place { other(c) } else { c }).collect::<String>())
        }
        Value::Array(_) | Value::Object(_) => unreachable!("a leaf"),
    }
}

fn holds(value: &Value) -> bool {
    Dossier::from_json(value.to_string().as_bytes()).is_ok_and(|dossier| check(&dossier).is_valid())
}

#[test]
fn no_member_can_be_changed_or_taken_away() {
    for gaps in [false, true] {
        each_member_counts(&serde_json::to_value(exported(&words(5), gaps)).unwrap());
    }
}

fn each_member_counts(whole: &Value) {
    let mut places = Vec::new();
    leaves(whole, "", &mut places);
    assert!(places.len() > 70, "{}", places.len());
    for at in &places {
        let mut changed = whole.clone();
        *changed.pointer_mut(at).unwrap() = flipped(whole.pointer(at).unwrap(), 7);
        assert!(!holds(&changed), "{at} was changed");
        let (parent, name) = at.rsplit_once('/').unwrap();
        let mut less = whole.clone();
        match less.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.remove(name)),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => unreachable!("a parent"),
        }
        assert!(!holds(&less), "{at} was taken away");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_flip_of_any_case_is_found(
        words in prop::collection::vec("\\PC{0,20}", 1..12),
        gaps: bool,
        place: prop::sample::Index,
        at: usize,
    ) {
        let whole = serde_json::to_value(exported(&words, gaps)).unwrap();
        prop_assert!(holds(&whole));
        let mut places = Vec::new();
        leaves(&whole, "", &mut places);
        let path = place.get(&places);
        let mut changed = whole.clone();
        *changed.pointer_mut(path).unwrap() = flipped(whole.pointer(path).unwrap(), at);
        prop_assert!(!holds(&changed), "{} was changed", path);
    }
}
