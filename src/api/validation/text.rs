//! What texts may look like: names, labels, ports, keys.
//!
//! Models apimachinery/pkg/util/validation/validation.go and pkg/api/validate/content. Each check
//! returns the messages about what is wrong; none for what is right, and then it costs nothing.
//! The patterns are matched by hand: they are simple, and a pod passes through dozens of them.

use std::borrow::Cow;

/// What is wrong with a text.
pub type Messages = Vec<Cow<'static, str>>;

macro_rules! label_pattern {
    () => {
        "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    };
}

macro_rules! alphanumerics {
    ($what:literal) => {
        concat!(
            $what,
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end \
             with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex \
             used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        )
    };
}

const LABEL: &str = concat!(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and \
     must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used \
     for validation is '",
    label_pattern!(),
    "')"
);

macro_rules! subdomain {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '-' or '.', and must start and end with an alphanumeric character (e.g. \
             'example.com', regex used for validation is '",
            label_pattern!(),
            "(\\.",
            label_pattern!(),
            ")*')"
        )
    };
}

const SUBDOMAIN_UNDERSCORE: &str = "\
     a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' \
     or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used \
     for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";

const DNS1035_LABEL: &str = "\
     a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an \
     alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', \
     regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

const WILDCARD: &str = concat!(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which \
     must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric \
     character (e.g. '*.example.com', regex used for validation is '\\*\\.",
    label_pattern!(),
    "(\\.",
    label_pattern!(),
    ")*')"
);

const LABEL_VALUE: &str = "\
     a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
     and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or \
     '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const PERCENT: &str = "\
     a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or \
     '93%', regex used for validation is '[0-9]+%')";

const HEADER: &str = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. \
                      'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

const CONFIG_KEY: &str = "\
     a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. \
     'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
     '[-._a-zA-Z0-9]+')";

const VARIABLE: &str = "\
     a valid environment variable name must consist only of printable ASCII characters other than \
     '='";

/// How long a label may be.
const LABEL_MAX: usize = 63;
/// How long a subdomain or a config key may be.
const SUBDOMAIN_MAX: usize = 253;

/// A label of DNS. Models IsDNS1123Label.
pub fn dns1123_label(text: &str) -> Messages {
    let mut messages = longer_than(LABEL_MAX, text);
    if !is_label(text) {
        let dotted = text.split('.').all(is_label);
        messages.push(if dotted { "must not contain dots".into() } else { LABEL.into() });
    }
    messages
}

/// Labels joined by dots. Models IsDNS1123Subdomain.
pub fn dns1123_subdomain(text: &str) -> Messages {
    let mut messages = longer_than(SUBDOMAIN_MAX, text);
    if !text.split('.').all(is_label) {
        messages.push(subdomain!("").into());
    }
    messages
}

/// A label as DNS had it at first: it begins with a letter. Models IsDNS1035Label.
pub fn dns1035_label(text: &str) -> Messages {
    let mut messages = longer_than(LABEL_MAX, text);
    if !is_label(text) || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        messages.push(DNS1035_LABEL.into());
    }
    messages
}

/// A subdomain of which the first label is an asterisk. Models IsWildcardDNS1123Subdomain.
pub fn wildcard_subdomain(text: &str) -> Messages {
    match text.strip_prefix("*.") {
        Some(rest) if rest.split('.').all(is_label) => Messages::new(),
        _ => vec![WILDCARD.into()],
    }
}

/// Labels that may begin with and contain underscores, joined by dots.
/// Models IsDNS1123SubdomainWithUnderscore.
pub fn dns1123_subdomain_with_underscore(text: &str) -> Messages {
    let mut messages = longer_than(SUBDOMAIN_MAX, text);
    let is_part = |part: &str| {
        is_framed(part.strip_prefix('_').unwrap_or(part), is_lower_alnum, |b| {
            is_lower_alnum(b) || b == b'-' || b == b'_'
        })
    };
    if !text.split('.').all(is_part) {
        messages.push(SUBDOMAIN_UNDERSCORE.into());
    }
    messages
}

