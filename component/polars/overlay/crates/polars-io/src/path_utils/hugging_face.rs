//! Paths of Hugging Face are refused: upstream's client for them needs sockets.

use polars_error::{PolarsResult, polars_bail};
use polars_utils::pl_path::PlRefPath;

use crate::cloud::CloudOptions;

pub(super) async fn expand_paths_hf(
    _paths: &[PlRefPath],
    _check_directory_level: bool,
    _cloud_options: &Option<CloudOptions>,
    _glob: bool,
) -> PolarsResult<(usize, Vec<PlRefPath>)> {
    polars_bail!(ComputeError: "hf:// paths are not supported")
}
