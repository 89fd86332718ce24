//! The receiver of the tests (`tests/receiver/server.py`): a real HTTP server that checks signatures with a library
//! which is not ours. Tests of other crates send to it too.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver as Lines, channel};
use std::time::Duration;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../outbound/tests/receiver/server.py");
/// Far longer than anything here takes: a test waits for what must come, never for a while.
const PATIENCE: Duration = Duration::from_mins(1);

/// The first Python with the libraries.
pub fn python() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| outside::python(env!("CARGO_TARGET_TMPDIR"), &["standardwebhooks", "cryptography"]))
}

/// A request that it got.
#[derive(Debug, Clone)]
pub struct Got {
    pub path: String,
    pub head: Value,
    pub text: String,
    /// What the library says, for each secret it was told.
    pub valid: Vec<String>,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.head[name].as_str().unwrap_or_default()
    }

    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// A running server; stopped when dropped.
pub struct Receiver {
    child: Child,
    orders: ChildStdin,
    lines: Lines<String>,
    pub port: u16,
    pub certificate: Option<PathBuf>,
    seen: Vec<Got>,
}

impl Receiver {
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
        let next = || lines.recv_timeout(PATIENCE).expect("the receiver speaks");
        let port = next().strip_prefix("ready ").unwrap().parse().unwrap();
        let certificate = arguments.contains(&"--tls").then(|| next().strip_prefix("certificate ").unwrap().into());
        Self { child, orders, lines, port, certificate, seen: Vec::new() }
    }

    /// The address of a path of it.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}{path}", self.port)
    }

    /// Tells it what to do from now on.
    pub fn order(&mut self, what: &str) {
        writeln!(self.orders, "{what}").unwrap();
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("the receiver speaks");
            if line.starts_with("did ") {
                return;
            }
            self.seen.push(read(&line));
        }
    }

    /// Every request since the last call, in order.
    pub fn got(&mut self) -> Vec<Got> {
        // The answer comes behind everything that was printed before.
        self.order("show");
        std::mem::take(&mut self.seen)
    }

    /// The next request, waited for.
    pub fn next(&mut self) -> Got {
        read(&self.lines.recv_timeout(PATIENCE).expect("a request comes"))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(line: &str) -> Got {
    let value: Value = serde_json::from_str(line).unwrap();
    Got {
        path: value["path"].as_str().unwrap().to_owned(),
        text: value["body"].as_str().unwrap().to_owned(),
        valid: serde_json::from_value(value["valid"].clone()).unwrap(),
        head: value["head"].clone(),
    }
}
