//! The document, written event by event. What it is and how it is checked stands in `tlog::dossier`.

use super::error::ExportError;
use super::order::{AT_ONCE, Job};
use super::pour::Pour;

/// Writes the whole document.
pub(super) async fn write(job: &Job, out: &mut impl Pour) -> Result<(), ExportError> {
    out.pour(b"{\"version\":\"leeward-case/v1\",\n\"cover\":").await?;
    out.pour(&serde_json::to_vec_pretty(&job.cover)?).await?;
    out.pour(b",\n\"events\":[").await?;
    let mut between: &[u8] = b"\n";
    for some in job.list.chunks(AT_ONCE) {
        for entry in job.entries(some).await? {
            out.pour(between).await?;
            out.pour(&serde_json::to_vec(&entry)?).await?;
            between = b",\n";
        }
    }
    out.pour(b"\n],\n\"checkpoints\":").await?;
    out.pour(&serde_json::to_vec_pretty(&job.sealed.checkpoints)?).await?;
    out.pour(b",\n\"seal\":").await?;
    out.pour(&serde_json::to_vec_pretty(&job.sealed.seal)?).await?;
    out.pour(b"}\n").await
}
