//! `gti api`: any endpoint, with the credentials, retries and pages of all other
//! commands.

mod body;
mod document;
mod output;

use clap::Args;
use futures::StreamExt;

use self::body::{Field, json_object};
use self::output::Body;
pub(super) use self::output::LAYOUT;
use super::context::Context;
use crate::client::Client;
use crate::client::download::Whole;
use crate::client::endpoints::any::{Address, AnyPaging, Header, Method};
use crate::client::request::Request;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::json::{Scan, one_line};
use crate::output::sanitize_block;

/// Call any endpoint of the API
///
/// PATH is relative to the base URL; a whole URL must be of its origin. The
/// answer's body is printed unchanged; --format, --jq and --fields shape one that
/// is JSON. It uses the key, the retries and the rate limit of all commands; what
/// is not safe to repeat (POST, PATCH) is repeated only after answers that say
/// that nothing was done. Files (samples, archives, feed packages, sandbox
/// artefacts) are streamed to -o FILE or a pipe; the storage that the service
/// redirects to gets no key.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ApiArgs {
    /// The endpoint, with its query if it has one
    #[arg(value_name = "PATH")]
    path: String,
    /// GET, HEAD, POST, PUT, PATCH or DELETE; GET by default, POST with --data
    #[arg(short = 'X', long, value_name = "METHOD", value_parser = str::parse::<Method>)]
    method: Option<Method>,
    /// A parameter: part of the query with GET and HEAD, else a member of a JSON
    /// object, where true, false, null and whole numbers are taken as such;
    /// K=@FILE reads the value from a file
    #[arg(short = 'F', long = "field", value_name = "K=V", value_parser = str::parse::<Field>)]
    parameters: Vec<Field>,
    /// Send --field as a form does, not as JSON
    #[arg(long, requires = "parameters", conflicts_with = "data")]
    form: bool,
    /// A JSON body: @FILE, @- for standard input, or the text itself
    #[arg(short, long, value_name = "@FILE", conflicts_with = "parameters")]
    data: Option<String>,
    /// A header: 'NAME: VALUE'
    #[arg(short = 'H', long = "header", value_name = "HEADER", value_parser = str::parse::<Header>)]
    headers: Vec<Header>,
    /// Follow the pages of a list and print all items as one document
    #[arg(long)]
    paginate: bool,
    /// Print status line and headers before the body
    #[arg(long, conflicts_with = "paginate")]
    include: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti api ip_addresses/203.0.113.7 --jq .data.attributes.asn
  gti api domains/evil.example/resolutions --paginate -f jsonl
  gti api ioc_stream -F 'filter=entity_type:file' -F limit=40
  gti api files/HASH/download -o sample.bin
  gti api -X PATCH dtm/alerts/ID -F status=closed
  gti api -X POST urls --form -F url=https://evil.example/
  gti api -X POST collections -d @collection.json";

pub(crate) async fn run(args: ApiArgs, cx: &mut Context) -> Result<Exit, Error> {
    let shaped = cx.settings.typed.shapes();
    if args.include && shaped {
        return Err(Error::usage(
            "--include prints the answer unchanged and cannot be used with --format, --jq or --fields",
        )
        .hint("leave one of them out"));
    }
    let paginate = args.paginate;
    let include = args.include;
    // Where it is asked, the sandbox has another address: the path is what counts.
    let prepared = args.prepare(cx)?;
    if prepared.names_document(cx)? {
        return document::run(prepared, shaped || include || paginate, cx).await;
    }
    if !cx.settings.typed.format {
        cx.settings.format = Some("json".to_owned());
    }
    if paginate {
        return pages(prepared, cx).await;
    }
    if shaped {
        let mut output = cx.output(LAYOUT)?;
        let client = cx.client(None)?;
        let whole = prepared.ask(&client).await?;
        let printed = Body::of(&whole.body).and_then(|text| Ok(output.record(&text)?));
        // A program must not hide what a request has done.
        if printed.is_err() && prepared.method != Method::get() {
            let answer = String::from_utf8_lossy(&whole.body);
            cx.ui
                .stderr
                .say([("answered: ", &*one_line(answer.trim()))]);
        }
        printed?;
        output.finish()?;
        return Ok(Exit::Done);
    }
    let watched = cx.ui.terminal.stdout && !cx.writes_file();
    let mut sink = cx.sink()?;
    let client = cx.client(None)?;
    let whole = prepared.ask(&client).await?;
    if include {
        let head = whole.head.join("\r\n");
        sink.write(format!("{head}\r\n\r\n").as_bytes())?;
    }
    if watched {
        let text = String::from_utf8_lossy(&whole.body);
        sink.write(sanitize_block(&text).as_bytes())?;
    } else {
        sink.write(&whole.body)?;
    }
    sink.finish()?;
    Ok(Exit::Done)
}

