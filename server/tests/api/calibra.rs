//! Per cliente, what people did with the answers moves the confidence in the next ones.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{PIZZARIA, TestApp, eventually};

const ANA: &str = "5511911110000";

#[tokio::test(flavor = "multi_thread")]
async fn who_corrects_the_assistant_makes_it_more_careful_and_nobody_elses() {
    use diesel_async::SimpleAsyncConnection;
    let (app, instance) = TestApp::ready().await;
    app.teach(&app.b, PIZZARIA).await;
    let confidence = async |tenant: &crate::support::Tenant| {
        let found = tenant.user.get("/api/v1/knowledge/search?q=vcs%20abrem%20domingo%3F").await.ok();
        found["confianca"].as_f64().unwrap()
    };
    let before = confidence(&app.a).await;
    assert!((before - confidence(&app.b).await).abs() < 1e-6);
    app.sim(&instance, "in", json!({ "from": ANA, "text": "Vocês abrem na segunda?" })).await;
    app.sent_to(&instance, ANA, 1).await;
    let conversa = app.conversa(&app.a, ANA, |_| true).await;
    let path = format!("/api/v1/conversas/{}/mensagens", conversa["id"].as_str().unwrap());
    app.a.user.post(&path, json!({ "conteudo": "Na verdade não abrimos." })).await.ok();
    app.sent_to(&instance, ANA, 2).await;
    // The same forty times more.
    let copy = |tipo: &str| {
        format!(
            "INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, timestamp, confianca, detalhes) \
             SELECT gen_random_uuid(), cliente_id, conversa_id, tipo, conteudo, timestamp, confianca, detalhes \
             FROM historico_mensagens WHERE tipo = '{tipo}' ORDER BY ordem LIMIT 1;"
        )
    };
    let pair = copy("IA") + &copy("HUMANO");
    app.db.connection().await.batch_execute(&pair.repeat(40)).await.unwrap();
    app.clock.advance(TimeDelta::hours(25));
    eventually("the confidence is fitted", || async {
        (app.count("conhecimentos WHERE ajuste_confianca < -0.5").await == 1).then_some(())
    })
    .await;
    let after = confidence(&app.a).await;
    assert!(1.0 - after > 3.0 * (1.0 - before), "the doubt has grown: {before} to {after}");
    assert!((before - confidence(&app.b).await).abs() < 1e-6, "the other cliente's moves too");
}
