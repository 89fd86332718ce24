//! Lines of the log on their way to a machine that gathers them: syslog messages (RFC 5424), counted (RFC 6587, 3.4.1),
//! inside TLS (RFC 5425). Standard error has every line besides.
//!
//! Nothing waits for that machine: while it is away [`KEPT`] lines are kept in memory, what comes after them is counted, and
//! the count is sent when it is back. What was on the wire when a connection broke may be lost: syslog has no receipts.

use crate::answer::Failure;
use crate::trust;
use domain::Ts;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::Host;

/// Lines that are kept while nobody takes them.
pub const KEPT: usize = 10_000;
/// Bytes of one line; the rest is cut off.
const LINE_MOST: usize = 8 << 10;
/// Longest wait for a connection with its TLS, and for a line to be taken.
const CONNECT: Duration = Duration::from_secs(10);
const WRITE: Duration = Duration::from_secs(10);
/// Longest pause between two tries.
const PAUSE_MOST: Duration = Duration::from_mins(1);

/// Where lines go: `tls://host:port`, or `tcp://address:port` on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    host: Host<String>,
    port: u16,
    tls: bool,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no collector: write tls://logs.example.com:6514");
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let (host, port) = rest.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
        let host = Host::parse(host).map_err(|_| wrong())?;
        let here = match &host {
            Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
            Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
            Host::Domain(_) => false,
        };
        match scheme {
            "tls" => Ok(Self { host, port, tls: true }),
            "tcp" if here => Ok(Self { host, port, tls: false }),
            "tcp" => {
                Err("without TLS lines go to an address of this machine only, such as tcp://127.0.0.1:601".to_owned())
            }
            _ => Err(wrong()),
        }
    }
}

/// How lines are sent.
#[derive(Debug, Clone)]
pub struct Collector {
    /// Where to.
    pub place: Place,
    /// Certificates (PEM) of an authority of one's own.
    pub authority: Option<Vec<u8>>,
    /// Name of this desk in each line.
    pub host: String,
    /// First pause before another try; it doubles up to a minute.
    pub pause: Duration,
}

/// One line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'l> {
    /// When it was said.
    pub at: Ts,
    /// 3 for an error, 4 for a warning, 6 for news, 7 for more than anybody asks for (RFC 5424, 6.2.1).
    pub severity: u8,
    /// Whether it is about who came in and who was refused: another facility, so that it can be kept apart.
    pub security: bool,
    /// One line of text.
    pub text: &'l str,
}

/// The way in. Cheap to clone; never waits.
#[derive(Clone)]
pub struct Lines(Arc<Inner>);

struct Inner {
    host: String,
    queue: mpsc::Sender<String>,
    waiting: AtomicU64,
    dropped: AtomicU64,
}

