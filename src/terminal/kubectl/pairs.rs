//! `KEY=VALUE` and `KEY-` on command lines: what is set and what is taken away.
//!
//! Models kubectl/pkg/cmd/util GetResourcesAndPairs and ParsePairs.

use super::error::Error;
use crate::api::Str;

/// What is to be set, and what taken away.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pairs {
    /// Keys with their new values, as they were given.
    pub set: Vec<(Str, Str)>,
    /// Keys that are to go.
    pub removed: Vec<Str>,
}

/// Whether a word is a pair and not the name of a resource.
fn is_pair(word: &str) -> bool {
    word.contains('=') && !word.starts_with('=') || word.ends_with('-') && word.len() > 1
}

/// Parts words into those that name objects and those that are pairs; `what` names the pairs.
pub fn split(args: &[String], what: &str) -> Result<(Vec<String>, Vec<String>), Error> {
    let at = args.iter().position(|arg| is_pair(arg)).unwrap_or(args.len());
    let (resources, pairs) = args.split_at(at);
    if let Some(word) = pairs.iter().find(|word| !is_pair(word)) {
        return Err(Error::plain(format!(
            "all resources must be specified before {what} changes: {word}"
        )));
    }
    Ok((resources.to_vec(), pairs.to_vec()))
}

/// Reads pairs; `what` names them.
pub fn parse(words: &[String], what: &str) -> Result<Pairs, Error> {
    let mut pairs = Pairs::default();
    for word in words {
        match word.split_once('=') {
            Some((key, value)) => pairs.set.push((key.into(), value.into())),
            None => pairs.removed.push(word[..word.len() - 1].into()),
        }
    }
    let both = |key: &&Str| pairs.set.iter().any(|(set, _)| set == *key);
    let both: Vec<&str> = pairs.removed.iter().filter(both).map(Str::as_str).collect();
    if !both.is_empty() {
        let what = match what {
            "label" => "a label".to_owned(),
            "annotation" => "the following annotation(s)".to_owned(),
            what => format!("the same {what}"),
        };
        let named = match what.starts_with("the following") {
            true => format!(": {}", both.join(", ")),
            false => String::new(),
        };
        return Err(Error::plain(format!(
            "can not both modify and remove {what} in the same command{named}"
        )));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_pairs_are_told_apart() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (names, pairs) = split(&words("pod a k=v x- y="), "label").unwrap();
        assert_eq!(names, ["pod", "a"]);
        let parsed = parse(&pairs, "label").unwrap();
        assert_eq!(parsed.set, [("k".into(), "v".into()), ("y".into(), "".into())]);
        assert_eq!(parsed.removed, ["x"]);
        let error = split(&words("pod k=v a"), "label").unwrap_err();
        assert_eq!(error.message(), "all resources must be specified before label changes: a");
        let error = parse(&words("k=v k-"), "annotation").unwrap_err();
        let text = "can not both modify and remove the following annotation(s) in the same \
                    command: k";
        assert_eq!(error.message(), text);
    }
}
