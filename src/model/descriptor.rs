//! Objects of any type, as far as lists of them tell what they are: what a search
//! finds, and what an object is related to (API notes, sections 1.3 and 2.5).

use super::json::Scan;
use super::verdict::{AnalysisStats, Assessment, Judgement};
use super::view::{Map, Unread, View, view};

view! {
    /// An object of a list: its type, its id and what it is called.
    pub struct Descriptor {
        /// The API's type: `collection`, `resolution`, `url`.
        pub kind as "type": Option<String>,
        /// The API's id.
        pub id: Option<String>,
        attributes: DescriptorAttributes,
        context_attributes: DescriptorContext,
    }

    struct DescriptorAttributes {
        collection_type: Option<String>,
        name: Option<String>,
        url: Option<String>,
        meaningful_name: Option<String>,
        host_name: Option<String>,
        ip_address: Option<String>,
        gti_assessment: Assessment,
        last_analysis_stats: AnalysisStats,
    }

    // A URL tells its address here, even where it has no attributes.
    struct DescriptorContext {
        url: Option<String>,
    }

    /// The relationships that a report embeds.
    pub struct Embedding {
        /// Each by its name.
        pub relationships: Map<EmbeddedRelationship>,
    }

    /// A relationship that a report embeds.
    pub struct EmbeddedRelationship {
        /// The related objects.
        pub data: Option<OneOrMany>,
        meta: EmbeddedMeta,
        links: EmbeddedLinks,
        error: Option<Anything>,
    }

    struct EmbeddedMeta {
        cursor: Option<String>,
        count: Option<u64>,
    }

    struct EmbeddedLinks {
        next: Option<String>,
    }
}

impl Descriptor {
    /// What it is called, or its address; a resolution by what it joins.
    pub fn name(&self) -> Option<String> {
        let attributes = &self.attributes;
        let called = attributes.name.as_ref().or(attributes.url.as_ref());
        called
            .or(self.context_attributes.url.as_ref())
            .cloned()
            .or_else(|| match (&attributes.host_name, &attributes.ip_address) {
                (Some(host), Some(address)) => Some(format!("{host} {address}")),
                (host, address) => host.as_ref().or(address.as_ref()).cloned(),
            })
    }

    /// The name that the service finds most telling of those that a file has.
    pub fn meaningful_name(&self) -> Option<&str> {
        self.attributes.meaningful_name.as_deref()
    }

    /// Of a collection what it is: `threat-actor`.
    pub fn collection_type(&self) -> Option<&str> {
        self.attributes.collection_type.as_deref()
    }

    /// What the service makes of it.
    pub fn judgement(&self) -> Judgement {
        let attributes = &self.attributes;
        Judgement::of(&attributes.gti_assessment, &attributes.last_analysis_stats)
    }
}

impl EmbeddedRelationship {
    /// Whether it could not be had, which is not the same as empty.
    pub fn failed(&self) -> bool {
        self.data.is_none() && self.error.is_some()
    }

    /// Whether there are more objects than those that are embedded.
    pub fn has_more(&self) -> bool {
        self.meta.cursor.is_some() || self.links.next.is_some()
    }

    /// How many objects it has, where the service says so.
    pub fn count(&self) -> Option<u64> {
        self.meta.count
    }
}

/// Related objects: a list, or the one object of a relationship to one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct OneOrMany(pub Vec<Descriptor>);

impl View for OneOrMany {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() == Some(b'{') {
            let one: Option<Descriptor> = View::read(value, unread)?;
            return Ok(one.map(|one| Self(vec![one])));
        }
        let many: Option<Vec<Descriptor>> = View::read(value, unread)?;
        Ok(many.map(Self))
    }
}

/// A value that is there, whatever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Anything;

impl View for Anything {
    fn read(value: &mut Scan<'_>, _: &mut Unread) -> Result<Option<Self>, String> {
        Ok((value.raw()? != "null").then_some(Self))
    }
}
