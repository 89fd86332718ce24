//! One field: its form and its value.

use super::{Context, Report, Value, shown};
use crate::csaf::dictionary::language;
use crate::instant::Instant;
use crate::security_txt::finding::Code;
use crate::security_txt::line::Field;
use crate::security_txt::name::Name;
use crate::shape::form::is_uri;

/// Judges a field; gives back a registered field that has a value.
pub(super) fn check<'a>(report: &mut Report, line: usize, field: &Field<'a>, context: &Context) -> Option<Value<'a>> {
    let written = field.written();
    if written.len() < field.label.len() {
        report.add(Code::SpaceBefore, line, || {
            format!("Write the colon after {} without a space before it.", shown(written))
        });
    }
    if written.is_empty() {
        report.add(Code::EmptyName, line, || "A name must stand before the colon, such as Contact.".into());
        return None;
    }
    // RFC 5322 section 3.6.8: visible ASCII without the colon.
    if !written.bytes().all(|byte| byte.is_ascii_graphic()) {
        report.add(Code::InvalidLine, line, || {
            format!("{} is no name of a field: a name has no spaces and only ASCII. {COMMENT}", shown(written))
        });
        return None;
    }
    if field.value.is_empty() {
        report.add(Code::EmptyValue, line, || format!("Give {written} a value or take the line out."));
        return None;
    }
    match field.space {
        " " => {}
        "" | "\t" => report.add(Code::NoSpace, line, || format!("Write \"{written}: \" with a space after the colon.")),
        space if space.starts_with('\t') => {
            report
                .add(Code::NoSpace, line, || format!("Write \"{written}: \" with a space after the colon, not a tab."));
        }
        _ => report.add(Code::ExtraSpace, line, || format!("One space after \"{written}:\" is enough.")),
    }
    let Some(name) = field.name() else {
        report.add(Code::UnknownField, line, || unknown(written));
        return None;
    };
    let text = field.value;
    match name {
        Name::Expires => expires(report, line, text, context),
        Name::PreferredLanguages => languages(report, line, text),
        _ => uri(report, line, name, text),
    }
    Some(Value { name, text })
}

const COMMENT: &str = "If it is a comment, put # before it.";

fn unknown(written: &str) -> String {
    if written.eq_ignore_ascii_case("signature") {
        return "Signature is a field of early drafts; today the file itself is signed (sign it with OpenPGP).".into();
    }
    let name = shown(written);
    match Name::meant_by(written) {
        Some(meant) => format!("{name} is not registered, so readers pass over it; {} is.", meant.as_str()),
        None => format!("{name} is not registered, so most readers pass over it."),
    }
}

fn uri(report: &mut Report, line: usize, name: Name, text: &str) {
    let field = name.as_str();
    let scheme = text.split(':').next().unwrap_or_default();
    let has = |wanted: &str| scheme.eq_ignore_ascii_case(wanted) && scheme.len() < text.len();
    if name == Name::Encryption && (text.starts_with("-----BEGIN") || has("data")) {
        report.add(Code::KeyInField, line, || {
            "The key itself must not stand here; publish it and give its address, such as https://example.com/key.asc.".into()
        });
    }
    if !is_uri(text) {
        report.about(Code::NoUri, line, name, || {
            format!("{field} must be a URI and {} is none{}", shown(text), instead(text))
        });
    } else if has("http") {
        report.about(Code::NoHttps, line, name, || format!("{field} must begin with https://, not with http://."));
    } else if name == Name::Contact && has("mailto") && !is_address(rest(text)) {
        report.add(Code::InvalidMailto, line, || {
            "Write one address after mailto:, such as mailto:security@example.com.".into()
        });
    } else if name == Name::Contact && has("tel") && !is_number(rest(text)) {
        report.add(Code::InvalidTel, line, || {
            "Write the number as it is dialled from abroad, such as tel:+1-201-555-0123.".into()
        });
    }
}

/// What somebody who wrote this should write.
fn instead(text: &str) -> String {
    let address = |text: &str| text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let number = |c: char| c.is_ascii_digit() || " +-.()".contains(c);
    if text.contains(char::is_whitespace) && text.contains(':') {
        return ": spaces and some other characters must be written with %, a space as %20.".into();
    }
    if address(text) && !text.contains([':', '/', ' ']) {
        let text: String = text.chars().take(80).collect();
        return format!("; write mailto:{text}");
    }
    if text.chars().all(number) && text.bytes().any(|b| b.is_ascii_digit()) {
        let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').take(20).collect();
        return format!("; write tel:{digits}");
    }
    if text.starts_with("www.") || (text.contains('.') && !text.contains([' ', '@', ':'])) {
        let text: String = text.chars().take(80).collect();
        return format!("; write https://{text}");
    }
    ": write https:, mailto: or tel: before an address and % for characters that are not allowed.".into()
}

fn rest(text: &str) -> &str {
    text.split_once(':').map_or("", |(_, rest)| rest)
}

/// An address of RFC 6068, of which a question mark ends the part that matters.
fn is_address(text: &str) -> bool {
    let text = text.split('?').next().unwrap_or_default();
    text.split(',').all(|one| one.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()))
}

/// RFC 3966: a global number, or a local one that says where it is local.
fn is_number(text: &str) -> bool {
    let number = text.split(';').next().unwrap_or_default();
    let digits = number.strip_prefix('+').unwrap_or(number);
    digits.bytes().any(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b"-.()".contains(&b))
        && (number.starts_with('+') || text.contains(";phone-context="))
}

fn expires(report: &mut Report, line: usize, text: &str, context: &Context) {
    let Some(at) = Instant::parse(text) else {
        report.add(Code::InvalidExpires, line, || {
            format!("{} is no date and time of RFC 3339; write it like 2027-06-30T12:00:00Z.", shown(text))
        });
        return;
    };
    if at < context.now.at {
        report.add(Code::Expired, line, || {
            "The file expired; check that it is still right and set Expires to a day within a year.".into()
        });
    } else if at > context.now.year_later {
        report.add(Code::LongExpiry, line, || {
            "Set Expires to a day within a year, and look the file over by then.".into()
        });
    }
}

fn languages(report: &mut Report, line: usize, text: &str) {
    for tag in text.split(',').map(|tag| tag.trim_matches([' ', '\t'])) {
        if !language::well_formed(tag) || language::unknown(tag).is_some() {
            report.add(Code::InvalidLanguage, line, || {
                format!("{} is no language tag; write tags such as en or pt-BR, with commas between them.", shown(tag))
            });
        }
    }
}
