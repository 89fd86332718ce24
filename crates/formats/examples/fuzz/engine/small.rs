//! security.txt, programmes and scopes, feeds, and texts of one line.

use super::{Answer, blunt, same};
use formats::csaf::{purl::Purl, vers};
use formats::cvss::{Builder, Vector};
use formats::feed::{Entry, Feed};
use formats::money::Money;
use formats::programme::{self, Platform, diff};
use formats::scope::{Asset, Kind, Scope, cover};
use formats::security_txt::openpgp::{Keys, Signer, verify};
use formats::security_txt::{Context, Limits, Now, Publication, Severity, lint, read};
use formats::stamp::Stamp;
use formats::{cwe, ssvc, vrt};
use quick_xml::events::Event;
use std::collections::BTreeSet;

const KEY: &[u8] = include_bytes!("../../../tests/it/security_txt/keys/signer.public.gpg");
const SECRET: &[u8] = include_bytes!("../../../tests/it/security_txt/keys/signer.secret.gpg");
const NOW: &str = "2026-11-22T06:00:00Z";

/// A signed file, and a key: one file is read as both.
pub fn files() -> Vec<Vec<u8>> {
    let text = b"# we\nContact: mailto:a@b.test\nExpires: 2027-06-30T12:00:00Z\n";
    let now = Now::parse(NOW).map(|now| Context { now, served: None });
    let signed = now.and_then(|context| Signer::read(SECRET).ok()?.sign(text, "", &[7; 32], &context).ok());
    [Some(KEY.to_vec()), signed.map(String::into_bytes)].into_iter().flatten().collect()
}

/// Parsed, written, linted, verified; what we would publish of it says the same.
pub fn security_txt(bytes: &[u8]) -> Answer {
    let now = Now::parse(NOW).ok_or("no day")?;
    let context = Context { now, served: None };
    let file = match read(bytes, Limits::default()) {
        Ok(file) => file,
        Err(e) => return Ok(blunt(&e.to_string())),
    };
    same("byte for byte", &file.to_bytes(), &bytes.to_vec())?;
    let verdict = lint(&file, &context);
    let mut answer = verdict.codes(Severity::Error).join(" ");
    answer += &verdict.codes(Severity::Recommendation).join(" ");
    if let Ok(text) = Publication::of(&file).write(&context) {
        let again = read(text.as_bytes(), Limits::default()).map_err(|e| e.to_string())?;
        if !lint(&again, &context).valid() {
            return Err("what was written is not valid".to_owned());
        }
    }
    let keys = Keys::read(bytes).or_else(|e| {
        answer += &blunt(&e.to_string());
        Keys::read(KEY)
    });
    match verify(&file, &keys.map_err(|e| e.to_string())?, now) {
        Ok(all) => answer.extend(all.iter().map(|checked| checked.standing.as_str())),
        Err(e) => answer += &blunt(&e.to_string()),
    }
    Ok(answer)
}

/// A file as everybody's; our own form of it is read as the same; a scope does not differ from itself.
pub fn programme(bytes: &[u8]) -> Answer {
    let mut answer = BTreeSet::new();
    for platform in [None].into_iter().chain(Platform::ALL.map(Some)) {
        let read = match programme::read(bytes, platform) {
            Ok(read) => read,
            Err(e) => {
                answer.insert(blunt(&e.to_string()));
                continue;
            }
        };
        let text = serde_json::to_string(&read).map_err(|e| e.to_string())?;
        let again = programme::read(text.as_bytes(), Some(Platform::Leeward)).map_err(|e| format!("{e}: {text}"))?;
        same("our own form", &again, &read)?;
        if !diff(&read, &read).is_empty() {
            return Err(format!("differs from itself: {:?}", diff(&read, &read)));
        }
        for asset in read.iter().flat_map(|programme| &programme.assets) {
            answer.insert(format!("{:?}{}", asset.kind, asset.note.is_some()));
        }
        let scope = Scope::new(read.into_iter().flat_map(|programme| programme.assets));
        let _ = scope.verdict("https://www.example.com:8443/a");
    }
    Ok(answer.into_iter().collect::<Vec<_>>().join("|"))
}

