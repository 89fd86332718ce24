//! Loads made-up cases and measures search: `search_bench [CASES] [SEED]`, 100,000 and 1 unless told.
//!
//! The store is a SQLite file in a temporary folder, or a new database on the server that
//! `LEEWARD_TEST_PG` names. Words follow Zipf's law over 60,000 made-up ones; 80% of the cases have the
//! word `commonplace`, five have `needlework`. Every query is a snapshot of its own and wants 50 cases.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use db::search::{Document, MERGE_AT, Match, Query, Search, index_documents, merge, remove_case};
use db::testing::TestDb;
use db::{Db, DbError, execute, fetch_all, fetch_one, stmt};
use domain::testing::SeededRandom;
use domain::{CaseId, ProgrammeId, Random};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const VOCABULARY: usize = 60_000;
const BATCH: usize = 64;
const RUNS: usize = 300;

/// Draws words.
struct Texts {
    random: SeededRandom,
    words: Vec<String>,
    /// Running sums of 1/rank.
    sums: Vec<f64>,
}

impl Texts {
    fn new(seed: u64) -> Self {
        let mut texts = Self { random: SeededRandom::new(seed), words: Vec::new(), sums: Vec::new() };
        let mut sum = 0.0;
        for rank in 1..=VOCABULARY {
            let word = texts.word();
            texts.words.push(word);
            sum += 1.0 / f64::from(u32::try_from(rank).unwrap_or(u32::MAX));
            texts.sums.push(sum);
        }
        texts
    }

    fn number(&self) -> u32 {
        let mut bytes = [0; 4];
        self.random.fill(&mut bytes);
        u32::from_be_bytes(bytes)
    }

    fn below(&self, n: usize) -> usize {
        usize::try_from(self.number()).unwrap_or(0) % n
    }

    /// Two to four syllables.
    fn word(&self) -> String {
        let syllables = 2 + self.below(3);
        let letters = |of: &[u8]| char::from(of[self.below(of.len())]);
        (0..syllables).flat_map(|_| [letters(b"bcdfghklmnprstvwz"), letters(b"aeiou"), letters(b"lmnrst")]).collect()
    }

    fn zipf(&self) -> &str {
        let all = self.sums.last().copied().unwrap_or(1.0);
        let at = f64::from(self.number()) / f64::from(u32::MAX) * all;
        let rank = self.sums.partition_point(|sum| *sum < at).min(VOCABULARY - 1);
        &self.words[rank]
    }

    /// About 200 words, two identifiers and a number.
    fn case(&self, n: usize, of: usize) -> String {
        let mut text = String::new();
        for _ in 0..100 + self.below(200) {
            text.push_str(self.zipf());
            text.push(' ');
        }
        if !n.is_multiple_of(5) {
            text.push_str("commonplace ");
        }
        if n % (of / 5).max(1) == 7 {
            text.push_str("needlework ");
        }
        let tail = format!("{}_{} src/{}.c {}", self.zipf(), self.zipf(), self.zipf(), self.number() % 10_000);
        text + &tail
    }
}

async fn programme(db: &Db) -> Result<Uuid, DbError> {
    let id = db.ambient().id::<ProgrammeId>().uuid();
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
                     VALUES ($1, 'bench', 'bounty', 'open', $2, 1, 0)"
                ),
                id,
                vec![0_u8]
            )
            .map(|_| id)
        })
    })
    .await
}

async fn store(db: &Db, programme: Uuid, first: i64, documents: Vec<Document>) -> Result<usize, DbError> {
    let keys = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let mut cases = BTreeMap::new();
            for (number, document) in (first..).zip(documents) {
                let case: CaseId = keys.ambient().id();
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted,
                                            version, received_at, updated_at, title, body)
                         VALUES ($1, 'vulnerability', $2, 'bounty', $3, 'new', TRUE, FALSE, 1, 0, 0, $4, $4)"
                    ),
                    case.uuid(),
                    number,
                    programme,
                    vec![0_u8]
                )?;
                cases.insert(case, document);
            }
            Ok(index_documents(tx, keys.keys(), keys.ambient(), &cases).await?.waiting)
        })
    })
    .await
}

