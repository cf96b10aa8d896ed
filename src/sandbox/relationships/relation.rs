//! The relationships that each kind of indicator has.

use crate::sandbox::subject::Kind;
use crate::sandbox::threats::ThreatKind;

/// A relationship, by name.
#[derive(Debug)]
pub(in crate::sandbox) struct Relation {
    pub(in crate::sandbox) name: &'static str,
    kinds: &'static [Kind],
    pub(super) target: Target,
    /// Whether only a premium licence may see it.
    pub(super) premium: bool,
}

/// What stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Threat objects of one type; of all types by turns where none is said.
    Threats(Option<ThreatKind>),
    /// Indicators.
    Many(Kind),
    /// Domains below the domain.
    Subdomains,
    /// One object, or none: the domain above.
    Parent,
    /// One object: the host of the URL.
    Host,
    /// One object: the address that last served it.
    Server,
    Resolutions,
    Comments,
    Behaviours,
    /// Objects of a type that say little more than their id.
    Plain(&'static str),
}

const ALL: &[Kind] = &Kind::ALL;
const NETWORK: &[Kind] = &[Kind::Ip, Kind::Domain, Kind::Url];
const HOST: &[Kind] = &[Kind::Ip, Kind::Domain];
const DOMAIN: &[Kind] = &[Kind::Domain];
const URL: &[Kind] = &[Kind::Url];
const FILE: &[Kind] = &[Kind::File];
const CONTENT: &[Kind] = &[Kind::Url, Kind::File];

const IPS: Target = Target::Many(Kind::Ip);
const DOMAINS: Target = Target::Many(Kind::Domain);
const URLS: Target = Target::Many(Kind::Url);
const FILES: Target = Target::Many(Kind::File);

const fn open(name: &'static str, kinds: &'static [Kind], target: Target) -> Relation {
    Relation {
        name,
        kinds,
        target,
        premium: false,
    }
}

const fn premium(name: &'static str, kinds: &'static [Kind], target: Target) -> Relation {
    Relation {
        name,
        kinds,
        target,
        premium: true,
    }
}

const fn threats(name: &'static str, kind: ThreatKind) -> Relation {
    premium(name, ALL, Target::Threats(Some(kind)))
}

/// All names of the API notes, section 2.5. Which of them are premium is not
/// public; threat objects are, and what the vendor marks so.
static RELATIONS: &[Relation] = &[
    premium("associations", ALL, Target::Threats(None)),
    threats("campaigns", ThreatKind::Campaign),
    threats("collections", ThreatKind::Collection),
    threats("malware_families", ThreatKind::Malware),
    threats("related_threat_actors", ThreatKind::Actor),
    threats("reports", ThreatKind::Report),
    threats("related_reports", ThreatKind::Report),
    threats("software_toolkits", ThreatKind::Toolkit),
    threats("vulnerabilities", ThreatKind::Vulnerability),
    open("comments", ALL, Target::Comments),
    open("graphs", ALL, Target::Plain("graph")),
    open("user_votes", ALL, Target::Plain("vote")),
    open("votes", ALL, Target::Plain("vote")),
    open("communicating_files", NETWORK, FILES),
    open("downloaded_files", NETWORK, FILES),
    open("referrer_files", NETWORK, FILES),
    premium("memory_pattern_parents", NETWORK, FILES),
    open("related_comments", NETWORK, Target::Comments),
    open(
        "historical_ssl_certificates",
        HOST,
        Target::Plain("ssl_cert"),
    ),
    open("historical_whois", HOST, Target::Plain("whois")),
    open("resolutions", HOST, Target::Resolutions),
    open("urls", HOST, URLS),
    open("caa_records", DOMAIN, DOMAINS),
    open("cname_records", DOMAIN, DOMAINS),
    open("mx_records", DOMAIN, DOMAINS),
    open("ns_records", DOMAIN, DOMAINS),
    open("soa_records", DOMAIN, DOMAINS),
    open("immediate_parent", DOMAIN, Target::Parent),
    open("parent", DOMAIN, Target::Parent),
    open("siblings", DOMAIN, DOMAINS),
    open("subdomains", DOMAIN, Target::Subdomains),
    open("analyses", CONTENT, Target::Plain("analysis")),
    open("submissions", CONTENT, Target::Plain("submission")),
    open("contacted_domains", CONTENT, DOMAINS),
    open("contacted_ips", CONTENT, IPS),
    open("embedded_js_files", URL, FILES),
    open("http_response_contents", URL, FILES),
    open("last_serving_ip_address", URL, Target::Server),
    open("network_location", URL, Target::Host),
    open("parent_resource_urls", URL, URLS),
    open("redirecting_urls", URL, URLS),
    open("redirects_to", URL, URLS),
    open("referrer_urls", URL, URLS),
    premium(
        "related_collections",
        URL,
        Target::Threats(Some(ThreatKind::Collection)),
    ),
    open("urls_related_by_tracker_id", URL, URLS),
    premium("attack_techniques", FILE, Target::Plain("attack_technique")),
    premium(
        "related_attack_techniques",
        FILE,
        Target::Plain("attack_technique"),
    ),
    open("behaviours", FILE, Target::Behaviours),
    open("bundled_files", FILE, FILES),
    premium("carbonblack_children", FILE, FILES),
    premium("carbonblack_parents", FILE, FILES),
    open("compressed_parents", FILE, FILES),
    open("contacted_urls", FILE, URLS),
    open("dropped_files", FILE, FILES),
    premium("email_attachments", FILE, FILES),
    premium("email_parents", FILE, FILES),
    premium("embedded_domains", FILE, DOMAINS),
    premium("embedded_ips", FILE, IPS),
    premium("embedded_urls", FILE, URLS),
    open("execution_parents", FILE, FILES),
    premium("itw_domains", FILE, DOMAINS),
    premium("itw_ips", FILE, IPS),
    premium("itw_urls", FILE, URLS),
    premium("memory_pattern_domains", FILE, DOMAINS),
    premium("memory_pattern_ips", FILE, IPS),
    premium("memory_pattern_urls", FILE, URLS),
    open("overlay_children", FILE, FILES),
    open("overlay_parents", FILE, FILES),
    open("pcap_children", FILE, FILES),
    open("pcap_parents", FILE, FILES),
    open("pe_resource_children", FILE, FILES),
    open("pe_resource_parents", FILE, FILES),
    open("screenshots", FILE, Target::Plain("screenshot")),
    open("sigma_analysis", FILE, Target::Plain("sigma_analysis")),
    premium("similar_files", FILE, FILES),
    premium("urls_for_embedded_js", FILE, URLS),
];

impl Relation {
    /// The relationship of a kind by its name.
    pub(super) fn named(kind: Kind, name: &str) -> Option<&'static Self> {
        Self::of(kind).find(|relation| relation.name == name)
    }

    /// All relationships of a kind.
    pub(in crate::sandbox) fn of(kind: Kind) -> impl Iterator<Item = &'static Self> {
        RELATIONS
            .iter()
            .filter(move |relation| relation.kinds.contains(&kind))
    }

    /// Whether it leads to one object and not to a list.
    pub(super) fn is_single(&self) -> bool {
        matches!(self.target, Target::Parent | Target::Host | Target::Server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_within_a_kind() {
        for kind in Kind::ALL {
            let mut names: Vec<_> = Relation::of(kind).map(|relation| relation.name).collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{kind:?}");
        }
    }
}
