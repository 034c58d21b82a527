//! A script, and the hash of its record: the same natively and in a browser.
//!
//! A change of the engine that changes what happens changes the hash. That is no mistake in
//! itself; the test prints the new one. It is a mistake when the two disagree.

use orrery::scenario::{Runner, Script};

const SCRIPT: &str = "# the same everywhere
cluster teaching
seed 42
$ kubectl create deployment web --image=nginx:1.28 --replicas=4
wait 20s
power off node-2
wait 30s
stop etcd master-1
$ kubectl scale deployment web --replicas=6
wait 10s
start etcd master-1
power on node-2
wait 30s
";

/// What playing the script comes to.
const RECORD_HASH: u64 = 0x131a_43b4_56fb_6365;

/// Plays the script and compares.
pub fn check() {
    let (script, problems) = Script::parse(SCRIPT);
    assert_eq!(problems, []);
    let mut runner = Runner::new(&script);
    for step in &script.steps {
        runner.play(step);
    }
    let hash = runner.session().cluster().record_hash();
    assert_eq!(hash, RECORD_HASH, "the history has changed: RECORD_HASH would be {hash:#x}");
}
