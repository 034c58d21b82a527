//! Pods that fail, and what is tried again when.

use super::*;

#[test]
fn a_container_that_ends_at_once_is_restarted_ever_more_slowly() {
    let mut lab = Lab::ready();
    lab.create(pod(
        "crash",
        "image: busybox\nimagePullPolicy: IfNotPresent\ncommand: sh|-c|exit 3",
    ));
    lab.run_until(300.0);
    let starts: Vec<f64> = lab
        .records
        .iter()
        .filter(|(_, r)| matches!(r, Record::Container(_, _, ContainerRecord::Started)))
        .map(|(at, _)| *at)
        .collect();
    let waits: Vec<_> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(waits[0] < 3.0, "the first restart is immediate: {waits:?}");
    for (wait, least) in waits[1..].iter().zip([10.0, 20.0, 40.0, 80.0]) {
        assert!((least..=least * 1.5 + 3.0).contains(wait), "{waits:?}");
    }
    let told = lab.told_of("crash");
    assert_eq!(
        told[1..4].iter().map(|line| &line[5..]).collect::<Vec<_>>(),
        ["Running: Error 3", "Running: Error 3", "Running: CrashLoopBackOff",]
    );
    let status = lab.status("crash");
    let container = &status.container_statuses[0];
    let waiting = container.state.waiting.clone().unwrap();
    let uid = lab.server.get(Resource::PODS, &Key::new("default", "crash")).unwrap().uid();
    assert_eq!(waiting.reason, "CrashLoopBackOff");
    let message = "back-off 2m40s restarting failed container=c pod=crash_default";
    assert_eq!(waiting.message, format!("{message}({uid})"));
    assert_eq!(container.last_state.terminated.as_ref().unwrap().exit_code, 3);
    assert_eq!(status.phase, "Running");
    let back_off = lab.events("crash").into_iter().find(|line| line.contains("BackOff")).unwrap();
    assert!(back_off.starts_with("Warning BackOff x"), "{back_off}");
    let text = format!(
        "spec.containers{{c}}: Back-off restarting failed container c in pod crash_default({uid})"
    );
    assert!(back_off.ends_with(&text), "{back_off}");
}

#[test]
fn a_misspelt_image_is_tried_again_and_again() {
    let mut lab = Lab::ready();
    lab.create(pod("web", "image: ngnix\nimagePullPolicy: Always"));
    lab.run_until(60.0);
    let full = "failed to pull and unpack image \"docker.io/library/ngnix:latest\": failed to \
                resolve reference \"docker.io/library/ngnix:latest\": pull access denied, \
                repository does not exist or may require authorization: server message: \
                insufficient_scope: authorization failed";
    let events = lab.events("web");
    assert_eq!(
        lab.told_of("web")[..3],
        [
            "10.0 Pending: ContainerCreating",
            "11.0 Pending: ErrImagePull",
            "23.0 Pending: ImagePullBackOff",
        ]
    );
    assert!(events[0].contains("Pulling image \"ngnix\""));
    assert!(events[1].ends_with(&format!("Failed to pull image \"ngnix\": {full}")), "{events:?}");
    assert!(events[2].ends_with("Error: ErrImagePull"), "{events:?}");
    assert!(
        events[3].starts_with("Normal BackOff")
            && events[3].ends_with("Back-off pulling image \"ngnix\"")
    );
    assert!(events[4].ends_with("Error: ImagePullBackOff"));
    let messages: Vec<_> = lab
        .statuses
        .iter()
        .filter_map(|(_, _, s)| s.container_statuses[0].state.waiting.clone())
        .map(|waiting| waiting.message)
        .collect();
    assert_eq!(messages[1], full);
    assert_eq!(messages[2], format!("Back-off pulling image \"ngnix\": ErrImagePull: {full}"));
}

