//! Whether standard output was open when the program was started.
//!
//! Rust opens the null device in place of a standard stream that is closed, before
//! `main`: whatever is then written there is lost, and nobody hears of it. So the
//! place is taken before that, by a stream that can only be read.

/// Takes the place of a closed standard output. It runs before Rust's own start,
/// where nothing of the standard library may be used: these are plain system calls.
#[cfg(unix)]
#[ctor::ctor]
fn hold_the_place() {
    use rustix::fd::IntoRawFd;
    use rustix::fs::{Mode, OFlags, open};

    // The lowest free number is given out first, hence standard input before it.
    for stream in [rustix::stdio::stdin(), rustix::stdio::stdout()] {
        if rustix::io::fcntl_getfd(stream).is_err()
            && let Ok(held) = open(c"/dev/null", OFlags::RDONLY, Mode::empty())
        {
            let _ = held.into_raw_fd();
        }
    }
}

/// Whether standard output can be written.
#[cfg(unix)]
pub(crate) fn stdout_is_open() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl};

    fcntl_getfl(rustix::stdio::stdout()).is_ok_and(|flags| flags & OFlags::RWMODE != OFlags::RDONLY)
}

/// Elsewhere a write to a closed stream fails by itself.
#[cfg(not(unix))]
pub fn stdout_is_open() -> bool {
    true
}
