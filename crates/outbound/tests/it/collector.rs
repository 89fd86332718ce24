//! Lines of the log reach a collector over TLS, in order, also after it was away; nobody waits for it.

use domain::Ts;
use outbound::{Collector, KEPT, Line, Lines, start_collector};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

const CHAIN: &[u8] = include_bytes!("../../../web/tests/it/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../../web/tests/it/tls/key.pem");
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

fn acceptor() -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CHAIN).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn lines(listener: &TcpListener, authority: Option<&[u8]>) -> Lines {
    let port = listener.local_addr().unwrap().port();
    start_collector(Collector {
        place: format!("tls://localhost:{port}").parse().unwrap(),
        authority: authority.map(<[u8]>::to_vec),
        host: "trust.acme.example".to_owned(),
        pause: Duration::from_millis(10),
    })
    .unwrap()
}

fn say(lines: &Lines, text: &str) {
    lines.put(Line { at: Ts::from_micros(0), severity: 4, security: true, text });
}

/// One counted message.
async fn frame(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut length = 0;
    loop {
        match timeout(PATIENCE, stream.read_u8()).await.expect("something comes").unwrap() {
            b' ' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    let mut text = vec![0; length];
    timeout(PATIENCE, stream.read_exact(&mut text)).await.expect("the rest comes").unwrap();
    String::from_utf8(text).unwrap()
}

async fn accept(listener: &TcpListener) -> TlsStream<TcpStream> {
    let (stream, _) = timeout(PATIENCE, listener.accept()).await.expect("somebody comes").unwrap();
    acceptor().accept(stream).await.unwrap()
}

#[tokio::test]
async fn lines_reach_the_collector_in_order_also_after_it_was_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lines = lines(&listener, Some(CHAIN));
    say(&lines, "first");
    say(&lines, "second");
    let mut collector = accept(&listener).await;
    let head = "<84>1 1970-01-01T00:00:00.000000Z trust.acme.example leeward - - - ";
    assert_eq!(frame(&mut collector).await, format!("{head}first"));
    assert_eq!(frame(&mut collector).await, format!("{head}second"));
    // It goes away; what is said meanwhile comes when it is back.
    drop(collector);
    let mut collector = accept(&listener).await;
    say(&lines, "third");
    assert_eq!(frame(&mut collector).await, format!("{head}third"));
    lines.sent(PATIENCE).await;
    assert_eq!(lines.dropped(), 0);
}

#[tokio::test]
async fn while_it_is_away_so_many_are_kept_and_the_rest_is_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lines = lines(&listener, Some(CHAIN));
    for n in 0..KEPT + 7 {
        say(&lines, &format!("line {n}"));
    }
    assert_eq!(lines.dropped(), 7);
    let mut collector = accept(&listener).await;
    let note = frame(&mut collector).await;
    assert!(note.ends_with("7 lines were not kept while nobody took them"), "{note}");
    for n in 0..KEPT {
        assert!(frame(&mut collector).await.ends_with(&format!(" line {n}")));
    }
    lines.sent(PATIENCE).await;
    assert_eq!(lines.dropped(), 0, "told once");
}

#[tokio::test]
async fn a_collector_that_nobody_vouches_for_gets_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lines = lines(&listener, None);
    say(&lines, "first");
    let (stream, _) = timeout(PATIENCE, listener.accept()).await.expect("somebody comes").unwrap();
    assert!(acceptor().accept(stream).await.is_err(), "our certificate is refused");
}
