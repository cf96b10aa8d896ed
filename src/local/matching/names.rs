//! Under which names a value that stands in a text may be known.

use std::net::{IpAddr, Ipv6Addr};

use super::block::Matched;
use crate::local::extract::ValueType;
use crate::model::indicator::{Indicator, Kind};
use crate::model::value_key::host_of;

/// Calls `look` with each name of a value, the value itself first.
pub(in crate::local) fn each_name(
    value: &str,
    kind: ValueType,
    parents: bool,
    look: &mut dyn FnMut(&str, ValueType, Matched),
) {
    look(value, kind, Matched::Exact);
    match kind {
        ValueType::Ip => address(value, look),
        ValueType::Domain if parents => each_parent(value, look),
        ValueType::Url => {
            url(value, parents, look);
            each_nested(value, parents, look);
        }
        ValueType::Email => {
            let domain = value.rsplit('@').next().unwrap_or(value);
            host(domain, parents, look);
        }
        ValueType::Domain | ValueType::File | ValueType::Cve => {}
    }
}

/// A URL without its fragment, which is not sent, and its host.
fn url(value: &str, parents: bool, look: &mut dyn FnMut(&str, ValueType, Matched)) {
    if let Some((before, _)) = value.split_once('#') {
        look(before, ValueType::Url, Matched::Exact);
    }
    host(host_of(value), parents, look);
}

fn host(name: &str, parents: bool, look: &mut dyn FnMut(&str, ValueType, Matched)) {
    if name.parse::<IpAddr>().is_ok() {
        look(name, ValueType::Ip, Matched::Exact);
        address(name, look);
        return;
    }
    look(name, ValueType::Domain, Matched::Exact);
    if parents {
        each_parent(name, look);
    }
}

/// URLs that the query of another one has, percent-encoded or not.
fn each_nested(value: &str, parents: bool, look: &mut dyn FnMut(&str, ValueType, Matched)) {
    let Some((_, query)) = value.split_once('?') else {
        return;
    };
    for (_, part) in url::form_urlencoded::parse(query.as_bytes()) {
        if !part.contains("://") {
            continue;
        }
        if let Ok(nested) = Indicator::parse(&part, Some(Kind::Url)) {
            look(nested.value(), ValueType::Url, Matched::Exact);
            self::url(nested.value(), parents, look);
        }
    }
}

/// An address in its other notation: IPv4 in IPv6 is the same machine.
fn address(value: &str, look: &mut dyn FnMut(&str, ValueType, Matched)) {
    let other = match value.parse() {
        Ok(IpAddr::V6(address)) => address.to_ipv4_mapped().map(IpAddr::V4),
        Ok(IpAddr::V4(address)) => Some(IpAddr::V6(Ipv6Addr::from(
            address.to_ipv6_mapped().octets(),
        ))),
        Err(_) => None,
    };
    if let Some(other) = other {
        look(&other.to_string(), ValueType::Ip, Matched::Exact);
    }
}

fn each_parent(domain: &str, look: &mut dyn FnMut(&str, ValueType, Matched)) {
    let mut rest = domain;
    while let Some((_, parent)) = rest.split_once('.') {
        look(parent, ValueType::Domain, Matched::Parent);
        rest = parent;
    }
}
