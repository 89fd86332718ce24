//! Search against a naive ranking in memory, and what must hold of re-indexing, erasure and faults.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]
#![expect(clippy::cast_precision_loss, reason = "counts of a test are small")]

use db::search::{Document, Hit, Match, Query, Search, index_case, index_documents, merge, remove_case};
use db::testing::TestDb;
use db::{Db, DbError, execute, fetch_all, fetch_one, stmt};
use domain::testing::SeededRandom;
use domain::{CaseId, Random};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Cases without content: the index only wants their ids.
async fn cases(db: &Db, count: usize) -> Vec<CaseId> {
    static NUMBER: AtomicI64 = AtomicI64::new(1);
    let ids: Vec<CaseId> = (0..count).map(|_| db.ambient().id()).collect();
    let programme: Uuid = db.ambient().id::<domain::ProgrammeId>().uuid();
    let rows = ids.clone();
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!("INSERT INTO programmes (id, slug, desk, intake, body, version, created_at) VALUES ($1, $2, 'bounty', 'open', $3, 1, 0)"),
                programme,
                programme.to_string(),
                vec![0_u8]
            )?;
            for id in rows {
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted, version, received_at, updated_at, title, body)
                         VALUES ($1, 'vulnerability', $2, 'bounty', $3, 'new', TRUE, FALSE, 1, 0, 0, $4, $4)"
                    ),
                    id.uuid(),
                    NUMBER.fetch_add(1, Ordering::Relaxed),
                    programme,
                    vec![0_u8]
                )?;
            }
            Ok::<_, DbError>(())
        })
    })
    .await
    .unwrap();
    ids
}

async fn index(db: &Db, case: CaseId, texts: &[(&str, u16)]) -> bool {
    let texts: Vec<(String, u16)> = texts.iter().map(|(t, w)| ((*t).to_owned(), *w)).collect();
    let keys = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let texts: Vec<_> = texts.iter().map(|(t, w)| (t.as_str(), *w)).collect();
            index_case(tx, keys.keys(), keys.ambient(), case, &texts).await.map(|done| done.changed == 1)
        })
    })
    .await
    .unwrap()
}

async fn remove(db: &Db, case: CaseId) -> bool {
    let keys = db.clone();
    db.write(move |tx| Box::pin(async move { remove_case(tx, keys.keys(), keys.ambient(), case).await })).await.unwrap()
}

async fn found(db: &Db, search: &Search, text: &str, matching: Match) -> Result<Vec<Hit>, DbError> {
    let mut tx = db.read().await?;
    search.rank(&mut tx, &Query::parse(text, matching)).await?.next_batch(&mut tx, usize::MAX).await
}

async fn cases_of(db: &Db, search: &Search, text: &str) -> Vec<CaseId> {
    found(db, search, text, Match::All).await.unwrap().into_iter().map(|hit| hit.case).collect()
}

async fn rows(db: &Db) -> (i64, i64, i64) {
    let mut tx = db.read().await.unwrap();
    fetch_one!(
        &mut tx,
        (i64, i64, i64),
        stmt!(
            "SELECT (SELECT COUNT(*) FROM postings), (SELECT COUNT(*) FROM document_terms),
                    (SELECT COUNT(*) FROM documents WHERE live)"
        )
    )
    .unwrap()
}

/// BM25 the slow way. Words are plain and lower case here.
#[derive(Default)]
struct Naive {
    documents: BTreeMap<CaseId, Vec<String>>,
}

impl Naive {
    fn rank(&self, query: &str, matching: Match) -> BTreeMap<CaseId, f64> {
        let clauses: BTreeSet<&str> = query.split_whitespace().collect();
        let count = |words: &[String], clause: &str| match clause.strip_suffix('*') {
            Some(prefix) => words.iter().filter(|w| w.starts_with(prefix)).count(),
            None => words.iter().filter(|w| *w == clause).count(),
        };
        let n = self.documents.len() as f64;
        let mean = self.documents.values().map(Vec::len).sum::<usize>() as f64 / n;
        let mut scores = BTreeMap::new();
        for (case, words) in &self.documents {
            let mut sum = 0.0;
            let mut all = true;
            for clause in &clauses {
                let df = self.documents.values().filter(|w| count(w, clause) > 0).count() as f64;
                let tf = count(words, clause) as f64;
                all &= tf > 0.0;
                let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
                sum += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * words.len() as f64 / mean));
            }
            if sum > 0.0 && (all || matching == Match::Any) {
                scores.insert(*case, sum);
            }
        }
        scores
    }
}

