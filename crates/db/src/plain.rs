//! The plain columns: everything that may lie unsealed on the disk, by table. A test compares this
//! list with the real schema, so that a new column is sealed (bytes) or is argued for here.

/// Text and number columns that hold no word that people wrote and no name of anybody: ids, states
/// and kinds from our own vocabulary, instants, counters, and what outsiders see anyway (slug, origin).
pub const PLAIN: &[(&str, &[&str])] = &[
    ("schema_migrations", &["number", "name", "at"]),
    ("meta", &["name"]),
    ("keys", &["id", "kind", "owner", "created_at"]),
    ("people", &["id", "state", "totp_step", "version", "created_at"]),
    ("grants", &["person", "role", "scope", "scope_id", "granted_at"]),
    ("sessions", &["public_id", "kind", "person", "case_id", "created_at", "seen_at", "expires_at", "step_up_at"]),
    ("links", &["purpose", "person", "created_at", "expires_at", "spent_at"]),
    ("tokens", &["public_id", "person", "mask", "created_at", "expires_at", "used_at", "revoked_at"]),
    ("programmes", &["id", "slug", "desk", "intake", "version", "created_at"]),
    (
        "cases",
        &[
            "id",
            "type",
            "number",
            "desk",
            "programme",
            "state",
            "is_open",
            "waiting_since",
            "severity_claimed",
            "severity_decided",
            "outcome",
            "restricted",
            "assignee",
            "version",
            "received_at",
            "updated_at",
            "due_at",
            "held_at",
            "erased_at",
        ],
    ),
    ("case_members", &["case_id", "person", "added_at"]),
    ("events", &["id", "case_id", "seq", "kind", "audience", "party", "actor", "at"]),
    ("log_entries", &["ordinal", "event", "epoch", "idx"]),
    ("log_epochs", &["epoch", "origin", "key", "verifier", "size", "opened_at", "statement"]),
    ("log_tiles", &["epoch", "level", "n"]),
    ("log_checkpoints", &["epoch", "size", "at"]),
    ("drafts", &["id", "version", "size", "files", "created_at", "expires_at"]),
    ("attachments", &["id", "owner", "event", "audience", "size", "blob", "created_at"]),
    ("idempotency", &["case_id", "created_at"]),
    ("jobs", &["id", "kind", "subject", "due_at", "attempts", "locked_until"]),
    ("erasures", &["id", "kind", "subject", "requested_at", "event", "swept_at"]),
    ("reads", &["id", "person", "what", "case_id", "at"]),
    ("documents", &["doc", "case_id", "change", "length", "live"]),
    ("document_terms", &["doc"]),
    ("postings", &["chunk"]),
    ("posting_slices", &["slice", "upto"]),
    ("counters", &["name", "value"]),
    (
        "letters",
        &[
            "id",
            "kind",
            "case_id",
            "person",
            "state",
            "attempts",
            "created_at",
            "due_at",
            "locked_until",
            "ended_at",
            "code",
        ],
    ),
    ("contacts", &["case_id", "state", "changed_at"]),
    ("arrivals", &["case_id", "at"]),
    ("notice_choices", &["person", "pace", "kinds"]),
    ("notices", &["person", "case_id", "kind", "seq", "at", "due_at"]),
];

/// Byte columns and what protects them.
pub const BYTES: &[(&str, &[(&str, Kind)])] = &[
    ("meta", &[("value", Kind::Public)]),
    ("keys", &[("master", Kind::Public), ("wrapped", Kind::Sealed)]),
    (
        "people",
        &[
            ("email_index", Kind::Keyed),
            ("name", Kind::Sealed),
            ("email", Kind::Sealed),
            ("password", Kind::Sealed),
            ("totp", Kind::Sealed),
        ],
    ),
    ("sessions", &[("id", Kind::Keyed)]),
    ("links", &[("id", Kind::Keyed), ("body", Kind::Sealed)]),
    ("tokens", &[("id", Kind::Keyed), ("label", Kind::Sealed)]),
    ("programmes", &[("body", Kind::Sealed)]),
    ("cases", &[("code_index", Kind::Keyed), ("title", Kind::Sealed), ("body", Kind::Sealed)]),
    ("events", &[("body", Kind::Sealed), ("salt", Kind::Sealed)]),
    ("log_entries", &[("commitment", Kind::Public)]),
    ("log_epochs", &[("root", Kind::Public)]),
    ("log_tiles", &[("bytes", Kind::Public)]),
    ("log_checkpoints", &[("root", Kind::Public)]),
    ("drafts", &[("token", Kind::Keyed), ("body", Kind::Sealed), ("code", Kind::Keyed), ("place", Kind::Keyed)]),
    ("attachments", &[("name", Kind::Sealed), ("meta", Kind::Sealed)]),
    ("idempotency", &[("key", Kind::Keyed), ("digest", Kind::Keyed), ("reply", Kind::Sealed)]),
    ("jobs", &[("payload", Kind::Sealed)]),
    ("document_terms", &[("body", Kind::Sealed)]),
    ("postings", &[("term", Kind::Keyed), ("body", Kind::Sealed)]),
    ("letters", &[("once", Kind::Keyed), ("body", Kind::Sealed), ("answer", Kind::Sealed)]),
    ("arrivals", &[("digest", Kind::Keyed)]),
    ("contacts", &[("link", Kind::Keyed), ("mailbox", Kind::Keyed), ("body", Kind::Sealed)]),
];

/// What protects a column of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Authenticated encryption under a key of this store.
    Sealed,
    /// HMAC under a key of this store: can be looked up, not read.
    Keyed,
    /// Holds nothing secret: public parts of keys, salted commitments, tree hashes.
    Public,
}
