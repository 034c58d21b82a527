//! Defaults of EndpointSlices. Models pkg/apis/discovery/v1/defaults.go SetDefaults_EndpointPort.

use super::{Value, each, unset};

pub(super) fn apply(slice: &mut Value) {
    each(slice, "ports", |port| {
        unset(port, "name", "");
        unset(port, "protocol", "TCP");
    });
}
