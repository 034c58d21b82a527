//! Which objects are meant: label selectors and field selectors.
//!
//! Models apimachinery/pkg/labels/selector.go and apimachinery/pkg/fields/selector.go.

use std::fmt;

use super::codec::{List, StrMap};
use super::types::{LabelSelector, LabelSelectorRequirement};
use super::{Object, Str};

/// A compiled label selector: requirements that must all hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selector {
    requirements: List<Requirement>,
    /// Selects nothing, which no list of requirements can say.
    nothing: bool,
}

/// One requirement on the labels of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requirement {
    /// The label.
    pub key: Str,
    /// What must hold of it.
    pub operator: Operator,
    /// The values it is compared with, sorted.
    pub values: List<Str>,
}

/// How a label is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// One of the values, written `=`.
    Equals,
    /// One of the values, written `==`.
    DoubleEquals,
    /// Anything but the value, or absent, written `!=`.
    NotEquals,
    /// One of the values.
    In,
    /// None of the values, or absent.
    NotIn,
    /// There.
    Exists,
    /// Absent.
    DoesNotExist,
    /// A whole number above the value.
    GreaterThan,
    /// A whole number below the value.
    LessThan,
}

impl Selector {
    /// Selects every object.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Selects no object.
    pub fn nothing() -> Self {
        Self { nothing: true, ..Self::default() }
    }

    /// Whether every object is selected.
    pub fn is_everything(&self) -> bool {
        !self.nothing && self.requirements.is_empty()
    }

    /// The requirements, in the order of their keys.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Whether `labels` are selected.
    pub fn matches(&self, labels: &StrMap) -> bool {
        !self.nothing && self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Requires every label of `map` to have its value. Models SelectorFromSet.
    pub fn from_map(map: &StrMap) -> Self {
        let equals = |(key, value): (&Str, &Str)| Requirement {
            key: key.clone(),
            operator: Operator::Equals,
            values: [value.clone()].into(),
        };
        Self { requirements: map.iter().map(equals).collect(), nothing: false }
    }

    fn from_requirements(mut requirements: Vec<Requirement>) -> Self {
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Self { requirements: requirements.into(), nothing: false }
    }
}

/// Models apimachinery/pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector.
impl From<&LabelSelector> for Selector {
    fn from(selector: &LabelSelector) -> Self {
        let equal = selector.match_labels.iter().map(|(key, value)| Requirement {
            key: key.clone(),
            operator: Operator::In,
            values: [value.clone()].into(),
        });
        let expressions = selector.match_expressions.iter().filter_map(Requirement::of_expression);
        Self::from_requirements(equal.chain(expressions).collect())
    }
}

/// A selector that is not given selects nothing.
impl From<Option<&LabelSelector>> for Selector {
    fn from(selector: Option<&LabelSelector>) -> Self {
        selector.map_or_else(Self::nothing, Self::from)
    }
}

impl Requirement {
    /// Whether the labels satisfy it.
    pub fn matches(&self, labels: &StrMap) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::In | Operator::Equals | Operator::DoubleEquals => {
                value.is_some_and(|value| self.values.contains(value))
            }
            Operator::NotIn | Operator::NotEquals => {
                value.is_none_or(|value| !self.values.contains(value))
            }
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => self.compares(value, |label, bound| label > bound),
            Operator::LessThan => self.compares(value, |label, bound| label < bound),
        }
    }

    fn of_expression(expression: &LabelSelectorRequirement) -> Option<Self> {
        let operator = match expression.operator.as_str() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            _ => return None,
        };
        let mut values = expression.values.to_vec();
        values.sort();
        Some(Self { key: expression.key.clone(), operator, values: values.into() })
    }

    fn compares(&self, label: Option<&Str>, holds: impl Fn(i64, i64) -> bool) -> bool {
        let number = |text: &Str| text.parse::<i64>().ok();
        match (label.and_then(number), self.values.first().and_then(number)) {
            (Some(label), Some(bound)) => holds(label, bound),
            _ => false,
        }
    }
}

