//! The client. It asks for the addresses of a name itself, refuses those that are not public, and connects to the very
//! address that it looked at, so that a name which leads elsewhere a moment later leads nowhere. It follows no
//! redirect, uses no proxy, keeps no connection, and reads only so much of an answer.

use crate::answer::{Answer, Failure, one_line};
use crate::rules::Rules;
use crate::trust;
use bytes::Bytes;
use domain::Span;
use futures::future::{Either, select};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

/// Bytes of a body after which we stop reading.
const BODY_MOST: usize = 64 << 10;
/// Bytes of a body that are looked at.
const BODY_KEPT: usize = 2 << 10;
/// Bytes and lines of the head of an answer.
const HEAD_MOST: usize = 16 << 10;
const HEADERS_MOST: usize = 64;
/// Longest wait for a body whose head has said what became of the message.
const BODY_WAIT: Duration = Duration::from_secs(2);
/// Addresses of one name that are tried.
const ADDRESSES: usize = 4;

/// What is sent: always a POST of JSON.
pub struct Post<'p> {
    /// Where to; see [`Rules::read`].
    pub url: &'p Url,
    /// Beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// The document.
    pub body: Vec<u8>,
}

/// The one client. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    rules: Rules,
    tls: TlsConnector,
    slots: Semaphore,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

impl Client {
    /// A client that keeps to these rules.
    pub fn new(rules: Rules) -> Result<Self, Failure> {
        let mut config = trust::client(rules.authority.as_deref())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let slots = Semaphore::new(rules.connections.max(1));
        Ok(Self(Arc::new(Inner { rules, tls: TlsConnector::from(Arc::new(config)), slots })))
    }

    /// What it keeps to.
    pub fn rules(&self) -> &Rules {
        &self.0.rules
    }

    /// Sends something and reads the answer; waits first while there are too many connections.
    pub async fn post(&self, post: Post<'_>) -> Result<Answer, Failure> {
        let Ok(_slot) = self.0.slots.acquire().await else {
            return Err(Failure::Connect("the desk is closing".to_owned()));
        };
        self.exchange(post).await
    }

    async fn exchange(&self, post: Post<'_>) -> Result<Answer, Failure> {
        let (total, broken) = (self.0.rules.total, |e: hyper::Error| Failure::Broken(e.to_string()));
        let (end, slow) = (Instant::now() + total, move |_| Failure::Slow(total.as_secs()));
        let request = request(&post)?;
        let wire = timeout_at(end, self.connect(post.url)).await.map_err(slow)??;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_MOST).max_headers(HEADERS_MOST);
        let handshake = builder.handshake::<_, Full<Bytes>>(TokioIo::new(wire));
        let (mut sender, connection) = timeout_at(end, handshake).await.map_err(slow)?.map_err(broken)?;
        let conversation = Box::pin(async move {
            let response = timeout_at(end, sender.send_request(request)).await.map_err(slow)?.map_err(broken)?;
            Ok(read(response).await)
        });
        // The connection moves only while it is waited for; dropping it closes it.
        match select(conversation, Box::pin(connection)).await {
            Either::Left((answer, _)) => answer,
            Either::Right((_, conversation)) => conversation.await,
        }
    }

    async fn connect(&self, url: &Url) -> Result<Box<dyn Wire>, Failure> {
        let tls = url.scheme() == "https";
        let port = url.port_or_known_default().ok_or_else(|| Failure::Refused("It names no port".to_owned()))?;
        let host = url.host().ok_or_else(|| Failure::Refused("It names no host".to_owned()))?;
        // Asked again now: the list may be shorter than when the address was written.
        self.0.rules.listed(&host).map_err(Failure::Refused)?;
        let (name, addresses) = match &host {
            Host::Ipv4(address) => (String::new(), vec![IpAddr::V4(*address)]),
            Host::Ipv6(address) => (String::new(), vec![IpAddr::V6(*address)]),
            Host::Domain(name) => ((*name).to_owned(), self.resolve(name, port).await?),
        };
        let mut trouble = None;
        for address in addresses.into_iter().take(ADDRESSES) {
            if let Err(why) = self.0.rules.judge(&name, address, tls) {
                trouble.get_or_insert(Failure::Refused(why));
                continue;
            }
            let place = SocketAddr::new(address, port);
            match timeout(self.0.rules.connect, TcpStream::connect(place)).await {
                Ok(Ok(stream)) if !tls => return Ok(Box::new(stream)),
                Ok(Ok(stream)) => return self.protect(&host.to_string(), stream).await,
                Ok(Err(error)) => trouble = Some(Failure::Connect(error.to_string())),
                Err(_) => trouble = Some(Failure::Connect("nobody answers there".to_owned())),
            }
        }
        Err(trouble.unwrap_or(Failure::Name(name)))
    }

    /// All addresses of a name, asked for now.
    async fn resolve(&self, name: &str, port: u16) -> Result<Vec<IpAddr>, Failure> {
        match timeout(self.0.rules.connect, tokio::net::lookup_host((name, port))).await {
            Ok(Ok(found)) => Ok(found.map(|place| place.ip()).collect()),
            Ok(Err(_)) | Err(_) => Err(Failure::Name(name.to_owned())),
        }
    }

    async fn protect(&self, host: &str, stream: TcpStream) -> Result<Box<dyn Wire>, Failure> {
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare).map_err(|e| Failure::Tls(e.to_string()))?;
        let stream = self.0.tls.connect(name, stream).await.map_err(|e| Failure::Tls(e.to_string()))?;
        Ok(Box::new(stream))
    }
}

fn request(post: &Post<'_>) -> Result<Request<Full<Bytes>>, Failure> {
    let url = post.url;
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, host)
        .header(header::USER_AGENT, "Leeward")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close");
    for (name, value) in &post.headers {
        request = request.header(*name, value);
    }
    request
        .body(Full::new(Bytes::from(post.body.clone())))
        .map_err(|e| Failure::Refused(format!("This cannot be sent: {e}")))
}

async fn read(response: Response<Incoming>) -> Answer {
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok())
        .map(|seconds| Span::from_seconds(i64::from(seconds)));
    let mut kept = Vec::new();
    // The head says what became of it; a body that breaks off or stalls takes nothing of that back.
    let _ = timeout(BODY_WAIT, keep(response.into_body(), &mut kept)).await;
    Answer { status, words: one_line(&kept), retry_after }
}

/// The beginning of a body; reads on for a while, so that the receiver is not cut off while it sends.
async fn keep(mut body: Incoming, kept: &mut Vec<u8>) {
    let mut size = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else { continue };
        size += data.len();
        let room = BODY_KEPT.saturating_sub(kept.len());
        kept.extend_from_slice(data.get(..room).unwrap_or(data));
        if size > BODY_MOST {
            return;
        }
    }
}
