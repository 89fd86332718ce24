//! A case taken out as a print, read by another program.

use crate::export::scene;
use crate::support::House;
use axum::http::Method;
use domain::{Role, TeamText};
use serde_json::{Value, json};

/// What pypdf finds in a file: its words, how many pages, title, language, bookmarks, and how many of each tag.
fn read(bytes: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.pdf");
    std::fs::write(&file, bytes).unwrap();
    let python = outside::python(env!("CARGO_TARGET_TMPDIR"), &["pypdf"]);
    let code = r#"
import collections, json, sys, pypdf
pdf = pypdf.PdfReader(sys.argv[1], strict=True)
root = pdf.trailer["/Root"]
tags, walk = collections.Counter(), [root["/StructTreeRoot"]]
while walk:
    one = walk.pop()
    if not isinstance(one, dict): continue
    if "/S" in one: tags[one["/S"]] += 1
    below = one.get("/K")
    walk += [k.get_object() for k in below] if isinstance(below, list) else [below]
flat = lambda marks: [t for m in marks for t in (flat(m) if isinstance(m, list) else [m.title])]
print(json.dumps({
    "text": " ".join(" ".join(page.extract_text() for page in pdf.pages).split()), "pages": len(pdf.pages),
    "title": pdf.metadata.title, "language": root["/Lang"], "marked": bool(root["/MarkInfo"]["/Marked"]),
    "says": root["/Metadata"].get_data().decode(), "bookmarks": flat(pdf.outline), "tags": tags,
}))"#;
    let read = std::process::Command::new(python).args(["-c", code]).arg(&file).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

fn says(print: &Value, words: &str) -> bool {
    print["text"].as_str().unwrap().contains(words)
}

#[tokio::test]
async fn the_print_can_be_read_searched_and_kept() {
    let house = House::new().await;
    let site = house.site().await;
    let (name, ana) = scene(&house, &site).await;
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{name}/export");
    let out = owner.form(&at).await.fill("contents", "everything").fill("as", "pdf").submit().await.is(200);
    assert_eq!(out.header("content-type"), "application/pdf");
    assert!(out.header("content-disposition").contains(&format!("{name}.pdf")));
    let print = read(&out.bytes);
    for words in [
        "Token accepted after password change",
        "Everything of the case",
        "By Ana",
        "Which version is it?",
        "TEAM ONLY · 4. Note added, by Ana Looks like the [U+1F511] of last year",
        "poc.txt",
        "SHA-256 ",
        "Digest of the events",
        &format!("leeward case verify {name}.json --key KEYS"),
        "page 1 of ",
    ] {
        assert!(says(&print, words), "{words:?} is not in {print:#}");
    }
    assert_eq!(print["title"], format!("{name} Token accepted after password change"));
    assert_eq!((&print["language"], &print["marked"]), (&json!("en"), &json!(true)));
    let standards = print["says"].as_str().unwrap();
    assert!(standards.contains("pdfaid:part>2") && standards.contains("pdfuaid:part>1"), "{standards}");
    let bookmarks = print["bookmarks"].as_array().unwrap();
    for heading in ["Seal", "How to check this", "Facts", "People", "Files", "What happened", "2026-11-22", "Proofs"] {
        assert!(bookmarks.contains(&json!(heading)), "{bookmarks:?}");
    }
    assert_eq!(bookmarks.len(), 9, "the title, the headings and one day: {bookmarks:?}");
    let tags = &print["tags"];
    assert_eq!((&tags["/H1"], &tags["/TR"]), (&json!(1), &tags["/TH"]));
    assert!(tags["/H2"].as_u64() >= Some(6) && tags["/P"].as_u64() >= Some(20), "{tags}");
}

#[tokio::test]
async fn the_reporters_half_of_a_print_is_silent_about_the_team() {
    let house = House::new().await;
    let site = house.site().await;
    let (name, ana) = scene(&house, &site).await;
    let program = house.program(&site, ana, Role::Owner).await;
    let body = json!({ "contents": "reporter", "as": "pdf" });
    let out = program.json(Method::POST, &format!("/api/v1/cases/{name}/export"), &body).send().await.is(200);
    assert_eq!(out.header("content-type"), "application/octet-stream");
    let print = read(&out.bytes);
    assert!(says(&print, "Which version is it?") && says(&print, "by the team"), "{print:#}");
    for words in ["Ana", "of last year", "TEAM ONLY"] {
        assert!(!says(&print, words), "{words:?} is in {print:#}");
    }
}

#[tokio::test]
async fn the_print_of_a_duplicate_names_no_original_to_its_reporter() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.person("Ana", Role::Owner).await;
    let (root, same) = (house.report("First", None).await, house.report("Again", None).await);
    let repeat = json!({ "outcome": "duplicate", "of": root.id.to_string(), "reason": "We know of this one." });
    house.act(crate::support::act(same.id, ana, ("close", repeat))).await.unwrap();
    let program = house.program(&site, ana, Role::Owner).await;
    let print = async |contents: &str| {
        let body = json!({ "contents": contents, "as": "pdf" });
        let at = format!("/api/v1/cases/{}/export", same.name);
        read(&program.json(Method::POST, &at, &body).send().await.is(200).bytes)
    };
    assert!(says(&print("everything").await, &root.id.to_string()));
    let half = print("reporter").await;
    assert!(says(&half, "We know of this one.") && says(&half, "withheld"), "{half:#}");
    assert!(!says(&half, &root.id.to_string()) && !says(&half, &root.name), "{half:#}");
}

#[tokio::test]
async fn a_long_case_is_printed_with_every_event() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Long", None).await;
    for n in 0..300 {
        let note = TeamText::new(format!("Note{n}x {}", "word ".repeat(n))).unwrap();
        let db = house.db().clone();
        let noted: Result<i64, desk::engine::EngineError> = house
            .db()
            .write(move |tx| Box::pin(async move { desk::engine::note(tx, &db, case.id, (ana, note)).await }))
            .await;
        noted.unwrap();
    }
    let program = house.program(&site, ana, Role::Owner).await;
    let body = json!({ "contents": "everything", "as": "pdf" });
    let out = program.json(Method::POST, &format!("/api/v1/cases/{}/export", case.name), &body).send().await.is(200);
    let print = read(&out.bytes);
    let pages = print["pages"].as_u64().unwrap();
    assert!(pages > 20 && says(&print, &format!("page {pages} of {pages}")), "{pages}");
    assert!((0..300).all(|n| says(&print, &format!("Note{n}x"))));
}
