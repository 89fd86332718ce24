//! The words of every letter: short, plain, kind. They say the number of a case, where to read on and what
//! to do. What a case is about stands in them only where the settings allow it.

use super::house::Letterhead;
use super::told::ToReporter;
use mail::{Kind, Words};

/// Longest text of a message that a letter repeats, in characters.
const REPEATED: usize = 4_000;

/// The case a letter is about.
pub(crate) struct Case<'a> {
    /// REP-12.
    pub(crate) name: &'a str,
    /// What it is about.
    pub(crate) title: &'a str,
}

/// Asks whoever reads this mailbox whether we may write there.
pub(super) fn confirm(house: &Letterhead, case: &Case<'_>, token: &str) -> Words {
    let us = &house.organisation;
    let page = house.url.join(&format!("/mail/{token}"));
    Words {
        subject: format!("{}: may we write to you?", case.name),
        paragraphs: vec![
            format!("{us} received a report with this address on it. Its number is {}.", case.name),
            "If it is yours: say yes on the page below. Then we write here when we have a question, when we answer, and when the report moves on."
                .to_owned(),
            "If it is not yours: do nothing, or say no there. We will not write again about it.".to_owned(),
        ],
        action: Some(("Say yes or no".to_owned(), page)),
        foot: vec![format!("Sent once by {us}, because somebody gave this address.")],
        stop: None,
    }
}

/// What would tell whoever reads mail on its way that there is a flaw, and that it is open: said where the settings
/// allow it, else there is news.
const TELLING: [&str; 5] = ["triaged", "accepted", "fix_claimed", "retest_started", "retest_failed"];

/// Tells a reporter what happened.
pub(super) fn to_reporter(house: &Letterhead, case: &Case<'_>, told: &ToReporter, token: &str) -> Words {
    let (short, long, what) = news_of(house, told);
    let name = case.name;
    let mut paragraphs = vec![long.replace("{name}", name)];
    if house.detail {
        paragraphs.insert(0, format!("About: {}", case.title));
        paragraphs.extend(told.said.as_deref().map(repeated));
    }
    Words {
        subject: format!("{name}: {short}"),
        paragraphs,
        action: Some((what.to_owned(), house.url.join("/case"))),
        foot: reporter_foot(house, name, token),
        stop: Some(house.url.join(&format!("/mail/{token}"))),
    }
}

/// Tells a researcher what happened; `page` is where the report stands in their account.
pub(super) fn to_researcher(house: &Letterhead, case: &Case<'_>, (told, page): (&ToReporter, &str)) -> Words {
    let (short, long, what) = news_of(house, told);
    let name = case.name;
    let mut paragraphs = vec![long.replace("{name}", name)];
    if house.detail {
        paragraphs.insert(0, format!("About: {}", case.title));
        paragraphs.extend(told.said.as_deref().map(repeated));
    }
    Words {
        subject: format!("{name}: {short}"),
        paragraphs,
        action: Some((what.replace(" with your code", " in your account"), house.url.join(page))),
        foot: researcher_foot(house),
        stop: None,
    }
}

/// One letter a day, when there is something. It names no report.
pub(super) fn day_of_researcher(house: &Letterhead) -> Words {
    let us = &house.organisation;
    Words {
        subject: format!("{us}: news on your reports"),
        paragraphs: vec!["Something happened on a report of yours since yesterday.".to_owned()],
        action: Some(("Read it in your account".to_owned(), house.url.join("/me"))),
        foot: researcher_foot(house),
        stop: None,
    }
}

pub(super) fn researcher_foot(house: &Letterhead) -> Vec<String> {
    let mut foot = Vec::new();
    if !house.reads_answers {
        foot.push("Nobody reads answers to this letter. Please write on the page instead.".to_owned());
    }
    foot.push(format!("How often we write: {}", house.url.join("/me/account")));
    foot
}

/// What a letter of this house says of it, whoever it goes to.
fn news_of(house: &Letterhead, told: &ToReporter) -> (&'static str, &'static str, &'static str) {
    let quiet = !house.detail && TELLING.contains(&told.event.as_str());
    news(if quiet { "" } else { &told.event })
}