/// A name with an optional domain before it. Models IsQualifiedName.
pub fn qualified_name(text: &str) -> Messages {
    let mut messages = Messages::new();
    let mut parts = text.split('/');
    let (first, second, third) = (parts.next().unwrap_or(""), parts.next(), parts.next());
    if third.is_some() {
        const KEY: &str = alphanumerics!("a valid label key ");
        let hint = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        messages.push(format!("{KEY}{hint}").into());
        return messages;
    }
    let name = second.unwrap_or(first);
    if second.is_some() {
        if first.is_empty() {
            messages.push("prefix part must be non-empty".into());
        } else {
            let wrong = dns1123_subdomain(first).into_iter();
            messages.extend(wrong.map(|message| format!("prefix part {message}").into()));
        }
    }
    if name.is_empty() {
        messages.push("name part must be non-empty".into());
    } else if name.len() > LABEL_MAX {
        messages.push("name part must be no more than 63 bytes".into());
    }
    if !is_name(name) {
        messages.push(alphanumerics!("name part ").into());
    }
    messages
}

/// The value of a label. Models IsValidLabelValue.
pub fn label_value(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > LABEL_MAX {
        messages.push("must be no more than 63 bytes".into());
    }
    if !text.is_empty() && !is_name(text) {
        messages.push(LABEL_VALUE.into());
    }
    messages
}

/// A key of a ConfigMap. Models IsConfigMapKey.
pub fn config_map_key(text: &str) -> Messages {
    let mut messages = longer_than(SUBDOMAIN_MAX, text);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if text.is_empty() || !text.bytes().all(allowed) {
        messages.push(CONFIG_KEY.into());
    }
    match text {
        "." => messages.push("must not be '.'".into()),
        ".." => messages.push("must not be '..'".into()),
        other if other.starts_with("..") => messages.push("must not start with '..'".into()),
        _ => {}
    }
    messages
}

/// The name of an environment variable. Models IsRelaxedEnvVarName.
pub fn variable_name(text: &str) -> Messages {
    if text.is_empty() {
        return vec!["environment variable name must be non-empty".into()];
    }
    let printable = |b: u8| (0x20..0x7f).contains(&b) && b != b'=';
    if text.bytes().all(printable) { Messages::new() } else { vec![VARIABLE.into()] }
}

/// The name of a port. Models IsValidPortName.
pub fn port_name(text: &str) -> Messages {
    let mut messages = longer_than(15, text);
    if text.is_empty() || !text.bytes().all(|b| is_lower_alnum(b) || b == b'-') {
        let charset = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        messages.push(charset.into());
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        messages.push("must contain at least one letter (a-z)".into());
    }
    if text.contains("--") {
        messages.push("must not contain consecutive hyphens".into());
    }
    if text.starts_with('-') || text.ends_with('-') {
        messages.push("must not begin or end with a hyphen".into());
    }
    messages
}

/// The number of a port. Models IsValidPortNum.
pub fn port_number(number: i64) -> Messages {
    in_range(number, 1, 65_535)
}

/// The number of a user or group. Models IsValidUserID and IsValidGroupID.
pub fn user_or_group(id: i64) -> Messages {
    in_range(id, 0, i64::from(i32::MAX))
}

/// A number within bounds. Models IsInRange.
pub fn in_range(number: i64, min: i64, max: i64) -> Messages {
    if (min..=max).contains(&number) {
        return Messages::new();
    }
    vec![format!("must be between {min} and {max}, inclusive").into()]
}

/// A percentage. Models IsValidPercent.
pub fn percent(text: &str) -> Messages {
    let digits = text.strip_suffix('%').unwrap_or("");
    let valid = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if valid { Messages::new() } else { vec![PERCENT.into()] }
}

/// The name of an HTTP header. Models IsHTTPHeaderName.
pub fn http_header(text: &str) -> Messages {
    let valid = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if valid { Messages::new() } else { vec![HEADER.into()] }
}

/// A check of an object's name. With `prefix` the text is a `generateName`, which may end in a
/// dash. Models apimachinery/pkg/api/validation ValidateNameFunc.
pub type NameCheck = fn(text: &str, prefix: bool) -> Messages;

/// Names that are subdomains, as most are. Models NameIsDNSSubdomain.
pub fn name_is_subdomain(text: &str, prefix: bool) -> Messages {
    dns1123_subdomain(&unless_dash(text, prefix))
}

/// Names that are labels: namespaces, and services since 1.36. Models NameIsDNSLabel.
pub fn name_is_label(text: &str, prefix: bool) -> Messages {
    dns1123_label(&unless_dash(text, prefix))
}

