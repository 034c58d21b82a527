//! What Tab makes of a line: commands, flags, kinds, names of objects, files.
//!
//! Models the completion that `kubectl completion` and `etcdctl completion` print, as bash uses
//! it. Objects are asked for by kind, as the real completion asks the server. Invariant: what comes
//! out begins with what was typed.

use super::etcdctl;
use super::kubectl::help;
use super::shell::builtins;
use crate::api::discovery;
use crate::api::{Key, Resource, Str};

/// What the terminal may complete with, beside what its programs are made of.
pub trait Known {
    /// The names of the files.
    fn files(&self) -> Vec<Str>;
    /// The objects of a resource.
    fn objects(&self, resource: Resource) -> Vec<Key>;
    /// The names of the contexts.
    fn contexts(&self) -> Vec<Str>;
    /// The namespace that is meant unless one is named.
    fn namespace(&self) -> Str;
}

/// What a line can become.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completion {
    /// The line, as far as it is certain.
    pub line: String,
    /// What its last word can be, if more than one thing.
    pub options: Vec<String>,
}

/// More than so many are not offered.
const OPTIONS_MAX: usize = 200;

/// Completes `line`, at whose end the caret is.
pub fn complete(line: &str, known: &dyn Known) -> Completion {
    // What is before the last command of the line is passed over.
    let start = line.rfind(['|', ';', '&', '(']).map_or(0, |at| at + 1);
    let words: Vec<&str> = line[start..].split_whitespace().collect();
    let is_new = line.is_empty() || line.ends_with([' ', '|', ';', '&', '(']);
    let last = if is_new { "" } else { words.last().copied().unwrap_or_default() };
    let before = if is_new { &words[..] } else { &words[..words.len() - 1] };
    let (prefix, mut options) = candidates(before, last, known);
    options.retain(|option| option.starts_with(prefix));
    options.sort_unstable();
    options.dedup();
    options.truncate(OPTIONS_MAX);
    let head = &line[..line.len() - prefix.len()];
    match &options[..] {
        [] => Completion { line: line.to_owned(), options },
        [one] => {
            let space = if one.ends_with(['=', '/', ',']) { "" } else { " " };
            Completion { line: format!("{head}{one}{space}"), options: Vec::new() }
        }
        many => Completion { line: format!("{head}{}", common(many)), options },
    }
}

/// What all of `options` begin with.
fn common(options: &[String]) -> &str {
    let first = options[0].as_str();
    let len = options.iter().map(|other| {
        let mut pairs = first.chars().zip(other.chars());
        pairs.by_ref().take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum::<usize>()
    });
    let len = len.min().unwrap_or(0);
    first.get(..len).unwrap_or_default()
}

/// What may stand at the end, and which part of the last word it replaces.
fn candidates<'a>(before: &[&str], last: &'a str, known: &dyn Known) -> (&'a str, Vec<String>) {
    let files = || known.files().iter().map(Str::to_string).collect();
    match before.split_first() {
        None => (last, builtins::names().map(str::to_owned).collect()),
        Some((&("kubectl" | "k"), words)) => kubectl(words, last, known),
        Some((program, words)) if etcdctl::is_program(program) => {
            (last, etcdctl::names_within(program, words))
        }
        Some(_) => (last, files()),
    }
}

fn kubectl<'a>(words: &[&str], last: &'a str, known: &dyn Known) -> (&'a str, Vec<String>) {
    let (path, args) = command_of(words);
    let options = |names: Vec<Str>| names.iter().map(Str::to_string).collect::<Vec<_>>();
    if let Some(flag) = words.last().and_then(|word| flag_name(word, &path))
        && let Some(values) = values_of(flag, known)
    {
        return (last, values);
    }
    if let Some((flag, value)) = last.split_once('=').filter(|(flag, _)| flag.starts_with("--")) {
        return (value, values_of(&flag[2..], known).unwrap_or_default());
    }
    if last.starts_with('-') {
        let flags = help::flags_of(&path);
        return (last, flags.map(|flag| format!("--{}", flag.name)).collect());
    }
    let inside = help::names_within(&path);
    if !inside.is_empty() && args.is_empty() {
        return (last, inside.into_iter().map(str::to_owned).collect());
    }
    let namespace = namespace_of(words, known);
    let names = |resource: Resource| {
        let all = known.objects(resource).into_iter();
        let here = all.filter(|key| !resource.info().namespaced || key.namespace() == namespace);
        here.map(|key| key.name().to_owned()).collect::<Vec<_>>()
    };
    let verb = path.split(' ').next().unwrap_or_default();
    match (verb, args.first()) {
        ("logs" | "exec" | "attach" | "port-forward" | "debug", None) => {
            (last, names(Resource::PODS))
        }
        ("cordon" | "uncordon" | "drain", _) => (last, names(Resource::NODES)),
        ("config", _) => (last, options(known.contexts())),
        (
            "explain" | "get" | "describe" | "delete" | "edit" | "label" | "annotate" | "patch"
            | "scale" | "autoscale" | "expose" | "wait" | "set" | "rollout" | "taint" | "apply",
            first,
        ) => {
            if let Some((kind, name)) = last.split_once('/') {
                return (name, Resource::named(kind).map(names).unwrap_or_default());
            }
            match first.and_then(|kind| Resource::named(kind)) {
                Some(resource) if verb != "explain" => (last, names(resource)),
                _ => (last, kinds()),
            }
        }
        _ => (last, Vec::new()),
    }
}

