//! CSAF as the validator reads it, and advisories as they are exchanged.

use super::{Answer, blunt, same};
use formats::advisory::{self, Format, Options};
use formats::csaf;
use formats::json::{Limits, read, tree};
use std::collections::BTreeSet;

pub const OPENVEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://a.test/1","author":"A","role":"vendor",
"timestamp":"2026-11-22T00:41:07Z","version":3,"statements":[{"vulnerability":{"name":"CVE-2026-12345","aliases":["G-1"]},
"status":"not_affected","products":[{"@id":"pkg:npm/lamp@1.0.0","subcomponents":[{"@id":"pkg:npm/wick@2"}]}],
"justification":"vulnerable_code_not_present"},{"vulnerability":"CVE-2026-12346","status":"affected","products":["a"],
"action_statement":"Update."},{"vulnerability":{"name":"X"},"status":"under_investigation","products":[{"@id":"a"}]}]}"#;

/// The validator: the same answer each time, and findings that name a place which is there or just missing.
pub fn strict(bytes: &[u8]) -> Answer {
    let parsed = match tree(bytes, Limits::default()) {
        Ok(parsed) => parsed,
        Err(e) => return Ok(blunt(&e.to_string())),
    };
    let verdict = csaf::judge(&parsed);
    same("judged twice", &verdict, &csaf::judge(&parsed))?;
    let mut tests = BTreeSet::new();
    for finding in &verdict.findings {
        // Names may be missing, entries of lists are there.
        let entry =
            finding.pointer.char_indices().rev().find(|(at, c)| *c == '/' && is_entry(&finding.pointer[at + 1..]));
        let end = entry.map_or(0, |(at, _)| {
            at + 1 + finding.pointer[at + 1..].find('/').unwrap_or(finding.pointer.len() - at - 1)
        });
        if parsed.value.pointer(&finding.pointer[..end]).is_none() {
            return Err(format!("a finding names no place: {finding:?}"));
        }
        if finding.message.is_empty() {
            return Err(format!("a finding without words: {finding:?}"));
        }
        tests.insert(finding.test);
    }
    Ok(tests.into_iter().collect::<Vec<_>>().join(" "))
}

fn is_entry(rest: &str) -> bool {
    rest.split('/').next().is_some_and(|step| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit()))
}

/// Every format to every format; the same format comes out as it went in.
pub fn exchange(bytes: &[u8]) -> Answer {
    let parsed = match read(bytes, Limits::default()) {
        Ok(parsed) => parsed,
        Err(e) => return Ok(blunt(&e.to_string())),
    };
    let Some(own) = advisory::detect(&parsed.value) else { return Ok("no advisory".to_owned()) };
    let advisory = advisory::read_as(own, &parsed.value).map_err(|e| e.to_string())?;
    let options = Options { now: "2026-11-22T00:41:07Z".to_owned(), profile: None };
    let again = advisory::write(&advisory, own, &options).ok_or("not written")?;
    same("written as it was read", &again, &parsed.value)?;
    let mut answer = format!("{own:?} {} {}", advisory.products.len().min(3), advisory.vulnerabilities.len().min(3));
    let kept = advisory.kept.iter().flat_map(|kept| kept.pointers().collect::<Vec<_>>());
    answer.extend(kept.map(blunt).collect::<BTreeSet<_>>());
    for format in
        [Format::Csaf, Format::Csaf21, Format::Cve, Format::Osv, Format::OpenVex, Format::Markdown, Format::Html]
    {
        // What would say what is not so is not written.
        let Ok(converted) = advisory::convert(&advisory, format, &options) else { continue };
        if matches!(format, Format::Markdown | Format::Html) {
            if converted.text.contains("<script") || converted.text.contains("javascript:\"") {
                return Err(format!("markup came through in {format:?}"));
            }
            continue;
        }
        let written = read(converted.text.as_bytes(), Limits { depth: 200, ..Limits::default() })
            .map_err(|e| format!("{format:?}: {e}"))?;
        // What was written is an advisory of that format, and can be written once more.
        let mut taken = advisory::read_as(format, &written.value).map_err(|e| e.to_string())?;
        same("written as it was read", &advisory::write(&taken, format, &options).as_ref(), &Some(&written.value))?;
        taken.kept = None;
        advisory::write(&taken, format, &options).ok_or("not written")?;
    }
    Ok(answer)
}
