//! Over real sockets: clients that are slow, greedy or rude.

use crate::site::{House, house_with};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use web::server::serve;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    house: House,
}

async fn running() -> Running {
    let house = house_with("http://127.0.0.1:8080", |settings| {
        settings.limits.header_time = Duration::from_millis(300);
        settings.limits.body_idle = Duration::from_millis(300);
        settings.limits.drain = Duration::from_secs(5);
        settings.limits.connections_each = 20;
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (router, kit) = (house.router.clone(), house.kit.clone());
    let server = tokio::spawn(serve(listener, router, kit, async move { stopped.await.unwrap_or(()) }));
    Running { address, stop, server, house }
}

impl Running {
    /// Sends bytes and reads to the end of the connection.
    async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The server may close while we still write: what it answered is what counts.
        let _ = stream.write_all(bytes).await;
        read(&mut stream).await
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(Ok(n)) = timeout(Duration::from_secs(5), stream.read(&mut chunk)).await {
        if n == 0 {
            break;
        }
        answer.extend_from_slice(&chunk[..n]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whether the server ends the connection by itself within two seconds.
async fn ended(stream: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    timeout(Duration::from_secs(2), stream.read_to_end(&mut bytes)).await.is_ok()
}

fn head(extra: &str) -> String {
    format!("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{extra}\r\n")
}

#[tokio::test]
async fn a_plain_request_is_answered() {
    let running = running().await;
    assert!(running.say(head("").as_bytes()).await.ends_with("ok\n"));
}

#[tokio::test]
async fn ten_thousand_header_bytes_are_a_clear_problem() {
    let running = running().await;
    let answer = running.say(head(&format!("X-Long: {}\r\n", "x".repeat(10_000))).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431") && answer.contains("headers are too large"), "{answer}");
    let lines: Vec<String> = (0..90).map(|n| format!("X-{n}: 1\r\n")).collect();
    assert!(running.say(head(&lines.concat()).as_bytes()).await.starts_with("HTTP/1.1 431"));
    let answer = running.say(head(&format!("X-Long: {}\r\n", "x".repeat(100_000))).as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn slow_senders_are_let_go() {
    let running = running().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET /healthz HT").await.unwrap();
    assert!(!read(&mut stream).await.contains("200"), "a head that never ends");
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let mut kept = TcpStream::connect(running.address).await.unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert!(ended(&mut silent).await, "a connection without a word");
    assert!(ended(&mut kept).await, "a connection kept open after its answer");
    let answer = running
        .say(b"POST /api/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"ti")
        .await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("too-slow"), "{answer}");
    assert_eq!(running.house.deeds.count(), 0);
}

#[tokio::test]
async fn a_huge_body_meets_an_answer_and_no_memory() {
    let running = running().await;
    let head = "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n";
    let declared = format!("{head}Content-Length: 1073741824\r\n\r\n");
    let answer = running.say(&[declared.as_bytes(), &vec![b'x'; 8 << 20]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("1 MB"), "{answer}");
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await.unwrap();
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();
    for _ in 0..64 {
        stream.write_all(&chunk).await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let answer = read(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn one_address_cannot_take_every_connection() {
    let running = running().await;
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(TcpStream::connect(running.address).await.unwrap());
    }
    // Accepting runs beside us: wait until all twenty are counted.
    while running.house.kit.figures.connections.load(std::sync::atomic::Ordering::Relaxed) < 20 {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(running.say(head("").as_bytes()).await, "");
    drop(held);
}

#[tokio::test]
async fn a_running_request_is_answered_after_the_stop_signal() {
    let running = running().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let head = "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    running.stop.send(()).unwrap();
    sleep(Duration::from_millis(50)).await;
    stream.write_all(b"{\"title\":\"x\"}").await.unwrap();
    assert!(read(&mut stream).await.starts_with("HTTP/1.1 201"));
    timeout(Duration::from_secs(5), running.server).await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody listens any more");
}

/// One connection, bytes that a proxy and we might cut differently: whatever is answered, the second request in them is
/// never taken for one of ours.
#[tokio::test]
async fn a_request_cannot_hide_in_the_body_of_another() {
    let running = running().await;
    let post = "POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let odd = [
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX".to_owned(),
        format!("Content-Length: 5\r\nContent-Length: {}\r\n\r\n", hidden.len()),
        format!("Content-Length: +{}\r\n\r\n", hidden.len()),
        format!("Content-Length: {} \u{b}\r\n\r\n", hidden.len()),
        "Transfer-Encoding: xchunked\r\n\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n\r\n".to_owned(),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x};\n\r\n", hidden.len()),
        format!("X: y\n Content-Length: {}\r\n\r\n", hidden.len()),
    ];
    for lines in odd {
        let answer = running.say(format!("{post}{lines}{hidden}").as_bytes()).await;
        assert!(!answer.ends_with("ok\n"), "{lines:?} let a request through:\n{answer}");
    }
    // The other way round: a body that is declared right is a body, whatever it says.
    let whole = format!("{post}Connection: close\r\nContent-Length: {}\r\n\r\n{hidden}", hidden.len());
    let answer = running.say(whole.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403") && answer.matches("HTTP/1.1 ").count() == 1, "{answer}");
}
