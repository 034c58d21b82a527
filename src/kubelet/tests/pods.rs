//! Pods that come up: sandbox, images, containers, probes.

use super::*;

#[test]
fn the_ordinary_life_of_a_pod() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "image: nginx\nimagePullPolicy: Always"));
    lab.run_until(20.0);
    assert_eq!(
        lab.events("web"),
        [
            "Normal Pulling spec.containers{c}: Pulling image \"nginx\"",
            "Normal Pulled spec.containers{c}: Successfully pulled image \"nginx\" in 2.46s (2.46s \
             including waiting). Image size: 72230062 bytes.",
            "Normal Created spec.containers{c}: Container created",
            "Normal Started spec.containers{c}: Container started",
        ]
    );
    assert_eq!(lab.told_of("web"), ["10.0 Pending: ContainerCreating", "13.0 Running: Running"]);
    let status = lab.status("web");
    let of = |kind: &str| status.conditions.iter().find(|c| c.kind == kind).unwrap().clone();
    let all = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];
    assert!(all.iter().all(|kind| of(kind).status == "True" && of(kind).observed_generation == 1));
    assert_eq!((status.pod_ip.as_str(), status.host_ip.as_str()), ("10.244.1.2", "192.168.1.101"));
    let container = &status.container_statuses[0];
    assert_eq!(container.image, "docker.io/library/nginx:latest");
    assert!(container.image_id.starts_with("docker.io/library/nginx@sha256:"));
    assert!(
        container.container_id.starts_with("containerd://") && container.container_id.len() == 77
    );
    assert!(container.ready && container.started == Some(true));
    assert_eq!(
        lab.told_since(10.0),
        [
            "0.001 SyncLoop ADD default/web",
            "0.001 Status of default/web changed, phase Pending",
            "0.251 RunPodSandbox for default/web returned a sandbox",
            "0.251 PullImage \"nginx\" for default/web",
            "2.711 PullImage \"nginx\" returned successfully",
            "2.751 CreateContainer c within sandbox of default/web",
            "2.811 StartContainer c of default/web returned successfully",
            "3.000 Status of default/web changed, phase Running",
        ]
    );
}

#[test]
fn a_pod_that_is_being_made_says_what_is_missing() {
    let mut lab = Lab::ready();
    lab.create(pod("web", ""));
    lab.run_until(10.1);
    let status = lab.status("web");
    let told: Vec<_> = status
        .conditions
        .iter()
        .map(|c| format!("{} {} {} {}", c.kind, c.status, c.reason, c.message))
        .collect();
    assert_eq!(
        told,
        [
            "PodReadyToStartContainers False  ",
            "Initialized True  ",
            "Ready False ContainersNotReady containers with unready status: [c]",
            "ContainersReady False ContainersNotReady containers with unready status: [c]",
            "PodScheduled True  ",
        ]
    );
    assert!(status.start_time.is_some());
    assert_eq!(lab.events("web"), [] as [&str; 0]);
    lab.run_until(12.0);
    assert_eq!(
        lab.events("web")[0],
        "Normal Pulled spec.containers{c}: Container image \"nginx:1.25\" already present on \
         machine and can be accessed by the pod"
    );
}

#[test]
fn init_containers_run_one_after_another() {
    let mut lab = Lab::ready();
    let notation = "
        * first
        command: sleep|2
        * second
        command: sh|-c|sleep 1
    ";
    lab.create(pod("web", notation));
    lab.run_until(30.0);
    assert_eq!(
        lab.told_of("web"),
        [
            "10.0 Pending: PodInitializing, PodInitializing, PodInitializing",
            "11.0 Pending: Running, PodInitializing, PodInitializing",
            "13.0 Pending: Completed 0, PodInitializing, PodInitializing",
            "14.0 Pending: Completed 0, Running, PodInitializing",
            "15.0 Pending: Completed 0, Completed 0, PodInitializing",
            "16.0 Running: Completed 0, Completed 0, Running",
        ]
    );
    let initialized = lab.statuses.iter().map(|(_, _, status)| {
        let of = |kind: &str| status.conditions.iter().find(|c| c.kind == kind).unwrap();
        format!("{} {}", of("Initialized").status, of("Initialized").message)
    });
    let initialized: Vec<_> = initialized.collect();
    assert_eq!(initialized[0], "False containers with incomplete status: [first second]");
    assert_eq!(initialized[2], "False containers with incomplete status: [second]");
    assert_eq!(initialized[5], "True ");
    assert!(lab.events("web")[0].contains("spec.initContainers{first}"));
}

#[test]
fn sidecars_start_before_and_stay_beside_the_others() {
    let mut lab = Lab::ready();
    let notation = "
        * proxy
        restartPolicy: Always
        * setup
        command: sleep|1
    ";
    lab.create(pod("web", notation));
    lab.run_until(30.0);
    let told = lab.told_of("web");
    assert_eq!(told[1], "11.0 Pending: Running, PodInitializing, PodInitializing");
    assert_eq!(told.last().unwrap(), "14.0 Running: Running, Completed 0, Running");
    let status = lab.status("web");
    assert!(status.init_container_statuses[0].ready, "a sidecar counts towards readiness");
}

