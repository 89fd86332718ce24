//! The memory of this process, which holds the keys in use and what people wrote.

use std::io;

/// Closes it to every other process of the same user, such as one in which a picture took its decoder over: none traces this
/// one or reads its memory, and no core of it is written. On Linux; the administrator of the machine still can.
pub fn close() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    #[test]
    fn nobody_reads_memory_that_was_closed() {
        super::close().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
