//! A browser or a program that calls the site.

use super::answer::Answer;
use super::form::FormWalk;
use super::site::{Site, validate_reply};
use crate::proxy::PeerAddress;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// A caller with its own cookies, address and perhaps a token. Clones share the cookies.
#[derive(Clone)]
pub struct Client {
    site: Site,
    jar: Arc<Mutex<BTreeMap<String, String>>>,
    address: SocketAddr,
    bearer: Option<String>,
}

/// A request that is being put together.
pub struct Call {
    client: Client,
    request: Request<Body>,
    allow_5xx: bool,
}

impl Client {
    pub(super) fn new(site: Site) -> Self {
        Self { site, jar: Arc::default(), address: SocketAddr::from(([192, 0, 2, 1], 4711)), bearer: None }
    }

    /// The same client with a bearer token.
    #[must_use]
    pub fn token(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client from another address.
    #[must_use]
    pub fn at(&self, ip: &str) -> Self {
        let ip: IpAddr = ip.parse().expect("an address");
        Self { address: SocketAddr::new(ip, 4711), ..self.clone() }
    }

    /// Plants a cookie, for example a session made by the test.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// The cookies it holds.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.jar.lock().unwrap().clone()
    }

    /// GET, as a browser does.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).header("accept", "text/html").send().await
    }

    /// GETs the page and takes its form: the only one, not counting the layout's own.
    pub async fn form(&self, path: &str) -> FormWalk {
        let page = self.get(path).await.is(200);
        FormWalk::find(self, path, &page.text, None)
    }

    /// GETs the page and takes the form that goes to `action`.
    pub async fn form_to(&self, path: &str, action: &str) -> FormWalk {
        let page = self.get(path).await.is(200);
        FormWalk::find(self, path, &page.text, Some(action))
    }

    /// The form in a page that was answered already, for example one shown again with errors.
    pub fn form_in(&self, path: &str, page: &Answer) -> FormWalk {
        FormWalk::find(self, path, &page.text, None)
    }

    /// Every form in a page that was answered, the layout's own left out.
    pub fn forms_in(&self, path: &str, page: &Answer) -> Vec<FormWalk> {
        FormWalk::every(self, path, &page.text)
    }

    /// A call with a JSON body.
    pub fn json(&self, method: Method, path: &str, body: &Value) -> Call {
        self.call(method, path).header("content-type", "application/json").body(body.to_string())
    }

    /// Any call.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let mut request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a path");
        request.extensions_mut().insert(PeerAddress(self.address));
        let headers = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_static("leeward.test"));
        let cookies: Vec<String> = self.jar.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().expect("cookies"));
        }
        if let Some(token) = &self.bearer {
            headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().expect("a token"));
        }
        Call { client: self.clone(), request, allow_5xx: false }
    }

    fn keep(&self, answer: &Answer) {
        let mut jar = self.jar.lock().unwrap();
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap_or("");
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else { continue };
            if value.is_empty() || line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Call {
    /// Adds a header; for the `cookie` header the jar's cookies are replaced.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// A 5xx is what the test wants to see.
    #[must_use]
    pub fn allow_5xx(mut self) -> Self {
        self.allow_5xx = true;
        self
    }

    /// Sends it and checks the answer.
    pub async fn send(self) -> Answer {
        let Self { client, request, allow_5xx } = self;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let path = uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let Ok(response) = client.site.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let answer = Answer { status: parts.status, headers: parts.headers, bytes, text };
        client.keep(&answer);
        client.site.touched.lock().unwrap().insert(format!("{method} {} {}", uri.path(), answer.status.as_u16()));
        answer.check(&method, &path, allow_5xx);
        if path.starts_with("/api/v") {
            let media = answer.header("content-type");
            let fit = validate_reply(
                &client.site.document,
                method.as_str(),
                &path,
                answer.status.as_u16(),
                media,
                &answer.bytes,
            );
            if let Err(fault) = fit {
                panic!("{fault}");
            }
        }
        answer
    }
}
