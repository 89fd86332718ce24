//! TLS on the listener: what is served inside it, and what is not served beside it. The certificate here is for tests alone.

use crate::site::house_with;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use web::server::{Certificate, CertificateError, serve};

const CHAIN: &[u8] = include_bytes!("tls/certificate.pem");
const KEY: &[u8] = include_bytes!("tls/key.pem");
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: security.acme.example\r\nConnection: close\r\n\r\n";

fn connector() -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(CHAIN).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn with_a_certificate_tls_is_spoken_and_nothing_else() {
    let house = house_with("https://security.acme.example", |settings| {
        settings.certificate = Some(Certificate::read(CHAIN, KEY).unwrap());
        settings.limits.header_time = Duration::from_secs(3);
        settings.limits.connections_each = 2;
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, house.router.clone(), house.kit.clone(), async move {
        stopped.await.unwrap_or(());
    }));

    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let mut inside = connector().connect(name, stream).await.unwrap();
    inside.write_all(REQUEST).await.unwrap();
    let mut answer = Vec::new();
    // How a server says goodbye is no matter of this test: what came is looked at.
    let _ = timeout(Duration::from_secs(5), inside.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security"), "{answer}");
    drop(inside);

    // Plain HTTP gets no page; whoever says nothing is let go and holds no place.
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(REQUEST).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(5), plain.read_to_end(&mut answer)).await;
    assert!(!answer.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&answer));
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut answer = Vec::new();
    let ended = timeout(Duration::from_mins(1), silent.read_to_end(&mut answer)).await;
    assert!(ended.is_ok() && answer.is_empty(), "{ended:?}");

    stop.send(()).unwrap();
    timeout(Duration::from_secs(10), server).await.expect("it stops").unwrap();
}

/// The greeting of a client that knows TLS 1.1 and no more.
fn old_greeting() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    // No session, one cipher of that time, no compression.
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let handshake = [&[1, 0, 0, length][..], &hello].concat();
    [&[22, 3, 1, 0, length + 4][..], &handshake].concat()
}

#[tokio::test]
async fn older_versions_are_not_spoken() {
    let house = house_with("https://security.acme.example", |settings| {
        settings.certificate = Some(Certificate::read(CHAIN, KEY).unwrap());
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, house.router.clone(), house.kit.clone(), std::future::pending()));
    let mut old = TcpStream::connect(address).await.unwrap();
    old.write_all(&old_greeting()).await.unwrap();
    let mut answer = Vec::new();
    timeout(Duration::from_secs(10), old.read_to_end(&mut answer)).await.expect("it ends").unwrap();
    // An alert, fatal, and nothing of a server's greeting.
    assert_eq!((answer.first(), answer.get(5), answer.len()), (Some(&21), Some(&2), 7), "{answer:?}");
    server.abort();
}

#[test]
fn only_ciphers_that_keep_the_past_secret() {
    let names: Vec<String> =
        ring::default_provider().cipher_suites.iter().map(|suite| format!("{:?}", suite.suite())).collect();
    assert!(names.len() > 4, "{names:?}");
    for name in names {
        let sealed = name.contains("GCM") || name.contains("CHACHA20_POLY1305");
        assert!(sealed && (name.starts_with("TLS13_") || name.starts_with("TLS_ECDHE_")), "{name}");
    }
}

#[test]
fn files_that_do_not_fit_are_told_apart() {
    assert!(matches!(Certificate::read(b"", KEY), Err(CertificateError::Chain)));
    assert!(matches!(Certificate::read(KEY, KEY), Err(CertificateError::Chain)));
    assert!(matches!(Certificate::read(CHAIN, b""), Err(CertificateError::Key)));
    assert!(matches!(Certificate::read(CHAIN, CHAIN), Err(CertificateError::Key)));
    assert_eq!(format!("{:?}", Certificate::read(CHAIN, KEY).unwrap()), "Certificate", "no key in a log");
}
