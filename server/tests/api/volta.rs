//! Who comes back, and who pays twice: one assinatura is charged and no more, what is too much is given back, and nobody is
//! erased who is about to pay. Against the stand-in for Stripe.

use chrono::TimeDelta;
use integrations::stripe::{NovaSessao, StripeClient};
use serde_json::{Value, json};
use services::assinatura::sincronia;
use simulators::stripe::{Hooks, Payment, Stripe};

use crate::assinar::{aberta, cartao, espera, quieto, sessao};
use crate::cobranca::pedido;
use crate::support::{SENHA, TestApp, User, answer, eventually};

/// Another CPF than that of [`pedido`].
const OUTRO: &str = "111.444.777-35";

fn stripe(app: &TestApp) -> &StripeClient {
    &app.process.app.pagamentos().unwrap().stripe
}

async fn texto(app: &TestApp, sql: &str) -> String {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct V {
        #[diesel(sql_type = diesel::sql_types::Text)]
        v: String,
    }
    diesel::sql_query(sql).get_result::<V>(&mut app.db.connection().await).await.unwrap().v
}

/// No trial: what is paid is charged.
async fn sem_teste() -> (TestApp, Stripe) {
    let (app, peer) = aberta().await;
    app.execute("UPDATE planos SET dias_teste = 0").await;
    (app, peer)
}

/// Begins one of this plan, whatever became of those before.
async fn comeca(user: &User, plano: &str, documento: &str) -> Value {
    let mut novo = pedido(&user.email);
    (novo["plano"], novo["documento"]) = (plano.into(), documento.into());
    user.post("/api/v1/checkout", novo).await.ok()
}

async fn esta(app: &TestApp, email: &str, status: &str) {
    let sql = format!("clientes WHERE email = '{email}' AND status = '{status}'");
    eventually(&format!("{email} is {status}"), || async { (app.count(&sql).await == 1).then_some(()) }).await;
}

/// Pays by card, and gives its customer and its subscription.
async fn paga(app: &TestApp, peer: &Stripe, user: &User, plano: &str) -> (String, String) {
    let checkout = comeca(user, plano, "529.982.247-25").await;
    peer.pay(&sessao(&checkout), &cartao()).unwrap();
    espera(app, &checkout, "PAGO").await;
    let of =
        |column: &str| format!("SELECT {column} AS v FROM checkouts WHERE id = '{}'", checkout["id"].as_str().unwrap());
    (texto(app, &of("stripe_customer_id")).await, texto(app, &of("stripe_subscription_id")).await)
}

/// Pays, and ends it.
async fn pagou_e_saiu(app: &TestApp, peer: &Stripe, user: &User) -> String {
    let (customer, sub) = paga(app, peer, user, "loja").await;
    stripe(app).cancel_subscription(&sub).await.unwrap();
    esta(app, &user.email, "CANCELADO").await;
    peer.settled().await;
    quieto(app).await;
    customer
}

/// Its subscriptions at Stripe in this state.
async fn em(app: &TestApp, customer: &str, status: &str) -> Vec<String> {
    let all = stripe(app).subscriptions(customer).await.unwrap();
    all.into_iter().filter(|s| s.status == status).map(|s| s.id).collect()
}

/// What was given back, in centavos.
fn devolvido(peer: &Stripe) -> i64 {
    let inner = |e: &Value| if e["event"].is_object() { e["event"].clone() } else { e.clone() };
    let refunds = peer.events().into_iter().map(|e| inner(&e)).filter(|e| e["type"] == "refund.created");
    refunds.map(|e| e["data"]["object"]["amount"].as_i64().unwrap()).sum()
}

