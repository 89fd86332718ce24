//! What changed from one text of a programme to the next, a line each.

use super::Brief;
use std::collections::HashSet;

/// Lines of one list that are named; the rest is counted.
const NAMED: usize = 50;

/// What changed, in words.
pub(crate) fn changes(old: &Brief, new: &Brief) -> Vec<String> {
    let mut found = Vec::new();
    if old.intake != new.intake {
        found.push(format!("What it takes: {}, before: {}", new.intake, old.intake));
    }
    if old.name != new.name {
        found.push(format!("Name: before “{}”", old.name));
    }
    let days = [
        ("Days until a person answers", old.first_answer_days, new.first_answer_days),
        ("Days that a saved report is kept", old.draft_days, new.draft_days),
    ];
    let days = days.into_iter().filter(|(_, old, new)| old != new);
    found.extend(days.map(|(what, old, new)| format!("{what}: {new}, before: {old}")));
    let lists = [
        ("In scope", &old.in_scope, &new.in_scope),
        ("Out of scope", &old.out_of_scope, &new.out_of_scope),
        ("Not a finding here", &old.exclusions, &new.exclusions),
    ];
    for (what, old, new) in lists {
        found.extend(of_list(what, old, new));
    }
    let texts = [
        ("What it is about", &old.brief, &new.brief),
        ("What we ask", &old.rules, &new.rules),
        ("If somebody acts in good faith", &old.good_faith, &new.good_faith),
        ("Telling the world", &old.disclosure, &new.disclosure),
        ("Where to write when the desk is down", &old.contact, &new.contact),
    ];
    let texts = texts.into_iter().filter(|(_, old, new)| old != new);
    found.extend(texts.map(|(what, ..)| format!("{what}: other words")));
    found
}

fn of_list(what: &str, old: &[String], new: &[String]) -> Vec<String> {
    let (was, is): (HashSet<&String>, HashSet<&String>) = (old.iter().collect(), new.iter().collect());
    let mut found = Vec::new();
    for (verb, lines) in [
        ("added", new.iter().filter(|line| !was.contains(line)).collect::<Vec<_>>()),
        ("taken out", old.iter().filter(|line| !is.contains(line)).collect()),
    ] {
        found.extend(lines.iter().take(NAMED).map(|line| format!("{what}, {verb}: {line}")));
        if lines.len() > NAMED {
            found.push(format!("{what}, {verb}: {} more", lines.len() - NAMED));
        }
    }
    if found.is_empty() && old != new {
        found.push(format!("{what}: in another order"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Brief, changes};
    use domain::Intake;

    #[test]
    fn each_change_is_told() {
        let old = Brief { in_scope: vec!["a.test".into(), "b.test".into()], ..Brief::named("main", "Reports") };
        assert!(changes(&old, &old).is_empty());
        let new = Brief {
            intake: Intake::Closed,
            in_scope: vec!["b.test".into(), "c.test".into()],
            rules: "Be kind.".into(),
            first_answer_days: 3,
            ..old.clone()
        };
        let told = changes(&old, &new);
        let expected = [
            "What it takes: closed, before: open",
            "Days until a person answers: 3, before: 1",
            "In scope, added: c.test",
            "In scope, taken out: a.test",
            "What we ask: other words",
        ];
        assert_eq!(told, expected);
        let turned = Brief { in_scope: vec!["b.test".into(), "a.test".into()], ..old.clone() };
        assert_eq!(changes(&old, &turned), ["In scope: in another order"]);
        let many = Brief { in_scope: (0..60).map(|n| format!("{n}.test")).collect(), ..old.clone() };
        assert!(changes(&old, &many).contains(&"In scope, added: 10 more".to_owned()));
    }
}
