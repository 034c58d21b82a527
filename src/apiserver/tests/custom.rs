//! The life of a custom resource, from its definition to its end.

use crate::api::rpc::*;
use crate::api::{Key, Resource, Status, Value};
use crate::apiserver::testkit::{Server, object, request};

const DEFINITIONS: Resource = Resource::CUSTOMRESOURCEDEFINITIONS;

const CRON_TABS: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [cronSpec]
            properties:
              cronSpec: {type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
              image: {type: string, default: tabs}
              replicas: {type: integer, minimum: 1, maximum: 10}
          status:
            type: object
            properties: {replicas: {type: integer}, selector: {type: string}}
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Image, type: string, jsonPath: .spec.image, priority: 1}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
  - name: v1beta1
    served: true
    storage: false
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
";

const TAB: &str = "{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: tab}, \
                   spec: {cronSpec: '* * * * */5', replicas: 3}}";

fn with_tabs() -> (Server, Resource) {
    let mut server = Server::new();
    server.create(CRON_TABS).unwrap();
    let tabs = server.served("stable.example.com/v1", "CronTab").expect("it is served");
    (server, tabs)
}

fn update(resource: Resource, part: Part, value: Value) -> Call {
    let meta = value.at("metadata");
    let key = Key::new(meta.at("namespace").text(), meta.at("name").text());
    Call::Update { resource, key, part, body: Payload::Text(value) }
}

#[test]
fn a_definition_is_established_and_tells_its_names() {
    let (mut server, tabs) = with_tabs();
    let definition = server.get(DEFINITIONS, "", "crontabs.stable.example.com").unwrap().to_value();
    let conditions = definition.at_path(&["status", "conditions"]).items();
    let told: Vec<String> = conditions
        .iter()
        .map(|c| ["type", "status", "reason", "message"].map(|key| c.at(key).text()).join(" "))
        .collect();
    assert_eq!(
        told,
        [
            "NamesAccepted True NoConflicts no conflicts found",
            "Established True InitialNamesAccepted the initial names have been accepted",
        ]
    );
    let accepted = definition.at_path(&["status", "acceptedNames", "listKind"]);
    assert_eq!(accepted.text(), "CronTabList");
    let Ok(Answer::Served(served)) = server.ask(Call::Discover) else { panic!("it tells") };
    let versions: Vec<&str> = served.iter().map(|s| s.resource.info().version).collect();
    assert_eq!(versions, ["v1", "v1beta1"]);
    assert!(served[0].is_called("ct") && served[0].resource == tabs);
    assert_eq!(served[0].subresources.to_vec(), ["status", "scale"]);
}

#[test]
fn names_that_are_taken_are_not_given_again() {
    let (mut server, _) = with_tabs();
    let other = CRON_TABS
        .replace("crontabs", "tabs")
        .replace("singular: crontab", "singular: tab")
        .replace("CronTab", "Tab");
    server.create(&other).unwrap();
    let definition = server.get(DEFINITIONS, "", "tabs.stable.example.com").unwrap().to_value();
    let condition = &definition.at_path(&["status", "conditions"]).items()[0];
    assert_eq!(condition.at("reason").text(), "ShortNamesConflict");
    assert_eq!(condition.at("message").text(), "\"ct\" is already in use");
    assert!(server.served("stable.example.com/v1", "Tab").is_none());
}

#[test]
fn objects_are_held_against_the_schema() {
    let (mut server, tabs) = with_tabs();
    let tab = server.create(TAB).unwrap();
    assert_eq!(tab.resource(), tabs);
    let value = tab.to_value();
    assert_eq!(value.at_path(&["spec", "image"]).text(), "tabs");
    assert_eq!(value.at_path(&["metadata", "generation"]).as_int(), Some(1));
    let mut check = |from: &str, to: &str, expected: &str| {
        let text = TAB.replace("name: tab", "name: other").replace(from, to);
        let status = server.create(&text).unwrap_err();
        assert_eq!(status.message, expected);
    };
    let head = "CronTab.stable.example.com \"other\" is invalid: ";
    check(
        "replicas: 3",
        "replicas: many",
        &format!(
            "{head}spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type \
             integer: \"string\""
        ),
    );
    check(
        "cronSpec: '* * * * */5', replicas: 3",
        "replicas: 15",
        &format!(
            "{head}[spec.cronSpec: Required value, spec.replicas: Invalid value: 15: \
             spec.replicas in body should be less than or equal to 10]"
        ),
    );
}

#[test]
fn unknown_fields_are_dropped_warned_of_or_refused() {
    let (mut server, _) = with_tabs();
    let text = TAB.replace("replicas: 3", "replicas: 3, extra: 1");
    let creation = server.creation(&text);
    let strict = Request { field_validation: FieldValidation::Strict, ..creation.clone() };
    let status = server.request(strict).result.unwrap_err();
    assert_eq!(
        status.message,
        "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error: unknown \
         field \"spec.extra\""
    );
    let response = server.request(creation);
    assert_eq!(response.warnings.to_vec(), ["unknown field \"spec.extra\""]);
    assert!(object(response.result.unwrap()).to_value().at_path(&["spec", "extra"]).is_null());
}

