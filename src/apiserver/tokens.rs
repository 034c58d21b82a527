//! Tokens of service accounts: what they say, who is who by them, and how they are asked for.
//!
//! Models pkg/serviceaccount and pkg/registry/core/serviceaccount/storage/token.go. They look like
//! those of the real server and are signed with nothing but a hash: they prove who somebody is
//! within the simulation, and nothing anywhere else.

use super::cache::WatchCache;
use crate::api::rpc::Subject;
use crate::api::types::Uid;
use crate::api::{Cause, Key, List, Object, Resource, Status, Str, Timestamp, Value, base64};
use crate::manifest;
use crate::sim::{Duration, Fingerprint, Rng, Time};

const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";
const HEADER: &str = r#"{"alg":"RS256","kid":"orrery"}"#;
const LIVES_SECS: i64 = 3600;
const LIVES_SECS_MIN: i64 = 600;
const LIVES_SECS_MAX: i64 = 1 << 32;

/// Issues a token for a service account, as `asked` wants it: the TokenRequest, answered.
pub fn issue(account: &Object, asked: &Value, now: Time, rng: &mut Rng) -> Result<Value, Status> {
    let spec = asked.at("spec");
    let secs = spec.at("expirationSeconds").as_int().unwrap_or(LIVES_SECS);
    let why = match secs {
        ..LIVES_SECS_MIN => "may not specify a duration less than 10 minutes",
        LIVES_SECS_MAX.. => "may not specify a duration larger than 2^32 seconds",
        _ => "",
    };
    if !why.is_empty() {
        let cause = Cause {
            reason: "FieldValueInvalid".into(),
            message: format!("Invalid value: {secs}: {why}").into(),
            field: "spec.expirationSeconds".into(),
        };
        let text = format!("TokenRequest.authentication.k8s.io \"\" is invalid: {cause}");
        let status = Status::new(422, crate::api::Reason::Invalid, text);
        let kind = Str::new_static("TokenRequest");
        return Err(Status { kind, causes: [cause].into(), ..status });
    }
    let given = spec.at("audiences").items();
    let audiences: Value =
        if given.is_empty() { vec![ISSUER.into()].into() } else { given.iter().cloned().collect() };
    let issued = Timestamp::at(now);
    let expires = Timestamp::at(now + Duration::from_secs(secs.unsigned_abs()));
    let id = Uid::random(rng.next_u64(), rng.next_u64());
    let token = signed(&claims(account, &audiences, (issued, expires), id));
    Ok(Value::map([
        ("apiVersion", "authentication.k8s.io/v1".into()),
        ("kind", "TokenRequest".into()),
        (
            "metadata",
            Value::map([
                ("creationTimestamp", issued.to_string().into()),
                ("name", account.name().into()),
                ("namespace", account.namespace().into()),
            ]),
        ),
        (
            "spec",
            Value::map([
                ("audiences", audiences),
                ("boundObjectRef", Value::Null),
                ("expirationSeconds", secs.into()),
            ]),
        ),
        (
            "status",
            Value::map([
                ("expirationTimestamp", expires.to_string().into()),
                ("token", token.into()),
            ]),
        ),
    ]))
}

fn claims(
    account: &Object,
    audiences: &Value,
    (issued, expires): (Timestamp, Timestamp),
    id: Uid,
) -> Value {
    let who = Value::map([
        ("name", Value::from(account.name())),
        ("uid", account.uid().to_string().into()),
    ]);
    let (namespace, name) = (account.namespace(), account.name());
    Value::map([
        ("aud", audiences.clone()),
        ("exp", expires.0.into()),
        ("iat", issued.0.into()),
        ("iss", ISSUER.into()),
        ("jti", id.to_string().into()),
        (
            "kubernetes.io",
            Value::map([("namespace", Value::from(namespace)), ("serviceaccount", who)]),
        ),
        ("nbf", issued.0.into()),
        ("sub", format!("system:serviceaccount:{namespace}:{name}").into()),
    ])
}

fn signed(claims: &Value) -> String {
    let part = |text: &str| url_safe(&base64::encode(text.as_bytes()));
    let text = format!("{}.{}", part(HEADER), part(&claims.to_json()));
    let signature = signature(&text);
    format!("{text}.{signature}")
}

/// What stands for a signature: a hash with a key that everyone can read.
fn signature(text: &str) -> String {
    let parts: Vec<String> = (0..4u64)
        .map(|round| {
            let mut hash = Fingerprint::new();
            hash.u64(round);
            hash.str(ISSUER);
            hash.str(text);
            format!("{:016x}", hash.finish())
        })
        .collect();
    url_safe(&base64::encode(parts.concat().as_bytes()))
}

