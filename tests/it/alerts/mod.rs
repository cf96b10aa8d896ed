//! `gti alerts` on the wire, against services that misbehave and against the simulated
//! one.

mod secrets;
mod three;
mod update;
mod wire;