/// Subject, sentence and what to do, by kind of event.
fn news(event: &str) -> (&'static str, &'static str, &'static str) {
    const READ: &str = "Read it with your code";
    match event {
        "closed" => ("closed", "We have closed your report {name}. The page says how and why.", READ),
        "reminded" => (
            "we still wait for your answer",
            "We asked you something about your report {name} and have no answer yet. Without one the report closes by itself; the page says when.",
            "Answer with your code",
        ),
        "appeal_ended" => (
            "the appeal is decided",
            "We have looked again at the close of your report {name}. The page says what we decided and why.",
            READ,
        ),
        "asked" => (
            "we have a question",
            "We have a question about your report {name}. It waits for your answer, and our clocks stand still until then.",
            "Read and answer it with your code",
        ),
        "message_sent" => ("we wrote to you", "There is a message for you about your report {name}.", READ),
        "close_taken_back" => {
            ("open again", "We closed your report {name} by mistake. It is open again, as it was before.", READ)
        }
        "reopened" => ("open again", "We have opened your report {name} again. The page says why.", READ),
        "retest_started" => (
            "a fix is being tried",
            "We are trying the fix for your report {name}. If you can, try your steps again and tell us what you see.",
            "See it with your code",
        ),
        "retest_failed" => {
            ("the fix does not hold yet", "The fix for your report {name} does not hold yet. We go on.", READ)
        }
        "fix_claimed" => ("we think it is fixed", "We think that what you reported in {name} is fixed.", READ),
        "accepted" => ("accepted", "We have accepted your report {name}. It is to be fixed.", READ),
        "triaged" => ("it is valid", "We have looked at your report {name} and find it valid.", READ),
        _ => ("news", "There is news about your report {name}.", READ),
    }
}

fn reporter_foot(house: &Letterhead, name: &str, token: &str) -> Vec<String> {
    let mut foot = Vec::new();
    if !house.reads_answers {
        foot.push("Nobody reads answers to this letter. Please write on the page instead.".to_owned());
    }
    foot.push(format!("You get this because you said yes to mail about {name}."));
    foot.push(format!("Stop these letters: {}", house.url.join(&format!("/mail/{token}"))));
    foot
}

/// Tells a colleague what happened; `co`: a co-reporter did it.
pub(super) fn to_colleague(house: &Letterhead, case: &Case<'_>, (kind, co): (Kind, bool)) -> Words {
    let name = case.name;
    let (subject, sentence) = match kind {
        Kind::NewReport => (format!("{name}: new report"), format!("A report came in. Its number is {name}.")),
        Kind::Assigned => (format!("{name}: given to you"), format!("{name} was given to you.")),
        Kind::Answered if co => {
            (format!("{name}: a co-reporter wrote"), format!("A co-reporter of {name} wrote to us."))
        }
        Kind::Answered => (format!("{name}: the reporter wrote"), format!("The reporter of {name} wrote to us.")),
        Kind::Mention => (format!("{name}: a note names you"), format!("A note on {name} names you.")),
        Kind::Moved => (format!("{name}: a colleague moved it"), format!("A colleague did something to {name}.")),
        Kind::Appealed => (
            format!("{name}: an appeal to decide"),
            format!("A reporter appeals against the close of a report. The number of the appeal is {name}."),
        ),
        _ => (format!("{name}: news"), format!("There is news about {name}.")),
    };
    let mut paragraphs = vec![sentence];
    if house.detail {
        paragraphs.push(format!("About: {}", case.title));
    }
    Words {
        subject,
        paragraphs,
        action: Some((format!("Open {name}"), house.url.join(&format!("/desk/cases/{name}")))),
        foot: team_foot(house),
        stop: None,
    }
}