/// All items of a list, page by page as they come.
async fn pages(prepared: Prepared, cx: &mut Context) -> Result<Exit, Error> {
    let mut output = cx.output(output::LIST)?;
    let client = cx.client(None)?;
    let paging = AnyPaging::new(prepared.request(&client)?);
    let mut pages =
        std::pin::pin!(client.pages_viewed(paging, None, |item: &mut Scan<'_>| item.skip()));
    let stop = cx.signals.wait();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = tokio::select! {
            next = pages.next() => next,
            () = &mut stop => {
                output.abandon()?;
                return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted));
            }
        };
        match next {
            None => break,
            Some(Ok((page, _))) => {
                for item in page.items() {
                    output.record(&Body(item))?;
                }
                output.rest()?;
            }
            Some(Err(error)) => {
                // What came so far stays a document.
                output.abandon()?;
                return Err(error);
            }
        }
    }
    output.finish()?;
    Ok(Exit::Done)
}

/// A request but for where the service is.
struct Prepared {
    path: String,
    method: Method,
    query: Vec<(String, String)>,
    headers: Vec<Header>,
    content: Content,
}

enum Content {
    None,
    Json(Vec<u8>),
    Form(Vec<(String, String)>),
}

impl Prepared {
    fn address(&self, base: &url::Url) -> Result<Address, Error> {
        let address = Address::typed(&self.path, base)?;
        Ok(self
            .query
            .iter()
            .fold(address, |address, (name, value)| address.with(name, value)))
    }

    /// Whether the bytes of a document are asked for.
    fn names_document(&self, cx: &Context) -> Result<bool, Error> {
        let address = self.address(&cx.settings.base_url)?;
        Ok(self.method.gets() && address.names_document())
    }

    /// The whole answer.
    async fn ask(&self, client: &Client) -> Result<Whole, Error> {
        client.whole(self.request(client)?).await
    }

    fn request(&self, client: &Client) -> Result<Request, Error> {
        let key = client.key();
        let secret = key.as_ref().map(crate::client::key::ApiKey::expose);
        let address = self.address(client.base_url())?;
        let request = address.request(self.method.clone(), self.headers.clone(), secret);
        Ok(match &self.content {
            Content::None => request,
            Content::Json(body) => request.json(body.clone()),
            Content::Form(fields) => {
                let pairs = fields.iter();
                request.form(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
            }
        })
    }
}

impl ApiArgs {
    /// Reads what goes with the request, and checks all before anybody is asked.
    fn prepare(self, cx: &mut Context) -> Result<Prepared, Error> {
        let default = if self.data.is_some() || self.form {
            Method::post()
        } else {
            Method::get()
        };
        let method = self.method.unwrap_or(default);
        let asks = method.asks();
        let mut prepared = Prepared {
            path: self.path,
            method,
            query: vec![],
            headers: self.headers,
            content: Content::None,
        };
        if asks && (self.data.is_some() || self.form) {
            return Err(Error::usage("GET and HEAD have no body")
                .hint("leave out --data and --form, or name another method with -X"));
        }
        if self.paginate && !asks {
            return Err(Error::usage("--paginate follows the pages of a GET")
                .hint("leave it out, or leave out -X and --data"));
        }
        if let Some(data) = &self.data {
            prepared.content = Content::Json(body::data(data, cx)?);
        } else if asks || self.form {
            let pairs: Result<Vec<_>, Error> =
                self.parameters.iter().map(|field| field.text(cx)).collect();
            if self.form {
                prepared.content = Content::Form(pairs?);
            } else {
                prepared.query = pairs?;
            }
        } else if !self.parameters.is_empty() {
            prepared.content = Content::Json(json_object(&self.parameters, cx)?);
        }
        // The base URL of the sandbox is not known yet; any will do to check.
        let address = prepared.address(&cx.settings.base_url)?;
        if self.paginate && address.names_page() {
            return Err(Error::usage(
                "--paginate begins at the first page, and the query names another",
            )
            .hint("leave `cursor`, `page_token` and `page` out of the query"));
        }
        Ok(prepared)
    }
}
