//! What sealed bytes must withstand: every alteration, every wrong key, every wrong place.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]

mod arbitrary;
mod fields;
mod keys;
mod recovery;
mod stream;

use domain::testing::SeededRandom;
use proptest::test_runner::Config;
use seal::DataKey;

/// A data key that is the same for the same seed.
fn key(seed: u64) -> DataKey {
    DataKey::generate(&SeededRandom::new(seed))
}

/// Randomness for nonces, apart from that of the keys.
fn nonces(seed: u64) -> SeededRandom {
    SeededRandom::new(seed ^ 0x5eed_0000_0000_0000)
}

/// Fewer cases where one case walks over every byte.
fn cases(n: u32) -> Config {
    Config { cases: n, failure_persistence: None, ..Config::default() }
}
