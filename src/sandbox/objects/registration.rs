//! Who registered a network or a domain: `whois` and `rdap`.

use super::dates::{Dates, day};
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;

const ISO: &str = "%Y-%m-%dT%H:%M:%S+00:00";

/// What is registered.
pub(super) struct Registration<'a> {
    pub(super) seed: Seed,
    pub(super) dates: Dates,
    /// A network (`198.51.100.0/24`) or a domain.
    pub(super) name: &'a str,
    pub(super) holder: &'a str,
    /// `ip network` or `domain`.
    pub(super) class: &'static str,
}

impl Registration<'_> {
    /// `whois`, `whois_date` and `rdap`.
    pub(super) fn attributes(&self) -> Object {
        object! {
            "whois": self.whois(),
            "whois_date": self.dates.last_modification,
            "rdap": self.rdap(),
        }
    }

    fn whois(&self) -> String {
        let Self { name, holder, .. } = self;
        let created = day(self.dates.creation, "%Y-%m-%d");
        let updated = day(self.dates.last_submission, "%Y-%m-%d");
        let handle = self.seed.hex("handle", 8);
        format!(
            "Name: {name}\nHandle: EXAMPLE-{handle}\nOrganization: {holder}\nRegDate: {created}\nUpdated: {updated}\nRef: https://rdap.example/registry/{name}\nAddress: 1 Example Street\nCity: Example City\nCountry: ZZ\nOrgAbuseEmail: abuse@registry.example\nComment: Synthetic record of a simulated service.\nComment: Nothing in it is about anybody."
        )
    }

    fn rdap(&self) -> Object {
        let event = |action: &'static str, epoch: i64| {
            object! {
                "event_action": action,
                "event_date": day(epoch, ISO),
                "event_actor": "",
                "links": list![],
            }
        };
        object! {
            "object_class_name": self.class,
            "handle": format!("EXAMPLE-{}", self.seed.hex("handle", 8)),
            "name": self.name.to_owned(),
            "type": "SIMULATED",
            "parent_handle": "EXAMPLE-ROOT",
            "status": list!["active"],
            "links": list![self.link("self"), self.link("alternate")],
            "notices": list![
                self.notice("Terms of Service", "By using the simulated registry you agree that it is simulated."),
                self.notice("Inaccuracy", "Every entry of the simulated registry is invented."),
            ],
            "events": list![
                event("registration", self.dates.creation),
                event("last changed", self.dates.last_submission),
            ],
            "rdap_conformance": list!["rdap_level_0", "nro_rdap_profile_0", "cidr0"],
            "entities": list![self.entity("registrant"), self.entity("abuse")],
            "port43": "whois.example",
            "lang": "",
        }
    }

    fn link(&self, relation: &'static str) -> Object {
        let href = format!("https://rdap.example/registry/{}", self.name);
        object! {
            "href": href.clone(),
            "rel": relation,
            "type": "application/rdap+json",
            "value": href,
            "title": "",
            "media": "",
            "href_lang": list![],
        }
    }

    fn notice(&self, title: &'static str, text: &'static str) -> Object {
        object! {
            "title": title,
            "description": list![text],
            "links": list![self.link("terms-of-service")],
            "type": "",
        }
    }

    fn entity(&self, role: &'static str) -> Object {
        let property = |name: &'static str, value: Json| {
            object! { "name": name, "type": "text", "values": list![value], "parameters": object! {} }
        };
        object! {
            "object_class_name": "entity",
            "handle": format!("EXAMPLE-{}", self.seed.hex(role, 6)),
            "vcard_array": list![
                property("version", "4.0".into()),
                property("fn", self.holder.to_owned().into()),
                property("kind", "org".into()),
            ],
            "roles": list![role],
            "public_ids": list![],
            "entities": list![],
            "remarks": list![],
            "links": list![self.link("self")],
            "events": list![],
            "status": list!["validated"],
            "port43": "",
        }
    }
}
