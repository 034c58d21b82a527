//! A pod runs as somebody, and finds its credentials in a volume.
//! Models plugin/pkg/admission/serviceaccount/admission.go.

use crate::api::{Key, Resource, Status, Str, Value, names, quote};
use crate::apiserver::write::{Ctx, Refusal};

/// Where containers find the credentials.
const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// How long a token lives, in seconds: one hour, and a little for the kubelet to renew it.
const TOKEN_SECONDS: i64 = 3607;
/// 0644 in decimal, as JSON has it.
const DEFAULT_MODE: i64 = 420;

pub fn admit(pod: &mut Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    let meta = pod.at("metadata");
    if !meta.at_path(&["annotations", "kubernetes.io/config.mirror"]).is_null() {
        // A mirror pod cannot use what its static pod did not know of.
        return Ok(());
    }
    let (namespace, name) =
        (Str::from(meta.at("namespace").text()), Str::from(meta.at("name").text()));
    // Upstream refuses before it makes a name.
    let name = match meta.at("generateName").text() {
        "" => name,
        base => base.into(),
    };
    let spec = pod.entry("spec");
    if spec.at("serviceAccountName").text().is_empty() {
        *spec.entry("serviceAccountName") = "default".into();
    }
    let account = Str::from(spec.at("serviceAccountName").text());
    *spec.entry("serviceAccount") = account.clone().into();
    let key = Key::new(&namespace, &account);
    let Some(found) = ctx.find(Resource::SERVICEACCOUNTS, &key)? else {
        let why = format!(
            "error looking up service account {namespace}/{account}: serviceaccount {} not found",
            quote(&account)
        );
        return Err(Status::forbidden(Resource::PODS, &name, &why).into());
    };
    if wants_token(spec, &found.to_value()) {
        mount_token(spec, ctx);
    }
    let secrets = found.to_value().at("imagePullSecrets").clone();
    if spec.at("imagePullSecrets").items().is_empty() && !secrets.items().is_empty() {
        *spec.entry("imagePullSecrets") = secrets;
    }
    Ok(())
}

fn wants_token(spec: &Value, account: &Value) -> bool {
    const KEY: &str = "automountServiceAccountToken";
    spec.at(KEY).as_bool().or(account.at(KEY).as_bool()).unwrap_or(true)
}

fn mount_token(spec: &mut Value, ctx: &mut Ctx<'_>) {
    let volume = names::generate("kube-api-access-", ctx.rng);
    let mut mounted = false;
    for group in ["initContainers", "containers"] {
        if spec.at(group).items().is_empty() {
            continue;
        }
        for container in spec.entry(group).make_list() {
            let has = |mount: &Value| mount.at("mountPath").text() == MOUNT_PATH;
            if container.at("volumeMounts").items().iter().any(has) {
                continue;
            }
            mounted = true;
            container.entry("volumeMounts").make_list().push(Value::map([
                ("mountPath", MOUNT_PATH.into()),
                ("name", volume.clone().into()),
                ("readOnly", true.into()),
            ]));
        }
    }
    if mounted {
        spec.entry("volumes")
            .make_list()
            .push(Value::map([("name", volume.into()), ("projected", projection())]));
    }
}

/// Token, certificate and namespace, as every pod finds them.
fn projection() -> Value {
    let certificate = Value::map([("key", Value::from("ca.crt")), ("path", "ca.crt".into())]);
    let field =
        Value::map([("apiVersion", Value::from("v1")), ("fieldPath", "metadata.namespace".into())]);
    let item = Value::map([("path", Value::from("namespace")), ("fieldRef", field)]);
    let sources = [
        (
            "serviceAccountToken",
            Value::map([("expirationSeconds", TOKEN_SECONDS.into()), ("path", "token".into())]),
        ),
        (
            "configMap",
            Value::map([("name", "kube-root-ca.crt".into()), ("items", vec![certificate].into())]),
        ),
        ("downwardAPI", Value::map([("items", Value::from(vec![item]))])),
    ];
    Value::map([
        ("defaultMode", DEFAULT_MODE.into()),
        ("sources", sources.into_iter().map(|source| Value::map([source])).collect()),
    ])
}
