//! The life of an assinatura: who answers when, what may still be changed, what the plan allows, and how it ends.

use chrono::{TimeDelta, Utc};
use contracts::StatusCliente;
use db::models::assinatura::{self, Assinatura};
use integrations::stripe::VERSION;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::StripeConfig;
use server::http::catalogue::{Access, OPERATIONS, Porque, SEM_ASSINATURA, sem_assinatura};
use services::Ctx;
use services::assinatura::vida;
use simulators::stripe::{self, Hooks, Payment, Stripe};

use crate::support::{Options, PIZZARIA, SENHA, Tenant, TestApp, eventually};

const ANA: &str = "5511911110000";
const BIA: &str = "5511922220000";
const CIDA: &str = "5511933330000";
const PERGUNTA: &str = "Vocês abrem no domingo?";

/// What Stripe says of the first cliente from now on, as `sincronia` writes it down.
async fn stripe_says(app: &TestApp, status: &str, cancela_em: Option<chrono::DateTime<Utc>>) {
    let ctx = Ctx::system(&app.process.app, app.a.id, "teste".into());
    let now = app.clock.now();
    let row = Assinatura {
        id: "sub_teste".into(),
        cliente_id: app.a.id,
        plano_codigo: Some("balcao".into()),
        periodicidade: Some(contracts::Periodicidade::Mensal),
        status: status.into(),
        valor_centavos: Some(14_900),
        criada_em: now,
        periodo_inicio: Some(now),
        periodo_fim: Some(now + TimeDelta::days(30)),
        cancela_em,
        teste_ate: None,
        terminou_em: (status == "canceled").then_some(now),
        lida_em: now,
    };
    let mut tx = app.db.db.tenant(app.a.id).await.unwrap();
    assinatura::put(&mut tx, &row).await.unwrap();
    vida::aplicar(&ctx, &mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn status(app: &TestApp) -> String {
    app.a.user.get("/api/v1/me").await.ok()["status"].as_str().unwrap().to_owned()
}

async fn write(app: &TestApp, instance: &str, from: &str, text: &str) {
    let timestamp = app.clock.now().timestamp();
    app.sim(instance, "in", json!({ "from": from, "name": "Ana", "text": text, "timestamp": timestamp })).await;
}

/// Waits until nothing is left to be done of these kinds.
async fn quiet(app: &TestApp, kinds: &str) {
    let sql = format!("jobs WHERE state <> 'dead' AND kind {kinds}");
    eventually("all is dealt with", || async { (app.count(&sql).await == 0).then_some(()) }).await;
}

/// Waits until the clock of assinaturas has looked at this hour, and its jobs are done.
async fn looked(app: &TestApp) {
    let since = app.clock.now().timestamp() - 1_200;
    let sql = format!("job_schedules WHERE name = 'assinatura_relogio' AND scheduled_at > to_timestamp({since})");
    eventually("the clock has looked", || async { (app.count(&sql).await > 0).then_some(()) }).await;
    quiet(app, "LIKE 'assinatura%'").await;
}

async fn mails(app: &TestApp, like: &str) -> i64 {
    app.count(&format!("emails WHERE chave LIKE '{like}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_the_assistant_is_silent_at_once_and_paid_it_answers_the_next_message() {
    let (app, instance) = TestApp::ready().await;
    stripe_says(&app, "active", None).await;
    write(&app, &instance, ANA, PERGUNTA).await;
    app.sent_to(&instance, ANA, 1).await;
    // One is asked while it still answers, and suspended before its turn; one answer waits to leave.
    write(&app, &instance, BIA, PERGUNTA).await;
    app.conversa(&app.a, BIA, |c| c["nao_lidas"] == 1).await;
    stripe_says(&app, "paused", None).await;
    assert_eq!(status(&app).await, "SUSPENSO");
    quiet(&app, "IN ('evento', 'turno', 'envio')").await;
    write(&app, &instance, CIDA, PERGUNTA).await;
    app.conversa(&app.a, CIDA, |c| c["nao_lidas"] == 1).await;
    quiet(&app, "IN ('evento', 'turno', 'envio')").await;
    assert_eq!(app.sent(&instance).await.len(), 1, "somebody was answered");
    // Stored, and with the assistant: nobody was called for it.
    assert_eq!(app.count("conversas WHERE estado = 'IA_ATIVA'").await, 3);

    stripe_says(&app, "active", None).await;
    assert_eq!(status(&app).await, "ATIVO");
    write(&app, &instance, BIA, "Aceita pix?").await;
    let said = app.sent_to(&instance, BIA, 1).await;
    assert!(said[0].contains("Pix") && !said[0].contains("domingo"), "the old question was answered too: {said:?}");
    quiet(&app, "IN ('evento', 'turno', 'envio')").await;
    assert_eq!(app.sent(&instance).await.len(), 2, "the backlog was answered");
    assert_eq!((mails(&app, "suspensa:%").await, mails(&app, "reativada:%").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_leave_does_not_leave_a_suspended_account() {
    let (app, instance) = TestApp::ready().await;
    stripe_says(&app, "active", None).await;
    app.sim(&instance, "fault", json!({ "path": "message/sendText", "status": 500, "times": 1 })).await;
    write(&app, &instance, ANA, PERGUNTA).await;
    eventually("its first try has failed", || async {
        (app.count("jobs WHERE kind = 'envio' AND attempts > 0").await == 1).then_some(())
    })
    .await;
    stripe_says(&app, "paused", None).await;
    eventually("it is taken back", || async {
        (app.count("historico_mensagens WHERE status_envio = 'FALHOU' AND motivo LIKE '%assinatura%'").await == 1)
            .then_some(())
    })
    .await;
    assert!(app.sent(&instance).await.is_empty());
    assert_eq!(app.count("conversas WHERE estado = 'IA_ATIVA'").await, 1, "nobody is called for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn grace_is_told_every_day_and_ends_in_silence() {
    let (app, instance) = TestApp::ready().await;
    stripe_says(&app, "active", None).await;
    stripe_says(&app, "past_due", None).await;
    stripe_says(&app, "past_due", None).await;
    assert_eq!(status(&app).await, "INADIMPLENTE");
    assert_eq!(mails(&app, "carencia:%").await, 0);
    // In grace it answers, and everything can be changed.
    write(&app, &instance, ANA, PERGUNTA).await;
    app.sent_to(&instance, ANA, 1).await;
    app.a.user.put("/api/v1/config", json!({ "ia_ligada": true })).await.ok();
    for dia in 1..=6 {
        app.clock.advance(TimeDelta::days(1));
        let user = app.login("a@teste.com.br").await;
        looked(&app).await;
        assert_eq!(mails(&app, "carencia:%").await, dia);
        assert_eq!(user.get("/api/v1/me").await.ok()["status"], "INADIMPLENTE");
    }
    app.clock.advance(TimeDelta::days(1));
    looked(&app).await;
    let user = app.login("a@teste.com.br").await;
    assert_eq!(user.get("/api/v1/me").await.ok()["status"], "SUSPENSO");
    user.put("/api/v1/config", json!({ "ia_ligada": true })).await.refused(403, "assinatura_suspensa");
    // Nothing more is told, however often the clock looks.
    app.clock.advance(TimeDelta::days(2));
    looked(&app).await;
    assert_eq!((mails(&app, "carencia:%").await, mails(&app, "suspensa:%").await), (6, 1));
    stripe_says(&app, "active", None).await;
    let user = app.login("a@teste.com.br").await;
    assert_eq!(user.get("/api/v1/me").await.ok()["status"], "ATIVO");
    assert_eq!(app.count("clientes WHERE inadimplente_desde IS NOT NULL OR suspenso_em IS NOT NULL").await, 0);
    user.put("/api/v1/config", json!({ "ia_ligada": true })).await.ok();
}

/// Every operation of the catalogue, as somebody who has not paid: refused, or listed with its reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_reads_everything_and_changes_nothing_but_what_is_listed() {
    for (path, _) in SEM_ASSINATURA.iter().filter(|(_, porque)| *porque != Porque::Assinatura) {
        let known = OPERATIONS.iter().any(|(_, p, access)| {
            *access == Access::Cliente && (p == path || path.ends_with('/') && p.starts_with(path))
        });
        assert!(known, "{path} is no operation of a cliente");
    }
    // What reads by POST says so by its name: a writing one among them would be seen here.
    for (path, _) in SEM_ASSINATURA.iter().filter(|(_, porque)| *porque == Porque::Leitura) {
        for verb in ["put", "salvar", "criar", "apagar", "enviar", "connect", "ensinar", "restaurar"] {
            assert!(!path.ends_with(verb), "{path} writes");
        }
    }
    let app = TestApp::start().await;
    stripe_says(&app, "paused", None).await;
    let none = "01890000-0000-7000-8000-000000000000";
    for (method, path, access) in OPERATIONS {
        // The event stream stays open.
        if *access != Access::Cliente || path.ends_with("/eventos") {
            continue;
        }
        let url = path.replace("{id}", none).replace("{mensagem_id}", none);
        // Some end this login, some every other one.
        let user = app.login("a@teste.com.br").await;
        let method: Method = method.parse().unwrap();
        let body = (method != Method::GET).then(|| json!({}));
        let answer = user.call(method.clone(), &url, body).await;
        let refused = serde_json::from_str::<Value>(&answer.text).is_ok_and(|e| e["code"] == "assinatura_suspensa");
        assert_eq!(
            refused,
            !sem_assinatura(method.as_str(), path),
            "{method} {path}: {} {}",
            answer.status,
            answer.text
        );
        assert!(!refused || answer.status == 403, "{method} {path}");
    }
    // The other cliente has nothing to do with it.
    app.b.user.put("/api/v1/config", json!({ "ia_ligada": false })).await.ok();
    // A form without WASM is led to where one pays.
    let form = app.http.post(format!("{}/_fn/config/salvar", app.base)).header("accept", "text/html");
    let user = app.login("a@teste.com.br").await;
    let form = form.header("cookie", format!("proseia_sessao={}", user.token.unwrap()));
    let answer = crate::support::answer(form.form(&[("a", "b")])).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["location"]), (303, &"/dashboard/assinatura".parse().unwrap()));
}

/// Gives the first cliente a plan with so many messages.
async fn with_plan(app: &TestApp, mensagens: i32) {
    let plano = format!(
        "UPDATE planos SET mensagens_mes = {mensagens}, conhecimento_caracteres = 400, orcamento_ia_centavos = 2000 \
         WHERE codigo = 'balcao'"
    );
    app.execute(&plano).await;
    let sql = format!("UPDATE clientes SET plano_codigo = 'balcao' WHERE id = '{}'", app.a.id);
    app.execute(&sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plans_messages_end_in_a_person_and_the_owner_knows_before() {
    let (app, instance) = TestApp::ready().await;
    with_plan(&app, 5).await;
    for n in 1..=3 {
        write(&app, &instance, ANA, PERGUNTA).await;
        app.sent_to(&instance, ANA, n).await;
    }
    assert_eq!(app.count("avisos").await, 0);
    write(&app, &instance, ANA, PERGUNTA).await;
    app.sent_to(&instance, ANA, 4).await;
    let open = || async { app.a.user.get("/api/v1/avisos").await.ok()["itens"][0].clone() };
    let aviso = open().await;
    assert_eq!(
        (&aviso["tipo"], &aviso["detalhe"]["enviadas"], &aviso["detalhe"]["limite"]),
        (&json!("MENSAGENS_80"), &json!(4), &json!(5))
    );
    write(&app, &instance, ANA, PERGUNTA).await;
    app.sent_to(&instance, ANA, 5).await;
    assert_eq!(open().await["tipo"], "MENSAGENS_ESGOTADAS");
    // Whoever asks now hears that a person was called, once, and the owner is asked to answer.
    for (quem, n) in [(ANA, 6), (BIA, 1)] {
        write(&app, &instance, quem, PERGUNTA).await;
        let said = app.sent_to(&instance, quem, n).await.pop().unwrap();
        assert!(said.contains("chamar uma pessoa"), "{said}");
        app.conversa(&app.a, quem, |c| c["estado"] == "AGUARDANDO_HUMANO").await;
        write(&app, &instance, quem, PERGUNTA).await;
    }
    quiet(&app, "IN ('evento', 'turno', 'envio')").await;
    assert_eq!(app.sent(&instance).await.len(), 7);
    let motivo = "As mensagens automáticas do seu plano acabaram neste mês. Uma pessoa precisa responder.";
    assert_eq!(app.count(&format!("historico_mensagens WHERE motivo = '{motivo}'")).await, 2);
    assert_eq!(app.count("avisos").await, 2, "told once each");
    // Another plan, or another month, and it answers.
    with_plan(&app, 100).await;
    write(&app, &instance, CIDA, PERGUNTA).await;
    assert!(app.sent_to(&instance, CIDA, 1).await[0].contains("domingo"));
    eventually("the aviso is over", || async {
        (app.count("avisos WHERE resolvido_em IS NULL").await == 0).then_some(())
    })
    .await;
    with_plan(&app, 5).await;
    app.clock.advance(TimeDelta::days(31));
    write(&app, &instance, "5511944440000", PERGUNTA).await;
    assert!(app.sent_to(&instance, "5511944440000", 1).await[0].contains("domingo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_limits_the_text_and_the_budget_and_loses_nothing_of_a_longer_one() {
    let app = TestApp::start().await;
    let user = &app.a.user;
    app.teach(&app.a, &format!("{PIZZARIA}{}", "Estacionamento na rua ao lado. ".repeat(20))).await;
    with_plan(&app, 1_000).await;
    let text = user.get("/api/v1/knowledge").await.ok();
    assert_eq!(text["limite"], 400);
    let long = text["conteudo_texto"].as_str().unwrap();
    let n = long.chars().count();
    assert!(n > 500, "{n}");
    let put = |texto: String| user.put("/api/v1/knowledge", json!({ "conteudo_texto": texto }));
    let refused = put(format!("{long}E mais.")).await.refused(409, "limite_do_plano");
    assert!(refused["fields"]["conteudo_texto"].as_str().unwrap().contains("400"), "{refused}");
    assert_eq!(user.get("/api/v1/knowledge").await.ok()["conteudo_texto"], long);
    // Shortened step by step, and then within.
    put(long.chars().take(n - 10).collect()).await.ok();
    put(long.chars().take(400).collect()).await.ok();
    let full = json!({ "pergunta": "Tem estacionamento?", "resposta": "Sim, na rua ao lado, de graça." });
    let refused = user.post("/api/v1/knowledge/acrescentar", full).await.refused(422, "validation_failed");
    assert!(refused["fields"]["resposta"].as_str().unwrap().contains("cheio"), "{refused}");
    user.post("/api/v1/knowledge/versoes/1/restaurar", json!({})).await.refused(409, "limite_do_plano");

    assert_eq!(user.get("/api/v1/uso").await.ok()["orcamento_brl"], 20.0);
    let config = user.get("/api/v1/config").await.ok();
    assert_eq!(
        (config["orcamento_padrao_brl"].as_f64(), config["orcamento_maximo_brl"].as_f64()),
        (Some(20.0), Some(20.0))
    );
    user.put("/api/v1/config", json!({ "orcamento_mensal_brl": 25.0 })).await.refused(422, "validation_failed");
    user.put("/api/v1/config", json!({ "orcamento_mensal_brl": 5.0 })).await.ok();
    assert_eq!(user.get("/api/v1/uso").await.ok()["orcamento_brl"], 5.0);
    // Chosen under a larger plan, it shrinks with the plan.
    app.execute("UPDATE configuracoes_bot SET orcamento_mensal_brl = 180").await;
    assert_eq!(user.get("/api/v1/uso").await.ok()["orcamento_brl"], 20.0);
    assert_eq!(app.b.user.get("/api/v1/uso").await.ok()["orcamento_brl"], 180.0, "without a plan");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marked_end_is_told_once_and_the_end_lets_the_number_go_and_erases() {
    let (app, instance) = TestApp::ready().await;
    stripe_says(&app, "active", None).await;
    let fim = app.clock.now() + TimeDelta::days(10);
    stripe_says(&app, "active", Some(fim)).await;
    stripe_says(&app, "active", Some(fim)).await;
    assert_eq!((status(&app).await.as_str(), mails(&app, "cancelamento:%").await), ("ATIVO", 1));
    // Taken back, and marked once more.
    stripe_says(&app, "active", None).await;
    write(&app, &instance, ANA, PERGUNTA).await;
    app.sent_to(&instance, ANA, 1).await;
    stripe_says(&app, "canceled", None).await;
    stripe_says(&app, "active", None).await;
    assert_eq!(status(&app).await, "CANCELADO", "what has ended does not come back");
    eventually("the number is let go", || async {
        (app.count("instancias_whatsapp WHERE status = 'CONECTADO'").await == 0).then_some(())
    })
    .await;
    app.a.user.get("/api/v1/me/exportar").await.ok();
    app.a.user.get("/api/v1/conversas").await.ok();
    app.clock.advance(TimeDelta::days(29));
    let user = app.login("a@teste.com.br").await;
    user.get("/api/v1/knowledge").await.ok();
    app.clock.advance(TimeDelta::days(2));
    let row = format!("clientes WHERE id = '{}'", app.a.id);
    eventually("it is erased", || async { (app.count(&row).await == 0).then_some(()) }).await;
    for table in ["assinaturas", "faturas", "emails", "conversas", "conhecimentos"] {
        assert_eq!(app.count(&format!("{table} WHERE cliente_id = '{}'", app.a.id)).await, 0, "{table}");
    }
    // The address may sign up again; the other cliente is where it was.
    let ctx = app.process.cli_ctx();
    services::auth::create_cliente(&ctx, "Outra", "a@teste.com.br", SENHA, StatusCliente::Ativo).await.unwrap();
    assert_eq!(app.count(&format!("clientes WHERE id = '{}'", app.b.id)).await, 1);
}

/// The first cliente pays by card at the stand-in; both clocks go together.
struct Pagante {
    app: TestApp,
    stripe: Stripe,
    instance: String,
    customer: String,
    sub: String,
}

const CHAVE: &str = "sk_test_vida";

async fn pagante(periodicidade: &str) -> Pagante {
    let options = stripe::Options {
        key: CHAVE.into(),
        secret: "whsec_vida".into(),
        retry_base: std::time::Duration::from_millis(100),
        ..stripe::Options::default()
    };
    let stripe = Stripe::start(([127, 0, 0, 1], 0).into(), options).await.unwrap();
    let config = StripeConfig {
        key: SecretString::from(CHAVE),
        segredos: vec![SecretString::from("whsec_vida")],
        base: Some(format!("{}/", stripe.url()).parse().unwrap()),
        portal: None,
    };
    let app = TestApp::with(Options { stripe: Some(config), ..Options::default() }).await;
    stripe.send_to(&format!("{}/webhook/billing", app.base));
    app.execute("UPDATE planos SET dias_teste = 0").await;
    app.teach(&app.a, PIZZARIA).await;
    let instance = app.connect(&app.a).await;
    eventually("the prices are known", || async {
        (app.count("planos WHERE preco_mensal_stripe IS NOT NULL AND preco_anual_stripe IS NOT NULL").await == 3)
            .then_some(())
    })
    .await;
    let novo = json!({
        "plano": "balcao", "periodicidade": periodicidade, "nome": "Pizzaria Bella", "email": "a@teste.com.br",
        "telefone": "11 91234-5678", "documento": "529.982.247-25",
    });
    app.a.user.post("/api/v1/checkout", novo).await.ok();
    let session = text(&app, "SELECT stripe_session_id AS v FROM checkouts").await;
    stripe.pay(&session, &Payment::Card("4242424242424242".into())).unwrap();
    eventually("it is paid", || async {
        (app.count("assinaturas WHERE status = 'active'").await == 1
            && app.count("faturas WHERE status = 'PAGA'").await == 1)
            .then_some(())
    })
    .await;
    let customer =
        text(&app, "SELECT stripe_customer_id AS v FROM clientes WHERE stripe_customer_id IS NOT NULL").await;
    let sub = text(&app, "SELECT id AS v FROM assinaturas").await;
    Pagante { app, stripe, instance, customer, sub }
}

/// The one text that this gives.
async fn text(app: &TestApp, sql: &str) -> String {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct V {
        #[diesel(sql_type = diesel::sql_types::Text)]
        v: String,
    }
    let mut conn = app.db.connection().await;
    diesel::sql_query(sql).get_result::<V>(&mut conn).await.unwrap().v
}

impl Pagante {
    /// Time passes, and what it brings is dealt with.
    async fn passam(&self, by: TimeDelta) {
        self.app.clock.advance(by);
        self.stripe.advance_with_signatures(by);
        self.stripe.settled().await;
        looked(&self.app).await;
        quiet(&self.app, "= 'stripe'").await;
    }

    /// Waits until the first cliente stands so.
    async fn esta(&self, status: &str) {
        let sql = format!("clientes WHERE id = '{}' AND status = '{status}'", self.app.a.id);
        eventually(status, || async { (self.app.count(&sql).await == 1).then_some(()) }).await;
    }

    /// A call to the stand-in, as the portal or a person in Stripe's dashboard would make it.
    async fn stripe(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Value {
        let url = format!("{}/v1/{path}", self.stripe.url());
        let call = self.app.http.request(method, url).bearer_auth(CHAVE).header("stripe-version", VERSION);
        crate::support::answer(call.form(form)).await.ok()
    }

    async fn pergunta(&self, quem: &str, n: usize) -> String {
        write(&self.app, &self.instance, quem, PERGUNTA).await;
        self.app.sent_to(&self.instance, quem, n).await.pop().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn renewal_failure_grace_suspension_and_recovery_by_the_test_clock() {
    let p = pagante("MENSAL").await;
    let app = &p.app;
    p.esta("ATIVO").await;
    assert!(p.pergunta(ANA, 1).await.contains("domingo"));
    // The next month is paid, and nobody hears of anything but the receipt.
    p.passam(TimeDelta::days(32)).await;
    eventually("the second invoice is paid", || async {
        (app.count("faturas WHERE status = 'PAGA'").await == 2).then_some(())
    })
    .await;
    assert_eq!((mails(app, "recibo:%").await, mails(app, "falha:%").await), (2, 0));
    p.esta("ATIVO").await;
    // The one after is not.
    p.stripe.decline(&p.customer, true);
    p.passam(TimeDelta::days(31)).await;
    p.esta("INADIMPLENTE").await;
    assert!(mails(app, "falha:%").await >= 1);
    assert!(p.pergunta(BIA, 1).await.contains("domingo"), "grace answers");
    for _ in 0..6 {
        p.passam(TimeDelta::days(1)).await;
        p.esta("INADIMPLENTE").await;
    }
    assert_eq!(mails(app, "carencia:%").await, 6);
    p.passam(TimeDelta::days(1)).await;
    p.esta("SUSPENSO").await;
    write(app, &p.instance, CIDA, PERGUNTA).await;
    app.conversa(&Tenant { id: app.a.id, user: app.login("a@teste.com.br").await }, CIDA, |c| c["nao_lidas"] == 1)
        .await;
    quiet(app, "IN ('evento', 'turno', 'envio')").await;
    let said = app.sent(&p.instance).await;
    assert!(said.iter().all(|(to, _)| to != CIDA), "{said:?}");
    let user = app.login("a@teste.com.br").await;
    let dto = user.get("/api/v1/assinatura").await.ok();
    assert_eq!(dto["status"], "SUSPENSO");
    assert!(dto["apaga_em"].is_string() && dto["suspende_em"].is_null(), "{dto}");
    // Paid at the address that the mail names.
    let url = dto["pagamento_url"].as_str().unwrap();
    p.stripe.decline(&p.customer, false);
    let paid = app.http.post(url).form(&[("numero", "4242424242424242")]).send().await.unwrap();
    assert!(paid.status().is_redirection(), "{}", paid.status());
    p.stripe.settled().await;
    p.esta("ATIVO").await;
    assert_eq!((mails(app, "suspensa:%").await, mails(app, "reativada:%").await), (1, 1));
    write(app, &p.instance, CIDA, "Aceita pix?").await;
    let said = app.sent_to(&p.instance, CIDA, 1).await;
    assert!(said[0].contains("Pix") && !said[0].contains("domingo"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_at_the_end_undo_refund_end_and_erasure_by_the_test_clock() {
    let p = pagante("MENSAL").await;
    let app = &p.app;
    let path = format!("subscriptions/{}", p.sub);
    let marked = |sim: bool| {
        let (app, what) = (app, if sim { "NOT NULL" } else { "NULL" });
        async move {
            let sql = format!("assinaturas WHERE status = 'active' AND cancela_em IS {what}");
            eventually("the end is marked, or not", || async { (app.count(&sql).await == 1).then_some(()) }).await;
        }
    };
    p.stripe(Method::POST, &path, &[("cancel_at_period_end", "true")]).await;
    marked(true).await;
    assert_eq!(mails(app, "cancelamento:%").await, 1);
    p.stripe(Method::POST, &path, &[("cancel_at_period_end", "false")]).await;
    marked(false).await;
    p.esta("ATIVO").await;
    // Money given back ends nothing.
    let pi = text(app, "SELECT payment_intent AS v FROM faturas").await;
    p.stripe(Method::POST, "refunds", &[("payment_intent", &pi), ("amount", "4900")]).await;
    eventually("the refund is known", || async {
        (app.count("faturas WHERE reembolsado_centavos = 4900").await == 1).then_some(())
    })
    .await;
    p.esta("ATIVO").await;
    p.stripe(Method::POST, &path, &[("cancel_at_period_end", "true")]).await;
    marked(true).await;
    p.passam(TimeDelta::days(32)).await;
    p.esta("CANCELADO").await;
    assert_eq!((app.count("faturas").await, mails(app, "encerrada:%").await), (1, 1));
    eventually("the number is let go", || async {
        (app.count("instancias_whatsapp WHERE status = 'CONECTADO'").await == 0).then_some(())
    })
    .await;
    app.login("a@teste.com.br").await.get("/api/v1/me/exportar").await.ok();
    p.passam(TimeDelta::days(31)).await;
    let row = format!("clientes WHERE id = '{}'", app.a.id);
    eventually("it is erased", || async { (app.count(&row).await == 0).then_some(()) }).await;
    assert_eq!(
        (app.count("eventos_stripe WHERE stripe_customer_id IS NOT NULL").await, app.count("checkouts").await),
        (0, 0)
    );
    let ctx = app.process.cli_ctx();
    services::auth::create_cliente(&ctx, "Outra", "a@teste.com.br", SENHA, StatusCliente::Ativo).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_account_ends_the_assinatura_with_its_period_reopening_takes_it_back_and_erasing_ends_it() {
    let p = pagante("ANUAL").await;
    let app = &p.app;
    let close = json!({ "senha": SENHA, "nome": "Pizzaria Bella" });
    let ends = |sim: bool| {
        let (stripe, id) = (&p.stripe, p.sub.clone());
        async move {
            eventually("Stripe knows", || async {
                (stripe.object(&id).unwrap()["cancel_at_period_end"] == sim).then_some(())
            })
            .await;
        }
    };
    app.a.user.post("/api/v1/me/encerrar", close.clone()).await.ok();
    ends(true).await;
    let user = app.login("a@teste.com.br").await;
    user.post("/api/v1/me/reabrir", json!({})).await.ok();
    ends(false).await;
    p.esta("ATIVO").await;
    // What the owner had ended before stays ended.
    p.stripe(Method::POST, &format!("subscriptions/{}", p.sub), &[("cancel_at_period_end", "true")]).await;
    eventually("the end is marked", || async {
        (app.count("assinaturas WHERE cancela_em IS NOT NULL").await == 1).then_some(())
    })
    .await;
    quiet(app, "IN ('stripe', 'assinatura_no_stripe')").await;
    user.post("/api/v1/me/encerrar", close.clone()).await.ok();
    quiet(app, "IN ('stripe', 'assinatura_no_stripe')").await;
    let user = app.login("a@teste.com.br").await;
    user.post("/api/v1/me/reabrir", json!({})).await.ok();
    quiet(app, "IN ('stripe', 'assinatura_no_stripe')").await;
    assert_eq!(p.stripe.object(&p.sub).unwrap()["cancel_at_period_end"], true);
    // Eleven months are still paid when the account is erased.
    user.post("/api/v1/me/encerrar", close).await.ok();
    p.passam(TimeDelta::days(31)).await;
    let row = format!("clientes WHERE id = '{}'", app.a.id);
    eventually("it is erased", || async { (app.count(&row).await == 0).then_some(()) }).await;
    assert_eq!(p.stripe.object(&p.sub).unwrap()["status"], "canceled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_webhook_told_is_found_in_the_night_and_nobody_is_suspended_who_has_paid() {
    let p = pagante("MENSAL").await;
    let app = &p.app;
    p.stripe.settled().await;
    let before = app.count("eventos_stripe").await;
    // Nothing comes any more.
    p.stripe.hooks(Hooks { drop: 1_000, ..Hooks::default() });
    p.stripe(Method::POST, &format!("subscriptions/{}", p.sub), &[("cancel_at_period_end", "true")]).await;
    assert_eq!(app.count("assinaturas WHERE cancela_em IS NOT NULL").await, 0);
    p.passam(TimeDelta::days(1)).await;
    eventually("the night has found it", || async {
        (app.count("assinaturas WHERE cancela_em IS NOT NULL").await == 1).then_some(())
    })
    .await;
    assert!(app.count("eventos_stripe").await > before, "the lost events are here");
    p.stripe(Method::POST, &format!("subscriptions/{}", p.sub), &[("cancel_at_period_end", "false")]).await;
    // A failed payment that we hear of, and a payment that we do not.
    app.execute("UPDATE assinaturas SET status = 'past_due'").await;
    let ctx = Ctx::system(&app.process.app, app.a.id, "teste".into());
    let mut tx = app.db.db.tenant(app.a.id).await.unwrap();
    vida::aplicar(&ctx, &mut tx).await.unwrap();
    tx.commit().await.unwrap();
    p.esta("INADIMPLENTE").await;
    app.execute(&format!(
        "UPDATE clientes SET inadimplente_desde = '{}'",
        (app.clock.now() - TimeDelta::days(8)).to_rfc3339()
    ))
    .await;
    p.app.clock.advance(TimeDelta::minutes(20));
    p.esta("ATIVO").await;
    assert_eq!(mails(app, "suspensa:%").await, 0);
}
