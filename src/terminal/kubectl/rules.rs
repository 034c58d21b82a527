//! Rules of roles as people read them: one line a resource, with all that may be done with it.
//!
//! Models pkg/apis/rbac/v1 evaluation_helpers.go and kubectl/pkg/describe BreakdownRule,
//! CompactRules and CombineResourceGroup.

use crate::api::Value;

/// What may be done with one resource, or with one path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rule {
    verbs: Vec<String>,
    group: Option<String>,
    resource: Option<String>,
    name: Option<String>,
    path: Option<String>,
}

/// The rules, one for each resource, object and path, in the order in which they are shown.
pub fn compacted(rules: &[Value]) -> Vec<Rule> {
    let mut all: Vec<Rule> = Vec::new();
    for rule in rules {
        let texts = |field: &str| -> Vec<String> {
            rule.at(field).items().iter().map(|item| item.text().to_owned()).collect()
        };
        let some = |field: &str| -> Vec<Option<String>> {
            let all: Vec<Option<String>> = texts(field).into_iter().map(Some).collect();
            if all.is_empty() { vec![None] } else { all }
        };
        let verbs = texts("verbs");
        for group in texts("apiGroups") {
            for resource in texts("resources") {
                for name in some("resourceNames") {
                    let (group, resource) = (Some(group.clone()), Some(resource.clone()));
                    add(&mut all, Rule { group, resource, name, ..Rule::default() }, &verbs);
                }
            }
        }
        for path in texts("nonResourceURLs") {
            // Paths stand alone each time they are named.
            let path = Some(path);
            all.push(Rule { path, verbs: verbs.clone(), ..Rule::default() });
        }
    }
    all.sort_by_key(Rule::order);
    all
}

fn add(all: &mut Vec<Rule>, rule: Rule, verbs: &[String]) {
    let same = |other: &&mut Rule| {
        other.path.is_none()
            && (&other.group, &other.resource, &other.name)
                == (&rule.group, &rule.resource, &rule.name)
    };
    match all.iter_mut().find(same) {
        Some(known) => {
            for verb in verbs {
                if !known.verbs.contains(verb) {
                    known.verbs.push(verb.clone());
                }
            }
        }
        None => all.push(Rule { verbs: verbs.to_vec(), ..rule }),
    }
}

impl Rule {
    /// What stands in its line: resource, paths, names, verbs.
    pub fn cells(&self) -> [String; 4] {
        let list = |one: &Option<String>| format!("[{}]", one.as_deref().unwrap_or_default());
        [self.what(), list(&self.path), list(&self.name), format!("[{}]", self.verbs.join(" "))]
    }

    /// `deployments.apps/scale`.
    fn what(&self) -> String {
        let Some(resource) = &self.resource else { return String::new() };
        let (plural, part) = resource.split_once('/').unwrap_or((resource, ""));
        let mut what = plural.to_owned();
        if let Some(group) = self.group.as_deref().filter(|group| !group.is_empty()) {
            what += &format!(".{group}");
        }
        if !part.is_empty() {
            what += &format!("/{part}");
        }
        what
    }

    /// Upstream sorts by what Go prints of a rule.
    fn order(&self) -> String {
        let list = |one: &Option<String>| one.as_deref().unwrap_or_default().to_owned();
        format!(
            "{}],APIGroups:[{}],Resources:[{}],ResourceNames:[{}],NonResourceURLs:[{}],}}",
            self.verbs.join(" "),
            list(&self.group),
            list(&self.resource),
            list(&self.name),
            list(&self.path)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn a_line_for_each_resource() {
        let rules = r#"[
            {"apiGroups":[""],"resources":["pods","pods/log"],"verbs":["get","list"]},
            {"apiGroups":[""],"resources":["pods"],"verbs":["watch","get"]},
            {"apiGroups":["apps"],"resources":["deployments/scale"],"verbs":["get"],
             "resourceNames":["web"]},
            {"nonResourceURLs":["/a","/a/*"],"verbs":["get"]}]"#;
        let rules = manifest::parse_json(rules).unwrap();
        let lines: Vec<String> =
            compacted(rules.items()).iter().map(|rule| rule.cells().join("|")).collect();
        assert_eq!(
            lines,
            [
                "pods|[]|[]|[get list watch]",
                "pods/log|[]|[]|[get list]",
                "|[/a/*]|[]|[get]",
                "|[/a]|[]|[get]",
                "deployments.apps/scale|[]|[web]|[get]",
            ]
        );
    }
}
