//! The stable numbers of sealed fields.
//!
//! A number is bound into every sealed value (associated data), so a value moved to another column does
//! not open. Tables and columns may be renamed at will; these numbers are for ever. A number that is no
//! longer used stays in the list; the snapshot in `tests/it/fields.rs` fails when one changes.

/// What a sealed value is: the first two bytes of its associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field(pub u16);

macro_rules! fields {
    ($($number:literal $name:ident $doc:literal;)+) => {
        $(#[doc = $doc] pub const $name: Field = Field($number);)+
        /// Every field with its name, in the order of this list.
        pub const ALL: &[(Field, &str)] = &[$(($name, stringify!($name))),+];
    };
}

fields! {
    1 CASE_TITLE "Title of a case.";
    2 CASE_STATE "State document of a case, as JSON.";
    3 EVENT_BODY "Canonical bytes of an event: the opening of a log entry.";
    4 EVENT_SALT "The 128-bit salt of an event's commitment.";
    5 ATTACHMENT_NAME "File name of an attachment, as given.";
    6 ATTACHMENT_META "Media type, digest of the plaintext and findings about an attachment.";
    7 PERSON_NAME "Display name of a person.";
    8 PERSON_EMAIL "Mail address of a person.";
    9 PERSON_CREDENTIAL "Password hash of a person.";
    10 PERSON_TOTP "TOTP secret of a person.";
    11 IDEMPOTENCY_REPLY "Stored reply to an idempotent request.";
    12 JOB_PAYLOAD "What a job is to do.";
    13 DRAFT "Text that is not sent yet.";
    14 POSTING "A chunk of a search posting list.";
    15 SETTING "The value of a setting.";
    16 LINK "A link between cases, or to something outside.";
    17 PROGRAMME "Name, rules and scope of a programme.";
    18 DOCUMENT_TEXT "Text of a case kept for indexing again.";
    19 AUDIT_NOTE "What a person gave as reason, in the audit trail.";
    20 OUTBOX_BODY "A message that waits to leave the house.";
    21 PERSON_RECOVERY_CODES "Second-factor recovery codes of a person.";
    22 PERSON_ADDRESS "Postal or other address of a person.";
    23 PERSON_PAYEE "Where a person is paid.";
    24 PERSON_CREDIT "How a person wants to be named in public.";
    25 SESSION_META "Address and client of a session.";
    26 TOKEN_LABEL "What a person calls an API token.";
    27 EVENT_AUTHOR "Name of a message's author, under the person's key.";
    28 DOCUMENT_STATS "Length and terms of an indexed document.";
    29 DUPLICATE_SKETCH "Keyed shingle sketch of a report.";
    30 EVIDENCE_RESULT "What checking a claim against source code gave.";
    31 REPORTER_CONTACT "How a nameless reporter may be reached, when given.";
    32 ERASURE_REASON "Why something was erased or held.";
    33 INVITATION "Whom an invitation is for.";
    34 SAVED_FILTER "Name and terms of a saved list.";
    35 REPLY_TEMPLATE "A prepared answer.";
    36 LEGAL_HOLD "Why a case must not be erased.";
    37 LOG_SECRET "Signing seed that was brought in from outside.";
    38 WITNESS_REPLY "Cosignature or time stamp reply from outside.";
    39 NOTIFICATION "Text of a notice to a person.";
    40 EVENT_META "What belongs to an event but not to its canonical bytes.";
    41 OUTBOX_ANSWER "What a mail server said about a letter.";
    42 CALENDAR "Name, hours and holidays of a business calendar.";
    43 TERMS "Targets of a programme's clocks.";
    44 DESK_RULE "A rule of the desk: who is on call, who is away.";
    45 QUIET_HOURS "When a person wants no mail.";
    46 WEBHOOK "Name, address and secrets of a webhook.";
    47 WEBHOOK_BODY "A message on its way to a webhook.";
    48 WEBHOOK_ANSWER "What the receiver of a webhook said.";
    49 BULK_DEED "What a person did to many cases at once.";
    50 CASE_CREDIT "The name a reporter wants to be thanked under, for lists.";
    51 LIST_PLACE "Where a page of a list begins.";
    52 HELD_MESSAGE "A message to a reporter that is not sent yet, or was taken back.";
    53 PROFILE "What a researcher says of themselves.";
    54 BAR "Why reports of a researcher are not taken.";
}

impl Field {
    /// Name of the field in this list, for error messages; `None` for a number not in it.
    pub fn name(self) -> Option<&'static str> {
        ALL.iter().find(|(field, _)| *field == self).map(|(_, name)| *name)
    }
}
