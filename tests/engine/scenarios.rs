//! Our own scripts, each with the whole output it gives: `tests/scenarios/*.case`.
//!
//! `ORRERY_REWRITE=1 cargo test scenarios` writes down what they give now; the changes are to be
//! read as such.

use std::fs;
use std::path::Path;

use orrery::scenario::{self, Script};

#[test]
fn scenarios_come_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let rewrite = std::env::var_os("ORRERY_REWRITE").is_some();
    let mut wrong = Vec::new();
    let mut played = 0;
    for file in fs::read_dir(&folder).expect("the scenarios are there") {
        let file = file.expect("each can be listed").path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("scripts are text");
        let (script, problems) = Script::parse(&text);
        assert_eq!(problems, [], "{name}");
        let transcript = scenario::run(&script);
        played += 1;
        if rewrite {
            fs::write(&file, transcript.to_string()).expect("scripts can be written");
        }
        wrong.extend(transcript.differences().map(|(_, text)| format!("{name}, {text}")));
    }
    assert!(played > 0, "no scripts in {}", folder.display());
    assert!(rewrite || wrong.is_empty(), "{}", wrong.join("\n"));
}
