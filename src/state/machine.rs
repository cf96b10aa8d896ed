//! What the machine knows of its processes, and of its own start.

use std::fs;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The start of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Boot {
    /// Differs from start to start.
    pub id: String,
    /// When it was, by the machine's own clock.
    pub at: Option<SystemTime>,
}

impl Boot {
    /// The start that is behind us; none where the system does not tell.
    pub(crate) fn current() -> Option<Self> {
        // Only Linux has these files.
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let at = stat.lines().find_map(|line| line.strip_prefix("btime "));
        let seconds = at.and_then(|at| at.trim().parse().ok());
        Some(Self {
            id: id.trim().to_owned(),
            at: seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
        })
    }
}

/// A process, recognisable after others have had its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Process {
    /// Its number.
    pub pid: u32,
    /// When it began, in the system's own count.
    started: Option<u64>,
    /// The start of the machine that it runs under.
    boot: Option<String>,
}

impl Process {
    /// This process.
    pub(crate) fn current() -> Self {
        let pid = std::process::id();
        Self {
            pid,
            started: started(pid),
            boot: Boot::current().map(|boot| boot.id),
        }
    }

    /// Whether it still runs, as far as can be seen from here.
    pub(crate) fn is_running(&self) -> bool {
        if self.boot != Boot::current().map(|boot| boot.id) {
            return false;
        }
        match self.started {
            Some(began) => started(self.pid) == Some(began),
            None => has_number(self.pid),
        }
    }
}

/// What a process number means something in: this start of this machine, and the
/// container that the process is in; none where the system does not tell.
#[cfg(feature = "postgres")]
pub(crate) fn process_space() -> Option<String> {
    let space = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", Boot::current()?.id, space.display()))
}

/// What this machine is called.
pub(crate) fn host_name() -> String {
    #[cfg(unix)]
    {
        let system = rustix::system::uname();
        system.nodename().to_string_lossy().into_owned()
    }
    #[cfg(not(unix))]
    {
        String::from("another host")
    }
}

/// When a process began, in clock ticks since the start of the machine: field 22
/// of `/proc/PID/stat`, where the second one is a name in parentheses.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(unix)]
fn has_number(pid: u32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| matches!(test_kill_process(pid), Ok(()) | Err(Errno::PERM)))
}

#[cfg(not(unix))]
fn has_number(_pid: u32) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_from_later_ones_of_its_number() {
        let current = Process::current();
        assert!(current.is_running());
        let later = Process {
            started: current.started.map(|began| began + 1),
            ..current.clone()
        };
        assert!(!later.is_running());
        let before_the_boot = Process {
            boot: Some("another".to_owned()),
            ..current.clone()
        };
        assert!(!before_the_boot.is_running());
        let of_another_system = Process {
            started: None,
            ..current
        };
        assert!(of_another_system.is_running());
    }

    #[test]
    fn the_machine_has_begun() {
        let boot = Boot::current().expect("a boot");
        assert!(!boot.id.is_empty());
        assert!(boot.at.expect("a time") <= SystemTime::now());
    }
}
