//! What stands on every letter: whose house it is and where its pages are.

use web::PublicUrl;

/// Name and address of the house, and what letters may say.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// Name of the organisation.
    pub organisation: String,
    /// Where its pages are.
    pub url: PublicUrl,
    /// Whether letters may say what a case is about.
    pub detail: bool,
    /// Whether somebody reads answers by mail.
    pub reads_answers: bool,
    /// Hour of the day, UTC, at which daily digests go out.
    pub digest_hour: i64,
}

impl Letterhead {
    /// From the settings of the house.
    pub fn new(organisation: &str, url: PublicUrl, mail: &mail::MailSettings) -> Self {
        Self {
            organisation: organisation.to_owned(),
            url,
            detail: mail.detail,
            reads_answers: mail.reply_to.is_some(),
            digest_hour: mail.digest_hour,
        }
    }
}
