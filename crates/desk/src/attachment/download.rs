//! Giving a file out: always as an attachment, never as something a browser would show or run.

use super::Attachment;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use db::DataKey;
use db::blob::{BlobError, Blobs};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use web::{Problem, Reply};

/// The characters RFC 8187 lets stand in `filename*`.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Streams the file. A blob that was cut or altered ends the connection early, so the client sees that
/// the length does not match.
pub async fn download(blobs: &Blobs, key: &DataKey, file: &Attachment) -> Reply {
    let blob = file.blob.parse().map_err(Problem::internal)?;
    let opened = match blobs.get(key, file.id.uuid(), blob).await {
        Ok(opened) => opened,
        Err(error @ (BlobError::NotFound(_) | BlobError::Altered(_))) => return Err(missing(error)),
        Err(error) => return Err(unreadable(error)),
    };
    let mut response = Body::from_stream(opened.chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(opened.size));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&file.name)?);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What is said of a blob that is gone or altered.
pub(super) fn missing(error: BlobError) -> Problem {
    Problem::gone("This attachment no longer matches the checksum we recorded. We are keeping it as it is.")
        .because(error)
}

/// What is said while the store does not answer.
pub(super) fn unreadable(error: BlobError) -> Problem {
    Problem::unavailable("The file cannot be read just now. Try again.").because(error)
}

/// A document of ours to be saved under this name.
pub(crate) fn document(name: &str, media: &'static str, text: String) -> Reply {
    saved_as(name, media, Body::from(text))
}

/// The same of something that is written while it is sent.
pub(crate) fn saved_as(name: &str, media: &'static str, body: Body) -> Reply {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_DISPOSITION, disposition(name)?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((StatusCode::OK, headers, body).into_response())
}

/// RFC 6266: an ASCII name for old clients and the whole name in UTF-8.
pub(super) fn disposition(name: &str) -> Result<HeaderValue, Problem> {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-._ ".contains(c) { c } else { '_' }).collect();
    let exact = utf8_percent_encode(name, ATTR_CHAR);
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"))
        .map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_cannot_leave_their_place() {
        let odd = disposition("a\"; filename=b\r\nX: é.html").unwrap();
        assert_eq!(
            odd.to_str().unwrap(),
            "attachment; filename=\"a__ filename_b__X_ _.html\"; \
             filename*=UTF-8''a%22%3B%20filename%3Db%0D%0AX%3A%20%C3%A9.html"
        );
    }
}
