//! What every bundle with an object in it begins with: who signs it, what the
//! extension means, and how far it may be passed on.

use super::id::Id;
use super::object::Object;
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
pub(super) fn preamble(marking: Option<Tlp>) -> Vec<Object> {
    let constant = |id| {
        Object::new(id)
            .with("created", CONSTANTS_SINCE)
            .with("modified", CONSTANTS_SINCE)
    };
    let mut objects = vec![
        constant(author())
            .with("name", "gti")
            .with("description", "The command-line client gti; its facts come from Google Threat Intelligence.")
            .with("identity_class", "system"),
        constant(extension())
            .with("created_by_ref", &author())
            .with("name", "Google Threat Intelligence assessment")
            .with(
                "description",
                "What Google Threat Intelligence thinks of an indicator.",
            )
            .with("schema", "Properties of an indicator, each optional: `threat_score`, an integer from 0 to 100; `verdict` and `severity`, strings as Google Threat Intelligence words them.")
            .with("version", "1.0.0")
            .with("extension_types", &["property-extension"]),
    ];
    objects.extend(marking.map(marking_definition));
    objects
}

/// The id of a marking, as the standard's authors have laid it down.
pub(super) fn marking_id(label: Tlp) -> Id {
    let uuid = match label {
        Tlp::Clear => 0x9486_8c89_83c2_464b_929b_a1a8_aa3c_8487,
        Tlp::Green => 0xbab4_a63c_aed9_4cf5_a766_dfca_5aba_c2bb,
        Tlp::Amber => 0x55d9_20b0_5e8b_4f79_9ee9_91f8_68d9_b421,
        Tlp::AmberStrict => 0x939a_9414_2ddd_4d32_a0cd_375e_a402_b003,
        Tlp::Red => 0xe828_b379_4e03_4974_9ac4_e53a_884c_97c1,
    };
    Id::laid_down("marking-definition", uuid)
}

fn marking_definition(label: Tlp) -> Object {
    let properties = format!(
        "{{\"{TLP_2}\":{{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"{label}\"}}}}"
    );
    Object::new(marking_id(label))
        .with("created", MARKINGS_SINCE)
        .with("name", &format!("TLP:{}", label.name().to_uppercase()))
        .with_json("extensions", &properties)
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
                marking_definition(label).json(),
                format!(
                    "{{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"marking-definition--{uuid}\",\
                     \"created\":\"2022-10-01T00:00:00.000Z\",\"name\":\"{name}\",\"extensions\":{{\"{TLP_2}\":\
                     {{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"{label}\"}}}}}}"
                )
            );
        }
    }
}