/// Tells a colleague of an alert: what came about, and why it is them.
pub(crate) fn alert(house: &Letterhead, case: &Case<'_>, (what, why): (&str, &str)) -> Words {
    let name = case.name;
    let mut paragraphs = vec![
        format!("{name}: {what}."),
        format!("You are told {why}. Mark the alert as seen, or it goes on to the next."),
    ];
    if house.detail {
        paragraphs.push(format!("About: {}", case.title));
    }
    Words {
        subject: format!("{name}: {}", what.to_lowercase()),
        paragraphs,
        action: Some((format!("Open {name}"), house.url.join(&format!("/desk/cases/{name}")))),
        foot: vec![format!("Your alerts and quiet hours: {}", house.url.join("/desk/alerts"))],
        stop: None,
    }
}

/// Tells somebody in charge how the house is doing.
pub(crate) fn of_house(house: &Letterhead, (subject, text, path): (&str, &str, &str)) -> Words {
    Words {
        subject: format!("{}: {subject}", house.organisation),
        paragraphs: vec![text.to_owned()],
        action: Some(("Look at it".to_owned(), house.url.join(path))),
        foot: vec!["You get this because you look after this desk.".to_owned()],
        stop: None,
    }
}

/// One line of a digest.
pub(super) struct DigestLine {
    /// REP-12.
    pub(super) name: String,
    /// What happened, with how often.
    pub(super) kinds: Vec<(Kind, usize)>,
}

/// Gathers what happened since the last digest.
pub(super) fn digest(house: &Letterhead, lines: &[DigestLine]) -> Words {
    let cases = match lines.len() {
        1 => "1 case".to_owned(),
        n => format!("{n} cases"),
    };
    let list: Vec<String> = lines.iter().map(line).collect();
    Words {
        subject: format!("News on {cases}"),
        paragraphs: vec!["Since the last digest:".to_owned(), list.join("\n")],
        action: Some(("Open the inbox".to_owned(), house.url.join("/desk"))),
        foot: team_foot(house),
        stop: None,
    }
}

fn line(line: &DigestLine) -> String {
    let said = |(kind, times): &(Kind, usize)| {
        let word = match kind {
            Kind::NewReport => "new report",
            Kind::Assigned => "given to you",
            Kind::Answered => "a reporter wrote",
            Kind::Mention => "a note names you",
            Kind::Moved => "a colleague moved it",
            Kind::Appealed => "an appeal to decide",
            _ => "news",
        };
        if *times > 1 { format!("{word}, {times} times") } else { word.to_owned() }
    };
    let kinds: Vec<String> = line.kinds.iter().map(said).collect();
    format!("{}: {}", line.name, kinds.join("; "))
}

/// To see whether sending works.
pub(super) fn trial(house: &Letterhead) -> Words {
    Words {
        subject: format!("{}: this letter arrived", house.organisation),
        paragraphs: vec![
            "You asked the desk for a trial letter. It arrived, so sending works.".to_owned(),
            "If it lies among spam, ask whoever runs your mail to let the sender pass.".to_owned(),
        ],
        action: Some(("Back to the desk".to_owned(), house.url.join("/desk/mail"))),
        foot: Vec::new(),
        stop: None,
    }
}

fn team_foot(house: &Letterhead) -> Vec<String> {
    vec![format!("Choose what we mail you: {}", house.url.join("/desk/account/mail"))]
}

