//! The binary: its command line as a person uses it, and the layering of the house.

mod command_line;
mod layering;
mod process;
