//! Texts on their way into the API server: read, then decoded.

use orrery::api::decode::{Decoded, decode, examine};
use orrery::api::{Resource, Value, schema};
use orrery::manifest::read;

fn decoded(ty: &str, text: &str) -> Decoded {
    let (mut documents, error) = read(text);
    assert_eq!(error, None, "{text:?}");
    let value = documents.pop().map(|document| document.value).unwrap_or_default();
    examine(schema::named(ty).unwrap_or_else(|| panic!("no type {ty}")), &value)
}

#[track_caller]
fn check(ty: &str, text: &str, json: &str) {
    let decoded = decoded(ty, text);
    assert_eq!(decoded.mistakes, [], "{text:?}");
    assert_eq!(decoded.value.to_json(), json, "{ty} {text:?}");
}

#[test]
fn leaves_out_what_go_leaves_out() {
    check("PodSpec", "containers: []", r#"{"containers":[]}"#);
    check("PodSpec", "{}", r#"{"containers":null}"#);
    check(
        "PodSpec",
        "containers: ~\nhostNetwork: false\nnodeName: ''\nvolumes: []",
        r#"{"containers":null}"#,
    );
    check("Container", "name: a\nenv: []\ncommand: ~", r#"{"name":"a","resources":{}}"#);
    check("Container", "stdin: true\nnope: 1", r#"{"name":"","resources":{},"stdin":true}"#);
    check("ContainerPort", "hostPort: 0", r#"{"containerPort":0}"#);
    check("Service", "{}", r#"{"metadata":{},"spec":{},"status":{"loadBalancer":{}}}"#);
    check(
        "DeploymentSpec",
        "{}",
        r#"{"selector":null,"strategy":{},"template":{"metadata":{},"spec":{"containers":null}}}"#,
    );
    check("PodCondition", "type: Ready", r#"{"lastProbeTime":null,"status":"","type":"Ready"}"#);
    check("ServicePort", "port: 80", r#"{"port":80,"targetPort":0}"#);
    check(
        "ResourceFieldSelector",
        "resource: limits.cpu",
        r#"{"divisor":"0","resource":"limits.cpu"}"#,
    );
    check("LabelSelector", "matchLabels: {}", "{}");
    check("ConfigMap", "data: {a: ~, b: x}", r#"{"data":{"a":"","b":"x"},"metadata":{}}"#);
}

#[test]
fn keeps_what_go_holds_by_pointer() {
    check(
        "DeploymentSpec",
        "{replicas: 0, selector: {}, template: {spec: {containers: []}}}",
        r#"{"replicas":0,"selector":{},"strategy":{},"template":{"metadata":{},"spec":{"containers":[]}}}"#,
    );
    check(
        "SecurityContext",
        "{privileged: false, runAsUser: 0}",
        r#"{"privileged":false,"runAsUser":0}"#,
    );
    check("Volume", "{name: a, emptyDir: {}}", r#"{"emptyDir":{},"name":"a"}"#);
    check("Volume", "{name: a, emptyDir: ~}", r#"{"name":"a"}"#);
    check(
        "RollingUpdateDeployment",
        "{maxSurge: 0, maxUnavailable: 25%}",
        r#"{"maxSurge":0,"maxUnavailable":"25%"}"#,
    );
    check("Toleration", "{tolerationSeconds: 0, key: ''}", r#"{"tolerationSeconds":0}"#);
    check("LeaseSpec", "{holderIdentity: ''}", r#"{"holderIdentity":""}"#);
}

#[test]
fn brings_into_canonical_form() {
    check(
        "ResourceRequirements",
        "limits: {cpu: 0.5, memory: 1024Mi, w: ~, x: 2, z: '1e3'}",
        r#"{"limits":{"cpu":"500m","memory":"1Gi","w":"0","x":"2","z":"1e3"}}"#,
    );
    check("EmptyDirVolumeSource", "sizeLimit: 1.5Gi", r#"{"sizeLimit":"1536Mi"}"#);
    check(
        "ObjectMeta",
        "creationTimestamp: 2026-01-02T12:00:00.9+09:00",
        r#"{"creationTimestamp":"2026-01-02T03:00:00Z"}"#,
    );
    check("ObjectMeta", "creationTimestamp: ~", "{}");
    check(
        "LeaseSpec",
        "renewTime: 2026-01-02T03:04:05.123456Z",
        r#"{"renewTime":"2026-01-02T03:04:05.123456Z"}"#,
    );
    check(
        "ConfigMap",
        "binaryData: {a: \"eH\\nl6\"}",
        r#"{"binaryData":{"a":"eHl6"},"metadata":{}}"#,
    );
    check("ScaleSpec", "replicas: 3.0", r#"{"replicas":3}"#);
    check("ScaleSpec", "replicas: 0x10", r#"{"replicas":16}"#);
    check("HTTPGetAction", "port: http", r#"{"port":"http"}"#);
}

/// Type, text, and what the API server says.
#[rustfmt::skip]
const BAD: &[(&str, &str, &str)] = &[
    ("Deployment", "spec: {replicas: two}", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ("Deployment", "spec: {replicas: 2.5}", "json: cannot unmarshal number 2.5 into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ("Deployment", "spec: {replicas: 3000000000}", "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ("Deployment", "spec: {replicas: [1]}", "json: cannot unmarshal array into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ("Deployment", "spec: {replicas: {a: 1}}", "json: cannot unmarshal object into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ("Deployment", "spec: {replicas: true}", "json: cannot unmarshal bool into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ("Deployment", "spec: {paused: 1}", "json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool"),
    ("Deployment", "spec: {paused: 'true'}", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool"),
    ("Deployment", "spec: x", "json: cannot unmarshal string into Go struct field Deployment.spec of type v1.DeploymentSpec"),
    ("Deployment", "metadata: [a]", "json: cannot unmarshal array into Go struct field Deployment.metadata of type v1.ObjectMeta"),
    ("Deployment", "spec: {selector: {matchLabels: [app]}}", "json: cannot unmarshal array into Go struct field LabelSelector.spec.selector.matchLabels of type map[string]string"),
    ("Deployment", "spec: {selector: {matchLabels: {app: 1}}}", "json: cannot unmarshal number into Go struct field LabelSelector.spec.selector.matchLabels of type string"),
    ("Deployment", "spec: {strategy: {type: 1}}", "json: cannot unmarshal number into Go struct field DeploymentStrategy.spec.strategy.type of type v1.DeploymentStrategyType"),
    ("Deployment", "spec: {strategy: Recreate}", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.strategy of type v1.DeploymentStrategy"),
    ("Deployment", "spec: {strategy: {rollingUpdate: {maxSurge: true}}}", "json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32"),
    ("Deployment", "spec: {template: {spec: {containers: {name: c}}}}", "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container"),
    ("Pod", "spec: {containers: [c]}", "json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container"),
    ("Pod", "spec: {containers: [{image: 1}]}", "json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string"),
    ("Pod", "spec: {containers: [{command: sh}]}", "json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string"),
    ("Pod", "spec: {containers: [{command: [1]}]}", "json: cannot unmarshal number into Go struct field Container.spec.containers.command of type string"),
    ("Pod", "spec: {containers: [{imagePullPolicy: 1}]}", "json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy"),
    ("Pod", "spec: {containers: [{env: [{name: A, value: 1}]}]}", "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string"),
    ("Pod", "spec: {containers: [{env: [{name: A, value: true}]}]}", "json: cannot unmarshal bool into Go struct field EnvVar.spec.containers.env.value of type string"),
    ("Pod", "spec: {containers: [{env: {A: b}}]}", "json: cannot unmarshal object into Go struct field Container.spec.containers.env of type []v1.EnvVar"),
    ("Pod", "spec: {containers: [{ports: [{containerPort: '80'}]}]}", "json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32"),
    ("Pod", "spec: {containers: [{ports: [80]}]}", "json: cannot unmarshal number into Go struct field Container.spec.containers.ports of type v1.ContainerPort"),
    ("Pod", "spec: {containers: [{resources: {limits: 1}}]}", "json: cannot unmarshal number into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList"),
    ("Pod", "spec: {containers: [{resources: {limits: {cpu: lots}}}]}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("Pod", "spec: {containers: [{resources: {limits: {cpu: ''}}}]}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("Pod", "spec: {containers: [{resources: {limits: {cpu: true}}}]}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("Pod", "spec: {containers: [{resources: {limits: {memory: 1GB}}}]}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("Pod", "spec: {containers: [{resources: {limits: {memory: 1mm}}}]}", "unable to parse quantity's suffix"),
    ("Pod", "spec: {containers: [{resources: {limits: {memory: 1KI}}}]}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("Pod", "spec: {containers: [{livenessProbe: {httpGet: {port: true}}}]}", "json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32"),
    ("Pod", "spec: {containers: [{livenessProbe: {httpGet: {path: 1, port: 80}}}]}", "json: cannot unmarshal number into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.path of type string"),
    ("Pod", "spec: {volumes: [{name: a, fc: {lun: x}}]}", "json: cannot unmarshal string into Go struct field FCVolumeSource.spec.volumes.VolumeSource.fc.lun of type int32"),
    ("Pod", "spec: {volumes: [{name: a, emptyDir: x}]}", "json: cannot unmarshal string into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource"),
    ("Pod", "spec: {volumes: [{name: 1}]}", "json: cannot unmarshal number into Go struct field Volume.spec.volumes.name of type string"),
    ("Pod", "spec: {nodeSelector: {disk: true}}", "json: cannot unmarshal bool into Go struct field PodSpec.spec.nodeSelector of type string"),
    ("Pod", "spec: {hostNetwork: yes please}", "json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool"),
    ("Pod", "spec: {terminationGracePeriodSeconds: soon}", "json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64"),
    ("Pod", "kind: 1", "json: cannot unmarshal number into Go struct field Pod.TypeMeta.kind of type string"),
    ("Pod", "metadata: {name: 1}", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string"),
    ("Pod", "metadata: {name: {a: 1}}", "json: cannot unmarshal object into Go struct field ObjectMeta.metadata.name of type string"),
    ("Pod", "metadata: {labels: {a: 1}}", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"),
    ("Pod", "metadata: {labels: [a]}", "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string"),
    ("Pod", "metadata: {uid: 1}", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type types.UID"),
    ("Pod", "metadata: {generation: 1.5}", "json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64"),
    ("Pod", "metadata: {creationTimestamp: 1}", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string"),
    ("Pod", "metadata: {creationTimestamp: yesterday}", "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\""),
    ("Pod", "metadata: {creationTimestamp: 2026-01-02}", "parsing time \"2026-01-02\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\""),
    ("Pod", "metadata: {creationTimestamp: '2026-13-02T00:00:00Z'}", "parsing time \"2026-13-02T00:00:00Z\": month out of range"),
    ("Pod", "metadata: {creationTimestamp: '2026-02-30T00:00:00Z'}", "parsing time \"2026-02-30T00:00:00Z\": day out of range"),
    ("Pod", "metadata: {creationTimestamp: '2026-01-02T00:00:00'}", "parsing time \"2026-01-02T00:00:00\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"Z07:00\""),
    ("Pod", "metadata: {creationTimestamp: '2026-01-02T00:00:00Zx'}", "parsing time \"2026-01-02T00:00:00Zx\": extra text: \"x\""),
    ("Lease", "spec: {renewTime: '2026-01-02T00:00:00Z'}", "parsing time \"2026-01-02T00:00:00Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as \".000000\""),
    ("Service", "spec: {ports: {port: 80}}", "json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort"),
    ("Service", "spec: {ports: [{port: http}]}", "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32"),
    ("Service", "spec: {ports: [{targetPort: 70000000000}]}", "json: cannot unmarshal number 70000000000 into Go struct field ServicePort.spec.ports.targetPort of type int32"),
    ("Service", "spec: {type: [NodePort]}", "json: cannot unmarshal array into Go struct field ServiceSpec.spec.type of type v1.ServiceType"),
    ("Service", "spec: {selector: app}", "json: cannot unmarshal string into Go struct field ServiceSpec.spec.selector of type map[string]string"),
    ("Service", "spec: {ipFamilies: [4]}", "json: cannot unmarshal number into Go struct field ServiceSpec.spec.ipFamilies of type v1.IPFamily"),
    ("ConfigMap", "data: {a: 1}", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
    ("ConfigMap", "data: x", "json: cannot unmarshal string into Go struct field ConfigMap.data of type map[string]string"),
    ("ConfigMap", "binaryData: {a: 'not base64!'}", "illegal base64 data at input byte 3"),
    ("ConfigMap", "binaryData: {a: 1}", "json: cannot unmarshal number into Go struct field ConfigMap.binaryData of type []uint8"),
    ("ResourceQuota", "spec: {hard: {pods: many}}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    // The first mistake counts, but one that stops decoding counts more.
    ("Pod", "spec: {activeDeadlineSeconds: x, hostNetwork: x}", "json: cannot unmarshal string into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64"),
    ("Pod", "spec: {containers: [{image: 1, resources: {limits: {cpu: x}}}]}", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ("Pod", "[]", "json: cannot unmarshal array into Go value of type v1.Pod"),
    ("Pod", "x", "json: cannot unmarshal string into Go value of type v1.Pod"),
];

#[test]
fn tells_mistakes_in_the_words_of_the_api_server() {
    for (ty, text, said) in BAD {
        let decoded = decoded(ty, text);
        let mistake = decoded.mistake().unwrap_or_else(|| panic!("{ty} takes {text:?}"));
        assert_eq!(mistake.text, *said, "{ty} {text:?}");
    }
}

#[test]
fn tells_unknown_fields_in_order() {
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  foo: 1\n  containers:\n  - name: c\n    port: 1\n    \
                resources: {limit: {cpu: 1}}\nmetadata:\n  namepsace: x\n  labels: {any: thing}\nbar: {}\n";
    let decoded = decoded("Pod", text);
    assert_eq!(
        decoded.strict().as_deref(),
        Some(
            "strict decoding error: unknown field \"bar\", unknown field \"metadata.namepsace\", \
             unknown field \"spec.containers[0].port\", unknown field \
             \"spec.containers[0].resources.limit\", unknown field \"spec.foo\""
        )
    );
    assert_eq!(decoded.warnings()[1], "unknown field \"metadata.namepsace\"");
    assert_eq!(decoded.value.at("bar"), &Value::Null);
    let many: String = (0..150).map(|n| format!("f{n}: 1\n")).collect();
    assert_eq!(self::decoded("PodSpec", &many).warnings().len(), 100);
}

#[test]
fn refuses_what_is_of_no_known_kind() {
    let (documents, _) = read("apiVersion: v1\nkind: service\n");
    assert_eq!(
        decode(Resource::SERVICES, &documents[0].value).map_err(|text| text.to_string()),
        Err("service in version \"v1\" cannot be handled as a Service: no kind \"service\" is \
             registered for version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
            .into())
    );
}
