//! What the identifier of an asset covers: addresses, lists of them, and addresses that stand among other words.
//!
//! Programmes write remarks into their rows: `help.example.com (Zendesk)`, `https://example.com/x - this one alone`,
//! `Other subdomains of example.com`. What stands by itself before or behind a remark is what the row is about. Of an
//! exclusion, every other address that its words name is a doubt, for an exclusion that is lost is worse than one that
//! has to be read; so is, of an inclusion, what its words except.

use super::app::App;
use super::asset::{Asset, Kind};
use super::host;
use super::list::{MAX_PARTS, expand, tidy};
use super::network::Network;
use super::pattern::{Pattern, verbatim, words};
use super::place::{Host, Place};
use super::rule::Side;
use super::web::{Address, repository};

/// Bytes of an identifier that is read; a longer one covers nothing. 64 hosts of the greatest length fit.
const MAX_BYTES: usize = 16 * 1024;
/// Words of an inclusion that take back part of what it says.
const EXCEPT: [&str; 8] = ["except", "exclud", "not ", "n't", "n’t", "without", "other than", "outside"];

/// Every way in which an asset covers something; its own words always, where they are no plain address.
pub(super) fn patterns(asset: &Asset) -> Vec<(Pattern, Side)> {
    let identifier = asset.identifier.trim();
    if identifier.len() > MAX_BYTES {
        return Vec::new();
    }
    let row = Row { kind: asset.kind, excludes: !asset.in_scope };
    let side = if row.excludes { Side::Out } else { Side::In };
    let text = tidy(identifier);
    let read = row.list(&text);
    let mut found: Vec<_> = read.iter().flatten().map(|pattern| (pattern.clone(), side)).collect();
    if read.is_some() {
        // Picked from a list as it stands.
        if text != identifier || identifier.contains(['*', ' ', ',', '{', '(', '[']) {
            found.push((Pattern::Words(verbatim(identifier)), side));
        }
        return found;
    }
    found.push((Pattern::Words(words(identifier)), side));
    let (plain, whole) = segments(&text);
    let before = if row.excludes || !excepts(&text) { plain.len() } else { 1 };
    for segment in plain.iter().take(before) {
        found.extend(row.list(segment).into_iter().flatten().map(|pattern| (pattern, side)));
    }
    if row.excludes || excepts(&text) {
        let named: Vec<_> =
            row.named(&whole).into_iter().filter(|one| found.iter().all(|(own, _)| own != one)).collect();
        found.extend(named.into_iter().map(|pattern| (pattern, Side::Doubt)));
    }
    found
}

fn excepts(text: &str) -> bool {
    let text = text.to_lowercase();
    EXCEPT.iter().any(|word| text.contains(word))
}

/// What stands between dashes and colons, without remarks in brackets; and the whole text without brackets.
fn segments(text: &str) -> (Vec<String>, String) {
    let (mut plain, mut depth, mut behind_blank) = (String::new(), 0_usize, true);
    for c in text.chars() {
        if c == '(' && (depth > 0 || behind_blank) {
            depth += 1;
        } else if c == ')' && depth > 0 {
            depth -= 1;
        } else if depth == 0 {
            plain.push(c);
        }
        behind_blank = c.is_whitespace();
    }
    let mut parts = vec![plain];
    for between in [" - ", " \u{2013} ", " \u{2014} ", ": ", "\n"] {
        parts = parts.iter().flat_map(|part| part.split(between)).map(|part| part.trim().to_owned()).collect();
    }
    (parts, text.replace(['(', ')'], " "))
}

struct Row {
    kind: Kind,
    excludes: bool,
}

