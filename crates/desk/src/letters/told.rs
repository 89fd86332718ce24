//! Who is told about which events of a case. Pure: events, people and choices in, tellings out.

use super::choice::Choices;
use crate::engine::came_with_report;
use crate::mention;
use crate::people::Colleague;
use db::event::Record;
use domain::calendar::Duty;
use domain::{CaseFacts, Permission, PersonId, Ts};
use mail::Kind;

/// Something the reporter is told; at most one for what happened at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToReporter {
    pub(super) kind: Kind,
    /// Kind of the event it is about.
    pub(super) event: String,
    /// Its place in the case.
    pub(super) seq: i64,
    /// Words of ours that the letter may carry where the settings allow it.
    pub(super) said: Option<String>,
}

/// Something a colleague is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToColleague {
    pub(super) person: PersonId,
    pub(super) kind: Kind,
    pub(super) seq: i64,
}

/// What a reporter hears of, the weightiest first.
pub(super) const WEIGHTY: &[(&str, Kind)] = &[
    ("closed", Kind::Closed),
    ("appeal_ended", Kind::Closed),
    ("reminded", Kind::Closed),
    ("asked", Kind::Question),
    ("message_sent", Kind::Message),
    ("reopened", Kind::Progress),
    ("close_taken_back", Kind::Progress),
    ("retest_started", Kind::Progress),
    ("retest_failed", Kind::Progress),
    ("fix_claimed", Kind::Progress),
    ("accepted", Kind::Progress),
    ("triaged", Kind::Progress),
];

/// The one thing to tell the reporter, if there is one. What they did themselves is no news to them.
pub(super) fn to_reporter(records: &[Record]) -> Option<ToReporter> {
    // What follows a granted appeal is told as what it is: the report is open again.
    let told_otherwise = |r: &Record| r.kind == "appeal_ended" && r.data["how"] != "upheld";
    let news = |r: &&Record| r.audience != "team" && r.party != "reporter" && !told_otherwise(r);
    WEIGHTY.iter().find_map(|(event, kind)| {
        let record = records.iter().filter(news).find(|r| r.kind == *event)?;
        let said = ["text", "reason", "note"].iter().find_map(|name| record.data[*name].as_str());
        Some(ToReporter { kind: *kind, event: (*event).to_owned(), seq: record.seq, said: said.map(str::to_owned) })
    })
}

/// The case as far as it decides who is told.
pub(super) struct About<'a> {
    pub(super) facts: &'a CaseFacts,
    pub(super) assignee: Option<PersonId>,
    pub(super) received_at: Ts,
    /// Who must leave its decision to somebody else.
    pub(super) barred: Option<PersonId>,
    /// Who watches it.
    pub(super) watchers: &'a [PersonId],
    /// Who is away, and who stands in for them.
    pub(super) duty: &'a Duty,
    /// When this is decided.
    pub(super) now: Ts,
}

impl About<'_> {
    /// Who hears in place of somebody: whoever stands in for them, if that one is among the `able`.
    fn ear(&self, person: PersonId, able: &[PersonId]) -> PersonId {
        self.duty.acting(person, self.now).filter(|acting| able.contains(acting)).unwrap_or(person)
    }
}

/// Whom of the team to tell what. Nobody hears of what they did themselves, of what they may not see, or
/// of what they chose not to hear.
pub(super) fn to_team(
    records: &[Record],
    people: &[Colleague],
    about: &About<'_>,
    choices: &Choices,
) -> Vec<ToColleague> {
    let mut told: Vec<ToColleague> = Vec::new();
    for record in records {
        let heard = hearers(record, people, about).into_iter().chain(followers(record, people, about));
        for (kind, person) in heard.flat_map(|(kind, who)| who.into_iter().map(move |person| (kind, person))) {
            let own = record.actor == Some(person.uuid());
            let again = told.iter().any(|t| t.person == person && (t.kind == kind || kind == Kind::Moved));
            if !own && !again && choices.of(person).wants(kind) {
                told.push(ToColleague { person, kind, seq: record.seq });
            }
        }
    }
    told
}

fn hearers(record: &Record, people: &[Colleague], about: &About<'_>) -> Option<(Kind, Vec<PersonId>)> {
    let able = |permission| people.iter().filter(move |c| c.may(permission, about.facts)).map(|c| c.id);
    match record.kind.as_str() {
        "reported" => Some((Kind::NewReport, able(Permission::ActOnCases).collect())),
        "appealed" => {
            let deciders = able(Permission::ActOnCases).filter(|person| Some(*person) != about.barred);
            Some((Kind::Appealed, deciders.collect()))
        }
        "assigned" => {
            let to = record.data["person"].as_str().and_then(|id| id.parse::<PersonId>().ok());
            let readers: Vec<PersonId> = able(Permission::ReadCases).collect();
            let ear = to.map(|to| about.ear(to, &readers)).filter(|ear| readers.contains(ear));
            Some((Kind::Assigned, ear.into_iter().collect()))
        }
        // What came together with the report is part of it.
        _ if came_with_report(record, about.received_at) => None,
        "answered" | "message_received" => Some((Kind::Answered, listeners(about, people))),
        "closed" if record.party == "reporter" => Some((Kind::Answered, listeners(about, people))),
        "note_added" => {
            let text = record.data["text"].as_str().unwrap_or_default();
            let readers = people.iter().filter(|c| c.may(Permission::ReadTeamText, about.facts));
            Some((Kind::Mention, mention::named(text, readers).into_iter().map(|c| c.id).collect()))
        }
        _ => None,
    }
}

