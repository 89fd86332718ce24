//! What the lint can find. The codes are stable; where the Dutch `sectxt` has the same finding they are its codes.

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A "must" is broken: the file is not valid.
    Error,
    /// A "should" or "recommended" is not followed.
    Recommendation,
    /// Worth a look.
    Notification,
}

impl Severity {
    /// One word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Recommendation => "recommendation",
            Self::Notification => "notification",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $severity:ident, $source:literal;)*) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// How much it weighs.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                }
            }

            /// The document and section that says so; a finding about one field names that field's section.
            pub const fn source(self) -> &'static str {
                match self {
                    $(Self::$variant => $source,)*
                }
            }
        }
    };
}

codes! {
    /// Bytes that are no UTF-8.
    NotUtf8 = "utf8", Error, "RFC 9116 section 4";
    /// A byte order mark.
    Bom = "bom_in_file", Error, "RFC 9116 section 4, RFC 5198";
    /// A control character, a CR within a line among them.
    Control = "control_character", Error, "RFC 9116 section 4";
    /// The last line has no ending.
    NoLineEnding = "no_line_separators", Error, "RFC 9116 section 2.2";
    /// Neither a field nor a comment.
    InvalidLine = "invalid_line", Error, "RFC 9116 section 4";
    /// White space before the colon.
    SpaceBefore = "prec_ws", Error, "RFC 9116 section 4";
    /// No space after the colon.
    NoSpace = "no_space", Error, "RFC 9116 section 4";
    /// A colon without a name.
    EmptyName = "empty_key", Error, "RFC 9116 section 4";
    /// A name without a value.
    EmptyValue = "empty_value", Error, "RFC 9116 section 4";
    /// A value that should be a URI.
    NoUri = "no_uri", Error, "RFC 9116 section 4";
    /// http: where https: must be.
    NoHttps = "no_https", Error, "RFC 9116 section 2.5";
    /// A key where its address must be.
    KeyInField = "key_in_field", Error, "RFC 9116 section 2.5.4";
    /// No contact.
    NoContact = "no_contact", Error, "RFC 9116 section 2.5.3";
    /// No date of expiry.
    NoExpires = "no_expire", Error, "RFC 9116 section 2.5.5";
    /// More than one date of expiry.
    ManyExpires = "multi_expire", Error, "RFC 9116 section 2.5.5";
    /// Not a date of RFC 3339.
    InvalidExpires = "invalid_expiry", Error, "RFC 9116 section 2.5.5";
    /// Past its date.
    Expired = "expired", Error, "RFC 9116 section 2.5.5";
    /// More than one list of languages.
    ManyLanguages = "multi_lang", Error, "RFC 9116 section 2.5.8";
    /// Not a language tag.
    InvalidLanguage = "invalid_lang", Error, "RFC 9116 section 2.5.8";
    /// A CSAF field that leads to something else.
    NoCsafFile = "no_csaf_file", Error, "CSAF 2.0 section 7.1.8";
    /// The frame of a signature is not as it must be.
    SignedFormat = "signed_format_issue", Error, "RFC 9116 section 4";
    /// A dash that is not escaped in signed text.
    DashNotEscaped = "dash_not_escaped", Error, "RFC 9116 section 4";
    /// The armour of the signature is broken.
    SignatureData = "pgp_data_error", Error, "RFC 9116 section 2.3";
    /// The armour holds no signature.
    NoSignature = "pgp_signature_error", Error, "RFC 9116 section 2.3";
    /// Text after the signature.
    DataAfterSignature = "data_after_sig", Error, "RFC 9116 section 4";
    /// Empty lines after the signature.
    LinesAfterSignature = "too_many_line_separators", Error, "RFC 9116 section 4";
    /// It was not served under /.well-known/.
    Location = "location", Error, "RFC 9116 section 3";
    /// It was served without TLS.
    InsecureScheme = "invalid_uri_scheme", Error, "RFC 9116 section 3";
    /// It was served without a type.
    NoContentType = "no_content_type", Error, "RFC 9116 section 3";
    /// It was served with another type.
    InvalidMedia = "invalid_media", Error, "RFC 9116 section 3";
    /// It was served with another character set.
    InvalidCharset = "invalid_charset", Error, "RFC 9116 section 3";
    /// It was served from a place that it does not name.
    NoCanonicalMatch = "no_canonical_match", Error, "RFC 9116 section 2.5.2";
    /// More than a year to its expiry.
    LongExpiry = "long_expiry", Recommendation, "RFC 9116 section 2.5.5";
    /// Mail without a key.
    NoEncryption = "no_encryption", Recommendation, "RFC 9116 section 2.5.3";
    /// Not signed.
    NotSigned = "not_signed", Recommendation, "RFC 9116 section 2.3";
    /// Signed, and does not say where it belongs.
    NoCanonical = "no_canonical", Recommendation, "RFC 9116 section 2.3";
    /// No policy.
    NoPolicy = "no_policy", Recommendation, "RFC 9116 section 3.1";
    /// Several CSAF fields.
    ManyCsaf = "multiple_csaf_fields", Recommendation, "CSAF 2.0 section 7.1.8";
    /// More white space after the colon than one space.
    ExtraSpace = "extra_space", Recommendation, "RFC 9116 section 4";
    /// mailto: without an address.
    InvalidMailto = "invalid_mailto", Recommendation, "RFC 9116 section 2.5.3, RFC 6068";
    /// tel: without a number that is valid everywhere.
    InvalidTel = "invalid_tel", Recommendation, "RFC 9116 section 2.5.3, RFC 3966";
    /// Larger than what every reader reads.
    TooLarge = "large_file", Recommendation, "RFC 9116 section 5.4";
    /// Text that is not in normal form C, as Net-Unicode is.
    NotNormal = "not_normalised", Recommendation, "RFC 9116 section 4, RFC 5198 section 3";
    /// A field that is not registered.
    UnknownField = "unknown_field", Notification, "RFC 9116 section 2.4";
    /// A page instead of a file.
    WebPage = "web_page", Notification, "RFC 9116 section 3";
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// The line, from 1; 0 where it is about the whole file or how it was served.
    pub line: usize,
    /// The document and section.
    pub source: &'static str,
    /// What is wrong and what to do, in plain words and without control characters.
    pub message: String,
}

/// What is to be said of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// In the order of lines; those about the whole file come last.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Nothing that the standards demand is missing or broken.
    pub fn valid(&self) -> bool {
        self.of(Severity::Error).next().is_none()
    }

    /// The findings of one weight.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.code.severity() == severity)
    }

    /// The codes of one weight, each once, in the order of their first findings.
    pub fn codes(&self, severity: Severity) -> Vec<&'static str> {
        let mut codes = Vec::new();
        for finding in self.of(severity) {
            if !codes.contains(&finding.code.as_str()) {
                codes.push(finding.code.as_str());
            }
        }
        codes
    }
}
