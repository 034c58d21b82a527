//! What recordings of the real kubectl say, compared with what ours prints.
//!
//! `tests/known_failures` lists what differs still; an entry that has come right must go.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use orrery::scenario::{self, Script};

/// Where the recordings of a kind are: in `$ORRERY_CONFORMANCE`, by default beside the project.
/// `None` when there are none.
pub fn recordings(kind: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let root = std::env::var_os("ORRERY_CONFORMANCE").map_or_else(beside, PathBuf::from);
    Some(root.join(kind)).filter(|folder| folder.is_dir())
}

/// The commands that are known to differ: of each case, their numbers with the reasons.
fn known_failures() -> BTreeMap<String, BTreeMap<usize, String>> {
    let text = include_str!("../known_failures");
    let mut known: BTreeMap<String, BTreeMap<usize, String>> = BTreeMap::new();
    let is_ours =
        |line: &&str| !line.is_empty() && !line.starts_with('#') && !line.starts_with("manifest:");
    for line in text.lines().filter(is_ours) {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_else(|| panic!("CASE COMMAND REASON: {line}"));
        let (case, command, reason) = (word(), word(), word());
        let command = command.parse().unwrap_or_else(|_| panic!("no number: {line}"));
        known.entry(case.to_owned()).or_default().insert(command, reason.to_owned());
    }
    known
}

#[test]
fn recorded_commands_print_what_they_printed() {
    let Some(folder) = recordings("kubectl") else {
        println!("skipped: no conformance data; set ORRERY_CONFORMANCE to where it is");
        return;
    };
    let files = fs::read_dir(&folder).expect("the recordings can be listed");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("so can each").path()).collect();
    files.sort();
    let known = known_failures();
    let (mut cases, mut wrong) = (0, Vec::new());
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        cases += 1;
        let text = fs::read_to_string(&file).expect("recordings are text");
        let (script, problems) = Script::parse(&text);
        assert_eq!(problems, [], "{name}");
        let transcript = scenario::run(&script);
        let none = BTreeMap::new();
        let known = known.get(&name).unwrap_or(&none);
        let found: BTreeMap<usize, String> = transcript.differences().collect();
        let new = found.iter().filter(|(command, _)| !known.contains_key(command));
        wrong.extend(new.map(|(command, text)| format!("{name} {command}, {text}")));
        let gone = known.keys().filter(|command| !found.contains_key(command));
        wrong.extend(gone.map(|command| {
            format!("{name} {command} is as recorded now: take it out of tests/known_failures")
        }));
    }
    assert!(cases > 0, "no recordings in {}", folder.display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
