//! The OpenAI stand-in over real HTTP.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test data is known")]

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulators::openai::{MADE_UP, Manner, Simulator, Step};

struct Bench {
    simulator: Simulator,
    http: reqwest::Client,
}

impl Bench {
    async fn new() -> Self {
        let simulator = Simulator::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        Self { simulator, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let response = self
            .http
            .post(format!("{}{path}", self.simulator.url()))
            .bearer_auth("sk-x")
            .json(&body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn chat(&self, format: Option<&str>) -> (u16, Value) {
        let prompt =
            "Responda só com as fontes.\n[1] Abrimos às 9h. Fechamos às 18h. Domingo não.\n[2] Estacionamento grátis.";
        let mut body = json!({"model": "m", "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": "que horas?"}]});
        if let Some(format) = format {
            body["response_format"] = json!({"type": format});
        }
        self.post("/chat/completions", body).await
    }
}

fn content(answer: &Value) -> &str {
    answer["choices"][0]["message"]["content"].as_str().unwrap()
}

#[tokio::test]
async fn the_default_answer_comes_from_the_first_source() {
    let bench = Bench::new().await;
    let (status, answer) = bench.chat(Some("json_schema")).await;
    let reply: Value = serde_json::from_str(content(&answer)).unwrap();
    assert_eq!(
        (status, reply),
        (200, json!({"answered": true, "sources": [1], "reply": "Abrimos às 9h. Fechamos às 18h."}))
    );
    assert_eq!(content(&bench.chat(None).await.1), "que horas?");
    let requests = bench.simulator.requests();
    assert_eq!((requests.len(), &requests[0]["authorization"]), (2, &json!("Bearer sk-x")));
}

#[tokio::test]
async fn every_step_of_a_script() {
    let bench = Bench::new().await;
    bench.simulator.script(vec![
        Step::Answer("{\"answered\":false}".to_owned()),
        Step::Status { status: 429, retry_after: Some(2) },
        Step::MalformedJson,
        Step::Refusal,
        Step::RejectJsonSchema,
    ]);
    assert_eq!(content(&bench.chat(Some("json_object")).await.1), "{\"answered\":false}");
    let (status, error) = bench.chat(None).await;
    assert_eq!((status, &error["error"]["type"]), (429, &json!("rate_limit_exceeded")));
    assert!(serde_json::from_str::<Value>(content(&bench.chat(None).await.1)).is_err());
    assert!(bench.chat(None).await.1["choices"][0]["message"]["refusal"].is_string());
    // The schema is refused, other formats are not.
    assert_eq!(bench.chat(Some("json_object")).await.0, 200);
    assert_eq!(bench.chat(Some("json_schema")).await.0, 400);
    assert_eq!(bench.chat(Some("json_schema")).await.0, 200);
}

#[tokio::test]
async fn the_manner_limits_spoils_and_signs() {
    let bench = Bench::new().await;
    bench.simulator.behave(Manner { limited: 1.0, ..Manner::default() });
    assert_eq!(bench.chat(None).await.0, 429);
    bench.simulator.behave(Manner { garbage: 1.0, ..Manner::default() });
    let url = format!("{}/chat/completions", bench.simulator.url());
    for _ in 0..30 {
        let body = json!({"messages": [{"role": "system", "content": "[1] Abrimos."}], "response_format": {"type": "json_object"}});
        let text = bench.http.post(&url).json(&body).send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        let content = answer["choices"][0]["message"]["content"].as_str().unwrap_or_default();
        let reply: Value = serde_json::from_str(content).unwrap_or_default();
        assert!(!reply["reply"].is_string() || reply["sources"] == json!([99]) || content.contains(MADE_UP), "{text}");
    }
    assert_eq!(bench.simulator.tally().garbage, 30);
    bench.simulator.behave(Manner { signs: Some(('«', '»')), ..Manner::default() });
    let messages = json!([
        {"role": "system", "content": "[1] Abrimos às 9h."}, {"role": "user", "content": "antes «a»"},
        {"role": "user", "content": "que «b» horas «c»?"},
    ]);
    let (_, answer) = bench
        .post("/chat/completions", json!({"messages": messages, "response_format": {"type": "json_object"}}))
        .await;
    let reply: Value = serde_json::from_str(content(&answer)).unwrap();
    assert_eq!(reply["reply"], "Abrimos às 9h. «b» «c»");
}

#[tokio::test]
async fn a_script_by_http_and_a_time_out() {
    let bench = Bench::new().await;
    let root = bench.simulator.url().replace("/v1", "");
    let script = json!({"steps": [{"timeout": 60_000}, {"status": {"status": 500, "retry_after": null}}], "embeddings": [{"status": {"status": 429, "retry_after": 3}}]});
    bench.http.post(format!("{root}/_sim/script")).json(&script).send().await.unwrap();
    let url = format!("{}/chat/completions", bench.simulator.url());
    let hung = bench.http.post(url).timeout(Duration::from_millis(50)).json(&json!({"messages": []})).send().await;
    assert!(hung.unwrap_err().is_timeout());
    assert_eq!(bench.chat(None).await.0, 500);
    let limited = bench
        .http
        .post(format!("{}/embeddings", bench.simulator.url()))
        .json(&json!({"input": "a"}))
        .send()
        .await
        .unwrap();
    assert_eq!(limited.headers()["retry-after"], "3");
    let log: Vec<Value> = bench.http.get(format!("{root}/_sim/log")).send().await.unwrap().json().await.unwrap();
    assert_eq!(log.len(), 3);
}

#[tokio::test]
async fn embeddings_are_the_same_in_both_encodings_and_near_for_shared_words() {
    let bench = Bench::new().await;
    let input =
        json!(["Qual o horário de funcionamento?", "horarios de funcionamento da loja", "preço do corte de cabelo"]);
    let (_, floats) = bench.post("/embeddings", json!({"model": "e", "input": input})).await;
    let vector = |at: usize| -> Vec<f32> { serde_json::from_value(floats["data"][at]["embedding"].clone()).unwrap() };
    let (question, near, far) = (vector(0), vector(1), vector(2));
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    assert_eq!(question.len(), 64);
    assert!((dot(&question, &question) - 1.0).abs() < 1e-5);
    assert!(dot(&question, &near) > 0.4 && dot(&question, &near) > dot(&question, &far) + 0.3);
    let (_, packed) = bench.post("/embeddings", json!({"input": input[0], "encoding_format": "base64"})).await;
    let bytes = STANDARD.decode(packed["data"][0]["embedding"].as_str().unwrap()).unwrap();
    let unpacked: Vec<f32> = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    assert_eq!(unpacked, question);
    assert_eq!(bench.post("/embeddings", json!({})).await.0, 400);
    let models: Value =
        bench.http.get(format!("{}/models", bench.simulator.url())).send().await.unwrap().json().await.unwrap();
    assert_eq!(models["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_picture_and_a_voice_note_say_what_is_in_them() {
    let bench = Bench::new().await;
    let uri = format!("data:image/jpeg;base64,{}", STANDARD.encode("texto: Comprovante de R$ 40"));
    let messages = json!([{"role": "system", "content": "descreva"}, {"role": "user", "content": [{"type": "image_url", "image_url": {"url": uri}}]}]);
    let (_, answer) = bench.post("/chat/completions", json!({"model": "v", "messages": messages})).await;
    assert_eq!(content(&answer), "Comprovante de R$ 40");

    let send = async |format: &str| {
        let part =
            |head: &str, content: &str| format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
        let body = [
            part("name=\"model\"", "whisper-1"),
            part("name=\"response_format\"", format),
            part("name=\"file\"; filename=\"audio.ogg\"\r\nContent-Type: audio/ogg", "OggS texto: abre domingo?"),
            "--B--\r\n".to_owned(),
        ];
        let request = bench.http.post(format!("{}/audio/transcriptions", bench.simulator.url()));
        let request = request.header("content-type", "multipart/form-data; boundary=B").body(body.concat());
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let (status, heard) = send("verbose_json").await;
    assert_eq!((status, heard["text"].as_str()), (200, Some("abre domingo?")));
    assert_eq!(heard["segments"][0]["avg_logprob"], -0.2);
    assert_eq!(
        bench.simulator.requests().last().unwrap()["body"]["file"],
        json!({"filename": "audio.ogg", "bytes": 25})
    );
    bench.simulator.script_transcriptions(vec![
        Step::RejectVerbose,
        Step::Transcript { text: "hm".into(), avg_logprob: -1.5, no_speech_prob: 0.1 },
        Step::Status { status: 500, retry_after: None },
    ]);
    assert_eq!(send("verbose_json").await.0, 400);
    assert_eq!(send("verbose_json").await.1["segments"][0]["avg_logprob"], -1.5);
    assert_eq!(send("json").await.0, 500);
    assert_eq!(send("json").await.1["text"], "abre domingo?");
}
