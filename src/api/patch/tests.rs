//! Patches against the crate `json-patch`, against the laws that hold between making and applying
//! them, and against examples of upstream's own behaviour.

use proptest::prelude::*;

use super::*;
use crate::api::testkit::{document, from_json};
use crate::api::{Fields, Resource};

fn yaml(text: &str) -> Value {
    document(text)
}

fn check(object: &str, patch: &str, expected: &str) {
    let result = apply_strategic(Resource::DEPLOYMENTS, &yaml(object), &yaml(patch));
    assert_eq!(result.map(|r| r.to_json()), Ok(yaml(expected).to_json()), "{patch}");
}

fn check_error(object: &str, patch: &str, expected: &str) {
    let result = apply_strategic(Resource::DEPLOYMENTS, &yaml(object), &yaml(patch));
    assert_eq!(result.unwrap_err().to_string(), expected, "{patch}");
}

const TWO: &str =
    "{spec: {template: {spec: {containers: [{name: a, image: x}, {name: b, image: y}]}}}}";

#[test]
fn merges_lists_by_key() {
    check(
        TWO,
        "{spec: {template: {spec: {containers: [{name: b, image: z}]}}}}",
        "{spec: {template: {spec: {containers: [{name: a, image: x}, {name: b, image: z}]}}}}",
    );
    check(
        TWO,
        "{spec: {template: {spec: {containers: [{name: c, image: z}]}}}}",
        "{spec: {template: {spec: {containers: [{name: c, image: z}, {name: a, image: x}, \
         {name: b, image: y}]}}}}",
    );
    check(
        TWO,
        "{spec: {template: {spec: {containers: [{name: a, $patch: delete}]}}}}",
        "{spec: {template: {spec: {containers: [{name: b, image: y}]}}}}",
    );
    check(
        TWO,
        "{spec: {template: {spec: {containers: [{name: c}, {$patch: replace}]}}}}",
        "{spec: {template: {spec: {containers: [{name: c}]}}}}",
    );
    check_error(
        TWO,
        "{spec: {template: {spec: {containers: [{image: z}]}}}}",
        "map: map[image:z] does not contain declared merge key: name",
    );
    check_error(
        TWO,
        "{spec: {template: {spec: {containers: [{name: a, $patch: explode}]}}}}",
        "unknown patch type: explode in map: map[$patch:explode name:a]",
    );
    check_error(
        TWO,
        "{spec: {template: {spec: {containers: [a]}}}}",
        "list element types are not identical: [[map[image:x name:a] map[image:y name:b]] [a]]",
    );
}

#[test]
fn replaces_what_has_no_key() {
    check(
        "{spec: {template: {spec: {tolerations: [{key: a}]}}}}",
        "{spec: {template: {spec: {tolerations: [{key: b}]}}}}",
        "{spec: {template: {spec: {tolerations: [{key: b}]}}}}",
    );
    check(
        "{metadata: {labels: {a: x, b: y}}}",
        "{metadata: {labels: {a: null, c: z, d: null}}}",
        "{metadata: {labels: {b: y, c: z}}}",
    );
    check(
        "{metadata: {labels: {a: x}, name: n}}",
        "{metadata: {labels: {$patch: replace, b: y}}}",
        "{metadata: {labels: {b: y}, name: n}}",
    );
    check(
        "{metadata: {labels: {a: x}, name: n}}",
        "{metadata: {labels: {$patch: delete}}}",
        "{metadata: {labels: {}, name: n}}",
    );
    check(
        "{metadata: {name: n}}",
        "{metadata: {labels: {a: x, b: null}}}",
        "{metadata: {labels: {a: x}, name: n}}",
    );
}

