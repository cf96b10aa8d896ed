//! What a file says about itself as a Windows program: `pe_info` and
//! `signature_info`.

use super::dates::{Dates, day};
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;

pub(super) fn attributes(seed: Seed, dates: Dates) -> Object {
    object! { "pe_info": pe_info(seed, dates), "signature_info": signature(dates) }
}

fn pe_info(seed: Seed, dates: Dates) -> Object {
    let library = |name: &'static str, functions: Json| {
        object! { "library_name": name, "imported_functions": functions }
    };
    object! {
        "timestamp": dates.creation,
        "machine_type": 332,
        "entry_point": seed.between("entry", 4_096, 90_000),
        "imphash": seed.hex("imphash", 32),
        "rich_pe_header_hash": seed.hex("rich", 32),
        "sections": sections(seed),
        "import_list": list![
            library("KERNEL32.dll", list!["CreateFileW", "ReadFile", "WriteFile", "Sleep", "GetProcAddress", "LoadLibraryW"]),
            library("ADVAPI32.dll", list!["RegOpenKeyExW", "RegSetValueExW"]),
            library("WS2_32.dll", list!["connect", "send", "recv"]),
        ],
        "exports": list!["DllRegisterServer"],
        "resource_langs": object! { "ENGLISH US": 3, "NEUTRAL": 1 },
        "resource_types": object! { "RT_ICON": 2, "RT_VERSION": 1, "RT_MANIFEST": 1 },
        "resource_details": list![object! {
            "lang": "ENGLISH US",
            "type": "RT_VERSION",
            "sha256": seed.hex("resource", 64),
            "entropy": Json::Number("3.40".into()),
            "filetype": "unknown",
        }],
        "overlay": object! {
            "offset": seed.between("overlay", 90_000, 900_000),
            "size": 5_048,
            "entropy": Json::Number("7.10".into()),
            "md5": seed.hex("overlay md5", 32),
        },
    }
}

fn sections(seed: Seed) -> Json {
    [".text", ".rdata", ".data", ".rsrc", ".reloc"]
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let section = seed.child("section", index);
            object! {
                "name": name,
                "virtual_address": 4_096 * (1 + seed.between("address", 0, 9)),
                "virtual_size": section.between("virtual", 512, 400_000),
                "raw_size": section.between("raw", 512, 400_000),
                "entropy": Json::Number(format!("{}.{}0", section.between("entropy", 0, 7), section.between("tenth", 0, 9)).into()),
                "md5": section.hex("md5", 32),
                "chi2": Json::Number(format!("{}.25", section.between("chi2", 10_000, 900_000)).into()),
                "flags": "r",
            }
        })
        .collect()
}

fn signature(dates: Dates) -> Object {
    object! {
        "verified": "Signed",
        "product": "Simulated Product",
        "description": "A file that does not exist",
        "file version": "1.2.3.4",
        "original name": "simulated.exe",
        "internal name": "simulated",
        "copyright": "Example Company (simulated)",
        "signing date": day(dates.creation, "%I:%M %p %m/%d/%Y"),
        "signers": "Example Company; Example CA 1",
        "signers details": list![object! {
            "status": "Valid",
            "valid usage": "Code Signing",
            "name": "Example Company (simulated)",
            "algorithm": "sha256RSA",
            "valid from": "2023-01-01 00:00:00",
            "valid to": "2026-01-01 00:00:00",
            "serial number": "01 23 45 67 89 AB CD EF",
            "cert issuer": "Example CA 1",
            "thumbprint": "0123456789ABCDEF0123456789ABCDEF01234567",
        }],
    }
}
