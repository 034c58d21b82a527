//! What Go calls the types of fields, for the messages that name them.
//!
//! Models staging/src/k8s.io/api types.go.

use crate::api::schema::{Field, Ty, Type};
use crate::api::{Str, Value};

/// The embedded struct that `field` of `ty` comes from. Go names it in its messages.
pub(super) fn embedded(ty: &Type, field: &Field) -> Option<&'static str> {
    if ty.is_root() && matches!(field.name, "kind" | "apiVersion") {
        return Some("TypeMeta");
    }
    field.embedded
}

/// What Go calls the type of `field`.
pub(super) fn type_name(field: &Field) -> String {
    match (field.go_type, field.ty) {
        (Some(name), Ty::List(_)) => format!("[]{name}"),
        (Some(name), _) => name.to_owned(),
        (None, ty) => plain_type_name(&ty),
    }
}

/// What Go calls the type of the items of `field`.
pub(super) fn item_type_name(field: &Field) -> String {
    let name = type_name(field);
    match name.strip_prefix("[]").or_else(|| name.strip_prefix("map[string]")) {
        Some(item) => item.to_owned(),
        None => name,
    }
}

/// Why `value` cannot be taken over as a `ty`, called `name`.
/// Models apimachinery/pkg/runtime/converter.go fromUnstructured.
pub(super) fn conversion(value: &Value, ty: &Ty, name: &str) -> Str {
    let (kind, full) = match value {
        Value::Null => ("nil", "nil"),
        Value::Bool(_) => ("bool", "bool"),
        Value::Int(_) => ("int64", "int64"),
        Value::Float(_) => ("float64", "float64"),
        Value::Str(_) => ("string", "string"),
        Value::List(_) => ("slice", "[]interface {}"),
        Value::Map(_) => ("map", "map[string]interface {}"),
    };
    match ty {
        Ty::Map(_) => format!("cannot restore map from {kind}"),
        Ty::List(_) | Ty::Bytes => format!("cannot restore slice from {kind}"),
        Ty::Object(_) => format!("cannot restore struct from: {kind}"),
        _ => format!("cannot convert {full} to {name}"),
    }
    .into()
}

fn plain_type_name(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "bool".into(),
        Ty::Int32 => "int32".into(),
        Ty::Int64 => "int64".into(),
        Ty::Double => "float64".into(),
        Ty::Text => "string".into(),
        Ty::Bytes => "[]uint8".into(),
        // These read themselves, from text or a number.
        Ty::Time | Ty::MicroTime => "string".into(),
        Ty::IntOrString => "int32".into(),
        Ty::Quantity | Ty::Any => "interface {}".into(),
        // All packages served here are called after their version.
        Ty::Object(id) => format!("v1.{}", id.get().name),
        Ty::List(item) => format!("[]{}", plain_type_name(item)),
        Ty::Map(Ty::Quantity) => "v1.ResourceList".into(),
        Ty::Map(item) => format!("map[string]{}", plain_type_name(item)),
    }
}
