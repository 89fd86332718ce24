//! Names of files that tricked neither a system nor a reader before they came to us.

/// The last part of a path in any system's writing: no control characters, no characters that turn
/// the direction of writing, no device names of Windows, nothing a shell or a file system reads as
/// more than a letter, at most 200 characters. `file` when nothing is left.
pub fn tame(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String = last.chars().filter(|c| !turns(*c) && !c.is_control()).map(harmless).take(200).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    match clean {
        "" => "file".to_owned(),
        _ if is_device(clean) => format!("_{clean}"),
        _ => clean.to_owned(),
    }
}

fn turns(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn harmless(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("").trim_end().to_ascii_uppercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::tame;

    #[test]
    fn file_names_lose_their_folders_and_tricks() {
        let table = [
            ("poc.txt", "poc.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\poc.zip", "poc.zip"),
            ("..", "file"),
            ("", "file"),
            (".htaccess", "htaccess"),
            ("a\0b\n.txt", "ab.txt"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.log", "_com1.log"),
            ("console.log", "console.log"),
            ("evil\u{202E}txt.exe", "eviltxt.exe"),
            ("a:b|c?.txt", "a_b_c_.txt"),
            ("trailing. . ", "trailing"),
            ("Bericht über ALLES.pdf", "Bericht über ALLES.pdf"),
        ];
        for (given, wanted) in table {
            assert_eq!(tame(given), wanted, "{given:?}");
        }
        assert_eq!(tame(&"x".repeat(500)).len(), 200);
    }
}
