//! Names of hosts, as they are compared, and patterns of them.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// A host as it is compared: ASCII, lower case, no trailing dot. `None` where it is no name of a host.
pub(super) fn normal(host: &str) -> Option<String> {
    // One dot at the end is the root; two of them are an empty label, which no browser asks for.
    let (host, rooted) = host.strip_suffix('.').map_or((host, false), |bare| (bare, true));
    if host.is_empty() || host.len() > 512 {
        return None;
    }
    let ascii = if host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) && !has_ace(host)
    {
        host.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::EMPTY).ok()?.into_owned()
    };
    // The one dot may have been written as `。`.
    let ascii = ascii.strip_suffix('.').filter(|_| !rooted).unwrap_or(&ascii).to_owned();
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    (ascii.len() <= 253 && ascii.split('.').all(label)).then_some(ascii)
}

/// Whether [`normal`] would leave it as it is. Names that need a closer look are said to be none.
pub(super) fn is_normal(host: &str) -> bool {
    let (mut label, mut dashes) = (0, false);
    for byte in host.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => label += 1,
            b'-' => {
                label += 1;
                // `xn--` has its second dash here.
                dashes |= label == 4;
            }
            b'.' if (1..=63).contains(&label) => label = 0,
            _ => return false,
        }
        if label > 63 {
            return false;
        }
    }
    label > 0 && host.len() <= 253 && !(dashes && has_ace(host))
}

/// Punycode is checked, not believed.
fn has_ace(host: &str) -> bool {
    host.split('.').any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
}

/// Whether it looks like a public name: at least two labels, the last no number.
pub(super) fn is_public(host: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(_, last)| last.len() > 1 && !last.bytes().all(|b| b.is_ascii_digit()))
}

/// What the hosts of a pattern end in.
pub(super) enum Ending<'a> {
    /// Whole labels; none where any host may match.
    Labels(&'a str),
    /// These bytes, wherever a label begins.
    Bytes(&'a str),
}

/// Hosts by name or by stars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostPattern {
    /// Normal labels; stars inside.
    text: String,
    star: bool,
    /// Where letters outside ASCII stand beside a star, all of it in Unicode: Punycode has no part of a label.
    unicode: Option<String>,
}

impl HostPattern {
    /// `None` where it is neither a name nor a pattern of one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !text.contains('*') {
            return Some(Self { text: normal(text)?, star: false, unicode: None });
        }
        let mut labels = Vec::new();
        for label in text.trim_end_matches('.').split('.') {
            labels.push(if label.contains('*') { starred(label)? } else { normal(label)? });
        }
        // `**.example.com` and `*.*.example.com` are written for "anything below".
        while labels.first().is_some_and(|label| label == "*") && labels.get(1).is_some_and(|label| label == "*") {
            labels.remove(0);
        }
        let text = labels.join(".");
        let unicode = (!text.is_ascii()).then(|| to_unicode(&text).into_owned());
        Some(Self { text, star: true, unicode })
    }

    /// Normal labels; stars inside.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether stars stand in it.
    pub(super) const fn star(&self) -> bool {
        self.star
    }

    /// Bytes of the shortest host that it covers: what covers part of another covers no shorter one.
    pub(super) fn shortest(&self) -> usize {
        let label = |label: &str| label.bytes().filter(|b| *b != b'*').count().max(1);
        self.text.split('.').map(|text| label(text) + 1).sum::<usize>() - 1
    }

    /// The labels behind the last that has a star: every host that matches ends in them. Empty: any host may match.
    pub(super) fn tail(&self) -> &str {
        match self.text.rfind('*') {
            None => &self.text,
            Some(star) => self.text[star..].split_once('.').map_or("", |(_, tail)| tail),
        }
    }

    /// What every host that matches ends in, to be found by.
    pub(super) fn ending(&self) -> Ending<'_> {
        let rest = self.text.strip_prefix('*').filter(|_| self.unicode.is_none());
        match rest.filter(|rest| !rest.is_empty() && !rest.starts_with('.') && !rest.contains('*')) {
            Some(rest) => Ending::Bytes(rest),
            None => Ending::Labels(self.tail()),
        }
    }

    /// The longest label without a star. With stars elsewhere, every host that matches has it among its labels.
    pub(super) fn label(&self) -> Option<&str> {
        self.text.split('.').filter(|label| !label.is_empty() && !label.contains('*')).max_by_key(|label| label.len())
    }

    /// `host` is normal. It may be the text of another pattern: a star is covered by a star alone, so that what covers
    /// it covers all that the other does.
    pub(super) fn covers(&self, host: &str) -> bool {
        if !self.star {
            return self.text == host;
        }
        if let Some(unicode) = &self.unicode {
            return labels_cover(unicode, &to_unicode(host));
        }
        if self.text == "*" {
            return true;
        }
        if let Some(below) = self.text.strip_prefix("*.").filter(|rest| !rest.contains('*')) {
            return host.strip_suffix(below).is_some_and(|above| above.len() > 1 && above.ends_with('.'));
        }
        // `*example.com` is common and long lists of it have to be quick: the star takes whatever is left.
        if let Some(rest) = self.text.strip_prefix('*').filter(|rest| !rest.contains('*')) {
            return host.ends_with(rest);
        }
        labels_cover(&self.text, host)
    }
}