fn repeated(text: &str) -> String {
    let mut shown: String = text.chars().take(REPEATED).collect();
    if text.chars().nth(REPEATED).is_some() {
        shown.push_str(" …");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{
        Case, DigestLine, TELLING, alert, confirm, digest, news, of_house, to_colleague, to_reporter, to_researcher,
        trial,
    };
    use crate::letters::house::Letterhead;
    use crate::letters::told::{ToReporter, WEIGHTY};
    use domain::testing::START;
    use mail::{Envelope, Kind, LetterId, Sheet, Words, compose};
    use uuid::Uuid;
    use web::PublicUrl;

    const CASE: Case<'_> = Case { name: "REP-12", title: "Old refresh token still works" };
    const TOKEN: &str = "00112233445566778899aabbccddeeff";

    fn house(detail: bool) -> Letterhead {
        let url = PublicUrl::parse("https://trust.acme.example").unwrap();
        Letterhead { organisation: "Acme security".into(), url, detail, reads_answers: false, digest_hour: 7 }
    }

    /// As it goes over the wire, without what compose has tests for.
    fn sent(words: &Words) -> String {
        let envelope =
            Envelope { from: "desk@acme.example".parse().unwrap(), name: "Acme security".into(), reply_to: None };
        let to = "somebody@there.example".parse().unwrap();
        let id = LetterId::from_uuid(Uuid::from_u128(1));
        let sheet = Sheet { id, to: &to, words, at: START, thread: None, before: None };
        String::from_utf8(compose(&envelope, &sheet).unwrap()).unwrap().replace("\r\n", "\n")
    }

    fn told(event: &str, kind: Kind) -> ToReporter {
        let said = Some("The refresh token of session 7 still opens the vault.".to_owned());
        ToReporter { kind, event: event.to_owned(), seq: 3, said }
    }

    #[test]
    fn letters_to_reporters() {
        insta::assert_snapshot!("confirm", sent(&confirm(&house(false), &CASE, TOKEN)));
        for (event, kind) in WEIGHTY {
            let letter = sent(&to_reporter(&house(false), &CASE, &told(event, *kind), TOKEN));
            let in_account = to_researcher(&house(false), &CASE, (&told(event, *kind), "/me/reports/12"));
            for letter in [&letter, &sent(&in_account)] {
                assert!(!letter.contains("token still") && !letter.contains("vault"), "{event} tells what it is about");
                for telling in ["valid", "accepted", "fix"] {
                    assert!(!letter.contains(telling), "{event} tells that there is a flaw");
                }
            }
            insta::assert_snapshot!(format!("reporter_{event}"), letter);
        }
    }

    #[test]
    fn letters_to_the_team() {
        for kind in [Kind::NewReport, Kind::Assigned, Kind::Answered, Kind::Mention, Kind::Moved, Kind::Appealed] {
            let letter = sent(&to_colleague(&house(false), &CASE, (kind, false)));
            assert!(!letter.contains("token still"), "{kind} tells what it is about");
            insta::assert_snapshot!(format!("team_{kind}"), letter);
        }
        let beside = to_colleague(&house(false), &CASE, (Kind::Answered, true));
        assert_eq!(beside.subject, "REP-12: a co-reporter wrote");
        assert_eq!(beside.paragraphs, ["A co-reporter of REP-12 wrote to us."]);
        let late = ("First answer is late", "because you are on call");
        insta::assert_snapshot!("team_alert", sent(&alert(&house(false), &CASE, late)));
        let still = ("webhooks stand still", "Webhooks stand still: 3 messages wait.", "/desk/webhooks");
        insta::assert_snapshot!("team_of_house", sent(&of_house(&house(false), still)));
        let lines = [
            DigestLine { name: "REP-12".into(), kinds: vec![(Kind::NewReport, 1), (Kind::Answered, 2)] },
            DigestLine { name: "REP-9".into(), kinds: vec![(Kind::Mention, 1)] },
        ];
        insta::assert_snapshot!("team_digest", sent(&digest(&house(false), &lines)));
        insta::assert_snapshot!("team_trial", sent(&trial(&house(false))));
    }

    #[test]
    fn letters_that_may_say_what_it_is_about() {
        let detailed = sent(&to_reporter(&house(true), &CASE, &told("asked", Kind::Question), TOKEN));
        insta::assert_snapshot!("detail_reporter_asked", detailed);
        for event in TELLING {
            let letter = sent(&to_reporter(&house(true), &CASE, &told(event, Kind::Progress), TOKEN));
            assert!(letter.contains(&format!("Subject: REP-12: {}\n", news(event).0)), "{letter}");
            assert!(letter.contains("About: Old refresh token still works\n"), "{letter}");
        }
        insta::assert_snapshot!(
            "detail_team_new_report",
            sent(&to_colleague(&house(true), &CASE, (Kind::NewReport, false)))
        );
    }
}
