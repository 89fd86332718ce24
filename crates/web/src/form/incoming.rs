//! A form body that has been opened far enough to see its CSRF token.

use super::fields::Fields;
use crate::body;
use crate::csrf::Csrf;
use crate::problem::{Kind, Problem};
use crate::settings::Limits;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures::{StreamExt, stream};
use multer::Multipart;
use std::sync::{Arc, Mutex};

/// Longest multipart text field.
pub(super) const FIELD_BYTES: usize = 256 << 10;

/// A form whose token is known.
pub(crate) struct Incoming {
    pub(super) fields: Fields,
    pub(super) rest: Option<Multipart<'static>>,
    pub(super) limits: Limits,
}

/// The place in the request's extensions a form is handed over in, once.
#[derive(Clone)]
pub(crate) struct Shared(pub(super) Arc<Mutex<Option<Incoming>>>);

impl Incoming {
    /// Reads an urlencoded form whole, a multipart form up to its first field. Ours put the token
    /// there; a form that does not has no token.
    pub(crate) async fn open(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Self, Problem> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let essence = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        match essence.as_str() {
            "multipart/form-data" => Self::multipart(kind, body, limits).await,
            "application/x-www-form-urlencoded" | "" => Self::urlencoded(body, limits).await,
            _ => Err(Problem::new(Kind::UnsupportedType, "Send this as a form, the way a browser does.")),
        }
    }

    async fn urlencoded(body: Body, limits: &Limits) -> Result<Self, Problem> {
        // Rows for files allow much more than words need.
        let most = limits.form_fields;
        let bytes = body::whole_within(body, limits.body)
            .await
            .map_err(|(problem, read)| problem.keeping(Fields::urlencoded_part(&read, most)))?;
        let fields = Fields::urlencoded(&bytes, most).map_err(|first| too_many_fields(limits).keeping(first))?;
        Ok(Self { fields, rest: None, limits: limits.clone() })
    }

    async fn multipart(kind: &str, body: Body, limits: &Limits) -> Result<Self, Problem> {
        let mut opened = Self::open_plain(kind, body, limits)?;
        let Some(rest) = &mut opened.rest else { return Ok(opened) };
        let first = rest.next_field().await.map_err(|error| problem_of(&error))?;
        if let Some(field) = first.filter(|field| field.name() == Some(Csrf::FIELD) && field.file_name().is_none()) {
            let Text { value, .. } = read_text(field).await?;
            opened.fields.push(Csrf::FIELD.as_bytes(), &value);
        }
        Ok(opened)
    }

    /// A multipart form of the API, which has no token inside.
    pub(super) fn open_plain(kind: &str, body: Body, limits: &Limits) -> Result<Self, Problem> {
        let boundary = multer::parse_boundary(kind).map_err(|error| problem_of(&error))?;
        // Multer reads ahead for as long as bytes are ready, and takes a body for cut off that comes
        // whole between two of its looks. A pause after each piece keeps what lies in memory small, and
        // the fields before a refused file readable.
        let pieces = stream::unfold((body.into_data_stream(), true), |(mut body, first)| async move {
            if !first {
                tokio::task::yield_now().await;
            }
            Some((body.next().await?, (body, false)))
        });
        let rest = Multipart::new(pieces.fuse(), boundary);
        Ok(Self { fields: Fields::default(), rest: Some(rest), limits: limits.clone() })
    }

    pub(crate) fn token(&self) -> &str {
        self.fields.get(Csrf::FIELD)
    }

    /// What was typed, for the page that says the form is out of date: the text fields up to the
    /// first file, which our forms put last.
    pub(crate) async fn into_kept(self) -> Fields {
        let Self { mut fields, rest, limits } = self;
        let Some(mut rest) = rest else { return fields };
        let mut bytes = 0;
        while let Ok(Some(field)) = rest.next_field().await {
            let name = field.name().unwrap_or("").to_owned();
            if field.file_name().is_some() || bytes > limits.body {
                break;
            }
            let Ok(text) = read_text(field).await else { break };
            bytes += text.value.len() + name.len() + 1;
            text.put(&name, &mut fields);
        }
        fields
    }

    /// What was typed into a form whose declared size is refused: its words are few even then, and
    /// whoever wrote them for an hour should not lose them to a file.
    pub(crate) async fn typed_in(headers: &HeaderMap, body: Body, limits: &Limits) -> Fields {
        match Self::open(headers, body, limits).await {
            Ok(opened) => opened.into_kept().await,
            Err(problem) => problem.kept().clone(),
        }
    }

    pub(crate) fn shared(self) -> Shared {
        Shared(Arc::new(Mutex::new(Some(self))))
    }
}

/// What a multipart text field held.
pub(super) struct Text {
    /// Its bytes, at most [`FIELD_BYTES`].
    pub(super) value: Vec<u8>,
    /// Whether there was more.
    cut: bool,
}

impl Text {
    pub(super) fn put(self, name: &str, fields: &mut Fields) {
        if self.cut {
            fields.push_cut(name.as_bytes(), &self.value);
        } else {
            fields.push(name.as_bytes(), &self.value);
        }
    }
}

/// A multipart text field, its beginning only when it is too long.
pub(super) async fn read_text(mut field: multer::Field<'_>) -> Result<Text, Problem> {
    let mut text = Text { value: Vec::new(), cut: false };
    while let Some(chunk) = field.chunk().await.map_err(|error| problem_of(&error))? {
        let room = FIELD_BYTES - text.value.len();
        text.value.extend_from_slice(&chunk[..chunk.len().min(room)]);
        text.cut |= chunk.len() > room;
    }
    Ok(text)
}

pub(super) fn too_many_fields(limits: &Limits) -> Problem {
    let words = format!("A form may have at most {} fields. Nothing was saved. Send less at once.", limits.form_fields);
    Problem::new(Kind::TooLarge, words)
}

/// Multer's own errors are about syntax; a fault of the body lies underneath.
pub(super) fn problem_of(error: &multer::Error) -> Problem {
    match error {
        multer::Error::StreamReadFailed(inner) => body::problem_of(&**inner),
        _ => Problem::bad_request("The parts of the form cannot be told apart. Nothing was saved."),
    }
}
