//! Our scheduler against recorded decisions of the real one.

use std::fs;
use std::path::PathBuf;

use orrery::api::{Fields, Value};
use orrery::scheduler::conform::{Report, run};

#[test]
fn scores_and_refuses_as_the_real_one() {
    let Some(report) = replay("random.json") else { return };
    assert!(report.decisions.of > 0 && report.scores.of > 0, "{report}");
    assert!(report.decisions.is_full() && report.scores.is_full(), "{report}");
    assert!(report.gaps.is_empty(), "{report}");
}

#[test]
fn preempts_as_the_real_one() {
    let Some(report) = replay("preemption.json") else { return };
    assert!(report.preemptions.of > 0, "{report}");
    assert!(report.decisions.is_full() && report.preemptions.is_full(), "{report}");
    assert!(report.gaps.is_empty(), "{report}");
}

/// Replays a recording, if the recordings are there.
fn replay(name: &str) -> Option<Report> {
    let folder = std::env::var_os("ORRERY_CONFORMANCE")
        .map_or_else(|| PathBuf::from("../shared/conformance"), PathBuf::from);
    let path = folder.join("scheduler").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let document: serde_yaml::Value = serde_yaml::from_str(&text).expect("recordings are JSON");
    let report = run(&convert(&document));
    println!("{name}\n{report}");
    Some(report)
}

fn convert(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(truth) => Value::Bool(*truth),
        serde_yaml::Value::Number(number) => Value::Int(number.as_i64().expect("whole numbers")),
        serde_yaml::Value::String(text) => text.as_str().into(),
        serde_yaml::Value::Sequence(items) => items.iter().map(convert).collect(),
        serde_yaml::Value::Mapping(entries) => {
            let field = |(key, value): (&serde_yaml::Value, _)| {
                (key.as_str().expect("keys are text").into(), convert(value))
            };
            Value::from(entries.iter().map(field).collect::<Fields>())
        }
        serde_yaml::Value::Tagged(_) => unreachable!("JSON has no tags"),
    }
}
