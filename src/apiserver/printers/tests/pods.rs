//! The one word for what the containers of a pod are doing.

use super::check;

/// The cells of a pod of two containers, `a` and `b`, in a state.
fn check_status(status: &str, expected: &str) {
    check_pod("containers: [{name: a}, {name: b}]", status, expected);
}

fn check_pod(spec: &str, status: &str, expected: &str) {
    let manifest = format!("{{apiVersion: v1, kind: Pod, spec: {{{spec}}}, status: {{{status}}}}}");
    check(&manifest, &format!("x | {expected} | 5m | <none> | <none> | <none> | <none>"));
}

#[test]
fn the_phase_is_the_status_of_a_pod_without_containers_states() {
    check_status("phase: Pending", "0/2 | Pending | 0");
    check_status("phase: Failed, reason: Evicted", "0/2 | Evicted | 0");
    check_status(
        "phase: Pending,
         conditions: [{type: PodScheduled, status: 'False', reason: SchedulingGated}]",
        "0/2 | SchedulingGated | 0",
    );
}

#[test]
fn the_first_container_in_trouble_gives_the_status() {
    let check = |a: &str, b: &str, expected: &str| {
        let ready = "conditions: [{type: Ready, status: 'True'}]";
        let statuses = format!("[{{name: a, {a}}}, {{name: b, {b}}}]");
        check_status(&format!("phase: Running, {ready}, containerStatuses: {statuses}"), expected);
    };
    let running = "ready: true, state: {running: {}}";
    let completed = "state: {terminated: {exitCode: 0, reason: Completed}}";
    check(running, running, "2/2 | Running | 0");
    check(running, "state: {running: {}}", "1/2 | Running | 0");
    check(running, "state: {waiting: {reason: CrashLoopBackOff}}", "1/2 | CrashLoopBackOff | 0");
    check(
        "state: {waiting: {reason: ImagePullBackOff}}",
        "state: {waiting: {reason: ErrImagePull}}",
        "0/2 | ImagePullBackOff | 0",
    );
    check(running, "state: {terminated: {exitCode: 1, reason: Error}}", "1/2 | Error | 0");
    check(running, "state: {terminated: {exitCode: 137, signal: 9}}", "1/2 | Signal:9 | 0");
    check("state: {terminated: {exitCode: 3}}", running, "1/2 | ExitCode:3 | 0");
    check(completed, completed, "0/2 | Completed | 0");
    check(completed, running, "1/2 | Running | 0");
    check(completed, "state: {terminated: {exitCode: 1, reason: Error}}", "0/2 | Completed | 0");
}

#[test]
fn a_completed_container_beside_a_running_one_is_not_ready_when_the_pod_is_not() {
    check_status(
        "phase: Running, containerStatuses: [
           {name: a, state: {terminated: {exitCode: 0, reason: Completed}}},
           {name: b, ready: true, state: {running: {}}}]",
        "1/2 | NotReady | 0",
    );
}

#[test]
fn restarts_say_how_long_ago_the_last_one_was() {
    check_status(
        "phase: Running, containerStatuses: [
           {name: a, ready: true, restartCount: 3, state: {running: {}},
            lastState: {terminated: {exitCode: 1, finishedAt: 2026-01-01T11:55:00Z}}},
           {name: b, ready: true, restartCount: 2, state: {running: {}},
            lastState: {terminated: {exitCode: 1, finishedAt: 2026-01-01T11:59:00Z}}}]",
        "2/2 | Running | 5 (60s ago)",
    );
    check_status(
        "phase: Running, containerStatuses: [{name: a, restartCount: 1, state: {running: {}}}]",
        "0/2 | Running | 1",
    );
}

