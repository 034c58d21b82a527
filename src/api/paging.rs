//! How much of a list is wanted at once, and as of when.
//!
//! Models apimachinery/pkg/apis/meta/v1 ListOptions and ListMeta, and what
//! apimachinery/pkg/apis/meta/internalversion/validation makes of the options.

use super::{Cause, Reason, Status, Str, quote};

/// As of when a list is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Version {
    /// As of now.
    #[default]
    Newest,
    /// As of whenever; what a cache holds is good enough (`resourceVersion=0`).
    Any,
    /// As of this revision or a later one.
    NotOlderThan(u64),
    /// As of exactly this revision.
    Exact(u64),
}

/// What a list says of itself beside its items.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListMeta {
    /// The revision at which everything was so.
    pub revision: u64,
    /// What to ask with for the rest; empty when this is all.
    pub continuation: Str,
    /// How many more there are, where that is known.
    pub remaining: Option<u64>,
}

impl ListMeta {
    /// Of a list that is complete.
    pub fn complete(revision: u64) -> Self {
        Self { revision, ..Self::default() }
    }
}

impl Version {
    /// What `resourceVersion` and `resourceVersionMatch` mean in a list of at most `limit` objects
    /// (0 for all), which goes on with `continuation` unless that is empty.
    ///
    /// # Errors
    ///
    /// The server's refusal of options that contradict each other or cannot be read.
    pub fn parse(
        (version, matching): (&str, &str),
        limit: u64,
        continuation: &str,
    ) -> Result<Self, Status> {
        let causes = contradictions((version, matching), continuation);
        if !causes.is_empty() {
            let texts: Vec<String> = causes.iter().map(Cause::to_string).collect();
            let all = match &texts[..] {
                [one] => one.clone(),
                many => format!("[{}]", many.join(", ")),
            };
            let text = format!("ListOptions.meta.k8s.io \"\" is invalid: {all}");
            let status = Status::new(422, Reason::Invalid, text);
            return Err(Status { kind: "ListOptions".into(), causes: causes.into(), ..status });
        }
        let number: Option<u64> = version.parse().ok();
        match (number, version) {
            (_, "") => Ok(Self::Newest),
            (Some(0), _) => Ok(Self::Any),
            _ if !continuation.is_empty() => Err(Status::bad_request(
                "specifying resource version is not allowed when using continue",
            )),
            (None, _) => {
                let shown = quote(version);
                Err(Status::bad_request(format!(
                    "invalid resource version: resourceVersion: Invalid value: {shown}: \
                     strconv.ParseUint: parsing {shown}: invalid syntax"
                )))
            }
            (Some(number), _) => Ok(match matching {
                "Exact" => Self::Exact(number),
                // So it was before there was a choice.
                "" if limit > 0 => Self::Exact(number),
                _ => Self::NotOlderThan(number),
            }),
        }
    }
}

/// Models ValidateListOptions.
fn contradictions((version, matching): (&str, &str), continuation: &str) -> Vec<Cause> {
    if matching.is_empty() {
        return Vec::new();
    }
    let cause = |reason: &str, message: &str| Cause {
        reason: reason.into(),
        message: message.into(),
        field: Str::new_static("resourceVersionMatch"),
    };
    let forbidden = |why: &str| cause("FieldValueForbidden", &format!("Forbidden: {why}"));
    let mut causes = Vec::new();
    if version.is_empty() {
        const WHY: &str = "resourceVersionMatch is forbidden unless resourceVersion is provided";
        causes.push(forbidden(WHY));
    }
    if !continuation.is_empty() {
        causes.push(forbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
    if !matches!(matching, "Exact" | "NotOlderThan") {
        let why = format!(
            "Unsupported value: {}: supported values: \"\", \"Exact\", \"NotOlderThan\"",
            quote(matching)
        );
        causes.push(cause("FieldValueNotSupported", &why));
    }
    if matching == "Exact" && version == "0" {
        const WHY: &str = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
        causes.push(forbidden(WHY));
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_mean_what_they_mean_upstream() {
        let check = |version, matching, limit, expected| {
            assert_eq!(Version::parse((version, matching), limit, ""), Ok(expected));
        };
        check("", "", 0, Version::Newest);
        check("0", "", 0, Version::Any);
        check("0", "NotOlderThan", 10, Version::Any);
        check("7", "", 0, Version::NotOlderThan(7));
        check("7", "", 10, Version::Exact(7));
        check("7", "NotOlderThan", 10, Version::NotOlderThan(7));
        check("7", "Exact", 0, Version::Exact(7));
    }

    #[test]
    fn contradictions_are_refused() {
        let check = |version, matching, continuation, code, text: &str| {
            let status = Version::parse((version, matching), 0, continuation).unwrap_err();
            assert_eq!((status.code, status.message.as_str()), (code, text));
        };
        check(
            "",
            "Exact",
            "",
            422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: \
             resourceVersionMatch is forbidden unless resourceVersion is provided",
        );
        check(
            "0",
            "Exact",
            "",
            422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: \
             resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
        );
        check(
            "1",
            "About",
            "x",
            422,
            "ListOptions.meta.k8s.io \"\" is invalid: [resourceVersionMatch: Forbidden: \
             resourceVersionMatch is forbidden when continue is provided, resourceVersionMatch: \
             Unsupported value: \"About\": supported values: \"\", \"Exact\", \"NotOlderThan\"]",
        );
        check("7", "", "x", 400, "specifying resource version is not allowed when using continue");
        check(
            "abc",
            "",
            "",
            400,
            "invalid resource version: resourceVersion: Invalid value: \"abc\": \
             strconv.ParseUint: parsing \"abc\": invalid syntax",
        );
    }
}
