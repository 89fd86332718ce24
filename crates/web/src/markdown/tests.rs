//! What texts become as Markdown, and what they never do.

use super::{DEPTH, Links, as_typed, render};
use proptest::prelude::*;

fn html(text: &str) -> String {
    render(text, &Links::default(), 4).as_str().to_owned()
}

#[test]
fn markup_that_somebody_types_is_text() {
    assert_eq!(html("a <b>b</b>"), "<p>a &lt;b&gt;b&lt;/b&gt;</p>\n");
    let block = html("<script>\nalert(1)\n</script>\n\nafter");
    assert!(block.starts_with("<p>&lt;script&gt;<br>") && block.contains("alert(1)<br>"), "{block}");
    assert!(block.ends_with("<p>after</p>\n"), "{block}");
    assert_eq!(html("one\ntwo"), "<p>one<br>\ntwo</p>\n");
}

#[test]
fn a_link_says_where_it_leads() {
    let rel = "rel=\"noopener nofollow\"";
    assert_eq!(
        html("[our site](https://evil.example/x?a=1&b=2)"),
        format!(
            "<p><a href=\"https://evil.example/x?a=1&amp;b=2\" {rel}>our site</a> <small>(evil.example)</small></p>\n"
        )
    );
    let plain = html("<https://gateway.acme.example/a>");
    assert!(plain.contains(">https://gateway.acme.example/a</a></p>"), "{plain}");
    for pretended in [
        "[https://acme.example/](https://evil.example/)",
        "[evil.example.acme.example](https://evil.example/)",
        "<https://acme.example@evil.example/>",
        "[evil.example@acme](https://evil.example)",
    ] {
        assert!(html(pretended).contains("<small>(evil.example)</small>"), "{}", html(pretended));
    }
    let foreign = html("[a](https://b\u{fc}cher.example/)");
    assert!(foreign.contains("(xn--bcher-kva.example)"), "{foreign}");
    let mail = html("<ines@acme.example> [write](mailto:x@evil.example)");
    assert!(
        mail.contains("href=\"mailto:ines@acme.example\"") && mail.contains("<small>(x@evil.example)</small>"),
        "{mail}"
    );
}

#[test]
fn what_is_no_web_address_is_no_link() {
    for dest in
        ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/desk/settings", "vbscript:x", "file:///etc"]
    {
        let html = html(&format!("[go]({dest})"));
        assert!(!html.contains("<a") && html.contains(&format!("go ({dest})")), "{html}");
    }
    assert!(!html("[go](JaVaScRiPt&#58;alert(1))").contains("<a"));
}

#[test]
fn nothing_is_fetched() {
    let image = html("![proof](https://evil.example/pixel.png \"t\") ![](https://evil.example/2.png)");
    assert!(!image.contains("<img") && image.contains("image: proof</a> <small>(evil.example)</small>"), "{image}");
    assert!(image.contains("image: https://evil.example/2.png</a>"), "{image}");
    let inside = html("[![a](https://a.example/1)](https://b.example/2)");
    assert_eq!(inside.matches("<a ").count(), 1, "{inside}");
}

#[test]
fn cases_and_files_that_the_reader_may_see_are_links() {
    let mut links = Links::default();
    links.add_case("REP-12".into(), "/desk/cases/REP-12".into());
    links.add_file("proof 1.png".into(), "/desk/cases/REP-1/attachments/7".into());
    let text = "See REP-12, not REP-13, nor `REP-12`. ![it](<proof 1.png>)";
    let html = render(text, &links, 4).as_str().to_owned();
    assert_eq!(html.matches("href=\"/desk/cases/REP-12\"").count(), 1, "{html}");
    assert!(html.contains("REP-13, nor <code>REP-12</code>"), "{html}");
    assert!(
        html.contains("<a href=\"/desk/cases/REP-1/attachments/7\" rel=\"noopener nofollow\">image: it</a>"),
        "{html}"
    );
}

#[test]
fn headings_begin_below_the_page_and_skip_no_level() {
    let html = html("### a\n\n# b\n\n## c\n\n### d\n\n###### e");
    let levels: Vec<&str> =
        html.matches("<h").zip(html.match_indices("<h")).map(|(_, (at, _))| &html[at + 1..at + 3]).collect();
    assert_eq!(levels, ["h4", "h4", "h5", "h6", "h6"], "{html}");
}

#[test]
fn tables_and_code_are_drawn_without_styles() {
    let html = html("| a | b |\n|--:|---|\n| 1 | 2 |\n\n```sh\nls <x>\n```\n");
    assert!(html.contains("<table><thead><tr><th>a</th>"), "{html}");
    assert!(html.contains("<pre><code>ls &lt;x&gt;\n</code></pre>") && !html.contains("style"), "{html}");
}

