//! The simulated service, in the process of the test.

pub(crate) use gti::sandbox::{Fault, Options, Sandbox};

/// The SHA-256 of the documented files, by the verdict on them.
pub(crate) struct Files {
    pub(crate) malicious: &'static str,
    pub(crate) benign: &'static str,
    pub(crate) undetected: &'static str,
    pub(crate) hostile: &'static str,
    pub(crate) not_found: &'static str,
}

pub(crate) const FILES: Files = Files {
    malicious: "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed",
    benign: "1d0ff413645b50dd63fd37005e20c9b5861ee03e16da5ce2af470332f11413c9",
    undetected: "71b159fa13bf1fd3d08d2c62e7b1b726a8ae7bada38182a4d10630941d453e22",
    hostile: "d26f2e0794ad410a5b102df6cc281e320fc44fcc8c0bb4ef7253908815d6e5d3",
    not_found: "0000000000000000000000000000000000000000000000000000000000000000",
};

/// A faultless one.
pub(crate) fn site() -> Sandbox {
    sandbox(Options::default())
}

/// One with these switches.
pub(crate) fn sandbox(options: Options) -> Sandbox {
    Sandbox::start(options).expect("a free port")
}

/// So many domains that nobody documents: `host-0.example` and on.
pub(crate) fn hosts(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("host-{n}.example")).collect()
}
