//! Core dumps: an image of the memory, the key in it, in a file that nobody asked
//! for.

/// Sees to it that the system writes none, and lets no other process of this user
/// read the memory. A system that can't be asked for that gives what it gives.
#[cfg(unix)]
pub fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Other systems write no core dumps.
#[cfg(not(unix))]
pub fn leave_no_core() {}
