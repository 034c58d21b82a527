//! Reads the field table.
//!
//! A line is a type: its name, then its fields with a space before each. A field is
//! `name:type`, then signs: `!` required, `?` always written, `*` a pointer in Go, `~T` called `T`
//! in Go, `^S` from the embedded struct `S`, `+map=a,b`, `+set`, `+patch=key`, `+retain` and
//! `+atomic` for how it merges, and `|value` for each value allowed. Types are `b` a boolean, `i`
//! and `l` numbers of 32 and 64 bits, `d` a floating-point number, `s` text, `y` bytes, `t` and `m`
//! times in seconds and microseconds, `q` a quantity, `n` a number or text, `a` anything, `=T` a
//! value of type `T`, `[x]` a list and `{x}` a map of such. Invariant: the table is generated, so a
//! line that does not read is a bug of ours.

use std::collections::BTreeMap;

use super::{Field, ListType, Merge, Ty, Type, TypeId};

type Places = BTreeMap<&'static str, TypeId>;

/// The types of a table, in its order; the lines of `packages` say of how many types after one
/// another each is the package.
pub(super) fn types(table: &'static str, packages: &'static str) -> Vec<Type> {
    let name = |line: &'static str| line.split(' ').next().unwrap_or_default();
    let places = table.lines().zip(0..).map(|(line, at)| (name(line), TypeId(at))).collect();
    let packages = packages.lines().flat_map(|line| {
        let (package, count) = line.split_once(' ').expect("a package has a count");
        std::iter::repeat_n(package, count.parse().expect("counts are numbers"))
    });
    let read = |(line, package): (&'static str, &'static str)| {
        let key = name(line);
        let fields = line.split(' ').skip(1).map(|text| field(text, &places)).collect();
        Type { name: key.rsplit('.').next().unwrap_or(key), key, package, fields }
    };
    table.lines().zip(packages).map(read).collect()
}

fn field(text: &'static str, places: &Places) -> Field {
    let (name, rest) = text.split_once(':').expect("a field has a type");
    let (ty, mut rest) = ty(rest, places);
    let mut field = Field {
        name,
        ty,
        required: false,
        always: false,
        pointer: false,
        go_type: None,
        embedded: None,
        merge: Merge {
            list: ListType::Atomic,
            patch_key: None,
            retain_keys: false,
            atomic_map: false,
        },
        values: Vec::new(),
    };
    while let Some(sign) = rest.chars().next() {
        let (word, behind) = word(&rest[1..]);
        rest = behind;
        match sign {
            '!' => (field.required, field.always) = (true, true),
            '?' => field.always = true,
            '*' => field.pointer = true,
            '~' => field.go_type = Some(word),
            '^' => field.embedded = Some(word),
            '|' => field.values.push(word),
            '+' => merge(word, &mut field.merge),
            _ => unreachable!("no such sign: {text}"),
        }
    }
    field
}

/// The text up to the next sign, and the rest.
fn word(text: &'static str) -> (&'static str, &'static str) {
    let end = text.find(['!', '?', '*', '~', '^', '|', '+']).unwrap_or(text.len());
    text.split_at(end)
}

fn merge(word: &'static str, merge: &mut Merge) {
    match word.split_once('=') {
        Some(("map", keys)) => merge.list = ListType::Map(keys.split(',').collect()),
        Some((_, key)) => merge.patch_key = Some(key),
        None => match word {
            "set" => merge.list = ListType::Set,
            "retain" => merge.retain_keys = true,
            _ => merge.atomic_map = true,
        },
    }
}

/// Reads a type; what is behind it comes back.
fn ty(text: &'static str, places: &Places) -> (Ty, &'static str) {
    let rest = &text[1..];
    let inner = || {
        let (item, rest) = ty(rest, places);
        // The table lives as long as the program, and so do the types in it.
        (&*Box::leak(Box::new(item)), &rest[1..])
    };
    let plain = match text.as_bytes()[0] {
        b'b' => Ty::Bool,
        b'i' => Ty::Int32,
        b'l' => Ty::Int64,
        b'd' => Ty::Double,
        b's' => Ty::Text,
        b'y' => Ty::Bytes,
        b't' => Ty::Time,
        b'm' => Ty::MicroTime,
        b'q' => Ty::Quantity,
        b'n' => Ty::IntOrString,
        b'a' => Ty::Any,
        b'[' => {
            let (item, rest) = inner();
            return (Ty::List(item), rest);
        }
        b'{' => {
            let (item, rest) = inner();
            return (Ty::Map(item), rest);
        }
        _ => {
            let (name, _) = word(rest);
            let name = name.trim_end_matches([']', '}']);
            return (Ty::Object(places[name]), &rest[name.len()..]);
        }
    };
    (plain, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_sign() {
        let types = types(
            "A a:[=v1.A]!+map=x,y+patch=x b:s*~v1.B^C|d|e\nv1.A c:{[s]}?+retain",
            "p 1\nq.v1 1",
        );
        let (a, b) = (&types[0].fields[0], &types[0].fields[1]);
        assert!(matches!(a.ty, Ty::List(Ty::Object(TypeId(1)))) && a.required && a.always);
        assert_eq!(a.merge.list, ListType::Map(vec!["x", "y"]));
        assert_eq!(a.merge.patch_key, Some("x"));
        assert!(b.pointer && b.values == ["d", "e"]);
        assert_eq!((b.go_type, b.embedded), (Some("v1.B"), Some("C")));
        assert_eq!((types[1].name, types[1].key, types[1].package), ("A", "v1.A", "q.v1"));
        let c = &types[1].fields[0];
        assert!(matches!(c.ty, Ty::Map(Ty::List(Ty::Text))) && c.always && !c.required);
        assert!(c.merge.retain_keys);
    }

    #[test]
    fn names_are_sorted_and_found() {
        for ty in super::super::TYPES.iter() {
            assert!(ty.fields.is_sorted_by_key(|field| field.name), "{}", ty.key);
            assert!(ty.package.starts_with("io.k8s."), "{}", ty.key);
            assert!(super::super::named(ty.key).is_some_and(|found| std::ptr::eq(found, ty)));
        }
    }
}