#[derive(Debug, Clone)]
enum Step {
    Index(usize, Vec<usize>),
    Remove(usize),
    Merge,
    Stop(u64),
}

const WORDS: [&str; 12] = [
    "overflow",
    "overload",
    "over",
    "parser",
    "parse",
    "heap",
    "heapsort",
    "token",
    "to",
    "tokens",
    "race",
    "authentication",
];
const QUERIES: [&str; 8] =
    ["overflow", "over*", "parser heap", "tok* race", "to", "authen*", "missing", "parse* over* heap"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..10_usize, prop::collection::vec(0..WORDS.len(), 0..20)).prop_map(|(c, w)| Step::Index(c, w)),
        1 => (0..10_usize).prop_map(Step::Remove),
        2 => Just(Step::Merge),
        1 => (0..40_u64).prop_map(Step::Stop),
    ];
    prop::collection::vec(step, 1..40)
}

async fn take(db: &Db, naive: &mut Naive, cases: &[CaseId], step: &Step) {
    match step {
        Step::Index(at, picked) => {
            let words: Vec<String> = picked.iter().map(|w| WORDS[*w].to_owned()).collect();
            index(db, cases[*at], &[(&words.join(" "), 1)]).await;
            assert!(!index(db, cases[*at], &[(&words.join(" "), 1)]).await || words.is_empty());
            naive.documents.insert(cases[*at], words.clone());
            if words.is_empty() {
                naive.documents.remove(&cases[*at]);
            }
        }
        Step::Remove(at) => {
            remove(db, cases[*at]).await;
            naive.documents.remove(&cases[*at]);
        }
        Step::Merge => drop(merge(db, 1).await.unwrap()),
        // As a crash between two of its writes.
        Step::Stop(millis) => drop(tokio::time::timeout(Duration::from_millis(*millis), merge(db, 1)).await),
    }
}

async fn check(db: &Db, search: &Search, naive: &Naive) {
    for query in QUERIES {
        for matching in [Match::All, Match::Any] {
            let expected = naive.rank(query, matching);
            let hits = found(db, search, query, matching).await.unwrap();
            assert_eq!(hits.len(), expected.len(), "{query}");
            assert!(hits.is_sorted_by(|a, b| a.score >= b.score), "{query}");
            for hit in hits {
                let slow = expected.get(&hit.case).copied().unwrap_or(-1.0);
                assert!((hit.score - slow).abs() < 1e-9, "{query}: {} is not {slow}", hit.score);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]
    #[test]
    fn ranks_as_the_naive_one_does(steps in steps()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let t = TestDb::new().await.unwrap();
            let cases = cases(&t.db, 10).await;
            let search = Search::new(&t.db);
            let mut naive = Naive::default();
            for step in &steps {
                take(&t.db, &mut naive, &cases, step).await;
                check(&t.db, &search, &naive).await;
            }
            // A process that starts now reads the same.
            check(&t.db, &Search::new(&t.db), &naive).await;
            for case in &cases {
                remove(&t.db, *case).await;
            }
            assert_eq!(rows(&t.db).await, (0, 0, 0), "removal leaves nothing");
            t.db.close().await;
        });
    }
}

#[tokio::test]
async fn identifiers_prefixes_and_folding() {
    let t = TestDb::new().await.unwrap();
    let c = cases(&t.db, 3).await;
    let search = Search::new(&t.db);
    index(&t.db, c[0], &[("Overflow in parse_header", 3), ("see src/net/URLParser.c, CVE-2024-1234", 1)]).await;
    index(&t.db, c[1], &[("the header does not parse", 1)]).await;
    index(&t.db, c[2], &[("Straße 0xDEADBEEF", 1)]).await;
    for _ in 0..2 {
        assert_eq!(cases_of(&t.db, &search, "parse_header").await, [c[0], c[1]]);
        assert_eq!(cases_of(&t.db, &search, "urlparser").await, [c[0]]);
        assert_eq!(cases_of(&t.db, &search, "src/net").await, [c[0]]);
        assert_eq!(cases_of(&t.db, &search, "cve-2024-1234").await, [c[0]]);
        assert_eq!(cases_of(&t.db, &search, "cve-20*").await, [c[0]]);
        assert_eq!(cases_of(&t.db, &search, "UrlPARSER strASSE").await, [] as [CaseId; 0], "all words");
        assert_eq!(cases_of(&t.db, &search, "StrasSe").await, [c[2]], "camelCase parts are not asked for");
        assert_eq!(cases_of(&t.db, &search, "overflows").await, [] as [CaseId; 0]);
        assert_eq!(cases_of(&t.db, &search, "overf*").await, [c[0]]);
        assert_eq!(cases_of(&t.db, &search, "STRASSE").await, [c[2]]);
        assert_eq!(cases_of(&t.db, &search, "0xdead*").await, [c[2]]);
        assert!(cases_of(&t.db, &search, "").await.is_empty());
        merge(&t.db, 1).await.unwrap();
    }
}

