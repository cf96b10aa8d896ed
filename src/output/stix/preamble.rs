//! What every bundle with an object in it begins with: who signs it, what the
//! extension means, and how far it may be passed on.

use super::id::Id;
use super::object::Object;
use super::{Policy, Profile};
use crate::model::tlp::Tlp;

/// When the objects that never change were created.
const CONSTANTS_SINCE: &str = "2026-01-01T00:00:00.000Z";

/// When the markings of TLP 2.0 were, which are the same everywhere.
const MARKINGS_SINCE: &str = "2022-10-01T00:00:00.000Z";

/// The property of markings that TLP 2.0 has, by its definition's id.
const TLP_2: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// Who signs the objects: this program, not the vendor.
pub(super) fn author() -> Id {
    Id::own("identity", "gti")
}

/// The definition of the properties for which STIX has no place.
pub(super) fn extension() -> Id {
    Id::own("extension-definition", "assessment")
}

/// The objects that a bundle begins with.
pub(super) fn preamble(policy: &Policy) -> Vec<Object> {
    let constant = |id| {
        Object::new(id)
            .with("created", CONSTANTS_SINCE)
            .with("modified", CONSTANTS_SINCE)
    };
    let mut objects = vec![
        constant(author())
            .with("name", "gti")
            .with(
                "description",
                "The command-line client gti; its facts come from Google Threat Intelligence.",
            )
            .with("identity_class", "system"),
    ];
    // OpenCTI and Sentinel take no definitions, and a TAXII server breaks at them.
    if policy.profile == Profile::Standard {
        objects.push(constant(extension())
            .with("created_by_ref", &author())
            .with("name", "Google Threat Intelligence assessment")
            .with(
                "description",
                "What Google Threat Intelligence thinks of an indicator.",
            )
            .with("schema", "Properties of an indicator, each optional: `threat_score`, an integer from 0 to 100; `verdict` and `severity`, strings as Google Threat Intelligence words them.")
            .with("version", "1.0.0")
            .with("extension_types", &["property-extension"]));
    }
    if policy.profile != Profile::Sentinel {
        objects.extend(
            policy
                .tlp
                .map(|tlp| marking_definition(tlp, policy.profile)),
        );
    }
    objects
}

/// The id of a marking, as the standard's authors have laid it down.
pub(super) fn marking_id(label: Tlp, profile: Profile) -> Id {
    let uuid = match (profile, label) {
        // OpenCTI knows the markings of the first version, and its own for the strict one.
        (Profile::OpenCti, Tlp::Clear) => 0x613f_2e26_407d_48c7_9eca_b8e9_1df9_9dc9,
        (Profile::OpenCti, Tlp::Green) => 0x3409_8fce_860f_48ae_8e50_ebd3_cc5e_41da,
        (Profile::OpenCti, Tlp::Amber) => 0xf88d_31f6_486f_44da_b317_0133_3bde_0b82,
        (Profile::OpenCti, Tlp::AmberStrict) => 0x8265_78e1_40ad_459f_bc73_ede0_76f8_1f37,
        (Profile::OpenCti, Tlp::Red) => 0x5e57_c739_391a_4eb3_b6be_7d15_ca92_d5ed,
        (_, Tlp::Clear) => 0x9486_8c89_83c2_464b_929b_a1a8_aa3c_8487,
        (_, Tlp::Green) => 0xbab4_a63c_aed9_4cf5_a766_dfca_5aba_c2bb,
        (_, Tlp::Amber) => 0x55d9_20b0_5e8b_4f79_9ee9_91f8_68d9_b421,
        (_, Tlp::AmberStrict) => 0x939a_9414_2ddd_4d32_a0cd_375e_a402_b003,
        (_, Tlp::Red) => 0xe828_b379_4e03_4974_9ac4_e53a_884c_97c1,
    };
    Id::laid_down("marking-definition", uuid)
}

fn marking_definition(label: Tlp, profile: Profile) -> Object {
    if profile == Profile::OpenCti {
        return first_version(label);
    }
    let properties = format!(
        "{{\"{TLP_2}\":{{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"{label}\"}}}}"
    );
    Object::new(marking_id(label, profile))
        .with("created", MARKINGS_SINCE)
        .with("name", &format!("TLP:{}", label.name().to_uppercase()))
        .with_json("extensions", &properties)
}

/// A marking of TLP 1, which is fixed to the byte; the strict one, which that version
/// does not know, as a statement.
fn first_version(label: Tlp) -> Object {
    let (kind, definition) = match label {
        Tlp::Clear => ("tlp", "{\"tlp\":\"white\"}"),
        Tlp::Green => ("tlp", "{\"tlp\":\"green\"}"),
        Tlp::Amber => ("tlp", "{\"tlp\":\"amber\"}"),
        Tlp::AmberStrict => ("statement", "{\"statement\":\"TLP:AMBER+STRICT\"}"),
        Tlp::Red => ("tlp", "{\"tlp\":\"red\"}"),
    };
    Object::new(marking_id(label, Profile::OpenCti))
        .with("created", "2017-01-20T00:00:00.000Z")
        .with("definition_type", kind)
        .with_json("definition", definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markings_are_those_of_the_standard() {
        for (label, uuid, name) in [
            (
                Tlp::Clear,
                "94868c89-83c2-464b-929b-a1a8aa3c8487",
                "TLP:CLEAR",
            ),
            (
                Tlp::Green,
                "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
                "TLP:GREEN",
            ),
            (
                Tlp::Amber,
                "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
                "TLP:AMBER",
            ),
            (
                Tlp::AmberStrict,
                "939a9414-2ddd-4d32-a0cd-375ea402b003",
                "TLP:AMBER+STRICT",
            ),
            (Tlp::Red, "e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"),
        ] {
            assert_eq!(
                marking_definition(label, Profile::Standard).json(),
                format!(
                    "{{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"marking-definition--{uuid}\",\
                     \"created\":\"2022-10-01T00:00:00.000Z\",\"name\":\"{name}\",\"extensions\":{{\"{TLP_2}\":\
                     {{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"{label}\"}}}}}}"
                )
            );
        }
    }
}