impl Lines {
    /// Puts a line into the queue; counts it when that is full.
    pub fn put(&self, line: Line<'_>) {
        let text = message(&self.0.host, line);
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        if self.0.queue.try_send(text).is_err() {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lines that found no room since the last time that this was said to the collector.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Done when every line was taken, at the latest after `most`.
    pub async fn sent(&self, most: Duration) {
        let all = async {
            while self.0.waiting.load(Ordering::Relaxed) > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = timeout(most, all).await;
    }
}

/// Facility 10 (security) or 1 (user), of RFC 5424.
fn message(host: &str, line: Line<'_>) -> String {
    let priority = if line.security { 80 } else { 8 } + line.severity.min(7);
    let mut end = line.text.len().min(LINE_MOST);
    while !line.text.is_char_boundary(end) {
        end -= 1;
    }
    let text = line.text.get(..end).unwrap_or_default().trim_end();
    format!("<{priority}>1 {} {host} leeward - - - {text}", line.at)
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Starts sending, for as long as the process runs.
pub fn start_collector(collector: Collector) -> Result<Lines, Failure> {
    let tls = TlsConnector::from(Arc::new(trust::client(collector.authority.as_deref())?));
    let (queue, lines) = mpsc::channel(KEPT);
    let host = if collector.host.is_empty() { "-".to_owned() } else { collector.host };
    let inner = Arc::new(Inner { host, queue, waiting: AtomicU64::new(0), dropped: AtomicU64::new(0) });
    let sending = Sending { place: collector.place, tls, lines, held: None, inner: inner.clone() };
    tokio::spawn(sending.run(collector.pause));
    Ok(Lines(inner))
}

struct Sending {
    place: Place,
    tls: TlsConnector,
    lines: mpsc::Receiver<String>,
    /// Taken from the queue and not yet written.
    held: Option<String>,
    inner: Arc<Inner>,
}

impl Sending {
    async fn run(mut self, first: Duration) {
        let mut pause = first;
        let mut away = false;
        loop {
            let broken = match timeout(CONNECT, self.connect()).await {
                Err(_) => "nobody answers there".to_owned(),
                Ok(Err(failure)) => failure.to_string(),
                Ok(Ok(wire)) => {
                    away = false;
                    let (why, some) = self.feed(wire).await;
                    if some {
                        pause = first;
                    }
                    why
                }
            };
            // Once for each time that it goes away; the line waits with the others.
            if !away {
                tracing::warn!(error = %broken, "the collector of log lines is away; they are kept and sent later");
                away = true;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MOST);
        }
    }

    async fn connect(&self) -> Result<Box<dyn Wire>, Failure> {
        let host = self.place.host.to_string();
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let connected = TcpStream::connect((bare.as_str(), self.place.port)).await;
        let stream = connected.map_err(|error| Failure::Connect(error.to_string()))?;
        if !self.place.tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(bare).map_err(|error| Failure::Tls(error.to_string()))?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| Failure::Tls(error.to_string()))?;
        Ok(Box::new(stream))
    }

    /// Writes lines until the connection ends; gives why it did, and whether any line was taken.
    async fn feed(&mut self, wire: Box<dyn Wire>) -> (String, bool) {
        let (mut back, mut out) = tokio::io::split(wire);
        let (mut said, mut some) = ([0_u8; 256], false);
        loop {
            while self.held.is_none() {
                tokio::select! {
                    line = self.lines.recv() => self.held = line,
                    // A collector says nothing; that it went away shows here.
                    got = back.read(&mut said) => match got {
                        Ok(0) => return ("it closed the connection".to_owned(), some),
                        Ok(_) => {}
                        Err(error) => return (error.to_string(), some),
                    },
                }
            }
            if let Err(why) = self.write(&mut out).await {
                return (why, some);
            }
            some = true;
        }
    }

    async fn write(&mut self, out: &mut (impl AsyncWrite + Unpin)) -> Result<(), String> {
        let dropped = self.inner.dropped.load(Ordering::Relaxed);
        let host = &self.inner.host;
        let note = format!("<12>1 - {host} leeward - - - {dropped} lines were not kept while nobody took them");
        let note = if dropped > 0 { format!("{} {note}", note.len()) } else { String::new() };
        let line = self.held.as_deref().unwrap_or_default();
        let frames = format!("{note}{} {line}", line.len());
        let write = async {
            out.write_all(frames.as_bytes()).await?;
            out.flush().await
        };
        match timeout(WRITE, write).await {
            Err(_) => Err("it takes nothing".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Ok(Ok(())) => {
                self.held = None;
                self.inner.dropped.fetch_sub(dropped, Ordering::Relaxed);
                self.inner.waiting.fetch_sub(1, Ordering::Relaxed);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_MOST, Line, Place, message};
    use domain::Ts;

    #[test]
    fn lines_go_by_tls_or_stay_on_this_machine() {
        for good in [
            "tls://logs.example.com:6514",
            "tls://10.0.0.7:6514",
            "tls://[2001:db8::1]:6514",
            "tcp://127.0.0.1:601",
            "tcp://[::1]:601",
        ] {
            assert!(good.parse::<Place>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "logs.example.com:6514",
            "tls://logs.example.com",
            "tcp://logs.example.com:601",
            "tcp://10.0.0.7:601",
            "tcp://localhost:601",
            "udp://127.0.0.1:514",
            "tls://:6514",
            "tls://x:0",
            "tls://x:99999",
            "tls://u@x:1",
        ] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_is_a_message_of_syslog() {
        let line = Line { at: Ts::from_micros(0), severity: 6, security: true, text: "signed in\n" };
        assert_eq!(
            message("trust.example.com", line),
            "<86>1 1970-01-01T00:00:00.000000Z trust.example.com leeward - - - signed in"
        );
        let long = "é".repeat(LINE_MOST);
        let cut = message("-", Line { severity: 3, security: false, text: &long, ..line });
        assert!(cut.starts_with("<11>1 ") && cut.len() < LINE_MOST + 100 && cut.ends_with('é'));
    }
}
