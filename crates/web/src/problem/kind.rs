//! The closed list of problem kinds: status, name, title and what they mean.

use axum::http::StatusCode;

macro_rules! kinds {
    ($( $(#[$meta:meta])* $name:ident = $status:literal, $word:literal, $title:literal; )+) => {
        /// A kind of problem. Its name is the last part of the `type` URI, `/problems/<name>`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $( $(#[$meta])* $name ),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// The kebab-case name.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $word ),+ }
            }

            /// The short human title, the same for each problem of the kind.
            pub const fn title(self) -> &'static str {
                match self { $( Self::$name => $title ),+ }
            }

            const fn type_path(self) -> &'static str {
                match self { $( Self::$name => concat!("/problems/", $word) ),+ }
            }

            const fn code(self) -> u16 {
                match self { $( Self::$name => $status ),+ }
            }
        }
    };
}

kinds! {
    /// Cannot be read at all.
    BadRequest = 400, "bad-request", "The request cannot be read";
    /// The body is not JSON.
    InvalidJson = 400, "invalid-json", "The body is not JSON";
    /// No token, or one that is not good.
    Unauthorised = 401, "unauthorised", "A good token is needed";
    /// A form that was not ours, or too old.
    FormOutOfDate = 403, "form-out-of-date", "This form is out of date";
    /// New reports of this sender are not taken for a time.
    Barred = 403, "barred", "No new report is taken from you";
    /// Missing, or not for the caller to know of.
    NotFound = 404, "not-found", "Nothing found here";
    /// The address exists, the method does not.
    MethodNotAllowed = 405, "method-not-allowed", "This address does not take that method";
    /// The request came too slowly.
    TooSlow = 408, "too-slow", "The request took too long to arrive";
    /// Not possible in the present state.
    Conflict = 409, "conflict", "Not possible in the present state";
    /// Was here: erased, or a link that was used.
    Gone = 410, "gone", "This is no longer here";
    /// Somebody was faster.
    PreconditionFailed = 412, "changed-meanwhile", "Somebody changed this meanwhile";
    /// Too big.
    TooLarge = 413, "too-large", "This is too large";
    /// A body of a kind we do not read.
    UnsupportedType = 415, "unsupported-media-type", "This kind of body is not read here";
    /// Read, and not acceptable.
    Invalid = 422, "invalid", "There is a problem";
    /// `If-Match` or `Idempotency-Key` is missing.
    PreconditionRequired = 428, "precondition-required", "A header is missing";
    /// Too many tries.
    TooManyRequests = 429, "too-many-requests", "Too many requests";
    /// Too many or too long headers.
    HeadersTooLarge = 431, "headers-too-large", "The request's headers are too large";
    /// Our fault.
    Internal = 500, "internal", "Something failed on our side";
    /// Not now.
    Unavailable = 503, "unavailable", "Not available just now";
}

impl Kind {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The `type` member of the document: a URI reference that leads to a page about the kind.
    pub const fn type_uri(self) -> &'static str {
        self.type_path()
    }

    /// The kind for a bare error status that a library made.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let same = |kind: &&Self| kind.status() == status;
        match Self::ALL.iter().find(same) {
            Some(kind) => *kind,
            None if status.is_server_error() => Self::Internal,
            None => Self::BadRequest,
        }
    }

    /// The kind of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use axum::http::StatusCode;

    #[test]
    fn names_are_kebab_case_and_unique() {
        for kind in Kind::ALL {
            assert!(kind.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{kind:?}");
            assert_eq!(Kind::find(kind.name()), Some(*kind));
            assert!(kind.type_uri().ends_with(kind.name()));
            assert!(kind.status().as_u16() >= 400);
        }
    }

    #[test]
    fn strange_statuses_find_a_kind() {
        assert_eq!(Kind::of_status(StatusCode::NOT_FOUND), Kind::NotFound);
        assert_eq!(Kind::of_status(StatusCode::IM_A_TEAPOT), Kind::BadRequest);
        assert_eq!(Kind::of_status(StatusCode::BAD_GATEWAY), Kind::Internal);
    }
}