/// Names that only have to fit into a path. Models pkg/api/validation/path ValidatePathSegmentName.
pub fn name_is_path_segment(text: &str, prefix: bool) -> Messages {
    match text {
        "." | ".." if !prefix => vec![format!("may not be '{text}'").into()],
        _ => {
            let illegal = ["/", "%"].into_iter().filter(|part| text.contains(part));
            illegal.map(|part| format!("may not contain '{part}'").into()).collect()
        }
    }
}

/// A dash at the end is as good as a letter when more is to follow. Models maskTrailingDash.
fn unless_dash(text: &str, prefix: bool) -> Cow<'_, str> {
    match text.strip_suffix('-') {
        Some(rest) if prefix && !rest.is_empty() => format!("{rest}a").into(),
        _ => text.into(),
    }
}

fn longer_than(max: usize, text: &str) -> Messages {
    if text.len() <= max {
        return Messages::new();
    }
    vec![format!("must be no more than {max} characters").into()]
}

fn is_lower_alnum(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

fn is_label(text: &str) -> bool {
    is_framed(text, is_lower_alnum, |b| is_lower_alnum(b) || b == b'-')
}

/// Whether `text` is what follows an optional domain in a key, or a label's value.
fn is_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    is_framed(text, |b| b.is_ascii_alphanumeric(), inner)
}

/// Whether `text` begins and ends with `outer` characters and has only `inner` ones between.
fn is_framed(text: &str, outer: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    match text.as_bytes() {
        [] => false,
        [one] => outer(*one),
        [first, middle @ .., last] => {
            outer(*first) && outer(*last) && middle.iter().all(|b| inner(*b))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(messages: Messages, starts: &[&str]) {
        assert_eq!(messages.len(), starts.len(), "{messages:?}");
        for (message, start) in messages.iter().zip(starts) {
            assert!(message.starts_with(start), "{message} / {start}");
        }
    }

    #[test]
    fn labels_and_subdomains() {
        check(dns1123_label("a-1"), &[]);
        check(dns1123_label("a.b"), &["must not contain dots"]);
        check(dns1123_label("A"), &["a lowercase RFC 1123 label"]);
        check(dns1123_label(&"a".repeat(64)), &["must be no more than 63 characters"]);
        check(dns1123_subdomain("a.b-c.1"), &[]);
        check(dns1123_subdomain("a..b"), &["a lowercase RFC 1123 subdomain"]);
        check(dns1123_subdomain_with_underscore("_tcp.a_b"), &[]);
        check(dns1123_subdomain_with_underscore("a_"), &["a lowercase RFC 1123 subdomain"]);
        check(name_is_subdomain("a-", true), &[]);
        check(name_is_subdomain("a-", false), &["a lowercase"]);
        check(name_is_label("-", true), &["a lowercase"]);
        check(name_is_path_segment("a/%", false), &["may not contain '/'", "may not contain '%'"]);
    }

    #[test]
    fn qualified_names_and_label_values() {
        check(qualified_name("example.com/My.Name_1"), &[]);
        check(qualified_name(""), &["name part must be non-empty", "name part must consist"]);
        check(qualified_name("/x"), &["prefix part must be non-empty"]);
        check(qualified_name("A/x"), &["prefix part a lowercase"]);
        check(qualified_name("a/b/c"), &["a valid label key must consist"]);
        check(label_value(""), &[]);
        check(label_value("-a"), &["a valid label must be"]);
        check(label_value(&"a".repeat(64)), &["must be no more than 63 bytes"]);
    }

    #[test]
    fn keys_ports_and_others() {
        check(config_map_key("..a"), &["must not start with '..'"]);
        check(config_map_key("a b"), &["a valid config key"]);
        check(config_map_key(""), &["a valid config key"]);
        check(variable_name("A=B"), &["a valid environment variable name"]);
        check(variable_name("1 x"), &[]);
        check(port_name("80"), &["must contain at least one letter"]);
        check(port_name("a--b"), &["must not contain consecutive hyphens"]);
        check(port_name("-"), &["must contain at least", "must not begin"]);
        check(percent("10%"), &[]);
        check(percent("%"), &["a valid percent"]);
        check(http_header("X Y"), &["a valid HTTP header"]);
        check(port_number(0), &["must be between 1 and 65535, inclusive"]);
    }
}
