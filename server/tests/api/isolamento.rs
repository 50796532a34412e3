//! Two clientes with different texts: neither ever sees anything of the other.

use serde_json::json;

use crate::support::{CLINICA, PIZZARIA, TestApp};

const ANA: &str = "5511911110000";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_one_cliente_reaches_the_other() {
    let app = TestApp::start().await;
    app.teach(&app.a, PIZZARIA).await;
    app.teach(&app.b, CLINICA).await;
    // Search, by REST and by server function.
    let found = app.a.user.get("/api/v1/knowledge/search?q=quanto%20custa%20o%20clareamento%20dental%3F").await;
    assert!(!found.text.contains("clareamento dental dura") && !found.text.contains("120,00"), "{}", found.text);
    assert!(found.ok()["confianca"].as_f64() < Some(0.5));
    let form = app.http.post(app.a.user.url("/_fn/knowledge/search")).bearer_auth(app.a.user.token.clone().unwrap());
    let found = crate::support::answer(form.form(&[("q", "clareamento dental")])).await;
    assert!(found.status.is_success() && !found.text.contains("sessões"), "{}", found.text);
    assert!(!app.a.user.get("/api/v1/knowledge").await.text.contains("Sorriso"));

    // Conversations: a foreign id is as unknown as one that never was.
    let (one, two) = (app.connect(&app.a).await, app.connect(&app.b).await);
    app.sim(&one, "in", json!({ "from": ANA, "name": "Ana", "text": "Qual o horário?" })).await;
    let mine = app.conversa(&app.a, ANA, |_| true).await;
    let id = mine["id"].as_str().unwrap();
    let unknown = "01890000-0000-7000-8000-000000000000";
    for id in [id, unknown, "nem-id"] {
        app.b.user.get(&format!("/api/v1/conversas/{id}")).await.refused(404, "not_found");
        for action in ["assumir", "devolver", "lida"] {
            app.b.user.post(&format!("/api/v1/conversas/{id}/{action}"), json!({})).await.refused(404, "not_found");
        }
        let path = format!("/api/v1/conversas/{id}/mensagens");
        app.b.user.post(&path, json!({ "conteudo": "oi" })).await.refused(404, "not_found");
    }
    let list = app.b.user.get("/api/v1/conversas").await.ok();
    assert_eq!((list["itens"].as_array().unwrap().len(), list["contagens"]["todas"].as_i64()), (0, Some(0)));
    let body = [("id", id)];
    let form = app.http.post(app.b.user.url("/_fn/conversas/get")).bearer_auth(app.b.user.token.clone().unwrap());
    assert_eq!(crate::support::answer(form.form(&body)).await.status.as_u16(), 404);

    // The same person writes to both: two conversations, each answered from its own text.
    app.sent_to(&one, ANA, 1).await;
    app.sim(&two, "in", json!({ "from": ANA, "name": "Ana", "text": "Quanto custa a consulta de avaliação?" })).await;
    let from_b = app.sent_to(&two, ANA, 1).await;
    assert!(from_b[0].contains("120,00"), "{from_b:?}");
    let theirs = app.conversa(&app.b, ANA, |_| true).await;
    assert_ne!(theirs["id"], mine["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_carries_its_own_cliente_only_and_replays() {
    let app = TestApp::start().await;
    let one = app.connect(&app.a).await;
    let listen = |user: &crate::support::User, last: Option<&str>| {
        let mut request =
            reqwest::Client::new().get(user.url("/api/v1/eventos")).bearer_auth(user.token.clone().unwrap());
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.send()
    };
    let mut b = listen(&app.b.user, Some("0")).await.unwrap();
    let mut a = listen(&app.a.user, None).await.unwrap();
    app.sim(&one, "in", json!({ "from": ANA, "text": "oi" })).await;
    let seen = read_until(&mut a, "\"mensagem\"").await;
    let id = app.conversa(&app.a, ANA, |_| true).await["id"].as_str().unwrap().to_owned();
    assert!(seen.contains(&id), "{seen}");
    // A reconnect gets what it missed.
    let mut again = listen(&app.a.user, Some("0")).await.unwrap();
    let replay = read_until(&mut again, &id).await;
    assert!(replay.contains("\"instancia\""), "{replay}");
    // The other one hears of its own change, and of nothing else since the beginning.
    app.b.user.put("/api/v1/knowledge", json!({ "conteudo_texto": CLINICA })).await.ok();
    let other = read_until(&mut b, "PRONTO").await;
    assert!(!other.contains(&id) && !other.contains("\"instancia\"") && !other.contains("\"mensagem\""), "{other}");
}

async fn read_until(stream: &mut reqwest::Response, word: &str) -> String {
    let mut seen = String::new();
    let read = async {
        while !seen.contains(word) {
            let chunk = stream.chunk().await.unwrap().expect("the stream goes on");
            seen.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), read).await;
    assert!(in_time.is_ok(), "no {word} in {seen}");
    seen
}