impl Row {
    /// Its parts, if each of them is something: "Any feedback form" is no list of hosts.
    fn list(&self, text: &str) -> Option<Vec<Pattern>> {
        if let Some(network) = Network::parse(text) {
            return Some(vec![Pattern::Place(Box::new(Place::network(network)))]);
        }
        let parts = expand(text);
        let alone = parts.len() == 1;
        let mut found = Vec::new();
        for part in &parts {
            let read = self.part(part, alone);
            if read.is_empty() {
                return None;
            }
            found.extend(read);
        }
        (!found.is_empty()).then_some(found)
    }

    /// One address, id or repository; `alone` where nothing stands beside it.
    fn part(&self, part: &str, alone: bool) -> Vec<Pattern> {
        let mut found = Vec::new();
        let git = part.strip_prefix("git@").map(|rest| rest.replacen(':', "/", 1));
        let part = git.as_deref().unwrap_or(part);
        if self.kind == Kind::Repository
            && let Some(address) = repository(part)
        {
            // "owner/name" without a host is written for GitHub.
            found.extend(self.place(&address));
            found.push(Pattern::Words(verbatim(part)));
            return found;
        }
        let page = Address::cut(part).as_ref().and_then(App::of_page);
        if let Some(app) = page {
            found.push(Pattern::App(app));
        } else if self.kind.store().is_some() && !part.contains("://") {
            // Beside other words, a word is no id.
            let is_id = alone || part.contains('.') || part.bytes().all(|b| b.is_ascii_digit());
            let app = App::named(part, self.kind.store()).filter(|_| is_id);
            found.extend(app.map(|app| Pattern::App(App { id: app.id.into_owned().into(), ..app })));
        } else {
            found.extend(self.place(part));
        }
        // A wildcard without a star is about what lies below.
        if self.kind == Kind::Wildcard && !part.contains('*') {
            let below = found.iter().filter_map(|pattern| match pattern {
                Pattern::Place(place) => place.below(),
                _ => None,
            });
            let below: Vec<_> = below.map(|place| Pattern::Place(Box::new(place))).collect();
            found.extend(below);
        }
        found
    }

    fn place(&self, part: &str) -> Option<Pattern> {
        // A path alone excludes it everywhere.
        let path = part.strip_prefix('/').filter(|rest| self.excludes && rest.starts_with(char::is_alphanumeric));
        let anywhere = path.map(|_| format!("*{part}"));
        let place = Place::parse(anywhere.as_deref().unwrap_or(part), self.excludes)?;
        Some(Pattern::Place(Box::new(place)))
    }

    /// Every address among the words, and what lies below those of which subdomains are said.
    fn named(&self, text: &str) -> Vec<Pattern> {
        let below = text.to_lowercase().contains("subdomain");
        let mut found = Vec::new();
        let ends = |c: char| c.is_whitespace() || "()<>,;|\"'`‘’“”".contains(c);
        for word in text.split(ends) {
            let word = word.trim_matches(['.', ':', '!', '?']);
            let Some(Pattern::Place(place)) = self.place(word).filter(|_| found.len() < MAX_PARTS) else { continue };
            if !is_telling(&place) {
                continue;
            }
            if below {
                found.extend(place.below().map(|place| Pattern::Place(Box::new(place))));
            }
            found.push(Pattern::Place(place));
        }
        found
    }
}

/// Among words, `etc.` and `*` are no addresses.
fn is_telling(place: &Place) -> bool {
    match &place.host {
        Host::Network(_) => true,
        Host::Named(name) if name.text() == "*" => !place.path.text.is_empty(),
        Host::Named(name) => host::is_public(name.text()),
    }
}

/// A text that two assets share where they cover the same addresses, however they are written; `None` where an asset
/// is known by its words alone.
pub fn cover(asset: &Asset) -> Option<String> {
    let found = patterns(asset).into_iter().filter(|(pattern, _)| !matches!(pattern, Pattern::Words(_)));
    let found: Vec<Pattern> = found.filter(|(_, side)| *side != Side::Doubt).map(|(pattern, _)| pattern).collect();
    (!found.is_empty()).then(|| format!("{found:?}"))
}
