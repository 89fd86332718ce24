//! Forms: what was typed comes back, whatever it was.

use crate::site::{house, house_with};
use axum::body::Body;
use axum::http::Method;
use std::convert::Infallible;
use web::testing::{Client, tags};

const FORM: &str = "application/x-www-form-urlencoded";

/// A few of each kind; the big lists are read from the shared data where they are at hand.
const NAUGHTY: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "{{7*7}} ${7*7} {% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp; &#39;",
    "\u{202e}txt.exe",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "\u{0}null\u{1}\u{7f}\u{feff}",
    "\n\nleading lines",
    "社會科學院語學研究所 表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀",
    "Robert'); DROP TABLE cases;--",
];

fn shared(file: &str) -> Option<serde_json::Value> {
    let text = outside::text(&format!("web-abuse/{file}"))?;
    Some(serde_json::from_str(&text).expect("shared data is JSON"))
}

fn naughty_strings() -> Vec<String> {
    let mut all: Vec<String> = NAUGHTY.iter().map(|s| (*s).to_owned()).collect();
    let text = |v: &serde_json::Value| v.as_str().map(str::to_owned);
    if let Some(list) = shared("blns.json") {
        all.extend(list.as_array().into_iter().flatten().filter_map(text));
    }
    if let Some(list) = shared("dompurify-expect.json") {
        all.extend(list.as_array().into_iter().flatten().filter_map(|v| text(&v["payload"])));
    }
    all
}

#[tokio::test]
async fn naughty_strings_come_back_as_they_were_typed() {
    let house = house_with("https://security.acme.example", |s| s.limits.rate_factor = 1_000).await;
    let client = house.site.client();
    for naughty in naughty_strings() {
        // No title: the form is shown again. The house rules of HTML are checked on every page.
        let again =
            client.form("/report").await.fill("body", &naughty).fill("severity", &naughty).submit().await.is(422);
        let form = client.form_in("/report", &again);
        assert_eq!(form.value("body"), naughty.replace("\r\n", "\n"), "typed {naughty:?}");
        let again = client.form("/report").await.fill("title", "  ").fill("body", "x").submit().await.is(422);
        again.says("<title>Error: Report · Acme security</title>").says("There is a problem");
    }
    for naughty in naughty_strings().iter().filter(|n| !n.trim().is_empty()) {
        let sent = client.form("/report").await.fill("title", naughty).file("file", naughty, b"x").submit().await;
        // No browser puts control characters into a header; whoever does is told so.
        let wanted = if naughty.chars().any(|c| c.is_ascii_control() && c != '\n' && c != '\r' && c != '\t') {
            400
        } else {
            200
        };
        sent.is(wanted);
    }
    assert!(house.deeds.count() > 10);
}

#[tokio::test]
async fn an_error_stands_in_the_summary_and_beside_the_field() {
    let house = house().await;
    let again = house.site.client().form("/report").await.fill("body", "kept").submit().await.is(422);
    assert_eq!(again.text.matches("Say in one line what this is").count(), 2);
    let all = tags(&again.text);
    let title = all.iter().find(|t| t.attribute("id") == Some("title")).unwrap();
    assert_eq!(title.attribute("aria-describedby"), Some("title-hint title-error"));
    assert_eq!(title.attribute("aria-invalid"), Some("true"));
    assert!(all.iter().any(|t| t.name == "a" && t.attribute("href") == Some("#title")));
    assert!(all.iter().any(|t| t.attribute("role") == Some("alert")));
}

/// A body with the right token and the rest as given.
async fn raw(client: &Client, rest: &[u8]) -> Vec<u8> {
    let token = client.form("/report").await.value("csrf").to_owned();
    [b"csrf=", token.as_bytes(), b"&", rest].concat()
}

