//! The security headers of every response.

use crate::settings::Scheme;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Nothing inline, nothing from elsewhere, and no text that becomes markup or code in a page: scripts
/// may not even make a policy for that.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; \
connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
require-trusted-types-for 'script'; trusted-types 'none'";

const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    ("x-frame-options", "DENY"),
];

/// Adds what is not there yet: a download may have set a stricter policy of its own.
pub(crate) fn secure(headers: &mut HeaderMap, scheme: Scheme) {
    let mut put = |name: &'static str, value: &'static str| {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    put("content-security-policy", CSP);
    for (name, value) in FIXED {
        put(name, value);
    }
    if scheme == Scheme::Https {
        put("strict-transport-security", "max-age=63072000; includeSubDomains");
    }
}
