//! From the value a client sends to the value the API server works with: types checked, unknown
//! fields found, everything in canonical form.
//!
//! Nothing here is made for one kind, save the lists in `go`. Models sigs.k8s.io/json
//! UnmarshalStrict into the Go types, and their encoding back to JSON; the texts are theirs.

mod go;
mod moment;
mod path;
mod quantity;

pub use path::{Path, Step};

use super::schema::{Field, Ty, Type};
use super::{Fields, Resource, Str, Value, base64, json, quote};

/// A value as the API server holds it, and what was found on the way.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Decoded {
    /// The value: unknown fields and empty ones left out, structs that Go always writes put in,
    /// quantities, times and bytes in canonical form. What had the wrong type is missing.
    pub value: Value,
    /// The fields that the type does not have, in the order of the text the server reads.
    pub unknown: Vec<Path>,
    /// What has the wrong type, in the same order.
    pub mistakes: Vec<Mistake>,
}

/// A value that does not fit its field.
#[derive(Clone, PartialEq, Debug)]
pub struct Mistake {
    /// Where it is.
    pub path: Path,
    /// What the server says, such as `json: cannot unmarshal string into Go struct field
    /// DeploymentSpec.spec.replicas of type int32`.
    pub text: Str,
    /// What the server says of it when the value comes of a strategic merge, which it takes over
    /// field by field: `cannot convert int64 to string`.
    pub conversion: Str,
    /// Whether decoding stops here, as it does in types that read themselves (quantities, times,
    /// numbers-or-texts). Such a mistake is told rather than earlier ones of the other kind.
    pub fatal: bool,
}

/// How many unknown fields the server names at most.
const UNKNOWN_MAX: usize = 100;

/// Decodes `value` as an object of `resource`.
///
/// # Errors
///
/// The message of the server's refusal when a type does not fit. Unknown fields are none: whether
/// they are refused, warned about or ignored is up to the request, see [`Decoded::strict`].
pub fn decode(resource: Resource, value: &Value) -> Result<Decoded, Str> {
    let version = resource.info().version;
    let (api_version, kind) = (value.at("apiVersion").text(), value.at("kind").text());
    if !kind.is_empty() && Resource::of_kind(api_version, kind).is_none() {
        let (kind_quoted, version_quoted) = (quote(kind), quote(api_version));
        let why = format!(
            "no kind {kind_quoted} is registered for version {version_quoted} in scheme \
             \"pkg/api/legacyscheme/scheme.go:30\"",
        );
        return Err(refusal(kind, version, resource.info().kind, &why));
    }
    let decoded = examine(resource.ty(), value);
    match decoded.mistake() {
        Some(mistake) => Err(cannot_be_handled(resource, &mistake.text)),
        None => Ok(decoded),
    }
}

/// The refusal of an object of `resource` for the reason `why`: `Pod in version "v1" cannot be
/// handled as a Pod: …`. Models apiserver/pkg/endpoints/handlers/create.go transformDecodeError.
pub fn cannot_be_handled(resource: Resource, why: &str) -> Str {
    let info = resource.info();
    refusal(info.kind, info.version, info.kind, why)
}

fn refusal(kind: &str, version: &str, expected: &str, why: &str) -> Str {
    let version = quote(version);
    format!("{kind} in version {version} cannot be handled as a {expected}: {why}").into()
}

/// Decodes `value` as a `ty`, whatever is wrong with it.
pub fn examine(ty: &'static Type, value: &Value) -> Decoded {
    let mut decoder = Decoder::default();
    let decoded = decoder.any_struct(ty, value).unwrap_or_default();
    Decoded { value: decoded, unknown: decoder.unknown, mistakes: decoder.mistakes }
}

impl Decoded {
    /// The mistake that the server tells: the first that stops decoding, or else the first.
    pub fn mistake(&self) -> Option<&Mistake> {
        self.mistakes.iter().find(|mistake| mistake.fatal).or(self.mistakes.first())
    }

    /// What a strict request is refused with when there are unknown fields: `strict decoding
    /// error: unknown field "spec.replica", unknown field "spec.foo"`.
    pub fn strict(&self) -> Option<Str> {
        if self.unknown.is_empty() {
            return None;
        }
        Some(format!("strict decoding error: {}", self.warnings().join(", ")).into())
    }

    /// What a request that warns is answered with, a warning for each unknown field.
    pub fn warnings(&self) -> Vec<String> {
        let unknown = self.unknown.iter().take(UNKNOWN_MAX);
        unknown.map(|path| format!("unknown field {}", quote(&path.to_string()))).collect()
    }
}

