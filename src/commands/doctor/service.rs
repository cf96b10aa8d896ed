//! What only the service can say. Nothing that is asked costs quota.

use jiff::Timestamp;

use super::check::Finding;
use crate::client::Client;
use crate::client::endpoints::users::Account;
use crate::client::key::ApiKey;
use crate::commands::context::Context;
use crate::model::error::{Error, ErrorKind};
use crate::model::quota::Quota;

/// A clock that is off by more seconds than this confuses windows of time.
const MOST_SKEW: i64 = 120;

/// The key, and a client that has it, or one without.
pub(super) fn key(cx: &mut Context) -> (Finding, Result<Client, Error>) {
    let source = cx.settings.credential.as_ref();
    let source = source.map(|credential| credential.source().to_string());
    match cx.client(None) {
        Ok(client) => {
            let key = client.key();
            let end = key.as_ref().map_or("", ApiKey::last_four);
            let found = match source {
                Some(source) => format!("…{end}, from {source}"),
                None => "none needed: the sandbox accepts any".to_owned(),
            };
            (Finding::ok("key", found), Ok(client))
        }
        Err(failure) => (Finding::fail("key", &failure), cx.client_without_key()),
    }
}

/// All that the service says.
pub(super) async fn ask(cx: &Context, client: Result<Client, Error>) -> Vec<Finding> {
    let client = match client {
        Ok(client) => client,
        Err(failure) => return vec![Finding::fail("service", &failure)],
    };
    let Some(key) = client.key() else {
        return vec![reached(client.reach().await)];
    };
    let asked = client.account_and_time(&key).await;
    let now = (cx.clock)();
    match asked {
        Ok((account, time)) => vec![
            reached(Ok(())),
            clock(now, time),
            accepted(&account),
            quota(&client, &key).await,
        ],
        Err(error) if error.kind == ErrorKind::Auth => {
            vec![reached(Ok(())), Finding::fail("account", &error)]
        }
        Err(error) => vec![reached(Err(error))],
    }
}

fn reached(outcome: Result<(), Error>) -> Finding {
    match outcome {
        Ok(()) => Finding::ok("service", "it answers"),
        Err(error) => Finding::fail("service", &error),
    }
}

fn clock(now: Timestamp, there: Option<Timestamp>) -> Finding {
    let Some(there) = there else {
        return Finding::ok("clock", "the service does not say what time it is");
    };
    let skew = now.as_second() - there.as_second();
    let off = skew.abs();
    if off <= MOST_SKEW {
        return Finding::ok("clock", format!("within {MOST_SKEW} s of the service's"));
    }
    let way = if skew < 0 { "behind" } else { "ahead of" };
    Finding::warn(
        "clock",
        format!("{off} s {way} the service's"),
        "synchronise it with NTP: time windows, resets and expiries are off by as much",
    )
}

fn accepted(account: &Account) -> Finding {
    let names = account.privileges();
    if names.is_empty() {
        return Finding::warn(
            "account",
            "the key is accepted, but has no privileges",
            "ask the administrator of your group for a licence",
        );
    }
    Finding::ok(
        "account",
        format!("the key is accepted, with {}", names.join(", ")),
    )
}

async fn quota(client: &Client, key: &ApiKey) -> Finding {
    let quotas = match client.quotas(key).await {
        Ok(quotas) => quotas,
        Err(error) => {
            return Finding::warn("quota", error.to_string(), "run `gti quota` to try again");
        }
    };
    let parts = quotas.iter().filter(|quota| quota.is_requests());
    let capped: Vec<Left<'_>> = parts.flat_map(left).collect();
    let Some(tightest) = capped.iter().min_by_key(|left| left.remaining) else {
        return Finding::ok("quota", "no cap on requests");
    };
    let detail = format!(
        "{} of the {}: {} left of {}",
        tightest.name, tightest.scope, tightest.remaining, tightest.cap
    );
    if tightest.remaining == 0 {
        let spent = Error::new(ErrorKind::Quota, detail);
        return Finding::fail("quota", &spent.hint("`gti quota` shows when it resets"));
    }
    if tightest.remaining < tightest.cap / 10 {
        return Finding::warn("quota", detail, "`gti quota` shows when it resets");
    }
    Finding::ok("quota", detail)
}

/// What is left of one capped part.
struct Left<'a> {
    name: &'a str,
    scope: &'static str,
    remaining: i64,
    cap: i64,
}

fn left(quota: &Quota) -> impl Iterator<Item = Left<'_>> {
    quota.scopes().filter_map(|(scope, allowance)| {
        Some(Left {
            name: &quota.name,
            scope,
            remaining: quota.remaining(allowance)?,
            cap: quota.cap(allowance)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::check::Status;
    use super::*;

    #[test]
    fn clocks_may_differ_a_little() {
        let time = |text: &str| text.parse().expect("a time");
        let there = Some(time("2026-01-02T03:00:00Z"));
        for (now, status, said) in [
            ("2026-01-02T03:01:59Z", Status::Ok, "within"),
            ("2026-01-02T03:10:00Z", Status::Warn, "600 s ahead of"),
            ("2026-01-02T02:00:00Z", Status::Warn, "3600 s behind"),
        ] {
            let check = clock(time(now), there);
            assert_eq!(check.status, status);
            assert!(check.detail.starts_with(said), "{}", check.detail);
        }
    }
}
