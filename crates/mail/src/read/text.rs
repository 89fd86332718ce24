//! Text of a mail made fit for a case: no control characters, Unix lines, a length that ends somewhere.

/// One line without control characters, at most 500 characters.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(500).collect()
}

/// Lines end in a line feed, other control characters but the tab are dropped, and of blank lines at most
/// two follow each other.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            if empty > 2 {
                continue;
            }
        } else {
            empty = 0;
        }
        out.extend(line.chars().filter(|c| !c.is_control() || *c == '\t'));
        out.push('\n');
    }
    out.trim_end().trim_start_matches('\n').to_owned()
}

/// The beginning of a text, at most `most` bytes, and whether that is not all.
pub(super) fn cut(text: &str, most: usize) -> (&str, bool) {
    if text.len() <= most {
        return (text, false);
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    (&text[..end], true)
}

#[cfg(test)]
mod tests {
    use super::{clean, cut, one_line};

    #[test]
    fn text_is_made_fit() {
        assert_eq!(clean("\r\n\na\0b\r\n\r\n\r\n\r\n\r\nc\td  \r\n\r\n"), "ab\n\n\nc\td");
        assert_eq!(one_line(" a\r\n\tb\u{7} "), "a b");
        assert_eq!(cut("aé", 2), ("a", true));
        assert_eq!(cut("aé", 3), ("aé", false));
    }
}
