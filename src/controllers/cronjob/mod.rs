//! CronJobs: jobs at the times a schedule says.
//!
//! Models pkg/controller/cronjob/cronjob_controllerv2.go. Invariant: there is at most one job for
//! each time of the schedule, since its name is made of that time.

mod schedule;

use self::schedule::Schedule;
use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::ownership::controller_ref;
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, DeleteOptions, Part, Payload, Propagation};
use crate::api::{Codec, Key, Object, Resource, Timestamp, Value};
use crate::client::Delta;
use crate::sim::{Duration, Rng};

/// The controller; it remembers nothing.
#[derive(Clone, Debug)]
pub struct CronJobs;

/// Where a worker goes on.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Jobs are being made and deleted; then comes the status.
    Acting(Box<Attempt>),
    /// The status is being written; then it is looked at again.
    Writing(Option<Duration>),
}

/// What a worker is about to do.
#[derive(Clone, Debug)]
pub struct Attempt {
    cron_job: Object,
    status: Value,
    /// The names of the jobs that are deleted, in the order of their requests.
    deleted: Vec<String>,
    /// The time for which a job is made, after the deletions.
    made_for: Option<i64>,
    again: Option<Duration>,
}

const CRON_JOBS: Resource = Resource::CRONJOBS;
/// So much later than its time a job is made. Models nextScheduleDelta.
const DELTA: Duration = Duration::from_millis(100);
/// Missed times that are looked through at most.
const MISSED_MAX: usize = 100;

impl Controller for CronJobs {
    type Key = Key;
    type Progress = Progress;

    const PROFILE: Profile = Profile::named("cronjob-controller");

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        vec![CRON_JOBS, Resource::JOBS]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        let object = delta.object();
        if object.resource() == CRON_JOBS {
            return queue.add(object.key());
        }
        let owner = object.meta().controller();
        let owner = owner.and_then(|owner| caches.owner(CRON_JOBS, object.namespace(), owner));
        owner.into_iter().for_each(|owner| queue.add(owner.key()));
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        match resume {
            None => begin(ctx, key),
            Some((Progress::Acting(attempt), replies)) => on_acted(ctx, *attempt, &replies),
            Some((Progress::Writing(again), replies)) => match (replies.object(), again) {
                (Err(status), _) => Next::refused(status),
                (Ok(_), Some(after)) => Next::Requeue(after),
                (Ok(_), None) => Next::Done,
            },
        }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(CRON_JOBS, key.clone())
    }
}

/// Models syncCronJob.
fn begin(ctx: &mut Ctx<'_, Key>, key: &Key) -> Next<Progress> {
    let Some(cron_job) = ctx.caches.of(CRON_JOBS).get(key).cloned() else { return Next::Done };
    let value = cron_job.to_value();
    let jobs: Vec<Object> =
        ctx.caches.controlled_by(Resource::JOBS, cron_job.uid()).cloned().collect();
    let status = known(ctx, &cron_job, &value, &jobs);
    let mut attempt =
        Attempt { cron_job, status, deleted: Vec::new(), made_for: None, again: None };
    let mut calls = surplus(&value, &jobs, &mut attempt);
    let spec = value.at("spec");
    let suspended = spec.at("suspend").as_bool() == Some(true);
    let schedule = Schedule::parse(spec.at("schedule").text(), spec.at("timeZone").text());
    if let Some(schedule) =
        schedule.filter(|_| !suspended && !attempt.cron_job.meta().is_deleting())
    {
        calls.extend(due(ctx, &value, &schedule, &mut attempt));
    }
    match calls.is_empty() {
        true => write(attempt),
        false => Next::Call(calls, Progress::Acting(Box::new(attempt))),
    }
}

fn is_done(job: &Value) -> Option<&str> {
    let conditions = job.at_path(&["status", "conditions"]).items();
    let done = conditions.iter().find(|condition| {
        matches!(condition.at("type").text(), "Complete" | "Failed")
            && condition.at("status").text() == "True"
    });
    done.map(|condition| condition.at("type").text())
}

/// The status with the jobs that run still.
fn known(ctx: &mut Ctx<'_, Key>, cron_job: &Object, value: &Value, jobs: &[Object]) -> Value {
    let mut status = value.at("status").clone();
    if status.is_null() {
        status = Value::map::<&str, 0>([]);
    }
    let mut active = Vec::new();
    for reference in value.at_path(&["status", "active"]).items() {
        let name = reference.at("name").text();
        let Some(job) = jobs.iter().find(|job| job.name() == name) else { continue };
        let job = job.to_value();
        let Some(how) = is_done(&job) else {
            active.push(reference.clone());
            continue;
        };
        let message = format!("Saw completed job: {name}, condition: {how}");
        ctx.normal(cron_job, "SawCompletedJob", message);
        if how == "Complete" {
            let end = job.at_path(&["status", "completionTime"]).clone();
            *status.entry("lastSuccessfulTime") = end;
        }
    }
    set_active(&mut status, active);
    status
}

fn set_active(status: &mut Value, active: Vec<Value>) {
    match active.is_empty() {
        true => _ = status.make_map().remove("active"),
        false => *status.entry("active") = active.into(),
    }
}

/// Deletes finished jobs beyond those that are kept. Models cleanupFinishedJobs.
fn surplus(value: &Value, jobs: &[Object], attempt: &mut Attempt) -> Vec<Call> {
    let mut calls = Vec::new();
    let limits = [("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")];
    for (how, field) in limits {
        let Some(limit) = value.at_path(&["spec", field]).as_int() else { continue };
        let mut done: Vec<&Object> =
            jobs.iter().filter(|job| is_done(&job.to_value()) == Some(how)).collect();
        done.sort_by_key(|job| (job.meta().creation_timestamp, job.name().to_owned()));
        let count = done.len().saturating_sub(limit.max(0) as usize);
        calls.extend(done[..count].iter().map(|job| delete(job, attempt)));
    }
    calls
}

