//! Random lives: whatever happens, everything that was deleted goes, and nothing gets stuck.

use super::*;

const KINDS: [&str; 9] = [
    "",
    "image: busybox\ncommand: sh|-c|sleep 7; exit 1",
    "image: busybox\ncommand: sleep|3600",
    "image: ngnix\nimagePullPolicy: Always",
    "image: redis:7\nimagePullPolicy: Always\nreadinessProbe.tcpSocket.port: 6379",
    "image: busybox\ncommand: sleep|5\n.restartPolicy: Never",
    "livenessProbe.httpGet.port: 80\nlivenessProbe.httpGet.path: /no\n.restartPolicy: OnFailure",
    "* one\ncommand: sleep|2\n* two\nrestartPolicy: Always\n+ d\nlifecycle.preStop.sleep.seconds: 3",
    ".activeDeadlineSeconds: 9223372036854775807\n.terminationGracePeriodSeconds: 9",
];

fn step(lab: &mut Lab, rng: &mut Rng, made: &mut Vec<String>) {
    let pick =
        |rng: &mut Rng, made: &[String]| made.get(rng.below(made.len() as u64) as usize).cloned();
    match rng.below(12) {
        0..4 => {
            let name = format!("pod-{}", made.len());
            let kind = KINDS[rng.below(KINDS.len() as u64) as usize];
            lab.create(pod(&name, kind));
            made.push(name);
        }
        4 | 5 => {
            let grace = [None, Some(0), Some(1)][rng.below(3) as usize];
            let name = pick(rng, made).filter(|name| lab.exists(name));
            name.into_iter().for_each(|name| lab.delete(&name, grace));
        }
        6 => {
            let prefix = pick(rng, made).unwrap_or_default().into();
            lab.input(Input::Finish { prefix, code: rng.below(3) as i32 });
        }
        7 => lab.input(Input::Sicken { prefix: "pod-1".into(), sick: rng.chance(500_000) }),
        8 => lab.server.is_down = rng.chance(300_000),
        9 => lab.disconnect(),
        10 => lab.restart(|_, _| {}),
        _ if rng.chance(300_000) => lab.restart(|runtime, now| runtime.power_off(now)),
        _ => {}
    }
    let until = lab.secs() + rng.below(6_000) as f64 / 1000.0;
    lab.run_until(until);
}

#[test]
fn nothing_gets_stuck() {
    for seed in 0..40 {
        let (mut lab, mut rng, mut made) = (Lab::ready(), Rng::new(seed), Vec::new());
        for _ in 0..60 {
            step(&mut lab, &mut rng, &mut made);
        }
        lab.server.is_down = false;
        let settled = lab.secs() + 120.0;
        lab.run_until(settled);
        for name in &made {
            if lab.exists(name) {
                lab.delete(name, None);
            }
        }
        let ended = lab.secs() + 120.0;
        lab.run_until(ended);
        let left: Vec<_> = made.iter().filter(|name| lab.exists(name)).collect();
        assert!(left.is_empty(), "seed {seed}: {left:?} are still there");
        let kept = lab.kubelet.runtime().pods().count();
        assert_eq!(kept, 0, "seed {seed}: {kept} pods are left in the runtime");
        lab.create(pod("last", "image: redis:7\nimagePullPolicy: Always"));
        let up = lab.secs() + 20.0;
        lab.run_until(up);
        assert_eq!(lab.status("last").phase, "Running", "seed {seed}");
        assert!(lab.queue.len() < 50, "seed {seed}: {} timers wait", lab.queue.len());
    }
}
