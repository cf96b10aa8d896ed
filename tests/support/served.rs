//! A server whose answers come from what a test puts into it.

use std::sync::{Arc, Mutex, MutexGuard};

use wiremock::{MockBuilder, MockServer, Request, ResponseTemplate};

/// A server with its content, which the test may change at any time.
pub(crate) struct Served<C> {
    server: MockServer,
    content: Arc<Mutex<C>>,
}

impl<C: Send + 'static> Served<C> {
    /// Answers the requests that are for this mock from the content.
    pub(crate) fn start(
        requests: MockBuilder,
        content: C,
        answer: impl Fn(&mut C, &Request) -> ResponseTemplate + Send + Sync + 'static,
    ) -> Self {
        let content = Arc::new(Mutex::new(content));
        let shared = Arc::clone(&content);
        let respond = move |request: &Request| answer(&mut shared.lock().expect("lock"), request);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            requests.respond_with(respond).mount(&server).await;
            server
        });
        Self { server, content }
    }

    pub(crate) fn url(&self) -> String {
        self.server.uri()
    }

    pub(crate) fn content(&self) -> MutexGuard<'_, C> {
        self.content.lock().expect("lock")
    }
}
