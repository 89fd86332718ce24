//! What a virus scanner of the operator's says of a file (clamd, its INSTREAM command), asked each time somebody is about to
//! take it: the scanner knows more every day, so an older answer would be worth less.
//!
//! A desk for flaws has to keep malicious files. Nothing is thrown away: a file in which something is found, or that could not
//! be looked at, goes to a colleague who says that they want it nonetheless, and to nobody else.

use super::Attachment;
use bytes::Bytes;
use db::DataKey;
use db::blob::{BlobError, Blobs};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use web::Problem;

/// Longest wait for an answer about one file.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read.
const ANSWER_MOST: u64 = 1_024;

/// Where clamd listens: `unix:/run/clamav/clamd.ctl`, or `tcp://127.0.0.1:3310`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port of this machine: files would go to others in the clear.
    Tcp(SocketAddr),
}

impl FromStr for Scanner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            return Ok(Self::Unix(path.into()));
        }
        let place = text.strip_prefix("tcp://").and_then(|place| place.parse::<SocketAddr>().ok());
        match place {
            Some(place) if place.ip().is_loopback() => Ok(Self::Tcp(place)),
            Some(_) => Err("files go to a scanner on this machine only, such as tcp://127.0.0.1:3310".to_owned()),
            None => Err(format!("{text:?} is no scanner: write unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310")),
        }
    }
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// It knows nothing bad of it.
    Clean,
    /// The name of what it found.
    Found(String),
    /// Nothing: why.
    Unknown(String),
}

impl Scanned {
    /// In words, for the page of the file.
    pub fn words(&self) -> String {
        match self {
            Self::Clean => "The virus scanner knows nothing bad of this file.".to_owned(),
            Self::Found(name) => format!("The virus scanner found this in it: {name}."),
            Self::Unknown(why) => format!("The virus scanner could not look at this file: {why}."),
        }
    }

