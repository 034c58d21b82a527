//! Bodies in protobuf: to JSON, as which they go on.
//!
//! Clients in Go write objects of built-in kinds this way unless they are told otherwise; they read
//! JSON as well. Models apimachinery/pkg/runtime/serializer/protobuf with the messages of
//! generated.proto: `messages.txt` has one a line: its name, the kind that it is (`GROUP/VERSION/
//! KIND`, or `-`), and its fields as `name:type@numbers`, the numbers being those that lead to the
//! field; several where JSON has in one object what a message has in another. Types are `s` text,
//! `b` a boolean, `i` a whole number, `d` a floating-point number, `y` bytes, `t` and `m` times in
//! seconds and microseconds, `q` a quantity, `n` a number or text, `a` JSON, `e` texts within a
//! message, `=M` a message, `[x]` without its end a list and `{x` a map of such; `*` a pointer in
//! Go, whose zero says something.
//!
//! Invariant: no bytes make it panic, recurse deeper than [`DEPTH_MAX`] or make more of a body than
//! a bounded multiple of its length.

mod messages;
mod wire;

use crate::api::Value;
use messages::{Kind, Many, Shape, Slot, Slots};
use wire::{Content, Reader};

/// What stands before every object.
const MAGIC: &[u8] = b"k8s\0";
/// How deep messages may lie within one another.
const DEPTH_MAX: usize = 64;

/// What is wrong with bytes.
pub type Error = &'static str;

