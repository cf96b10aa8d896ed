//! `GET /asm/projects`, and which project a request is about.

use axum::http::HeaderMap;

use super::envelope::{Answer, Done, Failed};
use crate::sandbox::asked::Asked;
use crate::sandbox::json::{Json, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::workflow::licensed;

/// A project.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Project {
    pub(super) id: i64,
    name: &'static str,
    /// Most new issues that a scan of it finds.
    pub(super) most: usize,
}

/// The first is asked where none is named; the last is empty.
const PROJECTS: [Project; 3] = [
    Project {
        id: 1_001,
        name: "Acme",
        most: 6,
    },
    Project {
        id: 1_002,
        name: "Bolt, a subsidiary of Acme",
        most: 1,
    },
    Project {
        id: 1_003,
        name: "Nothing yet",
        most: 0,
    },
];

impl Project {
    /// The name as collections have it.
    pub(super) fn slug(&self) -> &'static str {
        match self.id {
            1_001 => "acme_a1b2c3d",
            _ => "bolt_d3c2b1a",
        }
    }

    /// The project that the headers name.
    ///
    /// # Errors
    /// 400 for one that is unknown.
    pub(super) fn of(headers: &HeaderMap) -> Result<&'static Self, Failed> {
        let Some(value) = headers.get("project-id") else {
            return Ok(&PROJECTS[0]);
        };
        let id = value.to_str().ok().and_then(|text| text.parse().ok());
        PROJECTS
            .iter()
            .find(|project| Some(project.id) == id)
            .ok_or_else(|| Failed::wrong("The project of the PROJECT-ID header is unknown"))
    }
}

/// All projects.
pub(super) async fn all(asked: Asked) -> Answer {
    licensed(&asked)?;
    let projects: Json = PROJECTS
        .iter()
        .map(|project| {
            let seed = Seed::of("project", project.name);
            object! {
                "id": project.id,
                "uuid": seed.hex("uuid", 32),
                "name": project.name,
                "organization_name": "Acme (simulated)",
                "created_at": "2025-09-01T08:00:00.000Z",
            }
        })
        .collect();
    Ok(Done::new("Projects found!", projects))
}
