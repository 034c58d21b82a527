//! Jobs: pods that are to end well so many times.
//!
//! Models pkg/controller/job/job_controller.go, and pkg/controller/ttlafterfinished along with it.
//! Pods are counted as the cache has them: they carry no finalizer that would keep them until they
//! have been counted.

use super::{Action, Owner, Plan, Sight, body, pod_of};
use crate::api::rpc::{Call, DeleteOptions, Propagation};
use crate::api::{Codec, Fields, Object, Resource, Str, Timestamp, Value};
use crate::controllers::controller::Profile;
use crate::sim::Duration;

/// The controller of Jobs.
#[derive(Clone, Debug)]
pub enum JobKind {}

/// How long to wait after the first failure, and at most.
const BACK_OFF: i64 = 10;
const BACK_OFF_MAX: i64 = 600;

impl Owner for JobKind {
    const PROFILE: Profile = Profile::named("job-controller");
    const RESOURCE: Resource = Resource::JOBS;
    const LOOKS_AT: &'static [Resource] = &[];

    fn plan(sight: &Sight<'_>) -> Plan {
        let job = Job::of(sight);
        if job.is_finished() {
            return job.after_end(sight);
        }
        job.plan(sight)
    }

    fn told(_: &Object, pod: &str, made: bool) -> String {
        format!("{} pod: {pod}", if made { "Created" } else { "Deleted" })
    }
}

/// A job and how its pods stand.
struct Job<'a> {
    spec: &'a Value,
    status: &'a Value,
    active: Vec<&'a Object>,
    ready: i64,
    succeeded: i64,
    failed: i64,
    leaving: i64,
    /// When the last pod failed.
    last_failure: Option<Timestamp>,
}

impl<'a> Job<'a> {
    fn of(sight: &Sight<'a>) -> Self {
        let (spec, status) = (sight.value.at("spec"), sight.value.at("status"));
        let mut job = Self {
            spec,
            status,
            active: Vec::new(),
            ready: 0,
            succeeded: 0,
            failed: 0,
            leaving: 0,
            last_failure: None,
        };
        for pod in sight.pods {
            match body(pod).status.phase.as_str() {
                "Succeeded" => job.succeeded += 1,
                "Failed" => {
                    job.failed += 1;
                    job.last_failure = job.last_failure.max(ended_at(pod));
                }
                _ if pod.meta().is_deleting() => {
                    job.leaving += 1;
                    job.failed += 1;
                }
                _ => {
                    job.ready += i64::from(body(pod).is_ready());
                    job.active.push(pod);
                }
            }
        }
        // What has been counted once stays so, though pods are taken away.
        let known = |field: &str| status.at(field).as_int().unwrap_or(0);
        job.succeeded = job.succeeded.max(known("succeeded"));
        job.failed = job.failed.max(known("failed"));
        job
    }

    fn number(&self, field: &str) -> Option<i64> {
        self.spec.at(field).as_int()
    }

    fn condition(&self, kind: &str) -> Option<&Value> {
        let conditions = self.status.at("conditions").items();
        conditions.iter().find(|condition| {
            condition.at("type").text() == kind && condition.at("status").text() == "True"
        })
    }

    fn is_finished(&self) -> bool {
        self.condition("Complete").or(self.condition("Failed")).is_some()
    }

    fn plan(&self, sight: &Sight<'_>) -> Plan {
        let now = Timestamp::at(sight.now);
        let suspended = self.spec.at("suspend").as_bool() == Some(true);
        let start = match self.status.at("startTime") {
            Value::Null => now,
            start => Timestamp::load(start),
        };
        let mut plan = Plan::default();
        let deadline = self.number("activeDeadlineSeconds").filter(|_| !suspended);
        let late = deadline.is_some_and(|seconds| now.0 - start.0 >= seconds);
        let failure = if self.failed > self.number("backoffLimit").unwrap_or(6) {
            Some(("BackoffLimitExceeded", "Job has reached the specified backoff limit"))
        } else if late {
            Some(("DeadlineExceeded", "Job was active longer than specified deadline"))
        } else {
            None
        };
        let completions = self.number("completions");
        let complete = match completions {
            Some(wanted) => self.succeeded >= wanted,
            None => self.succeeded > 0 && self.active.is_empty(),
        };
        let mut conditions = self.status.at("conditions").items().to_vec();
        let mut completed_at = None;
        let mut failed = self.failed;
        if let Some((reason, message)) = failure {
            failed += self.active.len() as i64;
            self.delete_all(&mut plan);
            plan.events.push((true, reason, message.into()));
            for kind in ["FailureTarget", "Failed"] {
                conditions.push(condition(kind, reason, message, now));
            }
        } else if complete {
            self.delete_all(&mut plan);
            plan.events.push((false, "Completed", "Job completed".into()));
            let message = "Reached expected number of succeeded pods";
            for kind in ["SuccessCriteriaMet", "Complete"] {
                conditions.push(condition(kind, "CompletionsReached", message, now));
            }
            completed_at = Some(now);
        } else if suspended {
            self.delete_all(&mut plan);
            if self.condition("Suspended").is_none() {
                conditions.retain(|condition| condition.at("type").text() != "Suspended");
                conditions.push(condition("Suspended", "JobSuspended", "Job suspended", now));
                plan.events.push((false, "Suspended", "Job suspended".into()));
            }
        } else {
            self.scale(sight, completions, now, &mut plan);
            if let Some(seconds) = deadline {
                let left = Duration::from_secs((start.0 + seconds - now.0).max(1) as u64);
                plan.again = Some(plan.again.map_or(left, |again| again.min(left)));
            }
        }
        let ended = failure.is_some() || complete || suspended;
        let active = if ended { 0 } else { self.active.len() as i64 };
        let counts = [("active", active), ("failed", failed), ("succeeded", self.succeeded)];
        plan.status = self.told(counts, ended, conditions);
        if !suspended {
            *plan.status.entry("startTime") = start.to_string().into();
        }
        if let Some(at) = completed_at {
            *plan.status.entry("completionTime") = at.to_string().into();
        }
        plan
    }

