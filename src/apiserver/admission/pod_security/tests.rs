//! What is said of pods at each level.

use super::*;
use crate::api::testkit::document;

fn check(level: &str, spec: &str, expected: &str) {
    let level = Level { level: level.into(), version: "latest".into() };
    let text = told(&level.violations(&document(spec)));
    assert_eq!(text, expected, "{level} {spec}");
}

const SAFE: &str = "allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: \
                    [ALL]}, seccompProfile: {type: RuntimeDefault}";

#[test]
fn a_plain_pod_is_not_restricted() {
    check("baseline", "{containers: [{name: c}]}", "");
    check(
        "restricted",
        "{containers: [{name: c}]}",
        "allowPrivilegeEscalation != false (container \"c\" must set \
         securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \
         \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or \
         container \"c\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or \
         container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \
         \"Localhost\")",
    );
    check("restricted", &format!("{{containers: [{{name: c, securityContext: {{{SAFE}}}}}]}}"), "");
}

#[test]
fn ways_out_are_forbidden_everywhere() {
    let baseline = |spec: &str, expected: &str| check("baseline", spec, expected);
    baseline(
        "{hostNetwork: true, hostPID: true, containers: [{name: c}]}",
        "host namespaces (hostNetwork=true, hostPID=true)",
    );
    baseline(
        "{containers: [{name: c, securityContext: {privileged: true}}]}",
        "privileged (container \"c\" must not set securityContext.privileged=true)",
    );
    baseline(
        "{containers: [{name: a, securityContext: {capabilities: {add: [SYS_ADMIN, CHOWN]}}}, \
         {name: b, securityContext: {capabilities: {add: [NET_ADMIN]}}}]}",
        "non-default capabilities (containers \"a\", \"b\" must not include \"NET_ADMIN\", \
         \"SYS_ADMIN\" in securityContext.capabilities.add)",
    );
    baseline(
        "{volumes: [{name: v, hostPath: {path: /}}, {name: w, hostPath: {path: /}}], containers: \
         [{name: c}]}",
        "hostPath volumes (volumes \"v\", \"w\")",
    );
    baseline(
        "{containers: [{name: c, ports: [{hostPort: 80}, {hostPort: 443}]}]}",
        "hostPort (container \"c\" uses hostPorts 443, 80)",
    );
    baseline(
        "{containers: [{name: c, securityContext: {procMount: Unmasked}}]}",
        "procMount (container \"c\" must not set securityContext.procMount to \"Unmasked\")",
    );
    baseline(
        "{securityContext: {seLinuxOptions: {type: x, user: y}}, containers: [{name: c}]}",
        "seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"x\"; user may \
         not be set)",
    );
    baseline(
        "{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: c}]}",
        "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")",
    );
    baseline(
        "{securityContext: {sysctls: [{name: kernel.msgmax}]}, containers: [{name: c}]}",
        "forbidden sysctls (kernel.msgmax)",
    );
}

#[test]
fn what_a_pod_can_do_without_is_forbidden_where_restricted() {
    let with = |pod: &str, container: &str, expected: &str| {
        let container = format!("{{name: c, securityContext: {{{SAFE}{container}}}}}");
        check("restricted", &format!("{{{pod}containers: [{container}]}}"), expected);
    };
    with(
        "volumes: [{name: v, hostPath: {path: /}}], ",
        "",
        "restricted volume types (volume \"v\" uses restricted volume type \"hostPath\")",
    );
    with("", ", runAsUser: 0", "runAsUser=0 (container \"c\" must not set runAsUser=0)");
    with("hostUsers: false, ", ", runAsUser: 0", "");
    check(
        "restricted",
        "{securityContext: {runAsNonRoot: false, seccompProfile: {type: Localhost}}, containers: \
         [{name: c, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: \
         [ALL], add: [CHOWN]}}}]}",
        "unrestricted capabilities (container \"c\" must not include \"CHOWN\" in \
         securityContext.capabilities.add), runAsNonRoot != true (pod must not set \
         securityContext.runAsNonRoot=false)",
    );
}
