//! Links from a case to issues in the team's own tracker: set and removed on its page and by programs. Nothing is ever
//! fetched from there.

mod api;
mod pages;

pub(crate) use pages::IssueLine;

use crate::secrets;
use domain::Permission;
use url::Url;
use web::{Access, Route, delete, get, post};

/// Longest address, in bytes.
const URL_MAX: usize = 2_000;

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let (staff, token) = (Access::Staff(Permission::WriteTeamText), Access::Token(Permission::WriteTeamText));
    let reading = Access::Token(Permission::ReadTeamText);
    vec![
        post("/desk/cases/{id}/issues", staff, pages::add),
        post("/desk/cases/{id}/issues/remove", staff, pages::remove),
        get("/api/v1/cases/{id}/issues", reading, api::list).doc(api::list_doc()),
        post("/api/v1/cases/{id}/issues", token, api::add).doc(api::add_doc()),
        delete("/api/v1/cases/{id}/issues/{issue}", token, api::remove).doc(api::remove_doc()),
    ]
}

/// The address as it is kept, or what is wrong with it.
fn checked(typed: &str) -> Result<Url, &'static str> {
    if typed.len() > URL_MAX {
        return Err("Use at most 2,000 letters");
    }
    let url = Url::parse(typed.trim()).map_err(|_| "Give the whole address of the issue, with https://")?;
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    if !web {
        return Err("Give an address that begins with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave the user name and password out of the address");
    }
    match secrets::found(typed) {
        Some(why) => Err(why),
        None => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn only_web_addresses_without_passwords_are_kept() {
        assert_eq!(checked(" https://git.acme.example/a/issues/7 ").unwrap().host_str(), Some("git.acme.example"));
        let long = format!("https://a.example/{}", "x".repeat(2_000));
        for odd in [
            "https://desk.acme.example/desk/set-up/abcdefghij234567abcdefghij",
            "",
            "REP-1",
            "ftp://a.example",
            "javascript:alert(1)",
            "https://ines:pw@a.example/",
            "http://",
            &long,
        ] {
            assert!(checked(odd).is_err(), "{odd}");
        }
    }
}
