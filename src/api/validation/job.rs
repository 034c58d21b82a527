//! Rules of Jobs, and of the templates CronJobs make them of.
//! Models pkg/apis/batch/validation/validation.go ValidateJob.

use super::common::{domain_prefixed_path, fixed, one_of, one_of_if_set};
use super::errors::Json;
use super::meta::not_negative;
use super::{Errors, Field, Rules, go, meta, pod, selector, semantically_equal, text};
use crate::api::codec::{Codec, StrMap};
use crate::api::defaults::JOB_LABELS;
use crate::api::labels::Selector;
use crate::api::types::LabelSelector;

pub(super) const RULES: Rules = Rules { create, update, status };

/// How many pods of an indexed job may run at once.
const INDEXED_MAX: i64 = 100_000;
/// How many rules a failure policy may have, with how many exit codes or conditions each.
const RULES_MAX: usize = 20;
const CODES_MAX: usize = 255;

fn create(job: &Field, errors: &mut Errors) {
    let metadata = job.at("metadata");
    meta::create(&metadata, true, text::name_is_subdomain, errors);
    generated_selector(job, errors);
    let spec = job.at("spec");
    whole(&spec, errors);
    let completions = spec.at("completions").int().unwrap_or(0);
    if spec.at("completionMode").text() == "Indexed" && completions > 0 {
        let name = metadata.at("name");
        let hostname = format!("{}-{}", name.text(), completions - 1);
        if !text::dns1123_label(&hostname).is_empty() {
            let detail = format!("will not able to create pod with invalid DNS label: {hostname}");
            errors.invalid(&name, name.text(), detail);
        }
    }
}

/// Models ValidateJobUpdate.
fn update(job: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&job.at("metadata"), &old.at("metadata"), errors);
    let (spec, old_spec) = (job.at("spec"), old.at("spec"));
    whole(&spec, errors);
    let elastic = spec.at("completionMode").text() == "Indexed"
        && spec.at("completions").value == spec.at("parallelism").value;
    if !elastic {
        fixed(&spec, &old_spec, &["completions"], errors);
    }
    let selector = spec.at("selector");
    if !semantically_equal(selector.value, old_spec.value.at("selector")) {
        errors.invalid(&selector, selector::shown(&selector), meta::IMMUTABLE);
    }
    let template = spec.at("template");
    if !semantically_equal(template.value, old_spec.value.at("template")) {
        errors.invalid(&template, Json(go::compact_template(template.value)), meta::IMMUTABLE);
    }
    fixed(&spec, &old_spec, &["completionMode", "podFailurePolicy"], errors);
    fixed(&spec, &old_spec, &["backoffLimitPerIndex", "managedBy", "successPolicy"], errors);
}

fn status(job: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&job.at("metadata"), &old.at("metadata"), errors);
    let status = job.at("status");
    for name in ["active", "succeeded", "failed", "ready", "terminating"] {
        not_negative(&status.at(name), errors);
    }
}

/// The job that a CronJob makes. Models ValidateJobTemplateSpec.
pub(super) fn template(template: &Field, errors: &mut Errors) {
    let spec = template.at("spec");
    parts(&spec, errors);
    let selector = spec.at("selector");
    if selector.is_set() {
        let shown = selector::shown(&selector);
        errors.invalid(&selector, shown, "`selector` will be auto-generated");
    }
    let manual = spec.at("manualSelector");
    if manual.is_true() {
        errors.not_supported(&manual, true, &["nil", "false"]);
    }
}

/// Models ValidateGeneratedSelector: what the server made must be what counts.
fn generated_selector(job: &Field, errors: &mut Errors) {
    let spec = job.at("spec");
    let selector = spec.at("selector");
    if spec.at("manualSelector").is_true() || !selector.is_set() {
        return;
    }
    let metadata = job.value.at("metadata");
    let mut expected = StrMap::default();
    for (label, source) in JOB_LABELS {
        expected = expected.with(label, metadata.at(source).text());
    }
    if !Selector::from(&LabelSelector::load(selector.value)).matches(&expected) {
        errors.invalid(&selector, selector::shown(&selector), "`selector` not auto-generated");
    }
}

/// Models ValidateJobSpec.
fn whole(spec: &Field, errors: &mut Errors) {
    parts(spec, errors);
    let selector = spec.at("selector");
    if !selector.is_set() {
        errors.required(&selector, "");
    }
    selector::label_selector(&selector, errors);
    selector::selects(&selector, &spec.at("template"), errors);
}

