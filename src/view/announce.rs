//! What the live region says: now and then one sentence on how the pods are.
//!
//! Invariant: at most one sentence in a second, none that repeats the last one, and none while a
//! person drags through time.

use crate::sim::Duration;

use super::pod::{PodLook, PodView};
use super::words::Lang;

/// The least time between two sentences.
pub const PAUSE: Duration = Duration::from_secs(1);

/// How the pods are, as far as it is spoken of.
pub fn pods_sentence<'a>(pods: impl Iterator<Item = &'a PodView>, lang: Lang) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut waiting = None;
    for pod in pods {
        let word = match pod.look {
            PodLook::NotReady => "Running (not ready)",
            _ => pod.status.as_str(),
        };
        match counts.iter_mut().find(|(other, _)| *other == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
        if pod.node.is_none() && !pod.message.is_empty() {
            waiting = Some(pod);
        }
    }
    if counts.is_empty() {
        return lang.empty_cluster().to_string();
    }
    counts.sort_by_key(|&(word, count)| (usize::MAX - count, word));
    let counts: Vec<String> =
        (counts.iter()).map(|(word, count)| format!("{count} {word}")).collect();
    let mut sentence = lang.pods_live(&counts.join(", "));
    if let Some(pod) = waiting {
        sentence.push_str(". ");
        sentence.push_str(&lang.waiting_live(&pod.name, &pod.message));
    }
    sentence
}

/// Decides when to speak.
#[derive(Clone, Debug, Default)]
pub struct Announcer {
    last: String,
    quiet: Duration,
}

impl Announcer {
    /// `elapsed` has passed and `sentence` is what could be said; returns it when it should be.
    pub fn offer(&mut self, elapsed: Duration, scrubbing: bool, sentence: &str) -> Option<String> {
        self.quiet += elapsed;
        if scrubbing || self.quiet < PAUSE || sentence == self.last {
            return None;
        }
        self.quiet = Duration::ZERO;
        self.last = sentence.to_string();
        Some(self.last.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn pods_are_counted_in_kubernetes_words() {
        let picture = sample::teaching();
        let said = pods_sentence(picture.pods.values(), Lang::En);
        assert!(said.starts_with("Pods: "), "{said}");
        assert!(said.contains("0/3 nodes are available: 3 Insufficient cpu."));
        assert_eq!(pods_sentence([].iter(), Lang::Ko), "아직 파드가 없다");
    }

    #[test]
    fn it_is_silent_while_scrubbing_and_never_hurries() {
        let mut announcer = Announcer::default();
        let half = Duration::from_millis(500);
        assert_eq!(announcer.offer(half, false, "a"), None);
        assert_eq!(announcer.offer(half, true, "a"), None);
        assert_eq!(announcer.offer(half, false, "a").as_deref(), Some("a"));
        assert_eq!(announcer.offer(PAUSE, false, "a"), None);
        assert_eq!(announcer.offer(half, false, "b").as_deref(), Some("b"));
    }
}
