//! RFC 8785 (JSON Canonicalization Scheme) for the values we commit to: text, integers, booleans,
//! null, arrays and objects. One value has one sequence of bytes.
//!
//! Floating-point numbers are refused rather than written: their canonical form is the hard half of
//! the RFC and nothing we commit to has any. Integers keep within the exact range of a double, so
//! that any other implementation of the RFC gives the same bytes.

use serde_json::{Map, Number, Value};

/// Largest integer, and its negative the smallest: 2^53 - 1 (RFC 8785 section 3.2.2.3, I-JSON).
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Deepest nesting, as `serde_json` reads it by default.
const MAX_DEPTH: usize = 127;

/// Why a value has no canonical bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number with fraction or exponent, or negative zero.
    #[error("numbers with a fraction or exponent are not committed")]
    Float,
    /// Beyond [`MAX_INTEGER`] on either side.
    #[error("integers must be within 2^53 - 1")]
    TooLarge,
    /// Arrays and objects nested deeper than 127.
    #[error("nested too deeply")]
    TooDeep,
}

/// The canonical bytes of a value.
pub fn canonical(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::new();
    write_value(value, MAX_DEPTH, &mut out)?;
    Ok(out)
}

fn write_value(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(true) => out.extend(b"true"),
        Value::Bool(false) => out.extend(b"false"),
        Value::Number(number) => write_integer(number, out)?,
        Value::String(text) => write_string(text, out),
        Value::Array(items) => write_array(items, depth, out)?,
        Value::Object(members) => write_object(members, depth, out)?,
    }
    Ok(())
}

fn write_integer(number: &Number, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    let value = match number.as_i64() {
        Some(value) => value,
        None if number.is_u64() => return Err(CanonicalError::TooLarge),
        None => return Err(CanonicalError::Float),
    };
    if !(-MAX_INTEGER..=MAX_INTEGER).contains(&value) {
        return Err(CanonicalError::TooLarge);
    }
    out.extend(value.to_string().bytes());
    Ok(())
}

/// Escapes what the RFC (section 3.2.2.2) escapes and nothing else.
fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend(b"\\\""),
            b'\\' => out.extend(b"\\\\"),
            0x08 => out.extend(b"\\b"),
            0x09 => out.extend(b"\\t"),
            0x0a => out.extend(b"\\n"),
            0x0c => out.extend(b"\\f"),
            0x0d => out.extend(b"\\r"),
            0x00..=0x1f => {
                out.extend(b"\\u00");
                out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

fn write_array(items: &[Value], depth: usize, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    let depth = depth.checked_sub(1).ok_or(CanonicalError::TooDeep)?;
    out.push(b'[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write_value(item, depth, out)?;
    }
    out.push(b']');
    Ok(())
}

/// Members go in the order of their names as UTF-16 code units (section 3.2.3), which differs from
/// the order of UTF-8 bytes above U+FFFF.
fn write_object(members: &Map<String, Value>, depth: usize, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    let depth = depth.checked_sub(1).ok_or(CanonicalError::TooDeep)?;
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push(b'{');
    for (place, (name, value)) in sorted.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write_string(name, out);
        out.push(b':');
        write_value(value, depth, out)?;
    }
    out.push(b'}');
    Ok(())
}