/// Who hears that a colleague does something: who works on the case, or stands in for them, and who watches it,
/// each of what they may read.
fn followers(record: &Record, people: &[Colleague], about: &About<'_>) -> Option<(Kind, Vec<PersonId>)> {
    if record.party != "team" || record.kind == "appealed" {
        return None;
    }
    let needed = if record.audience == "team" { Permission::ReadTeamText } else { Permission::ReadCases };
    let readers: Vec<PersonId> = people.iter().filter(|c| c.may(needed, about.facts)).map(|c| c.id).collect();
    let owner = about.assignee.map(|owner| about.ear(owner, &readers));
    let who = owner.into_iter().chain(about.watchers.iter().copied());
    Some((Kind::Moved, who.filter(|person| readers.contains(person)).collect()))
}

/// Who works on the case, or stands in for them; where nobody does, everybody who could. Then who watches.
fn listeners(about: &About<'_>, people: &[Colleague]) -> Vec<PersonId> {
    let able = |permission| -> Vec<PersonId> {
        people.iter().filter(|c| c.may(permission, about.facts)).map(|c| c.id).collect()
    };
    let all = able(Permission::ActOnCases);
    let owner = about.assignee.map(|owner| about.ear(owner, &all)).filter(|owner| all.contains(owner));
    let mut hear = owner.map_or(all, |owner| vec![owner]);
    let readers = able(Permission::ReadCases);
    hear.extend(about.watchers.iter().filter(|watcher| readers.contains(watcher)));
    hear
}

