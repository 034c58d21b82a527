//! The reference's own scripts, replayed byte for byte: etcd-io/raft's interaction, quorum and
//! confchange tests.

use std::fs;
use std::path::{Path, PathBuf};

use orrery::etcd::raft::conform::{self, FileResult, Suite};

/// Where the scripts are: `$ORRERY_CONFORMANCE`, by default beside the project. `None` when there
/// are none.
fn scripts() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let root = std::env::var_os("ORRERY_CONFORMANCE").map_or_else(beside, PathBuf::from);
    Some(root.join("etcd-raft")).filter(|folder| folder.is_dir())
}

fn replay(folder: &Path, suite: Suite) -> Vec<FileResult> {
    let files = fs::read_dir(folder.join(suite.folder())).expect("each suite has a folder");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("it can be read").path()).collect();
    paths.sort();
    let replay = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("scripts are text");
        conform::run(suite, &path.display().to_string(), &text)
    };
    paths.iter().map(replay).collect()
}

#[test]
fn reference_scripts() {
    let Some(folder) = scripts() else {
        println!("skipped: no conformance data; set ORRERY_CONFORMANCE to where it is");
        return;
    };
    let results: Vec<FileResult> =
        Suite::ALL.iter().flat_map(|&suite| replay(&folder, suite)).collect();
    assert!(!results.is_empty(), "no scripts in {}", folder.display());
    let failed: Vec<String> =
        results.iter().filter(|result| !result.is_ok()).map(FileResult::to_string).collect();
    assert!(
        failed.is_empty(),
        "{} of {} scripts differ:\n{}",
        failed.len(),
        results.len(),
        failed.join("\n")
    );
}
