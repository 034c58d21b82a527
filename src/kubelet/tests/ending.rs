//! Pods that end: by themselves, by deletion, by deadline.

use super::*;

fn conditions(status: &PodStatus) -> Vec<String> {
    let line =
        |c: &crate::api::types::PodCondition| format!("{} {} {}", c.kind, c.status, c.reason);
    status.conditions.iter().map(line).collect()
}

#[test]
fn deletion_takes_what_the_containers_take() {
    let mut lab = Lab::ready();
    lab.create(pod("web", ""));
    lab.run_until(15.0);
    lab.delete("web", None);
    lab.run_until(20.0);
    assert!(!lab.exists("web"));
    assert_eq!(
        lab.told_since(15.0),
        [
            "0.001 SyncLoop DELETE default/web",
            "0.001 Status of default/web changed, phase Running",
            "0.001 Killing container c of default/web with a grace period of 30s",
            "0.061 Container c of default/web exited with 0",
            "0.161 StopPodSandbox for default/web returned successfully",
            "0.161 Status of default/web changed, phase Succeeded",
            "0.163 Pod default/web fully terminated and removed from etcd",
            "0.165 SyncLoop REMOVE default/web",
        ]
    );
    assert!(
        lab.events("web")
            .contains(&"Normal Killing spec.containers{c}: Stopping container c".to_owned())
    );
    assert_eq!(lab.kubelet.runtime().pods().count(), 0, "nothing is left of it");
}

#[test]
fn what_ignores_sigterm_is_killed_when_its_grace_is_over() {
    let mut lab = Lab::ready();
    lab.create(pod("stubborn", "image: busybox\ncommand: sleep|3600"));
    lab.run_until(20.0);
    lab.delete("stubborn", None);
    lab.run_until(49.9);
    assert!(lab.exists("stubborn"));
    assert_eq!(lab.status("stubborn").phase, "Running");
    lab.run_until(51.0);
    assert!(!lab.exists("stubborn"));
    let (_, _, last) = lab.statuses.last().unwrap();
    let terminated = last.container_statuses[0].state.terminated.clone().unwrap();
    assert_eq!((last.phase.as_str(), terminated.exit_code), ("Failed", 137));
    assert_eq!(terminated.reason, "Error");
}

#[test]
fn a_second_deletion_hurries_the_first() {
    let mut lab = Lab::ready();
    lab.create(pod("stubborn", "image: busybox\ncommand: sleep|3600"));
    lab.run_until(20.0);
    lab.delete("stubborn", None);
    lab.run_until(25.0);
    lab.delete("stubborn", Some(1));
    lab.run_until(28.0);
    assert!(!lab.exists("stubborn"), "2 seconds are what everything gets at least");
}

#[test]
fn force_removes_the_object_at_once_and_the_containers_in_their_time() {
    let mut lab = Lab::ready();
    lab.create(pod("stubborn", "image: busybox\ncommand: sleep|3600"));
    lab.run_until(20.0);
    lab.delete("stubborn", Some(0));
    lab.run_until(21.0);
    assert!(!lab.exists("stubborn"));
    assert_eq!(lab.kubelet.runtime().pods().count(), 1);
    lab.run_until(60.0);
    assert_eq!(lab.kubelet.runtime().pods().count(), 0);
}

#[test]
fn the_pre_stop_hook_counts_against_the_grace() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "lifecycle.preStop.exec.command: sleep|10"));
    lab.create(pod(
        "slow",
        "lifecycle.preStop.sleep.seconds: 60\n.terminationGracePeriodSeconds: 5",
    ));
    lab.run_until(20.0);
    lab.delete("web", None);
    lab.delete("slow", None);
    lab.run_until(29.9);
    assert!(lab.exists("web"));
    assert!(!lab.exists("slow"), "its grace was over before its hook");
    lab.run_until(31.0);
    assert!(!lab.exists("web"));
}

#[test]
fn sidecars_stop_after_the_others_the_last_first() {
    let mut lab = Lab::ready();
    let notation = "
        command: sh|-c|trap 'exit 0' TERM; sleep 1000
        lifecycle.preStop.sleep.seconds: 3
        * first
        restartPolicy: Always
        * second
        restartPolicy: Always
    ";
    lab.create(pod("web", notation));
    lab.run_until(30.0);
    lab.delete("web", None);
    lab.run_until(40.0);
    let exits: Vec<_> = lab
        .told_since(30.0)
        .into_iter()
        .filter(|line| line.contains("exited") || line.contains("Killing"))
        .collect();
    assert_eq!(
        exits,
        [
            "0.001 Killing container c of default/web with a grace period of 30s",
            "3.151 Container c of default/web exited with 0",
            "3.151 Killing container second of default/web with a grace period of 26s",
            "3.211 Container second of default/web exited with 0",
            "3.211 Killing container first of default/web with a grace period of 26s",
            "3.271 Container first of default/web exited with 0",
        ]
    );
    assert!(!lab.exists("web"));
}

