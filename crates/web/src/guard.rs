//! What happens before a handler runs: the row's checks, in order of cost.
//!
//! Headers, allowance, declared size, caller, right, origin, form token. Only then the handler runs,
//! with everything that was found out in the request's extensions. A row cannot opt out.

use crate::access::{Access, Decision};
use crate::app::Kit;
use crate::body;
use crate::caller::Caller;
use crate::compress::Secret;
use crate::cookie::CookieName;
use crate::csrf::{self, Csrf};
use crate::extract::ClientAddress;
use crate::form::Incoming;
use crate::layout::see_other;
use crate::problem::{Kind, Problem};
use crate::proxy::{self, OwnAddress, PeerAddress};
use crate::route::{RateClass, Route};
use crate::security::{Subject, refused_at};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Span;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The part of a route the guard needs.
#[derive(Debug)]
pub(crate) struct Row {
    access: Access,
    rate: RateClass,
    limit: usize,
    step_up: bool,
    secret: bool,
    api: bool,
    path: &'static str,
}

/// Put into the extensions for the extractors: the row was checked and the caller let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Granted(pub(crate) Access);

/// How long a proof of the second factor lasts.
pub const STEP_UP_LASTS: Span = Span::from_minutes(10);

impl Row {
    pub(crate) fn of<S: Clone + Send + Sync + 'static>(route: &Route<S>, kit: &Kit) -> Self {
        Self {
            access: route.access,
            rate: route.rate,
            limit: route.body_limit.unwrap_or(kit.settings.limits.body),
            step_up: route.step_up,
            secret: route.shows_secret || route.rate == RateClass::Secret,
            api: route.is_api(),
            path: route.path,
        }
    }

    /// A line for whoever watches, with the network as far as it may be told: see [`crate::security`].
    fn note(&self, what: &'static str, who: Subject, ip: IpAddr) {
        let desk = self.path.starts_with("/desk");
        // At the doors of reporters nobody is named, also when the browser belongs to somebody of the house.
        let who = if self.access.is_public() && !desk { Subject::Nobody } else { who };
        let told = desk || matches!(who, Subject::Token(_));
        refused_at(what, who, told.then_some(ip), self.path);
    }
}

/// The middleware of one row.
pub(crate) async fn guard(State((kit, row)): State<(Kit, Arc<Row>)>, request: Request, next: Next) -> Response {
    let (ip, own) = client(&kit, &request);
    let safe = request.method().is_safe();
    let mut response = match enter(&kit, &row, request, (ip, own)).await {
        Ok((request, csrf)) => {
            let who = request.extensions().get::<Caller>().map_or(Subject::Nobody, Subject::of);
            let mut response = next.run(request).await;
            if who != Subject::Nobody && response.status() == StatusCode::NOT_FOUND {
                // Missing, or hidden: the answer does not tell them apart, and neither does the line.
                row.note("nothing here for this caller", who, ip);
            }
            if let Some(cookie) = csrf.set_cookie(&kit) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(answer) => *answer,
    };
    if row.secret {
        response.extensions_mut().insert(Secret);
    }
    // A cookie in the answer makes it personal even on a public row, and so does a secret on the page, or something sent.
    let personal =
        !row.access.is_public() || row.secret || !safe || response.headers().contains_key(header::SET_COOKIE);
    let policy = if personal || response.status().is_client_error() { "no-store" } else { "no-cache" };
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(policy));
    response
}

async fn enter(
    kit: &Kit,
    row: &Row,
    request: Request,
    (ip, own): (IpAddr, OwnAddress),
) -> Result<(Request, Csrf), Box<Response>> {
    let refuse = |problem: Problem| Box::new(problem.into_response());
    let (mut parts, raw) = request.into_parts();
    // From here on a refusal lets the rest of the body run out instead of cutting the client off.
    let patient = !parts.headers.contains_key(header::EXPECT);
    let raw = body::bounded(raw, row.limit, patient, &kit.settings.limits);
    check_headers(kit, &parts.headers).map_err(refuse)?;
    kit.rates.take(row.rate, ip, kit.ambient.now()).map_err(|refused| {
        if refused.first {
            row.note("too many requests", Subject::Nobody, ip);
        }
        refuse(Problem::too_many(refused.seconds))
    })?;
    let too_large = declared_size(&parts.headers).is_some_and(|size| size > row.limit as u64);
    if too_large && (row.api || !patient) {
        return Err(refuse(body::too_large(row.limit)));
    }

    parts.extensions.insert(ClientAddress(ip));
    parts.extensions.insert(own);
    let caller = identify(kit, row, &parts).await.map_err(refuse)?;
    if let Some(problem) = ended(kit, row, (&caller, &parts)) {
        let typed = Incoming::typed_in(&parts.headers, raw, &kit.settings.limits).await;
        return Err(refuse(problem.keeping(typed)));
    }
    admit(kit, row, &caller, &parts, (ip, own))?;
    if too_large {
        let typed = Incoming::typed_in(&parts.headers, raw, &kit.settings.limits).await;
        return Err(refuse(body::too_large(row.limit).keeping(typed)));
    }

    let csrf = Csrf::of(kit, &parts.headers);
    let mut rest = raw;
    if !parts.method.is_safe() && !row.api {
        if !csrf::same_site(kit, &parts.headers) {
            row.note("form of another site", Subject::of(&caller), ip);
            return Err(refuse(out_of_date()));
        }
        let incoming = Incoming::open(&parts.headers, rest, &kit.settings.limits).await.map_err(refuse)?;
        if !csrf.accepts(incoming.token()) {
            row.note("form without its token", Subject::of(&caller), ip);
            return Err(refuse(out_of_date().keeping(incoming.into_kept().await)));
        }
        parts.extensions.insert(incoming.shared());
        rest = axum::body::Body::empty();
    }
    parts.extensions.insert(kit.clone());
    parts.extensions.insert(caller);
    parts.extensions.insert(csrf.clone());
    parts.extensions.insert(Granted(row.access));
    Ok((Request::from_parts(parts, rest), csrf))
}

