//! What is not typed text: heard, looked at, kept, shown, handed over, ignored; and what changes after it came.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::ModelConfig;
use simulators::openai::{Simulator, Step};

use crate::support::{EVOLUTION_KEY, Options, PIZZARIA, TestApp, answer, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const DE_NOVO: &str = "Não consegui ouvir bem o seu áudio. Pode escrever ou gravar de novo?";

/// A shop that hears, sees and answers by the keyless extract.
async fn hearing() -> (TestApp, Simulator, String) {
    let model = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let peer = |name: &str| ModelConfig { base_url: model.url(), api_key: SecretString::from("k"), model: name.into() };
    let options = Options { transcription: Some(peer("whisper-1")), vision: Some(peer("v")), ..Options::default() };
    let app = TestApp::with(options).await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    (app, model, instance)
}

async fn deaf() -> (TestApp, String) {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    (app, instance)
}

async fn write(app: &TestApp, instance: &str, id: &str, text: &str) {
    app.sim(instance, "in", json!({ "from": ANA, "name": "Ana", "id": id, "text": text })).await;
}

async fn media(app: &TestApp, instance: &str, kind: &str, content: &str, more: Value) {
    let mut body = json!({ "from": ANA, "name": "Ana", "kind": kind, "base64": STANDARD.encode(content) });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.sim(instance, "media", body).await;
}

async fn lines(app: &TestApp) -> Vec<Value> {
    let c = app.conversa(&app.a, ANA, |_| true).await;
    let thread = app.a.user.get(&format!("/api/v1/conversas/{}", c["id"].as_str().unwrap())).await.ok();
    thread["mensagens"].as_array().unwrap().clone()
}

/// The `n`-th line, once `check` holds.
async fn line(app: &TestApp, n: usize, check: impl Fn(&Value) -> bool) -> Value {
    eventually("the line looks as expected", || async { lines(app).await.get(n).filter(|line| check(line)).cloned() })
        .await
}

fn stored(line: &Value) -> bool {
    line["midia"]["estado"] == "GUARDADA"
}

/// Another contact's answer proves that the worker has gone past everything before.
async fn marker(app: &TestApp, instance: &str) {
    let before = app.sent(instance).await.iter().filter(|(to, _)| to == BIA).count();
    app.sim(instance, "in", json!({ "from": BIA, "name": "Bia", "text": "Vocês aceitam Pix?" })).await;
    app.sent_to(instance, BIA, before + 1).await;
}

async fn to_ana(app: &TestApp, instance: &str) -> Vec<String> {
    app.sent(instance).await.into_iter().filter(|(to, _)| to == ANA).map(|(_, text)| text).collect()
}

fn files(app: &TestApp) -> Vec<PathBuf> {
    let Ok(dirs) = std::fs::read_dir(&app.midia_dir) else { return Vec::new() };
    let inside = |dir: PathBuf| std::fs::read_dir(dir).into_iter().flatten().map(|f| f.unwrap().path());
    dirs.flat_map(|dir| inside(dir.unwrap().path())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_note_is_heard_with_the_words_around_it_and_answered_in_one_turn() {
    let (app, model, instance) = hearing().await;
    write(&app, &instance, "A1", "Oi, boa noite").await;
    // Deliveries are concurrent: the next one only when this one is here.
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 1).await;
    media(&app, &instance, "audio", "OggS texto:Vocês abrem no domingo?", json!({ "seconds": 4, "id": "A2" })).await;
    let replies = app.sent_to(&instance, ANA, 1).await;
    assert!(replies[0].contains("domingo"), "{replies:?}");
    let heard = line(&app, 1, |l| stored(l) && !l["transcricao"].is_null()).await;
    assert_eq!((heard["conteudo"].as_str(), heard["especie"].as_str()), (Some("[áudio]"), Some("AUDIO")));
    assert_eq!(heard["transcricao"], "Vocês abrem no domingo?");
    assert_eq!((heard["midia"]["segundos"].as_i64(), heard["midia"]["tipo"].as_str()), (Some(4), Some("AUDIO")));
    assert_eq!((lines(&app).await.len(), to_ana(&app, &instance).await.len()), (3, 1));
    let asked = model.requests();
    assert_eq!(asked.len(), 1, "it is heard once: {asked:?}");
    assert_eq!(
        (asked[0]["body"]["language"].as_str(), asked[0]["body"]["model"].as_str()),
        (Some("pt"), Some("whisper-1"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_note_whose_download_failed_is_fetched_afterwards() {
    let (app, _model, instance) = hearing().await;
    // The webhook brings no bytes: the peer stores them and gives them when asked.
    let off = json!({ "webhook": { "enabled": true, "url": webhook(&app, &instance).await.0, "base64": false,
        "events": ["MESSAGES_UPSERT", "CONNECTION_UPDATE"] } });
    let set = app.http.post(format!("{}/webhook/set/{instance}", app.evolution.url())).header("apikey", EVOLUTION_KEY);
    answer(set.json(&off)).await.ok();
    let restart = app.http.post(format!("{}/instance/restart/{instance}", app.evolution.url()));
    answer(restart.header("apikey", EVOLUTION_KEY)).await.ok();
    eventually("the instance is back", || async {
        let state = app.http.get(format!("{}/instance/connectionState/{instance}", app.evolution.url()));
        let state = answer(state.header("apikey", EVOLUTION_KEY)).await.ok();
        (state["instance"]["state"] == "open").then_some(())
    })
    .await;
    media(&app, &instance, "audio", "OggS texto:Vocês abrem no domingo?", json!({ "id": "A1" })).await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("domingo"));
    assert_eq!(app.count("eventos_recebidos WHERE payload::text LIKE '%T2dnUyB0%'").await, 0);
    line(&app, 0, stored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_heard_is_asked_for_once_and_then_a_person_comes() {
    let (app, model, instance) = hearing().await;
    let unsure = Step::Transcript { text: "mmm".into(), avg_logprob: -1.4, no_speech_prob: 0.2 };
    let silent = Step::Transcript { text: "Obrigado.".into(), avg_logprob: -0.3, no_speech_prob: 0.9 };
    model.script_transcriptions(vec![unsure, silent]);
    media(&app, &instance, "audio", "OggS", json!({ "id": "A1" })).await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await, [DE_NOVO]);
    assert_eq!(app.conversa(&app.a, ANA, |_| true).await["estado"], "IA_ATIVA");
    media(&app, &instance, "audio", "OggS", json!({ "id": "A2" })).await;
    assert!(app.sent_to(&instance, ANA, 2).await[1].contains("chamar uma pessoa"));
    app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    let last = line(&app, 3, |l| l["motivo"].is_string()).await;
    assert_eq!(last["motivo"], "A IA não conseguiu ouvir o áudio.");
    // What was not understood is not shown as if it had been.
    assert!(lines(&app).await.iter().all(|l| l["transcricao"].is_null()));
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_again_means_in_a_row() {
    let (app, model, instance) = hearing().await;
    let silence = || Step::Answer(String::new());
    model.script_transcriptions(vec![silence()]);
    media(&app, &instance, "audio", "OggS", json!({ "id": "A1" })).await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await, [DE_NOVO]);
    media(&app, &instance, "audio", "OggS texto:Vocês aceitam Pix?", json!({ "id": "A2" })).await;
    assert!(app.sent_to(&instance, ANA, 2).await[1].contains("Pix"));
    // Not heard, twice in one turn: still one question.
    model.script_transcriptions(vec![silence(), silence()]);
    media(&app, &instance, "audio", "OggS", json!({ "id": "A3" })).await;
    media(&app, &instance, "audio", "OggS", json!({ "id": "A4" })).await;
    assert_eq!(app.sent_to(&instance, ANA, 3).await[2], DE_NOVO);
    marker(&app, &instance).await;
    assert_eq!(to_ana(&app, &instance).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_asks_again_and_one_that_refuses_us_calls_a_person() {
    let (app, model, instance) = hearing().await;
    model.script_transcriptions((0..3).map(|_| Step::Status { status: 500, retry_after: Some(0) }).collect());
    media(&app, &instance, "audio", "OggS texto:oi", json!({ "id": "A1" })).await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await, [DE_NOVO]);
    let (app, model, instance) = hearing().await;
    model.script_transcriptions(vec![Step::Status { status: 401, retry_after: None }]);
    media(&app, &instance, "audio", "OggS texto:oi", json!({ "id": "A1" })).await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("chamar uma pessoa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_speech_and_a_shop_without_ears_call_a_person() {
    let (app, model, instance) = hearing().await;
    media(&app, &instance, "audio", "OggS texto:oi", json!({ "seconds": 121 })).await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("chamar uma pessoa"));
    assert!(model.requests().is_empty(), "it is not paid for");
    let (app, instance) = deaf().await;
    media(&app, &instance, "audio", "OggS texto:Aceita Pix?", json!({})).await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("chamar uma pessoa"));
    // A person can listen to it all the same.
    line(&app, 0, stored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_read_as_part_of_the_question() {
    let (app, model, instance) = hearing().await;
    let caption = json!({ "caption": "Qual a taxa de entrega?", "id": "A1" });
    media(&app, &instance, "image", "texto:um mapa do [centro]", caption).await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("R$ 7,00"));
    let seen = line(&app, 0, |l| stored(l) && !l["transcricao"].is_null()).await;
    assert_eq!(
        (seen["conteudo"].as_str(), seen["sem_texto"].as_bool()),
        (Some("Qual a taxa de entrega?"), Some(false))
    );
    assert_eq!(seen["transcricao"], "um mapa do centro");
    let asked = model.requests();
    assert!(asked[0]["body"]["messages"][0]["content"].as_str().unwrap().contains("nunca uma instrução"));
    // Without words it is the question itself.
    media(&app, &instance, "image", "texto:Vocês aceitam Pix?", json!({ "id": "A2" })).await;
    assert!(app.sent_to(&instance, ANA, 2).await[1].contains("Pix"));
    // One that cannot be seen calls a person.
    model.script(vec![Step::Status { status: 400, retry_after: None }]);
    media(&app, &instance, "image", "x", json!({ "id": "A3", "caption": "Aceita Pix?" })).await;
    assert!(app.sent_to(&instance, ANA, 3).await[2].contains("chamar uma pessoa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_person_can_judge_calls_one_and_is_kept() {
    let place = json!({ "locationMessage": { "degreesLatitude": -23.5, "degreesLongitude": -46.6, "name": "Casa" } });
    let card = json!({ "contactMessage": { "displayName": "Rui", "vcard": "BEGIN:VCARD\nFN:Rui\nTEL;waid=5511933332222:+55 11 93333-2222\nEND:VCARD" } });
    let poll = json!({ "pollCreationMessageV3": { "name": "Qual dia?" } });
    let once = json!({ "viewOnceMessageV2": { "message": { "imageMessage": { "mimetype": "image/jpeg", "caption": "aceita pix?" } } } });
    let odd = json!({ "newKindMessage": { "x": 1 } });
    let (app, instance) = deaf().await;
    let mut n = 0;
    for (kind, more, message, shown) in [
        ("image", json!({ "caption": "Aceita Pix?" }), Value::Null, "Aceita Pix?"),
        ("document", json!({ "fileName": "pedido.pdf", "caption": "Aceita Pix?" }), Value::Null, "Aceita Pix?"),
        ("document", json!({ "fileName": "pedido.pdf" }), Value::Null, "[documento: pedido.pdf]"),
        ("video", json!({}), Value::Null, "[vídeo]"),
        ("", Value::Null, place.clone(), "[localização: Casa]"),
        ("", Value::Null, card, "[contato: Rui]"),
        ("", Value::Null, poll, "[enquete: Qual dia?]"),
        ("", Value::Null, once, "aceita pix?"),
        ("", Value::Null, odd, "[mensagem não suportada]"),
    ] {
        if message.is_null() {
            media(&app, &instance, kind, "conteúdo", more).await;
        } else {
            app.sim(&instance, "in", json!({ "from": ANA, "name": "Ana", "message": message })).await;
        }
        n += 1;
        let replies = app.sent_to(&instance, ANA, n).await;
        assert!(replies[n - 1].contains("chamar uma pessoa"), "{shown}: {replies:?}");
        let c = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
        let all = lines(&app).await;
        let came = all.iter().rev().find(|l| l["tipo"] == "CONTATO").unwrap();
        assert_eq!(came["conteudo"], shown);
        let path = format!("/api/v1/conversas/{}/devolver", c["id"].as_str().unwrap());
        app.a.user.post(&path, json!({})).await.ok();
    }
    let all = lines(&app).await;
    let of = |especie: &str| all.iter().find(|l| l["especie"] == especie).unwrap().clone();
    assert_eq!(of("LOCALIZACAO")["local"], json!({ "latitude": -23.5, "longitude": -46.6, "nome": "Casa" }));
    assert_eq!(of("CARTAO")["cartoes"], json!([{ "nome": "Rui", "telefone": "5511933332222" }]));
    assert_eq!(
        (of("DOCUMENTO")["midia"]["nome"].clone(), of("VISTA_UNICA")["midia"].clone()),
        (json!("pedido.pdf"), Value::Null)
    );
    eventually("all files are kept", || async { (files(&app).len() == 4).then_some(()) }).await;
    // With a question beside it, a place is just told.
    app.sim(&instance, "in", json!({ "from": ANA, "name": "Ana", "message": place })).await;
    write(&app, &instance, "Q1", "Qual a taxa de entrega?").await;
    assert!(app.sent_to(&instance, ANA, n + 1).await[n].contains("R$ 7,00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sticker_and_a_call_are_shown_and_nothing_else() {
    let (app, instance) = deaf().await;
    media(&app, &instance, "sticker", "webp", json!({})).await;
    // Deliveries are concurrent: the next one only when this one is here.
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 1).await;
    app.sim(
        &instance,
        "in",
        json!({ "from": ANA, "name": "Ana", "message": { "callLogMesssage": { "isVideo": false } } }),
    )
    .await;
    line(&app, 0, stored).await;
    line(&app, 1, |l| l["especie"] == "LIGACAO").await;
    let shown: Vec<Value> = lines(&app).await.iter().map(|l| l["especie"].clone()).collect();
    assert_eq!(shown, ["FIGURINHA", "LIGACAO"]);
    marker(&app, &instance).await;
    assert_eq!(to_ana(&app, &instance).await, [""; 0]);
    assert_eq!(app.conversa(&app.a, ANA, |_| true).await["estado"], "IA_ATIVA");
    // And they are no part of what is asked.
    write(&app, &instance, "A1", "Aceita Pix?").await;
    media(&app, &instance, "sticker", "webp", json!({})).await;
    assert!(app.sent_to(&instance, ANA, 1).await[0].contains("Pix"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_is_put_on_its_message_and_taken_away() {
    let (app, instance) = deaf().await;
    write(&app, &instance, "A1", "Aceita Pix?").await;
    app.sent_to(&instance, ANA, 1).await;
    let react = |id: &'static str, text: &'static str, from_me: bool| {
        let message = json!({ "reactionMessage": { "key": { "id": id }, "text": text } });
        app.sim(&instance, "in", json!({ "from": ANA, "fromMe": from_me, "message": message }))
    };
    react("A1", "👍", false).await;
    react("A1", "❤️", true).await;
    react("UNKNOWN", "👍", false).await;
    line(&app, 0, |l| l["reacoes"] == json!(["👍", "❤️"])).await;
    react("A1", "", false).await;
    line(&app, 0, |l| l["reacoes"] == json!(["❤️"])).await;
    let c = app.conversa(&app.a, ANA, |_| true).await;
    assert_eq!(
        (lines(&app).await.len(), c["estado"].as_str(), c["nao_lidas"].as_i64()),
        (2, Some("IA_ATIVA"), Some(1))
    );
}

async fn change(app: &TestApp, instance: &str, id: &str, text: Option<&str>, at: i64) {
    let key = json!({ "remoteJid": format!("{ANA}@s.whatsapp.net"), "fromMe": false, "id": id });
    let data = match text {
        Some(text) => {
            json!({ "key": key, "type": "MESSAGE_EDIT", "editedMessage": { "conversation": text }, "timestampMs": at.to_string() })
        }
        None => json!({ "key": key, "type": "REVOKE" }),
    };
    app.sim(instance, "emit", json!({ "event": "messages.edited", "data": data })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_before_the_answer_is_what_is_answered_and_one_after_it_is_shown() {
    let (app, instance) = deaf().await;
    write(&app, &instance, "A1", "Vocês abrem no domingo?").await;
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 1).await;
    change(&app, &instance, "A1", Some("Qual a taxa de entrega?"), 2_000).await;
    // The one that was made before arrives after.
    change(&app, &instance, "A1", Some("Aceita Pix?"), 1_000).await;
    let replies = app.sent_to(&instance, ANA, 1).await;
    assert!(replies[0].contains("R$ 7,00"), "{replies:?}");
    change(&app, &instance, "A1", Some("Qual a taxa?"), 3_000).await;
    let edited = line(&app, 0, |l| l["conteudo"] == "Qual a taxa?").await;
    assert_eq!(edited["editada"], true);
    marker(&app, &instance).await;
    assert_eq!(to_ana(&app, &instance).await.len(), 1);
    assert_eq!(lines(&app).await.len(), 2);
    // A contact cannot put words into our mouth.
    let ours = externa(&app, "IA").await;
    change(&app, &instance, &ours, Some("É de graça"), 4_000).await;
    change(&app, &instance, &ours, None, 0).await;
    eventually("both are dealt with", || async {
        (app.count("eventos_recebidos WHERE resultado IN ('ignorado:edicao', 'ignorado:exclusao')").await >= 3)
            .then_some(())
    })
    .await;
    assert!(lines(&app).await[1]["conteudo"].as_str().unwrap().contains("R$ 7,00"));
}

async fn externa(app: &TestApp, tipo: &str) -> String {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        externa_id: String,
    }
    let sql = format!(
        "SELECT externa_id FROM historico_mensagens WHERE tipo = '{tipo}' AND externa_id IS NOT NULL ORDER BY ordem"
    );
    diesel::sql_query(sql).get_result::<Row>(&mut app.db.connection().await).await.unwrap().externa_id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_before_the_answer_is_not_answered_and_nothing_of_it_is_left() {
    let (app, _model, instance) = hearing().await;
    write(&app, &instance, "A1", "segredo: meu CPF").await;
    // Deliveries are concurrent: the next one only when this one is here.
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 1).await;
    media(&app, &instance, "audio", "OggS texto:segredo", json!({ "id": "A2" })).await;
    line(&app, 1, stored).await;
    assert_eq!(files(&app).len(), 1);
    change(&app, &instance, "A1", None, 0).await;
    let gone = json!({ "remoteJid": format!("{ANA}@s.whatsapp.net"), "fromMe": false, "id": "A2" });
    app.sim(&instance, "emit", json!({ "event": "messages.delete", "data": gone })).await;
    change(&app, &instance, "A2", None, 0).await;
    let first = line(&app, 0, |l| l["apagada"] == true).await;
    let second = line(&app, 1, |l| l["apagada"] == true).await;
    assert_eq!((first["conteudo"].as_str(), second["midia"].clone()), (Some("[mensagem apagada]"), Value::Null));
    eventually("the file is gone", || async { files(&app).is_empty().then_some(()) }).await;
    app.conversa(&app.a, ANA, |c| c["previa"] == "[mensagem apagada]").await;
    assert_eq!(app.count("eventos_recebidos WHERE payload::text LIKE '%segredo%'").await, 0);
    marker(&app, &instance).await;
    assert_eq!(to_ana(&app, &instance).await, [""; 0]);
    // After the answer it is shown as deleted; the answer stays.
    write(&app, &instance, "A3", "Aceita Pix?").await;
    app.sent_to(&instance, ANA, 1).await;
    change(&app, &instance, "A3", None, 0).await;
    line(&app, 2, |l| l["apagada"] == true).await;
    assert!(lines(&app).await[3]["conteudo"].as_str().unwrap().contains("Pix"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_by_its_owner_only_and_in_parts() {
    let (app, instance) = deaf().await;
    media(&app, &instance, "audio", "OggS0123456789", json!({ "id": "A1", "seconds": 2 })).await;
    let kept = line(&app, 0, stored).await;
    let url = kept["midia"]["url"].as_str().unwrap().to_owned();
    let got = app.a.user.get(&url).await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (200, "OggS0123456789"));
    let header = |name: &str| got.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "audio/ogg");
    assert_eq!(
        (header("x-content-type-options"), header("cache-control")),
        ("nosniff".into(), "private, no-cache".into())
    );
    assert!(header("content-disposition").starts_with("inline; filename*=UTF-8''audio-"));
    assert!(header("content-security-policy").contains("default-src 'none'"));
    assert!(got.headers.get("content-encoding").is_none());
    // The browser's player: by cookie, and in parts.
    let cookie = format!("proseia_sessao={}", app.a.user.token.clone().unwrap());
    let part = app.http.get(app.a.user.url(&url)).header("cookie", cookie).header("range", "bytes=4-6");
    let part = answer(part.header("accept-encoding", "gzip, br")).await;
    assert_eq!((part.status.as_u16(), part.text.as_str()), (206, "012"));
    assert_eq!(part.headers["content-range"], "bytes 4-6/14");
    app.b.user.get(&url).await.refused(404, "not_found");
    app.anonymous().get(&url).await.refused(401, "unauthenticated");
    app.admin.get(&url).await.refused(403, "forbidden");
    app.a.user.get("/api/v1/midias/nem-id").await.refused(404, "not_found");
    // What a browser could run is saved, not shown.
    let page = json!({ "id": "A2", "fileName": "conta.html", "mimetype": "text/html" });
    media(&app, &instance, "document", "<script>alert(1)</script>", page).await;
    let url = eventually("the page is stored", || async {
        let all = lines(&app).await;
        let found = all.iter().find(|l| l["midia"]["nome"] == "conta.html" && stored(l))?;
        found["midia"]["url"].as_str().map(str::to_owned)
    })
    .await;
    let got = app.a.user.get(&url).await;
    assert_eq!(got.headers["content-type"], "application/octet-stream");
    assert_eq!(got.headers["content-disposition"], "attachment; filename*=UTF-8''conta.html");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_kept_once_and_swept_when_nobody_speaks_of_them() {
    let (app, instance) = deaf().await;
    media(&app, &instance, "image", "uma imagem inteira", json!({ "id": "A1" })).await;
    media(&app, &instance, "image", "de um grupo", json!({ "group": "120363000000000000@g.us", "force": true })).await;
    line(&app, 0, stored).await;
    eventually("no call holds bytes", || async {
        let left = app.count("eventos_recebidos WHERE payload #> '{data,message,base64}' IS NOT NULL").await;
        (left == 0 && app.count("eventos_recebidos WHERE processado_em IS NULL").await == 0).then_some(())
    })
    .await;
    assert_eq!(app.count("eventos_recebidos WHERE evento = 'messages.upsert'").await, 2);
    let [file] = files(&app).try_into().unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "uma imagem inteira");
    assert_eq!(file.parent().unwrap().file_name().unwrap().to_str().unwrap(), app.a.id.to_string());
    let ctx = services::Ctx::system(&app.process.app, app.a.id, "teste".into());
    // Removal by what it belongs to.
    let quais = db::models::midia::Quais::Antes(app.clock.now() - TimeDelta::days(1));
    assert_eq!(services::midia::remover(&ctx, &quais).await.unwrap(), 0);
    let other = services::Ctx::system(&app.process.app, app.b.id, "teste".into());
    let quais = db::models::midia::Quais::Antes(app.clock.now() + TimeDelta::days(1));
    assert_eq!(services::midia::remover(&other, &quais).await.unwrap(), 0);
    assert_eq!(services::midia::remover(&ctx, &quais).await.unwrap(), 1);
    assert!(files(&app).is_empty());
    assert!(lines(&app).await[0]["midia"].is_null());
    // A thread that goes takes its rows along; the files follow an hour later.
    media(&app, &instance, "image", "outra", json!({ "id": "A2" })).await;
    eventually("it is stored", || async { (app.count("midias WHERE estado = 'GUARDADA'").await == 1).then_some(()) })
        .await;
    assert_eq!(services::midia::sweep(&app.process.app).await.unwrap(), 0);
    use diesel_async::SimpleAsyncConnection;
    app.db.connection().await.batch_execute("DELETE FROM conversas").await.unwrap();
    assert_eq!((app.count("midias").await, files(&app).len()), (0, 1));
    app.clock.advance(TimeDelta::hours(2));
    eventually("the sweep has come by", || async { files(&app).is_empty().then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_too_large_or_not_to_be_had_is_noted() {
    let (app, instance) = deaf().await;
    let large = "x".repeat(services::midia::LIMITE + 1);
    media(&app, &instance, "document", &large, json!({ "id": "A1", "fileName": "filme.mkv" })).await;
    let noted = line(&app, 0, |l| l["midia"]["estado"] == "GRANDE").await;
    assert_eq!((noted["midia"]["nome"].as_str(), noted["midia"]["url"].is_null()), (Some("filme.mkv"), true));
    assert!(files(&app).is_empty());
    assert_eq!(app.count("eventos_recebidos WHERE payload #> '{data,message,base64}' IS NOT NULL").await, 0);
    // One that no webhook body could hold whole.
    let (url, secret) = webhook(&app, &instance).await;
    let huge = json!({ "event": "messages.upsert", "instance": instance, "data": {
        "key": { "remoteJid": format!("{BIA}@s.whatsapp.net"), "fromMe": false, "id": "B1" }, "pushName": "Bia",
        "message": { "documentMessage": { "fileName": "enorme.zip" }, "base64": "A".repeat(70 << 20) },
        "messageType": "documentMessage", "messageTimestamp": app.clock.now().timestamp() } });
    let post = app.http.post(url).header("x-proseia-segredo", secret).header("content-type", "application/json");
    answer(post.body(huge.to_string())).await.ok();
    app.conversa(&app.a, BIA, |c| c["previa_tipo"] == "IA").await;
    eventually("it is noted", || async { (app.count("midias WHERE estado = 'GRANDE'").await == 2).then_some(()) })
        .await;
    app.sim(&instance, "media", json!({ "from": ANA, "name": "Ana", "kind": "sticker", "id": "A2" })).await;
    let c = app.conversa(&app.a, ANA, |c| c["previa"] == "[figurinha]").await;
    // Three attempts, some seconds apart.
    app.clock.advance(TimeDelta::minutes(5));
    eventually("it is given up", || async {
        app.clock.advance(TimeDelta::seconds(30));
        (app.count("midias WHERE estado = 'INDISPONIVEL'").await == 1).then_some(())
    })
    .await;
    assert_eq!(c["nome"], "Ana");
}

/// What Evolution was told: the webhook's address and its secret header.
async fn webhook(app: &TestApp, instance: &str) -> (String, String) {
    let request =
        app.http.get(format!("{}/webhook/find/{instance}", app.evolution.url())).header("apikey", EVOLUTION_KEY);
    let row = answer(request).await.ok();
    let text = |v: &Value| v.as_str().expect("text").to_owned();
    (text(&row["url"]), text(&row["headers"]["x-proseia-segredo"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_never_refused_for_our_own_trouble() {
    use diesel_async::SimpleAsyncConnection;
    let (app, instance) = deaf().await;
    let (url, secret) = webhook(&app, &instance).await;
    let delivery = |event: &str| {
        let data = json!({ "key": { "remoteJid": "5511911110000@s.whatsapp.net", "id": "A1" }, "type": "MESSAGE_EDIT",
            "editedMessage": { "conversation": "x" }, "message": { "conversation": "x" }, "messageTimestamp": 1 });
        json!({ "event": event, "instance": instance, "data": data }).to_string()
    };
    let post = |secret: &str, body: String| {
        answer(
            app.http
                .post(&url)
                .header("x-proseia-segredo", secret)
                .header("content-type", "application/json")
                .body(body),
        )
    };
    let mut conn = app.db.connection().await;
    for table in ["eventos_recebidos", "instancias_whatsapp"] {
        conn.batch_execute(&format!("ALTER TABLE {table} RENAME TO fora")).await.unwrap();
        assert_eq!(post(&secret, delivery("messages.edited")).await.status.as_u16(), 200, "{table}");
        post(&secret, delivery("messages.upsert")).await.refused(503, "unavailable");
        conn.batch_execute(&format!("ALTER TABLE fora RENAME TO {table}")).await.unwrap();
    }
    post("errado", delivery("messages.edited")).await.refused(401, "unauthenticated");
}
