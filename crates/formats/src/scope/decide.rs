//! What the rules that cover a target say together.
//!
//! **An inclusion overrules an exclusion only where it is narrower**: where it lies within the exclusion in every part
//! (host, port, path, query, route) and the exclusion does not lie within it. A target is in scope if an inclusion covers
//! it that is narrower than every exclusion that covers it. So
//!
//! - an exclusion is never overruled by an inclusion that is less specific, however long it is written:
//!   `admin.example.com` is out although `https://*.example.com/a/long/path` is in;
//! - an exclusion of a host beats every wildcard; an exclusion of a path everywhere (`*/xmlrpc.php`) is not overruled by
//!   a host; of two that are equal, or of which none lies within the other, the exclusion holds;
//! - exceptions of exceptions work: `*.example.com` in, `*.dev.example.com` out, `demo.dev.example.com` in.
//!
//! Part by part: a name lies within a wildcard that covers all of its hosts, an address within its network, an app
//! within its store. A port lies within no port; `host`, `https://host` and (where the scheme's own) its port are one.
//! A path lies within every path above it, and parameters within fewer of them.
//!
//! What the words of a row only name (a doubt) makes no scope: it turns "in" into "unknown" with that row as the rule,
//! unless an inclusion lies within what was named; it never turns "out" into anything.

use super::pattern::Pattern;
use super::rule::{Mark, Side};

/// The rule that decides, out of all that cover a target.
pub(super) fn decide<'a>(marks: &[Mark], pattern: impl Fn(Mark) -> &'a Pattern) -> Option<Mark> {
    let of = |side: Side| marks.iter().copied().filter(move |mark| mark.side == side);
    let overrules = |inside: Mark, outside: Mark| pattern(inside).narrower(pattern(outside));
    let allowed = |inside: &Mark| of(Side::Out).all(|outside| overrules(*inside, outside));
    let Some(inside) = of(Side::In).filter(allowed).reduce(Mark::greater) else {
        // One that nothing overrules, if there is one: with several of each, none may overrule all.
        let holds = |outside: &Mark| !of(Side::In).any(|inside| overrules(inside, *outside));
        let outside = of(Side::Out).filter(holds).reduce(Mark::greater);
        let outside = outside.or_else(|| of(Side::Out).reduce(Mark::greater));
        return outside.or_else(|| of(Side::Doubt).reduce(Mark::greater));
    };
    let stands = |doubt: &Mark| !of(Side::In).any(|inside| pattern(inside).within(pattern(*doubt)));
    Some(of(Side::Doubt).filter(stands).reduce(Mark::greater).unwrap_or(inside))
}
