//! The kit from outside: a small site of its own, called in process and over real sockets.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "panicking is how a test fails")]

mod access;
mod api;
mod compression;
mod contrast;
mod csrf;
mod forms;
mod headers;
mod network;
mod pages;
mod rates;
mod site;
mod tls;
mod watch;
