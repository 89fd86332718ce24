//! The text of a form: names and values in the order they came.

use crate::csrf::Csrf;

/// Hidden fields of forms, and what proves somebody: a code that works once, a password.
const SECRET: &[&str] = &["idempotency", "password", "code", "current-password", "current-code"];

/// Something is wrong with one field. The same words stand in the summary and beside the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the form field, or JSON pointer into the body.
    pub field: String,
    /// What to do about it: `Say which product this is about`.
    pub message: String,
}

/// Names and values as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    not_text: Vec<String>,
    cut: Vec<String>,
}

impl Fields {
    /// Reads `application/x-www-form-urlencoded`; at most `most` pairs. When there are more, the first
    /// ones are the error.
    pub(crate) fn urlencoded(body: &[u8], most: usize) -> Result<Self, Self> {
        let mut fields = Self::default();
        for (n, pair) in body.split(|b| *b == b'&').filter(|p| !p.is_empty()).enumerate() {
            if n >= most {
                return Err(fields);
            }
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decode(halves.next().unwrap_or_default());
            let value = decode(halves.next().unwrap_or_default());
            fields.push(&name, &value);
        }
        Ok(fields)
    }

    /// Reads as much as came of a urlencoded body that was not read to its end.
    pub(crate) fn urlencoded_part(body: &[u8], most: usize) -> Self {
        // An escape that was cut in two is no letter of theirs.
        let tail = body.iter().rev().take(2).position(|b| *b == b'%').map_or(0, |at| at + 1);
        let mut fields = Self::urlencoded(&body[..body.len() - tail], most).unwrap_or_else(|first| first);
        if let Some((_, value)) = fields.pairs.last_mut() {
            value.truncate(value.trim_end_matches('\u{FFFD}').len());
        }
        fields.not_text.clear();
        fields
    }

    /// Adds the beginning of a value that was too long to be read whole.
    pub(crate) fn push_cut(&mut self, name: &[u8], beginning: &[u8]) {
        let whole = beginning.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        self.push(name, whole.as_bytes());
        self.cut.push(String::from_utf8_lossy(name).into_owned());
    }

    /// Whether a value was too long to be read whole.
    pub(crate) fn is_cut(&self) -> bool {
        !self.cut.is_empty()
    }

    /// The fields that were longer than a field may be.
    pub(crate) fn too_long(&self, limit: usize) -> Vec<FieldError> {
        let kilobytes = limit >> 10;
        let message =
            format!("Make this shorter than {kilobytes} kB, or send it as a file. Only its beginning was read");
        self.cut.iter().map(|field| FieldError { field: field.clone(), message: message.clone() }).collect()
    }

    /// Adds a value as bytes; what is not UTF-8 is kept readable and remembered as a fault.
    pub(crate) fn push(&mut self, name: &[u8], value: &[u8]) {
        let name = String::from_utf8_lossy(name).into_owned();
        let text = String::from_utf8_lossy(value);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            self.not_text.push(name.clone());
        }
        // Browsers send line ends as CR LF; inside the house a line ends with LF.
        self.pairs.push((name, text.replace("\r\n", "\n")));
    }

    /// The first value of this name, or nothing typed.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every value of this name, for check boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether the name was sent at all: a check box that is not ticked is not.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(n, _)| n == name)
    }

    /// Names and values in order, without the form's own hidden fields and without secrets, which no
    /// page shows again.
    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = |name: &str| name == Csrf::FIELD || SECRET.contains(&name);
        self.pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).filter(move |(n, v)| !own(n) && !v.is_empty())
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.typed().next().is_none()
    }

    /// The fields whose bytes were no text.
    pub fn faults(&self) -> Vec<FieldError> {
        let error = |field: &String| FieldError {
            field: field.clone(),
            message: "Some of this is not text we can read (not UTF-8). Look for the � marks and type them again"
                .into(),
        };
        self.not_text.iter().map(error).collect()
    }

    /// Sets a value, for pages that fill a form in.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.pairs.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = value,
            None => self.pairs.push((name.to_owned(), value)),
        }
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(n, v)| (n.into(), v.into())).collect();
        Self { pairs, not_text: Vec::new(), cut: Vec::new() }
    }
}

fn decode(part: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_encoding::percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn urlencoded_is_read() {
        let fields = Fields::urlencoded(b"a=1+2&b=%C3%A9&a=3&&c", 10).unwrap();
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), ("1 2", "é", ""));
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1 2", "3"]);
        assert!(fields.has("c") && !fields.has("d") && fields.faults().is_empty());
        let once = Fields::urlencoded(b"a=%2541%253Cb%253E", 10).unwrap();
        assert_eq!(once.get("a"), "%41%3Cb%3E", "an escape is decoded once");
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_and_told() {
        let fields = Fields::urlencoded(b"title=caf%E9+au+lait", 10).unwrap();
        assert_eq!(fields.get("title"), "caf\u{FFFD} au lait");
        assert_eq!(fields.faults()[0].field, "title");
    }

    #[test]
    fn of_too_many_pairs_the_first_are_kept() {
        let first = Fields::urlencoded(b"a=1&b=2&c=3", 2).unwrap_err();
        assert_eq!((first.get("b"), first.has("c")), ("2", false));
    }

    #[test]
    fn a_body_cut_in_the_middle_of_a_letter_is_read_up_to_it() {
        for (body, kept) in [("a=x%C3%A9", "xé"), ("a=x%C3%A", "x"), ("a=x%C3%", "x"), ("a=x%C3", "x"), ("a=x%", "x")]
        {
            let fields = Fields::urlencoded_part(body.as_bytes(), 9);
            assert_eq!((fields.get("a"), fields.faults().len()), (kept, 0), "{body}");
        }
    }
}