/// A label with stars, runs of them as one.
fn starred(label: &str) -> Option<String> {
    let plain = |c: char| matches!(c, '-' | '_' | '*') || c.is_alphanumeric();
    let mut text = String::with_capacity(label.len());
    for c in label.nfc().flat_map(char::to_lowercase) {
        if !plain(c) {
            return None;
        }
        if c != '*' || !text.ends_with('*') {
            text.push(c);
        }
    }
    Some(text)
}

fn to_unicode(host: &str) -> Cow<'_, str> {
    // Label by label: one that is no Punycode, or has a star, stays as it is.
    if !has_ace(host) {
        return host.into();
    }
    let label = |label: &str| match idna::domain_to_unicode(label) {
        (unicode, Ok(())) if has_ace(label) => unicode,
        _ => label.to_owned(),
    };
    host.split('.').map(label).collect::<Vec<_>>().join(".").into()
}

/// Stars inside: the first label's star may stand for several labels, the last label's for a country's ending too
/// (`co.uk`), every other for characters of one label.
fn labels_cover(pattern: &str, host: &str) -> bool {
    if let Some(front) = pattern.strip_suffix(".*") {
        let Some((name, ending)) = host.rsplit_once('.') else { return false };
        // What is inside a star of another pattern may be longer than it looks.
        let short = |label: &str, most: usize| label.len() <= most && !label.contains('*');
        let double = ending.len() == 2 && short(ending, 2);
        let double = double && name.rsplit_once('.').is_some_and(|(_, second)| short(second, 3));
        let shorter = name.rsplit_once('.').map_or("", |(shorter, _)| shorter);
        return covers_all(front, name) || (double && covers_all(front, shorter));
    }
    covers_all(pattern, host)
}

fn covers_all(pattern: &str, host: &str) -> bool {
    if !pattern.contains('*') {
        return pattern == host;
    }
    let mut theirs = pattern.rsplit('.').peekable();
    let mut ours = host.rsplit('.');
    while let Some(label) = theirs.next() {
        if theirs.peek().is_none() && label.starts_with('*') {
            // The leftmost label: the star takes whatever is left.
            let left: Vec<&str> = ours.by_ref().collect();
            let rest: Vec<&str> = left.into_iter().rev().collect();
            return !rest.is_empty() && glob(label, &rest.join("."));
        }
        if !ours.next().is_some_and(|own| glob(label, own)) {
            return false;
        }
    }
    ours.next().is_none()
}

/// `*` stands for any characters, none included. Linear in practice: it goes back to the last star only.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            back = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star, from)) = back {
            p = star + 1;
            t = from + 1;
            back = Some((star, from + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}
