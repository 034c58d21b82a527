//! What admission refuses, changes and warns of.

use crate::api::rpc::*;
use crate::api::{Key, Resource};
use crate::apiserver::testkit::{Server, request};

const POLICY: &str = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few.example.com}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  matchConditions:
  - {name: not-big, expression: \"object.metadata.name != 'big'\"}
  variables:
  - {name: most, expression: \"has(object.metadata.labels) && 'most' in object.metadata.labels ? int(object.metadata.labels['most']) : 5\"}
  validations:
  - {expression: object.spec.replicas <= variables.most}
  - {expression: \"object.spec.template.spec.containers.all(c, c.image.startsWith('ok/'))\", message: only images of ok}
";

const BINDING: &str = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few-bound}
spec: {policyName: few.example.com, validationActions: [Deny]}
";

fn deployment(name: &str, replicas: u32, image: &str) -> String {
    format!(
        "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}}}, spec: {{replicas: \
         {replicas}, selector: {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: \
         b}}}}, spec: {{containers: [{{name: c, image: {image}}}]}}}}}}}}"
    )
}

#[test]
fn policies_refuse_what_they_are_bound_to() {
    let mut server = Server::new();
    server.create(POLICY).unwrap();
    let mut check = |text: &str, expected: Option<&str>| {
        let told = server.create(text).err().map(|status| (status.code, status.message));
        let expected = expected
            .map(|why| (422, format!("deployments.apps \"web\" is forbidden: {why}").into()));
        assert_eq!(told, expected, "{text}");
    };
    // Bound to nothing, it says nothing.
    check(&deployment("free", 9, "ok/a"), None);
    check(BINDING, None);
    const HEAD: &str = "ValidatingAdmissionPolicy 'few.example.com' with binding 'few-bound' \
                        denied request:";
    check(
        &deployment("web", 9, "ok/a"),
        Some(&format!("{HEAD} failed expression: object.spec.replicas <= variables.most")),
    );
    check(&deployment("web", 1, "b"), Some(&format!("{HEAD} only images of ok")));
    check(&deployment("web", 5, "ok/a"), None);
    check(&deployment("big", 50, "ok/a"), None);
    let more =
        deployment("more", 9, "ok/a").replace("name: more", "name: more, labels: {most: '9'}");
    check(&more, None);
}

#[test]
fn policies_that_cannot_be_read_are_not_stored() {
    let mut server = Server::new();
    let status = server.create(&POLICY.replace("variables.most", "most")).unwrap_err();
    assert_eq!(
        status.message,
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"few.example.com\" is invalid: \
         spec.validations[0].expression: Invalid value: \"object.spec.replicas <= most\": \
         compilation failed: ERROR: <input>:1:25: undeclared reference to 'most' (in container \
         '')\n | object.spec.replicas <= most\n | ........................^"
    );
}

#[test]
fn a_policy_may_warn_and_may_look_at_parameters() {
    let mut server = Server::new();
    let policy = POLICY
        .replace(
            "failurePolicy: Fail",
            "failurePolicy: Fail\n  paramKind: {apiVersion: v1, kind: ConfigMap}",
        )
        .replace("<= variables.most", "<= int(params.data.most)");
    server.create(&policy).unwrap();
    let binding = BINDING.replace(
        "validationActions: [Deny]",
        "paramRef: {name: limits, namespace: default, parameterNotFoundAction: Deny}, \
         validationActions: [Warn]",
    );
    server.create(&binding).unwrap();
    let mut warned = |name: &str| {
        let creation = server.creation(&deployment(name, 4, "ok/a"));
        let response = server.request(creation);
        assert!(response.result.is_ok());
        response.warnings.to_vec()
    };
    const HEAD: &str = "Validation failed for ValidatingAdmissionPolicy 'few.example.com' with \
                        binding 'few-bound':";
    assert_eq!(
        warned("a"),
        [format!(
            "{HEAD} failed to configure binding: no params found for policy binding with `Deny` \
         parameterNotFoundAction"
        )]
    );
    let limits = "{apiVersion: v1, kind: ConfigMap, metadata: {name: limits}, data: {most: '3'}}";
    server.create(limits).unwrap();
    let creation = server.creation(&deployment("b", 4, "ok/a"));
    let response = server.request(creation);
    assert_eq!(
        response.warnings.to_vec(),
        [format!("{HEAD} failed expression: object.spec.replicas <= int(params.data.most)")]
    );
}

#[test]
fn namespaces_say_how_secure_their_pods_have_to_be() {
    let mut server = Server::new();
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: safe, labels: \
                     {pod-security.kubernetes.io/enforce: baseline, \
                     pod-security.kubernetes.io/warn: restricted}}}";
    server.create(namespace).unwrap();
    let account =
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: safe}}";
    server.create(account).unwrap();
    let pod = |spec: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: safe}}, spec: \
             {{containers: [{{name: c, image: i}}]{spec}}}}}"
        )
    };
    let refused = server.create(&pod(", hostNetwork: true")).unwrap_err();
    assert_eq!(
        refused.message,
        "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces \
         (hostNetwork=true)"
    );
    let creation = server.creation(&pod(""));
    let response = server.request(creation);
    assert!(response.result.is_ok());
    assert_eq!(response.warnings.len(), 1);
    assert!(
        response.warnings[0].starts_with("would violate PodSecurity \"restricted:latest\": allow")
    );
    // A new level is held against the pods there are.
    let labels = "pod-security.kubernetes.io/enforce";
    let change = |level: &str| Call::Patch {
        resource: Resource::NAMESPACES,
        key: Key::new("", "safe"),
        part: Part::Main,
        patch: Patch::Merge(crate::api::testkit::document(&format!(
            "{{metadata: {{labels: {{{labels}: {level}}}}}}}"
        ))),
    };
    let told = server.request(request(change("restricted"))).warnings;
    assert_eq!(
        told.to_vec(),
        [
            "existing pods in namespace \"safe\" violate the new PodSecurity enforce level \
         \"restricted:latest\"",
            "p: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, \
         seccompProfile",
        ]
    );
    let wrong = server.ask(change("strict")).unwrap_err();
    assert_eq!(
        wrong.message,
        "Namespace \"safe\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: \
         Invalid value: \"strict\": must be one of privileged, baseline, restricted"
    );
}
