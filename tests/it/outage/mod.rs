//! When the way is closed: the service away, in trouble, or refusing.

mod jobs;
mod look_ups;

use std::collections::BTreeMap;

use crate::support::{Act, Gti, Ran, RawServer, answer, object_of};

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Nobody listens.
    Refused,
    /// An error in the service's own envelope.
    Status(&'static str, &'static str),
    /// The page of something that stands before the service.
    Html,
    /// Errors and limits in turn.
    Mixed,
}

const ALL: [(Trouble, i32); 8] = [
    (Trouble::Mixed, 7),
    (Trouble::Refused, 7),
    (Trouble::Html, 7),
    (
        Trouble::Status("500 Internal Server Error", "InternalError"),
        7,
    ),
    (
        Trouble::Status("503 Service Unavailable", "TransientError"),
        7,
    ),
    (
        Trouble::Status("429 Too Many Requests", "TooManyRequestsError"),
        6,
    ),
    (
        Trouble::Status("401 Unauthorized", "WrongCredentialsError"),
        4,
    ),
    (Trouble::Status("403 Forbidden", "ForbiddenError"), 4),
];

impl Trouble {
    /// What becomes of the request of this number.
    fn act(self, number: usize) -> Act {
        Act::Send(match self {
            Self::Refused => return Act::Close,
            Self::Mixed if number.is_multiple_of(3) => {
                failure("503 Service Unavailable", "TransientError")
            }
            Self::Mixed => failure("429 Too Many Requests", "TooManyRequestsError"),
            Self::Status(status, code) => failure(status, code),
            Self::Html => answer(
                "200 OK",
                "Content-Type: text/html\r\n",
                "<html><head><title>Sign in to the network</title></head></html>",
            ),
        })
    }

    /// A service that is in this trouble, and how many requests reach it.
    fn service(self) -> Service {
        match self {
            Self::Refused => Service::Nobody(nobody()),
            _ => Service::Somebody(RawServer::start(move |number, _| self.act(number))),
        }
    }
}

enum Service {
    Nobody(String),
    Somebody(RawServer),
}

impl Service {
    fn base_url(&self) -> String {
        match self {
            Self::Nobody(base_url) => base_url.clone(),
            Self::Somebody(server) => server.base_url(),
        }
    }

    fn requests(&self) -> usize {
        match self {
            Self::Nobody(_) => 0,
            Self::Somebody(server) => server.requests(),
        }
    }

    /// The program at this service, with waits that a test can bear.
    fn gti(&self) -> Gti {
        Gti::at(&self.base_url())
            .with("GTI_RETRIES", "2")
            .with("GTI_MAX_WAIT", "20ms")
    }
}

/// A base URL that nobody listens at: a port that was just given back is nobody's.
fn nobody() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    format!("http://127.0.0.1:{port}/api/v3")
}

fn failure(status: &str, code: &str) -> Vec<u8> {
    let body = serde_json::json!({"error": {"code": code, "message": "simulated"}});
    answer(
        status,
        "Content-Type: application/json\r\n",
        body.to_string(),
    )
}

/// What a look-up asks for.
fn object(head: &str) -> Act {
    let headers = "Content-Type: application/json\r\n";
    Act::Send(answer("200 OK", headers, object_of(head)))
}

/// How often each status comes among the records.
fn statuses(ran: &Ran) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for status in ran.each("status") {
        *counts.entry(status).or_default() += 1;
    }
    counts
}