#[test]
fn follows_directives_for_plain_lists_order_and_keys() {
    check(
        "{metadata: {finalizers: [a, b, c]}}",
        "{metadata: {$deleteFromPrimitiveList/finalizers: [b], finalizers: [d]}}",
        "{metadata: {finalizers: [d, a, c]}}",
    );
    check(
        TWO,
        "{spec: {template: {spec: {$setElementOrder/containers: [{name: b}, {name: a}]}}}}",
        "{spec: {template: {spec: {containers: [{name: b, image: y}, {name: a, image: x}]}}}}",
    );
    check(
        "{spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}}",
        "{spec: {strategy: {$retainKeys: [type], type: Recreate}}}",
        "{spec: {strategy: {type: Recreate}}}",
    );
    check_error(
        "{spec: {strategy: {type: RollingUpdate}}}",
        "{spec: {strategy: {$retainKeys: [rollingUpdate], type: Recreate}}}",
        "invalid patch format of retainKeys",
    );
    check_error(
        TWO,
        "{spec: {template: {spec: {$setElementOrder/containers: [{name: a}], containers: \
         [{name: b}]}}}}",
        "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n\
         [map[name:a]]\n",
    );
    check_error(
        TWO,
        "{spec: {template: {spec: {$setElementOrder/containers: 1}}}}",
        "invalid patch format of setElementOrder list",
    );
}

/// What `kubectl apply` sends for a changed manifest.
#[test]
fn three_way_patches_are_kubectl_s() {
    let check = |original: &str, modified: &str, current: &str, expected: &str| {
        let (original, modified, current) = (yaml(original), yaml(modified), yaml(current));
        let patch = three_way(Resource::DEPLOYMENTS, &original, &modified, &current, true);
        assert_eq!(patch.map(|patch| patch.to_json()), Ok(expected.into()));
    };
    let live = "{spec: {replicas: 5, template: {spec: {containers: [{name: a, image: x, \
                imagePullPolicy: Always}, {name: injected, image: i}], dnsPolicy: Default}}}}";
    check(
        "{spec: {replicas: 2, template: {spec: {containers: [{name: a, image: x}]}}}}",
        "{spec: {template: {spec: {containers: [{name: a, image: z}]}}}}",
        live,
        concat!(
            r#"{"spec":{"replicas":null,"template":{"spec":{"#,
            r#""$setElementOrder/containers":[{"name":"a"}],"#,
            r#""containers":[{"image":"z","name":"a"}]}}}}"#
        ),
    );
    check(
        "{spec: {template: {spec: {containers: [{name: b, image: y}, {name: a, image: x}]}}}}",
        "{spec: {template: {spec: {containers: [{name: a, image: x}]}}}}",
        live,
        concat!(
            r#"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"a"}],"#,
            r#""containers":[{"$patch":"delete","name":"b"}]}}}}"#
        ),
    );
    check(
        "{spec: {strategy: {type: RollingUpdate}}}",
        "{spec: {strategy: {type: Recreate}}}",
        "{spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}}",
        r#"{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}"#,
    );
    check(
        "{metadata: {finalizers: [a/b]}}",
        "{metadata: {finalizers: []}}",
        "{metadata: {finalizers: [a/b, c/d]}}",
        r#"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/b"]}}"#,
    );
    check("{a: 1}", "{a: 1}", "{a: 1, b: 2}", "{}");
}

#[test]
fn conflicts_are_changes_of_the_same_field() {
    let conflict = |modified: &str| {
        let original = yaml("{spec: {replicas: 1, minReadySeconds: 1}}");
        let current = yaml("{spec: {replicas: 5, minReadySeconds: 1}}");
        let patch = three_way(Resource::DEPLOYMENTS, &original, &yaml(modified), &current, false);
        matches!(patch, Err(PatchError::Conflict { .. }))
    };
    assert!(conflict("{spec: {replicas: 2, minReadySeconds: 1}}"));
    assert!(conflict("{spec: {minReadySeconds: 1}}"));
    assert!(!conflict("{spec: {replicas: 5, minReadySeconds: 2}}"));
}

