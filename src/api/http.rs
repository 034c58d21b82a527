//! A request to the API as HTTP carries it, and its answer: data, without a connection.
//!
//! What real clients say reaches the simulation in this form, and `kubectl get --raw` speaks it as
//! well. Models net/http as far as apiserver/pkg/endpoints looks at it. Bodies are text: of the
//! media types that the server takes, none is binary.

use serde::{Deserialize, Serialize};

use super::{List, Str};

/// A request.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct HttpRequest {
    /// The method, such as `GET`.
    pub method: Str,
    /// The path, beginning with a slash.
    pub path: Str,
    /// What follows the question mark; empty if there is none.
    pub query: Str,
    /// The headers, their names in lower case.
    pub headers: Vec<(Str, Str)>,
    /// The body.
    pub body: Str,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpResponse {
    /// The status code.
    pub code: u16,
    /// What the body is, such as `application/json`.
    pub media_type: &'static str,
    /// Warnings for the person.
    pub warnings: List<Str>,
    /// After how many seconds to try again; 0 when not told.
    pub retry_after_secs: u32,
    /// Whether the body goes on, frame by frame.
    pub streams: bool,
    /// The body, or what there is of it so far.
    pub body: Str,
}

impl HttpRequest {
    /// A request for what is at `target`, a path with or without a query.
    pub fn get(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: Str::new_static("GET"),
            path: path.into(),
            query: query.into(),
            ..Self::default()
        }
    }

    /// A request that leaves `body` at `target`.
    pub fn post(target: &str, body: impl Into<Str>) -> Self {
        Self { method: Str::new_static("POST"), body: body.into(), ..Self::get(target) }
    }

    /// What a header says, the first of its name; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers_named(name).next().unwrap_or_default()
    }

    /// What all headers of a name say.
    pub fn headers_named(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.headers.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The parameters of the query, decoded, in order.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        let split = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        split.map(|(name, value)| (decoded(name, true), decoded(value, true))).collect()
    }

    /// The parts of the path, decoded.
    pub fn segments(&self) -> Vec<String> {
        let segments = self.path.split('/').filter(|segment| !segment.is_empty());
        segments.map(|segment| decoded(segment, false)).collect()
    }
}

impl HttpResponse {
    /// An answer with a whole body.
    pub fn new(code: u16, media_type: &'static str, body: impl Into<Str>) -> Self {
        Self {
            code,
            media_type,
            warnings: List::default(),
            retry_after_secs: 0,
            streams: false,
            body: body.into(),
        }
    }
}

/// Text with its percent signs resolved; one that is malformed stays as it is.
fn decoded(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = pair.filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()));
        match byte.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' && plus_is_space { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_resolved() {
        let check = |text: &str, expected: &str| {
            let request = HttpRequest::get(&format!("/x?a={text}"));
            assert_eq!(request.parameters(), [("a".to_owned(), expected.to_owned())], "{text}");
        };
        check("app%3Dweb%2Ctier+in+%28x%29", "app=web,tier in (x)");
        check("%ED%95%9C", "한");
        check("%", "%");
        check("%zz%4", "%zz%4");
        check("%+1", "% 1");
        check("%é", "%é");
        check("%ff", "\u{fffd}");
        let request = HttpRequest::get("//api/v1/a%2Fb/+");
        assert_eq!(request.segments(), ["api", "v1", "a/b", "+"]);
        assert!(HttpRequest::get("/?&&").parameters().is_empty());
    }
}
