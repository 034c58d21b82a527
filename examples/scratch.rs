use orrery::cluster::*; use orrery::sim::*; use orrery::timeline::*; use orrery::api::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let bare = args.get(1).is_some_and(|a| a == "bare");
    let config = if bare { Config::bare(7, 3) } else { Config::teaching(7) };
    let start = config.start;
    let mut s = Session::new(config);
    let t0 = std::time::Instant::now();
    s.play(start + Duration::from_secs(20), u64::MAX);
    eprintln!("20 s: {} events, {} records, {:?}", s.cluster().moment().position, s.cluster().next_record().0, t0.elapsed());
    let yaml = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: httpd-frontend}
spec:
  replicas: 6
  selector: {matchLabels: {app: httpd}}
  template:
    metadata: {labels: {app: httpd}}
    spec: {containers: [{name: httpd, image: "httpd:2.4-alpine", resources: {requests: {cpu: 500m, memory: 256Mi}}}]}
"#;
    s.execute(Command::Write { name: "d.yaml".into(), text: yaml.into() });
    s.play(start + Duration::from_secs(40), u64::MAX);
    for (id, r) in s.timeline().from(RecordId(1)) {
        let quiet = matches!(r.payload, Record::Message(_) | Record::Timer(..));
        if !quiet || args.get(2).is_some_and(|a| a == "all") {
            println!("{:>6} {:>9.3} {:?} {}", id.0, r.time.since(start).as_micros() as f64 / 1e6, r.causes.trigger.0, format!("{:?}", r.payload).chars().take(14).collect::<String>() + " | " + &r.payload.to_string());
        }
    }
    println!("{} events", s.cluster().moment().position);
    let api = s.cluster().etcd(0).unwrap();
    let store = &api.state().store;
    let all = store.range(&orrery::etcd::mvcc::KeyRange::prefix("/registry/"), 0, 0).unwrap();
    for kv in &all.kvs { println!("{} v{} rev{}", kv.key, kv.version, kv.mod_revision); }
    let _ = Resource::PODS;
}
