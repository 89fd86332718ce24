//! Prepared texts with variables in braces, such as `{case}`.
//!
//! A word in braces that is no variable is an error when the text is written, so that nobody sends
//! `{reportr}` to a reporter. `{{case}}` stands for the letters `{case}`; any other brace is itself, for
//! texts with code in them.

use crate::words::words;

words! {
    "variable"
    /// What stands in braces.
    pub enum Variable {
        /// The name of the case: REP-12.
        Case = "case",
        /// What the reporter goes by.
        Reporter = "reporter",
        /// The name of the programme.
        Programme = "programme",
        /// The word of the state.
        State = "state",
        /// The day on which the next clock is due.
        Due = "due",
        /// The name of whoever writes.
        Me = "me",
    }
}

/// A text that was taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Variable),
}

/// A word in braces that is no variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{{{0}}} is no variable")]
pub struct UnknownVariable(pub String);

impl Template {
    /// Takes a text apart.
    pub fn parse(text: &str) -> Result<Self, UnknownVariable> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some((word, after)) = braced(from, "{{", "}}") {
                plain.push('{');
                plain.push_str(word);
                plain.push('}');
                rest = after;
            } else if let Some((word, after)) = braced(from, "{", "}") {
                let variable = word.parse().map_err(|_| UnknownVariable(word.to_owned()))?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Value(variable));
                rest = after;
            } else {
                plain.push('{');
                rest = &from[1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The text with its values.
    pub fn fill(&self, value: impl Fn(Variable) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(variable) => value(*variable),
        };
        self.parts.iter().map(part).collect()
    }
}

/// A word of small letters between these braces, and what comes after them.
fn braced<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str)> {
    let (word, after) = text.strip_prefix(open)?.split_once(close)?;
    let fits = !word.is_empty() && word.len() <= 30 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    fits.then_some((word, after))
}

#[cfg(test)]
mod tests {
    use super::{Template, UnknownVariable, Variable};
    use proptest::prelude::*;

    fn fill(text: &str) -> Result<String, UnknownVariable> {
        Template::parse(text).map(|template| template.fill(|variable| format!("<{variable}>")))
    }

    #[test]
    fn variables_are_filled_and_unknown_ones_refused() {
        assert_eq!(fill("{reporter}, {case} is {state}.").as_deref(), Ok("<reporter>, <case> is <state>."));
        assert_eq!(fill("see {reportr}"), Err(UnknownVariable("reportr".into())));
        assert_eq!(fill("write {{case}} for {case}").as_deref(), Ok("write {case} for <case>"));
        for code in ["{\"a\": {}}", "if (x) { y }", "}{", "{", "{Case}", "${HOME}"] {
            assert_eq!(fill(code).as_deref(), Ok(code));
        }
    }

    proptest! {
        #[test]
        fn text_without_braces_stays_and_every_variable_has_its_value(text in "[^{]{0,60}", other in "[^{}]{0,20}") {
            prop_assert_eq!(fill(&text), Ok(text.clone()));
            for variable in Variable::ALL {
                let whole = format!("{other}{{{variable}}}{other}");
                prop_assert_eq!(fill(&whole), Ok(format!("{other}<{variable}>{other}")));
            }
        }

        #[test]
        fn a_word_in_braces_is_a_variable_or_an_error(word in "[a-z]{1,12}") {
            let known = word.parse::<Variable>().is_ok();
            prop_assert_eq!(fill(&format!("{{{word}}}")).is_ok(), known);
            prop_assert_eq!(fill(&format!("{{{{{word}}}}}")), Ok(format!("{{{word}}}")));
        }
    }
}
