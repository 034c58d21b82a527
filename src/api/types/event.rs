//! Events: what a component has to say about an object. Models staging/src/k8s.io/api/core/v1
//! Event, which events.k8s.io shares.

use std::sync::Arc;

use super::ObjectReference;
use crate::api::codec::object;
use crate::api::{MicroTime, Str, Timestamp};

/// What a component has to say about an object.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Event {
    /// The event itself.
    pub body: Arc<EventBody>,
}

object! {
    /// Who says what about which object, and how often.
    EventBody {
        "action" action: Str,
        "count" count: i32,
        "eventTime"! event_time: Option<MicroTime>,
        "firstTimestamp"! first_timestamp: Option<Timestamp>,
        "involvedObject"! involved_object: ObjectReference,
        "lastTimestamp"! last_timestamp: Option<Timestamp>,
        "message" message: Str,
        "reason" reason: Str,
        "reportingComponent"! reporting_component: Str,
        "reportingInstance"! reporting_instance: Str,
        "series" series: Option<EventSeries>,
        "source"! source: EventSource,
        "type" kind: Str,
    }

    /// Who reported the event.
    EventSource {
        "component" component: Str,
        "host" host: Str,
    }

    /// How often an event came again.
    EventSeries {
        "count" count: i32,
        "lastObservedTime" last_observed_time: Option<MicroTime>,
    }
}

impl EventBody {
    /// The value of a field that field selectors may ask about.
    /// Models pkg/registry/core/event/strategy.go ToSelectableFields.
    pub fn field(&self, path: &str) -> Option<Str> {
        let object = &self.involved_object;
        Some(match path {
            "involvedObject.kind" => object.kind.clone(),
            "involvedObject.namespace" => object.namespace.clone(),
            "involvedObject.name" => object.name.clone(),
            "involvedObject.uid" if object.uid.is_none() => Str::default(),
            "involvedObject.uid" => object.uid.to_string().into(),
            "involvedObject.apiVersion" => object.api_version.clone(),
            "involvedObject.resourceVersion" => object.resource_version.clone(),
            "involvedObject.fieldPath" => object.field_path.clone(),
            "reason" => self.reason.clone(),
            "reportingComponent" => self.reporting_component.clone(),
            "source" if self.source.component.is_empty() => self.reporting_component.clone(),
            "source" => self.source.component.clone(),
            "type" => self.kind.clone(),
            _ => return None,
        })
    }
}
