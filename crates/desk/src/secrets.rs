//! Words that open something of ours have no place in what people write to each other: a code, a token or a link that
//! somebody pasted by mistake is refused before it is kept, with the reason.

use accounts::token::looks_like_token;
use serde_json::Value;
use web::cookie::CookieName;

/// Letters of one group of a return code.
const GROUP: usize = 4;
/// Groups of one.
const GROUPS: usize = 6;
/// Letters from which on the end of one of our addresses is a token.
const TOKEN: usize = 20;
/// Addresses of ours that end in a token which lets in whoever opens them.
const LINKS: [&str; 3] = ["/desk/set-up/", "/mail/", "/me/link/"];

const CODE: &str =
    "This has a return code in it: six groups of four. Whoever reads it can open that report. Take it out";
const API_TOKEN: &str =
    "This has an API token in it. Whoever reads it can act for its owner. Take it out, and revoke it";
const LINK: &str = "This has a link in it that lets in whoever opens it. Take it out";
const SESSION: &str =
    "This has the cookie of a session in it. Whoever reads it is signed in. Take it out, and sign out";
const RECEIPT: &str =
    "This has a whole receipt in it, with what opens its entry of the log. Take it out, and name its number";

/// Why this text must not be kept, if it holds a secret of ours.
pub(crate) fn found(text: &str) -> Option<&'static str> {
    if looks_like_token(text) {
        Some(API_TOKEN)
    } else if has_code(text) {
        Some(CODE)
    } else if LINKS.iter().any(|path| has_after(text, path)) {
        Some(LINK)
    } else if CookieName::SESSIONS.iter().any(|name| has_after(text, &format!("{}=", name.base()))) {
        Some(SESSION)
    } else if text.contains("c2sp.org/tlog-proof@v") || (text.contains("\"opening\"") && text.contains("\"salt\"")) {
        Some(RECEIPT)
    } else {
        None
    }
}

/// The same for every text of an action's input, with the field that holds it.
pub(crate) fn found_in(input: &Value) -> Option<(&str, &'static str)> {
    input.as_object()?.iter().find_map(|(name, value)| Some((name.as_str(), found(value.as_str()?)?)))
}

/// Whether a code stands in the text as we write codes. Words with dashes are common; six groups of just four letters
/// that codes use are not.
fn has_code(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let in_code = |c: char| c.is_ascii_digit() || (c.is_ascii_alphabetic() && !"ILOUilou".contains(c));
    let group = |g: &&str| g.len() == GROUP && g.chars().all(in_code);
    text.split(|c| !word(c)).any(|words| {
        let groups: Vec<&str> = words.split('-').collect();
        groups.len() == GROUPS && groups.iter().all(group) && words.contains(|c: char| c.is_ascii_digit())
    })
}

fn has_after(text: &str, start: &str) -> bool {
    let letter = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.match_indices(start).any(|(at, _)| {
        text.get(at + start.len()..).is_some_and(|rest| rest.chars().take_while(letter).count() >= TOKEN)
    })
}

#[cfg(test)]
mod tests {
    use super::{found, found_in};
    use domain::ReturnCode;
    use serde_json::json;

    #[test]
    fn secrets_of_ours_are_found_in_running_text() {
        let code = ReturnCode::from_bytes([7; 15]).to_string();
        for text in [
            format!("use {code}, please"),
            code.to_lowercase(),
            "https://desk.acme.example/desk/set-up/abcdefghij234567abcdefghij".to_owned(),
            "Cookie: __Host-leeward-desk=AAECAwQFBgcICQoLDA0ODxAREhM; a=b".to_owned(),
            "my link is https://desk.acme.example/me/link/abcdefghij234567abcdefghij".to_owned(),
            "leeward-case=AAECAwQFBgcICQoLDA0ODxAREhM".to_owned(),
            "__Host-leeward-me=AAECAwQFBgcICQoLDA0ODxAREhM".to_owned(),
            "c2sp.org/tlog-proof@v1\nextra".to_owned(),
            r#"{"version":1,"opening":{"salt":"00"}}"#.to_owned(),
        ] {
            assert!(found(&text).is_some(), "{text}");
        }
        assert_eq!(found_in(&json!({ "outcome": "spam", "reason": code })).map(|(name, _)| name), Some("reason"));
    }

    #[test]
    fn words_that_only_look_alike_pass() {
        for text in [
            "this-that-with-some-more-word",
            "550e8400-e29b-41d4-a716-446655440000",
            "see /mail/settings and /desk/set-up/",
            "AAAA-BBBB-CCCC-DDDD",
            "the leeward-desk= cookie is HttpOnly",
            "an opening with salt",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
