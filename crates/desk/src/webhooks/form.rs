//! An endpoint as a form: read into a wish, and filled from one.

use crate::engine::EngineError;
use crate::programmes;
use db::Tx;
use domain::ProgrammeId;
use outbound::{Endpoint, Kind, Rules, Wish};
use web::{Fields, Form};

/// What stands beside the boxes to tick.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: &'static str,
    pub(super) chosen: bool,
}

/// The things an endpoint can hear of, those of `kinds` ticked.
pub(super) fn choices(kinds: i64) -> Vec<Choice> {
    let choice = |(kind, bit, words): &(Kind, i64, &'static str)| Choice {
        value: kind.as_str(),
        words,
        chosen: kinds & bit != 0,
    };
    Kind::CHOICES.iter().map(choice).collect()
}

/// Programmes an endpoint can be narrowed to: value and words, the whole house first.
pub(super) async fn scopes(tx: &mut Tx) -> Result<Vec<(String, String)>, EngineError> {
    let mut scopes = vec![("house".to_owned(), "All programmes".to_owned())];
    for (id, slug) in programmes::all(tx).await? {
        scopes.push((id.to_string(), format!("Programme {slug}")));
    }
    Ok(scopes)
}

/// The wish behind a form; what is wrong stands beside its field.
pub(super) fn read(form: &mut Form, (rules, scopes): (&Rules, &[(String, String)])) -> Wish {
    let ticked: Vec<Kind> = form.fields().all("kinds").filter_map(|word| word.parse().ok()).collect();
    let scope = form.value("scope").to_owned();
    if !scopes.iter().any(|(value, _)| *value == scope) {
        form.refuse("scope", "Pick which cases it hears of");
    }
    let wish = Wish {
        label: form.value("label").trim().to_owned(),
        url: form.value("url").trim().to_owned(),
        programme: scope.parse::<ProgrammeId>().ok(),
        kinds: ticked.iter().map(|kind| kind.bit()).fold(0, |bits, bit| bits | bit),
        titles: form.value("titles") == "yes",
    };
    if let Err(error) = wish.check(rules) {
        form.refuse(error.0, error.1);
    }
    wish
}

/// A form filled from what is kept.
pub(super) fn of(endpoint: &Endpoint) -> Form {
    let mut fields = Fields::default();
    let wish = &endpoint.wish;
    fields.set("label", &wish.label);
    fields.set("url", &wish.url);
    fields.set("scope", wish.programme.map_or("house".to_owned(), |id| id.to_string()));
    fields.set("titles", if wish.titles { "yes" } else { "" });
    Form::of(fields)
}