    /// Whether the file may be given out.
    pub fn check(&self, nonetheless: bool) -> Result<(), Problem> {
        if nonetheless {
            return Ok(());
        }
        match self {
            Self::Clean => Ok(()),
            Self::Found(_) => {
                Err(Problem::conflict(format!("{} It is kept, and not given out like this.", self.words())))
            }
            Self::Unknown(_) => Err(Problem::unavailable(format!("{} It is kept; try again later.", self.words()))),
        }
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

impl Scanner {
    /// Has a file looked at.
    pub async fn scan(&self, blobs: &Blobs, key: &DataKey, file: &Attachment) -> Scanned {
        match tokio::time::timeout(PATIENCE, self.ask(blobs, key, file)).await {
            Ok(Ok(said)) => said,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the virus scanner could not be asked");
                Scanned::Unknown("it cannot be asked just now".to_owned())
            }
            Err(_) => Scanned::Unknown("it took too long".to_owned()),
        }
    }

    async fn ask(&self, blobs: &Blobs, key: &DataKey, file: &Attachment) -> Result<Scanned, String> {
        let wire: Box<dyn Wire> = match self {
            Self::Unix(path) => Box::new(UnixStream::connect(path).await.map_err(|e| e.to_string())?),
            Self::Tcp(place) => Box::new(TcpStream::connect(place).await.map_err(|e| e.to_string())?),
        };
        let name = file.blob.parse().map_err(|_| "the file has no name".to_owned())?;
        let opened = blobs.get(key, file.id.uuid(), name).await.map_err(|e| e.to_string())?;
        converse(wire, opened.chunks).await
    }
}

/// Hands a file over and reads what is said of it.
async fn converse(
    mut wire: impl AsyncRead + AsyncWrite + Unpin + Send,
    mut chunks: BoxStream<'static, Result<Bytes, BlobError>>,
) -> Result<Scanned, String> {
    // It stops listening when a file is larger than it takes, and says so: what it said counts.
    let mut listens = wire.write_all(b"zINSTREAM\0").await.is_ok();
    while listens {
        let Some(chunk) = chunks.try_next().await.map_err(|e| e.to_string())? else { break };
        if chunk.is_empty() {
            // A length of nothing is the end.
            continue;
        }
        let length = u32::try_from(chunk.len()).map_err(|e| e.to_string())?;
        listens = wire.write_all(&[&length.to_be_bytes()[..], &chunk].concat()).await.is_ok();
    }
    let whole = listens && wire.write_all(&[0; 4]).await.is_ok();
    let mut answer = Vec::new();
    wire.take(ANSWER_MOST).read_to_end(&mut answer).await.map_err(|e| e.to_string())?;
    Ok(match read(&answer) {
        Scanned::Clean if !whole => Scanned::Unknown("it did not take all of it".to_owned()),
        said => said,
    })
}

/// `stream: OK`, `stream: NAME FOUND`, or trouble; each with a zero at its end, without which it is half an answer.
fn read(answer: &[u8]) -> Scanned {
    let plain = |text: &str| text.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    let unclear = || Scanned::Unknown("its answer is not understood".to_owned());
    let Some(said) = answer.strip_suffix(b"\0") else { return unclear() };
    let said = String::from_utf8_lossy(said);
    match said.strip_prefix("stream: ") {
        Some("OK") => Scanned::Clean,
        Some(found) if found.ends_with(" FOUND") => Scanned::Found(plain(found.trim_end_matches(" FOUND"))),
        _ if said.contains("size limit exceeded") => Scanned::Unknown("it is larger than the scanner takes".to_owned()),
        _ => unclear(),
    }
}

/// Asks the scanner, if there is one, whether a file may go to somebody who cannot say that they want it nonetheless.
pub async fn cleared(
    scanner: Option<&Scanner>,
    blobs: &Blobs,
    key: &DataKey,
    file: &Attachment,
) -> Result<(), Problem> {
    match scanner {
        None => Ok(()),
        Some(scanner) => scanner.scan(blobs, key, file).await.check(false),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scanned, Scanner, converse, read};
    use bytes::Bytes;
    use db::blob::BlobError;
    use futures::{StreamExt, stream};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[test]
    fn answers_are_read_strictly() {
        assert_eq!(read(b"stream: OK\0"), Scanned::Clean);
        assert_eq!(read(b"stream: Eicar-Signature FOUND\0"), Scanned::Found("Eicar-Signature".into()));
        for odd in [
            &b""[..],
            b"OK\0",
            b"stream: OK",
            b"stream: OK\n",
            b"stream: X FOUND",
            b"stream: OK FOUND?\0",
            b"stream: x ERROR\0",
            b"INSTREAM size limit exceeded. ERROR\0",
        ] {
            assert!(matches!(read(odd), Scanned::Unknown(_)), "{odd:?}");
        }
    }

    /// What counts of a scanner that takes so many bytes, the command and lengths among them, says this and goes away.
    async fn told(takes: usize, says: &'static [u8]) -> Scanned {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let clamd = tokio::spawn(async move {
            let mut taken = vec![0; takes];
            theirs.read_exact(&mut taken).await.unwrap();
            theirs.write_all(says).await.unwrap();
        });
        let file = [Ok::<_, BlobError>(Bytes::from_static(&[7; 1_000]))];
        let said = converse(ours, stream::iter(file).boxed()).await.unwrap();
        clamd.await.unwrap();
        said
    }

    #[tokio::test]
    async fn nothing_good_is_known_of_a_file_that_was_not_taken_whole() {
        assert_eq!(told(10 + 4 + 1_000 + 4, b"stream: OK\0").await, Scanned::Clean);
        let part = told(10 + 4 + 500, b"stream: OK\0").await;
        assert!(matches!(part, Scanned::Unknown(_)), "{part:?}");
        assert_eq!(told(10 + 4 + 500, b"stream: X FOUND\0").await, Scanned::Found("X".to_owned()));
    }

    #[test]
    fn files_stay_on_this_machine() {
        for good in ["unix:/run/clamav/clamd.ctl", "tcp://127.0.0.1:3310", "tcp://[::1]:3310"] {
            assert!(good.parse::<Scanner>().is_ok(), "{good}");
        }
        for bad in ["", "clamd", "unix:clamd", "tcp://10.0.0.7:3310", "tcp://scanner:3310", "tcp://127.0.0.1"] {
            assert!(bad.parse::<Scanner>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_is_clean_goes_out_unless_somebody_wants_it_nonetheless() {
        let (found, unknown) = (Scanned::Found("Eicar".into()), Scanned::Unknown("it took too long".into()));
        assert!(Scanned::Clean.check(false).is_ok());
        for held in [found, unknown] {
            assert!(held.check(false).is_err() && held.check(true).is_ok(), "{held:?}");
        }
    }
}