async fn load(db: &Db, texts: &Texts, cases: usize) -> Result<[Duration; 3], DbError> {
    let programme = programme(db).await?;
    let mut spent = [Duration::ZERO; 3];
    let mut first = 0;
    while first < cases {
        let begun = Instant::now();
        let last = (first + BATCH).min(cases);
        let texts: Vec<String> = (first..last).map(|n| texts.case(n, cases)).collect();
        let documents = texts.iter().map(|text| Document::new(db.keys().index(), &[(text, 1)])).collect();
        spent[0] += begun.elapsed();
        let begun = Instant::now();
        let waiting = store(db, programme, i64::try_from(first).unwrap_or(0) + 1, documents).await?;
        spent[1] += begun.elapsed();
        // As a server does that takes in a large import; the last documents wait unmerged.
        if waiting >= 8 * MERGE_AT {
            let begun = Instant::now();
            merge(db, 1).await?;
            spent[2] += begun.elapsed();
        }
        first = last;
    }
    Ok(spent)
}

async fn measure(db: &Db, search: &Search, name: &str, text: &str) -> Result<(), DbError> {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..RUNS {
        let begun = Instant::now();
        let mut tx = db.read().await?;
        let hits = search.rank(&mut tx, &Query::parse(text, Match::All)).await?.next_batch(&mut tx, 50).await?;
        times.push(begun.elapsed());
        found = hits.len();
    }
    let first = times[0];
    times.sort_unstable();
    let (median, p99) = (times[RUNS / 2], times[RUNS * 99 / 100]);
    println!("{name:<22} median {median:>9.2?}  p99 {p99:>9.2?}  first {first:>9.2?}  {found} found");
    Ok(())
}

async fn size(db: &Db) -> Result<i64, DbError> {
    let mut tx = db.read().await?;
    let (bytes,) = fetch_one!(
        &mut tx,
        (i64,),
        stmt!(
            sqlite: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            pg: "SELECT pg_database_size(current_database())",
        )
    )?;
    Ok(bytes)
}

/// Erases some cases from the index, each in a write of its own.
async fn erase(db: &Db) -> Result<(), DbError> {
    let mut tx = db.read().await?;
    let cases = fetch_all!(&mut tx, (Uuid,), stmt!("SELECT case_id FROM documents WHERE live ORDER BY doc LIMIT 9"))?;
    drop(tx);
    let mut times = Vec::new();
    for (case,) in cases {
        let begun = Instant::now();
        let keys = db.clone();
        db.write(move |tx| {
            Box::pin(
                async move { remove_case(tx, keys.keys(), keys.ambient(), CaseId::from_uuid(case)).await.map(|_| ()) },
            )
        })
        .await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!("erasure of a case      median {:>9.2?}", times.get(times.len() / 2));
    Ok(())
}

/// Resident memory in MB, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let cases = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let texts = Texts::new(arguments.next().map_or(Ok(1), |text| text.parse())?);
    let t = TestDb::new().await?;
    let [extract, write, merged] = load(&t.db, &texts, cases).await?;
    println!("{cases} cases on {}", if t.db.read().await?.is_sqlite() { "SQLite" } else { "PostgreSQL" });
    println!("load: words {extract:.1?}, rows {write:.1?}, merges {merged:.1?}");
    println!("store: {} MB; process: {:?} MB", size(&t.db).await? / 1_000_000, memory());
    let search = Search::new(&t.db);
    measure(&t.db, &search, "rare term", "needlework").await?;
    measure(&t.db, &search, "term in 80%", "commonplace").await?;
    let three = format!("commonplace {} {}", texts.words[20], texts.words[300]);
    measure(&t.db, &search, "three terms", &three).await?;
    let frequent = format!("commonplace {} {}", texts.words[0], texts.words[1]);
    measure(&t.db, &search, "three frequent terms", &frequent).await?;
    measure(&t.db, &search, "beginning", &format!("{}*", &texts.words[0][..3])).await?;
    println!("process: {:?} MB", memory());
    let begun = Instant::now();
    let merged = merge(&t.db, 1).await?;
    println!("merge of the last {} documents: {:.1?} in 257 writes", merged.documents, begun.elapsed());
    measure(&t.db, &search, "term in 80%, merged", "commonplace").await?;
    erase(&t.db).await?;
    t.db.close().await;
    Ok(())
}
