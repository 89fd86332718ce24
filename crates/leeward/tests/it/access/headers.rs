//! What every answer must carry, whatever the route and whoever asks.

use web::testing::Answer;

/// Paths whose answers are for everybody and may lie in caches.
const SHARED: &[&str] = &["/assets/", "/favicon.ico", "/api/v1/log/"];

/// Paths of pages and documents that are the same for everybody: a browser may keep them and asks again. All else is
/// somebody's.
const FOR_ALL: &[&str] = &[
    "/",
    "/.well-known/security.txt",
    "/api/openapi.json",
    "/api/v1/programs",
    "/api/v1/programs/{slug}",
    "/appearance",
    "/case",
    "/case/left",
    "/desk/sign-in",
    "/desk/set-up",
    "/healthz",
    "/how-we-prove",
    "/me/asked",
    "/me/sign-in",
    "/metrics",
    "/problems/{kind}",
    "/programs",
    "/programs/{slug}",
    "/programs/{slug}/report/send",
    "/programs/{slug}/saved",
    "/readyz",
];

/// What is missing, in words.
pub fn lacking((method, path): (&str, &str), answer: &Answer) -> Vec<String> {
    let header = |name: &str| answer.header(name);
    let (kind, cache) = (header("content-type"), header("cache-control"));
    let shared = SHARED.iter().any(|place| path.starts_with(place));
    let personal = method != "GET" || !shared && !FOR_ALL.contains(&path);
    let charset = kind.starts_with("text/") || kind.contains("+xml") || kind.contains("/xml");
    let wanted = [
        ("the type stands", header("x-content-type-options") == "nosniff"),
        ("no referrer", header("referrer-policy") == "no-referrer"),
        ("HTTPS for two years", header("strict-transport-security") == "max-age=63072000; includeSubDomains"),
        ("a policy that begins with nothing", header("content-security-policy").starts_with("default-src 'none'")),
        ("for our own pages only", header("cross-origin-resource-policy") == "same-origin"),
        ("its own window", header("cross-origin-opener-policy") == "same-origin"),
        ("nothing for other sites", header("access-control-allow-origin").is_empty()),
        ("nothing about the server", header("server").is_empty() && header("x-powered-by").is_empty()),
        ("a type for its body", answer.bytes.is_empty() || !kind.is_empty()),
        ("a charset for text", !charset || kind.ends_with("; charset=utf-8")),
        ("no copy kept", !personal || cache == "no-store"),
        ("no shared copy", shared || !cache.contains("public")),
    ];
    wanted
        .iter()
        .filter(|(_, there)| !there)
        .map(|(what, _)| format!("lacks: {what} ({}, {kind:?}, {cache:?})", answer.status))
        .collect()
}