#[tokio::test]
async fn lists_of_many_chunks_lose_single_documents() {
    let t = TestDb::new().await.unwrap();
    let c = cases(&t.db, 4_200).await;
    let document = Document::new(t.db.keys().index(), &[("common", 1)]);
    let rare = Document::new(t.db.keys().index(), &[("common rare", 1)]);
    for part in c.chunks(700) {
        let (db, part, document, rare, odd) = (t.db.clone(), part.to_vec(), document.clone(), rare.clone(), c[1]);
        t.db.write(move |tx| {
            Box::pin(async move {
                let of = |case| if case == odd { rare.clone() } else { document.clone() };
                let documents = part.into_iter().map(|case| (case, of(case))).collect();
                index_documents(tx, db.keys(), db.ambient(), &documents).await
            })
        })
        .await
        .unwrap();
    }
    assert_eq!(merge(&t.db, 1).await.unwrap().documents, 4_200);
    let search = Search::new(&t.db);
    assert_eq!(cases_of(&t.db, &search, "common").await.len(), 4_200);
    assert_eq!(cases_of(&t.db, &search, "rare").await, [c[1]]);
    newest_first(&t.db, &c).await;
    assert!(remove(&t.db, c[1]).await);
    assert!(remove(&t.db, c[4_199]).await);
    index(&t.db, c[7], &[("other", 1)]).await;
    // While a dead posting is still in a full chunk, and after it: short strides over several words find each case once.
    for _ in 0..2 {
        let either = in_short_strides(&t.db, "common other", Match::Any).await;
        assert_eq!((either.len(), either.iter().collect::<BTreeSet<_>>().len()), (4_198, 4_198));
        assert_eq!(in_short_strides(&t.db, "common other", Match::All).await, [] as [CaseId; 0]);
        merge(&t.db, 1).await.unwrap();
    }
    let left = cases_of(&t.db, &search, "common").await;
    assert_eq!(left.len(), 4_197);
    assert!(!left.contains(&c[1]) && !left.contains(&c[7]));
    assert!(cases_of(&t.db, &search, "rare").await.is_empty());
    assert_eq!(cases_of(&t.db, &search, "other").await, [c[7]]);
}

async fn in_short_strides(db: &Db, text: &str, matching: Match) -> Vec<CaseId> {
    let mut tx = db.read().await.unwrap();
    let mut ranking = Search::in_strides(db, 50).rank(&mut tx, &Query::parse(text, matching)).await.unwrap();
    let mut cases = Vec::new();
    loop {
        let batch = ranking.next_batch(&mut tx, 1000).await.unwrap();
        if batch.is_empty() {
            return cases;
        }
        cases.extend(batch.into_iter().map(|hit| hit.case));
    }
}

