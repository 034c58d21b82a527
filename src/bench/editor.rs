//! A keystroke in a manifest of 5,000 lines, until it is known what is wrong with the text.

use super::{Meter, percentile};
use crate::manifest::Diagnoser;

const LINES: usize = 5000;
/// How many lines each application of the manifest has.
const LINES_EACH: usize = 36;
const TYPED: &str = "owners: [shop, cart, checkout, billing, support, search]";

/// What a keystroke takes, in milliseconds: the 95th percentile.
pub fn keystroke_ms(meter: Meter) -> f64 {
    let mut diagnoser = Diagnoser::default();
    let mut spent: Vec<f64> = keystrokes()
        .map(|text| {
            let (found, seconds) = meter.time(|| diagnoser.diagnose(&text));
            assert!(!found.is_empty(), "what is measured is that a mistake is found");
            seconds * 1000.0
        })
        // The first is the text as it is opened.
        .skip(1)
        .collect();
    percentile(&mut spent, 95)
}

/// The text after each keystroke of somebody who writes a line into the middle of it, where it is
/// wrong.
pub fn keystrokes() -> impl Iterator<Item = String> {
    let text = manifest();
    let middle = text.match_indices("\nspec:").nth(LINES / LINES_EACH).expect("a middle").0 + 1;
    (0..TYPED.len())
        .map(move |count| format!("{}{}\n{}", &text[..middle], &TYPED[..=count], &text[middle..]))
}

/// Deployments and their Services, as a course's whole folder in one file.
fn manifest() -> String {
    (0..LINES.div_ceil(LINES_EACH)).map(application).collect()
}

fn application(n: usize) -> String {
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-{n}
  labels:
    app: shop-{n}
spec:
  replicas: 3
  selector:
    matchLabels:
      app: shop-{n}
  template:
    metadata:
      labels:
        app: shop-{n}
    spec:
      containers:
        - name: web
          image: nginx:1.28
          ports:
            - containerPort: 80
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
---
apiVersion: v1
kind: Service
metadata:
  name: shop-{n}
spec:
  selector:
    app: shop-{n}
  ports:
    - port: 80
---
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::diagnose;

    #[test]
    fn the_manifest_is_long_enough_and_without_fault() {
        assert_eq!(application(0).lines().count(), LINES_EACH);
        assert!(manifest().lines().count() >= LINES);
        assert_eq!(diagnose(&manifest()), []);
    }

    #[test]
    fn what_is_typed_is_wrong_all_the_while() {
        assert!(keystrokes().all(|text| !diagnose(&text).is_empty()));
    }
}