/// Texts of 100 kB that are all markers.
fn heavy() -> Vec<String> {
    let fill = |unit: &str| unit.repeat(100_000 / unit.len());
    let mut texts: Vec<String> = [
        "[", ">", "*", "_", "`", "![", "[a](", "<", "* ", "> ", "- ", "#", "|", "\\", "&", "~~a", "[[a]", "**a*", "a|",
    ]
    .map(fill)
    .into();
    texts.push(format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)));
    texts.push(format!("{}\n{}\n{}", "a|".repeat(20_000), "-|".repeat(20_000), "a\n".repeat(10_000)));
    texts.push(format!("[a]: https://a.example/{}\n\n{}", "x".repeat(40_000), "[a]".repeat(20_000)));
    texts.push((0..400).map(|depth| format!("{}- a\n", " ".repeat(depth))).collect::<Vec<_>>().concat());
    texts.push(format!("{}\n", ">".repeat(300)).repeat(330));
    texts.push("[a](https://a.example) ".repeat(4_300));
    texts
}

/// Most elements of the text that stand in each other at one place. What is drawn for them besides, such as the body of
/// a table, does not count.
fn deepest(html: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
        if ["br", "hr", "code", "small", "thead", "tbody", "tr", "pre"].contains(&name) {
            continue;
        }
        open = if tag.starts_with('/') { open.saturating_sub(1) } else { open + 1 };
        most = most.max(open);
    }
    most
}

#[test]
fn heavy_texts_stay_bounded() {
    for text in heavy() {
        let html = html(&text);
        let drawn = html.len() <= super::LONGEST * 2 && deepest(&html) <= DEPTH;
        assert!(drawn || html == as_typed(&text), "{} bytes, {} deep: {:?}", html.len(), deepest(&html), &text[..20]);
    }
    for deep in [">".repeat(100_000), ">".repeat(300), "* ".repeat(50_000), "*b* ".repeat(12_000)] {
        let text = format!("{deep}a");
        assert_eq!(html(&text), as_typed(&text), "{:?}", &text[..20]);
    }
    let deep = format!("{} deep", ">".repeat(DEPTH + 2));
    assert_eq!(html(&deep), format!("<pre>{} deep</pre>", "&#62;".repeat(DEPTH + 2)));
}

/// Whether only elements and attributes of the short list came out.
fn is_tame(html: &str) -> Result<(), String> {
    for tag in html.split('<').skip(1) {
        let inner = tag.split('>').next().unwrap_or_default();
        let name = inner.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        if !super::TAGS.contains(&name) {
            return Err(format!("<{inner}>"));
        }
        let rest = inner.trim_start_matches('/').strip_prefix(name).unwrap_or_default();
        let mut parts = rest.split('"');
        while let (Some(attribute), Some(value)) = (parts.next(), parts.next()) {
            let fits = match attribute.trim() {
                "href=" => ["http://", "https://", "mailto:", "/desk/cases/", "/case/mine/"]
                    .iter()
                    .any(|s| value.starts_with(s)),
                "rel=" => value == "noopener nofollow",
                "start=" => value.bytes().all(|b| b.is_ascii_digit()),
                _ => false,
            };
            if !fits {
                return Err(format!("{attribute}{value}"));
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_but_the_short_list_comes_out(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<", ">", "\"", "'", "script", "<script>", "</script>", "style=\"x\"", " onerror=a", "javascript:", "[", "](", ")",
            "![", "`", "```\n", "\n", "\n\n", "> ", "* ", "1. ", "# ", "|", "|-|\n", "<a href=", "<img src=x>", "&lt;", "&#x3c;",
            "&#106;avascript:", "https://a.example", "mailto:", "data:text/html,", "//", "\\", "~~", "**", "_", "<!--", "-->",
            "<![CDATA[", "<svg", "REP-12", "\u{202e}", "\u{0}", "é", "<https://x/\"onclick=\"a>", "[a]: ", " \t",
        ]), 0..60)
    ) {
        let mut links = Links::default();
        links.add_case("REP-12".into(), "/desk/cases/REP-12".into());
        let html = render(&parts.concat(), &links, 4);
        prop_assert!(is_tame(html.as_str()).is_ok(), "{:?} of {:?}: {}", is_tame(html.as_str()), parts.concat(), html.as_str());
    }

    #[test]
    fn any_text_can_be_drawn(text in "\\PC{0,300}", heading in 0_u8..=9) {
        let html = render(&text, &Links::default(), heading);
        prop_assert!(is_tame(html.as_str()).is_ok(), "{}", html.as_str());
    }
}
