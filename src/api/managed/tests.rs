//! What managers have after updates and applies.

use super::*;

const CONFIG_MAP: Resource = Resource::CONFIGMAPS;

fn config(data: &[(&str, &str)]) -> Value {
    let data: crate::api::Fields =
        data.iter().map(|(key, value)| (Str::from(*key), Value::from(*value))).collect();
    Value::map([("data", data.into())])
}

fn by(name: &str, applies: bool) -> Manager {
    Manager { name: name.into(), applies, subresource: "" }
}

fn apply(
    managers: &Managers,
    name: &str,
    live: &Value,
    config: &Value,
    force: bool,
) -> Result<Applied, Str> {
    let apply = Apply { config, force, last_applied: None };
    let applied = managers.apply(CONFIG_MAP, &by(name, true), live, apply, Time::default());
    applied.map_err(|status| status.message)
}

#[track_caller]
fn check(managers: &Managers, expected: &[(&str, &str)]) {
    let list = managers.to_value();
    let found: Vec<(String, String)> = list
        .items()
        .iter()
        .map(|entry| (entry.at("manager").text().into(), entry.at("fieldsV1").to_json()))
        .collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(found, expected);
    assert_eq!(Managers::load(&list).to_value(), list);
}

#[test]
fn appliers_share_clash_and_give_up() {
    let first = config(&[("color", "blue"), ("size", "1")]);
    let one = apply(&Managers::default(), "a", &Value::default(), &first, false).unwrap();
    check(&one.managers, &[("a", r#"{"f:data":{"f:color":{},"f:size":{}}}"#)]);
    let other = config(&[("color", "red"), ("shape", "round")]);
    assert_eq!(
        apply(&one.managers, "b", &one.object, &other, false).unwrap_err(),
        "Apply failed with 1 conflict: conflict with \"a\": .data.color"
    );
    let two = apply(&one.managers, "b", &one.object, &other, true).unwrap();
    assert_eq!(two.object.to_json(), r#"{"data":{"color":"red","shape":"round","size":"1"}}"#);
    check(
        &two.managers,
        &[("a", r#"{"f:data":{"f:size":{}}}"#), ("b", r#"{"f:data":{"f:color":{},"f:shape":{}}}"#)],
    );
    let less = apply(&two.managers, "b", &two.object, &config(&[("size", "1")]), false).unwrap();
    assert_eq!(less.object.to_json(), r#"{"data":{"size":"1"}}"#);
    check(
        &less.managers,
        &[("a", r#"{"f:data":{"f:size":{}}}"#), ("b", r#"{"f:data":{"f:size":{}}}"#)],
    );
}

#[test]
fn updates_take_over() {
    let old = config(&[("a", "1"), ("b", "2")]);
    let mut managers =
        apply(&Managers::default(), "x", &Value::default(), &old, false).unwrap().managers;
    let new = config(&[("a", "9"), ("c", "3")]);
    managers.update(CONFIG_MAP, &by("y", false), &old, &new, Time::default());
    check(&managers, &[("y", r#"{"f:data":{"f:a":{},"f:c":{}}}"#)]);
    let both = config(&[("a", "1"), ("c", "1")]);
    assert_eq!(
        apply(&managers, "x", &new, &both, false).unwrap_err(),
        "Apply failed with 2 conflicts: conflicts with \"y\" using v1:\n- .data.a\n- .data.c"
    );
}

#[test]
fn items_of_lists_are_managed_by_their_keys() {
    let pod = |image: &str| {
        let port = Value::map([("containerPort", Value::Int(80))]);
        let container = Value::map([
            ("name", Value::from("c")),
            ("image", image.into()),
            ("ports", vec![port].into()),
        ]);
        Value::map([("spec", Value::map([("containers", Value::from(vec![container]))]))])
    };
    let set = walk::set_of(&pod("a"), Shape::of(Resource::PODS));
    assert_eq!(
        set.paths(),
        [
            ".spec.containers[name=\"c\"]",
            ".spec.containers[name=\"c\"].image",
            ".spec.containers[name=\"c\"].name",
            ".spec.containers[name=\"c\"].ports[containerPort=80,protocol=\"TCP\"]",
            ".spec.containers[name=\"c\"].ports[containerPort=80,protocol=\"TCP\"].containerPort",
        ]
    );
    let changes = walk::compare(&pod("a"), &pod("b"), Shape::of(Resource::PODS));
    assert_eq!(changes.modified.paths(), [".spec.containers[name=\"c\"].image"]);
    assert!(changes.added.is_empty() && changes.removed.is_empty());
}

#[test]
fn what_a_client_applied_is_given_to_the_applier() {
    let mut managers = Managers::default();
    let object = config(&[("a", "1")]);
    managers.update(CONFIG_MAP, &by("old", false), &Value::default(), &object, Time::default());
    let list = upgraded(&managers.to_value(), "old", "new").unwrap();
    assert_eq!(list.items()[0].at("operation").text(), "Apply");
    assert_eq!(list.items()[0].at("manager").text(), "new");
    assert_eq!(upgraded(&list, "old", "new"), None);
}
