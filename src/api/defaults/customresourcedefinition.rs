//! Defaults of CustomResourceDefinitions.
//! Models apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go.

use super::{Value, admissionregistration, empty, unset, within};

pub(super) fn apply(definition: &mut Value) {
    let spec = definition.entry("spec");
    let names = spec.entry("names");
    let kind = names.at("kind").text().to_owned();
    empty(names, "singular", kind.to_lowercase());
    if !kind.is_empty() {
        empty(names, "listKind", format!("{kind}List"));
    }
    unset(spec, "conversion", Value::map([("strategy", "None".into())]));
    within(spec, "conversion", |conversion| {
        within(conversion, "webhook", |webhook| {
            within(webhook, "clientConfig", admissionregistration::service_port);
        });
    });
}
