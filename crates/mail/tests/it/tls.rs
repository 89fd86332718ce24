//! Protected connections and signing in.

use crate::server::{Sink, case, letter, put, settings, store};
use mail::{Courier, Post, Round, Server, Tls};
use zeroize::Zeroizing;

async fn round(sink: &Sink, change: impl FnOnce(&mut Server)) -> (Round, Option<String>) {
    let t = store().await;
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "sealed")).await;
    let mut settings = settings(&sink.address());
    if let Some(server) = &mut settings.server {
        server.authority = sink.certificate.as_ref().map(|file| std::fs::read(file).unwrap());
        change(server);
    }
    let post = Post::new(settings);
    let round = Courier::new(t.db.clone(), post.clone()).round().await.unwrap();
    t.db.close().await;
    (round, post.trouble().map(|(_, trouble)| trouble.0.words))
}

#[tokio::test]
async fn tls_from_the_first_byte_and_by_starttls() {
    for (mode, tls) in [("implicit", Tls::Implicit), ("starttls", Tls::Required)] {
        let mut sink = Sink::start(&["--tls", mode]);
        let (round, trouble) = round(&sink, |server| server.tls = tls).await;
        assert_eq!((round.sent, trouble), (1, None), "{mode}");
        assert!(sink.taken()[0].tls, "{mode}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_letter() {
    for (mode, tls) in [("implicit", Tls::Implicit), ("starttls", Tls::Required)] {
        let mut sink = Sink::start(&["--tls", mode]);
        let (round, trouble) = round(&sink, |server| {
            server.tls = tls;
            server.authority = None;
        })
        .await;
        assert_eq!((round.sent, round.later), (0, 1), "{mode}");
        assert!(trouble.is_some(), "{mode}");
        assert!(sink.taken().is_empty(), "{mode}");
    }
}

#[tokio::test]
async fn nothing_goes_in_the_clear_where_tls_is_required() {
    let mut sink = Sink::start(&[]);
    let (round, trouble) = round(&sink, |server| server.tls = Tls::Required).await;
    assert_eq!((round.sent, round.later), (0, 1));
    assert!(trouble.unwrap().contains("STARTTLS"));
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn signing_in_and_being_refused() {
    for (password, sent) in [("right", 1), ("wrong", 0)] {
        let sink = Sink::start(&["--tls", "starttls", "--auth", "desk:right"]);
        let (round, trouble) = round(&sink, |server| {
            server.tls = Tls::Required;
            server.credentials = Some(("desk".to_owned(), Zeroizing::new(password.to_owned())));
        })
        .await;
        assert_eq!((round.sent, trouble.is_none()), (sent, sent == 1), "{password}: {trouble:?}");
        assert!(!trouble.unwrap_or_default().contains("wrong"), "the password is not told");
    }
}