fn delete(job: &Object, attempt: &mut Attempt) -> Call {
    attempt.deleted.push(job.name().to_owned());
    let propagation = Some(Propagation::Background);
    let options = DeleteOptions { propagation, ..DeleteOptions::default() };
    Call::Delete { resource: Resource::JOBS, key: job.key(), options }
}

/// Makes the job whose time has come, if one has, and finds out when the next will.
fn due(
    ctx: &mut Ctx<'_, Key>,
    value: &Value,
    schedule: &Schedule,
    attempt: &mut Attempt,
) -> Vec<Call> {
    let now = Timestamp::at(ctx.now).0;
    let last = match value.at_path(&["status", "lastScheduleTime"]) {
        Value::Null => attempt.cron_job.meta().creation_timestamp.unwrap_or_default().0,
        last => Timestamp::load(last).0,
    };
    let after = |at: i64| Duration::from_secs(at.saturating_sub(now).max(0) as u64) + DELTA;
    attempt.again = schedule.next(now).map(after);
    let mut time = None;
    let mut at = last;
    for _ in 0..MISSED_MAX {
        match schedule.next(at).filter(|next| *next <= now) {
            Some(next) => (time, at) = (Some(next), next),
            None => break,
        }
    }
    let Some(time) = time else { return Vec::new() };
    let deadline = value.at_path(&["spec", "startingDeadlineSeconds"]).as_int();
    if deadline.is_some_and(|seconds| now > time + seconds) {
        let message =
            format!("Missed scheduled time to start a job: {}", Timestamp(time).rfc1123());
        ctx.warning(&attempt.cron_job, "MissSchedule", message);
        return Vec::new();
    }
    let active = attempt.status.at("active").items().to_vec();
    let mut calls = Vec::new();
    match value.at_path(&["spec", "concurrencyPolicy"]).text() {
        "Forbid" if !active.is_empty() => {
            let message = "Not starting job because prior execution is running and concurrency \
                           policy is Forbid";
            ctx.normal(&attempt.cron_job, "JobAlreadyActive", message);
            return Vec::new();
        }
        "Replace" => {
            for reference in &active {
                let key = Key::new(attempt.cron_job.namespace(), reference.at("name").text());
                if let Some(job) = ctx.caches.of(Resource::JOBS).get(&key).cloned() {
                    calls.push(delete(&job, attempt));
                }
            }
            set_active(&mut attempt.status, Vec::new());
        }
        _ => {}
    }
    attempt.made_for = Some(time);
    calls.push(create(&attempt.cron_job, value, time));
    calls
}

/// Models getJobFromTemplate2.
fn create(cron_job: &Object, value: &Value, time: i64) -> Call {
    let template = value.at_path(&["spec", "jobTemplate"]);
    let mut metadata = template.at("metadata").clone();
    let scheduled = Timestamp(time).to_string();
    *metadata.entry_path(&["annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp"]) =
        scheduled.into();
    *metadata.entry("name") = format!("{}-{}", cron_job.name(), time / 60).into();
    *metadata.entry("namespace") = cron_job.namespace().into();
    *metadata.entry("ownerReferences") = vec![controller_ref(cron_job).dump()].into();
    let resource = Resource::JOBS;
    let job = Value::map([
        ("apiVersion", Value::from(resource.api_version())),
        ("kind", resource.info().kind.into()),
        ("metadata", metadata),
        ("spec", template.at("spec").clone()),
    ]);
    Call::Create { resource, namespace: cron_job.namespace().into(), body: Payload::Text(job) }
}

fn on_acted(ctx: &mut Ctx<'_, Key>, mut attempt: Attempt, replies: &Replies) -> Next<Progress> {
    let mut replies = replies.objects();
    for name in &attempt.deleted {
        match replies.next() {
            Some(Ok(_)) => {
                ctx.normal(&attempt.cron_job, "SuccessfulDelete", format!("Deleted job {name}"));
            }
            Some(Err(status)) if !status.is_not_found() => {
                let message = format!("Deleted job: {}", status.message);
                ctx.warning(&attempt.cron_job, "FailedDelete", message);
            }
            _ => {}
        }
    }
    let Some(time) = attempt.made_for else { return write(attempt) };
    match replies.next() {
        Some(Ok(Some(job))) => {
            let message = format!("Created job {}", job.name());
            ctx.normal(&attempt.cron_job, "SuccessfulCreate", message);
            let mut active = attempt.status.at("active").items().to_vec();
            active.push(job.reference().dump());
            set_active(&mut attempt.status, active);
            *attempt.status.entry("lastScheduleTime") = Timestamp(time).to_string().into();
            write(attempt)
        }
        Some(Err(status)) if !status.is_already_exists() => {
            let message = format!("Error creating job: {}", status.message);
            ctx.warning(&attempt.cron_job, "FailedCreate", message);
            Next::refused(status)
        }
        _ => write(attempt),
    }
}

fn write(attempt: Attempt) -> Next<Progress> {
    let mut value = attempt.cron_job.to_value();
    let is_same = *value.at("status") == attempt.status
        || value.at("status").is_empty() && attempt.status.is_empty();
    if is_same {
        return attempt.again.map_or(Next::Done, Next::Requeue);
    }
    *value.entry("status") = attempt.status;
    let body = Object::load(CRON_JOBS, &value).at_revision(attempt.cron_job.revision);
    let (key, body) = (attempt.cron_job.key(), Payload::Object(body));
    let call = Call::Update { resource: CRON_JOBS, key, part: Part::Status, body };
    Next::Call(vec![call], Progress::Writing(attempt.again))
}
