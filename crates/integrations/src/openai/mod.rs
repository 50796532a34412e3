//! OpenAI, or any server that speaks nearly the same: chat answers as JSON, embeddings, transcriptions of voice notes, and
//! pictures read into text.
//!
//! Owns the wire: retries, time limits, what the server's dialect of structured output is. The prompt, the threshold and
//! what a refusal means to a conversation belong to the caller. No key is ever part of an error or of `Debug`.

mod chat;
mod embeddings;
mod http;
mod transcription;
mod vision;

pub use chat::{ChatClient, ChatConfig, ChatError, ModelReply, Role, Tokens, Turn};
pub use embeddings::{EmbeddingsClient, EmbeddingsConfig, EmbeddingsError};
pub use http::ApiError;
pub use transcription::{Transcript, TranscriptionClient, TranscriptionConfig, TranscriptionUsage};
pub use vision::{ImageReading, VisionClient, VisionConfig};
