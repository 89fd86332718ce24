//! The wish to stop, as the operating system tells it.

/// Done when the process gets SIGTERM or SIGINT (Ctrl-C).
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    if let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) {
        tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () }
    } else {
        // Without handlers the system's own stop the process: nothing to wait for.
        tracing::warn!("no signal handlers: stopping will not drain");
        std::future::pending::<()>().await;
    }
}
