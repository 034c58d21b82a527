//! What cells of several kinds have in common.
//!
//! Models the helpers of pkg/printers/internalversion/printers.go and FormatLabels of
//! apimachinery/pkg/labels.

use crate::api::labels::Selector;
use crate::api::rpc::Column;
use crate::api::types::{Container, LabelSelector};
use crate::api::{Object, Str, StrMap, age};
use crate::sim::Time;

/// What stands in a cell that has nothing to show.
pub const NONE: Str = Str::new_static("<none>");

/// A column that is always shown.
pub const fn column(name: &'static str) -> Column {
    Column { name: Str::new_static(name), priority: 0 }
}

/// A column that is shown with `-o wide`.
pub const fn wide(name: &'static str) -> Column {
    Column { name: Str::new_static(name), priority: 1 }
}

/// How long the object has been there.
pub fn age(object: &Object, now: Time) -> Str {
    age::since(object.meta().creation_timestamp, now)
}

/// The name of the object.
pub fn name(object: &Object) -> Str {
    object.meta().name.clone()
}

/// A number.
pub fn number(number: impl Into<i64>) -> Str {
    number.into().to_string().into()
}

/// `2/3`.
pub fn fraction(part: i32, whole: i32) -> Str {
    format!("{part}/{whole}").into()
}

/// The text, or that there is none.
pub fn or_none(text: &Str) -> Str {
    if text.is_empty() { NONE } else { text.clone() }
}

/// Texts with commas between them.
pub fn joined<'a>(texts: impl IntoIterator<Item = &'a Str>) -> Str {
    let mut texts = texts.into_iter();
    let Some(first) = texts.next() else {
        return Str::default();
    };
    let Some(second) = texts.next() else {
        return first.clone();
    };
    let mut all = [first.as_str(), ",", second.as_str()].concat();
    for text in texts {
        all.push(',');
        all.push_str(text);
    }
    all.into()
}

/// The names of the containers and their images. Models layoutContainerCells.
pub fn containers(containers: &[Container]) -> [Str; 2] {
    let names = joined(containers.iter().map(|container| &container.name));
    [names, joined(containers.iter().map(|container| &container.image))]
}

/// Labels as `a=1,b=2`. Models labels.FormatLabels.
pub fn labels(labels: &StrMap) -> Str {
    if labels.is_empty() { NONE } else { Selector::from_map(labels).to_string().into() }
}

/// A selector as kubectl takes it. Models metav1.FormatLabelSelector.
pub fn selector(selector: &LabelSelector) -> Str {
    let selector = Selector::from(selector);
    if selector.is_everything() { NONE } else { selector.to_string().into() }
}
