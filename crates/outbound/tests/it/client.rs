//! What the client refuses, and what it bounds.

use crate::receiver::Receiver;
use crate::support::{hasty, rules};
use outbound::{Answer, Client, Failure, Post, Rules};
use std::time::Duration;
use url::Url;

async fn post(rules: Rules, url: &str) -> Result<Answer, Failure> {
    let (client, url) = (Client::new(rules).unwrap(), Url::parse(url).unwrap());
    client.post(Post { url: &url, headers: vec![("webhook-id", "msg_1".to_owned())], body: b"{}".to_vec() }).await
}

#[tokio::test]
async fn addresses_of_the_house_are_refused_when_it_connects() {
    let mut receiver = Receiver::start(&[]);
    let port = receiver.port;
    // However it is written, and also under a name that leads there: looked at after the name was asked for.
    for url in [
        format!("https://127.0.0.1:{port}/ok"),
        format!("https://localhost:{port}/ok"),
        format!("http://localhost:{port}/ok"),
        format!("https://0x7f000001:{port}/ok"),
        format!("https://[::1]:{port}/ok"),
        format!("https://[::ffff:127.0.0.1]:{port}/ok"),
        format!("https://0.0.0.0:{port}/ok"),
        "https://10.0.0.1/".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://[fe80::1]/".to_owned(),
        "https://[64:ff9b::7f00:1]/".to_owned(),
    ] {
        let failure = post(Rules::default(), &url).await.unwrap_err();
        assert!(matches!(failure, Failure::Refused(_)), "{url}: {failure:?}");
    }
    assert!(receiver.got().is_empty(), "nobody connected");
    // The operator's list opens it, by network and by name.
    assert_eq!(post(rules(), &receiver.url("/ok")).await.unwrap().status, 200);
    let named = Rules { allow: vec!["localhost".parse().unwrap()], ..Rules::default() };
    assert_eq!(post(named, &format!("http://localhost:{port}/ok")).await.unwrap().status, 200);
    let got = receiver.got();
    assert_eq!(got.len(), 2);
    assert_eq!((got[0].header("host"), got[0].header("webhook-id")), (format!("127.0.0.1:{port}").as_str(), "msg_1"));
    // What a name leads to inside is not said to those who only type names.
    let said = post(Rules::default(), &format!("https://localhost:{port}/ok")).await.unwrap_err().to_string();
    assert!(said.contains("not reached") && !said.contains("127.0.0.1") && !said.contains("::1"), "{said}");
    let name = post(Rules::default(), "https://no-such-name.invalid/").await.unwrap_err();
    assert!(matches!(name, Failure::Name(_)), "{name:?}");
}

#[tokio::test]
async fn what_is_not_on_the_operators_list_is_not_reached_either() {
    let mut receiver = Receiver::start(&[]);
    let only = |text: &str| Rules { only: vec![text.parse().unwrap()], ..rules() };
    // A shorter list than when the address was written: asked again when something is sent.
    let failure = post(only("hooks.example.com"), &receiver.url("/ok")).await.unwrap_err();
    assert!(matches!(failure, Failure::Refused(_)), "{failure:?}");
    assert!(receiver.got().is_empty(), "nobody connected");
    assert_eq!(post(only("127.0.0.0/8"), &receiver.url("/ok")).await.unwrap().status, 200);
    // Being listed makes nothing private reachable.
    let listed = Rules { allow: Vec::new(), ..only("127.0.0.0/8") };
    assert!(matches!(post(listed, &receiver.url("/ok")).await, Err(Failure::Refused(_))));
}

#[tokio::test]
async fn redirects_are_answers_and_lead_nowhere() {
    let mut receiver = Receiver::start(&[]);
    let answer = post(rules(), &receiver.url("/away")).await.unwrap();
    assert_eq!((answer.status, answer.is_taken()), (302, false));
    assert_eq!(receiver.got().iter().map(|got| got.path.as_str()).collect::<Vec<_>>(), ["/away"]);
}

#[tokio::test]
async fn answers_are_read_within_bounds() {
    let receiver = Receiver::start(&[]);
    let answer = post(rules(), &receiver.url("/big")).await.unwrap();
    assert!(answer.is_taken() && answer.words.chars().count() <= 301, "{}", answer.words.len());
    let headers = post(rules(), &receiver.url("/headers")).await.unwrap_err();
    assert!(matches!(headers, Failure::Broken(_)), "{headers:?}");
    for path in ["/none", "/raw"] {
        let broken = post(rules(), &receiver.url(path)).await.unwrap_err();
        assert!(matches!(broken, Failure::Broken(_)), "{path}: {broken:?}");
    }
    // Whoever says nothing, or says it byte by byte, is not waited for.
    for path in ["/hang", "/drip"] {
        let slow = post(hasty(), &receiver.url(path)).await.unwrap_err();
        assert!(matches!(slow, Failure::Slow(_)), "{path}: {slow:?}");
    }
    // Whoever said 200 has taken it, whatever becomes of the body.
    let stalled = post(rules(), &receiver.url("/stall")).await.unwrap();
    assert!(stalled.is_taken() && stalled.words == "taken", "{stalled:?}");
    let asked = post(rules(), &receiver.url("/later/120")).await.unwrap();
    assert_eq!((asked.status, asked.retry_after), (503, Some(domain::Span::from_seconds(120))));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let mut receiver = Receiver::start(&["--tls"]);
    let url = receiver.url("/ok");
    let refused = post(rules(), &url).await.unwrap_err();
    assert!(matches!(refused, Failure::Tls(_)), "{refused:?}");
    assert!(receiver.got().is_empty());
    let authority = std::fs::read(receiver.certificate.clone().unwrap()).ok();
    assert!(post(Rules { authority, ..rules() }, &url).await.unwrap().is_taken());
    // Under another name than the certificate has.
    let authority = std::fs::read(receiver.certificate.clone().unwrap()).ok();
    let other = format!("https://127.0.0.2:{}/ok", receiver.port);
    let refused = post(Rules { authority, ..rules() }, &other).await.unwrap_err();
    assert!(matches!(refused, Failure::Connect(_) | Failure::Tls(_)), "{refused:?}");
}

#[tokio::test]
async fn so_many_connections_and_no_more() {
    let receiver = Receiver::start(&[]);
    let client = Client::new(Rules { connections: 2, ..hasty() }).unwrap();
    let hang = Url::parse(&receiver.url("/hang")).unwrap();
    let held = || client.post(Post { url: &hang, headers: Vec::new(), body: Vec::new() });
    // Two hang and are given up; the third waits for their place and is not refused: it ends after them by its own time.
    let began = tokio::time::Instant::now();
    let (first, second, third) = tokio::join!(held(), held(), held());
    for slow in [first, second, third] {
        assert!(matches!(slow, Err(Failure::Slow(_))), "{slow:?}");
    }
    assert!(began.elapsed() >= 2 * hasty().total, "the third had a place at once");
    assert_eq!(Rules::default().total, Duration::from_secs(15));
}