#[test]
fn init_containers_come_first() {
    let check = |statuses: &str, expected: &str| {
        let spec = "initContainers: [{name: i}, {name: j}], containers: [{name: a}]";
        let waiting = "[{name: a, state: {waiting: {reason: PodInitializing}}}]";
        let status = format!(
            "phase: Pending, initContainerStatuses: [{statuses}], containerStatuses: {waiting}"
        );
        check_pod(spec, &status, expected);
    };
    let done = "{name: i, restartCount: 1, state: {terminated: {exitCode: 0, reason: Completed}}}";
    check("{name: i, state: {running: {}}}", "0/1 | Init:0/2 | 0");
    check("{name: i, state: {waiting: {reason: PodInitializing}}}", "0/1 | Init:0/2 | 0");
    check("{name: i, state: {waiting: {reason: ErrImagePull}}}", "0/1 | Init:ErrImagePull | 0");
    check(&format!("{done}, {{name: j, state: {{running: {{}}}}}}"), "0/1 | Init:1/2 | 1");
    check("{name: i, state: {terminated: {exitCode: 1, reason: Error}}}", "0/1 | Init:Error | 0");
    check("{name: i, state: {terminated: {exitCode: 7}}}", "0/1 | Init:ExitCode:7 | 0");
    check(
        "{name: i, state: {terminated: {exitCode: 137, signal: 9}}, restartCount: 2,
          lastState: {terminated: {finishedAt: 2026-01-01T11:50:00Z}}}",
        "0/1 | Init:Signal:9 | 2 (10m ago)",
    );
    let both = format!("{done}, {{name: j, state: {{terminated: {{exitCode: 0}}}}}}");
    check(&both, "0/1 | PodInitializing | 0");
}

#[test]
fn sidecars_count_as_containers() {
    let spec = "initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]";
    let sidecar = "{name: s, started: true, ready: true, restartCount: 2, state: {running: {}}}";
    check_pod(
        spec,
        &format!(
            "phase: Running, initContainerStatuses: [{sidecar}],
             containerStatuses: [
               {{name: a, ready: true, restartCount: 1, state: {{running: {{}}}}}}]"
        ),
        "2/2 | Running | 3",
    );
    check_pod(
        spec,
        "phase: Pending, initContainerStatuses: [{name: s, started: false, state: {running: {}}}]",
        "0/2 | Init:0/1 | 0",
    );
    // A sidecar that fails later does not hide what the containers do.
    check_pod(
        spec,
        "phase: Running, conditions: [{type: Initialized, status: 'True'}],
         initContainerStatuses: [
           {name: s, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}}],
         containerStatuses: [{name: a, ready: true, state: {running: {}}}]",
        "1/2 | Init:CrashLoopBackOff | 4",
    );
}

#[test]
fn pods_that_are_being_deleted_are_terminating() {
    let check = |status: &str, expected: &str| {
        check(
            &format!(
                "{{apiVersion: v1, kind: Pod, metadata: {{deletionTimestamp: 2026-01-01T12:00:30Z}},
                   spec: {{containers: [{{name: a}}]}}, status: {{{status}}}}}"
            ),
            &format!("x | 0/1 | {expected} | 0 | 5m | <none> | <none> | <none> | <none>"),
        );
    };
    check("phase: Running", "Terminating");
    check("phase: Succeeded", "Succeeded");
    check("phase: Failed, reason: Evicted", "Evicted");
    check("phase: Running, reason: NodeLost", "Unknown");
}

#[test]
fn wide_cells_say_where_a_pod_is() {
    check(
        "
apiVersion: v1
kind: Pod
spec:
  nodeName: node-1
  containers: [{name: a}]
  readinessGates: [{conditionType: a}, {conditionType: b}]
status:
  phase: Pending
  nominatedNodeName: node-2
  podIP: 10.244.1.2
  podIPs: [{ip: 10.244.1.2}]
  conditions: [{type: a, status: 'True'}, {type: b, status: 'False'}]",
        "x | 0/1 | Pending | 0 | 5m | 10.244.1.2 | node-1 | node-2 | 1/2",
    );
}
