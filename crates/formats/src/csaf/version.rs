//! Document versions (CSAF 2.0 section 3.1.11): a whole number, or semantic versioning 2.0.0.

use std::cmp::Ordering;

/// A number of any length without leading zeros, kept as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits<'a>(&'a str);

/// A document version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'a> {
    /// The whole number, or the major version.
    pub major: Digits<'a>,
    /// Minor and patch of semantic versioning.
    pub minor: Option<(Digits<'a>, Digits<'a>)>,
    /// What follows `-`.
    pub pre: Option<&'a str>,
    /// What follows `+`.
    pub build: Option<&'a str>,
}

impl<'a> Digits<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        (plain && (text == "0" || !text.starts_with('0'))).then_some(Self(text))
    }

    /// Its value, when it fits.
    pub fn value(self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.0 == "0"
    }
}

impl Ord for Digits<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Digits<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Version<'a> {
    /// Reads one; `None` when it is neither form.
    pub fn parse(text: &'a str) -> Option<Self> {
        if let Some(major) = Digits::parse(text) {
            return Some(Self { major, minor: None, pre: None, build: None });
        }
        let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
        let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = core.split('.');
        let (major, minor, patch) = (numbers.next()?, numbers.next()?, numbers.next()?);
        let whole = numbers.next().is_none() && pre.is_none_or(|p| identifiers(p, true));
        if !whole || !build.is_none_or(|b| identifiers(b, false)) {
            return None;
        }
        let minor = Some((Digits::parse(minor)?, Digits::parse(patch)?));
        Some(Self { major: Digits::parse(major)?, minor, pre, build })
    }

    /// Whether it is semantic.
    pub fn is_semantic(&self) -> bool {
        self.minor.is_some()
    }

    /// Whether two versions are the same when build metadata is left aside.
    pub fn same(&self, other: &Self) -> bool {
        self.release() == other.release() && self.pre == other.pre
    }

    /// The numbers without pre-release and build.
    pub fn release(&self) -> (Digits<'a>, Option<(Digits<'a>, Digits<'a>)>) {
        (self.major, self.minor)
    }

    /// A whole number stands for `N.0.0` where the two forms are mixed (2.1, section 6.1.14).
    fn padded(&self) -> (Digits<'a>, (Digits<'a>, Digits<'a>)) {
        (self.major, self.minor.unwrap_or((Digits("0"), Digits("0"))))
    }

    /// Order by semantic versioning section 11; build metadata does not count.
    pub fn order(&self, other: &Self) -> Ordering {
        self.padded().cmp(&other.padded()).then_with(|| match (self.pre, other.pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => pre_order(a, b),
        })
    }
}

fn identifiers(text: &str, strict: bool) -> bool {
    text.split('.').all(|part| {
        let letters = !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let number = part.bytes().all(|b| b.is_ascii_digit());
        letters && !(strict && number && part.len() > 1 && part.starts_with('0'))
    })
}

fn pre_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(l), Some(r)) => match (Digits::parse(l), Digits::parse(r)) {
                (Some(l), Some(r)) => l.cmp(&r),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => l.cmp(r),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}
