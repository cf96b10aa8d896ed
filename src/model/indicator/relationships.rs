//! Names of the relationships of indicators (API notes, section 2.5).

/// Of indicators of every type.
const OF_ALL: [&str; 13] = [
    "associations",
    "campaigns",
    "collections",
    "comments",
    "graphs",
    "malware_families",
    "related_threat_actors",
    "reports",
    "related_reports",
    "software_toolkits",
    "vulnerabilities",
    "user_votes",
    "votes",
];

/// Of IP addresses and domains.
const OF_HOSTS: [&str; 18] = [
    "communicating_files",
    "downloaded_files",
    "historical_ssl_certificates",
    "historical_whois",
    "memory_pattern_parents",
    "referrer_files",
    "related_comments",
    "resolutions",
    "urls",
    "caa_records",
    "cname_records",
    "mx_records",
    "ns_records",
    "soa_records",
    "immediate_parent",
    "parent",
    "siblings",
    "subdomains",
];

/// Of URLs, beside those that hosts or files have too.
const OF_URLS: [&str; 11] = [
    "embedded_js_files",
    "http_response_contents",
    "last_serving_ip_address",
    "network_location",
    "parent_resource_urls",
    "redirecting_urls",
    "redirects_to",
    "referrer_urls",
    "related_collections",
    "submissions",
    "urls_related_by_tracker_id",
];

/// Of files, beside those that others have too.
const OF_FILES: [&str; 34] = [
    "analyses",
    "attack_techniques",
    "related_attack_techniques",
    "behaviours",
    "bundled_files",
    "carbonblack_children",
    "carbonblack_parents",
    "compressed_parents",
    "contacted_domains",
    "contacted_ips",
    "contacted_urls",
    "dropped_files",
    "email_attachments",
    "email_parents",
    "embedded_domains",
    "embedded_ips",
    "embedded_urls",
    "execution_parents",
    "itw_domains",
    "itw_ips",
    "itw_urls",
    "memory_pattern_domains",
    "memory_pattern_ips",
    "memory_pattern_urls",
    "overlay_children",
    "overlay_parents",
    "pcap_children",
    "pcap_parents",
    "pe_resource_children",
    "pe_resource_parents",
    "screenshots",
    "sigma_analysis",
    "similar_files",
    "urls_for_embedded_js",
];

/// Every name, of whatever type.
pub(crate) fn all() -> Vec<&'static str> {
    [&OF_ALL[..], &OF_HOSTS, &OF_URLS, &OF_FILES].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once() {
        let mut names = all();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
