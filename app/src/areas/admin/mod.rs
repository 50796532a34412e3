//! The panel of those who run the SaaS: login and a first, honest page.

pub mod api;
pub mod page;
pub mod shell;
