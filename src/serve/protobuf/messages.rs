//! Reads the table of messages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What each number of a message means.
pub type Slots = BTreeMap<u32, Slot>;

/// What a number of a message means.
#[derive(Debug)]
pub enum Slot {
    /// A field.
    Field(&'static str, Shape),
    /// Fields of the same object that lie in a message of their own.
    Within(Slots),
}

/// What a field holds.
#[derive(Debug)]
pub struct Shape {
    /// How many.
    pub many: Many,
    /// Of what.
    pub kind: Kind,
    /// Whether its zero says something.
    pub pointer: bool,
}

/// How many a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Many {
    /// One.
    One,
    /// Several, one after another.
    List,
    /// Several, by name.
    Map,
}

/// What a field holds, or each of several.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A boolean.
    Bool,
    /// A whole number.
    Int,
    /// A floating-point number.
    Double,
    /// Bytes.
    Bytes,
    /// A time in seconds.
    Time,
    /// A time in microseconds.
    MicroTime,
    /// A quantity.
    Quantity,
    /// A number or text.
    IntOrString,
    /// JSON, as text.
    Json,
    /// Texts.
    Texts,
    /// Another message.
    Message(&'static str),
}

struct Messages {
    named: BTreeMap<&'static str, Slots>,
    kinds: BTreeMap<&'static str, &'static str>,
}

/// The table, read when the first body comes that needs it.
static MESSAGES: LazyLock<Messages> = LazyLock::new(|| {
    let mut messages = Messages { named: BTreeMap::new(), kinds: BTreeMap::new() };
    for line in include_str!("messages.txt").lines() {
        let mut words = line.split(' ');
        let (name, kind) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if kind != "-" {
            messages.kinds.insert(kind, name);
        }
        let mut slots = Slots::new();
        words.for_each(|word| add(&mut slots, word));
        messages.named.insert(name, slots);
    }
    messages
});

/// The message of a name.
pub fn named(name: &str) -> Option<&'static Slots> {
    MESSAGES.named.get(name)
}

/// The message of a kind. Options of deletions go by the version of what is deleted.
pub fn of_kind(api_version: &str, kind: &str) -> Option<&'static Slots> {
    if kind == "DeleteOptions" {
        return named("meta.v1.DeleteOptions");
    }
    let key = match api_version.contains('/') {
        true => format!("{api_version}/{kind}"),
        false => format!("/{api_version}/{kind}"),
    };
    MESSAGES.kinds.get(key.as_str()).and_then(|name| named(name))
}

/// Adds a field such as `name:s@2.1*`.
fn add(slots: &mut Slots, word: &'static str) {
    let (name, rest) = word.split_once(':').expect("a field has a type");
    let (ty, path) = rest.split_once('@').expect("a field has a number");
    let (path, pointer) = match path.strip_suffix('*') {
        Some(path) => (path, true),
        None => (path, false),
    };
    let numbers: Vec<u32> =
        path.split('.').map(|number| number.parse().expect("numbers are numbers")).collect();
    let (last, before) = numbers.split_last().expect("a field has a number");
    let mut slots = slots;
    for number in before {
        let slot = slots.entry(*number).or_insert_with(|| Slot::Within(Slots::new()));
        slots = match slot {
            Slot::Within(within) => within,
            Slot::Field(..) => unreachable!("{word} lies within a field"),
        };
    }
    slots.insert(*last, Slot::Field(name, shape(ty, pointer)));
}

fn shape(ty: &'static str, pointer: bool) -> Shape {
    let (many, ty) = match ty.as_bytes()[0] {
        b'[' => (Many::List, &ty[1..]),
        b'{' => (Many::Map, &ty[1..]),
        _ => (Many::One, ty),
    };
    let kind = match ty.as_bytes()[0] {
        b's' => Kind::Text,
        b'b' => Kind::Bool,
        b'i' => Kind::Int,
        b'd' => Kind::Double,
        b'y' => Kind::Bytes,
        b't' => Kind::Time,
        b'm' => Kind::MicroTime,
        b'q' => Kind::Quantity,
        b'n' => Kind::IntOrString,
        b'a' => Kind::Json,
        b'e' => Kind::Texts,
        _ => Kind::Message(&ty[1..]),
    };
    Shape { many, kind, pointer }
}

/// Whether every message that a field names is in the table.
#[cfg(test)]
pub fn check() {
    fn each(slots: &Slots) {
        for slot in slots.values() {
            match slot {
                Slot::Within(slots) => each(slots),
                Slot::Field(field, Shape { kind: Kind::Message(name), .. }) => {
                    assert!(named(name).is_some(), "{field}: {name}");
                }
                Slot::Field(..) => {}
            }
        }
    }
    MESSAGES.named.values().for_each(each);
    assert!(MESSAGES.kinds.len() > 60);
}