/// Ranked in short strides all are found once, with the scores that they have in one; the newest in the open chunk come first.
async fn newest_first(db: &Db, cases: &[CaseId]) {
    let score = |hits: Vec<Hit>| hits.into_iter().map(|hit| (hit.case, hit.score)).collect::<BTreeMap<_, _>>();
    let whole = score(found(db, &Search::new(db), "common", Match::All).await.unwrap());
    let search = Search::in_strides(db, 50);
    let mut tx = db.read().await.unwrap();
    let mut ranking = search.rank(&mut tx, &Query::parse("common", Match::All)).await.unwrap();
    let mut hits = Vec::new();
    loop {
        let batch = ranking.next_batch(&mut tx, 1000).await.unwrap();
        if batch.is_empty() {
            break;
        }
        hits.extend(batch);
    }
    assert_eq!(hits.len(), cases.len());
    // They were indexed 700 at once, each time in the order of their ids.
    let mut newest = cases[3_500..].to_vec();
    newest.sort_unstable();
    let first: BTreeSet<CaseId> = hits.iter().take(104).map(|hit| hit.case).collect();
    assert_eq!(first, newest[596..].iter().copied().collect());
    for (case, score) in score(hits) {
        assert!((score - whole[&case]).abs() < 1e-4, "{score} is not {}", whole[&case]);
    }
    for query in ["common rare", "rare common", "common*"] {
        let mut ranking = search.rank(&mut tx, &Query::parse(query, Match::All)).await.unwrap();
        let hits = ranking.next_batch(&mut tx, 10).await.unwrap();
        assert_eq!(
            hits.first().map(|hit| hit.case),
            if query == "common*" { newest.last().copied() } else { Some(cases[1]) }
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merges_erasures_and_indexing_at_once() {
    let t = TestDb::new().await.unwrap();
    let c = cases(&t.db, 60).await;
    for case in &c {
        index(&t.db, *case, &[("before both", 1)]).await;
    }
    let change = async {
        for (n, case) in c.iter().enumerate() {
            if n % 3 == 0 {
                assert!(remove(&t.db, *case).await);
            } else {
                index(&t.db, *case, &[("after both", 1)]).await;
            }
        }
    };
    let (first, second, ()) = tokio::join!(merge(&t.db, 1), merge(&t.db, 1), change);
    first.unwrap();
    second.unwrap();
    let search = Search::new(&t.db);
    for _ in 0..2 {
        assert!(cases_of(&t.db, &search, "before").await.is_empty());
        assert_eq!(cases_of(&t.db, &search, "after").await.len(), 40);
        assert_eq!(cases_of(&t.db, &search, "both").await.len(), 40);
        merge(&t.db, 1).await.unwrap();
    }
    for case in c {
        remove(&t.db, case).await;
    }
    assert_eq!(rows(&t.db).await, (0, 0, 0));
}

#[tokio::test]
async fn changed_bytes_are_an_error_not_an_answer() {
    let t = TestDb::new().await.unwrap();
    let c = cases(&t.db, 2).await;
    index(&t.db, c[0], &[("alpha", 1)]).await;
    index(&t.db, c[1], &[("beta", 1)]).await;
    merge(&t.db, 1).await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    let bodies = fetch_all!(&mut tx, (Vec<u8>, Vec<u8>), stmt!("SELECT term, body FROM postings")).unwrap();
    drop(tx);
    // Every list gets the body of another one.
    t.db.write(move |tx| {
        Box::pin(async move {
            let moved = bodies.iter().cycle().skip(1).map(|(_, body)| body.clone());
            for ((term, _), body) in bodies.iter().zip(moved) {
                execute!(tx, stmt!("UPDATE postings SET body = $2 WHERE term = $1"), term.clone(), body)?;
            }
            Ok::<_, DbError>(())
        })
    })
    .await
    .unwrap();
    let outcome = found(&t.db, &Search::new(&t.db), "alpha", Match::All).await;
    assert!(matches!(outcome, Err(DbError::Seal(_))));
    // The terms of a document are bound to it as well.
    index(&t.db, c[0], &[("gamma", 1)]).await;
    t.db.write(|tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!("UPDATE document_terms SET body = (SELECT body FROM document_terms ORDER BY doc LIMIT 1)")
            )
            .map(|_| ())
        })
    })
    .await
    .unwrap();
    let outcome = found(&t.db, &Search::new(&t.db), "gamma", Match::All).await;
    assert!(matches!(outcome, Err(DbError::Seal(_))));
}

#[tokio::test]
async fn terms_under_another_key_are_other_terms() {
    let t = TestDb::new().await.unwrap();
    let c = cases(&t.db, 1).await;
    let random = SeededRandom::new(7);
    let other = seal::DataKey::generate(&random as &dyn Random);
    let document = Document::new(&other, &[("alpha beta", 1)]);
    let (db, case) = (t.db.clone(), c[0]);
    let documents = BTreeMap::from([(case, document)]);
    t.db.write(move |tx| Box::pin(async move { index_documents(tx, db.keys(), db.ambient(), &documents).await }))
        .await
        .unwrap();
    assert!(cases_of(&t.db, &Search::new(&t.db), "alpha").await.is_empty());
    assert!(Document::new(t.db.keys().index(), &[("alpha beta", 1)]) != Document::new(&other, &[("alpha beta", 1)]));
}

#[tokio::test]
async fn a_long_text_stops_at_twenty_thousand_terms() {
    let t = TestDb::new().await.unwrap();
    let c = cases(&t.db, 1).await;
    let text = (0..30_000).map(|n| format!("{n:05}")).collect::<Vec<_>>().join(" ");
    index(&t.db, c[0], &[(&text, 1)]).await;
    let search = Search::new(&t.db);
    assert_eq!(cases_of(&t.db, &search, "00001").await, c);
    assert!(cases_of(&t.db, &search, "29999").await.is_empty());
}
