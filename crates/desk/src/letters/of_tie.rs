//! Letters to whoever we let follow a report from their account, or have it there again, and to whoever we took it
//! from. The latter go out whatever pace somebody chose: their own pages cannot tell them any more.

use super::house::Letterhead;
use super::to_researcher::{Followers, of_the_day, page};
use super::words::{Case, researcher_foot};
use crate::engine::Loaded;
use accounts::researcher::Pace;
use db::event::Record;
use domain::{CaseId, PersonId, Ts};
use mail::{Kind, Letter, To, Words};

/// Those of these events; what somebody did themselves is no news to them.
pub(super) fn letters(
    house: &Letterhead,
    (case, home, followers): (&Loaded, CaseId, &Followers),
    (records, now): (&[Record], Ts),
) -> Vec<Letter> {
    let name = case.name();
    let about = Case { name: &name, title: &case.title };
    let one = |record: &Record| {
        let person: PersonId = record.data["person"].as_str()?.parse().ok()?;
        let to = To::Researcher(person);
        let key = format!("researcher {person} {} {}", case.id, record.seq);
        let words = words(house, &about, (&record.kind, &page(home)))?;
        if is_end(&record.kind) {
            // Of no case: of the case nothing is sent any more to whoever does not follow it.
            return Some(Letter { kind: Kind::Account, to, case: None, key, after: None, words });
        }
        match followers.pace_of(person)? {
            Pace::Never => None,
            Pace::Daily => Some(of_the_day(house, person, now)),
            Pace::Each => Some(Letter { kind: Kind::Progress, to, case: Some(home), key, after: None, words }),
        }
    };
    records.iter().filter(|record| record.party == "team").filter_map(one).collect()
}

fn is_end(event: &str) -> bool {
    matches!(event, "co_reporter_left" | "account_left")
}

/// What is said of it; nothing of any other event. Whoever no longer follows a report is told no detail of it.
fn words(house: &Letterhead, case: &Case<'_>, (event, page): (&str, &str)) -> Option<Words> {
    let us = &house.organisation;
    let (subject, text, help) = match event {
        "co_reporter_joined" => (
            "you can follow it",
            format!("At {us} you can follow report {} from your account now.", case.name),
            "You can read there what was written so far, and write to us. You cannot take the report back.",
        ),
        "account_joined" => (
            "in your account again",
            format!("We put your report {} back into your account.", case.name),
            "It opens there as before.",
        ),
        "co_reporter_left" => (
            "you no longer follow it",
            format!(
                "We ended that you follow report {} from your account. You cannot open it there any more.",
                case.name
            ),
            "What you wrote stays with the report. If you think that this is wrong, write to us by the address of our programme page.",
        ),
        "account_left" => (
            "no longer in your account",
            format!("We took report {} out of your account. Nothing of it was deleted.", case.name),
            "If you have its code, it still opens with that. If you think that this is wrong, write to us by the address of our programme page: we can put it back.",
        ),
        _ => return None,
    };
    let mut paragraphs = vec![text, help.to_owned()];
    let (action, foot) = if is_end(event) {
        (None, vec!["You get this whenever it happens; it cannot be switched off.".to_owned()])
    } else {
        if house.detail {
            paragraphs.insert(0, format!("About: {}", case.title));
        }
        (Some(("Read it in your account".to_owned(), house.url.join(page))), researcher_foot(house))
    };
    Some(Words { subject: format!("{}: {subject}", case.name), paragraphs, action, foot, stop: None })
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::letters::house::Letterhead;
    use crate::letters::words::Case;
    use web::PublicUrl;

    #[test]
    fn whoever_follows_a_report_is_told_what_it_is_about_only_where_letters_may() {
        let case = Case { name: "REP-12", title: "Old refresh token still works" };
        for (event, follows) in [
            ("co_reporter_joined", true),
            ("account_joined", true),
            ("co_reporter_left", false),
            ("account_left", false),
        ] {
            for detail in [false, true] {
                let url = PublicUrl::parse("https://trust.acme.example").unwrap();
                let house =
                    Letterhead { organisation: "Acme".into(), url, detail, reads_answers: false, digest_hour: 7 };
                let said = words(&house, &case, (event, "/me/reports/12")).unwrap();
                assert!(said.subject.starts_with("REP-12: "), "{event}");
                assert_eq!(said.action.is_some(), follows, "{event}");
                let all = format!("{} {}", said.subject, said.paragraphs.join(" "));
                assert_eq!(all.contains("token"), follows && detail, "{event}: {all}");
            }
        }
    }
}
