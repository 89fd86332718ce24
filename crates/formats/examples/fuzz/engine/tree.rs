//! Changes to a JSON document that keep it JSON, and some that a careless writer makes in its text.

use super::chance::Chance;
use serde_json::{Map, Value, json};

/// Places of a value, as the keys that lead there.
type Place = Vec<Step>;

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Item(usize),
}

/// Places beyond so many are not counted.
const PLACES: usize = 4000;

/// One change of the tree. `other` is another document of the corpus.
pub fn change(value: &mut Value, other: &Value, chance: &mut Chance) {
    let place = place(value, chance);
    match chance.below(10) {
        0 | 1 => set(value, &place, odd(chance)),
        2 => {
            let from = self::place(other, chance);
            let moved = get(other, &from).cloned().unwrap_or_default();
            set(value, &place, moved);
        }
        3 => {
            let from = self::place(value, chance);
            let moved = get(value, &from).cloned().unwrap_or_default();
            set(value, &place, moved);
        }
        4 | 5 => key(value, &place, chance),
        6 => list(value, &place, chance),
        7 => {
            let inner = get(value, &place).cloned().unwrap_or_default();
            let depth = chance.below(70);
            set(value, &place, nested(inner, depth, chance));
        }
        _ => text(value, &place, chance),
    }
}

/// Writes it, now and then as a writer does that knows no bounds.
pub fn write(value: &Value, chance: &mut Chance) -> Vec<u8> {
    let mut text = if chance.once_in(3) { format!("{value:#}") } else { value.to_string() };
    match chance.below(24) {
        0 => twice(&mut text, chance),
        1 => text.insert(0, '\u{feff}'),
        2 => return text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        3 => surrogate(&mut text, chance),
        4 => number(&mut text, chance),
        5 => text = format!("{}{text}{}", "[".repeat(200), "]".repeat(200)),
        _ => {}
    }
    text.into_bytes()
}

fn odd(chance: &mut Chance) -> Value {
    match chance.below(22) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(i64::MIN),
        6 => json!(1e308),
        7 => json!(0.1),
        8 => json!(""),
        9 => json!([]),
        10 => json!({}),
        11 => json!([null, {}, [[]]]),
        12 => json!("x".repeat(1 << chance.below(13))),
        13 => json!("\u{202e}\u{0}é\u{1f600}"),
        14 => json!("2026-02-30T25:61:61+99:99"),
        15 => json!("https://[::1]:99999/%zz"),
        16 => json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X"),
        17 => json!("vers:npm/>=1|<2|!=1.5|*"),
        18 => json!("pkg:npm/%40a/b@1?x=y#z"),
        19 => json!("1.2.3-rc.1+build"),
        20 => json!("99999999999999999999.0.0"),
        _ => json!({"product_ids": ["a", "a"], "id": "a", "name": "<b>&\"'"}),
    }
}

fn place(value: &Value, chance: &mut Chance) -> Place {
    let mut all = Vec::new();
    walk(value, &mut Vec::new(), &mut all);
    chance.pick(&all).cloned().unwrap_or_default()
}

fn walk(value: &Value, at: &mut Place, all: &mut Vec<Place>) {
    if all.len() >= PLACES {
        return;
    }
    all.push(at.clone());
    match value {
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                at.push(Step::Item(index));
                walk(item, at, all);
                at.pop();
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                at.push(Step::Key(key.clone()));
                walk(item, at, all);
                at.pop();
            }
        }
        _ => {}
    }
}

fn get<'a>(value: &'a Value, place: &[Step]) -> Option<&'a Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Item(index) => value.get(index),
    })
}

fn find<'a>(value: &'a mut Value, place: &[Step]) -> Option<&'a mut Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(index) => value.get_mut(index),
    })
}

fn set(value: &mut Value, place: &[Step], new: Value) {
    if let Some(target) = find(value, place) {
        *target = new;
    }
}

/// Takes a key away, renames it, or gives it to its neighbour.
fn key(value: &mut Value, place: &[Step], chance: &mut Chance) {
    let Some((Step::Key(key), above)) = place.split_last() else { return };
    let Some(Value::Object(map)) = find(value, above) else { return };
    let Some(old) = map.remove(key) else { return };
    match chance.below(3) {
        0 => {}
        1 => {
            let keys: Vec<String> = map.keys().cloned().collect();
            map.insert(chance.pick(&keys).cloned().unwrap_or_default(), old);
        }
        _ => {
            map.insert(format!("{key}~/%"), old);
        }
    }
}

/// Repeats, empties or turns a list round.
fn list(value: &mut Value, place: &[Step], chance: &mut Chance) {
    let lists = |step: &Step| matches!(step, Step::Item(_));
    let end = place.iter().rposition(lists).unwrap_or(place.len());
    let Some(Value::Array(list)) = find(value, &place[..end]) else { return };
    match (chance.below(4), list.last().cloned()) {
        (0, Some(last)) => list.extend(vec![last; 1 << chance.below(9)]),
        (1, Some(last)) => list.push(last),
        (2, _) => list.clear(),
        _ => list.reverse(),
    }
}

fn nested(inner: Value, depth: usize, chance: &mut Chance) -> Value {
    let keys = ["branches", "product", "children", "x"];
    (0..depth).fold(inner, |inner, _| match chance.pick(&keys) {
        Some(&"branches") => json!({"category": "product_name", "name": "n", "branches": [inner]}),
        Some(key) if chance.once_in(2) => Value::Object(Map::from_iter([((*key).to_owned(), inner)])),
        _ => json!([inner]),
    })
}

/// Changes the letters of a text.
fn text(value: &mut Value, place: &[Step], chance: &mut Chance) {
    let Some(Value::String(text)) = find(value, place) else { return };
    let mut bytes = std::mem::take(text).into_bytes();
    super::bytes::change(&mut bytes, b"a/b:c*.example.com", chance, 20_000);
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

/// A key of an object a second time.
fn twice(text: &mut String, chance: &mut Chance) {
    let ends: Vec<usize> = text.match_indices('{').map(|(at, _)| at + 1).collect();
    if let Some(at) = chance.pick(&ends) {
        let name = text[*at..].split('"').nth(1).unwrap_or("a").to_owned();
        text.insert_str(*at, &format!("\"{name}\":1,"));
    }
}

fn surrogate(text: &mut String, chance: &mut Chance) {
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at + 1).collect();
    if let Some(at) = chance.pick(&quotes) {
        text.insert_str(*at, "\\ud83d");
    }
}

fn number(text: &mut String, chance: &mut Chance) {
    let long = format!("{}e{}", "9".repeat(400), "9".repeat(1 + chance.below(6)));
    let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    if let Some(at) = chance.pick(&digits) {
        text.insert_str(*at, &long);
    }
}
