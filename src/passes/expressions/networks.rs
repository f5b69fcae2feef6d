//! Network addresses in literals, as PostgreSQL prints them.

use core::net::IpAddr;

/// Whether a type holds addresses.
pub fn is_address(name: &str) -> bool {
    matches!(name, "inet" | "cidr" | "macaddr" | "macaddr8")
}

/// An address of such a type; `None` for what PostgreSQL refuses, or has rules of its own for.
pub fn canonical(name: &str, text: &str) -> Option<String> {
    match name {
        "inet" | "cidr" => network(text.trim(), name == "cidr"),
        "macaddr" => hardware(text.trim(), 6),
        "macaddr8" => hardware(text.trim(), 8),
        _ => None,
    }
}

/// `10.0.0.1`, `10.0.0.0/8`: a cidr shows its mask, and has no bits right of it.
fn network(text: &str, cidr: bool) -> Option<String> {
    let (address, mask) = text.split_once('/').map_or((text, None), |(address, mask)| (address, Some(mask)));
    // A cidr may leave out zeros at its end.
    let zeros =
        if cidr && mask.is_some() && !address.contains(':') { address.matches('.').count() } else { 3 };
    let address: IpAddr = format!("{address}{}", ".0".repeat(3_usize.saturating_sub(zeros))).parse().ok()?;
    let (bits, value) = match address {
        IpAddr::V4(address) => (32_u32, u128::from(address.to_bits())),
        IpAddr::V6(address) => (128, address.to_bits()),
    };
    let mask: u32 = match mask {
        None => bits,
        Some(mask) => mask.parse().ok().filter(|mask: &u32| *mask <= bits)?,
    };
    let host = bits - mask;
    let masked = host == 128 || value & ((1_u128 << host) - 1) == 0;
    if cidr && !(masked || host == 0 || value == 0) {
        return None;
    }
    Some(if cidr || mask < bits { format!("{address}/{mask}") } else { address.to_string() })
}

/// `08:00:2b:01:02:03`, however its digits are grouped.
fn hardware(text: &str, bytes: usize) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    let whole = digits.len() == 2 * bytes && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !whole {
        return None;
    }
    let pairs: Vec<&str> = (0..bytes).map(|at| &digits[2 * at..2 * at + 2]).collect();
    Some(pairs.join(":").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_postgresql_prints_them() {
        let inet = |text| canonical("inet", text);
        assert_eq!(inet("10.0.0.1/32").as_deref(), Some("10.0.0.1"));
        assert_eq!(inet("10.0.0.1/24").as_deref(), Some("10.0.0.1/24"));
        assert_eq!(inet("2001:DB8:0:0:0:0:0:1").as_deref(), Some("2001:db8::1"));
        assert_eq!(inet("10.0.0"), None);
        assert_eq!(inet("10.0.0.1/33"), None);
        let cidr = |text| canonical("cidr", text);
        assert_eq!(cidr("10.0.0.0/8").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(cidr("10.0.0.1").as_deref(), Some("10.0.0.1/32"));
        assert_eq!(cidr("10.0.0.1/8"), None);
        assert_eq!(cidr("10.1/16").as_deref(), Some("10.1.0.0/16"));
        assert_eq!(cidr("::/0").as_deref(), Some("::/0"));
        assert_eq!(canonical("macaddr", "08002B:010203").as_deref(), Some("08:00:2b:01:02:03"));
        assert_eq!(canonical("macaddr", "08:00:2b:01:02"), None);
    }
}
