//! A QR code as the path of an SVG: no image file, no inline style, no script.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Side of the drawing in modules with a quiet zone of four around it, and the `d` of its path. `None`
/// for a text that is too long for any QR code (2.3 kB).
pub fn qr_path(text: &str) -> Option<(i32, String)> {
    const QUIET: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    #[test]
    fn draws_modules_only() {
        let (side, path) = super::qr_path("otpauth://totp/a:b?secret=ABC").unwrap();
        assert!(side > 21 && path.starts_with("M4 4h1v1h-1z"));
        assert!(path.bytes().all(|b| b.is_ascii_digit() || b"Mhvz -".contains(&b)));
        assert!(super::qr_path(&"x".repeat(5000)).is_none());
    }
}
