//! The colours of the stylesheet, read from it: text at 4.5:1, controls at 3:1, in both themes.

use std::collections::BTreeMap;

type Tokens = BTreeMap<String, [f64; 3]>;

/// The tokens of the block that starts with `selector`.
fn block(css: &str, selector: &str) -> Tokens {
    let start = css.find(selector).unwrap_or_else(|| panic!("no {selector}")) + selector.len();
    let body = css[start..].split('}').next().unwrap();
    let tokens = body.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(":#"));
    tokens.map(|(name, hex)| (name.to_owned(), rgb(hex))).collect()
}

fn rgb(hex: &str) -> [f64; 3] {
    assert_eq!(hex.len(), 6, "{hex}");
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

/// WCAG 2.2, relative luminance.
fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.0722f64.mul_add(b, 0.2126f64.mul_add(r, 0.7152 * g))
}

fn ratio(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const GROUNDS: &[&str] = &["paper", "water", "shoal", "land"];
const TEXTS: &[&str] = &["ink", "ink2", "ink3", "accent", "magenta", "green", "amber", "red"];
/// Other text on other grounds that the stylesheet uses.
const PAIRS: &[(&str, &str)] = &[
    ("paper", "accent"),
    ("paper", "accent-d"),
    ("paper", "red"),
    ("paper", "amber"),
    ("paper", "ink3"),
    ("magenta", "magenta-bg"),
    ("ink", "magenta-bg"),
    ("green", "green-bg"),
    ("ink", "green-bg"),
    ("ink2", "green-bg"),
    ("accent", "green-bg"),
    ("amber", "amber-bg"),
    ("red", "red-bg"),
    ("ink", "red-bg"),
    ("ink", "land2"),
];
const CONTROLS: &[(&str, &str)] = &[
    ("edge", "paper"),
    ("edge", "water"),
    ("edge", "shoal"),
    ("edge", "land"),
    ("d2", "paper"),
    ("d3", "paper"),
    ("d4", "paper"),
    ("focus", "focus-edge"),
];

fn check(theme: &str, tokens: &Tokens) {
    let of = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("{theme}: no --{name}"));
    let all = TEXTS.iter().flat_map(|text| GROUNDS.iter().map(move |ground| (*text, *ground)));
    for (text, ground) in all.chain(PAIRS.iter().copied()) {
        let seen = ratio(of(text), of(ground));
        assert!(seen >= 4.5, "{theme}: {text} on {ground} is {seen:.2}");
    }
    for (control, ground) in CONTROLS {
        let seen = ratio(of(control), of(ground));
        assert!(seen >= 3.0, "{theme}: {control} on {ground} is {seen:.2}");
    }
}

fn stylesheet() -> &'static str {
    std::str::from_utf8(web::asset::content("leeward.css").unwrap()).unwrap()
}

#[test]
fn both_themes_can_be_read() {
    let css = stylesheet();
    let light = block(css, ":root{color-scheme:light dark;");
    check("light", &light);
    let mut dark = light.clone();
    dark.extend(block(css, ":root[data-theme=dark]{color-scheme:dark;"));
    check("dark", &dark);
}

#[test]
fn the_chosen_dark_is_the_systems_dark() {
    let css = stylesheet();
    let system = block(css, ":root:not([data-theme=light]){");
    assert_eq!(system, block(css, ":root[data-theme=dark]{color-scheme:dark;"));
    assert!(system.len() > 20);
}

#[test]
fn ratios_are_those_of_the_standard() {
    assert!((ratio([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    assert!((ratio(rgb("0B5D7A"), rgb("FBFCFA")) - 7.1).abs() < 0.1, "the figure in the design");
}

#[test]
fn letters_that_turn_a_line_round_do_not_reach_into_a_link_or_its_host() {
    let rule = stylesheet().split('}').find(|rule| rule.contains("unicode-bidi"));
    let (selectors, words) = rule.unwrap().rsplit_once('{').unwrap();
    assert!(selectors.ends_with("\n.md a,.md small"), "{selectors}");
    assert_eq!(words, "unicode-bidi:isolate");
}
