//! The process in which a picture is decoded: what it says, and what it cannot do any more.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

/// A picture of one pixel (PNG).
const PIXEL: &str = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de\
                     0000000c49444154789c636064620600000e0007d76fe4780000000049454e44ae426082";

fn started() -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args([desk::attachment::PAINTER_WORD, "100"]).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

fn answer(bytes: &[u8]) -> (Option<i32>, Vec<u8>) {
    let mut child = started();
    child.stdin.take().expect("a pipe").write_all(bytes).expect("it reads");
    let ended = child.wait_with_output().expect("it ends");
    (ended.status.code(), ended.stdout)
}

#[test]
fn a_picture_comes_back_drawn_anew_and_anything_else_is_said_to_be_so() {
    let pixel = data_encoding::HEXLOWER.decode(PIXEL.as_bytes()).unwrap();
    let (code, drawn) = answer(&pixel);
    assert_eq!(code, Some(0));
    assert!(drawn.starts_with(b"P\x89PNG") && drawn.len() > 60, "{drawn:?}");
    assert_eq!(answer(b"<svg/>"), (Some(0), b"O".to_vec()));
    assert_eq!(answer(&pixel[..45]), (Some(0), b"D".to_vec()));
    assert_eq!(answer(b""), (Some(0), b"O".to_vec()));
}

#[test]
fn it_has_limited_itself_before_it_reads() {
    let mut child = started();
    let mut give = child.stdin.take().expect("a pipe");
    let limits = format!("/proc/{}/limits", child.id());
    // It waits for the end of the picture; by then the limits stand, sooner or later.
    let mut said = String::new();
    while !said.lines().any(|line| line.starts_with("Max open files") && line.split_whitespace().nth(3) == Some("0")) {
        assert!(child.try_wait().expect("a child").is_none(), "it ended: {said}");
        said = std::fs::read_to_string(&limits).expect("its limits");
        std::thread::yield_now();
    }
    let soft = |name: &str| {
        let line = said.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {said}"));
        line[name.len()..].split_whitespace().next().unwrap_or_default().to_owned()
    };
    assert_eq!(soft("Max file size"), "0");
    assert_eq!(soft("Max core file size"), "0");
    assert_eq!(soft("Max processes"), "0");
    assert_eq!(soft("Max cpu time"), "20");
    assert_eq!(soft("Max address space"), (1_u64 << 30).to_string());
    give.write_all(b"x").expect("it reads");
    drop(give);
    let mut answer = Vec::new();
    child.stdout.take().expect("a pipe").read_to_end(&mut answer).expect("it answers");
    assert_eq!(answer, b"O");
    child.wait().expect("it ends");
}
