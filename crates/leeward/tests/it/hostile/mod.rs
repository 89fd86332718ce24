//! Strings, bytes, names and sizes that break things elsewhere, against the whole house: they are only words.

mod pages;
mod programs;
mod strings;
