//! Random walks on a real store: the events as they are stored fold to the state as it is stored.

use crate::support::House;
use db::event;
use desk::engine::{self, Act, EngineError, OWN_KINDS};
use domain::case::{ActionDoc, FieldKind, Party};
use domain::{CaseId, PersonId, Role, Span, TeamText};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// A step: who, which of their legal actions, how to fill it in, how many hours later.
type Step = (usize, usize, usize, i64);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0_usize..3, any::<usize>(), any::<usize>(), -2_i64..40), 1..14)
}

#[test]
fn stored_events_fold_to_the_stored_state() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (house, ines) = runtime.block_on(async {
        let house = House::new().await;
        let ines = house.person("Ines", Role::Triager).await;
        (house, ines)
    });
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let walked = TestRunner::new(config).run(&steps(), |walk| {
        runtime.block_on(async {
            let case = house.report("Walked", None).await.id;
            for step in walk {
                take(&house, case, ines, step).await;
            }
            folds(&house, case).await;
        });
        Ok(())
    });
    walked.unwrap();
}

async fn take(house: &House, case: CaseId, ines: PersonId, (who, which, fill, hours): Step) {
    house.t.clock.advance(Span::from_hours(hours));
    if fill % 5 == 0 {
        let text = TeamText::new(format!("Note {fill}")).unwrap();
        let db = house.db().clone();
        let done: Result<i64, EngineError> =
            house.db().write(move |tx| Box::pin(async move { engine::note(tx, &db, case, (ines, text)).await })).await;
        done.unwrap();
    }
    let by = [Party::Team(ines), Party::Reporter, Party::System][who];
    let mut tx = house.db().read().await.unwrap();
    let loaded = engine::load(&mut tx, house.db(), case).await.unwrap();
    drop(tx);
    let legal = loaded.machine.legal(&loaded.state, &by);
    let Some(doc) = legal.get(which % legal.len().max(1)) else { return };
    let act = Act { case, seen: Some(loaded.version), action: doc.name.to_owned(), input: input(doc, fill), by };
    match house.act(act).await {
        Ok(version) => assert!(version > loaded.version),
        // A duplicate without an original, a reminder before its time: refused, nothing changed.
        Err(EngineError::Refused(_)) => {}
        Err(other) => panic!("{other:?}"),
    }
}

fn input(doc: &ActionDoc, fill: usize) -> Value {
    let mut input = json!({});
    for field in &doc.fields {
        match &field.kind {
            FieldKind::LongText => input[field.name] = json!("Because."),
            FieldKind::Choice(choices) => input[field.name] = json!(choices[fill % choices.len()].value),
            FieldKind::Text | FieldKind::Reference => {}
        }
    }
    if input["outcome"] == "duplicate" {
        input["known_since"] = json!("2026-01-31");
    }
    input
}

async fn folds(house: &House, case: CaseId) {
    let mut tx = house.db().read().await.unwrap();
    let loaded = engine::load(&mut tx, house.db(), case).await.unwrap();
    let records = event::of_case(&mut tx, &loaded.key, case).await.unwrap();
    assert!(records.iter().map(|r| r.seq).eq(1..=loaded.version), "no gap, no event too many");
    assert!(records.is_sorted_by_key(|r| r.at));
    let folded = records
        .iter()
        .filter(|r| !OWN_KINDS.contains(&r.kind.as_str()))
        .try_fold(Value::Null, |state, record| loaded.machine.apply(state, &record.data));
    assert_eq!(folded.unwrap(), loaded.state);
}
