//! The SMTP server of the tests (`tests/smtp/server.py`), and a store with somebody in it to write to.

use db::testing::TestDb;
use db::{Db, KeyKind, execute, field, stmt};
use domain::{CaseId, PersonId};
use mail::{Courier, Kind, Letter, MailSettings, Post, Queued, Server, To, Words, contact, queue};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Tests of other crates send through it too.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../mail/tests/smtp/server.py");
/// Far longer than anything here takes: a test waits for what must come, never for a while.
const PATIENCE: Duration = Duration::from_mins(1);

/// The Python of the server; it is looked for once.
fn python() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| outside::python(env!("CARGO_TARGET_TMPDIR"), &["aiosmtpd", "cryptography"]))
}

/// A message that the server took.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    pub tls: bool,
}

impl Taken {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
    }
}

/// A running server; stopped when dropped.
pub struct Sink {
    child: Child,
    orders: ChildStdin,
    lines: Receiver<String>,
    pub port: u16,
    pub certificate: Option<PathBuf>,
    seen: Vec<Taken>,
}

impl Sink {
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(python());
        command.arg(SCRIPT).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, orders) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let next = || lines.recv_timeout(PATIENCE).expect("the server speaks");
        let port = next().strip_prefix("ready ").unwrap().parse().unwrap();
        let certificate = arguments
            .iter()
            .any(|a| *a == "starttls" || *a == "implicit")
            .then(|| next().strip_prefix("certificate ").unwrap().into());
        Self { child, orders, lines, port, certificate, seen: Vec::new() }
    }

    /// Tells the server what to do from now on.
    pub fn order(&mut self, what: &str) -> String {
        writeln!(self.orders, "{what}").unwrap();
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("the server speaks");
            match line.strip_prefix("took ") {
                Some(message) => self.seen.push(read(message)),
                None => return line,
            }
        }
    }

    /// Every message taken since the last call, in order.
    pub fn taken(&mut self) -> Vec<Taken> {
        // The answer comes behind everything that was printed before.
        self.order("count");
        std::mem::take(&mut self.seen)
    }

    /// Most connections at the same time.
    pub fn most_connections(&mut self) -> usize {
        self.order("count").strip_prefix("most ").unwrap().parse().unwrap()
    }

    pub fn stop(mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    pub fn address(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(line: &str) -> Taken {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| value[name].as_str().unwrap().to_owned();
    Taken {
        from: text("from"),
        to: serde_json::from_value(value["to"].clone()).unwrap(),
        data: text("data"),
        tls: value["tls"].as_bool().unwrap(),
    }
}

/// Settings for a server at this address.
pub fn settings(address: &str) -> MailSettings {
    let mut settings = MailSettings::off("desk@acme.example".parse().unwrap());
    settings.server = Some(Server::parse(address, false).unwrap());
    settings.name = "Acme security".to_owned();
    settings.per_minute = 1_000_000;
    settings.timeout = Duration::from_secs(10);
    settings
}

pub fn courier(db: &Db, address: &str) -> (Courier, Post) {
    let post = Post::new(settings(address));
    (Courier::new(db.clone(), post.clone()), post)
}

/// A case with a confirmed address of its reporter.
pub async fn case(db: &Db, address: &str) -> CaseId {
    let (store, id) = (db.clone(), unasked(db, address).await);
    db.write(move |tx| Box::pin(async move { contact::decide(tx, &store, (id, true)).await })).await.unwrap();
    id
}

/// A case with an address that nobody was asked about.
pub async fn unasked(db: &Db, address: &str) -> CaseId {
    let (store, id) = (db.clone(), db.ambient().id::<CaseId>());
    let address = address.parse().unwrap();
    db.write(move |tx| {
        Box::pin(async move {
            let key = store.keys().create(tx, KeyKind::Case, id.uuid()).await?;
            contact::keep(tx, &store, &key, (id, &address)).await
        })
    })
    .await
    .unwrap();
    id
}

/// Somebody of the team.
pub async fn person(db: &Db, address: &str) -> PersonId {
    let (store, id) = (db.clone(), db.ambient().id::<PersonId>());
    let address = address.to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            let key = store.keys().create(tx, KeyKind::Person, id.uuid()).await?;
            let random = store.ambient().random.clone();
            let sealed = |field, text: &str| key.seal(field, id.uuid(), 0, text.as_bytes(), random.as_ref());
            execute!(
                tx,
                stmt!(
                    "INSERT INTO people (id, state, name, email, version, created_at) VALUES ($1, 'active', $2, $3, 1, $4)"
                ),
                id.uuid(),
                sealed(field::PERSON_NAME, "Ines"),
                sealed(field::PERSON_EMAIL, &address),
                store.ambient().now().micros()
            )
            .map(|_| ())
        })
    })
    .await
    .unwrap();
    id
}

/// A letter to a reporter.
pub fn letter(case: CaseId, key: &str) -> Letter {
    Letter {
        kind: Kind::Question,
        to: To::Reporter(case),
        case: Some(case),
        key: key.to_owned(),
        after: None,
        words: words(key),
    }
}

pub fn words(subject: &str) -> Words {
    Words {
        subject: subject.to_owned(),
        paragraphs: vec!["We have a question about your report.".to_owned()],
        action: Some(("Read and answer it here".to_owned(), "https://trust.acme.example/case".to_owned())),
        foot: vec!["You get this because you asked us to write.".to_owned()],
        stop: None,
    }
}

pub async fn put(db: &Db, letter: Letter) -> Queued {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { queue(tx, &store, &letter).await })).await.unwrap()
}

pub async fn store() -> TestDb {
    TestDb::new().await.unwrap()
}