#[test]
fn json_patches_are_refused_in_the_library_s_words() {
    let document = yaml("{spec: {list: [1, 2], a: x}}");
    let check = |patch: &str, expected: &str| {
        let result = apply_json(&document, &yaml(patch));
        assert_eq!(result.unwrap_err().to_string(), expected, "{patch}");
    };
    check("{op: add}", "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
    check("[{op: jump, path: /a}]", "Unexpected kind: jump");
    check(
        "[{op: add, path: /none/b, value: 1}]",
        r#"add operation does not apply: doc is missing path: "/none/b": missing value"#,
    );
    check(
        "[{op: remove, path: /spec/none}]",
        "error in remove for path: '/spec/none': Unable to remove nonexistent key: none: missing \
         value",
    );
    check(
        "[{op: replace, path: /spec/none, value: 1}]",
        "replace operation does not apply: doc is missing key: /spec/none: missing value",
    );
    check(
        "[{op: replace, path: /none/none, value: 1}]",
        "replace operation does not apply: doc is missing path: /none/none: missing value",
    );
    check("[{op: test, path: /spec/a, value: y}]", "testing path /spec/a failed: test failed");
    check(
        "[{op: add, path: /spec/list/7, value: 1}]",
        "error in add for path: '/spec/list/7': Unable to access invalid index: 7: invalid index \
         referenced",
    );
    check(
        "[{op: remove, path: /spec/list/x}]",
        "error in remove for path: '/spec/list/x': strconv.Atoi: parsing \"x\": invalid syntax",
    );
    check("[{op: add, value: 1}]", "add operation failed to decode path: missing value");
    check(
        "[{op: move, path: /b, from: /none/a}]",
        "move operation does not apply: doc is missing from path: /none/a: missing value",
    );
}

#[test]
fn prints_values_as_go_does() {
    let value = yaml("{spec: {list: [a, 1, {b: null}], t: true}}");
    assert_eq!(printed(&value), "map[spec:map[list:[a 1 map[b:<nil>]] t:true]]");
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        (0..5i64).prop_map(serde_json::Value::from),
        "[a-c]{0,2}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = serde_json::Value> {
    prop::collection::btree_map("[a-d]", any_json(), 0..4)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}

/// A Deployment with every sort of list and map a patch must know: merged by key, by value, not at
/// all, and with keys to retain.
fn any_deployment() -> impl Strategy<Value = Value> {
    let text = || "[a-c]{1,2}".prop_map(Value::from);
    let labels = prop::collection::btree_map("[a-d]", text(), 0..4).prop_map(to_map);
    let finalizers = prop::sample::subsequence(vec!["a/a", "b/b", "c/c", "d/d"], 0..4)
        .prop_shuffle()
        .prop_map(|names| names.into_iter().map(Value::from).collect::<Value>());
    let env = keyed("name", &["A", "B", "C"], "value", text());
    let container = (optional(text()), optional(env), optional(labels_list()));
    let containers = prop::sample::subsequence(vec!["a", "b", "c", "d"], 0..4)
        .prop_shuffle()
        .prop_flat_map(move |names| {
            let one = container.clone();
            let each = names.into_iter().map(move |name| {
                one.clone().prop_map(move |(image, env, command)| {
                    fields([
                        ("name", Some(name.into())),
                        ("image", image),
                        ("env", env),
                        ("command", command),
                    ])
                })
            });
            each.collect::<Vec<_>>().prop_map(Value::from)
        });
    let strategy = (text(), optional((0..3i64).prop_map(Value::Int))).prop_map(|(kind, surge)| {
        let surge = surge.map(|surge| fields([("maxSurge", Some(surge))]));
        fields([("type", Some(kind)), ("rollingUpdate", surge)])
    });
    let replicas = optional((0..3i64).prop_map(Value::Int));
    let all = (labels, optional(finalizers), replicas, optional(strategy), optional(containers));
    all.prop_map(|(labels, finalizers, replicas, strategy, containers)| {
        let spec = fields([("containers", containers)]);
        fields([
            ("metadata", Some(fields([("labels", Some(labels)), ("finalizers", finalizers)]))),
            (
                "spec",
                Some(fields([
                    ("replicas", replicas),
                    ("strategy", strategy),
                    ("template", Some(fields([("spec", Some(spec))]))),
                ])),
            ),
        ])
    })
}

fn labels_list() -> impl Strategy<Value = Value> + Clone {
    prop::collection::vec("[a-c]".prop_map(Value::from), 0..3).prop_map(Value::from)
}

fn keyed(
    key: &'static str,
    names: &'static [&'static str],
    other: &'static str,
    value: impl Strategy<Value = Value> + Clone,
) -> impl Strategy<Value = Value> + Clone {
    let values = prop::collection::vec(value, names.len());
    let names = prop::sample::subsequence(names.to_vec(), 0..=names.len()).prop_shuffle();
    (names, values).prop_map(move |(names, values)| {
        let pairs = names.into_iter().zip(values);
        pairs.map(|(n, v)| fields([(key, Some(n.into())), (other, Some(v))])).collect()
    })
}

