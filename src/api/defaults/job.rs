//! Defaults of Jobs and CronJobs. Models pkg/apis/batch/v1/defaults.go.

use super::{Value, each, empty, pod_spec, unset, within};

/// SetDefaults_Job.
pub(super) fn apply(job: &mut Value) {
    let labels = job.at_path(&["spec", "template", "metadata", "labels"]).clone();
    if !labels.is_empty() {
        empty(job.entry("metadata"), "labels", labels);
    }
    let spec = job.entry("spec");
    if spec.at("completions").is_null() && spec.at("parallelism").is_null() {
        *spec.entry("completions") = 1.into();
    }
    unset(spec, "parallelism", 1);
    let per_index = !spec.at("backoffLimitPerIndex").is_null();
    unset(spec, "backoffLimit", if per_index { i32::MAX } else { 6 });
    unset(spec, "completionMode", "NonIndexed");
    unset(spec, "suspend", false);
    let with_policy = !spec.at("podFailurePolicy").is_null();
    let replaced = if with_policy { "Failed" } else { "TerminatingOrFailed" };
    unset(spec, "podReplacementPolicy", replaced);
    unset(spec, "manualSelector", false);
    of_template(spec);
}

/// SetDefaults_CronJob. Its jobs get theirs when they are made.
pub(super) fn cron(cron: &mut Value) {
    let spec = cron.entry("spec");
    empty(spec, "concurrencyPolicy", "Allow");
    unset(spec, "suspend", false);
    unset(spec, "successfulJobsHistoryLimit", 3);
    unset(spec, "failedJobsHistoryLimit", 1);
    of_template(spec.entry_path(&["jobTemplate", "spec"]));
}

/// The labels that a job gives its pods, with what they say: its identity, and its name. The first
/// is the one it selects them by.
pub const LABELS: [(&str, &str); 4] = [
    ("batch.kubernetes.io/controller-uid", "uid"),
    ("controller-uid", "uid"),
    ("batch.kubernetes.io/job-name", "name"),
    ("job-name", "name"),
];

/// Gives a job that is to be created the selector of its pods, and these the labels.
/// Models pkg/registry/batch/job/strategy.go generateSelector.
pub(super) fn select(job: &mut Value) {
    let metadata = job.at("metadata").clone();
    let spec = job.entry("spec");
    if spec.at("manualSelector").as_bool() == Some(true) {
        return;
    }
    for (label, source) in LABELS {
        let labels = spec.entry_path(&["template", "metadata", "labels"]);
        *labels.entry(label) = metadata.at(source).clone();
    }
    let (label, source) = LABELS[0];
    *spec.entry_path(&["selector", "matchLabels", label]) = metadata.at(source).clone();
}

/// What every job has, be it one that is still to be made.
fn of_template(spec: &mut Value) {
    within(spec, "podFailurePolicy", |policy| {
        each(policy, "rules", |rule| {
            each(rule, "onPodConditions", |pattern| empty(pattern, "status", "True"));
        });
    });
    pod_spec::template(spec.entry("template"));
}
