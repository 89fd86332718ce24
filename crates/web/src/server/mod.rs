//! The server: an accept loop that slow, greedy and leaving clients cannot hurt.