#[derive(Default)]
struct Decoder {
    path: Path,
    /// The fields on the way here as Go names them, embedded structs included.
    fields: Vec<&'static str>,
    /// The type of the struct that the last of them belongs to.
    owner: &'static str,
    unknown: Vec<Path>,
    mistakes: Vec<Mistake>,
}

/// Where a value is to go: the struct and field whose types the messages name.
#[derive(Clone, Copy)]
struct Slot {
    field: &'static Field,
    /// Whether it is an item of the list or map in that field.
    item: bool,
}

impl Slot {
    fn type_name(self, ty: &Ty) -> String {
        match (self.item, ty) {
            (_, Ty::Time | Ty::MicroTime) => "string".into(),
            (_, Ty::IntOrString) => "int32".into(),
            (false, _) => go::type_name(self.field),
            (true, _) => go::item_type_name(self.field),
        }
    }
}

impl Decoder {
    /// A struct that belongs to no field: the object itself.
    fn any_struct(&mut self, ty: &'static Type, value: &Value) -> Option<Value> {
        match value {
            Value::Map(_) | Value::Null => Some(self.fields_of(ty, value)),
            other => {
                let kind = other.go_kind();
                let text =
                    format!("json: cannot unmarshal {kind} into Go value of type v1.{}", ty.name);
                self.mistake(text, false);
                None
            }
        }
    }

    /// Reads what is given, in the order of the text, and writes what Go writes.
    fn fields_of(&mut self, ty: &'static Type, value: &Value) -> Value {
        let mut out = Fields::new();
        let given = value.as_map();
        for (key, item) in given.iter().flat_map(|fields| fields.iter()) {
            let Some(field) = ty.field(key) else {
                // What else an object has is for its definition to say.
                if ty.is_open() {
                    out.insert(key.clone(), item.clone());
                    continue;
                }
                self.unknown.push(self.path.key(key.clone()));
                continue;
            };
            let depth = self.fields.len();
            self.fields.extend(go::embedded(ty, field));
            self.fields.push(field.name);
            self.path.0.push(Step::Key(Str::new_static(field.name)));
            let outer = std::mem::replace(&mut self.owner, ty.name);
            let slot = Slot { field, item: false };
            let read = if item.is_null() { None } else { self.read(&field.ty, item, slot) };
            self.owner = outer;
            self.path.0.pop();
            self.fields.truncate(depth);
            if let Some(value) = read.filter(|value| keeps(field, value)) {
                out.insert(Str::new_static(field.name), value);
            }
        }
        for field in &ty.fields {
            if !out.contains_key(field.name)
                && let Some(value) = absent(field)
            {
                out.insert(Str::new_static(field.name), value);
            }
        }
        out.into()
    }

    /// Reads one value, which is not null. `None` when it has the wrong type.
    fn read(&mut self, ty: &'static Ty, value: &Value, slot: Slot) -> Option<Value> {
        match (ty, value) {
            (Ty::Any, _) | (Ty::Bool, Value::Bool(_)) => Some(value.clone()),
            (Ty::Text, Value::Str(text)) => Some(Value::Str(text.clone())),
            (Ty::Int64, Value::Int(_)) | (Ty::Double, Value::Int(_) | Value::Float(_)) => {
                Some(value.clone())
            }
            (Ty::Int32, Value::Int(number)) if i32::try_from(*number).is_ok() => {
                Some(value.clone())
            }
            (Ty::Int32 | Ty::Int64, Value::Int(_) | Value::Float(_)) => {
                self.wrong(&number_kind(value), value, ty, slot.type_name(ty), false)
            }
            (Ty::Bytes, Value::Str(text)) => self.bytes(text),
            (Ty::Object(id), Value::Map(_)) => Some(self.fields_of(id.get(), value)),
            (Ty::List(item), Value::List(items)) => Some(self.list(item, items, slot)),
            (Ty::Map(item), Value::Map(fields)) => Some(self.map(item, fields, slot)),
            (Ty::Quantity, _) => {
                let read = quantity::canonical(value);
                read.map_err(|text| self.mistake(text, true)).ok()
            }
            (Ty::IntOrString, _) => self.int_or_string(value),
            (Ty::Time | Ty::MicroTime, Value::Str(text)) => {
                let read = moment::canonical(text, matches!(ty, Ty::MicroTime));
                read.map_err(|text| self.mistake(text, true)).ok()
            }
            (Ty::Time | Ty::MicroTime, _) => {
                self.wrong(value.go_kind(), value, ty, "string".into(), true)
            }
            _ => self.wrong(value.go_kind(), value, ty, slot.type_name(ty), false),
        }
    }