#[test]
fn status_and_scale_are_written_by_themselves() {
    let (mut server, tabs) = with_tabs();
    let mut value = server.create(TAB).unwrap().to_value();
    *value.entry_path(&["status", "replicas"]) = 2.into();
    *value.entry_path(&["spec", "replicas"]) = 5.into();
    let main = object(server.ask(update(tabs, Part::Main, value.clone())).unwrap()).to_value();
    assert!(main.at("status").is_null());
    assert_eq!(main.at_path(&["metadata", "generation"]).as_int(), Some(2));
    let mut value = main;
    *value.entry_path(&["status", "replicas"]) = 2.into();
    *value.entry_path(&["spec", "replicas"]) = 9.into();
    let status = object(server.ask(update(tabs, Part::Status, value)).unwrap()).to_value();
    assert_eq!(status.at_path(&["status", "replicas"]).as_int(), Some(2));
    assert_eq!(status.at_path(&["spec", "replicas"]).as_int(), Some(5));
    assert_eq!(status.at_path(&["metadata", "generation"]).as_int(), Some(2));
    let key = Key::new("default", "tab");
    let get = Call::Get { resource: tabs, key, part: Part::Scale };
    let Ok(Answer::Value(mut scale)) = server.ask(get) else { panic!("it has a scale") };
    assert_eq!(scale.at_path(&["spec", "replicas"]).as_int(), Some(5));
    assert_eq!(scale.at_path(&["status", "replicas"]).as_int(), Some(2));
    *scale.entry_path(&["spec", "replicas"]) = 7.into();
    server.ask(update(tabs, Part::Scale, scale)).unwrap();
    let tab = server.get(tabs, "default", "tab").unwrap().to_value();
    assert_eq!(tab.at_path(&["spec", "replicas"]).as_int(), Some(7));
    // The other version has neither.
    let beta = server.served("stable.example.com/v1beta1", "CronTab").unwrap();
    let key = Key::new("default", "tab");
    let missing = server.ask(Call::Get { resource: beta, key, part: Part::Scale }).unwrap_err();
    assert_eq!(missing.code, 404);
}

#[test]
fn a_table_has_the_columns_of_the_definition() {
    let (mut server, tabs) = with_tabs();
    server.create(TAB).unwrap();
    let list = request(Call::List(Selection::all(tabs)));
    let answer = server.request(Request { as_table: true, ..list }).result;
    let Ok(Answer::Table(table)) = answer else { panic!("it is a table") };
    let heads: Vec<String> =
        table.columns.iter().map(|c| format!("{}{}", c.name, c.priority)).collect();
    assert_eq!(heads, ["Name0", "Spec0", "Replicas0", "Image1", "Age0"]);
    assert_eq!(table.rows[0].cells[..4], ["tab", "* * * * */5", "3", "tabs"]);
}

#[test]
fn one_object_is_seen_in_every_version() {
    let (mut server, _) = with_tabs();
    server.create(TAB).unwrap();
    let beta = server.served("stable.example.com/v1beta1", "CronTab").unwrap();
    let tab = server.get(beta, "default", "tab").unwrap().to_value();
    assert_eq!(tab.at("apiVersion").text(), "stable.example.com/v1beta1");
    let text = TAB.replace("example.com/v1", "example.com/v1beta1").replace("name: tab", "name: b");
    let made = server.create(&text).unwrap().to_value();
    assert_eq!(made.at("apiVersion").text(), "stable.example.com/v1beta1");
    let Ok(Answer::List(_, all, _)) = server.ask(Call::List(Selection::all(beta))) else {
        panic!("it is a list")
    };
    assert_eq!(all.len(), 2);
}

#[test]
fn the_objects_go_with_their_definition() {
    let (mut server, tabs) = with_tabs();
    server.create(TAB).unwrap();
    let held = TAB.replace("name: tab", "name: held, finalizers: [a.example.com/b]");
    server.create(&held).unwrap();
    let key = Key::new("", "crontabs.stable.example.com");
    let options = DeleteOptions::default();
    server.ask(Call::Delete { resource: DEFINITIONS, key, options }).unwrap();
    let definition = server.get(DEFINITIONS, "", "crontabs.stable.example.com").unwrap();
    assert_eq!(
        definition.meta().finalizers.to_vec(),
        ["customresourcecleanup.apiextensions.k8s.io"]
    );
    // While it goes nothing new comes.
    let status = server.create(&TAB.replace("name: tab", "name: new")).unwrap_err();
    assert_eq!(status.code, 405);
    assert!(server.get(tabs, "default", "tab").is_none());
    let mut held = server.get(tabs, "default", "held").unwrap().to_value();
    held.entry("metadata").make_map().remove("finalizers");
    server.ask(update(tabs, Part::Main, held)).unwrap();
    assert!(server.get(DEFINITIONS, "", "crontabs.stable.example.com").is_none());
    let gone: Status = server.ask(Call::List(Selection::all(tabs))).unwrap_err();
    assert_eq!(gone.message, "the server could not find the requested resource");
}
