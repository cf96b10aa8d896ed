//! What files did in sandboxes (API notes, section 2.6).

use super::json::Scan;
use super::view::{Unread, View, decode, view};

view! {
    struct Behaviour {
        attributes: Actions,
    }

    struct Actions {
        sandbox_name: Option<String>,
        command_executions: Vec<String>,
        processes_created: Vec<String>,
        dns_lookups: Vec<Lookup>,
        ip_traffic: Vec<Traffic>,
        http_conversations: Vec<Conversation>,
        files_dropped: Vec<Dropped>,
        files_written: Vec<String>,
        files_deleted: Vec<String>,
        registry_keys_set: Vec<RegistryKey>,
        registry_keys_deleted: Vec<String>,
        mitre_attack_techniques: Vec<Attack>,
    }

    struct Lookup {
        hostname: Option<String>,
        resolved_ips: Vec<String>,
    }

    struct Traffic {
        destination_ip: Option<String>,
        destination_port: Option<String>,
        transport_layer_protocol: Option<String>,
    }

    struct Conversation {
        url: Option<String>,
        request_method: Option<String>,
    }

    struct DroppedFile {
        path: Option<String>,
        sha256: Option<String>,
    }

    struct SetKey {
        key: Option<String>,
        value: Option<String>,
    }

    struct Attack {
        id: Option<String>,
        signature_description: Option<String>,
        severity: Option<String>,
    }
}

/// A file that was dropped: with its hash, or nothing but its path.
#[derive(Debug, Clone, Default, PartialEq)]
struct Dropped(DroppedFile);

impl View for Dropped {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() == Some(b'{') {
            return Ok(<DroppedFile as View>::read(value, unread)?.map(Self));
        }
        let path = <String as View>::read(value, unread)?;
        Ok(path.map(|path| {
            Self(DroppedFile {
                path: Some(path),
                sha256: None,
            })
        }))
    }
}

/// A registry key that was set: with its value, or alone.
#[derive(Debug, Clone, Default, PartialEq)]
struct RegistryKey(SetKey);

impl View for RegistryKey {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() == Some(b'{') {
            return Ok(<SetKey as View>::read(value, unread)?.map(Self));
        }
        let key = <String as View>::read(value, unread)?;
        Ok(key.map(|key| {
            Self(SetKey {
                key: Some(key),
                value: None,
            })
        }))
    }
}

/// Something that a file did, and what the next look-up takes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// In words: a command, a path, `TCP 443`.
    pub what: Option<String>,
    /// A host, an address, a URL, a hash.
    pub value: Option<String>,
}

/// A technique that a sandbox recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// `T1055`.
    pub technique: String,
    /// What it was recognised by.
    pub description: Option<String>,
    /// How severe that is.
    pub severity: Option<String>,
}

/// What a file did in all the sandboxes that ran it, each action once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// The sandboxes, by name.
    pub sandboxes: Vec<String>,
    /// Commands and processes.
    pub executed: Vec<Action>,
    /// Hosts, addresses and URLs.
    pub contacted: Vec<Action>,
    /// Files that were dropped or written.
    pub dropped: Vec<Action>,
    /// Registry keys that were set or deleted, files that were deleted.
    pub changed: Vec<Action>,
    /// Techniques.
    pub signs: Vec<Sign>,
}