async fn boleto(app: &TestApp, peer: &Stripe, session: &str, how: &str) {
    answer(app.http.post(format!("{}/_sim/boletos/{session}/{how}", peer.url())).json(&json!({}))).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_is_charged_for_one_plan_whatever_else_is_paid() {
    let (app, peer) = sem_teste().await;
    let user = &app.a.user;
    let customer = pagou_e_saiu(&app, &peer, user).await;
    let a = comeca(user, "balcao", OUTRO).await;
    let b = comeca(user, "loja", "529.982.247-25").await;
    assert!(peer.pay(&sessao(&a), &cartao()).is_err(), "another document, the same account");
    peer.pay(&sessao(&b), &cartao()).unwrap();
    espera(&app, &b, "PAGO").await;
    esta(&app, &user.email, "ATIVO").await;
    let path = |c: &Value| format!("/api/v1/checkout/{}/retomar", c["id"].as_str().unwrap());
    app.anonymous().post(&path(&a), json!({})).await.refused(409, "conta_existente");
    let running = em(&app, &customer, "active").await;
    // Pages that are still open at Stripe, whatever we believe: of the one that was left, and of the one that is paid.
    for (checkout, plano, centavos) in [(&a, "balcao", 14_900), (&b, "loja", 14_900 + 28_900)] {
        let price = texto(&app, &format!("SELECT preco_mensal_stripe AS v FROM planos WHERE codigo = '{plano}'")).await;
        let open = NovaSessao {
            customer: &customer,
            price: &price,
            checkout_id: checkout["id"].as_str().unwrap(),
            success_url: "https://proseia.test/",
            cancel_url: "https://proseia.test/",
            idioma: "pt-BR",
            dias_teste: 0,
            expira_em: app.clock.now() + TimeDelta::hours(2),
        };
        let page = stripe(&app).create_session(open, 9).await.unwrap();
        peer.pay(&page.id, &cartao()).unwrap();
        eventually("it is given back", || async { (devolvido(&peer) == centavos).then_some(()) }).await;
        peer.settled().await;
        quieto(&app).await;
        assert_eq!(em(&app, &customer, "active").await, running);
    }
    espera(&app, &a, "FALHOU").await;
    espera(&app, &b, "PAGO").await;
    esta(&app, &user.email, "ATIVO").await;
    assert_eq!(app.count("assinaturas WHERE status = 'active'").await, 1);
    assert_eq!(app.count("emails WHERE chave LIKE 'recibo:%'").await, 2, "a receipt for what stays paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_payment_that_never_came_keeps_nobody_alive() {
    let (app, peer) = sem_teste().await;
    let user = &app.a.user;
    let (customer, sub) = paga(&app, &peer, user, "loja").await;
    // A boleto for another plan, from a page of Stripe's dashboard: newer than what runs.
    let price = texto(&app, "SELECT preco_mensal_stripe AS v FROM planos WHERE codigo = 'balcao'").await;
    let open = NovaSessao {
        customer: &customer,
        price: &price,
        checkout_id: "de fora",
        success_url: "https://proseia.test/",
        cancel_url: "https://proseia.test/",
        idioma: "pt-BR",
        dias_teste: 0,
        expira_em: app.clock.now() + TimeDelta::hours(2),
    };
    let page = stripe(&app).create_session(open, 1).await.unwrap();
    peer.pay(&page.id, &Payment::Boleto).unwrap();
    eventually("both are known", || async { (app.count("assinaturas").await == 2).then_some(()) }).await;
    stripe(&app).cancel_subscription(&sub).await.unwrap();
    esta(&app, &user.email, "CANCELADO").await;
    boleto(&app, &peer, &page.id, "expire").await;
    eventually("the end of the boleto is known", || async {
        (app.count("assinaturas WHERE status = 'incomplete_expired'").await == 1).then_some(())
    })
    .await;
    esta(&app, &user.email, "CANCELADO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boleto_beside_a_card_ends_even_though_it_cannot_be_refunded() {
    let (app, peer) = sem_teste().await;
    let visitor = User { email: "sol@teste.com.br".into(), ..app.anonymous() };
    let slip = comeca(&visitor, "balcao", "529.982.247-25").await;
    peer.pay(&sessao(&slip), &Payment::Boleto).unwrap();
    espera(&app, &slip, "AGUARDANDO_PAGAMENTO").await;
    paga(&app, &peer, &visitor, "loja").await;
    boleto(&app, &peer, &sessao(&slip), "pay").await;
    assert_eq!(espera(&app, &slip, "FALHOU").await["devolvido"], true);
    let page = app.anonymous().get(&format!("/checkout/{}", slip["id"].as_str().unwrap())).await;
    assert!(page.text.contains("Este e-mail já tem uma conta"), "{}", page.text);
    peer.settled().await;
    quieto(&app).await;
    let sql = format!("SELECT stripe_customer_id AS v FROM checkouts WHERE id = '{}'", slip["id"].as_str().unwrap());
    let customer = texto(&app, &sql).await;
    assert_eq!((em(&app, &customer, "canceled").await.len(), em(&app, &customer, "active").await.len()), (1, 0));
    assert_eq!((devolvido(&peer), app.count("eventos_stripe WHERE processado_em IS NULL").await), (0, 0));
    assert_eq!(app.count("clientes WHERE email = 'sol@teste.com.br'").await, 1);
}

/// Both clocks go on, and the job that looks for accounts to erase has looked, and done what it found.
async fn passam(app: &TestApp, peer: &Stripe, by: TimeDelta) {
    app.clock.advance(by);
    peer.advance_with_signatures(by);
    let since = app.clock.now().timestamp() - 3_600;
    let sql = format!("job_schedules WHERE name = 'contas_relogio' AND scheduled_at >= to_timestamp({since})");
    eventually("the accounts are looked at", || async { (app.count(&sql).await > 0).then_some(()) }).await;
    eventually("nobody is being erased", || async {
        (app.count("jobs WHERE kind IN ('contas_relogio', 'conta_apagar')").await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_erased_who_is_about_to_pay() {
    let (app, peer) = sem_teste().await;
    for tenant in [&app.a, &app.b] {
        pagou_e_saiu(&app, &peer, &tenant.user).await;
    }
    passam(&app, &peer, TimeDelta::days(29) + TimeDelta::hours(20)).await;
    let (a, b) = (app.login("a@teste.com.br").await, app.login("b@teste.com.br").await);
    let (page, slip) = (comeca(&a, "balcao", OUTRO).await, comeca(&b, "balcao", OUTRO).await);
    peer.pay(&sessao(&slip), &Payment::Boleto).unwrap();
    espera(&app, &slip, "AGUARDANDO_PAGAMENTO").await;
    passam(&app, &peer, TimeDelta::hours(6)).await;
    assert_eq!(app.count("clientes").await, 2, "the thirty days are over");
    peer.pay(&sessao(&page), &cartao()).unwrap();
    boleto(&app, &peer, &sessao(&slip), "pay").await;
    for user in [&a, &b] {
        esta(&app, &user.email, "ATIVO").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_for_nobody_is_left_to_a_person() {
    let (app, peer) = sem_teste().await;
    let visitor = User { email: "sol@teste.com.br".into(), ..app.anonymous() };
    let checkout = comeca(&visitor, "loja", OUTRO).await;
    let customer = texto(&app, "SELECT stripe_customer_id AS v FROM checkouts").await;
    // As after a backup from before the sign-up.
    app.execute("DELETE FROM checkouts").await;
    peer.pay(&sessao(&checkout), &cartao()).unwrap();
    let lido = "SELECT count(*)::text AS v FROM eventos_stripe WHERE resultado = 'lido:sem_conta'";
    eventually("its events say so", || async { (texto(&app, lido).await != "0").then_some(()) }).await;
    assert_eq!((devolvido(&peer), em(&app, &customer, "active").await.len()), (0, 1));
    assert_eq!(app.count("clientes").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_cannot_be_paid_for_and_reopened_has_its_thirty_days_again() {
    let (app, peer) = sem_teste().await;
    pagou_e_saiu(&app, &peer, &app.a.user).await;
    passam(&app, &peer, TimeDelta::days(20)).await;
    let user = app.login("a@teste.com.br").await;
    let page = sessao(&comeca(&user, "loja", OUTRO).await);
    user.post("/api/v1/me/encerrar", json!({ "senha": SENHA, "nome": "Pizzaria Bella" })).await.ok();
    eventually("the page is closed", || async { (peer.object(&page).unwrap()["status"] == "expired").then_some(()) })
        .await;
    passam(&app, &peer, TimeDelta::days(14)).await;
    let user = app.login("a@teste.com.br").await;
    assert_eq!(user.post("/api/v1/me/reabrir", json!({})).await.ok()["status"], "CANCELADO");
    passam(&app, &peer, TimeDelta::hours(2)).await;
    let dto = app.login("a@teste.com.br").await.get("/api/v1/assinatura").await.ok();
    let apaga_em: chrono::DateTime<chrono::Utc> = dto["apaga_em"].as_str().unwrap().parse().unwrap();
    assert!(apaga_em > app.clock.now() + TimeDelta::days(29), "{dto}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_boleto_at_a_time_and_the_end_of_one_is_not_that_of_the_next() {
    let (app, peer) = sem_teste().await;
    let user = &app.a.user;
    let customer = pagou_e_saiu(&app, &peer, user).await;
    let um = comeca(user, "balcao", OUTRO).await;
    peer.pay(&sessao(&um), &Payment::Boleto).unwrap();
    espera(&app, &um, "AGUARDANDO_PAGAMENTO").await;
    let outro = user.post("/api/v1/checkout", pedido(&user.email)).await;
    outro.refused(409, "boleto_pendente");
    peer.settled().await;
    quieto(&app).await;
    // It ends, and we read that before we hear of it; the next one is at the bank by then.
    peer.hooks(Hooks { hold: true, ..Hooks::default() });
    boleto(&app, &peer, &sessao(&um), "expire").await;
    sincronia::reler(&app.process.app, &customer).await.unwrap();
    espera(&app, &um, "FALHOU").await;
    let dois = comeca(user, "loja", OUTRO).await;
    peer.pay(&sessao(&dois), &Payment::Boleto).unwrap();
    sincronia::reler(&app.process.app, &customer).await.unwrap();
    espera(&app, &dois, "AGUARDANDO_PAGAMENTO").await;
    peer.hooks(Hooks::default());
    peer.release(false);
    peer.settled().await;
    quieto(&app).await;
    assert_eq!(em(&app, &customer, "incomplete").await.len(), 1);
    boleto(&app, &peer, &sessao(&dois), "pay").await;
    esta(&app, &user.email, "ATIVO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_back_is_asked_to_pay_what_keeps_it_and_not_an_old_invoice() {
    let (app, peer) = sem_teste().await;
    let dunning = async |body: Value| {
        answer(app.http.post(format!("{}/_sim/dunning", peer.url())).json(&body)).await.ok();
    };
    let (customer, _) = paga(&app, &peer, &app.a.user, "loja").await;
    dunning(json!({ "retry_days": [2], "then": "canceled" })).await;
    peer.decline(&customer, true);
    passam(&app, &peer, TimeDelta::days(32)).await;
    passam(&app, &peer, TimeDelta::days(3)).await;
    esta(&app, "a@teste.com.br", "CANCELADO").await;
    peer.decline(&customer, false);
    let (_, sub) = paga(&app, &peer, &app.login("a@teste.com.br").await, "loja").await;
    esta(&app, "a@teste.com.br", "ATIVO").await;
    dunning(json!({ "retry_days": [3, 5, 7], "then": "unpaid" })).await;
    peer.decline(&customer, true);
    passam(&app, &peer, TimeDelta::days(32)).await;
    esta(&app, "a@teste.com.br", "INADIMPLENTE").await;
    assert_eq!(app.count("faturas WHERE status = 'ABERTA'").await, 2);
    let of =
        |column: &str| format!("SELECT {column} AS v FROM faturas WHERE status = 'ABERTA' AND assinatura_id = '{sub}'");
    let dto = app.login("a@teste.com.br").await.get("/api/v1/assinatura").await.ok();
    assert_eq!(dto["pagamento_url"], texto(&app, &of("url")).await);
    let told = format!("emails WHERE chave LIKE 'falha:{}:%'", texto(&app, &of("id")).await);
    assert!(app.count(&told).await >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_gets_what_the_first_one_makes() {
    let (app, peer) = aberta().await;
    let slow = json!({ "call": "POST /v1/checkout/sessions", "delay_ms": 3_000 });
    answer(app.http.post(format!("{}/_sim/faults", peer.url())).json(&slow)).await.ok();
    let click = || app.anonymous().post_owned("/api/v1/checkout", pedido("sol@teste.com.br"));
    let (one, two) = tokio::join!(click(), click());
    assert_eq!(one.ok()["url"], two.ok()["url"]);
    assert_eq!(app.count("checkouts WHERE tentativa = 1").await, 1);
    peer.pay(&sessao(&one.json()), &cartao()).unwrap();
    espera(&app, &two.json(), "PAGO").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_for_days_is_dealt_with_when_it_can_be() {
    let (app, peer) = sem_teste().await;
    peer.hooks(Hooks { drop: 1_000, ..Hooks::default() });
    let visitor = User { email: "sol@teste.com.br".into(), ..app.anonymous() };
    let checkout = comeca(&visitor, "loja", OUTRO).await;
    peer.pay(&sessao(&checkout), &cartao()).unwrap();
    // What has come could not be dealt with until its job gave up. Stripe is not asked for what is older than four days.
    let now = app.clock.now().to_rfc3339();
    app.execute(&format!(
        "INSERT INTO eventos_stripe (id, tipo, criado_em, livemode, payload, stripe_customer_id, recebido_em, tentativas, erro)
         SELECT 'evt_velho', 'invoice.paid', '{now}', false, '{{}}', stripe_customer_id, '{now}', 20, 'em vão' FROM checkouts"
    ))
    .await;
    app.clock.advance(TimeDelta::days(6));
    peer.advance_with_signatures(TimeDelta::days(6));
    esta(&app, "sol@teste.com.br", "ATIVO").await;
    assert_eq!(app.count("eventos_stripe WHERE processado_em IS NULL").await, 0);
}