fn optional(
    value: impl Strategy<Value = Value> + Clone,
) -> impl Strategy<Value = Option<Value>> + Clone {
    prop::option::of(value)
}

fn to_map(entries: std::collections::BTreeMap<String, Value>) -> Value {
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Fields>().into()
}

fn fields<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let given = entries.into_iter().filter_map(|(key, value)| Some((key.into(), value?)));
    given.collect::<Fields>().into()
}

/// Whether everything `wanted` says is so in `found`; lists that merge may hold more.
fn reached(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Map(wanted), Value::Map(_)) => {
            wanted.iter().all(|(key, value)| reached(value, found.at(key)))
        }
        (Value::List(wanted), Value::List(found)) => wanted.iter().all(|item| {
            found.iter().any(|other| {
                let same_name = item.at("name") == other.at("name");
                (item.at("name").is_null() || same_name) && reached(item, other)
            })
        }),
        _ => wanted == found,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merge_patches_do_what_the_crate_does(document in any_json(), patch in any_json()) {
        let mut expected = document.clone();
        json_patch::merge(&mut expected, &patch);
        let ours = apply_merge(&from_json(&document), &from_json(&patch));
        prop_assert_eq!(ours, from_json(&expected));
    }

    #[test]
    fn merge_patches_lead_where_they_were_made_for(a in any_deployment(), b in any_deployment()) {
        prop_assert_eq!(apply_merge(&a, &create_merge(&a, &b)), b.clone());
        let patch = three_way_merge(&a, &b, &a);
        prop_assert_eq!(apply_merge(&a, &patch), b);
    }

    #[test]
    fn json_patches_do_what_the_crate_does(
        a in any_object(),
        b in any_object(),
        c in any_object(),
    ) {
        let patch = serde_json::to_value(json_patch::diff(&a, &b)).unwrap();
        prop_assert_eq!(apply_json(&from_json(&a), &from_json(&patch)), Ok(from_json(&b)));
        // The same patch on a stranger fails where the crate fails.
        let mut expected = c.clone();
        let operations: json_patch::Patch = serde_json::from_value(patch.clone()).unwrap();
        match json_patch::patch(&mut expected, &operations) {
            Ok(()) => {
                let ours = apply_json(&from_json(&c), &from_json(&patch));
                prop_assert_eq!(ours, Ok(from_json(&expected)));
            }
            Err(_) => prop_assert!(apply_json(&from_json(&c), &from_json(&patch)).is_err()),
        }
    }

    #[test]
    fn two_way_patches_lead_where_they_were_made_for(a in any_deployment(), b in any_deployment()) {
        let patch = two_way(Resource::DEPLOYMENTS, &a, &b).unwrap();
        prop_assert_eq!(apply_strategic(Resource::DEPLOYMENTS, &a, &patch), Ok(b));
    }

    #[test]
    fn three_way_patches_reach_what_is_wanted_and_then_rest(
        original in any_deployment(),
        modified in any_deployment(),
        current in any_deployment(),
    ) {
        let resource = Resource::DEPLOYMENTS;
        let patch = three_way(resource, &original, &modified, &current, true).unwrap();
        let result = apply_strategic(resource, &current, &patch).unwrap();
        prop_assert!(reached(&modified, &result), "{} of {}", patch.to_json(), result.to_json());
        let again = three_way(resource, &modified, &modified, &result, true).unwrap();
        // Lists that others have added to are put in order each time; that changes nothing.
        prop_assert_eq!(apply_strategic(resource, &result, &again), Ok(result));
    }

    #[test]
    fn nothing_panics(object in any_object(), patch in any_json()) {
        let (object, patch) = (from_json(&object), from_json(&patch));
        for resource in [Resource::DEPLOYMENTS, Resource::PODS] {
            _ = apply_strategic(resource, &object, &patch);
        }
        _ = apply_json(&object, &patch);
    }
}
