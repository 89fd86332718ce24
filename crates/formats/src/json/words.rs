//! What is wrong with a text as JSON, in words that say what to do.

/// The words for a message of `serde_json`, which speaks to programmers. One that is not known stays as it is.
pub(super) fn words(message: &str) -> &str {
    match message {
        "EOF while parsing a list" => "the document ends too early, inside a list: a ] is missing, or the file was cut",
        "EOF while parsing an object" => {
            "the document ends too early, inside an object: a } is missing, or the file was cut"
        }
        "EOF while parsing a string" => {
            "the document ends too early, inside a text: a \" is missing, or the file was cut"
        }
        "EOF while parsing a value" => "the document ends too early, where a value should stand; the file may be cut",
        "expected `:`" => "a colon is missing between a name and its value",
        "expected `,` or `]`" => "neither a comma nor ] stands behind an entry of a list; add the one that is missing",
        "expected `,` or `}`" => "neither a comma nor } stands behind a property; add the one that is missing",
        "expected value" | "expected ident" => {
            "no value stands here; one is a text in double quotes, a number, true, false, null, a list or an object"
        }
        "expected `\"`" | "key must be a string" => {
            "the name of a property is missing here; it stands in double quotes"
        }
        "trailing comma" => "a comma stands before the end of a list or an object; take it away",
        "trailing characters" => {
            "something stands behind the end of the document; give each document a file of its own"
        }
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            "a line break, a tab or the like stands in a text as it is; write it as \\n, \\t or \\u and four digits"
        }
        "invalid escape" => {
            "a backslash stands before a sign that has no other meaning with one; write two backslashes"
        }
        "invalid number" => {
            "this is no number as JSON writes it, such as 12, -0.5 or 1e3; in a text it needs double quotes"
        }
        "number out of range" => "the number is too large",
        "recursion limit exceeded" => "too many lists and objects inside each other",
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" | "invalid unicode code point" => {
            "half of a character (\\uD800 to \\uDFFF stand in pairs); write the character itself"
        }
        other => other,
    }
}
