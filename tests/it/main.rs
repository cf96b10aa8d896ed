//! The program seen from outside: its layers, its transport against servers of
//! every kind, and the binary against the simulated service.

// Each target that includes it uses a part of it.
#[path = "../support/mod.rs"]
mod support;

mod alerts;
mod annotate;
mod api;
mod api_document;
mod asm;
mod auth;
mod cache;
mod causes;
mod collection;
mod collection_parts;
mod completions;
mod config;
mod consumers;
#[cfg(unix)]
mod docs;
mod doctor;
mod dtm;
mod enrich;
mod envelope;
mod extract;
mod format_page;
mod formats;
mod former;
mod help;
mod hostile;
mod html_page;
mod ingest;
mod layers;
mod lists;
mod matching;
mod members;
mod mistakes;
mod names;
mod odd_text;
mod open;
mod outage;
mod output_file;
mod payloads;
#[cfg(target_os = "linux")]
mod process;
mod proxy;
mod quota;
mod rank;
mod reference;
mod report;
mod requests;
mod rules;
mod scan;
#[cfg(unix)]
mod screens;
mod search;
mod secrets;
mod settings;
mod shapes;
mod shaping;
mod stix;
mod surprises;
mod tls;
mod transport;
mod vuln;
mod widget;
#[cfg(unix)]
mod widget_page;