/// Models validateJobSpec.
fn parts(spec: &Field, errors: &mut Errors) {
    const COUNTS: [&str; 6] = [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
    ];
    COUNTS.iter().for_each(|name| not_negative(&spec.at(name), errors));
    let failed = spec.at("maxFailedIndexes");
    not_negative(&failed, errors);
    if failed.is_set() && !spec.at("backoffLimitPerIndex").is_set() {
        let missing = spec.at("backoffLimitPerIndex");
        errors.required(&missing, "when maxFailedIndexes is specified");
    }
    let manager = spec.at("managedBy");
    if manager.is_set() {
        domain_prefixed_path(&manager, errors);
    }
    completion(spec, errors);
    failure_policy(spec, errors);
    let replacement = spec.at("podReplacementPolicy");
    match spec.at("podFailurePolicy").is_set() {
        true => one_of_if_set(&replacement, &["Failed"], errors),
        false => one_of_if_set(&replacement, &["Failed", "TerminatingOrFailed"], errors),
    }
    let template = spec.at("template");
    pod::template(&template, errors);
    let pod_spec = template.at("spec");
    let policy = pod_spec.at("restartPolicy");
    match policy.text() {
        "" | "Always" => errors.required(&policy, "valid values: \"OnFailure\", \"Never\""),
        "Never" => {}
        "OnFailure" if spec.at("podFailurePolicy").is_set() => {
            let detail = "only \"Never\" is supported when podFailurePolicy is specified";
            errors.invalid(&policy, policy.text(), detail);
        }
        "OnFailure" => {}
        other => errors.not_supported(&policy, other, &["OnFailure", "Never"]),
    }
}

/// How completions are counted.
fn completion(spec: &Field, errors: &mut Errors) {
    let mode = spec.at("completionMode");
    one_of_if_set(&mode, &["NonIndexed", "Indexed"], errors);
    if mode.text() == "Indexed" {
        let completions = spec.at("completions");
        if !completions.is_set() {
            errors.required(&completions, "when completion mode is Indexed");
        }
        let parallelism = spec.at("parallelism");
        if let Some(number) = parallelism.int().filter(|number| *number > INDEXED_MAX) {
            let detail = format!(
                "must be less than or equal to {INDEXED_MAX} when completion mode is Indexed"
            );
            errors.invalid(&parallelism, number, detail);
        }
        return;
    }
    for name in ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"] {
        let field = spec.at(name);
        if field.is_set() {
            errors.invalid(&field, &field, "requires indexed completion mode");
        }
    }
}

/// Models validatePodFailurePolicy.
fn failure_policy(spec: &Field, errors: &mut Errors) {
    let policy = spec.at("podFailurePolicy");
    if !policy.is_set() {
        return;
    }
    let rules = policy.at("rules");
    if rules.len() > RULES_MAX {
        errors.too_many(&rules, rules.len(), RULES_MAX);
    }
    for rule in rules.items() {
        let action = rule.at("action");
        match action.text() {
            "" => errors.required(
                &action,
                "valid values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"",
            ),
            "FailIndex" if !spec.at("backoffLimitPerIndex").is_set() => {
                let detail = "requires the backoffLimitPerIndex to be set";
                errors.invalid(&action, "FailIndex", detail);
            }
            _ => one_of(&action, &["Count", "FailIndex", "FailJob", "Ignore"], errors),
        }
        let (codes, conditions) = (rule.at("onExitCodes"), rule.at("onPodConditions"));
        if codes.is_set() {
            exit_codes(&codes, spec, errors);
        }
        if !conditions.is_empty() {
            self::conditions(&conditions, errors);
        }
        match (codes.is_set(), !conditions.is_empty()) {
            (true, true) => {
                let detail = "specifying both OnExitCodes and OnPodConditions is not supported";
                errors.invalid(&rule, "<omitted>", detail);
            }
            (false, false) => {
                let detail = "specifying one of OnExitCodes and OnPodConditions is required";
                errors.invalid(&rule, "<omitted>", detail);
            }
            _ => {}
        }
    }
}

fn exit_codes(codes: &Field, spec: &Field, errors: &mut Errors) {
    let operator = codes.at("operator");
    match operator.text() {
        "" => errors.required(&operator, "valid values: \"In\", \"NotIn\""),
        _ => one_of(&operator, &["In", "NotIn"], errors),
    }
    let container = codes.at("containerName");
    if container.is_set() {
        let template = spec.value.at_path(&["template", "spec"]);
        let lists = ["containers", "initContainers"].map(|list| template.at(list).items());
        let mut names = lists.into_iter().flatten().map(|container| container.at("name").text());
        if names.all(|name| name != container.text()) {
            let detail = "must be one of the container or initContainer names in the pod template";
            errors.invalid(&container, container.text(), detail);
        }
    }
    let values = codes.at("values");
    if values.is_empty() {
        errors.invalid(&values, &values, "at least one value is required");
    } else if values.len() > CODES_MAX {
        errors.too_many(&values, values.len(), CODES_MAX);
    }
    let mut before: Option<i64> = None;
    for value in values.items() {
        let code = value.int().unwrap_or(0);
        if operator.text() == "In" && code == 0 {
            errors.invalid(&value, code, "must not be 0 for the In operator");
        }
        if before == Some(code) {
            errors.duplicate(&value, code, "");
        } else if before.is_some_and(|before| before > code) {
            errors.invalid(&values, &values, "must be ordered");
            break;
        }
        before = Some(code);
    }
}

fn conditions(conditions: &Field, errors: &mut Errors) {
    if conditions.len() > RULES_MAX {
        errors.too_many(conditions, conditions.len(), RULES_MAX);
    }
    for pattern in conditions.items() {
        let (kind, status) = (pattern.at("type"), pattern.at("status"));
        errors.each(&kind, text::qualified_name(kind.text()));
        match status.text() {
            "" => errors.required(&status, "valid values: \"False\", \"True\", \"Unknown\""),
            _ => one_of(&status, &["False", "True", "Unknown"], errors),
        }
    }
}
