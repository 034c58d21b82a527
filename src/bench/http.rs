//! Requests over HTTP at 10,000 objects: how many a second the simulation answers.
//!
//! Counted is what a request costs on its whole way, network, store and documents included, while
//! simulated time is let pass as fast as it can.

use std::sync::Arc;

use super::Meter;
use crate::cluster::{Cluster, Command, Config, HttpRequest, Style, Word};
use crate::sim::Duration;

/// A cluster with 10,000 objects.
#[derive(Clone, Debug)]
pub struct Http {
    cluster: Cluster,
    heard: u64,
    objects: usize,
}

const OBJECTS: usize = 10_000;
/// Requests under way at once, each over a line of its own.
const AT_ONCE: usize = 64;
const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";

impl Http {
    /// Boots a cluster and fills it.
    pub fn new() -> Self {
        let mut cluster = Cluster::new(Config::new(1, 1, Style::Bare), &mut ());
        let ready = cluster.now() + Duration::from_secs(30);
        cluster.run_until(ready, u64::MAX, &mut ());
        let mut http = Self { cluster, heard: 0, objects: 0 };
        http.create(OBJECTS);
        http
    }

    /// Objects read, one a request.
    pub fn gets_per_second(&mut self, meter: Meter) -> f64 {
        let gets: Vec<HttpRequest> =
            (0..2000).map(|n| HttpRequest::get(&format!("{CONFIG_MAPS}/map-{}", n * 4))).collect();
        self.per_second(meter, gets)
    }

    /// Lists of all objects.
    pub fn lists_per_second(&mut self, meter: Meter) -> f64 {
        let list = HttpRequest::get(&format!("{CONFIG_MAPS}?resourceVersion=0"));
        self.per_second(meter, vec![list; 10])
    }

    /// Objects created, one a request.
    pub fn creates_per_second(&mut self, meter: Meter) -> f64 {
        let count = 1000;
        meter.time(|| self.create(count)).1.recip() * count as f64
    }

    fn per_second(&mut self, meter: Meter, requests: Vec<HttpRequest>) -> f64 {
        let count = requests.len() as f64;
        count / meter.time(|| self.ask(requests, 200)).1
    }

    fn create(&mut self, count: usize) {
        let body =
            |n| format!("{{\"metadata\":{{\"name\":\"map-{n}\"}},\"data\":{{\"a\":\"b\"}}}}");
        let numbers = self.objects..self.objects + count;
        let creates = numbers.map(|n| HttpRequest::post(CONFIG_MAPS, body(n))).collect();
        self.objects += count;
        self.ask(creates, 201);
    }

    /// Has everything asked and answered with `code`.
    fn ask(&mut self, requests: Vec<HttpRequest>, code: u16) {
        for some in requests.chunks(AT_ONCE) {
            for (line, request) in (0..).zip(some) {
                let request = Arc::new(request.clone());
                let (number, user) = (1, "kubernetes-admin".to_owned());
                let command = Command::Http { line, number, user, groups: Vec::new(), request };
                self.cluster.execute(&Arc::new(command), &mut ());
            }
            let mut left = some.len();
            while left > 0 {
                let until = self.cluster.now() + Duration::from_millis(1);
                self.cluster.run_until(until, u64::MAX, &mut ());
                for heard in self.cluster.outside().since(self.heard) {
                    match &heard.what {
                        Word::Answer(_, answer) => assert_eq!(answer.code, code, "{}", answer.body),
                        other => panic!("not an answer: {other:?}"),
                    }
                    left -= 1;
                }
                self.heard = self.cluster.outside().kept().end;
            }
        }
    }
}
