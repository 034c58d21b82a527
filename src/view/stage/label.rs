//! Names where there is little room: the end of a name is what tells pods apart.

/// The width of a letter of the fixed-width family at the smallest size, in pixels.
pub const LETTER_PX: f64 = 6.7;

/// The width of a letter of the fixed-width family in the head of a card, in pixels.
pub const HEAD_LETTER_PX: f64 = 7.9;

/// A host's name in `px` pixels of letters `letter_px` wide: both ends where there is room for
/// them, otherwise the end.
pub fn host_name(name: &str, px: f64, letter_px: f64) -> String {
    let max = (px / letter_px).floor().max(2.0) as usize;
    if max < 14 { short_name(name, max) } else { keep_ends(name, max) }
}

/// How many letters fit into `px` pixels.
pub fn letters(px: f64) -> usize {
    (px / LETTER_PX).floor().max(0.0) as usize
}

/// `name` in at most `max` letters. What goes first is the front: `…-2xk7p` for
/// `httpd-frontend-6d4b8f7c9-2xk7p`, because a pod's last part is its own and the rest is its
/// owner's, which its colour already tells.
pub fn short_name(name: &str, max: usize) -> String {
    let length = name.chars().count();
    if length <= max {
        return name.to_string();
    }
    if let Some((_, tail)) = name.rsplit_once('-')
        && !tail.is_empty()
        && tail.chars().count() + 2 <= max
    {
        return format!("…-{tail}");
    }
    keep_end(name, max)
}

/// The last `max - 1` letters of `name` behind an ellipsis.
pub fn keep_end(name: &str, max: usize) -> String {
    let length = name.chars().count();
    if length <= max {
        return name.to_string();
    }
    let kept: String = name.chars().skip(length - max.saturating_sub(1)).collect();
    format!("…{kept}")
}

/// Both ends of `name` around an ellipsis, in at most `max` letters: for hosts, whose front says
/// what they are and whose end says which.
pub fn keep_ends(name: &str, max: usize) -> String {
    let length = name.chars().count();
    if length <= max {
        return name.to_string();
    }
    let tail = max / 2;
    let head = max.saturating_sub(tail + 1);
    let front: String = name.chars().take(head).collect();
    let back: String = name.chars().skip(length - tail).collect();
    format!("{front}…{back}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telling_end_stays() {
        let check = |name, max, expected| assert_eq!(short_name(name, max), expected);
        check("redis-0", 10, "redis-0");
        check("httpd-frontend-6d4b8f7c9-2xk7p", 10, "…-2xk7p");
        check("httpd-frontend-6d4b8f7c9-2xk7p", 6, "…2xk7p");
        check("averyverylongname", 8, "…ongname");
        check("파드-하나-둘셋", 7, "…-둘셋");
    }

    #[test]
    fn hosts_keep_both_ends() {
        assert_eq!(keep_ends("node-1", 10), "node-1");
        assert_eq!(host_name("pool-a1b2-node-01", 60.0, LETTER_PX), "…-01");
        assert_eq!(host_name("pool-a1b2-node-01", 200.0, LETTER_PX), "pool-a1b2-node-01");
        let long = "gke-pool-default-e2-standard-17";
        assert_eq!(keep_ends(long, 11), "gke-p…rd-17");
        assert_eq!(keep_ends(long, 11).chars().count(), 11);
    }
}
