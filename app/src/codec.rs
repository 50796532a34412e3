//! How a server function answers: JSON, as leptos' own encoding. That one reads bytes and a resource reads a string, and for
//! serde the two are types of their own: the browser's half had the code to read each answer twice.

use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use serde::{Serialize, de::DeserializeOwned};

/// JSON, read as a string.
#[derive(Debug)]
pub struct Texto;

/// `output = Resposta` of every server function.
pub type Resposta = Post<Texto>;

impl ContentType for Texto {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Texto {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Texto {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Texto {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        serde_json::from_str(&String::from_utf8_lossy(&bytes))
    }
}