/// The object that `bytes` hold.
pub fn decode(bytes: &[u8]) -> Result<Value, Error> {
    let bytes = bytes.strip_prefix(MAGIC).ok_or("the bytes are no object in protobuf")?;
    let (mut api_version, mut kind, mut raw) = (String::new(), String::new(), &[][..]);
    for field in Reader::new(bytes) {
        match field? {
            (1, Content::Bytes(meta)) => {
                for field in Reader::new(meta) {
                    match field? {
                        (1, Content::Bytes(text)) => api_version = wire::text(text)?,
                        (2, Content::Bytes(text)) => kind = wire::text(text)?,
                        _ => {}
                    }
                }
            }
            (2, Content::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let slots = messages::of_kind(&api_version, &kind)
        .ok_or("no kind of this name is known in protobuf")?;
    let mut value = message(slots, raw, 0)?;
    *value.entry("apiVersion") = api_version.into();
    *value.entry("kind") = kind.into();
    Ok(value)
}

fn message(slots: &'static Slots, bytes: &[u8], depth: usize) -> Result<Value, Error> {
    let mut value = Value::map::<&str, 0>([]);
    fill(&mut value, slots, bytes, depth)?;
    Ok(value)
}

/// Adds the fields of a message to `value`.
fn fill(value: &mut Value, slots: &'static Slots, bytes: &[u8], depth: usize) -> Result<(), Error> {
    if depth == DEPTH_MAX {
        return Err("messages lie too deep within one another");
    }
    for field in Reader::new(bytes) {
        let (number, content) = field?;
        match slots.get(&number) {
            Some(Slot::Within(slots)) => fill(value, slots, content.bytes()?, depth + 1)?,
            Some(Slot::Field(name, shape)) => put(value, name, shape, &content, depth)?,
            // What is newer than the simulation is not heard.
            None => {}
        }
    }
    Ok(())
}

fn put(
    value: &mut Value,
    name: &'static str,
    shape: &'static Shape,
    content: &Content<'_>,
    depth: usize,
) -> Result<(), Error> {
    match shape.many {
        Many::One => {
            let one = one(shape.kind, content, depth)?;
            if !one.is_null() && (shape.pointer || !is_zero(&one)) {
                *value.entry(name) = one;
            }
        }
        Many::List => {
            let item = one(shape.kind, content, depth)?;
            value.entry(name).make_list().push(item);
        }
        Many::Map => {
            let (mut key, mut item) = (String::new(), None);
            for field in Reader::new(content.bytes()?) {
                match field? {
                    (1, content) => key = wire::text(content.bytes()?)?,
                    (2, content) => item = Some(one(shape.kind, &content, depth)?),
                    _ => {}
                }
            }
            let item = item.unwrap_or_else(|| "".into());
            value.entry(name).make_map().insert(key, item);
        }
    }
    Ok(())
}

fn one(kind: Kind, content: &Content<'_>, depth: usize) -> Result<Value, Error> {
    Ok(match kind {
        Kind::Text => wire::text(content.bytes()?)?.into(),
        Kind::Bool => Value::Bool(content.number()? != 0),
        Kind::Int => Value::Int(content.number()?),
        Kind::Double => wire::double(content)?,
        Kind::Bytes => crate::api::base64::encode(content.bytes()?).into(),
        Kind::Time => wire::time(content.bytes()?, false)?,
        Kind::MicroTime => wire::time(content.bytes()?, true)?,
        Kind::Quantity => wire::quantity(content.bytes()?)?,
        Kind::IntOrString => wire::int_or_string(content.bytes()?)?,
        Kind::Json => wire::json(content.bytes()?)?,
        Kind::Texts => wire::texts(content.bytes()?)?,
        Kind::Message(name) => match messages::named(name) {
            Some(slots) => message(slots, content.bytes()?, depth + 1)?,
            None => Value::Null,
        },
    })
}

/// Whether Go leaves a value out of JSON that it holds by value.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Int(number) => *number == 0,
        Value::Float(_) => false,
        Value::Str(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(fields) => fields.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of bytes: its number, and what is in it.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2, u8::try_from(bytes.len()).unwrap()];
        out.extend(bytes);
        out
    }

    fn object(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
        let meta = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())].concat();
        [MAGIC.to_vec(), field(1, &meta), field(2, raw)].concat()
    }

    #[test]
    fn objects_become_json() {
        let check = |api_version: &str, kind: &str, raw: Vec<u8>, expected: &str| {
            let value = decode(&object(api_version, kind, &raw)).unwrap();
            assert_eq!(value.to_json(), expected, "{kind}");
        };
        let meta = field(1, &[field(1, b"cm"), field(3, b""), field(8, b"")].concat());
        let data = field(2, &[field(1, b"a"), field(2, b"b")].concat());
        check("v1", "ConfigMap", [meta, data].concat(), {
            r#"{"apiVersion":"v1","data":{"a":"b"},"kind":"ConfigMap","metadata":{"name":"cm"}}"#
        });
        let secret = field(2, &[field(1, b"k"), field(2, &[0xff])].concat());
        check("v1", "Secret", secret, {
            r#"{"apiVersion":"v1","data":{"k":"/w=="},"kind":"Secret"}"#
        });
        // A volume is one object in JSON, and two messages; what is a pointer may be empty.
        let volume = [field(1, b"v"), field(2, &field(2, b""))].concat();
        check("v1", "Pod", field(2, &field(1, &volume)), {
            r#"{"apiVersion":"v1","kind":"Pod","spec":{"volumes":[{"emptyDir":{},"name":"v"}]}}"#
        });
        // Zero replicas are told, as Go holds them by pointer.
        check("apps/v1", "Deployment", field(2, &[1 << 3, 0]), {
            r#"{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":0}}"#
        });
        check("v1", "DeleteOptions", [vec![1 << 3, 5], field(4, b"Orphan")].concat(), {
            "{\"apiVersion\":\"v1\",\"gracePeriodSeconds\":5,\"kind\":\"DeleteOptions\",\
             \"propagationPolicy\":\"Orphan\"}"
        });
    }

    #[test]
    fn bytes_that_are_no_object_are_refused() {
        assert!(decode(b"{}").is_err());
        assert!(decode(&object("v1", "Nope", &[])).is_err());
        assert!(decode(&object("v1", "Pod", &[0x0a, 0xff, 0xff])).is_err());
        assert!(decode(&object("v1", "Pod", &[0xff; 30])).is_err());
    }

    proptest::proptest! {
        /// Any bytes, also within messages that are meant to hold others.
        #[test]
        fn no_bytes_break_it(kind in 0..4_usize, raw: Vec<u8>, nested in 0..40_usize) {
            let kind = ["Pod", "ConfigMap", "Secret", "Status"][kind];
            let wrap = |bytes: Vec<u8>| match bytes.len() < 120 {
                true => field(2, &bytes),
                false => bytes,
            };
            let bytes = (0..nested).fold(raw, |bytes, _| wrap(bytes));
            let meta = field(1, &[field(1, b"v1"), field(2, kind.as_bytes())].concat());
            // Whether it is an object or not, there is an answer.
            _ = decode(&[MAGIC.to_vec(), meta, wrap(bytes)].concat());
        }
    }

    #[test]
    fn every_message_that_is_named_is_there() {
        messages::check();
    }
}
