//! The inbox: search, resolved conversas, private notes, canned replies, files that a person sends, and the contato beside it.

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::ModelConfig;
use simulators::openai::{Simulator, Step};

use crate::support::{Answer, Options, PIZZARIA, TestApp, User, answer, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n mais bytes";

async fn write(app: &TestApp, instance: &str, from: &str, name: &str, text: &str) {
    app.sim(instance, "in", json!({ "from": from, "name": name, "text": text })).await;
}

fn path(conversa: &Value) -> String {
    format!("/api/v1/conversas/{}", conversa["id"].as_str().unwrap())
}

async fn lines(user: &User, path: &str) -> Vec<Value> {
    user.get(path).await.ok()["mensagens"].as_array().unwrap().clone()
}

async fn names(user: &User, query: &str) -> Vec<String> {
    let list = user.get(&format!("/api/v1/conversas?{query}")).await.ok();
    let mut names: Vec<String> =
        list["itens"].as_array().unwrap().iter().map(|c| c["nome"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Another contact's answer proves that the worker has gone past everything before.
async fn marker(app: &TestApp, instance: &str) {
    let before = app.sent(instance).await.iter().filter(|(to, _)| to == BIA).count();
    write(app, instance, BIA, "Bia", "Vocês aceitam Pix?").await;
    app.sent_to(instance, BIA, before + 1).await;
}

/// Sends a file as a browser's form does.
async fn attach(user: &User, path: &str, nome: &str, conteudo: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    let head = format!("--X\r\nContent-Disposition: form-data; name=\"arquivo\"; filename=\"{nome}\"\r\n\r\n");
    body.extend(head.bytes().chain(conteudo.iter().copied()).chain(*b"\r\n--X--\r\n"));
    let request = user.http.post(user.url(&format!("{path}/anexos"))).bearer_auth(user.token.clone().unwrap());
    answer(request.header("content-type", "multipart/form-data; boundary=X").body(body)).await
}

/// The first line of Ana's, and the path of her conversa, which waits for a person.
async fn waiting(app: &TestApp, instance: &str) -> String {
    write(app, instance, ANA, "Ana", "quero falar com um atendente").await;
    app.sent_to(instance, ANA, 1).await;
    path(&app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_names_numbers_and_lines_whatever_their_accents() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, ANA, "João Ávila", "Vocês têm AÇAÍ na tigela grande?").await;
    write(&app, &instance, BIA, "Bia", "Queria falar do João que entrega").await;
    let ana = app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    app.conversa(&app.a, BIA, |c| c["nao_lidas"] == 1).await;
    let user = &app.a.user;
    for (q, expected) in [
        ("joao", vec!["Bia", "João Ávila"]),
        ("ávila joão", vec!["João Ávila"]),
        ("acai%20tigela", vec!["João Ávila"]),
        ("TIGELA%20bia", vec![]),
        ("9111-10000", vec!["João Ávila"]),
        ("%25%25", vec![]),
        ("x", vec!["Bia", "João Ávila"]),
    ] {
        assert_eq!(names(user, &format!("q={}", q.replace(' ', "%20"))).await, expected, "{q}");
    }
    let found = user.get("/api/v1/conversas?q=acai").await.ok()["itens"][0]["trecho"].clone();
    assert_eq!((found["antes"].as_str(), found["achado"].as_str()), (Some("Vocês têm "), Some("AÇAÍ")));
    assert_eq!((found["depois"].as_str(), found["tipo"].as_str()), (Some(" na tigela grande?"), Some("CONTATO")));
    user.get(&format!("/api/v1/conversas?q={}", "x".repeat(101))).await.refused(422, "validation_failed");
    assert_eq!(names(&app.b.user, "q=joao").await, Vec::<String>::new());
    // A thread opens at what was found, however far back.
    let path = path(&ana);
    for i in 0..60 {
        user.post(&format!("{path}/notas"), json!({ "conteudo": format!("nota {i}") })).await.ok();
    }
    let found = found["mensagem_id"].as_str().unwrap();
    assert!(lines(user, &path).await.iter().all(|m| m["id"] != found));
    assert_eq!(lines(user, &format!("{path}?ate={found}")).await[0]["id"], found);
    app.b.user.get(&format!("{path}?ate={found}")).await.refused(404, "not_found");
    // Unread is what nobody has opened, or left for later.
    user.post(&format!("{path}/lida"), json!({})).await.ok();
    assert_eq!(names(user, "nao_lidas=true").await, ["Bia"]);
    user.post(&format!("{path}/nao-lida"), json!({})).await.ok();
    assert_eq!(names(user, "nao_lidas=true").await, ["Bia", "João Ávila"]);
    assert_eq!(user.get("/api/v1/conversas").await.ok()["contagens"]["nao_lidas"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn resolving_ends_the_waiting_in_silence_and_the_next_line_opens_it_again() {
    let (app, instance) = TestApp::ready().await;
    let path = waiting(&app, &instance).await;
    let (user, other) = (&app.a.user, &app.b.user);
    let before = lines(user, &path).await.last().unwrap()["id"].clone();
    write(&app, &instance, ANA, "Ana", "e aí?").await;
    app.conversa(&app.a, ANA, |c| c["nao_lidas"] == 2).await;
    // Who looked before that line may not resolve over it.
    let resolver = format!("{path}/resolver");
    user.post(&resolver, json!({ "visto": before })).await.refused(409, "new_message");
    let seen = lines(user, &path).await.last().unwrap()["id"].clone();
    let (x, y) =
        tokio::join!(user.post(&resolver, json!({ "visto": seen })), user.post(&resolver, json!({ "visto": seen })));
    for done in [x.ok(), y.ok()] {
        assert_eq!((&done["estado"], &done["aguardando_desde"]), (&json!("IA_ATIVA"), &Value::Null));
        assert_eq!((&done["nao_lidas"], &done["resolvida_por"]), (&json!(0), &json!("Pizzaria Bella")));
        assert!(done["resolvida_em"].is_string());
    }
    let notes: Vec<Value> = lines(user, &path).await.into_iter().filter(|m| m["tipo"] == "SISTEMA").collect();
    assert_eq!(notes.len(), 1, "resolved once: {notes:?}");
    let counts = user.get("/api/v1/conversas").await.ok()["contagens"].clone();
    assert_eq!((&counts["todas"], &counts["resolvidas"], &counts["aguardando"]), (&json!(0), &json!(1), &json!(0)));
    assert_eq!(names(user, "resolvidas=false").await, Vec::<String>::new());
    assert_eq!(names(user, "resolvidas=true").await, ["Ana"]);
    for what in ["resolver", "reabrir", "nao-lida"] {
        other.post(&format!("{path}/{what}"), json!({})).await.refused(404, "not_found");
    }
    // Opened by hand, once.
    for _ in 0..2 {
        assert!(user.post(&format!("{path}/reabrir"), json!({})).await.ok()["resolvida_em"].is_null());
    }
    user.post(&resolver, json!({})).await.ok();
    // Nothing was said, what waited is not answered any more, and what comes now is.
    marker(&app, &instance).await;
    assert_eq!(app.sent_to(&instance, ANA, 1).await.len(), 1);
    write(&app, &instance, ANA, "Ana", "Vocês abrem no domingo?").await;
    assert!(app.sent_to(&instance, ANA, 2).await[1].contains("domingo"));
    app.conversa(&app.a, ANA, |c| c["resolvida_em"].is_null() && c["estado"] == "IA_ATIVA").await;
    // A person's line opens it too.
    user.post(&resolver, json!({})).await.ok();
    user.post(&format!("{path}/mensagens"), json!({ "conteudo": "Até domingo!" })).await.ok();
    let now = app.conversa(&app.a, ANA, |c| c["estado"] == "HUMANO_RESPONDEU").await;
    assert!(now["resolvida_em"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_stays_between_the_people_of_the_business() {
    let model = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let chat = ModelConfig { base_url: model.url(), api_key: SecretString::from("k"), model: "teste".into() };
    let app = TestApp::with(Options { chat: Some(chat), ..Options::default() }).await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    let says = |text: &str| Step::Answer(json!({ "answered": true, "sources": [1], "reply": text }).to_string());
    model.script(vec![says("Abrimos domingo, das 18h às 23h."), says("Até as 23h.")]);
    write(&app, &instance, ANA, "Ana", "Vocês abrem no domingo?").await;
    app.sent_to(&instance, ANA, 1).await;
    let c = app.conversa(&app.a, ANA, |c| c["previa_tipo"] == "IA").await;
    let (path, user) = (path(&c), &app.a.user);
    let notas = format!("{path}/notas");
    let nota = json!({ "id": "0196f0aa-0000-7000-8000-000000000002", "conteudo": "Devedora: cobrar o fiado" });
    let (x, y) = tokio::join!(user.post(&notas, nota.clone()), user.post(&notas, nota.clone()));
    assert_eq!(
        (x.ok(), x.ok()["tipo"].as_str(), x.ok()["autor"].as_str()),
        (y.ok(), Some("NOTA"), Some("Pizzaria Bella"))
    );
    assert_eq!(app.count("historico_mensagens WHERE tipo = 'NOTA'").await, 1);
    user.post(&notas, json!({ "conteudo": " " })).await.refused(422, "validation_failed");
    app.b.user.post(&notas, nota).await.refused(404, "not_found");
    // The list stays as it was, and the note is found all the same.
    let now = app.conversa(&app.a, ANA, |_| true).await;
    assert_eq!((&now["previa"], &now["estado"], &now["nao_lidas"]), (&c["previa"], &c["estado"], &c["nao_lidas"]));
    assert_eq!(names(user, "q=fiado").await, ["Ana"]);
    // Neither the contato nor the model ever sees it, also when the memory is read anew.
    app.process.app.kv.delete(&format!("memoria:{}:{}", app.a.id, c["id"].as_str().unwrap())).await.unwrap();
    write(&app, &instance, ANA, "Ana", "Vocês abrem no domingo até que horas?").await;
    assert_eq!(app.sent_to(&instance, ANA, 2).await, ["Abrimos domingo, das 18h às 23h.", "Até as 23h."]);
    let asked = serde_json::to_string(&model.requests()).unwrap();
    assert!(asked.contains("das 18h") && !asked.contains("fiado"), "{asked}");
    assert_eq!(app.count("outbox").await, 2);
    // It is handed out with the rest, and removed alone.
    let export = user.get(&format!("/api/v1/contatos/{}/exportar", c["contato_id"].as_str().unwrap())).await;
    assert!(export.text.contains("fiado"));
    let remove = format!("{notas}/0196f0aa-0000-7000-8000-000000000002");
    app.b.user.call(Method::DELETE, &remove, None).await.refused(404, "not_found");
    user.call(Method::DELETE, &remove, None).await.ok();
    user.call(Method::DELETE, &remove, None).await.refused(404, "not_found");
    let said = lines(user, &path).await;
    assert!(said.len() == 4 && said.iter().all(|m| m["tipo"] != "NOTA"), "{said:?}");
    // Only notes are removed this way.
    let spoken = format!("{notas}/{}", said[0]["id"].as_str().unwrap());
    user.call(Method::DELETE, &spoken, None).await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn canned_replies_are_kept_checked_and_counted() {
    let app = TestApp::start().await;
    let (user, all) = (&app.a.user, "/api/v1/respostas-prontas");
    let texto = "Oi, {nome}! A taxa é R$ 7,00.";
    let made = user.post(all, json!({ "atalho": "taxa", "texto": texto })).await.ok();
    for (bad, field) in [
        (json!({ "atalho": "Taxa nova", "texto": texto }), "atalho"),
        (json!({ "atalho": "taxa", "texto": texto }), "atalho"),
        (json!({ "atalho": "oi", "texto": "Oi, {cliente}!" }), "texto"),
        (json!({ "atalho": "oi", "texto": "x".repeat(2_001) }), "texto"),
    ] {
        let refusal = user.post(all, bad).await.refused(422, "validation_failed");
        assert!(refusal["fields"][field].is_string(), "{refusal}");
    }
    // The other business has its own names, and none of ours.
    app.b.user.post(all, json!({ "atalho": "taxa", "texto": "outra" })).await.ok();
    assert_eq!(user.get(all).await.ok().as_array().unwrap().len(), 1);
    let one = format!("{all}/{}", made["id"].as_str().unwrap());
    let change = json!({ "atalho": "taxa-centro", "texto": texto, "versao": 1 });
    app.b.user.put(&one, change.clone()).await.refused(404, "not_found");
    app.b.user.call(Method::DELETE, &one, None).await.refused(404, "not_found");
    assert_eq!(user.put(&one, change.clone()).await.ok()["versao"], 2);
    user.put(&one, change).await.refused(409, "conflict");
    user.post(all, json!({ "atalho": "oi", "texto": "Oi!" })).await.ok();
    let taken = json!({ "atalho": "oi", "texto": texto });
    assert!(user.put(&one, taken).await.refused(422, "validation_failed")["fields"]["atalho"].is_string());
    user.call(Method::DELETE, &one, None).await.ok();
    let mut conn = app.db.connection().await;
    let fill = format!(
        "INSERT INTO respostas_prontas (id, cliente_id, atalho, texto) \
         SELECT gen_random_uuid(), '{}', 'n' || i, 'x' FROM generate_series(1, 198) i",
        app.a.id
    );
    diesel_async::RunQueryDsl::execute(diesel::sql_query(fill), &mut conn).await.unwrap();
    let at_once = |n: u8| user.post(all, json!({ "atalho": format!("z{n}"), "texto": "x" }));
    let (x, y) = tokio::join!(at_once(1), at_once(2));
    assert_eq!([x, y].iter().filter(|a| a.status.is_success()).count(), 1, "200 and no more");
    assert_eq!(user.get(all).await.ok().as_array().unwrap().len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contato_is_shown_and_noted_about() {
    let (app, instance) = TestApp::ready().await;
    write(&app, &instance, ANA, "Ana", "Vocês abrem no domingo?").await;
    app.sent_to(&instance, ANA, 1).await;
    let c = app.conversa(&app.a, ANA, |c| c["previa_tipo"] == "IA").await;
    let (user, other) = (&app.a.user, &app.b.user);
    let path = format!("/api/v1/contatos/{}", c["contato_id"].as_str().unwrap());
    let ana = user.get(&path).await.ok();
    assert_eq!((&ana["nome"], &ana["numero"], &ana["conversa_id"]), (&json!("Ana"), &json!(ANA), &c["id"]));
    assert_eq!((&ana["mensagens_contato"], &ana["mensagens_ia"], &ana["arquivos"]), (&json!(1), &json!(1), &json!(0)));
    assert!(ana["desde"].is_string() && ana["ultima_em"].is_string() && ana["parou_em"].is_null());
    let notes = format!("{path}/anotacoes");
    let saved = user.put(&notes, json!({ "anotacoes": "Alérgica a camarão", "versao": 0 })).await.ok();
    assert_eq!((&saved["anotacoes"], &saved["anotacoes_versao"]), (&json!("Alérgica a camarão"), &json!(1)));
    user.put(&notes, json!({ "anotacoes": "outra", "versao": 0 })).await.refused(409, "conflict");
    user.put(&notes, json!({ "anotacoes": "x".repeat(2_001) })).await.refused(422, "validation_failed");
    other.get(&path).await.refused(404, "not_found");
    other.put(&notes, json!({ "anotacoes": "x" })).await.refused(404, "not_found");
    assert_eq!(user.get(&format!("{path}/exportar")).await.ok()["contato"]["anotacoes"], "Alérgica a camarão");
    write(&app, &instance, ANA, "Ana", "pare de me mandar mensagem automática").await;
    eventually("the opt-out is shown", || async {
        let now = user.get(&path).await.ok();
        (now["parou_em"].is_string() && app.conversa(&app.a, ANA, |_| true).await["parou"] == true).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_sent_again_when_a_person_says_so_and_only_then() {
    let (app, instance) = TestApp::ready().await;
    let path = waiting(&app, &instance).await;
    let user = &app.a.user;
    app.sim(&instance, "fault", json!({ "path": "message/sendText", "status": 400, "times": 1 })).await;
    let sent = user.post(&format!("{path}/mensagens"), json!({ "conteudo": "Já vou!" })).await.ok();
    let status = |wanted: &'static str| {
        let (path, id) = (path.clone(), sent["id"].clone());
        async move {
            let now = lines(user, &path).await.into_iter().find(|m| m["id"] == id).unwrap();
            (now["status_envio"] == wanted).then_some(now)
        }
    };
    let failed = eventually("it is refused", || status("FALHOU")).await;
    assert!(failed["motivo"].is_string());
    let again = format!("{path}/mensagens/{}/reenviar", sent["id"].as_str().unwrap());
    app.b.user.post(&again, json!({})).await.refused(404, "not_found");
    let (x, y) = tokio::join!(user.post(&again, json!({})), user.post(&again, json!({})));
    assert!(x.ok()["motivo"].is_null() && y.ok()["motivo"].is_null());
    assert_eq!(app.sent_to(&instance, ANA, 2).await[1], "Já vou!");
    eventually("it is read", || status("LIDA")).await;
    user.post(&again, json!({})).await.refused(409, "conflict");
    marker(&app, &instance).await;
    assert_eq!(app.sent_to(&instance, ANA, 2).await.len(), 2);
    // An answer that was withdrawn for a person's sake leaves when that person says so.
    app.sim(&instance, "fault", json!({ "path": "message/sendText", "status": 400, "times": 1 })).await;
    user.post(&format!("{path}/devolver"), json!({})).await.ok();
    write(&app, &instance, ANA, "Ana", "Vocês abrem no domingo?").await;
    let answer = eventually("the answer is refused", || async {
        lines(user, &path).await.into_iter().find(|m| m["tipo"] == "IA" && m["status_envio"] == "FALHOU")
    })
    .await;
    app.conversa(&app.a, ANA, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
    user.post(&format!("{path}/mensagens/{}/reenviar", answer["id"].as_str().unwrap()), json!({})).await.ok();
    assert!(app.sent_to(&instance, ANA, 3).await[2].contains("domingo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sends_a_file() {
    let (app, instance) = TestApp::ready().await;
    let path = waiting(&app, &instance).await;
    let user = &app.a.user;
    // Taken by Evolution, but the answer is lost: nobody must get it twice.
    app.sim(&instance, "fault", json!({ "path": "message/sendMedia", "status": 500, "times": 1, "after": true })).await;
    let fields = [("id", "0196f0aa-0000-7000-8000-000000000003"), ("legenda", "Nosso cardápio")];
    let send = || attach(user, &path, "../card\u{e1}pio.exe", PNG, &fields);
    let (x, y) = tokio::join!(send(), send());
    assert_eq!((x.ok()["id"].clone(), x.ok()["tipo"].clone()), (y.ok()["id"].clone(), json!("HUMANO")));
    let sent = x.ok();
    assert_eq!((&sent["conteudo"], &sent["especie"]), (&json!("Nosso cardápio"), &json!("IMAGEM")));
    let file = &sent["midia"];
    assert_eq!((&file["mimetype"], &file["nome"]), (&json!("image/png"), &json!("card\u{e1}pio.exe.png")));
    assert_eq!(app.sent_to(&instance, ANA, 2).await[1], "Nosso cardápio");
    eventually("it is known to have been sent", || async {
        let last = lines(user, &path).await.pop()?;
        ["ENVIADA", "ENTREGUE", "LIDA"].iter().any(|s| last["status_envio"] == *s).then_some(())
    })
    .await;
    app.conversa(&app.a, ANA, |c| c["estado"] == "HUMANO_RESPONDEU" && c["previa"] == "Nosso cardápio").await;
    // It is shown again, to its owner only; the second of the two requests has left nothing behind.
    let url = file["url"].as_str().unwrap();
    let shown = user.get(url).await;
    assert_eq!((shown.status.as_u16(), shown.headers["content-type"].to_str().unwrap()), (200, "image/png"));
    app.b.user.get(url).await.refused(404, "not_found");
    let kept = app.midia_dir.join(app.a.id.to_string());
    eventually("one file is kept", || async { (std::fs::read_dir(&kept).unwrap().count() == 1).then_some(()) }).await;
    // A document, and a sound without words.
    let pdf = attach(user, &path, "pedido.pdf", b"%PDF-1.7 x", &[]).await.ok();
    assert_eq!((&pdf["conteudo"], &pdf["sem_texto"]), (&json!("[documento: pedido.pdf]"), &json!(true)));
    let log = eventually("it reaches the contact", || async {
        let log = app.sim(&instance, "log", json!({})).await;
        (log.as_array()?.iter().filter(|m| m["to"] == ANA).count() == 3).then_some(log)
    })
    .await;
    let kinds: Vec<&str> = log.as_array().unwrap().iter().filter_map(|m| m["kind"].as_str()).collect();
    assert_eq!(kinds, ["conversation", "imageMessage", "documentMessage"]);
    for (nome, conteudo, fields, field) in [
        ("x.exe", b"MZ\x90\0\x03".as_slice(), vec![], "arquivo"),
        ("x.txt", b"", vec![], "arquivo"),
        ("x.png", PNG, vec![("legenda", "y".repeat(1_025))], "legenda"),
        ("x.mp3", b"ID3\x04", vec![("legenda", "oi".to_owned())], "legenda"),
        ("x.png", PNG, vec![("id", "1".to_owned())], "id"),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let refusal = attach(user, &path, nome, conteudo, &fields).await.refused(422, "validation_failed");
        assert!(refusal["fields"][field].is_string(), "{nome}: {refusal}");
    }
    let large = [PNG, &vec![0; 16 * 1024 * 1024]].concat();
    let refusal = attach(user, &path, "x.png", &large, &[]).await.refused(413, "too_large");
    assert!(refusal["fields"]["arquivo"].as_str().unwrap().contains("16 MB"), "{refusal}");
    // As much as WhatsApp takes, and not a byte less.
    let all = [PNG, &vec![0; 16 * 1024 * 1024 - PNG.len()]].concat();
    attach(user, &path, "x.png", &all, &[]).await.ok();
    attach(&app.b.user, &path, "x.png", PNG, &[]).await.refused(404, "not_found");
    user.post(&format!("{path}/anexos"), json!({})).await.refused(400, "bad_request");
    user.call(Method::DELETE, "/api/v1/whatsapp/instance", None).await.ok();
    attach(user, &path, "x.png", PNG, &[]).await.refused(409, "whatsapp_not_connected");
}
