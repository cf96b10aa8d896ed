//! One connection, made and looked over.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, NoTls, TlsConnect, TlsStream};
use tokio_postgres::{Client, Socket};

use super::fault::Fault;
use super::target::Target;
use crate::client::tls::Tls;
use crate::model::error::{Error, ErrorKind};

/// What every connection is set to. A statement that takes this long will take longer.
const SETTINGS: &str = "SET statement_timeout = '5min'; SET TIME ZONE 'UTC'; \
    SET client_min_messages = warning; SET idle_in_transaction_session_timeout = '2min'";

/// Makes a connection; it is driven on the runtime until it is dropped.
pub(super) async fn connect(target: &Target) -> Result<Client, Fault> {
    let client = match &target.tls {
        None => {
            let (client, connection) = target.config.connect(NoTls).await?;
            tokio::spawn(drive(connection));
            client
        }
        Some(tls) => {
            let (client, connection) = target.config.connect(MakeTls(tls.clone())).await?;
            tokio::spawn(drive(connection));
            client
        }
    };
    client.batch_execute(SETTINGS).await?;
    Ok(client)
}

/// Refuses a server that records cannot be kept in.
pub(super) async fn look_over(client: &Client) -> Result<(), Fault> {
    let row = client
        .query_typed_one(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean, \
                    current_setting('server_encoding')",
            &[],
        )
        .await?;
    if row.get::<_, bool>(0) {
        return Err(Fault::Settled(
            Error::new(
                ErrorKind::State,
                "the server is read-only: it is a replica, or is set so",
            )
            .hint("name the primary server, or several hosts, of which the writable one is used"),
        ));
    }
    let encoding: String = row.get(1);
    if encoding != "UTF8" {
        return Err(Fault::Settled(
            Error::new(
                ErrorKind::State,
                format!("the database has the encoding {encoding}, which cannot hold every record"),
            )
            .hint("create a database with ENCODING 'UTF8'"),
        ));
    }
    Ok(())
}

async fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!("a connection to the database ended: {error}");
    }
}

/// Makes TLS connections for the library.
struct MakeTls(Tls);

/// One of them, to a host.
struct ToHost {
    tls: Tls,
    host: String,
}

/// A stream that TLS protects.
struct Protected(tokio_rustls::client::TlsStream<Socket>);

impl MakeTlsConnect<Socket> for MakeTls {
    type Stream = Protected;
    type TlsConnect = ToHost;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<ToHost, io::Error> {
        Ok(ToHost {
            tls: self.0.clone(),
            host: host.to_owned(),
        })
    }
}

impl TlsConnect<Socket> for ToHost {
    type Stream = Protected;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Protected>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move { self.tls.connect(&self.host, stream).await.map(Protected) })
    }
}

impl TlsStream for Protected {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Protected {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Protected {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