/// Writes the selector as kubectl does: `app=web,tier in (a,b)`.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, requirement) in self.requirements.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            requirement.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        let list = self.values.join(",");
        match self.operator {
            Operator::Equals => write!(f, "{key}={list}"),
            Operator::DoubleEquals => write!(f, "{key}=={list}"),
            Operator::NotEquals => write!(f, "{key}!={list}"),
            Operator::In => write!(f, "{key} in ({list})"),
            Operator::NotIn => write!(f, "{key} notin ({list})"),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{list}"),
            Operator::LessThan => write!(f, "{key}<{list}"),
        }
    }
}

/// A field selector: fields that must, or must not, have a value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FieldSelector {
    terms: List<FieldTerm>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct FieldTerm {
    path: Str,
    value: Str,
    equal: bool,
}

impl FieldSelector {
    /// Selects objects whose field at `path` is `value`.
    pub fn equal(path: &'static str, value: impl Into<Str>) -> Self {
        let term = FieldTerm { path: Str::new_static(path), value: value.into(), equal: true };
        Self { terms: [term].into() }
    }

    /// Reads `status.phase=Running,spec.nodeName!=a`. An error is the term at fault.
    pub fn parse(text: &str) -> Result<Self, Str> {
        let terms = text.split(',').filter(|term| !term.is_empty()).map(|term| {
            let split = |mark, equal| {
                let (path, value) = term.split_once(mark)?;
                Some(FieldTerm { path: path.into(), value: value.into(), equal })
            };
            split("!=", false)
                .or_else(|| split("==", true))
                .or_else(|| split("=", true))
                .ok_or_else(|| Str::from(term))
        });
        Ok(Self { terms: terms.collect::<Result<_, _>>()? })
    }

    /// Whether every object is selected.
    pub fn is_everything(&self) -> bool {
        self.terms.is_empty()
    }

    /// The paths that are asked about.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|term| term.path.as_str())
    }

    /// The value that the field at `path` must have, if one is required.
    pub fn required(&self, path: &str) -> Option<&Str> {
        self.terms.iter().find(|term| term.equal && term.path == path).map(|term| &term.value)
    }

    /// Whether `object` is selected.
    pub fn matches(&self, object: &Object) -> bool {
        self.terms.iter().all(|term| {
            let field = object.field(&term.path).unwrap_or_default();
            (field == term.value) == term.equal
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(key: &str, operator: &str, values: &[&str]) -> LabelSelectorRequirement {
        LabelSelectorRequirement {
            key: key.into(),
            operator: operator.into(),
            values: values.iter().map(|v| Str::from(*v)).collect(),
            ..LabelSelectorRequirement::default()
        }
    }

    #[test]
    fn selects_by_every_operator() {
        let labels = StrMap::from([("app", "web"), ("tier", "front"), ("gen", "3")]);
        let check = |key, operator, values: &[&str], expected| {
            let selector = LabelSelector {
                match_expressions: [requirement(key, operator, values)].into(),
                ..LabelSelector::default()
            };
            assert_eq!(Selector::from(&selector).matches(&labels), expected, "{key} {operator}");
        };
        check("app", "In", &["db", "web"], true);
        check("app", "In", &["db"], false);
        check("app", "NotIn", &["web"], false);
        check("none", "NotIn", &["web"], true);
        check("tier", "Exists", &[], true);
        check("none", "Exists", &[], false);
        check("none", "DoesNotExist", &[], true);
        assert!(Selector::from(&LabelSelector::default()).matches(&labels));
        assert!(!Selector::from(None).matches(&labels));
    }

    #[test]
    fn prints_as_kubectl_does() {
        let selector = LabelSelector {
            match_labels: StrMap::from([("b", "x")]),
            match_expressions: [requirement("a", "NotIn", &["z", "y"])].into(),
            ..LabelSelector::default()
        };
        assert_eq!(Selector::from(&selector).to_string(), "a notin (y,z),b in (x)");
        assert_eq!(Selector::from_map(&selector.match_labels).to_string(), "b=x");
    }

    #[test]
    fn field_selectors_name_the_term_at_fault() {
        let selector = FieldSelector::parse("spec.nodeName=a,status.phase!=Running").unwrap();
        assert_eq!(selector.required("spec.nodeName").map(Str::as_str), Some("a"));
        assert_eq!(selector.required("status.phase"), None);
        assert_eq!(FieldSelector::parse("a=b,c"), Err("c".into()));
    }
}
