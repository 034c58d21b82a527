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
    if pairs.removed.iter().any(|key| both(&key)) {
        let article = if what.starts_with('a') { "an" } else { "a" };
        return Err(Error::plain(format!(
            "can not both modify and remove {article} {what} in the same command"
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
        let text = "can not both modify and remove an annotation in the same command";
        assert_eq!(error.message(), text);
    }
}
