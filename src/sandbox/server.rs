//! The running sandbox: a listener, and a thread that answers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use axum::serve::ListenerExt;
use tokio::runtime::{self, Runtime};
use tokio::sync::Notify;

use super::options::Options;
use super::routes::router;
use super::service::{Service, Shared};

/// A simulated API on a loopback port, on a thread of its own, until it is
/// stopped or dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    service: Shared,
    stop: Arc<Notify>,
    thread: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Sandbox {
    /// Starts one on a free loopback port. Requests are answered as soon as
    /// this returns.
    ///
    /// # Errors
    /// What the operating system says about the port or the thread.
    pub fn start(options: Options) -> io::Result<Self> {
        Self::start_on((Ipv4Addr::LOCALHOST, 0).into(), options)
    }

    /// Starts one on a given address; port 0 stands for any free one.
    ///
    /// # Errors
    /// What the operating system says about the port or the thread.
    pub fn start_on(address: SocketAddr, options: Options) -> io::Result<Self> {
        // Bound here, so that a taken port is the caller's error; and queued
        // connections wait for the thread, so that nobody comes too early.
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let service = Service::new(options);
        let stop = Arc::new(Notify::new());
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn({
                let (service, stop) = (Arc::clone(&service), Arc::clone(&stop));
                move || serve(&runtime, listener, service, &stop)
            })?;
        Ok(Self {
            address,
            service,
            stop,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The root of its API: `http://127.0.0.1:PORT/api/v3`.
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, super::ROOT)
    }

    /// How many requests came in so far, whatever they were answered.
    pub fn requests(&self) -> u64 {
        self.service.requests()
    }

    /// How many requests came in for each endpoint: `POST private/files`,
    /// `GET analyses`.
    pub fn endpoints(&self) -> std::collections::BTreeMap<String, u64> {
        self.service.endpoints()
    }

    /// Stops it. Connections that are open are closed. May be called from any
    /// thread, and more than once.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Waits, without a runtime, until it has stopped.
    ///
    /// # Errors
    /// What ended it, if it was not call to end.
    pub fn wait(&self) -> io::Result<()> {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match thread.map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(io::Error::other("the sandbox's thread panicked")),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
        // A sandbox that ended by itself was noticed by those who talked to it.
        let _ = self.wait();
    }
}

fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    service: Shared,
    stop: &Notify,
) -> io::Result<()> {
    runtime.block_on(async {
        // Without Nagle's delay: a report is written in more than one piece.
        let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        tokio::select! {
            result = axum::serve(listener, router(service)) => result,
            () = stop.notified() => Ok(()),
        }
    })
}