#[test]
fn images_that_cannot_be_had_say_why() {
    let mut lab = Lab::ready();
    lab.create(pod("bad", "image: Nginx\nimagePullPolicy: Always"));
    lab.create(pod("never", "image: redis:7\nimagePullPolicy: Never"));
    lab.run_until(30.0);
    let waiting = |name: &str| {
        let status = lab.status(name);
        let waiting = status.container_statuses[0].state.waiting.clone().unwrap();
        (waiting.reason.to_string(), waiting.message.to_string())
    };
    let text = "Failed to apply default image tag \"Nginx\": couldn't parse image name \"Nginx\": \
                invalid reference format: repository name (library/Nginx) must be lowercase";
    assert_eq!(waiting("bad"), ("InvalidImageName".to_owned(), text.to_owned()));
    let text = "Container image \"redis:7\" is not present with pull policy of Never";
    assert_eq!(waiting("never"), ("ErrImageNeverPull".to_owned(), text.to_owned()));
    let reasons = |name: &str| {
        let events = lab.events(name);
        events.iter().map(|e| e.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(reasons("bad"), ["InspectFailed", "Failed"]);
    assert_eq!(reasons("never"), ["ErrImageNeverPull", "Failed"]);
}

#[test]
fn pods_that_do_not_fit_are_rejected() {
    let mut lab = Lab::ready();
    lab.create(pod("big", "resources.requests.cpu: 3"));
    lab.create(pod("more", "resources.requests.cpu: 2"));
    lab.create(pod("picky", ".nodeSelector.disk: ssd"));
    lab.run_until(20.0);
    assert_eq!(lab.status("big").phase, "Running");
    let told = |name: &str| {
        let status = lab.status(name);
        (status.phase.to_string(), status.reason.to_string(), status.message.to_string())
    };
    let expect = |phase: &str, reason: &str, message: &str| {
        (phase.to_owned(), reason.to_owned(), format!("Pod was rejected: {message}"))
    };
    let cpu = "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000";
    assert_eq!(told("more"), expect("Failed", "OutOfcpu", cpu));
    let affinity =
        "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    assert_eq!(told("picky"), expect("Failed", "NodeAffinity", affinity));
    assert_eq!(lab.events("more"), [format!("Warning OutOfcpu {cpu}")]);
}

#[test]
fn without_a_network_pods_wait() {
    let mut lab = Lab::new(config("node-1"));
    lab.input(Input::Start);
    lab.run_until(0.5);
    lab.create(pod("web", ""));
    lab.create(pod("host", ".hostNetwork: true"));
    // The notation knows no booleans.
    lab.run_until(10.0);
    let events = lab.events("web");
    assert!(events[0].starts_with("Warning NetworkNotReady"), "{events:?}");
    assert!(events[0].ends_with(
        "network is not ready: container runtime network not ready: NetworkReady=false \
         reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not \
         initialized"
    ));
    assert_eq!(lab.status("web").phase, "Running");
}

#[test]
fn what_could_not_be_told_is_told_later() {
    let mut lab = Lab::ready();
    lab.create(pod("web", ""));
    lab.run_until(10.01);
    lab.server.is_down = true;
    lab.run_until(15.0);
    assert_eq!(lab.status("web").phase, "Pending");
    lab.server.is_down = false;
    lab.run_until(22.0);
    assert_eq!(lab.status("web").phase, "Running");
}

#[test]
fn a_broken_connection_loses_nothing() {
    let mut lab = Lab::ready();
    lab.create(pod("web", ""));
    lab.run_until(11.0);
    // The patch is on its way, the answer is lost with everything else.
    lab.queue = Queue::new();
    lab.input(Input::Disconnected);
    // Timers do not get lost with a connection; these were lost with the queue.
    lab.input(Input::Timer(Timer::Heartbeat));
    lab.create(pod("late", ""));
    lab.run_until(40.0);
    assert_eq!(lab.status("web").phase, "Running");
    assert_eq!(lab.status("late").phase, "Running");
}

#[test]
fn a_status_that_others_changed_is_told_again() {
    let mut lab = Lab::ready();
    lab.create(pod("web", ""));
    lab.run_until(15.0);
    let key = Key::new("default", "web");
    let mut object = lab.server.get(Resource::PODS, &key).unwrap().get::<Pod>().unwrap().clone();
    let status = Arc::make_mut(&mut object.status);
    let foreign = crate::api::types::PodCondition {
        kind: "DisruptionTarget".into(),
        status: "True".into(),
        ..Default::default()
    };
    let mut conditions = status.conditions.to_vec();
    conditions.iter_mut().filter(|c| c.kind == "Ready").for_each(|c| c.status = "False".into());
    conditions.push(foreign);
    status.conditions = conditions.into();
    let changed = lab.server.get(Resource::PODS, &key).unwrap().with_body(object);
    let (resource, part) = (Resource::PODS, Default::default());
    lab.ask(Call::Patch { resource, key, part, patch: Patch::Status(changed) });
    lab.run_until(30.0);
    let status = lab.status("web");
    let of = |kind: &str| status.conditions.iter().find(|c| c.kind == kind).unwrap().status.clone();
    assert_eq!((of("Ready").as_str(), of("DisruptionTarget").as_str()), ("True", "True"));
}
