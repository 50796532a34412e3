//! The configuration of the assistant: what is saved comes back, what is wrong is said field by field.

use serde_json::json;

use crate::support::{Options, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_saved_and_what_is_left_out_stays() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let first = user.get("/api/v1/config").await.ok();
    assert_eq!(
        (&first["tom"], &first["retorno_minutos"], &first["retencao_dias"]),
        (&json!("CASUAL"), &json!(1440), &json!(30))
    );
    assert_eq!((&first["horario"]["segunda"], &first["horario"]["utc_offset"]), (&json!([]), &json!(-180)));
    let all = json!({
        "tom": "TECNICO", "saudacao": "Oi!", "fallback": "Chamando alguém.", "espera": "Espere.", "retorno_24h": "Voltei.",
        "ninguem_respondeu": "Ninguém veio.", "fora_horario": "Fechado.", "retorno_minutos": 5, "limiar_confianca": 0.75,
        "retencao_dias": 365, "versao": first["versao"], "horario": {
            "sexta": [{ "de": "18:00", "ate": "02:00" }], "feriados": ["2026-12-25"], "utc_offset": -240 },
    });
    let saved = user.put("/api/v1/config", all.clone()).await.ok();
    assert_eq!(saved, user.get("/api/v1/config").await.ok());
    for (field, value) in all.as_object().unwrap().iter().filter(|(f, _)| !["versao", "horario"].contains(&f.as_str()))
    {
        assert_eq!(&saved[field], value, "{field}");
    }
    assert_eq!(saved["versao"], json!(2));
    assert_eq!(saved["horario"]["sexta"], all["horario"]["sexta"]);
    assert_eq!(saved["horario"]["feriados"], all["horario"]["feriados"]);
    let one = user.put("/api/v1/config", json!({ "saudacao": "Bom dia!" })).await.ok();
    assert_eq!((&one["saudacao"], &one["fallback"], &one["versao"]), (&json!("Bom dia!"), &all["fallback"], &json!(3)));
    // The other cliente has its own.
    assert_eq!(app.b.user.get("/api/v1/config").await.ok()["saudacao"], first["saudacao"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_by_field_and_changes_nothing() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    let before = user.get("/api/v1/config").await.ok();
    for (field, value, says) in [
        ("tom", json!("GRITANDO"), "FORMAL"),
        ("saudacao", json!(" "), "Escreva"),
        ("fallback", json!("x".repeat(301)), "300"),
        ("ninguem_respondeu", json!("a\u{0}"), "NUL"),
        ("retorno_minutos", json!(4), "5 a 4320"),
        ("retorno_minutos", json!(4_321), "5 a 4320"),
        ("limiar_confianca", json!(1.1), "0 a 1"),
        ("retencao_dias", json!(6), "7 a 365"),
        ("retencao_dias", json!(366), "7 a 365"),
        ("horario", json!({ "segunda": [{ "de": "8h", "ate": "12h" }] }), "08:00"),
        ("horario", json!({ "feriados": ["25/12"] }), "2026-12-25"),
        ("saudacao", json!("Oi, {apelido}!"), "{apelido}"),
        ("espera_minutos", json!(241), "2 a 240"),
        ("orcamento_mensal_brl", json!(0), "R$ 1"),
        ("janela_min_ms", json!(6_001), "mais curta"),
    ] {
        let refusal = user.put("/api/v1/config", json!({ field: value, "espera": "Outra." })).await;
        let refusal = refusal.refused(422, "validation_failed");
        assert!(refusal["fields"][field].as_str().is_some_and(|s| s.contains(says)), "{field}: {refusal}");
        assert_eq!(refusal["fields"].as_object().unwrap().len(), 1, "{refusal}");
    }
    user.put("/api/v1/config", json!({ "saudaçao": "erro de digitação" })).await.refused(400, "bad_request");
    user.put("/api/v1/config", json!({ "saudacao": "Oi!", "versao": 7 })).await.refused(409, "conflict");
    assert_eq!(before, user.get("/api/v1/config").await.ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_saves_of_one_version_one_wins() {
    let app = TestApp::start().await;
    let save = async |texto: &str| app.a.user.put("/api/v1/config", json!({ "saudacao": texto, "versao": 1 })).await;
    let (x, y) = tokio::join!(save("um"), save("dois"));
    let mut statuses = [x.status.as_u16(), y.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_chosen_up_to_what_the_installation_allows() {
    let app = TestApp::with(Options {
        custos: server::config::CustosConfig { orcamento_padrao_brl: Some(80.0), ..Default::default() },
        ..Options::default()
    })
    .await;
    let user = &app.a.user;
    let budget =
        async |value: serde_json::Value| user.put("/api/v1/config", json!({ "orcamento_mensal_brl": value })).await;
    let first = user.get("/api/v1/config").await.ok();
    assert_eq!((&first["orcamento_mensal_brl"], &first["orcamento_padrao_brl"]), (&json!(null), &json!(80.0)));
    assert_eq!(first["orcamento_maximo_brl"], json!(80.0));
    assert_eq!(budget(json!(49.9)).await.ok()["orcamento_mensal_brl"], json!(49.9));
    assert_eq!(user.get("/api/v1/uso").await.ok()["orcamento_brl"], json!(49.9));
    let refusal = budget(json!(80.01)).await.refused(422, "validation_failed");
    assert!(refusal["fields"]["orcamento_mensal_brl"].as_str().unwrap().contains("R$ 80,00"), "{refusal}");
    assert_eq!(
        user.put("/api/v1/config", json!({ "espera_minutos": 30 })).await.ok()["orcamento_mensal_brl"],
        json!(49.9)
    );
    assert_eq!(budget(json!(null)).await.ok()["orcamento_mensal_brl"], json!(null));
    assert_eq!(user.get("/api/v1/uso").await.ok()["orcamento_brl"], json!(80.0));
}
