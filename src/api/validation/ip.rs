//! Addresses and address ranges. Models k8s.io/utils/net ParseIPSloppy and
//! apimachinery/pkg/util/validation/ip.go.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Errors, Field};

/// Reads an address; numbers of an IPv4 address may have leading zeros.
pub fn parse(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then_some(IpAddr::V4(Ipv4Addr::from(octets)))
}

/// Whether the text is an IPv6 address.
pub fn is_v6(text: &str) -> bool {
    matches!(parse(text), Some(IpAddr::V6(_)))
}

/// Whether the texts are one address of each family. Models IsDualStackIPStrings.
pub fn is_dual_stack<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let (mut v4, mut v6) = (false, false);
    for text in texts {
        if is_v6(text) { v6 = true } else { v4 = true }
    }
    v4 && v6
}

/// Requires an address. Models IsValidIP.
pub fn check(field: &Field, errors: &mut Errors) {
    if parse(field.text()).is_none() {
        let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        errors.invalid(field, field.text(), detail);
    }
}

/// Requires an address range. Models IsValidCIDR.
pub fn check_range(field: &Field, text: &str, errors: &mut Errors) {
    if !is_range(text) {
        let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        errors.invalid(field, text, detail);
    }
}

/// Requires an address that means one machine among many: neither none, nor this one, nor one of
/// this link alone. Models pkg/apis/core/validation ValidateNonSpecialIP.
pub fn check_not_special(field: &Field, errors: &mut Errors) {
    let text = field.text();
    let Some(address) = parse(text) else {
        return errors.invalid(field, text, "must be a valid IP address");
    };
    if address.is_unspecified() {
        errors.invalid(field, text, format!("may not be unspecified ({text})"));
    }
    if address.is_loopback() {
        let detail = "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        errors.invalid(field, text, detail);
    }
    let (link_local, link_local_multicast) = match address {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets()[..3] == [224, 0, 0]),
        IpAddr::V6(v6) => (v6.is_unicast_link_local(), v6.segments()[0] & 0xff0f == 0xff02),
    };
    if link_local {
        let detail = "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        errors.invalid(field, text, detail);
    }
    if link_local_multicast {
        let detail = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        errors.invalid(field, text, detail);
    }
}

/// Whether a range lies within another and is smaller; `None` when one of them is no range.
pub fn is_strictly_within(inner: &str, outer: &str) -> Option<bool> {
    let (inner_start, inner_bits) = range(inner)?;
    let (outer_start, outer_bits) = range(outer)?;
    let (a, b, width) = match (inner_start, outer_start) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u32::from(a).into(), u32::from(b).into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (u128::from(a), u128::from(b), 128),
        _ => return Some(false),
    };
    let free = width - outer_bits;
    let same = free == 128 || a >> free == b >> free;
    Some(same && inner_bits > outer_bits)
}

/// The first address of a range, and how many bits all of its addresses share.
fn range(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = text.split_once('/').filter(|_| is_range(text))?;
    Some((parse(address)?, bits.parse().ok()?))
}

fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let bits_max = if address.contains(':') { 128 } else { 32 };
    let digits = bits.len() <= 3 && bits.bytes().all(|b| b.is_ascii_digit());
    parse(address).is_some() && digits && bits.parse::<u32>().is_ok_and(|bits| bits <= bits_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        for good in ["10.0.0.1", "010.000.0.1", "::1", "2001:db8::ffff"] {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in ["", "10.0.0", "10.0.0.256", "10.0.0.1.2", "a.b.c.d", "1.2.3.", "+1.2.3.4"] {
            assert!(parse(bad).is_none(), "{bad}");
        }
        assert!(is_range("10.0.0.0/8") && is_range("::/0"));
        assert!(!is_range("10.0.0.0/33") && !is_range("10.0.0.0") && !is_range("10.0.0.0/+1"));
        assert_eq!(is_strictly_within("10.1.0.0/16", "10.0.0.0/8"), Some(true));
        assert_eq!(is_strictly_within("10.0.0.0/8", "10.0.0.0/8"), Some(false));
        assert_eq!(is_strictly_within("11.0.0.0/16", "10.0.0.0/8"), Some(false));
        assert_eq!(is_strictly_within("1.0.0.0/8", "0.0.0.0/0"), Some(true));
        assert_eq!(is_strictly_within("::1/128", "::/0"), Some(true));
        assert_eq!(is_strictly_within("x", "::/0"), None);
        assert!(is_dual_stack(["10.0.0.1", "::1"].into_iter()));
        assert!(!is_dual_stack(["10.0.0.1", "10.0.0.2"].into_iter()));
    }
}
