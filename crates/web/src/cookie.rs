//! Cookies: six fixed ones, made by the scheme of the public URL.
//!
//! With https every name starts with `__Host-`, so that the browser itself refuses a cookie which
//! another host, another path or plain http tries to set. On loopback http, where browsers refuse
//! that prefix, the same cookie is plain and host-only.

use crate::settings::Scheme;
use axum::http::{HeaderMap, HeaderValue, header};
use std::fmt::Write as _;

/// The cookies of the house. No other is ever set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieName {
    /// A staff session.
    Desk,
    /// A reporter's session behind the return door.
    Case,
    /// A researcher's session.
    Me,
    /// That this browser asked for a link by mail.
    Asked,
    /// What a form is bound to before there is a session.
    Form,
    /// `light` or `dark`; absent means the system's choice.
    Theme,
}

impl CookieName {
    /// Those that let in whoever holds them.
    pub const SESSIONS: [Self; 3] = [Self::Desk, Self::Case, Self::Me];

    /// The name without the prefix that https adds.
    pub const fn base(self) -> &'static str {
        match self {
            Self::Desk => "leeward-desk",
            Self::Case => "leeward-case",
            Self::Me => "leeward-me",
            Self::Asked => "leeward-asked",
            Self::Form => "leeward-form",
            Self::Theme => "leeward-theme",
        }
    }
}

/// How far a cookie travels from other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Not sent with any request that another site starts.
    Strict,
    /// Sent when a link is followed: staff may come from a mail.
    Lax,
}

/// Reads and writes the cookies of the house.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    scheme: Scheme,
}

impl Cookies {
    /// Cookies for this scheme.
    pub const fn new(scheme: Scheme) -> Self {
        Self { scheme }
    }

    /// The full name as it stands in the header.
    pub fn name(self, cookie: CookieName) -> String {
        match self.scheme {
            Scheme::Https => format!("__Host-{}", cookie.base()),
            Scheme::Loopback => cookie.base().to_owned(),
        }
    }

    /// The value the browser sent. Two cookies of the same name mean that someone planted one:
    /// neither is taken.
    pub fn read(self, headers: &HeaderMap, cookie: CookieName) -> Option<String> {
        let name = self.name(cookie);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        let mut found = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.trim_matches('"').to_owned());
        let first = found.next()?;
        if found.next().is_some() || first.is_empty() || first.len() > 512 { None } else { Some(first) }
    }

    /// A `Set-Cookie` value. `value` must be of cookie letters (base64url, hex, words); `max_age` in
    /// seconds, `None` for a cookie that ends with the browser.
    pub fn set(self, cookie: CookieName, value: &str, same_site: SameSite, max_age: Option<u32>) -> HeaderValue {
        let safe = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~:".contains(&b));
        let value = if safe { value } else { "" };
        let site = if same_site == SameSite::Strict { "Strict" } else { "Lax" };
        let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite={site}", self.name(cookie));
        if self.scheme == Scheme::Https {
            text.push_str("; Secure");
        }
        if let Some(seconds) = max_age {
            // Writing to a string cannot fail.
            let _ = write!(text, "; Max-Age={seconds}");
        }
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// A `Set-Cookie` value that takes the cookie away.
    pub fn clear(self, cookie: CookieName) -> HeaderValue {
        self.set(cookie, "", SameSite::Strict, Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::{CookieName, Cookies, SameSite};
    use crate::settings::Scheme;
    use axum::http::{HeaderMap, header::COOKIE};

    #[test]
    fn https_cookies_carry_the_host_prefix() {
        let set = Cookies::new(Scheme::Https).set(CookieName::Desk, "abc", SameSite::Lax, Some(60));
        assert_eq!(set, "__Host-leeward-desk=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
        let set = Cookies::new(Scheme::Loopback).set(CookieName::Case, "abc", SameSite::Strict, None);
        assert_eq!(set, "leeward-case=abc; Path=/; HttpOnly; SameSite=Strict");
    }

    #[test]
    fn planted_twins_and_odd_values_are_not_taken() {
        let cookies = Cookies::new(Scheme::Loopback);
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "a=1; leeward-desk=one; b=2".parse().unwrap());
        assert_eq!(cookies.read(&headers, CookieName::Desk).as_deref(), Some("one"));
        headers.append(COOKIE, "leeward-desk=two".parse().unwrap());
        assert_eq!(cookies.read(&headers, CookieName::Desk), None);
        assert!(
            cookies
                .set(CookieName::Desk, "a; Domain=x", SameSite::Lax, None)
                .to_str()
                .unwrap()
                .starts_with("leeward-desk=;")
        );
    }
}