/// Lines: assets (`!` before an exclusion) up to a line `=`, then targets.
pub fn scope(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().take(400);
    let kinds = Kind::ALL;
    let asset = |(at, line): (usize, &str)| {
        let line = line.strip_prefix('!').map_or((line, true), |rest| (rest, false));
        Asset::new(kinds[at % kinds.len()], line.0, line.1)
    };
    let assets: Vec<Asset> = lines.by_ref().take_while(|line| *line != "=").enumerate().map(asset).collect();
    let targets: Vec<String> = assets.iter().filter_map(cover).chain(lines.map(str::to_owned)).take(100).collect();
    let scope = Scope::new(assets);
    let mut answer = BTreeSet::new();
    for target in &targets {
        let verdict = scope.verdict(target);
        same("trimmed", &scope.verdict(&format!(" {target} ")).as_str(), &verdict.as_str())?;
        let said = scope.matches(target);
        same("a verdict has a match", &!said.is_empty(), &verdict.rule().is_some())?;
        same("the rule is a match", &verdict.rule().is_none_or(|rule| said.contains(&rule)), &true)?;
        answer.insert(format!("{} {:?}", verdict.as_str(), verdict.rule().map(|rule| rule.kind)));
    }
    Ok(answer.into_iter().collect::<Vec<_>>().join("|"))
}

/// Lines of a feed: whatever is written is well-formed.
pub fn feed(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.split('\n').collect();
    let line = |at: usize| lines.get(at).copied().unwrap_or_default().to_owned();
    let Some((at, _)) = Stamp::parse(&line(3)) else { return Ok("no time".to_owned()) };
    let entry = Entry {
        id: line(2),
        title: line(4),
        page: line(2),
        published: at.clone(),
        updated: at.clone(),
        author: Some(line(1)),
        summary: line(4),
        html: Some(line(5)),
        categories: vec![line(6)],
    };
    let feed = Feed {
        id: line(0),
        title: line(1),
        subtitle: Some(line(4)),
        author: line(1),
        page: line(2),
        own: line(0),
        updated: at,
        language: Some(line(6)),
        entries: vec![entry],
    };
    let mut answer = String::new();
    for written in [feed.atom(), feed.rss()] {
        match written {
            Ok(xml) => answer.push_str(&format!("{} ", elements(&xml)?)),
            Err(e) => answer += &blunt(&e.to_string()),
        }
    }
    Ok(answer)
}

fn elements(xml: &str) -> Result<usize, String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_comments = true;
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|e| format!("not well-formed: {e}: {xml}"))? {
            Event::Eof => return Ok(count),
            Event::Start(element) => {
                count += 1;
                for attribute in element.attributes() {
                    attribute.map_err(|e| format!("attribute: {e}"))?;
                }
            }
            Event::Text(text) => drop(text.decode().map_err(|e| format!("text: {e}"))?),
            _ => {}
        }
    }
}

/// A vector is written as it was read, and built of its parts is the same.
pub fn cvss(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let vector = match text.parse::<Vector>() {
        Ok(vector) => vector,
        Err(e) => return Ok(blunt(&e.to_string())),
    };
    let scores = vector.scores();
    let again: Vector = vector.to_string().parse().map_err(|e| format!("{e}: {vector}"))?;
    same("written", &again, &vector)?;
    let mut builder = Builder::new(vector.version());
    for (metric, value) in vector.iter() {
        builder.set(metric.code, value.code).map_err(|e| e.to_string())?;
    }
    same("built", &builder.build().map_err(|e| e.to_string())?.scores(), &scores)?;
    same("shortened", &vector.shortened().scores().base, &scores.base)?;
    Ok(format!("{:?} {:?}", vector.version(), scores.base))
}

/// Names and numbers as people write them.
pub fn words(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let mut answer = format!(
        "{:?} {} {}",
        cwe::parse(&text).and_then(cwe::find).map(|e| e.number),
        cwe::search(&text).len(),
        vrt::search(&text).len()
    );
    let (id, from) = text.split_once('@').unwrap_or((&text, ""));
    answer += vrt::migrate(id, from.parse().ok().as_ref()).as_str();
    let mut lines = text.lines();
    if let Ok(table) = ssvc::find(lines.next().unwrap_or_default()) {
        let mut choice = ssvc::Choice::new(table);
        for (point, value) in lines.filter_map(|line| line.split_once('=')) {
            if let Err(e) = choice.set(point, value) {
                answer += &blunt(&e.to_string());
            }
        }
        let decision = choice.decide();
        same("an outcome is possible", &decision.possible.is_empty(), &false)?;
        answer += &format!("{:?}", decision.outcome.map(|o| o.key));
    }
    if let Some(sum) = Money::parse(&text, None) {
        same("a sum", &Money::parse(&sum.to_string(), None).as_ref(), &Some(&sum))?;
    }
    if let Some((stamp, _)) = Stamp::parse(&text) {
        same("a time", &Stamp::parse(stamp.as_str()).map(|(again, _)| again).as_ref(), &Some(&stamp))?;
        answer += &stamp.rfc822()[..3];
    }
    if let Ok(purl) = Purl::parse(&text) {
        answer += &format!("purl {}", purl.suits_its_type().is_ok());
    }
    if let Ok(range) = vers::Range::parse(&text) {
        answer += &format!("vers {} {}", range.is_single(), range.is_ordered());
    }
    Ok(answer)
}