fn url_safe(text: &str) -> String {
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Who shows a token; `None` if it is not good, or its account is gone. Models the authenticator of
/// service accounts.
pub fn subject(cache: &WatchCache, token: &str, now: Time) -> Option<Subject> {
    let (text, shown) = token.rsplit_once('.')?;
    if signature(text) != shown {
        return None;
    }
    let (_, claims) = text.split_once('.')?;
    let plain = claims.replace('-', "+").replace('_', "/");
    let padded = format!("{plain}{}", "=".repeat((4 - plain.len() % 4) % 4));
    let bytes = base64::decode(&padded).ok()?;
    let claims = manifest::parse_json(std::str::from_utf8(&bytes).ok()?).ok()?;
    if claims.at("exp").as_int()? <= Timestamp::at(now).0 {
        return None;
    }
    let own = claims.at("kubernetes.io");
    let (namespace, who) = (own.at("namespace").text(), own.at("serviceaccount"));
    let key = Key::new(namespace, who.at("name").text());
    let account = cache.get(Resource::SERVICEACCOUNTS, &key)?;
    if account.uid().to_string() != who.at("uid").text() {
        return None;
    }
    let groups = ["system:serviceaccounts".into(), format!("system:serviceaccounts:{namespace}")];
    let groups: Vec<Str> = groups.into_iter().map(Str::from).collect();
    Some(Subject { user: claims.at("sub").text().into(), groups: List::from(groups) })
}

/// Answers a TokenReview. Models pkg/registry/authentication/tokenreview.
pub fn review(cache: &WatchCache, token: &str, now: Time) -> Value {
    let Some(who) = subject(cache, token, now) else {
        let error = "[invalid bearer token, Token has been invalidated]";
        return Value::map([("error", error.into()), ("user", Value::map::<&str, 0>([]))]);
    };
    let groups = who.groups.iter().cloned().chain([Str::new_static("system:authenticated")]);
    let groups: Value = groups.map(Value::Str).collect();
    Value::map([
        ("audiences", vec![ISSUER.into()].into()),
        ("authenticated", true.into()),
        ("user", Value::map([("groups", groups), ("username", who.user.into())])),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::ObjectMeta;

    fn account() -> Object {
        let value = Value::map([(
            "metadata",
            Value::map([("name", Value::from("bot")), ("namespace", "default".into())]),
        )]);
        let account = Object::load(Resource::SERVICEACCOUNTS, &value);
        account.with_meta(|meta: &mut ObjectMeta| meta.uid = Uid::random(1, 2))
    }

    #[test]
    fn a_token_says_who_shows_it_until_it_expires() {
        let (account, now) = (account(), Time::from_secs(1_000));
        let mut cache = WatchCache::default();
        cache.hold(account.clone());
        let asked = Value::map([("spec", Value::map([("expirationSeconds", Value::Int(600))]))]);
        let answer = issue(&account, &asked, now, &mut Rng::new(1)).unwrap();
        let token = answer.at_path(&["status", "token"]).text();
        assert_eq!(token.split('.').count(), 3);
        let expires = answer.at_path(&["status", "expirationTimestamp"]).text();
        let secs = crate::api::parse_rfc3339(expires).unwrap() / 1_000_000;
        assert_eq!(secs, Timestamp::at(now).0 + 600);
        let who = |token: &str, secs| subject(&cache, token, Time::from_secs(secs)).map(|s| s.user);
        assert_eq!(who(token, 1_001).as_deref(), Some("system:serviceaccount:default:bot"));
        assert_eq!(who(token, 1_600), None);
        assert_eq!(who(&token.replace('a', "b"), 1_001), None);
        assert_eq!(who("jane", 1_001), None);
        let review = review(&cache, token, Time::from_secs(1_001));
        assert_eq!(review.at("authenticated").as_bool(), Some(true));
    }

    #[test]
    fn a_token_lives_neither_too_short_nor_too_long() {
        let asked = Value::map([("spec", Value::map([("expirationSeconds", Value::Int(60))]))]);
        let refused = issue(&account(), &asked, Time::from_secs(0), &mut Rng::new(1)).unwrap_err();
        assert_eq!(
            refused.message,
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid \
             value: 60: may not specify a duration less than 10 minutes"
        );
    }
}