#[test]
fn a_pod_that_never_started_ends_all_the_same() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "image: ngnix\nimagePullPolicy: Always"));
    lab.run_until(10.4);
    lab.delete("web", None);
    lab.run_until(12.0);
    assert!(!lab.exists("web"));
    let (_, _, last) = lab.statuses.last().unwrap();
    let terminated = last.container_statuses[0].state.terminated.clone().unwrap();
    assert_eq!((last.phase.as_str(), terminated.exit_code), ("Failed", 137));
    assert_eq!(terminated.reason, "ContainerStatusUnknown");
    assert_eq!(
        terminated.message,
        "The container could not be located when the pod was terminated"
    );
    // Its place in the queue of pulls is free again.
    lab.create(pod("next", "image: redis:7"));
    lab.run_until(20.0);
    assert_eq!(lab.status("next").phase, "Running");
}

#[test]
fn work_that_is_done_is_done() {
    let mut lab = Lab::ready();
    lab.create(pod("job", "image: busybox\ncommand: sleep|3\n.restartPolicy: Never"));
    lab.run_until(30.0);
    let status = lab.status("job");
    assert_eq!(status.phase, "Succeeded");
    assert_eq!(
        conditions(&status),
        [
            "PodReadyToStartContainers False ",
            "Initialized True PodCompleted",
            "Ready False PodCompleted",
            "ContainersReady False PodCompleted",
            "PodScheduled True ",
        ]
    );
    let terminated = status.container_statuses[0].state.terminated.clone().unwrap();
    assert_eq!((terminated.reason.as_str(), terminated.exit_code), ("Completed", 0));
    assert_eq!(status.pod_ip, "10.244.1.2", "its address is remembered");
    lab.delete("job", None);
    lab.run_until(31.0);
    assert_eq!(lab.kubelet.runtime().pods().count(), 0);
}

#[test]
fn failure_depends_on_the_restart_policy() {
    let mut lab = Lab::ready();
    let command = "image: busybox\ncommand: sh|-c|sleep 1; exit 4";
    lab.create(pod("never", &format!("{command}\n.restartPolicy: Never")));
    lab.create(pod("retry", &format!("{command}\n.restartPolicy: OnFailure")));
    let init = "* setup\nimage: busybox\ncommand: false\n.restartPolicy: Never";
    lab.create(pod("init", init));
    lab.run_until(20.0);
    let never = lab.status("never");
    assert_eq!(never.phase, "Failed");
    assert_eq!(conditions(&never)[2], "Ready False PodFailed");
    let retry = lab.status("retry");
    assert_eq!(retry.phase, "Running");
    assert_eq!(retry.container_statuses[0].restart_count, 1);
    assert_eq!(lab.status("init").phase, "Failed");
}

#[test]
fn a_person_ends_containers_with_a_code_of_their_choice() {
    let mut lab = Lab::ready();
    lab.create(pod("job-a", ".restartPolicy: Never"));
    lab.create(pod("web", ""));
    lab.run_until(15.0);
    lab.input(Input::Finish { prefix: "job".into(), code: 1 });
    lab.run_until(20.0);
    assert_eq!(lab.status("job-a").phase, "Failed");
    assert_eq!(lab.status("web").phase, "Running");
    lab.input(Input::Finish { prefix: "web".into(), code: 0 });
    lab.run_until(25.0);
    let status = lab.status("web");
    assert_eq!((status.phase.as_str(), status.container_statuses[0].restart_count), ("Running", 1));
}

#[test]
fn a_deadline_ends_a_pod() {
    let mut lab = Lab::ready();
    lab.create(pod("late", ".activeDeadlineSeconds: 5\nimage: busybox\ncommand: sleep|600"));
    lab.run_until(60.0);
    let status = lab.status("late");
    assert_eq!((status.phase.as_str(), status.reason.as_str()), ("Failed", "DeadlineExceeded"));
    assert_eq!(status.message, "Pod was active on the node longer than the specified deadline");
    assert!(lab.exists("late"), "it is not deleted for that");
    assert!(!lab.kubelet.runtime().pod(lab.uid("late")).unwrap().any_running());
}
