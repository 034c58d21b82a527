//! Kinds whose cells are read off their fields: which columns they have, and where each looks.
//!
//! Models the printers of pkg/printers/internalversion/printers.go for the kinds that have no
//! struct here. A table rather than a file a kind: there is nothing to them but names and paths.

use super::cells::{age, column, name, wide};
use super::sheet_cells as make;
use crate::api::rpc::Column;
use crate::api::{Object, Resource, Str, Value};
use crate::sim::Time;

/// How the objects of a resource are shown.
pub struct Sheet {
    /// Of which resource.
    pub resource: Resource,
    /// Its columns.
    pub columns: &'static [Column],
    /// What stands in each.
    of: &'static [Of],
}

/// What stands in a cell.
enum Of {
    /// The name.
    Name,
    /// How long it has been there.
    Age,
    /// What is at a path, nothing where there is nothing.
    Text(&'static str),
    /// What is at a path, or that there is nothing.
    OrNone(&'static str),
    /// What is at a path, or else this.
    Or(&'static str, &'static str),
    /// How many items or entries there are at a path.
    Count(&'static str),
    /// A list of texts.
    Texts(&'static str),
    /// What is made of the object.
    Made(fn(&Value, Time) -> String),
}

use Of::{Age, Count, Made, Name, Or, OrNone, Text, Texts};

/// The sheet of a resource, if it has one.
pub fn of(resource: Resource) -> Option<&'static Sheet> {
    SHEETS.iter().find(|sheet| sheet.resource == resource)
}

/// The cells of an object that has a sheet.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let value = object.to_value();
    let sheet = of(object.resource()).map_or(&[][..], |sheet| sheet.of);
    sheet.iter().map(|of| of.cell(object, &value, now)).collect()
}

impl Of {
    fn cell(&self, object: &Object, value: &Value, now: Time) -> Str {
        let or = |path: &str, otherwise: &'static str| match make::text(make::at(value, path)) {
            text if text.is_empty() => Str::new_static(otherwise),
            text => text.into(),
        };
        match self {
            Self::Name => name(object),
            Self::Age => age(object, now),
            Self::Text(path) => or(path, ""),
            Self::OrNone(path) => or(path, "<none>"),
            Self::Or(path, otherwise) => or(path, otherwise),
            Self::Count(path) => {
                let found = make::at(value, path);
                let count = found.as_map().map_or(found.items().len(), |map| map.len());
                count.to_string().into()
            }
            Self::Texts(path) => {
                let texts: Vec<String> =
                    make::at(value, path).items().iter().map(make::text).collect();
                texts.join(",").into()
            }
            Self::Made(make) => make(value, now).into(),
        }
    }
}

/// Lists the sheets; what comes after a semicolon is shown with `-o wide`.
macro_rules! sheets {
    ($($resource:ident { $($title:literal $of:expr),* $(; $wide:literal $wide_of:expr)* })*) => {
        /// All sheets.
        pub static SHEETS: &[Sheet] = &[$(Sheet {
            resource: Resource::$resource,
            columns: &[$(column($title),)* $(wide($wide),)*],
            of: &[$($of,)* $($wide_of,)*],
        },)*];
    };
}

sheets! {
    APISERVICES {
        "Name" Name, "Service" Made(make::api_service), "Available" Made(make::available), "Age" Age
    }
    CERTIFICATESIGNINGREQUESTS {
        "Name" Name, "Age" Age, "SignerName" Text("spec.signerName"),
        "Requestor" Text("spec.username"), "RequestedDuration" OrNone("spec.expirationSeconds"),
        "Condition" Made(make::signing)
    }
    CLUSTERROLEBINDINGS {
        "Name" Name, "Role" Made(make::role), "Age" Age;
        "Users" Made(make::users); "Groups" Made(make::groups);
        "ServiceAccounts" Made(make::accounts)
    }
    CONTROLLERREVISIONS {
        "Name" Name, "Controller" Made(make::controller), "Revision" Or("revision", "0"), "Age" Age
    }
    CRONJOBS {
        "Name" Name, "Schedule" Text("spec.schedule"), "Timezone" OrNone("spec.timeZone"),
        "Suspend" Made(make::suspended), "Active" Count("status.active"),
        "Last Schedule" Made(make::last_schedule), "Age" Age;
        "Containers" Made(|v, _| make::containers(v, "spec.jobTemplate.spec.template", "name"));
        "Images" Made(|v, _| make::containers(v, "spec.jobTemplate.spec.template", "image"));
        "Selector" Made(|v, _| make::selector(make::at(v, "spec.jobTemplate.spec.selector")))
    }
    CSIDRIVERS {
        "Name" Name, "AttachRequired" Or("spec.attachRequired", "true"),
        "PodInfoOnMount" Or("spec.podInfoOnMount", "false"),
        "StorageCapacity" Or("spec.storageCapacity", "false"),
        "TokenRequests" Or("spec.tokenRequests", "<unset>"),
        "RequiresRepublish" Or("spec.requiresRepublish", "false"),
        "Modes" Texts("spec.volumeLifecycleModes"), "Age" Age
    }
    CSINODES { "Name" Name, "Drivers" Count("spec.drivers"), "Age" Age }
    CSISTORAGECAPACITIES {
        "Name" Name, "StorageClassName" Text("storageClassName"), "Capacity" Text("capacity")
    }
    DAEMONSETS {
        "Name" Name, "Desired" Or("status.desiredNumberScheduled", "0"),
        "Current" Or("status.currentNumberScheduled", "0"),
        "Ready" Or("status.numberReady", "0"),
        "Up-to-date" Or("status.updatedNumberScheduled", "0"),
        "Available" Or("status.numberAvailable", "0"),
        "Node Selector" Made(|v, _| make::labels(make::at(v, "spec.template.spec.nodeSelector"))),
        "Age" Age;
        "Containers" Made(|v, _| make::containers(v, "spec.template", "name"));
        "Images" Made(|v, _| make::containers(v, "spec.template", "image"));
        "Selector" Made(|v, _| make::selector(make::at(v, "spec.selector")))
    }
    DEVICECLASSES { "Name" Name, "Age" Age }
    ENDPOINTS { "Name" Name, "Endpoints" Made(make::endpoints), "Age" Age }
    FLOWSCHEMAS {
        "Name" Name, "PriorityLevel" OrNone("spec.priorityLevelConfiguration.name"),
        "MatchingPrecedence" Or("spec.matchingPrecedence", "0"),
        "DistinguisherMethod" OrNone("spec.distinguisherMethod.type"), "Age" Age,
        "MissingPL" Made(|v, _| make::condition(v, "Dangling", "?"))
    }
    HORIZONTALPODAUTOSCALERS {
        "Name" Name, "Reference" Made(make::reference), "Targets" Made(make::targets),
        "MinPods" Or("spec.minReplicas", "<unset>"), "MaxPods" Or("spec.maxReplicas", "0"),
        "Replicas" Or("status.currentReplicas", "0"), "Age" Age
    }
    INGRESSCLASSES {
        "Name" Name, "Controller" Text("spec.controller"), "Parameters" Made(make::parameters),
        "Age" Age
    }
    INGRESSES {
        "Name" Name, "Class" OrNone("spec.ingressClassName"), "Hosts" Made(make::hosts),
        "Address" Made(make::ingress_address), "Ports" Made(make::ingress_ports), "Age" Age
    }
    IPADDRESSES { "Name" Name, "ParentRef" Made(make::parent) }
    JOBS {
        "Name" Name, "Status" Made(make::job_status), "Completions" Made(make::completions),
        "Duration" Made(make::job_duration), "Age" Age;
        "Containers" Made(|v, _| make::containers(v, "spec.template", "name"));
        "Images" Made(|v, _| make::containers(v, "spec.template", "image"));
        "Selector" Made(|v, _| make::selector(make::at(v, "spec.selector")))
    }
    MUTATINGADMISSIONPOLICIES {
        "Name" Name, "Mutations" Count("spec.mutations"), "ParamKind" Made(make::param_kind),
        "Age" Age
    }
    MUTATINGADMISSIONPOLICYBINDINGS {
        "Name" Name, "PolicyName" Text("spec.policyName"), "ParamRef" Made(make::param_ref),
        "Age" Age
    }
    MUTATINGWEBHOOKCONFIGURATIONS { "Name" Name, "Webhooks" Count("webhooks"), "Age" Age }
    NETWORKPOLICIES {
        "Name" Name, "Pod-Selector" Made(|v, _| make::selector(make::at(v, "spec.podSelector"))),
        "Age" Age
    }
    PERSISTENTVOLUMECLAIMS {
        "Name" Name, "Status" Made(make::claim_phase), "Volume" Text("spec.volumeName"),
        "Capacity" Made(make::claim_capacity), "Access Modes" Made(make::claim_modes),
        "StorageClass" Text("spec.storageClassName"),
        "VolumeAttributesClass" Or("spec.volumeAttributesClassName", "<unset>"), "Age" Age;
        "VolumeMode" Or("spec.volumeMode", "<unset>")
    }
    PERSISTENTVOLUMES {
        "Name" Name, "Capacity" Text("spec.capacity.storage"),
        "Access Modes" Made(|v, _| make::access_modes(make::at(v, "spec.accessModes"))),
        "Reclaim Policy" Text("spec.persistentVolumeReclaimPolicy"),
        "Status" Made(make::volume_phase), "Claim" Made(make::claim),
        "StorageClass" Text("spec.storageClassName"),
        "VolumeAttributesClass" Or("spec.volumeAttributesClassName", "<unset>"),
        "Reason" Text("status.reason"), "Age" Age;
        "VolumeMode" Or("spec.volumeMode", "<unset>")
    }
    PODDISRUPTIONBUDGETS {
        "Name" Name, "Min Available" Or("spec.minAvailable", "N/A"),
        "Max Unavailable" Or("spec.maxUnavailable", "N/A"),
        "Allowed Disruptions" Or("status.disruptionsAllowed", "0"), "Age" Age
    }
    PODTEMPLATES {
        "Name" Name, "Containers" Made(|v, _| make::containers(v, "template", "name")),
        "Images" Made(|v, _| make::containers(v, "template", "image")),
        "Pod Labels" Made(|v, _| make::labels(make::at(v, "template.metadata.labels")))
    }
    PRIORITYCLASSES {
        "Name" Name, "Value" Or("value", "0"), "Global-Default" Or("globalDefault", "false"),
        "Age" Age, "PreemptionPolicy" Text("preemptionPolicy")
    }
    PRIORITYLEVELCONFIGURATIONS {
        "Name" Name, "Type" Text("spec.type"),
        "NominalConcurrencyShares" OrNone("spec.limited.nominalConcurrencyShares"),
        "Queues" OrNone("spec.limited.limitResponse.queuing.queues"),
        "HandSize" OrNone("spec.limited.limitResponse.queuing.handSize"),
        "QueueLengthLimit" OrNone("spec.limited.limitResponse.queuing.queueLengthLimit"),
        "Age" Age
    }
    RESOURCECLAIMS { "Name" Name, "State" Made(make::claim_state), "Age" Age }
    RESOURCECLAIMTEMPLATES { "Name" Name, "Age" Age }
    RESOURCESLICES {
        "Name" Name, "Node" Or("spec.nodeName", "<unset>"), "Driver" Text("spec.driver"),
        "Pool" Text("spec.pool.name"), "Age" Age
    }
    ROLEBINDINGS {
        "Name" Name, "Role" Made(make::role), "Age" Age;
        "Users" Made(make::users); "Groups" Made(make::groups);
        "ServiceAccounts" Made(make::accounts)
    }
    RUNTIMECLASSES { "Name" Name, "Handler" Text("handler"), "Age" Age }
    SECRETS { "Name" Name, "Type" Text("type"), "Data" Count("data"), "Age" Age }
    SERVICECIDRS { "Name" Name, "CIDRs" Texts("spec.cidrs"), "Age" Age }
    STATEFULSETS {
        "Name" Name, "Ready" Made(make::ready), "Age" Age;
        "Containers" Made(|v, _| make::containers(v, "spec.template", "name"));
        "Images" Made(|v, _| make::containers(v, "spec.template", "image"))
    }
    STORAGECLASSES {
        "Name" Made(make::storage_class), "Provisioner" Text("provisioner"),
        "ReclaimPolicy" Or("reclaimPolicy", "Delete"),
        "VolumeBindingMode" Or("volumeBindingMode", "<unset>"),
        "AllowVolumeExpansion" Or("allowVolumeExpansion", "false"), "Age" Age
    }
    VALIDATINGADMISSIONPOLICIES {
        "Name" Name, "Validations" Count("spec.validations"), "ParamKind" Made(make::param_kind),
        "Age" Age
    }
    VALIDATINGADMISSIONPOLICYBINDINGS {
        "Name" Name, "PolicyName" Text("spec.policyName"), "ParamRef" Made(make::param_ref),
        "Age" Age
    }
    VALIDATINGWEBHOOKCONFIGURATIONS { "Name" Name, "Webhooks" Count("webhooks"), "Age" Age }
    VOLUMEATTACHMENTS {
        "Name" Name, "Attacher" Text("spec.attacher"),
        "PV" Text("spec.source.persistentVolumeName"), "Node" Text("spec.nodeName"),
        "Attached" Or("status.attached", "false"), "Age" Age
    }
    VOLUMEATTRIBUTESCLASSES { "Name" Name, "DriverName" Text("driverName"), "Age" Age }
}
