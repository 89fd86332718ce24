//! The built binary as a process, and a served desk on a free port.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// Runs a command to its end; nothing of the machine's own settings gets in.
pub fn leeward(args: &[&str]) -> Output {
    command(args).output().expect("the binary runs")
}

/// The same with text on its standard input.
pub fn leeward_fed(input: &str, args: &[&str]) -> Output {
    let child = command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// The same with variables set.
pub fn leeward_with(variables: &[(&str, &str)], args: &[&str]) -> Output {
    command(args).envs(variables.iter().copied()).output().expect("the binary runs")
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LEEWARD_")) {
        command.env_remove(name);
    }
    command.args(args);
    command
}

/// What a command printed.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A served desk; killed when dropped.
pub struct Served {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// Everything it printed until it served.
    pub said: String,
}

impl Served {
    /// Starts `serve` on a free port.
    pub fn start(data: &Path) -> Self {
        Self::run(&["serve", "--data", &data.display().to_string(), "--listen", "127.0.0.1:0"])
    }

    /// Starts any serving command.
    pub fn run(args: &[&str]) -> Self {
        let mut child = command(args).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let url = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).expect("text") > 0, "it ended before it served: {said}");
            said.push_str(&line);
            if let Some(rest) = line.strip_prefix("Leeward serves ") {
                break rest.split_whitespace().next().expect("an address").to_owned();
            }
        };
        Self { child, url, said }
    }

    /// Sends SIGTERM and waits; true when it ended well.
    pub fn stop(mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One request over plain HTTP/1.1: status and body.
pub fn request(url: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    use std::fmt::Write as _;
    use std::io::{Read, Write};
    let address = url.strip_prefix("http://").expect("plain http");
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("memory");
    }
    write!(head, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("memory");
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok()).expect("a status");
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    (status, if chunked { unchunked(body) } else { body.to_owned() })
}

fn unchunked(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        out.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    out
}
