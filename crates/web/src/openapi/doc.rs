//! What a row says about itself beyond method, path and right.

use super::schema::Schema;
use crate::problem::Kind;

/// Documentation of one row of the JSON API.
#[derive(Debug, Clone)]
pub struct ApiDoc {
    pub(super) summary: &'static str,
    pub(super) tag: &'static str,
    pub(super) description: &'static str,
    pub(super) params: Vec<Param>,
    pub(super) request: Option<(&'static str, Schema)>,
    pub(super) replies: Vec<Answer>,
    pub(super) problems: Vec<Kind>,
    pub(super) if_match: bool,
    pub(super) idempotent: bool,
}

/// One documented answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) what: &'static str,
    pub(super) body: Option<(&'static str, Schema)>,
    pub(super) etag: bool,
}

/// A parameter of the path or the query.
#[derive(Debug, Clone)]
pub struct Param {
    pub(super) name: &'static str,
    pub(super) place: &'static str,
    pub(super) what: &'static str,
    pub(super) schema: Schema,
}

impl Param {
    /// A parameter of the path; one that is not described is a string.
    pub fn path(name: &'static str, what: &'static str, schema: Schema) -> Self {
        Self { name, place: "path", what, schema }
    }

    /// An optional parameter of the query.
    pub fn query(name: &'static str, what: &'static str, schema: Schema) -> Self {
        Self { name, place: "query", what, schema }
    }
}

impl ApiDoc {
    /// A row of the group `tag`; `summary` in a few words, starting with a verb.
    pub fn new(tag: &'static str, summary: &'static str) -> Self {
        Self {
            summary,
            tag,
            description: "",
            params: Vec::new(),
            request: None,
            replies: Vec::new(),
            problems: Vec::new(),
            if_match: false,
            idempotent: false,
        }
    }

    /// A sentence or two more.
    #[must_use]
    pub fn describe(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// A parameter.
    #[must_use]
    pub fn param(mut self, param: Param) -> Self {
        self.params.push(param);
        self
    }

    /// A JSON body.
    #[must_use]
    pub fn takes(mut self, schema: Schema) -> Self {
        self.request = Some(("application/json", schema));
        self
    }

    /// A multipart body with one or more files in the field `file`.
    #[must_use]
    pub fn takes_files(mut self) -> Self {
        let file = Schema::raw(serde_json::json!({ "type": "string", "format": "binary" }));
        let form = Schema::inline_object().required("file", file);
        self.request = Some(("multipart/form-data", form));
        self
    }

    /// An answer with a JSON body.
    #[must_use]
    pub fn gives(mut self, status: u16, what: &'static str, schema: Schema) -> Self {
        self.replies.push(Answer { status, what, body: Some(("application/json", schema)), etag: false });
        self
    }

    /// An answer with a JSON body and an `ETag` to send back in `If-Match`.
    #[must_use]
    pub fn gives_version(mut self, status: u16, what: &'static str, schema: Schema) -> Self {
        self.replies.push(Answer { status, what, body: Some(("application/json", schema)), etag: true });
        self
    }

    /// An answer with a body of another media type.
    #[must_use]
    pub fn gives_media(mut self, status: u16, what: &'static str, media: &'static str) -> Self {
        let schema = Schema::raw(serde_json::json!({}));
        self.replies.push(Answer { status, what, body: Some((media, schema)), etag: false });
        self
    }

    /// An answer without a body.
    #[must_use]
    pub fn gives_nothing(mut self, status: u16, what: &'static str) -> Self {
        self.replies.push(Answer { status, what, body: None, etag: false });
        self
    }

    /// A problem that neither the kit nor the form of the row makes certain: `Gone`, for example.
    #[must_use]
    pub fn may_refuse(mut self, kind: Kind) -> Self {
        self.problems.push(kind);
        self
    }

    /// The handler takes [`crate::IfMatch`].
    #[must_use]
    pub fn if_match(mut self) -> Self {
        self.if_match = true;
        self
    }

    /// The handler takes [`crate::IdempotencyKey`].
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let params = self.params.iter().map(|p| &p.schema);
        let request = self.request.iter().map(|(_, schema)| schema);
        let replies = self.replies.iter().filter_map(|r| r.body.as_ref().map(|(_, schema)| schema));
        params.chain(request).chain(replies)
    }
}
