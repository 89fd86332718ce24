//! Names of hosts, as they are compared, and patterns of them.

/// A host as it is compared: ASCII, lower case, no trailing dot. `None` where it is no name of a host.
pub(super) fn normal(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.');
    if host.is_empty() || host.len() > 512 {
        return None;
    }
    let ascii = if host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) && !has_ace(host)
    {
        host.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::EMPTY).ok()?.into_owned()
    };
    let ascii = ascii.trim_end_matches('.').to_owned();
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
}

impl HostPattern {
    /// `None` where it is neither a name nor a pattern of one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !text.contains('*') {
            return Some(Self { text: normal(text)?, star: false });
        }
        let text = text.trim_end_matches('.');
        let mut labels = Vec::new();
        for label in text.split('.') {
            if label.contains('*') {
                let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'*'));
                labels.push(plain.then(|| label.to_ascii_lowercase())?);
            } else {
                labels.push(normal(label)?);
            }
        }
        // `**.example.com` and `*.*.example.com` are written for "anything below".
        while labels.first().is_some_and(|l| l.bytes().all(|b| b == b'*'))
            && labels.get(1).is_some_and(|l| l.bytes().all(|b| b == b'*'))
        {
            labels.remove(0);
        }
        if let Some(first) = labels.first_mut().filter(|l| l.bytes().all(|b| b == b'*')) {
            *first = "*".to_owned();
        }
        Some(Self { text: labels.join("."), star: true })
    }

    /// Whether stars stand in it.
    pub(super) const fn star(&self) -> bool {
        self.star
    }

    /// Characters that are no star; one more where there is none.
    pub(super) fn fixed(&self) -> usize {
        self.text.bytes().filter(|b| *b != b'*').count() + usize::from(!self.star)
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
        match self
            .text
            .strip_prefix('*')
            .filter(|rest| !rest.is_empty() && !rest.starts_with('.') && !rest.contains('*'))
        {
            Some(rest) => Ending::Bytes(rest),
            None => Ending::Labels(self.tail()),
        }
    }

    /// The longest label without a star. With stars elsewhere, every host that matches has it among its labels.
    pub(super) fn label(&self) -> Option<&str> {
        self.text.split('.').filter(|label| !label.is_empty() && !label.contains('*')).max_by_key(|label| label.len())
    }

    /// `host` is normal.
    pub(super) fn covers(&self, host: &str) -> bool {
        if !self.star {
            return self.text == host;
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

/// Stars inside: the first label's star may stand for several labels, the last label's for a country's ending too
/// (`co.uk`), every other for characters of one label.
fn labels_cover(pattern: &str, host: &str) -> bool {
    if let Some(front) = pattern.strip_suffix(".*") {
        let Some((name, ending)) = host.rsplit_once('.') else { return false };
        let double = ending.len() == 2 && name.rsplit_once('.').is_some_and(|(_, second)| second.len() <= 3);
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
