//! Whether a programme takes new reports.

use crate::words::words;

words! {
    "state of intake"
    /// What a programme takes at the moment. Reports that are here, and mail that the team brings, go on in every state.
    pub enum Intake {
        /// Every report.
        Open = "open",
        /// Only reports that are claimed to be critical and come with proof, as text or as a file.
        Critical = "critical",
        /// Nothing new.
        Closed = "closed",
    }
}