    fn told(&self, counts: [(&str, i64); 3], ended: bool, conditions: Vec<Value>) -> Value {
        let mut status = self.status.clone();
        for (field, count) in counts {
            match count {
                0 => _ = status.make_map().remove(field),
                count => *status.entry(field) = count.into(),
            }
        }
        *status.entry("ready") = if ended { 0 } else { self.ready }.into();
        *status.entry("terminating") = self.leaving.into();
        *status.entry("uncountedTerminatedPods") = Fields::new().into();
        if !conditions.is_empty() {
            *status.entry("conditions") = conditions.into();
        }
        status
    }

    fn delete_all(&self, plan: &mut Plan) {
        plan.actions.extend(self.active.iter().map(|pod| Action::Delete((*pod).clone())));
    }

    /// Makes pods that are missing, after a pause if pods have failed, and deletes those that are
    /// too many. Models manageJob.
    fn scale(&self, sight: &Sight<'_>, completions: Option<i64>, now: Timestamp, plan: &mut Plan) {
        let parallelism = self.number("parallelism").unwrap_or(1);
        let wanted = match completions {
            Some(wanted) => parallelism.min(wanted - self.succeeded),
            None if self.succeeded > 0 => self.active.len() as i64,
            None => parallelism,
        };
        let there = self.active.len() as i64;
        if there > wanted {
            let surplus = self.active.iter().rev().take((there - wanted) as usize);
            plan.actions.extend(surplus.map(|pod| Action::Delete((*pod).clone())));
            return;
        }
        let missing = wanted - there;
        if missing == 0 {
            return;
        }
        if let Some(last) = self.last_failure.filter(|_| self.failed > 0) {
            let pause = BACK_OFF << (self.failed - 1).min(10);
            let left = last.0 + pause.min(BACK_OFF_MAX) - now.0;
            if left > 0 {
                plan.again = Some(Duration::from_secs(left as u64));
                return;
            }
        }
        let template = self.spec.at("template");
        let free = self.free_indexes(sight);
        for at in 0..missing as usize {
            plan.actions.push(Action::Create(match &free {
                None => pod_of(sight.owner, template, "", &[]),
                Some(free) => {
                    let Some(index) = free.get(at) else { break };
                    indexed(
                        pod_of(sight.owner, template, "", &[(INDEX, index.as_str().into())]),
                        index,
                    )
                }
            }));
        }
    }

    /// The indexes that no pod has that runs or has ended well; `None` where pods have none.
    fn free_indexes(&self, sight: &Sight<'_>) -> Option<Vec<String>> {
        if self.spec.at("completionMode").text() != "Indexed" {
            return None;
        }
        let taken = |index: &str| {
            sight.pods.iter().any(|pod| {
                pod.meta().label(INDEX) == Some(index) && body(pod).status.phase != "Failed"
            })
        };
        let all = 0..self.number("completions").unwrap_or(0);
        Some(all.map(|index| index.to_string()).filter(|index| !taken(index)).collect())
    }

    /// What is left to do for a job that has ended: it goes after a while, if it is to.
    fn after_end(&self, sight: &Sight<'_>) -> Plan {
        let mut plan = Plan::default();
        self.delete_all(&mut plan);
        let Some(ttl) = self.number("ttlSecondsAfterFinished") else { return plan };
        let ended = self.condition("Complete").or(self.condition("Failed"));
        let ended = ended.map(|condition| Timestamp::load(condition.at("lastTransitionTime")));
        let left = ended.unwrap_or_default().0 + ttl - Timestamp::at(sight.now).0;
        if left > 0 {
            plan.again = Some(Duration::from_secs(left as u64));
        } else if !sight.owner.meta().is_deleting() {
            let options = DeleteOptions {
                propagation: Some(Propagation::Foreground),
                uid: Some(sight.owner.uid()),
                ..DeleteOptions::default()
            };
            let (resource, key) = (Resource::JOBS, sight.owner.key());
            plan.calls.push(Call::Delete { resource, key, options });
        }
        plan
    }
}

/// The label and annotation of a pod that has an index.
const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// A pod with its index in its annotation and its name.
fn indexed(pod: Object, index: &str) -> Object {
    pod.with_meta(|meta| {
        meta.annotations = meta.annotations.with(INDEX, Str::from(index));
        meta.generate_name = format!("{}{index}-", meta.generate_name).into();
    })
}

fn condition(kind: &str, reason: &str, message: &str, now: Timestamp) -> Value {
    Value::map([
        ("lastProbeTime", Value::from(now.to_string())),
        ("lastTransitionTime", now.to_string().into()),
        ("message", message.into()),
        ("reason", reason.into()),
        ("status", "True".into()),
        ("type", kind.into()),
    ])
}

/// When the last container of a pod ended, as its status tells.
fn ended_at(pod: &Object) -> Option<Timestamp> {
    let value = pod.to_value();
    let statuses = value.at_path(&["status", "containerStatuses"]).items();
    let ends = statuses.iter().map(|status| status.at_path(&["state", "terminated", "finishedAt"]));
    let last = ends.filter(|end| !end.is_null()).map(Timestamp::load).max();
    let conditions = value.at_path(&["status", "conditions"]).items().iter();
    let changed = conditions.map(|condition| Timestamp::load(condition.at("lastTransitionTime")));
    last.or(changed.max()).or(pod.meta().creation_timestamp)
}