fn check_headers(kit: &Kit, headers: &HeaderMap) -> Result<(), Problem> {
    let limits = &kit.settings.limits;
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes > limits.header_bytes || headers.len() > limits.header_count {
        let detail = format!(
            "At most {} headers and {} bytes of them are read. Nothing was done. If you use a browser, clear the cookies of this site and try again.",
            limits.header_count, limits.header_bytes
        );
        return Err(Problem::new(Kind::HeadersTooLarge, detail));
    }
    Ok(())
}

fn client(kit: &Kit, request: &Request) -> (IpAddr, OwnAddress) {
    let peer = request.extensions().get::<PeerAddress>();
    // Without a known peer every request shares one allowance: strict, never free.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    proxy::client_ip(peer, request.headers(), &kit.settings.trusted_proxies)
}

fn declared_size(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn identify(kit: &Kit, row: &Row, parts: &Parts) -> Result<Caller, Problem> {
    if row.access == Access::Open {
        return Ok(Caller::Nameless);
    }
    let caller = kit.authenticator.caller(parts).await?;
    // Cookies mean nothing to the API and tokens nothing to pages, so that neither can be used
    // through the other's door.
    let fits = match caller {
        Caller::Nameless => true,
        Caller::Token { .. } => row.api,
        Caller::Staff { .. } | Caller::Reporter { .. } | Caller::Researcher { .. } => !row.api,
    };
    Ok(if fits { caller } else { Caller::Nameless })
}

fn admit(
    kit: &Kit,
    row: &Row,
    caller: &Caller,
    parts: &Parts,
    (ip, own): (IpAddr, OwnAddress),
) -> Result<(), Box<Response>> {
    match row.access.decide(caller) {
        Decision::Enter if row.access.administers() && !near(kit, own) => {
            row.note("administration from another network", Subject::of(caller), ip);
            // They hold the right, so that there is something here is no news to them.
            let words = "This part of the house answers only in the networks that its operator named.";
            Err(Box::new(Problem::new(Kind::NotFound, words).into_response()))
        }
        Decision::Enter if row.step_up && !stepped_up(caller, kit) => Err(Box::new(away("/desk/step-up", parts))),
        Decision::Enter => Ok(()),
        Decision::SignIn => Err(Box::new(away("/desk/sign-in", parts))),
        Decision::ReturnDoor => Err(Box::new(see_other("/case"))),
        Decision::OwnAccount => Err(Box::new(see_other("/me/sign-in"))),
        Decision::NoToken => {
            row.note("no token", Subject::of(caller), ip);
            let text = "Send a token as \"Authorization: Bearer …\". Tokens are made on the desk under Settings.";
            Err(Box::new(Problem::unauthorised(text).into_response()))
        }
        Decision::Hide => {
            row.note("without the right", Subject::of(caller), ip);
            Err(Box::new(Problem::not_found().into_response()))
        }
    }
}

/// Whether the caller is in a network from which the house is administered.
fn near(kit: &Kit, own: OwnAddress) -> bool {
    let networks = &kit.settings.administered_from;
    networks.is_empty() || own.is_in(networks)
}

/// What somebody outside reads whose session ended while they wrote: their cookie is still there, and so are their words.
fn ended(kit: &Kit, row: &Row, (caller, parts): (&Caller, &Parts)) -> Option<Problem> {
    let (name, back) = match row.access.decide(caller) {
        Decision::OwnAccount => (CookieName::Me, "Sign in again in another tab"),
        Decision::ReturnDoor => (CookieName::Case, "Return with your code in another tab"),
        _ => return None,
    };
    let sent = !parts.method.is_safe() && csrf::same_site(kit, &parts.headers);
    if !sent || kit.cookies().read(&parts.headers, name).is_none() {
        return None;
    }
    let text = format!("Your session ended meanwhile, so nothing was sent. {back}, then send it once more.");
    Some(Problem::new(Kind::FormOutOfDate, text))
}

fn stepped_up(caller: &Caller, kit: &Kit) -> bool {
    match caller {
        Caller::Staff { step_up_at: Some(at), .. } => kit.ambient.now() < at.plus(STEP_UP_LASTS),
        _ => false,
    }
}

/// Redirects to a page that asks for a proof and leads back: to the page itself, or after an action
/// to the desk, since an action is never repeated by a redirect.
fn away(door: &str, parts: &Parts) -> Response {
    let back = if parts.method == Method::GET { parts.uri.path() } else { "/desk" };
    let back = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
    see_other(&format!("{door}?next={back}"))
}

fn out_of_date() -> Problem {
    Problem::new(
        Kind::FormOutOfDate,
        "This form is too old or did not come from our own page, so nothing was done. Open the page again and send it once more.",
    )
}
