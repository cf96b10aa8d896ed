//! Issues of Attack Surface Management (API notes, sections 6.1 to 6.3).

use super::asm::Project;
use crate::client::page::TokenPaging;
use crate::client::path::{Path, Query, RefusedSegment};
use crate::client::request::Request;

/// Most issues on a page.
pub const MOST_ISSUES: u16 = 1000;

/// Which issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issues {
    /// The project, if not the account's default one.
    pub project: Option<Project>,
    /// Issues a page.
    pub page_size: u16,
}

impl Issues {
    /// The pages of those that a search finds.
    ///
    /// # Errors
    /// A search that can't stand in a path: an empty one.
    pub fn pages(&self, search: &str) -> Result<TokenPaging, RefusedSegment> {
        self.request(search).map(TokenPaging::new)
    }

    /// The request for the first of these pages.
    ///
    /// # Errors
    /// As [`Issues::pages`].
    pub fn request(&self, search: &str) -> Result<Request, RefusedSegment> {
        let path = Path::to("asm").then("search").then("issues");
        let query = Query::new().with("page_size", &self.page_size.to_string());
        let request = Request::get(path.segment(search)?).query(query);
        Ok(match &self.project {
            Some(project) => project.of(request),
            None => request,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_one_segment() {
        let issues = Issues {
            project: "7".parse().ok(),
            page_size: MOST_ISSUES,
        };
        let request = issues
            .request("severity_lte:3 name:\"a/b+c\" last_seen_after:2026-01-02T03:04:05Z")
            .expect("a request");
        assert_eq!(
            request.target(),
            "/asm/search/issues/severity_lte%3A3%20name%3A%22a%2Fb%2Bc%22%20\
             last_seen_after%3A2026-01-02T03%3A04%3A05Z?page_size=1000"
        );
        assert_eq!(
            request.headers.get("PROJECT-ID"),
            Some(&"7".parse().expect("a value"))
        );
        assert!(issues.request("").is_err());
    }
}
