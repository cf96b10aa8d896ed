//! How text for people looks: colour or none, and how wide the page is.
