//! A picture as a browser may show it: decoded within limits and written anew, so that none of the bytes that
//! somebody sent reach the browser, and nothing that the file said beside its pixels.
//!
//! What a file is follows from its first bytes, not from its name: only these are read of one that is no picture. One
//! picture is read and decoded at a time in a process, so that memory stays bounded whatever is uploaded.

mod apart;

pub use apart::{Painter, WORD, draw};

use super::{Attachment, saved_as};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use db::DataKey;
use db::blob::{BlobError, Blobs};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use std::time::Duration;
use tokio::sync::Semaphore;
use web::Reply;

/// Largest file that is tried, in bytes.
pub const FILE_MAX: u64 = 20 << 20;
/// Longest side and most pixels that are decoded.
const SIDE_MAX: u32 = 12_000;
const PIXELS_MAX: u64 = 16_000_000;
/// Most bytes of pixels.
const MEMORY_MAX: u64 = 96 << 20;
/// Longest side that is shown.
const SHOWN: u32 = 1_600;
/// How well a photograph is written, of 100.
const QUALITY: u8 = 85;
/// How long somebody waits for the first bytes, for their turn, for the rest and for their picture: each.
const PATIENCE: Duration = Duration::from_secs(10);

static TURN: Semaphore = Semaphore::const_new(1);

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotShown {
    /// Another kind of file.
    #[error("Only PNG, JPEG, GIF and WebP pictures are shown here.")]
    Other,
    /// More bytes or pixels than are decoded.
    #[error("This picture cannot be shown: it is larger than 20 MB or 16 million pixels.")]
    TooLarge,
    /// Sent so.
    #[error("This picture cannot be shown: the file is damaged or not what it says.")]
    Damaged,
    /// Cut or altered since it came.
    #[error("This attachment no longer matches the checksum we recorded. We are keeping it as it is.")]
    Altered,
    /// Others are being decoded, this one takes too long, or the store does not answer.
    #[error("This picture cannot be shown just now. Try again in a minute.")]
    Busy,
}

/// A picture written by us.
pub struct Picture {
    bytes: Vec<u8>,
    media: &'static str,
}

impl Picture {
    /// Served to be saved, under the name of the file with the ending of what was written.
    pub fn saved_as(self, name: &str) -> Reply {
        let ending = if self.media == "image/jpeg" { "jpg" } else { "png" };
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        saved_as(&format!("{stem}.pixels.{ending}"), self.media, self.bytes.into())
    }

    /// Served as what it is and nothing else, in a sandbox.
    pub fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(self.media)),
            (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (headers, self.bytes).into_response()
    }
}

/// How a picture is drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct How<'p> {
    /// Who decodes it; nobody: this process does.
    pub painter: Option<&'p Painter>,
    /// In its own size, to be taken along and passed on. What the file said beside its pixels (place, time, camera, author)
    /// is left behind either way.
    pub whole: bool,
}

/// The picture in a file, if it is one that can be shown.
pub async fn picture(blobs: &Blobs, key: &DataKey, file: &Attachment, how: How<'_>) -> Result<Picture, NotShown> {
    let begun = in_time(begin(blobs, key, file)).await?;
    kind(&begun.first)?;
    if file.size > FILE_MAX {
        return Err(NotShown::TooLarge);
    }
    let turn = in_time(async { TURN.acquire().await.map_err(|_| NotShown::Busy) }).await?;
    let bytes = in_time(begun.whole()).await?;
    let most = if how.whole { SIDE_MAX } else { SHOWN };
    if let Some(painter) = how.painter {
        return painter.draw(&bytes, most).await;
    }
    // Whoever went away leaves the work to its end, and the turn with it.
    let work = tokio::task::spawn_blocking(move || {
        let picture = anew(&bytes, most);
        drop(turn);
        picture
    });
    in_time(async { work.await.unwrap_or(Err(NotShown::Damaged)) }).await
}

async fn in_time<T>(step: impl Future<Output = Result<T, NotShown>>) -> Result<T, NotShown> {
    tokio::time::timeout(PATIENCE, step).await.unwrap_or(Err(NotShown::Busy))
}

/// A file of which the first bytes were read.
struct Begun {
    first: Bytes,
    rest: BoxStream<'static, Result<Bytes, BlobError>>,
}

async fn begin(blobs: &Blobs, key: &DataKey, file: &Attachment) -> Result<Begun, NotShown> {
    let name = file.blob.parse().map_err(|_| NotShown::Altered)?;
    let opened = blobs.get(key, file.id.uuid(), name).await.map_err(|error| unread(&error))?;
    let mut rest = opened.chunks;
    let first = rest.try_next().await.map_err(|error| unread(&error))?.unwrap_or_default();
    Ok(Begun { first, rest })
}

impl Begun {
    async fn whole(self) -> Result<Vec<u8>, NotShown> {
        let add = |mut all: Vec<u8>, chunk: Bytes| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        };
        self.rest.try_fold(self.first.to_vec(), add).await.map_err(|error| unread(&error))
    }
}

/// What is said of a blob that cannot be read: a store that does not answer says nothing about the file.
fn unread(error: &BlobError) -> NotShown {
    match error {
        BlobError::NotFound(_) | BlobError::Altered(_) => NotShown::Altered,
        error => {
            tracing::warn!(%error, "a picture could not be read");
            NotShown::Busy
        }
    }
}

/// What kind of picture begins with these bytes.
fn kind(first: &[u8]) -> Result<ImageFormat, NotShown> {
    match image::guess_format(first) {
        Ok(kind @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)) => Ok(kind),
        _ => Err(NotShown::Other),
    }
}

fn anew(bytes: &[u8], most: u32) -> Result<Picture, NotShown> {
    let format = kind(bytes)?;
    let picture = decoded(bytes, format).map_err(|error| why(&error))?;
    let small = if picture.width().max(picture.height()) > most { picture.thumbnail(most, most) } else { picture };
    written(small, format).map_err(|error| why(&error))
}

fn decoded(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY_MAX {
        let kind = image::error::LimitErrorKind::DimensionError;
        return Err(ImageError::Limits(image::error::LimitError::from_kind(kind)));
    }
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn written(picture: DynamicImage, format: ImageFormat) -> Result<Picture, ImageError> {
    let mut bytes = Vec::new();
    if format == ImageFormat::Jpeg {
        let plain = DynamicImage::ImageRgb8(picture.into_rgb8());
        plain.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
        return Ok(Picture { bytes, media: "image/jpeg" });
    }
    let plain = DynamicImage::ImageRgba8(picture.into_rgba8());
    plain.write_with_encoder(PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive))?;
    Ok(Picture { bytes, media: "image/png" })
}

fn why(error: &ImageError) -> NotShown {
    match error {
        ImageError::Limits(_) => NotShown::TooLarge,
        _ => NotShown::Damaged,
    }
}

#[cfg(test)]
mod tests;
