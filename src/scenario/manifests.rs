//! What the server says of manifests, compared with what was recorded of a real one.
//!
//! Each manifest is applied as a dry run, and created as one that prints what would be stored.
//! Neither changes anything, so that one cluster serves for any number of manifests, and their
//! order means nothing.

use super::{Runner, Script, first_difference};

/// What was recorded of one manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The exit code of `kubectl apply --dry-run=server`.
    pub exit: i32,
    /// What it printed.
    pub output: String,
    /// What `kubectl create --dry-run=server -o yaml` printed, if that was recorded.
    pub defaulted: Option<String>,
}

/// A cluster that manifests are shown to.
#[derive(Clone, Debug)]
pub struct Manifests(Runner);

impl Default for Manifests {
    fn default() -> Self {
        Self(Runner::new(&Script::parse("nodes 1\n").0))
    }
}

impl Manifests {
    /// Shows the manifest `text`, in a file called `name`, to the cluster. Returns the first
    /// difference of the verdict, and that of the defaulted objects.
    pub fn compare(
        &mut self,
        name: &str,
        text: &str,
        recorded: &Verdict,
    ) -> (Option<String>, Option<String>) {
        self.0.write(name, text);
        let (output, exit) =
            self.0.run(&format!("kubectl apply --dry-run=server -f {name}"), false);
        let verdict = difference(&recorded.output, &output).or_else(|| {
            let expected = recorded.exit;
            let shown = |exit: Option<i32>| exit.map_or("none".to_owned(), |exit| exit.to_string());
            (exit != Some(expected)).then(|| {
                format!("    expected: exit code {expected}\n    found:    {}", shown(exit))
            })
        });
        let defaulted = recorded.defaulted.as_ref().and_then(|expected| {
            let line = format!("kubectl create --dry-run=server -o yaml -f {name}");
            difference(expected, &self.0.run(&line, true).0)
        });
        (verdict, defaulted)
    }
}

fn difference(expected: &str, found: &str) -> Option<String> {
    let (expected, found) = first_difference(expected, found)?;
    let shown = |line: Option<String>| line.unwrap_or_else(|| "(nothing)".to_owned());
    Some(format!("    expected: {}\n    found:    {}", shown(expected), shown(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_verdicts_and_defaults_apart() {
        let mut manifests = Manifests::default();
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
        let mut recorded = Verdict {
            exit: 0,
            output: "configmap/a created (server dry run)\n".to_owned(),
            defaulted: Some("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n".to_owned()),
        };
        let (verdict, defaulted) = manifests.compare("a.yaml", text, &recorded);
        assert_eq!(verdict, None);
        assert!(defaulted.is_some_and(|text| text.contains("name: b")));
        recorded.exit = 1;
        let (verdict, _) = manifests.compare("a.yaml", text, &recorded);
        assert!(verdict.is_some_and(|text| text.contains("exit code 1")));
    }
}
