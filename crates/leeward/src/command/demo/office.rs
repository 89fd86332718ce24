//! The demo's team and its rules: who works there, when, and what was promised.

use anyhow::{Context, Result};
use db::Db;
use desk::oncall::Rule;
use domain::calendar::Calendar;
use domain::clock::Terms;
use domain::{Grant, PersonId, ProgrammeId, Role, Scope};
use serde_json::json;

/// Who works at the demo's desk beside its owner: names of people who cannot sign in.
const COLLEAGUES: &[(&str, &str, Role)] = &[
    ("Theo Brandt", "theo@acme.example", Role::Triager),
    ("Noor Haddad", "noor@acme.example", Role::Triager),
    ("Maya Lindqvist", "maya@acme.example", Role::Finance),
    ("Sam Abara", "sam@acme.example", Role::Auditor),
];

const HOURS: &str = r#"{"zone": "Europe/Berlin",
    "week": {"monday": "09:00-17:30", "tuesday": "09:00-17:30", "wednesday": "09:00-17:30",
             "thursday": "09:00-17:30", "friday": "09:00-16:00"},
    "holidays": {"2026-12-24": "Christmas Eve", "2026-12-25": "Christmas", "2026-12-31": "New Year's Eve",
                 "2027-01-01": "New Year"}}"#;

const TARGETS: &str = r#"{
    "any": {"first-response": {"amount": 1, "unit": "working-days"}, "triage": {"amount": 3, "unit": "working-days"},
            "resolution": {"amount": 90, "unit": "days"}},
    "by_severity": {"triage": {"critical": {"amount": 8, "unit": "hours"}},
                    "resolution": {"critical": {"amount": 7, "unit": "days"}, "high": {"amount": 30, "unit": "days"}}}}"#;

/// Makes the team; gives the people who judge reports, the owner first.
pub(super) async fn team(db: &Db, owner: PersonId) -> Result<Vec<PersonId>> {
    let mut judges = vec![owner];
    for (name, email, role) in COLLEAGUES {
        let new = accounts::person::NewPerson {
            name: (*name).to_owned(),
            email: (*email).to_owned(),
            state: accounts::person::PersonState::Active,
            grants: vec![Grant { role: *role, scope: Scope::House }],
        };
        let store = db.clone();
        let made = db
            .write(move |tx| Box::pin(async move { accounts::person::create(tx, &store, new, Some(owner)).await }))
            .await?;
        if *role == Role::Triager {
            judges.push(made);
        }
    }
    Ok(judges)
}

/// Sets working hours, targets and who is on call.
pub(super) async fn rules(db: &Db, programme: ProgrammeId, judges: &[PersonId]) -> Result<()> {
    let owner = *judges.first().context("a demo without people")?;
    let hours: Calendar = serde_json::from_str(HOURS)?;
    let targets: Terms = serde_json::from_str(TARGETS)?;
    let people: Vec<String> = judges.iter().map(ToString::to_string).collect();
    let rule: Rule = serde_json::from_value(json!({
        "duty": {"zone": "Europe/Berlin", "rotation": {"start": "2026-01-05", "at": "09:00", "people": people}},
    }))?;
    let store = db.clone();
    let done: Result<(), desk::engine::EngineError> = db
        .write(move |tx| {
            Box::pin(async move {
                let calendar = desk::calendar::create(tx, &store, (owner, "Office in Berlin", hours)).await?;
                desk::clock::set(tx, &store, (owner, programme), (0, Some(calendar), targets)).await?;
                desk::oncall::set_rule(tx, &store, (Some(owner), 0, &rule)).await?;
                Ok(())
            })
        })
        .await;
    Ok(done?)
}