#[tokio::test]
async fn bytes_that_are_no_text_are_an_error_of_their_field() {
    let house = house().await;
    let client = house.site.client();
    let body = raw(&client, b"title=caf%E9&body=kept").await;
    let again = client.call(Method::POST, "/report").header("content-type", FORM).body(body).send().await.is(422);
    again.says("not UTF-8").says("caf\u{FFFD}").says("kept");
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn files_stream_through_and_lose_their_folders() {
    let house = house().await;
    let client = house.site.client();
    let big = vec![7; 3 << 20];
    let form = client.form("/report").await.fill("title", "x");
    let form = form.file("file", "../../etc/passwd", b"root").file("file", "C:\\a\\poc.bin", &big);
    let form = form.file("file", "nul.log", b"x").file("file", "a\u{202e}txt.exe", b"x");
    let kept = format!("kept passwd:4,poc.bin:{},_nul.log:1,atxt.exe:1", big.len());
    form.submit().await.is(200).says(&kept);
}

#[tokio::test]
async fn too_much_is_a_clear_no() {
    let house = house().await;
    let client = house.site.client();
    let many = client.form("/report").await.fill("title", "kept title");
    let many = (0..21).fold(many, |form, n| form.file("file", &format!("{n}.txt"), b"x"));
    many.submit().await.is(422).says("Send at most 20 files").says("kept title");
    let wide = raw(&client, &b"x=1&".repeat(300)).await;
    client.call(Method::POST, "/report").header("content-type", FORM).body(wide).send().await.is(413).says("Send less");
    // The row takes files of megabytes; words alone are held to the limit of words.
    let long = format!("title={}", "x".repeat(2 << 20));
    client.call(Method::POST, "/report").header("content-type", FORM).body(long).send().await.is(413).says("1 MB");
    let huge = client.form("/report").await.fill("title", "x").file("file", "a", &vec![0; 9 << 20]);
    huge.submit().await.is(413).says("8 MB");
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn broken_multipart_is_no_server_error() {
    let house = house().await;
    let client = house.site.client();
    client.get("/report").await;
    let kind = "multipart/form-data; boundary=xx";
    for body in ["", "--xx", "--xx\r\n", "--xx\r\nContent-Disposition: form-data\r\n\r\nx", "rubbish", "--xx--"] {
        let answer = client.call(Method::POST, "/report").header("content-type", kind).body(body).send().await;
        assert!(matches!(answer.status.as_u16(), 400 | 403), "{body:?}: {}", answer.status);
    }
    for kind in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""] {
        client.call(Method::POST, "/report").header("content-type", kind).body("--").send().await.is(400);
    }
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn what_was_typed_beside_too_much_is_given_back() {
    let house = house().await;
    let client = house.site.client();
    let long = client.form("/report").await.fill("title", "kept title").fill("severity", "kept after");
    let long = long.fill("body", &format!("the beginning {}é", "x".repeat(300 << 10))).file("file", "a.txt", b"x");
    let answer = long.submit().await.is(422).says("Make this shorter than 256 kB, or send it as a file");
    answer.says("kept title").says("kept after").says("the beginning xxx");

    let long = raw(&client, format!("title=kept+title&body=the+beginning+{}", "x".repeat(2 << 20)).as_bytes()).await;
    let answer = client.call(Method::POST, "/report").header("content-type", FORM).body(long).send().await.is(413);
    answer.says("1 MB").says("Send less").says("kept title").says("the beginning xxx");

    let wide = raw(&client, &[b"title=kept+title&".as_slice(), &b"x=1&".repeat(300)].concat()).await;
    let answer = client.call(Method::POST, "/report").header("content-type", FORM).body(wide).send().await.is(413);
    answer.says("at most 200 fields").says("kept title");
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn a_declared_size_that_is_refused_gives_the_words_back_too() {
    let house = house().await;
    let client = house.site.client();
    client.get("/report").await;
    let part = |name: &str, value: &str| format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"{value}\r\n");
    let file = part("file", "; filename=\"a\"\r\n\r\n") + &"y".repeat(9 << 20);
    let body = part("csrf", "\r\n\r\nold") + &part("title", "\r\n\r\nkept title") + &file + "\r\n--xx--\r\n";
    let call = client.call(Method::POST, "/report").header("content-type", "multipart/form-data; boundary=xx");
    let call = call.header("content-length", &body.len().to_string());
    // In pieces, as it comes over a socket.
    let pieces: Vec<_> = body.as_bytes().chunks(16 << 10).map(|piece| Ok::<_, Infallible>(piece.to_vec())).collect();
    let body = Body::from_stream(futures::stream::iter(pieces));
    call.body(body).send().await.is(413).says("8 MB").says("kept title").is_silent_about("yyy");
}

/// A browser refuses by rules and words of its own, sends nothing and shows it for seconds; the house says what is wrong
/// beside the field. So no template asks a browser to judge what was typed.
#[test]
fn no_form_is_judged_by_the_browser() {
    let judged = [" required", " pattern=", " minlength=", " min=", " max=", " step="];
    let kinds = ["type=\"email\"", "type=\"number\"", "type=\"url\""];
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()];
    let (mut faults, mut templates) = (Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html") {
                templates += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                let controls = ["<input", "<select", "<textarea"].iter().flat_map(|tag| text.split(tag).skip(1));
                for control in controls.map(|rest| rest.split('>').next().unwrap()) {
                    if judged.iter().chain(&kinds).any(|word| control.contains(word)) {
                        faults.push(format!("{}: {control}", path.display()));
                    }
                }
            }
        }
    }
    assert!(templates > 50, "{templates}");
    assert_eq!(faults, Vec::<String>::new());
}