impl Activity {
    /// Reads reports of sandboxes. One that cannot be read adds nothing.
    pub fn of<'a>(reports: impl IntoIterator<Item = &'a str>) -> Self {
        let mut activity = Self::default();
        for report in reports {
            if let Ok(decoded) = decode::<Behaviour>(report) {
                activity.add(decoded.view.attributes);
            }
        }
        activity
    }

    fn add(&mut self, did: Actions) {
        let said = |what: String| Action {
            what: Some(what),
            value: None,
        };
        self.sandboxes.extend(did.sandbox_name);
        let commands = did.command_executions.into_iter();
        extend(
            &mut self.executed,
            commands.chain(did.processes_created).map(said),
        );
        let urls = did.http_conversations.into_iter().map(|sent| Action {
            what: sent.request_method,
            value: sent.url,
        });
        let hosts = did.dns_lookups.into_iter().map(|lookup| Action {
            what: Some("DNS".to_owned()),
            value: lookup
                .hostname
                .or_else(|| lookup.resolved_ips.into_iter().next()),
        });
        let addresses = did.ip_traffic.into_iter().map(|traffic| {
            let protocol = [traffic.transport_layer_protocol, traffic.destination_port];
            let protocol: Vec<String> = protocol.into_iter().flatten().collect();
            Action {
                what: (!protocol.is_empty()).then(|| protocol.join(" ")),
                value: traffic.destination_ip,
            }
        });
        let contacted = urls.chain(hosts).chain(addresses);
        extend(
            &mut self.contacted,
            contacted.filter(|action| action.value.is_some()),
        );
        let dropped = did.files_dropped.into_iter().map(|Dropped(file)| Action {
            what: file.path,
            value: file.sha256,
        });
        let dropped: Vec<Action> = dropped.collect();
        // A file that was dropped was written as well.
        let written = did.files_written.into_iter().filter(|path| {
            let same = |action: &Action| action.what.as_ref() == Some(path);
            !dropped.iter().any(same)
        });
        let written: Vec<Action> = written.map(said).collect();
        extend(&mut self.dropped, dropped.into_iter().chain(written));
        let set = did.registry_keys_set.into_iter().map(|RegistryKey(set)| {
            let value = set.value.map(|value| format!(" = {value}"));
            let key = set.key.unwrap_or_default();
            said(format!("set {key}{}", value.unwrap_or_default()))
        });
        let gone = did.registry_keys_deleted.into_iter();
        let gone = gone
            .chain(did.files_deleted)
            .map(|what| said(format!("deleted {what}")));
        extend(&mut self.changed, set.chain(gone));
        for sign in did.mitre_attack_techniques {
            let known = |known: &Sign| Some(&known.technique) == sign.id.as_ref();
            if let Some(technique) = sign.id.clone().filter(|_| !self.signs.iter().any(known)) {
                self.signs.push(Sign {
                    technique,
                    description: sign.signature_description,
                    severity: sign.severity,
                });
            }
        }
    }
}

/// Adds what is not there yet.
fn extend(actions: &mut Vec<Action>, more: impl Iterator<Item = Action>) {
    for action in more {
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_sandboxes_saw_is_told_once() {
        let first = r#"{"attributes":{"sandbox_name":"A","command_executions":["cmd /c x"],"processes_created":["x.exe"],
            "dns_lookups":[{"hostname":"c2.example","resolved_ips":["192.0.2.1"]},{}],
            "ip_traffic":[{"destination_ip":"192.0.2.1","destination_port":443,"transport_layer_protocol":"TCP"}],
            "http_conversations":[{"url":"http://c2.example/gate","request_method":"POST"}],
            "files_dropped":[{"path":"a.bin","sha256":"ab"},"b.bin"],"files_written":["a.bin","c.bin"],
            "registry_keys_set":[{"key":"K","value":"v"},"L"],"files_deleted":["d.tmp"],
            "mitre_attack_techniques":[{"id":"T1055","signature_description":"writes","severity":"IMPACT_SEVERITY_HIGH"}]}}"#;
        let second = r#"{"attributes":{"sandbox_name":"B","command_executions":["cmd /c x",7],"mitre_attack_techniques":[{"id":"T1055"}]}}"#;
        let activity = Activity::of([first, second, "[]", "no JSON"]);
        let shown = |actions: &[Action]| {
            let shown = actions.iter().map(|action| {
                let parts = [action.what.clone(), action.value.clone()];
                parts.into_iter().flatten().collect::<Vec<_>>().join("|")
            });
            shown.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(activity.sandboxes, ["A", "B"]);
        assert_eq!(shown(&activity.executed), "cmd /c x, x.exe, 7");
        assert_eq!(
            shown(&activity.contacted),
            "POST|http://c2.example/gate, DNS|c2.example, TCP 443|192.0.2.1"
        );
        assert_eq!(shown(&activity.dropped), "a.bin|ab, b.bin, c.bin");
        assert_eq!(shown(&activity.changed), "set K = v, set L, deleted d.tmp");
        assert_eq!(activity.signs.len(), 1);
        assert_eq!(activity.signs[0].description.as_deref(), Some("writes"));
    }
}
