//! A short run of the driver in `examples/fuzz`: every reader with inputs that nobody would write. The long runs are in
//! docs/measurements.md.

#[expect(clippy::format_push_string, reason = "an answer is put together of few words")]
#[path = "../../examples/fuzz/engine/mod.rs"]
mod engine;

use engine::Corpus;
use engine::chance::Chance;
use engine::readers::READERS;

/// Inputs of a reader; the driver makes millions.
const INPUTS: usize = 150;

#[test]
fn no_input_breaks_a_promise() {
    let mut failed = Vec::new();
    for reader in READERS {
        let mut corpus = Corpus::new((reader.own)().into_iter().chain(some(reader.folders)));
        let mut chance = Chance::new(1);
        for _ in 0..INPUTS {
            let input = corpus.next(reader, &mut chance);
            match (reader.run)(&input) {
                Ok(answer) => corpus.learn(input, &answer),
                Err(why) => failed.push(format!("{}: {why}\n{}", reader.name, String::from_utf8_lossy(&input))),
            }
        }
        assert!(corpus.len() > 1, "{} learned nothing", reader.name);
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A few files of a reader's folders, where the shared data is there.
fn some(folders: &[&str]) -> Vec<Vec<u8>> {
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(outside::data(folder)?).ok()).flatten();
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let step = paths.len().div_ceil(12).max(1);
    paths.into_iter().step_by(step).filter_map(|path| std::fs::read(path).ok()).collect()
}
