//! Version ranges: VERS (<https://github.com/package-url/vers-spec>) and its constraints alone, which CSAF calls vls.
//!
//! CSAF 2.1 asks for the canonical form (section 3.1.2.3.2): no blanks, no empty constraint, no `=`, no version twice,
//! and in the order of the versions where the type's order is known here.

use super::version::Version;
use std::cmp::Ordering;
use std::collections::HashSet;

/// All versions of whatever there is.
pub const ALL: &str = "vers:all/*";

/// A range taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range<'a> {
    /// The versioning scheme, such as `npm`; none for a vls.
    pub kind: Option<&'a str>,
    /// Comparator (empty for one version) and version.
    pub constraints: Vec<(&'a str, &'a str)>,
}

/// Why a text is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Blanks or control characters.
    #[error("it contains blanks; write constraints without words and blanks, such as >=1.0|<2.0")]
    Blank,
    /// After `vers:`.
    #[error("the type after vers: is missing, or has other characters than a-z, 0-9, dot, plus and hyphen")]
    Kind,
    /// Two bars in a row, or nothing at all.
    #[error("a constraint is empty; separate constraints by one |")]
    Empty,
    /// A comparator without a version, or one that there is not.
    #[error("{0:?} is not a constraint; write one of < <= > >= != and the version, or the version alone")]
    Constraint(String),
    /// `*` with another type.
    #[error("the star stands for all versions only in vers:all/*, and there alone")]
    Star,
    /// The same version in two constraints.
    #[error("the version {0:?} is there twice; keep one")]
    Twice(String),
    /// Not by version.
    #[error("the constraints are not in the order of their versions; sort them")]
    Order,
}

const COMPARATORS: &[&str] = &[">=", "<=", "!=", ">", "<"];

impl<'a> Range<'a> {
    /// Reads the canonical form.
    pub fn parse(text: &'a str) -> Result<Self, RangeError> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(RangeError::Blank);
        }
        let (kind, rest) = match text.strip_prefix("vers:") {
            None => (None, text),
            Some(rest) => {
                let (kind, rest) = rest.split_once('/').filter(|(kind, _)| is_kind(kind)).ok_or(RangeError::Kind)?;
                (Some(kind), rest)
            }
        };
        if text == ALL {
            return Ok(Self { kind, constraints: vec![("", "*")] });
        }
        if kind == Some("all") || rest.split('|').any(|part| part.trim_start_matches(['<', '>', '=', '!']) == "*") {
            return Err(RangeError::Star);
        }
        let constraints = rest.split('|').map(constraint).collect::<Result<Vec<_>, _>>()?;
        let mut seen = HashSet::new();
        if let Some((_, version)) = constraints.iter().find(|(_, version)| !seen.insert(*version)) {
            return Err(RangeError::Twice((*version).to_owned()));
        }
        let range = Self { kind, constraints };
        let sorted = range.constraints.windows(2).all(|pair| match pair {
            [(_, earlier), (_, later)] => range.order(earlier, later) != Some(Ordering::Greater),
            _ => true,
        });
        if sorted { Ok(range) } else { Err(RangeError::Order) }
    }

    /// Whether it is one version.
    pub fn is_single(&self) -> bool {
        matches!(self.constraints.as_slice(), [("", version)] if *version != "*")
    }

    /// Whether the order of its type's versions is known here.
    pub fn is_ordered(&self) -> bool {
        matches!(self.kind, None | Some("all" | "intdot" | "npm" | "semver"))
    }

    /// Order of two versions by its type; `None` when that is not known here.
    fn order(&self, one: &str, other: &str) -> Option<Ordering> {
        match self.kind? {
            "intdot" => Some(numbers(one)?.cmp(&numbers(other)?)),
            "npm" | "semver" => Some(Version::parse(one)?.order(&Version::parse(other)?)),
            _ => None,
        }
    }
}

fn is_kind(kind: &str) -> bool {
    kind.starts_with(|c: char| c.is_ascii_lowercase())
        && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".+-".contains(&b))
}

fn constraint(part: &str) -> Result<(&str, &str), RangeError> {
    if part.is_empty() {
        return Err(RangeError::Empty);
    }
    let comparator = COMPARATORS.iter().find(|sign| part.starts_with(**sign)).copied().unwrap_or_default();
    let version = part.get(comparator.len()..).unwrap_or_default();
    if version.is_empty() || version.starts_with(['<', '>', '=', '!']) {
        return Err(RangeError::Constraint(part.to_owned()));
    }
    Ok((comparator, version))
}

/// Whole numbers with dots between them, without zeros at the end, since 1.0 and 1 are one version.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let mut all = version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    while all.last() == Some(&0) {
        all.pop();
    }
    Some(all)
}
