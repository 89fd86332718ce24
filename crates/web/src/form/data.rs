//! What a handler takes from a form: fields, and files as streams.

use super::fields::{FieldError, Fields};
use super::file_name::tame;
use super::incoming::{FIELD_BYTES, Incoming, Shared, problem_of, read_text, too_many_fields};
use crate::problem::{Kind, Problem};
use axum::body::{Body, Bytes};
use axum::extract::FromRequest;
use axum::http::Request;
use std::future::Future;
use std::sync::PoisonError;

/// The extractor for form bodies, both urlencoded and multipart.
///
/// On an API row (multipart uploads with a token) it opens the body itself.
pub struct FormData(Incoming);

/// What a browser says about a file. Neither word is to be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHead {
    /// Name of the form field.
    pub field: String,
    /// The file's own name, without any folders and tricks, at most 200 characters; `file` when it had none.
    pub name: String,
    /// The type the browser guessed.
    pub content_type: Option<String>,
}

/// The bytes of one file, in order.
pub struct FileChunks<'a> {
    field: multer::Field<'a>,
}

impl FileChunks<'_> {
    /// The next bytes, or `None` at the end of the file.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        self.field.chunk().await.map_err(|error| problem_of(&error))
    }
}

/// Takes files as they come in.
pub trait FileSink: Send {
    /// Called for each file with at least one byte or a name. Read `chunks` to its end, or stop
    /// early with a problem. What was stored of an earlier file when a later one fails is the
    /// sink's to drop.
    fn file(&mut self, head: FileHead, chunks: &mut FileChunks<'_>)
    -> impl Future<Output = Result<(), Problem>> + Send;
}

/// For forms without files: a file that is sent all the same is refused.
struct NoFiles;

impl FileSink for NoFiles {
    async fn file(&mut self, head: FileHead, _: &mut FileChunks<'_>) -> Result<(), Problem> {
        Err(Problem::invalid_field(head.field, "This form takes no files"))
    }
}

impl FormData {
    /// The fields of a form that has no files.
    pub async fn fields(self) -> Result<Fields, Problem> {
        self.receive(&mut NoFiles).await
    }

    /// The fields; each file goes to `sink` as it arrives, nothing is held in memory.
    pub async fn receive(self, sink: &mut impl FileSink) -> Result<Fields, Problem> {
        let Incoming { mut fields, rest, limits } = self.0;
        let Some(mut rest) = rest else { return Ok(fields) };
        let (mut count, mut files, mut bytes) = (0, 0, 0_usize);
        loop {
            let next = rest.next_field().await;
            let Some(field) = next.map_err(|error| problem_of(&error).keeping(fields.clone()))? else { break };
            count += 1;
            if count > limits.form_fields {
                return Err(too_many_fields(&limits).keeping(fields));
            }
            let name = field.name().unwrap_or("").to_owned();
            if field.file_name().is_none() {
                let text = read_text(field).await.map_err(|problem| problem.keeping(fields.clone()))?;
                bytes += text.value.len();
                text.put(&name, &mut fields);
                if bytes > limits.body {
                    return Err(crate::body::too_large(limits.body).keeping(fields));
                }
                continue;
            }
            // An empty file input is sent as a file without name or bytes. A form that is refused
            // already is only read on for the words in it.
            if field.file_name() == Some("") || fields.is_cut() {
                continue;
            }
            files += 1;
            if files > limits.form_files {
                let message = format!("Send at most {} files at once", limits.form_files);
                return Err(Problem::invalid_field(name, message).keeping(fields));
            }
            let head = head_of(&field, name);
            sink.file(head, &mut FileChunks { field }).await.map_err(|problem| problem.keeping(fields.clone()))?;
        }
        if fields.is_cut() {
            return Err(Problem::invalid(fields.too_long(FIELD_BYTES)).keeping(fields));
        }
        Ok(fields)
    }
}

fn head_of(field: &multer::Field<'_>, name: String) -> FileHead {
    let file_name = tame(field.file_name().unwrap_or(""));
    FileHead { field: name, name: file_name, content_type: field.content_type().map(ToString::to_string) }
}

impl<S: Send + Sync> FromRequest<S> for FormData {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        if let Some(Shared(cell)) = parts.extensions.remove::<Shared>() {
            let opened = cell.lock().unwrap_or_else(PoisonError::into_inner).take();
            return opened.map(Self).ok_or_else(|| Problem::internal("a form was taken twice"));
        }
        let kit = parts.extensions.get::<crate::Kit>().ok_or_else(|| Problem::internal("a form without the guard"))?;
        let limits = kit.settings.limits.clone();
        let kind = parts.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        if !kind.starts_with("multipart/form-data") {
            return Err(Problem::new(Kind::UnsupportedType, "Send this as multipart/form-data."));
        }
        Incoming::open_plain(kind, body, &limits).map(Self)
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![error])
    }
}