#[test]
fn images_are_pulled_one_at_a_time() {
    let mut lab = Lab::ready();
    for name in ["a", "b", "d"] {
        lab.create(pod(name, "image: redis:7\nimagePullPolicy: IfNotPresent"));
    }
    lab.run_until(30.0);
    let pulled = |name: &str| lab.events(name)[1].split(" in ").nth(1).unwrap().to_owned();
    assert_eq!(pulled("a"), "2.814s (2.814s including waiting). Image size: 52870974 bytes.");
    assert_eq!(pulled("b"), "700ms (3.514s including waiting). Image size: 52870974 bytes.");
    assert_eq!(pulled("d"), "700ms (4.214s including waiting). Image size: 52870974 bytes.");
    let ips: Vec<_> = ["a", "b", "d"].iter().map(|name| lab.status(name).pod_ip.clone()).collect();
    assert_eq!(ips, ["10.244.1.2", "10.244.1.3", "10.244.1.4"]);
}

#[test]
fn a_readiness_probe_holds_ready_back() {
    let mut lab = Lab::ready();
    let notation = "
        image: mysql:8
        readinessProbe.tcpSocket.port: 3306
        readinessProbe.periodSeconds: 5
    ";
    let mut value = pod("db", notation).to_value();
    let env = Value::map([("name", "MYSQL_ROOT_PASSWORD".into()), ("value", "x".into())]);
    let containers = value.entry("spec").entry("containers").make_list();
    *containers[0].entry("env") = Value::from(vec![env]);
    lab.create(Object::load(Resource::PODS, &value));
    lab.run_until(60.0);
    let ready = |status: &PodStatus| status.container_statuses[0].ready;
    let first = lab.statuses.iter().position(|(_, _, status)| ready(status)).unwrap();
    assert!(lab.statuses[..first].iter().any(|(_, _, s)| s.phase == "Running" && !ready(s)));
    assert_eq!(
        lab.events("db").last().unwrap(),
        "Warning Unhealthy x3 spec.containers{c}: Readiness probe failed: dial tcp \
         10.244.1.2:3306: connect: connection refused"
    );
}

#[test]
fn a_liveness_probe_restarts_what_no_longer_answers() {
    let mut lab = Lab::ready();
    let notation = "
        image: busybox
        command: /bin/sh|-c|touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600
        livenessProbe.exec.command: cat|/tmp/healthy
        livenessProbe.initialDelaySeconds: 5
        livenessProbe.periodSeconds: 5
        .terminationGracePeriodSeconds: 3
    ";
    lab.create(pod("liveness", notation));
    lab.run_until(60.0);
    assert_eq!(
        lab.events("liveness")[4..],
        [
            "Warning Unhealthy x3 spec.containers{c}: Liveness probe failed: cat: can't open \
             '/tmp/healthy': No such file or directory",
            "Normal Killing spec.containers{c}: Container c failed liveness probe, will be \
             restarted",
            "Normal Pulled spec.containers{c}: Container image \"busybox\" already present on \
             machine and can be accessed by the pod",
        ]
    );
    let status = lab.status("liveness");
    let container = &status.container_statuses[0];
    assert_eq!((container.restart_count, state(container).as_str()), (1, "Running"));
    assert_eq!(container.last_state.terminated.as_ref().unwrap().exit_code, 137);
}

#[test]
fn another_image_restarts_the_container() {
    let mut lab = Lab::ready();
    lab.create(pod("web", ""));
    lab.run_until(15.0);
    let key = Key::new("default", "web");
    let patch = Value::map([("name", "c".into()), ("image", "nginx:1.26".into())]);
    let old = lab.server.get(Resource::PODS, &key).unwrap();
    let mut value = old.to_value();
    *value.entry("spec").entry("containers") = Value::from(vec![patch]);
    let changed = Object::load(Resource::PODS, &value).with_meta(|meta| meta.generation += 1);
    let (resource, part) = (Resource::PODS, Default::default());
    lab.ask(Call::Update { resource, key, part, body: Payload::Object(changed) });
    lab.run_until(30.0);
    let events = lab.events("web");
    let killing = "Normal Killing spec.containers{c}: Container c definition changed, will be \
                   restarted";
    assert!(events.contains(&killing.to_owned()), "{events:?}");
    let status = lab.status("web");
    assert_eq!(status.container_statuses[0].image, "docker.io/library/nginx:1.26");
    assert_eq!(status.container_statuses[0].restart_count, 1);
    assert!(status.conditions.iter().all(|condition| condition.observed_generation == 2));
}

#[test]
fn a_hurried_series_of_changes_is_told_at_once() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "readinessProbe.tcpSocket.port: 80\nreadinessProbe.periodSeconds: 1"));
    lab.run_until(30.0);
    let told = lab.told_of("web");
    assert_eq!(told.len(), 3, "creating, running, ready: {told:?}");
}
