//! Lists: a stream that ends without an error has shown the whole of it.

use futures::{StreamExt, TryStreamExt};
use gti::client::Client;
use gti::client::page::{CursorPaging, Page};
use gti::client::path::{Path, Query};
use gti::client::request::Request;
use gti::model::error::{Error, ErrorKind as Kind};
use gti::model::json::Scan;
use proptest::prelude::*;

use crate::support::{Act, RawServer, answer, configuration};

fn page(items: &[&str], cursor: &str) -> Act {
    let items: Vec<String> = items
        .iter()
        .map(|id| format!(r#"{{"id":"{id}"}}"#))
        .collect();
    let meta = match cursor {
        "" => String::new(),
        cursor => format!(r#","meta":{{"cursor":"{cursor}"}}"#),
    };
    Act::Send(answer(
        "200 OK",
        "",
        format!(r#"{{"data":[{}]{meta}}}"#, items.join(",")),
    ))
}

fn paging() -> CursorPaging {
    let query = Query::new().with("limit", "2").with("order", "date+");
    CursorPaging::new(Request::get(Path::to("ioc_stream")).query(query))
}

fn client(server: &RawServer) -> Client {
    let mut configuration = configuration(&server.base_url());
    configuration.policy.retries = 1;
    Client::new(configuration).expect("a client")
}

async fn pages(server: &RawServer, from: Option<&str>) -> Vec<Result<Page, Error>> {
    let client = client(server);
    let pages = client.pages(paging(), from.map(str::to_owned));
    pages.collect().await
}

fn items(pages: &[Result<Page, Error>]) -> Vec<&str> {
    pages.iter().flatten().flat_map(Page::items).collect()
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_not_the_end() {
    let server = RawServer::start(|number, _| match number {
        0 => page(&["a", "b"], "one="),
        1 | 2 => page(&[], if number == 1 { "two=" } else { "three=" }),
        _ => page(&["c"], ""),
    });
    let pages = pages(&server, None).await;
    assert_eq!(
        items(&pages),
        [r#"{"id":"a"}"#, r#"{"id":"b"}"#, r#"{"id":"c"}"#]
    );
    let positions: Vec<_> = pages
        .iter()
        .flatten()
        .map(|page| page.position.as_deref())
        .collect();
    assert_eq!(
        positions,
        [None, Some("one="), Some("two="), Some("three=")]
    );
    let heads = server.heads();
    assert!(
        heads[0].starts_with("GET /api/v3/ioc_stream?limit=2&order=date%2B HTTP"),
        "{}",
        heads[0]
    );
    assert!(
        heads[1].starts_with("GET /api/v3/ioc_stream?limit=2&order=date%2B&cursor=one%3D HTTP"),
        "{}",
        heads[1]
    );
}

#[tokio::test]
async fn the_end_is_said_in_three_ways() {
    for end in [
        r#"{"data":[]}"#,
        r#"{"data":[],"meta":{"cursor":null}}"#,
        r#"{"data":[],"meta":{"cursor":""}}"#,
    ] {
        let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", end)));
        assert_eq!(pages(&server, None).await.len(), 1, "{end}");
        assert_eq!(server.requests(), 1, "{end}");
    }
}

/// The cursor changes for ever, and the page does not.
#[tokio::test]
async fn a_page_that_comes_back_is_an_error() {
    let server = RawServer::start(|number, _| page(&["a"], &number.to_string()));
    let pages = pages(&server, None).await;
    assert_eq!((pages.len(), server.requests()), (2, 2));
    let error = pages[1].as_ref().expect_err("a circle");
    assert_eq!(error.kind, Kind::Decode);
    assert!(
        error.message.contains("the list would never end"),
        "{error}"
    );
}

#[tokio::test]
async fn a_cursor_that_comes_back_is_an_error() {
    let server =
        RawServer::start(|number, _| page(&[&number.to_string()], ["x", "y", "z"][number % 3]));
    let pages = pages(&server, None).await;
    let error = pages
        .last()
        .expect("a page")
        .as_ref()
        .expect_err("a circle");
    assert_eq!(error.kind, Kind::Decode);
    assert!(
        error.message.contains("the list would never end"),
        "{error}"
    );
    assert!(pages[..pages.len() - 1].iter().all(Result::is_ok));
    assert!(server.requests() < 20);
}

/// Never a shorter list that looks whole.
#[tokio::test]
async fn a_lost_page_is_an_error_and_not_the_end() {
    let server = RawServer::start(|number, _| match number {
        0 => page(&["a"], "one"),
        _ => Act::Send(answer("500 Internal Server Error", "", "")),
    });
    let pages = pages(&server, None).await;
    assert_eq!(pages.len(), 2);
    let error = pages[1].as_ref().expect_err("lost");
    assert_eq!((error.kind, error.tries), (Kind::Server, 2));
}

#[tokio::test]
async fn a_page_that_fails_once_is_asked_for_again() {
    let server = RawServer::start(|number, _| match number {
        0 => page(&["a"], "one"),
        1 => Act::Send(answer("200 OK", "", r#"{"data":[{"id":"b"#)),
        _ => page(&["b"], ""),
    });
    let pages: Vec<Page> = client(&server)
        .pages(paging(), None)
        .try_collect()
        .await
        .expect("all pages");
    assert_eq!(pages.len(), 2);
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn one_page_is_asked_for_when_the_one_before_it_was_used() {
    let server = RawServer::start(|number, _| page(&[&number.to_string()], &number.to_string()));
    let client = client(&server);
    let pages = client.pages(paging(), None);
    futures::pin_mut!(pages);
    for wanted in 1..=3 {
        pages.next().await.expect("a page").expect("an answer");
        assert_eq!(server.requests(), wanted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the sizes of the pages, and wherever one resumes: from the
    /// position of a page on, every item comes once and in order.
    #[test]
    fn a_walk_can_be_resumed_at_every_page(sizes in prop::collection::vec(0_usize..4, 1..7)) {
        let served = sizes.clone();
        let server = RawServer::start(move |_, head| {
            let at = head
                .split_once("cursor=page-")
                .and_then(|(_, rest)| rest.split([' ', '&']).next()?.parse().ok())
                .unwrap_or(0_usize);
            let ids: Vec<String> = (0..served[at]).map(|item| format!("{at}.{item}")).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let next = (at + 1 < served.len()).then(|| format!("page-{}", at + 1));
            page(&ids, next.as_deref().unwrap_or(""))
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let whole = pages(&server, None).await;
            prop_assert_eq!(whole.len(), sizes.len());
            prop_assert_eq!(items(&whole).len(), sizes.iter().sum::<usize>());
            for (at, page) in whole.iter().enumerate() {
                let position = page.as_ref().expect("a page").position.clone();
                let rest = pages(&server, position.as_deref()).await;
                prop_assert_eq!(items(&rest), items(&whole[at..]));
            }
            Ok(())
        })?;
    }
}

/// The pages as they come when they are asked for ahead.
async fn ahead(client: &Client) -> Vec<Result<Page, Error>> {
    let length = |item: &mut Scan<'_>| item.raw().map(str::len);
    let pages = client.pages_ahead(paging(), None, length);
    let pages = pages.map_ok(|(page, lengths)| {
        let items: Vec<usize> = page.items().map(str::len).collect();
        assert_eq!(items, lengths, "each view belongs to its item");
        page
    });
    pages.collect().await
}

#[tokio::test]
async fn one_request_ahead_shows_the_same_pages() {
    let server = RawServer::start(|_, head| match head {
        head if head.contains("cursor=one%3D") => page(&[], "two="),
        head if head.contains("cursor=two%3D") => page(&["c"], ""),
        _ => page(&["a", "b"], "one="),
    });
    let client = client(&server);
    let ahead = ahead(&client).await;
    assert_eq!(items(&ahead), items(&pages(&server, None).await));
    let ended = |page: &Result<Page, _>| page.as_ref().is_ok_and(|page| page.next.is_none());
    assert!(ended(&ahead[2]), "{ahead:?}");
    assert_eq!(server.heads().len(), 6, "three requests for each walk");
}

/// A page that leads on, of which only the end is sound.
fn spoiled_page(cursor: &str) -> Act {
    let body = format!(r#"{{"data":[{{"id":"a",,}}],"meta":{{"cursor":"{cursor}"}}}}"#);
    Act::Send(answer("200 OK", "", body))
}

#[tokio::test]
async fn a_page_whose_end_alone_is_sound_is_asked_for_again() {
    let server = RawServer::start(|number, head| match head {
        _ if number == 0 => spoiled_page("one="),
        head if head.contains("cursor") => page(&["b"], ""),
        _ => page(&["a"], "one="),
    });
    let client = client(&server);
    let ahead = ahead(&client).await;
    assert_eq!(items(&ahead), [r#"{"id":"a"}"#, r#"{"id":"b"}"#]);
}

/// What a spoiled answer seemed to lead to is not followed.
#[tokio::test]
async fn a_spoiled_answer_leads_nowhere() {
    let server = RawServer::start(|number, head| match head {
        _ if number == 0 => spoiled_page("wrong="),
        head if head.contains("wrong") => page(&["wrong"], ""),
        head if head.contains("cursor=one%3D") => page(&["b"], ""),
        _ => page(&["a"], "one="),
    });
    let client = client(&server);
    let ahead = ahead(&client).await;
    assert_eq!(items(&ahead), [r#"{"id":"a"}"#, r#"{"id":"b"}"#]);
}
