//! Defaults of claims to devices. Models pkg/apis/resource/v1/defaults.go.

use super::{Value, each, empty, within};

/// What a claim asks for, or what a template of claims does.
pub(super) fn claim(claim: &mut Value) {
    spec(claim.entry("spec"));
}

/// The claims of a template.
pub(super) fn template(template: &mut Value) {
    claim(template.entry("spec"));
}

/// SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest.
fn spec(spec: &mut Value) {
    let request = |request: &mut Value| {
        empty(request, "allocationMode", "ExactCount");
        if request.at("allocationMode").text() == "ExactCount" {
            empty(request, "count", 1);
        }
        each(request, "tolerations", |toleration| empty(toleration, "operator", "Equal"));
    };
    within(spec, "devices", |devices| {
        each(devices, "requests", |it| {
            within(it, "exactly", request);
            each(it, "firstAvailable", request);
        });
    });
}
