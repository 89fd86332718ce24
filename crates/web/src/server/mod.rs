//! The server: an accept loop that slow, greedy and leaving clients cannot hurt.
//!
//! HTTP/1.1 behind any reverse proxy, or bare; inside TLS where the settings name a certificate. Request heads, bodies and answers each have their
//! time; connections are counted, in all and by address. A stop signal ends the accepting at once
//! and gives running requests the time of the settings.

mod admission;
mod stop;
mod tls;

pub use stop::stop_signal;
pub use tls::{Certificate, CertificateError};

use crate::app::Kit;
use crate::proxy::PeerAddress;
use admission::{Admission, Place};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown, Watcher};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// Largest request head hyper reads before it answers 431 itself. The guard refuses smaller ones
/// with a problem already; this bounds the memory.
const HEAD_BYTES: usize = 32 << 10;
/// Header lines hyper reads before it answers 431 itself.
const HEAD_LINES: usize = 100;
/// How long a client may leave an answer unread.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Serves until `stop` is done and the running requests are answered, or their time is over.
pub async fn serve(listener: TcpListener, router: Router, kit: Kit, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let admission = Admission::new(&kit);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(place) = admission.enter(peer.ip()) {
                    tokio::spawn(converse(stream, (peer, place), (router.clone(), kit.clone()), graceful.watcher()));
                }
            }
            Err(error) => {
                // Out of file descriptors: closing connections will free some.
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(kit.settings.limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still running when the time to stop was over");
    }
}

/// One connection to its end. A client that leaves or sends nonsense is nothing to log at the default level.
async fn converse(
    stream: TcpStream,
    (peer, place): (SocketAddr, Place),
    (router, kit): (Router, Kit),
    watcher: Watcher,
) {
    // Answers are written whole; waiting for more would only add delay.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let ended = match &kit.settings.certificate {
        None => watcher.watch(connection(stream, peer, router, &kit)).await,
        Some(certificate) => {
            let greeting = certificate.acceptor().accept(stream);
            // Whoever does not greet in the time of a request head holds no place.
            match tokio::time::timeout(kit.settings.limits.header_time, greeting).await {
                Ok(Ok(stream)) => watcher.watch(connection(stream, peer, router, &kit)).await,
                Ok(Err(error)) => {
                    tracing::debug!(%error, "no TLS came about");
                    Ok(())
                }
                Err(_) => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
    drop(place);
}

fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    kit: &Kit,
) -> impl GracefulConnection<Error = hyper::Error> + Send + use<S> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(ANSWER_TIME));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(PeerAddress(peer));
        router.clone().oneshot(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(kit.settings.limits.header_time)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}