/// The command that words name, and its arguments among them.
fn command_of<'w>(words: &[&'w str]) -> (String, Vec<&'w str>) {
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let mut path = String::new();
    let mut taken = 0;
    for word in &plain {
        let inside = help::names_within(&path);
        if !inside.contains(word) {
            break;
        }
        path = if path.is_empty() { (*word).to_owned() } else { format!("{path} {word}") };
        taken += 1;
    }
    let is_value = |at: usize| {
        let before = words.iter().position(|word| std::ptr::eq(*word, plain[at]));
        before
            .and_then(|at| at.checked_sub(1))
            .is_some_and(|at| flag_name(words[at], &path).is_some())
    };
    let args = (taken..plain.len()).filter(|at| !is_value(*at)).map(|at| plain[at]).collect();
    (path, args)
}

/// The name of the flag that `word` is, if it takes the word after it.
fn flag_name(word: &str, path: &str) -> Option<&'static str> {
    let takes = super::kubectl::flags::takes_next(help::tables_of(path), word);
    let mut all = help::flags_of(path);
    let found = all.find(|flag| match word.strip_prefix("--") {
        Some(name) => flag.name == name,
        None => {
            flag.short.is_some()
                && word.strip_prefix('-').map(str::chars).and_then(|mut c| c.next()) == flag.short
        }
    });
    found.filter(|_| takes).map(|flag| flag.name)
}

/// What a flag can be given.
fn values_of(flag: &str, known: &dyn Known) -> Option<Vec<String>> {
    let fixed = |all: &[&str]| Some(all.iter().map(|text| (*text).to_owned()).collect());
    match flag {
        "namespace" => {
            let all = known.objects(Resource::NAMESPACES);
            Some(all.iter().map(|key| key.name().to_owned()).collect())
        }
        "context" => Some(known.contexts().iter().map(Str::to_string).collect()),
        "filename" | "from-file" | "from-env-file" | "patch-file" => {
            Some(known.files().iter().map(Str::to_string).collect())
        }
        "output" => fixed(&[
            "json",
            "yaml",
            "kyaml",
            "name",
            "wide",
            "jsonpath=",
            "custom-columns=",
            "go-template=",
        ]),
        "dry-run" => fixed(&["none", "client", "server"]),
        "cascade" => fixed(&["background", "foreground", "orphan"]),
        "type" => fixed(&["json", "merge", "strategic"]),
        "restart" => fixed(&["Always", "OnFailure", "Never"]),
        _ => None,
    }
}

/// The namespace that the words of a line mean.
fn namespace_of(words: &[&str], known: &dyn Known) -> Str {
    let given = words.iter().enumerate().find_map(|(at, word)| match *word {
        "-n" | "--namespace" => words.get(at + 1).copied(),
        word => word
            .strip_prefix("--namespace=")
            .or_else(|| word.strip_prefix("-n").filter(|n| !n.is_empty())),
    });
    given.map_or_else(|| known.namespace(), Str::from)
}

/// The kinds the server serves, by their plural names.
fn kinds() -> Vec<String> {
    let all = discovery::all().into_iter();
    all.filter(|kind| !kind.plural.contains('/')).map(|kind| kind.plural.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World;

    impl Known for World {
        fn files(&self) -> Vec<Str> {
            vec!["pod.yaml".into(), "파드.yaml".into()]
        }
        fn objects(&self, resource: Resource) -> Vec<Key> {
            match resource {
                Resource::PODS => vec![
                    Key::new("default", "web-1"),
                    Key::new("default", "web-2"),
                    Key::new("dev", "db"),
                ],
                Resource::NODES => vec![Key::new("", "node-1")],
                Resource::NAMESPACES => vec![Key::new("", "default"), Key::new("", "dev")],
                _ => Vec::new(),
            }
        }
        fn contexts(&self) -> Vec<Str> {
            vec!["kubernetes-admin@kubernetes".into()]
        }
        fn namespace(&self) -> Str {
            "default".into()
        }
    }

    #[track_caller]
    fn check(line: &str, expected: &str, options: &[&str]) {
        let found = complete(line, &World);
        assert_eq!((found.line.as_str(), found.options), (expected, strings(options)), "{line}");
    }

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn words_become_what_they_can_be() {
        check("kubec", "kubectl ", &[]);
        check("kubectl desc", "kubectl describe ", &[]);
        check("kubectl ro", "kubectl rollout ", &[]);
        check("kubectl rollout re", "kubectl rollout res", &["restart", "resume"]);
        check("kubectl get deplo", "kubectl get deployments ", &[]);
        check(
            "kubectl config use-context k",
            "kubectl config use-context kubernetes-admin@kubernetes ",
            &[],
        );
    }

    #[test]
    fn objects_are_those_of_the_namespace() {
        check("kubectl get pods w", "kubectl get pods web-", &["web-1", "web-2"]);
        check("kubectl get pods -n dev ", "kubectl get pods -n dev db ", &[]);
        check("kubectl delete pod/web-1", "kubectl delete pod/web-1 ", &[]);
        check("kubectl drain n", "kubectl drain node-1 ", &[]);
        check("kubectl logs web-1", "kubectl logs web-1 ", &[]);
        check(
            "kubectl get nodes | grep x; kubectl cordon no",
            "kubectl get nodes | grep x; kubectl cordon node-1 ",
            &[],
        );
    }

    #[test]
    fn flags_and_their_values() {
        check("kubectl get pods --all-n", "kubectl get pods --all-namespaces ", &[]);
        check("kubectl get pods -n de", "kubectl get pods -n de", &["default", "dev"]);
        check("kubectl apply -f po", "kubectl apply -f pod.yaml ", &[]);
        check("kubectl apply -f 파", "kubectl apply -f 파드.yaml ", &[]);
        check("kubectl get pods -o js", "kubectl get pods -o json", &["json", "jsonpath="]);
        check("cat ", "cat ", &["pod.yaml", "파드.yaml"]);
        check("etcdctl member pro", "etcdctl member promote ", &[]);
        check("nothing", "nothing", &[]);
    }
}
