//! Pages that anybody may see.

pub mod page;
