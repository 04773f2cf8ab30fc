//! File locks that do nothing. The file cache is compiled with `cloud` and never used: every
//! source is read by ranges, and nothing is written to disk.

use std::fs::File;
use std::io::Result;

#[allow(dead_code)]
pub(super) trait FileExt {
    fn lock_shared(&self) -> Result<()> {
        Ok(())
    }
    fn lock_exclusive(&self) -> Result<()> {
        Ok(())
    }
    fn try_lock_shared(&self) -> Result<()> {
        Ok(())
    }
    fn try_lock_exclusive(&self) -> Result<()> {
        Ok(())
    }
    fn unlock(&self) -> Result<()> {
        Ok(())
    }
    fn allocate(&self, _bytes: u64) -> Result<()> {
        Ok(())
    }
}

impl FileExt for File {}