#[cfg(test)]
mod tests {
    use super::{About, to_reporter, to_team};
    use crate::letters::choice::{Choice, Choices, Pace};
    use crate::mention::named;
    use crate::people::Colleague;
    use db::event::Record;
    use domain::calendar::{Absence, Duty};
    use domain::testing::START;
    use domain::{Actor, CaseFacts, CaseId, Desk, EventId, Grant, PersonId, ProgrammeId, Role, Scope, Span};
    use mail::Kind;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(n))
    }

    fn colleague(n: u128, name: &str, role: Role) -> Colleague {
        let grants = vec![Grant { role, scope: Scope::House }];
        Colleague::new(person(n), name, Actor::person(person(n), grants))
    }

    fn team() -> Vec<Colleague> {
        vec![
            colleague(1, "Ines Okafor", Role::Owner),
            colleague(2, "Tomas", Role::Triager),
            colleague(3, "Ana Auditor", Role::Auditor),
        ]
    }

    fn facts() -> CaseFacts {
        CaseFacts {
            id: CaseId::from_uuid(Uuid::from_u128(9)),
            desk: Desk::Bounty,
            programme: ProgrammeId::from_uuid(Uuid::from_u128(8)),
            restricted: false,
            members: BTreeSet::new(),
        }
    }

    fn record(seq: i64, kind: &str, (party, actor): (&str, Option<u128>), data: Value) -> Record {
        let audience = if matches!(kind, "note_added" | "assigned") { "team" } else { "reporter" };
        Record {
            id: EventId::from_uuid(Uuid::from_u128(100)),
            seq,
            kind: kind.to_owned(),
            audience: audience.to_owned(),
            party: party.to_owned(),
            actor: actor.map(Uuid::from_u128),
            at: START.plus(Span::from_hours(seq)),
            data,
            index: None,
        }
    }

    fn told(records: &[Record], assignee: Option<u128>, choices: &Choices) -> Vec<(u128, Kind)> {
        told_beside(records, assignee, (choices, &[], &Duty::nobody()))
    }

    fn told_beside(
        records: &[Record],
        assignee: Option<u128>,
        (choices, watchers, duty): (&Choices, &[PersonId], &Duty),
    ) -> Vec<(u128, Kind)> {
        let facts = facts();
        let assignee = assignee.map(person);
        let about =
            About { facts: &facts, assignee, received_at: START, barred: Some(person(2)), watchers, duty, now: START };
        to_team(records, &team(), &about, choices).into_iter().map(|t| (t.person.uuid().as_u128(), t.kind)).collect()
    }

    #[test]
    fn a_report_is_told_to_those_who_can_act_and_an_answer_to_whose_case_it_is() {
        let none = Choices::default();
        let reported = [record(1, "reported", ("reporter", None), json!({}))];
        assert_eq!(told(&reported, None, &none), [(1, Kind::NewReport), (2, Kind::NewReport)]);
        let answered = [record(4, "answered", ("reporter", None), json!({"text": "yes"}))];
        assert_eq!(told(&answered, Some(2), &none), [(2, Kind::Answered)]);
        assert_eq!(told(&answered, None, &none), [(1, Kind::Answered), (2, Kind::Answered)]);
        let assigned = [record(5, "assigned", ("team", Some(1)), json!({"person": person(2).to_string()}))];
        assert_eq!(told(&assigned, Some(2), &none), [(2, Kind::Assigned)]);
        let own = [record(5, "assigned", ("team", Some(2)), json!({"person": person(2).to_string()}))];
        assert_eq!(told(&own, Some(2), &none), []);
    }

    #[test]
    fn who_watches_hears_too_and_who_stands_in_hears_in_place() {
        let none = Choices::default();
        let answered = [record(4, "answered", ("reporter", None), json!({"text": "yes"}))];
        let watching = told_beside(&answered, Some(2), (&none, &[person(3), person(9)], &Duty::nobody()));
        assert_eq!(watching, [(2, Kind::Answered), (3, Kind::Answered)], "nobody hears who cannot see it");
        let mut away = Duty::nobody();
        let day = "2026-11-22".parse().unwrap();
        away.absences.push(Absence { person: person(2), from: day, until: day, cover: Some(person(1)) });
        assert_eq!(told_beside(&answered, Some(2), (&none, &[], &away)), [(1, Kind::Answered)]);
        let assigned = [record(5, "assigned", ("team", Some(3)), json!({"person": person(2).to_string()}))];
        assert_eq!(told_beside(&assigned, Some(2), (&none, &[], &away)), [(1, Kind::Assigned)]);
        away.absences[0].cover = Some(person(9));
        assert_eq!(told_beside(&answered, Some(2), (&none, &[], &away)), [(2, Kind::Answered)], "a cover who cannot");
    }

    #[test]
    fn a_colleague_who_moves_a_case_is_heard_by_who_follows_it_and_never_by_themselves() {
        let none = Choices::default();
        let closed = [
            record(6, "management_stepped", ("team", Some(1)), json!({})),
            record(7, "closed", ("team", Some(1)), json!({"reason": "Because."})),
        ];
        let nobody = Duty::nobody();
        let heard = told_beside(&closed, Some(2), (&none, &[person(1), person(3), person(9)], &nobody));
        assert_eq!(heard, [(2, Kind::Moved), (3, Kind::Moved)]);
        assert_eq!(told(&closed, None, &none), [], "nobody follows it");
        assert_eq!(told(&closed, Some(1), &none), [], "their own deed");
        let by_reporter = [record(7, "closed", ("reporter", None), json!({"reason": "x"}))];
        assert_eq!(told(&by_reporter, Some(2), &none), [(2, Kind::Answered)]);
        // Whoever is named in a note hears that, and not twice.
        let note = [record(8, "note_added", ("team", Some(1)), json!({"text": "@tomas look"}))];
        assert_eq!(told_beside(&note, Some(2), (&none, &[person(3)], &nobody)), [(2, Kind::Mention), (3, Kind::Moved)]);
    }

    #[test]
    fn an_appeal_is_told_to_those_who_may_decide_it() {
        let appealed = [record(1, "appealed", ("reporter", None), json!({"text": "Look again."}))];
        assert_eq!(told(&appealed, None, &Choices::default()), [(1, Kind::Appealed)]);
        let ended = |how: &str| record(9, "appeal_ended", ("team", Some(1)), json!({"how": how}));
        assert_eq!(to_reporter(&[ended("upheld")]).unwrap().kind, Kind::Closed);
        assert_eq!(to_reporter(&[ended("granted")]), None);
    }

    #[test]
    fn choices_are_kept_to() {
        let quiet = Choice { pace: Pace::Never, ..Choice::default() };
        let few = Choice::default().without(Kind::NewReport);
        let choices = Choices::from([(person(1), quiet), (person(2), few)]);
        let happened = [
            record(1, "reported", ("reporter", None), json!({})),
            record(4, "answered", ("reporter", None), json!({})),
        ];
        assert_eq!(told(&happened, None, &choices), [(2, Kind::Answered)]);
    }

    #[test]
    fn notes_name_people_who_may_read_them() {
        let people = team();
        let names = |text: &str| -> Vec<u128> {
            named(text, people.iter()).into_iter().map(|c| c.id.uuid().as_u128()).collect()
        };
        assert_eq!(names("@Ines, could you look? cc @tomas"), [1, 2]);
        assert_eq!(names("@\"Ines Okafor\" and @ana."), [1, 3]);
        assert_eq!(names("write to tomas@acme.example or @tomasz"), Vec::<u128>::new());
    }

    #[test]
    fn a_reporter_hears_the_weightiest_thing_once_and_never_of_their_own_words() {
        let both = [
            record(6, "accepted", ("team", Some(1)), json!({})),
            record(7, "closed", ("team", Some(1)), json!({"reason": "Mended."})),
        ];
        let one = to_reporter(&both).unwrap();
        assert_eq!((one.kind, one.seq, one.said.as_deref()), (Kind::Closed, 7, Some("Mended.")));
        assert_eq!(to_reporter(&[record(8, "closed", ("reporter", None), json!({"reason": "x"}))]), None);
        assert_eq!(to_reporter(&[record(9, "note_added", ("team", Some(1)), json!({"text": "secret"}))]), None);
    }
}
