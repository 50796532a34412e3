//! Voice notes and pictures: the forms, the fallbacks and the judgement of quality.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use integrations::openai::{
    ApiError, Transcript, TranscriptionClient, TranscriptionConfig, TranscriptionUsage, VisionClient, VisionConfig,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

use crate::server::{KEY, Reply, Server, says};

type Asked = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Answers each upload by `reply`, which is given the body as text.
async fn listening(reply: fn(&str) -> (u16, Value)) -> (TranscriptionClient, Asked) {
    let asked = Asked::default();
    let handle = move |State(asked): State<Asked>, headers: HeaderMap, body: Bytes| async move {
        assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
        let kind = headers["content-type"].to_str().unwrap().to_owned();
        let (status, answer) = reply(&String::from_utf8_lossy(&body));
        asked.lock().unwrap().push((kind, body.to_vec()));
        (StatusCode::from_u16(status).unwrap(), answer.to_string()).into_response()
    };
    let app = Router::new().route("/v1/audio/transcriptions", post(handle)).with_state(asked.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let config = TranscriptionConfig {
        timeout: Duration::from_secs(5),
        ..TranscriptionConfig::new(url, KEY.into(), "whisper-1")
    };
    (TranscriptionClient::new(config).unwrap(), asked)
}

fn segments(text: &str, list: &[(f64, f64, f64)]) -> Value {
    let segment = |(seconds, logprob, silence): &(f64, f64, f64)| json!({"start": 0.0, "end": seconds, "avg_logprob": logprob, "no_speech_prob": silence, "compression_ratio": 1.0});
    json!({"text": text, "duration": 7.5, "segments": list.iter().map(segment).collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_voice_note_goes_as_a_form_and_comes_back_as_words() {
    let (client, asked) = listening(|_| (200, segments(" Abre domingo? ", &[(3.0, -0.2, 0.01)]))).await;
    let heard = client.transcribe(b"OggS\r\n--\0\xff", "audio/ogg; codecs=opus").await.unwrap();
    let usage = TranscriptionUsage { seconds: Some(7.5), tokens_in: 0, tokens_out: 0 };
    assert_eq!(heard, Transcript { text: "Abre domingo?".into(), doubtful: false, usage });
    let (kind, body) = asked.lock().unwrap()[0].clone();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let field = |head: &str, content: &[u8]| {
        let mut part = format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes();
        part.extend_from_slice(content);
        part.extend_from_slice(b"\r\n");
        part
    };
    let expected = [
        field("name=\"model\"", b"whisper-1"),
        field("name=\"language\"", b"pt"),
        field("name=\"response_format\"", b"verbose_json"),
        field("name=\"file\"; filename=\"audio.ogg\"\r\nContent-Type: audio/ogg", b"OggS\r\n--\0\xff"),
        format!("--{boundary}--\r\n").into_bytes(),
    ];
    assert_eq!(body, expected.concat());
}

#[tokio::test]
async fn what_the_server_is_not_sure_of_is_doubtful() {
    for (reply, doubtful) in [
        (segments("oi", &[(3.0, -0.9, 0.1)]), false),
        (segments("oi", &[(3.0, -1.1, 0.1)]), true),
        (segments("legendas", &[(3.0, -0.2, 0.7)]), true),
        // One mumbled word among much that was clear.
        (segments("oi", &[(0.5, -2.0, 0.9), (20.0, -0.3, 0.01)]), false),
        (segments("  ", &[]), true),
        (json!({"text": "..."}), true),
        (json!({"text": "Abre domingo?"}), false),
        (json!({"text": "a a a", "segments": [{"start": 0.0, "end": 2.0, "compression_ratio": 2.5}]}), true),
    ] {
        static REPLY: Mutex<Value> = Mutex::new(Value::Null);
        *REPLY.lock().unwrap() = reply.clone();
        let (client, _) = listening(|_| (200, REPLY.lock().unwrap().clone())).await;
        assert_eq!(client.transcribe(b"x", "audio/ogg").await.unwrap().doubtful, doubtful, "{reply}");
    }
}

#[tokio::test]
async fn a_server_without_segments_is_asked_plainly_from_then_on() {
    let (client, asked) = listening(|body| {
        if body.contains("verbose_json") {
            return (400, json!({"error": {"message": "response_format 'verbose_json' is not compatible"}}));
        }
        (200, json!({"text": "sim", "usage": {"type": "tokens", "input_tokens": 14, "output_tokens": 3}}))
    })
    .await;
    for _ in 0..2 {
        let heard = client.transcribe(b"x", "audio/mpeg").await.unwrap();
        assert_eq!((heard.usage.tokens_in, heard.usage.tokens_out, heard.doubtful), (14, 3, false));
    }
    let asked = asked.lock().unwrap();
    let verbose: Vec<bool> =
        asked.iter().map(|(_, body)| String::from_utf8_lossy(body).contains("verbose_json")).collect();
    assert_eq!(verbose, [true, false, false]);
    assert!(String::from_utf8_lossy(&asked[0].1).contains("filename=\"audio.mp3\""));
}

#[tokio::test]
async fn audio_that_is_none_does_not_change_how_the_next_is_asked_and_failures_are_told_apart() {
    let (client, asked) = listening(|_| (400, json!({"error": {"message": "could not decode"}}))).await;
    for _ in 0..2 {
        let refused = client.transcribe(b"x", "audio/ogg").await;
        assert!(matches!(refused, Err(ApiError::Rejected { status: 400, .. })), "{refused:?}");
    }
    assert_eq!(asked.lock().unwrap().len(), 4);
    let (client, asked) = listening(|_| (503, Value::Null)).await;
    assert_eq!(client.transcribe(b"x", "audio/ogg").await, Err(ApiError::Unavailable(Some(503))));
    assert_eq!(asked.lock().unwrap().len(), 3, "it is asked again");
    let (client, _) = listening(|_| (200, json!({"words": 1}))).await;
    assert_eq!(client.transcribe(b"x", "audio/ogg").await, Err(ApiError::Shape));
}

#[tokio::test]
async fn a_picture_goes_inside_the_message() {
    let server = Server::start([Reply::Json(200, says(" Um recibo. "))]).await;
    let client = VisionClient::new(VisionConfig::new(&server.url, KEY.into(), "v")).unwrap();
    let seen = client.read("Descreva.", b"\xff\xd8\xff", "image/jpeg").await.unwrap();
    assert_eq!((seen.text.as_str(), seen.tokens_in, seen.tokens_out), ("Um recibo.", 10, 3));
    let asked = &server.asked()[0];
    assert_eq!(asked["messages"][0]["content"], "Descreva.");
    assert_eq!(asked["messages"][1]["content"][0]["image_url"]["url"], "data:image/jpeg;base64,/9j/");
    assert_eq!(asked["model"], "v");
}