    fn list(&mut self, ty: &'static Ty, items: &[Value], slot: Slot) -> Value {
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.path.0.push(Step::Index(index));
            out.push(self.item(ty, item, slot));
            self.path.0.pop();
        }
        out.into()
    }

    fn map(&mut self, ty: &'static Ty, fields: &Fields, slot: Slot) -> Value {
        let mut out = Fields::new();
        for (key, item) in fields.iter() {
            self.path.0.push(Step::Key(key.clone()));
            out.insert(key.clone(), self.item(ty, item, slot));
            self.path.0.pop();
        }
        out.into()
    }

    /// An item of a list or map. What has the wrong type leaves the zero of its type.
    fn item(&mut self, ty: &'static Ty, value: &Value, slot: Slot) -> Value {
        let slot = Slot { item: true, ..slot };
        let read = if value.is_null() { None } else { self.read(ty, value, slot) };
        read.unwrap_or_else(|| zero(ty))
    }

    fn int_or_string(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::Str(text) => Some(Value::Str(text.clone())),
            Value::Int(number) if i32::try_from(*number).is_ok() => Some(value.clone()),
            Value::Int(_) | Value::Float(_) => {
                self.wrong(&number_kind(value), value, &Ty::IntOrString, "int32".into(), true)
            }
            other => self.wrong(other.go_kind(), other, &Ty::IntOrString, "int32".into(), true),
        }
    }

    fn bytes(&mut self, text: &str) -> Option<Value> {
        match base64::decode(text) {
            Ok(bytes) => Some(base64::encode(&bytes).into()),
            Err(error) => {
                self.mistake(format!("illegal base64 data at input byte {}", error.0), false);
                None
            }
        }
    }

    /// Notes that `value`, which the message calls `given`, cannot become a `ty`, called `name`.
    fn wrong(
        &mut self,
        given: &str,
        value: &Value,
        ty: &Ty,
        name: String,
        fatal: bool,
    ) -> Option<Value> {
        let (owner, field) = (self.owner, self.fields.join("."));
        let text = format!(
            "json: cannot unmarshal {given} into Go struct field {owner}.{field} of type {name}"
        );
        let conversion = go::conversion(value, ty, &name);
        let path = self.path.clone();
        self.mistakes.push(Mistake { path, text: text.into(), conversion, fatal });
        None
    }

    fn mistake(&mut self, text: String, fatal: bool) {
        let (path, text) = (self.path.clone(), Str::from(text));
        self.mistakes.push(Mistake { path, conversion: text.clone(), text, fatal });
    }
}

/// Whether Go writes a field with this value. It leaves out what is zero under `omitempty`, which
/// no struct ever is.
fn keeps(field: &Field, value: &Value) -> bool {
    match field.ty {
        Ty::Object(_) | Ty::Time | Ty::MicroTime | Ty::Quantity | Ty::IntOrString => true,
        _ => field.always || field.pointer || !value.is_empty(),
    }
}

/// What Go writes for a field that was not given.
fn absent(field: &'static Field) -> Option<Value> {
    match field.ty {
        Ty::Time | Ty::MicroTime if field.required || !field.pointer => Some(Value::Null),
        Ty::Object(_) | Ty::Quantity | Ty::IntOrString if !field.pointer => Some(zero(&field.ty)),
        _ if !field.always => None,
        Ty::Bool | Ty::Int32 | Ty::Int64 | Ty::Double | Ty::Text if !field.pointer => {
            Some(zero(&field.ty))
        }
        _ => Some(Value::Null),
    }
}

/// The zero of a Go type that is held by value, in JSON.
fn zero(ty: &Ty) -> Value {
    match ty {
        Ty::Bool => Value::Bool(false),
        Ty::Int32 | Ty::Int64 | Ty::Double | Ty::IntOrString => Value::Int(0),
        Ty::Text => "".into(),
        Ty::Quantity => "0".into(),
        Ty::Object(id) => Decoder::default().fields_of(id.get(), &Value::Null),
        Ty::Bytes | Ty::Time | Ty::MicroTime | Ty::Any | Ty::List(_) | Ty::Map(_) => Value::Null,
    }
}

/// How Go calls a number that does not fit: `number 3.5`.
fn number_kind(value: &Value) -> String {
    match value {
        Value::Float(number) => format!("number {}", json::float(*number)),
        other => format!("number {}", other.to_json()),
    }
}
