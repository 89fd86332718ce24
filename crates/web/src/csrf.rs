//! Proof that a form came from one of our own pages.
//!
//! A token is `random || HMAC(key, random, binding)`; the binding is the session cookie, or for a
//! caller without a session a cookie that is set when the first form is shown. Another site can
//! read neither. `Sec-Fetch-Site` and `Origin` are checked first and refuse most of it earlier; with
//! our `no-referrer` policy browsers send `Origin: null` on our own forms, which proves nothing
//! either way and leaves the decision to the token.

use crate::app::Kit;
use crate::cookie::{CookieName, SameSite};
use axum::http::{HeaderMap, HeaderValue, header};
use data_encoding::BASE64URL_NOPAD;
use domain::Ambient;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const NONCE: usize = 12;
const TAG: usize = 20;

/// Makes the tokens of one response. A handler gets it inside [`crate::View`].
#[derive(Clone)]
pub struct Csrf {
    key: [u8; 32],
    ambient: Ambient,
    binding: String,
    fresh: bool,
    used: Arc<AtomicBool>,
}

impl Csrf {
    /// Name of the hidden field.
    pub const FIELD: &'static str = "csrf";

    pub(crate) fn of(kit: &Kit, headers: &HeaderMap) -> Self {
        let cookies = kit.cookies();
        let known = [CookieName::Desk, CookieName::Case, CookieName::Me, CookieName::Form];
        let binding = known.iter().find_map(|name| cookies.read(headers, *name));
        let fresh = binding.is_none();
        let binding = binding.unwrap_or_else(|| BASE64URL_NOPAD.encode(&kit.ambient.bytes::<16>()));
        let used = Arc::new(AtomicBool::new(false));
        Self { key: kit.csrf_key, ambient: kit.ambient.clone(), binding, fresh, used }
    }

    /// A token for a form of this response.
    pub fn token(&self) -> String {
        self.used.store(true, Ordering::Relaxed);
        let nonce: [u8; NONCE] = self.ambient.bytes();
        let mut token = nonce.to_vec();
        token.extend_from_slice(&self.tag(&nonce).unwrap_or_default());
        BASE64URL_NOPAD.encode(&token)
    }

    /// Whether the token was made for this caller.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        use subtle::ConstantTimeEq;
        let Ok(bytes) = BASE64URL_NOPAD.decode(token.as_bytes()) else { return false };
        let Some((nonce, tag)) = bytes.split_at_checked(NONCE) else { return false };
        !self.fresh && self.tag(nonce).is_some_and(|ours| ours.ct_eq(tag).into())
    }

    fn tag(&self, nonce: &[u8]) -> Option<[u8; TAG]> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key).ok()?;
        mac.update(b"leeward form v1\0");
        mac.update(nonce);
        mac.update(self.binding.as_bytes());
        mac.finalize().into_bytes()[..TAG].try_into().ok()
    }

    /// The cookie to set (lax: a visit by a link from elsewhere must not replace it), when a token was given to somebody who had nothing to bind it to.
    pub(crate) fn set_cookie(&self, kit: &Kit) -> Option<HeaderValue> {
        let wanted = self.fresh && self.used.load(Ordering::Relaxed);
        wanted.then(|| kit.cookies().set(CookieName::Form, &self.binding, SameSite::Lax, None))
    }
}

/// Whether the browser's own words leave it possible that the request came from our pages.
pub(crate) fn same_site(kit: &Kit, headers: &HeaderMap) -> bool {
    let word = |name| headers.get(name).map(|v: &HeaderValue| v.to_str().unwrap_or("?"));
    let site_fits = word("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let ours = kit.settings.public_url.origin();
    let origin_fits = word(header::ORIGIN.as_str()).is_none_or(|origin| origin == ours || origin == "null");
    site_fits && origin_fits
}
