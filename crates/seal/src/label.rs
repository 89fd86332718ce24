//! Labels for [`DataKey::hmac`](crate::DataKey::hmac): each use of a keyed hash has its own, so that the
//! hash of a term can never be taken for the hash of a code. Renaming one invalidates what is stored.

macro_rules! labels {
    ($($name:ident $text:literal $doc:literal;)+) => {
        $(#[doc = $doc] pub const $name: &str = $text;)+
        /// Every label.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

labels! {
    RETURN_CODE "return-code" "Stored hash of a nameless reporter's return code.";
    RETURN_CODE_DERIVE "return-code-derive" "The return code itself, from caller and request digest, so that a replay gives the same.";
    SESSION "session" "Stored hash of a session cookie.";
    CSRF "csrf" "Form token bound to a session.";
    API_TOKEN "api-token" "Stored hash of an API token.";
    SIGN_IN_LINK "sign-in-link" "Stored hash of a one-time link.";
    IDEMPOTENCY_KEY "idempotency-key" "Stored hash of an Idempotency-Key with its caller.";
    REQUEST_DIGEST "request-digest" "What an idempotent request said.";
    EMAIL "email" "Lookup of a person by normalised mail address.";
    RESEARCHER "researcher" "Lookup of a researcher by mail address.";
    MAILBOX "mailbox" "A mailbox of a researcher, whatever stands behind a +.";
    LOGIN_NAME "login-name" "Lookup of a person by name.";
    NETWORK "network" "Bucket of an address in rate limits and failure budgets.";
    INDEX_TERM "index-term" "Search term.";
    INDEX_PREFIX "index-prefix" "Edge n-gram of a search term.";
    SHINGLE "shingle" "Shingle of a report, for duplicate candidates.";
    RECOVERY_CODE "recovery-code" "Stored hash of a second-factor recovery code.";
    ETAG "etag" "Opaque version of a page.";
    WEBHOOK_ALARM "webhook-alarm" "Id of the message that tells webhooks of an alarm.";
}
