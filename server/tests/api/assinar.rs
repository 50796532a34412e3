//! From the form to the account, against the stand-in for Stripe: exactly one of each, whatever the webhooks do.

use std::time::Duration;

use chrono::TimeDelta;
use contracts::ClienteId;
use diesel_async::RunQueryDsl;
use integrations::stripe::webhook::sign;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::StripeConfig;
use services::{Ctx, assinatura};
use simulators::stripe::{self, Hooks, Payment, Stripe};

use crate::cobranca::pedido;
use crate::falhas::Server;
use crate::support::{EVOLUTION_KEY, Options, TestApp, answer, eventually};

const BOM: &str = "4242424242424242";

/// The product and what stands in for Stripe, which knows where to send its events.
pub async fn aberta() -> (TestApp, Stripe) {
    let with = stripe::Options { retry_base: Duration::from_millis(200), ..stripe::Options::default() };
    let peer = Stripe::start("127.0.0.1:0".parse().unwrap(), with.clone()).await.unwrap();
    let config = StripeConfig {
        key: SecretString::from(with.key),
        segredos: vec![SecretString::from(with.secret)],
        base: Some(format!("{}/", peer.url()).parse().unwrap()),
        portal: None,
    };
    let app = TestApp::with(Options { stripe: Some(config), ..Options::default() }).await;
    peer.send_to(&format!("{}/webhook/billing", app.base));
    (app, peer)
}

pub fn cartao() -> Payment {
    Payment::Card(BOM.into())
}

/// The session behind the address where to pay.
pub fn sessao(checkout: &Value) -> String {
    let url = checkout["url"].as_str().unwrap_or_else(|| panic!("{checkout}"));
    url.rsplit('/').next().unwrap().split(['?', '#']).next().unwrap().to_owned()
}

pub async fn espera(app: &TestApp, checkout: &Value, status: &str) -> Value {
    let path = format!("/api/v1/checkout/{}", checkout["id"].as_str().unwrap());
    eventually(&format!("the checkout is {status}"), || async {
        let now = app.anonymous().get(&path).await.ok();
        (now["status"] == status).then_some(now)
    })
    .await
}

/// The account of this e-mail, as its owner would see it.
async fn conta(app: &TestApp, email: &str) -> Ctx {
    #[derive(diesel::QueryableByName)]
    struct Id {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: uuid::Uuid,
    }
    let sql = format!("SELECT id FROM clientes WHERE email = '{email}'");
    let row: Id = diesel::sql_query(sql).get_result(&mut app.db.connection().await).await.unwrap();
    Ctx::system(&app.process.app, ClienteId(row.id), "teste".into())
}

/// No job about Stripe is left.
pub async fn quieto(app: &TestApp) {
    eventually("all that Stripe told is dealt with", || async {
        (app.count("jobs WHERE queue = 'stripe'").await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_makes_one_account_and_one_welcome() {
    let (app, peer) = aberta().await;
    peer.hooks(Hooks { duplicate: 2, shuffle: true, ..Hooks::default() });
    let visitor = app.anonymous();
    // The same form, three times at once.
    let calls = (0..3).map(|_| visitor.clone().post_owned("/api/v1/checkout", pedido("sol@teste.com.br")));
    let made: Vec<Value> = futures::future::join_all(calls).await.iter().map(|a| a.ok()).collect();
    assert!(made.iter().all(|c| c["id"] == made[0]["id"] && c["url"] == made[0]["url"]), "{made:?}");
    let checkout = &made[0];
    assert_eq!((checkout["status"].as_str(), checkout["plano"]["codigo"].as_str()), (Some("ABERTO"), Some("loja")));
    assert_eq!(app.count("checkouts").await, 1);
    peer.pay(&sessao(checkout), &cartao()).unwrap();
    let paid = espera(&app, checkout, "PAGO").await;
    assert_eq!((paid["primeiro_acesso"].as_bool(), paid["url"].is_null()), (Some(true), true));
    peer.settled().await;
    quieto(&app).await;
    assert_eq!(app.count("clientes WHERE email = 'sol@teste.com.br' AND status = 'ATIVO' AND trocar_senha").await, 1);
    assert_eq!(app.count("clientes").await, 3);
    assert_eq!(app.count("assinaturas").await, 1);
    assert_eq!(app.count("emails WHERE chave LIKE 'boas_vindas:%'").await, 1);
    assert_eq!(app.count("eventos_stripe WHERE processado_em IS NULL").await, 0);
    // What the owner sees: the plan, its trial, and when it is charged.
    let ctx = conta(&app, "sol@teste.com.br").await;
    let mine = assinatura::ler(&ctx).await.unwrap();
    assert_eq!(mine.plano.as_ref().map(|p| p.codigo.as_str()), Some("loja"));
    assert_eq!((mine.valor_centavos, mine.gerenciavel, mine.pode_assinar), (Some(28_900), true, false));
    let days = (mine.teste_ate.unwrap() - app.clock.now()).num_hours();
    assert!((24 * 7 - 2..=24 * 7).contains(&days), "{days}");
    let portal =
        assinatura::portal(&ctx, contracts::assinatura::PortalRequest { fluxo: contracts::FluxoPortal::Cancelar });
    assert!(portal.await.unwrap().url.contains("/p/session/"));
    // Nobody pays twice for one e-mail.
    visitor.post("/api/v1/checkout", pedido("SOL@teste.com.br")).await.refused(409, "conta_existente");
    let again =
        visitor.post(&format!("/api/v1/checkout/{}/retomar", checkout["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(again.ok()["status"], "PAGO");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_single_webhook_the_return_page_finds_out() {
    let (app, peer) = aberta().await;
    peer.hooks(Hooks { drop: 1_000, ..Hooks::default() });
    let checkout = app.anonymous().post("/api/v1/checkout", pedido("sol@teste.com.br")).await.ok();
    peer.pay(&sessao(&checkout), &cartao()).unwrap();
    espera(&app, &checkout, "PAGO").await;
    assert_eq!(app.count("eventos_stripe").await, 0);
    assert_eq!(app.count("clientes WHERE status = 'ATIVO'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_or_declined_or_replaced_can_be_resumed() {
    let (app, peer) = aberta().await;
    let visitor = app.anonymous();
    let first = visitor.post("/api/v1/checkout", pedido("sol@teste.com.br")).await.ok();
    // Declined: the page stays, and so does ours.
    assert!(peer.pay(&sessao(&first), &Payment::Card("4000000000000002".into())).is_err());
    let resumed = |checkout: &Value| {
        let (visitor, path) =
            (visitor.clone(), format!("/api/v1/checkout/{}/retomar", checkout["id"].as_str().unwrap()));
        async move { visitor.post_owned(&path, json!({})).await.ok() }
    };
    assert_eq!(resumed(&first).await["url"], first["url"]);
    // Another plan: the first page cannot be paid any more.
    let mut other = pedido("sol@teste.com.br");
    other["plano"] = "balcao".into();
    let second = visitor.post("/api/v1/checkout", other).await.ok();
    assert_ne!(second["id"], first["id"]);
    assert!(peer.pay(&sessao(&first), &cartao()).is_err());
    assert_eq!(espera(&app, &first, "EXPIRADO").await["url"], Value::Null);
    // A stranger with the same e-mail and another document neither closes nor sees it.
    let mut stranger = pedido("sol@teste.com.br");
    stranger["documento"] = "111.444.777-35".into();
    let strange = visitor.post("/api/v1/checkout", stranger).await.ok();
    assert_ne!(strange["id"], second["id"]);
    assert_eq!(espera(&app, &second, "ABERTO").await["url"], second["url"]);
    // A day later the page is closed; resumed, it is another one.
    app.clock.advance(TimeDelta::hours(24));
    peer.advance_with_signatures(TimeDelta::hours(24));
    let closed = espera(&app, &second, "EXPIRADO").await;
    let fresh = resumed(&closed).await;
    assert_eq!(fresh["status"], "ABERTO");
    assert_ne!(fresh["url"], second["url"]);
    peer.pay(&sessao(&fresh), &cartao()).unwrap();
    espera(&app, &fresh, "PAGO").await;
    assert_eq!(app.count("clientes WHERE plano_codigo = 'balcao'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boleto_waits_and_is_paid_or_is_not() {
    let (app, peer) = aberta().await;
    TestApp::execute(&app, "UPDATE planos SET dias_teste = 0").await;
    let visitor = app.anonymous();
    let outcome = async |session: &str, how: &str| {
        let url = format!("{}/_sim/boletos/{session}/{how}", peer.url());
        answer(app.http.post(url).json(&json!({}))).await.ok();
    };
    let mut bodies = Vec::new();
    for email in ["um@teste.com.br", "dois@teste.com.br"] {
        let mut body = pedido(email);
        body["plano"] = "balcao".into();
        bodies.push(body);
    }
    let (one, two) = (
        visitor.post("/api/v1/checkout", bodies[0].clone()).await.ok(),
        visitor.post("/api/v1/checkout", bodies[1].clone()).await.ok(),
    );
    for checkout in [&one, &two] {
        peer.pay(&sessao(checkout), &Payment::Boleto).unwrap();
        let waits = espera(&app, checkout, "AGUARDANDO_PAGAMENTO").await;
        assert!(waits["url"].is_null());
    }
    assert_eq!(app.count("clientes").await, 2, "nobody has paid");
    // In the panel of whose it is, and of nobody else.
    let dele = format!("UPDATE checkouts SET cliente_id = '{}' WHERE email = 'dois@teste.com.br'", app.a.id);
    TestApp::execute(&app, &dele).await;
    let seen = app.a.user.get("/api/v1/assinatura").await.ok();
    assert_eq!(seen["boleto"], json!({ "checkout": two["id"], "valor_centavos": 14_900 }));
    assert!(app.b.user.get("/api/v1/assinatura").await.ok()["boleto"].is_null());
    outcome(&sessao(&one), "pay").await;
    espera(&app, &one, "PAGO").await;
    outcome(&sessao(&two), "expire").await;
    espera(&app, &two, "FALHOU").await;
    assert_eq!(app.count("clientes").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_second_for_one_email_gets_the_money_back() {
    let (app, peer) = aberta().await;
    let visitor = app.anonymous();
    let mut bodies = [pedido("sol@teste.com.br"), pedido("sol@teste.com.br")];
    bodies[1]["documento"] = "111.444.777-35".into();
    let one = visitor.post("/api/v1/checkout", bodies[0].clone()).await.ok();
    let two = visitor.post("/api/v1/checkout", bodies[1].clone()).await.ok();
    peer.pay(&sessao(&one), &cartao()).unwrap();
    espera(&app, &one, "PAGO").await;
    peer.pay(&sessao(&two), &cartao()).unwrap();
    espera(&app, &two, "FALHOU").await;
    assert_eq!(app.count("clientes WHERE email = 'sol@teste.com.br'").await, 1);
    assert_eq!(app.count("emails WHERE chave LIKE 'boas_vindas:%'").await, 1);
    let ended = peer
        .events()
        .iter()
        .filter(|e| {
            e["event"]["type"] == "customer.subscription.deleted" || e["type"] == "customer.subscription.deleted"
        })
        .count();
    assert_eq!(ended, 1, "what was paid second does not go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_has_a_receipt_and_what_is_given_back_is_seen() {
    let (app, peer) = aberta().await;
    TestApp::execute(&app, "UPDATE planos SET dias_teste = 0").await;
    let checkout = app.anonymous().post("/api/v1/checkout", pedido("sol@teste.com.br")).await.ok();
    peer.pay(&sessao(&checkout), &cartao()).unwrap();
    espera(&app, &checkout, "PAGO").await;
    peer.settled().await;
    quieto(&app).await;
    let ctx = conta(&app, "sol@teste.com.br").await;
    let faturas = assinatura::faturas(&ctx, None).await.unwrap();
    assert_eq!((faturas.itens.len(), faturas.proximo), (1, None));
    let fatura = &faturas.itens[0];
    assert_eq!((fatura.status, fatura.total_centavos), (contracts::StatusFatura::Paga, 28_900));
    assert_eq!(app.count(&format!("emails WHERE chave = 'recibo:{}'", fatura.id)).await, 1);
    for (amount, back) in [(10_000, 10_000), (18_900, 28_900)] {
        let body = json!({ "invoice": fatura.id, "amount": amount });
        answer(app.http.post(format!("{}/_sim/refunds", peer.url())).json(&body)).await.ok();
        let sql = format!("faturas WHERE reembolsado_centavos = {back}");
        eventually("the refund is seen", || async { (app.count(&sql).await == 1).then_some(()) }).await;
    }
    // Ended at Stripe: it can be begun again, and nobody signs in to pay for what still runs.
    let mine = assinatura::ler(&ctx).await.unwrap();
    assert!(!mine.pode_assinar);
    let stripe = &app.process.app.pagamentos().unwrap().stripe;
    let sub = checkout_subscription(&app).await;
    stripe.cancel_subscription(&sub).await.unwrap();
    stripe.cancel_subscription(&sub).await.expect("ended is ended");
    eventually("the end is seen", || async { assinatura::ler(&ctx).await.unwrap().pode_assinar.then_some(()) }).await;
}

async fn checkout_subscription(app: &TestApp) -> String {
    #[derive(diesel::QueryableByName)]
    struct Id {
        #[diesel(sql_type = diesel::sql_types::Text)]
        id: String,
    }
    let sql = "SELECT stripe_subscription_id AS id FROM checkouts";
    diesel::sql_query(sql).get_result::<Id>(&mut app.db.connection().await).await.unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cliente_that_never_paid_subscribes_and_stays_itself() {
    let (app, peer) = aberta().await;
    // Whatever e-mail is typed: it is the account's that pays.
    let checkout = app.a.user.post("/api/v1/checkout", pedido("outro@teste.com.br")).await.ok();
    assert_eq!(checkout["email"], "a@teste.com.br");
    peer.pay(&sessao(&checkout), &cartao()).unwrap();
    let paid = espera(&app, &checkout, "PAGO").await;
    assert_eq!(paid["primeiro_acesso"], false);
    peer.settled().await;
    quieto(&app).await;
    assert_eq!((app.count("clientes").await, app.count("emails WHERE chave LIKE 'boas_vindas:%'").await), (2, 0));
    let mine = app.a.user.get("/api/v1/assinatura").await.ok();
    assert_eq!((mine["gerenciavel"].as_bool(), mine["teste_ate"].is_null()), (Some(true), true), "{mine}");
    app.a.user.post("/api/v1/checkout", pedido("a@teste.com.br")).await.refused(409, "conta_existente");
    let theirs = app.b.user.get("/api/v1/assinatura").await.ok();
    assert_eq!((theirs["gerenciavel"].as_bool(), theirs["plano"].is_null()), (Some(false), true));
    assert_eq!(app.b.user.get("/api/v1/assinatura/faturas").await.ok()["itens"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_price_is_another_cannot_be_bought() {
    let (app, _peer) = aberta().await;
    let visitor = app.anonymous();
    visitor.post("/api/v1/checkout", pedido("sol@teste.com.br")).await.ok();
    // The landing changes, Stripe does not.
    TestApp::execute(&app, "UPDATE planos SET preco_mensal_centavos = 30000 WHERE codigo = 'loja'").await;
    assinatura::precos::sincronizar(&app.process.app).await.unwrap();
    visitor.post("/api/v1/checkout", pedido("lua@teste.com.br")).await.refused(409, "plano_indisponivel");
    let mut yearly = pedido("lua@teste.com.br");
    yearly["periodicidade"] = "ANUAL".into();
    visitor.post("/api/v1/checkout", yearly).await.ok();
}

/// A life with a renewal that fails, is paid later, a refund and an end; its events are held back and delivered in any order,
/// several times, some while it goes on and the rest at its end.
#[tokio::test(flavor = "multi_thread")]
async fn any_order_and_number_of_events_ends_in_the_same_rows() {
    let (app, peer) = aberta().await;
    peer.hooks(Hooks { hold: true, ..Hooks::default() });
    let mut lives = Vec::new();
    for seed in 1..=4u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let email = format!("vida{seed}@teste.com.br");
        let checkout = app.anonymous().post("/api/v1/checkout", pedido(&email)).await.ok();
        peer.pay(&sessao(&checkout), &cartao()).unwrap();
        let customer = peer.events().iter().rev().find_map(customer_of).expect("a customer");
        lives.push((email, customer.clone()));
        some(&app, &peer, &customer, &mut dice, 3).await;
        // The first charge after the trial is declined, then paid with a new card.
        peer.decline(&customer, true);
        peer.advance(TimeDelta::days(8));
        some(&app, &peer, &customer, &mut dice, 4).await;
        peer.decline(&customer, false);
        peer.advance(TimeDelta::days(5));
        some(&app, &peer, &customer, &mut dice, 4).await;
    }
    for (seed, (_, customer)) in (10u64..).zip(&lives) {
        let mut dice = Dice(seed);
        some(&app, &peer, customer, &mut dice, 60).await;
        all(&app, &peer, customer, &mut dice).await;
    }
    quieto(&app).await;
    assert_eq!(app.count("eventos_stripe WHERE processado_em IS NULL").await, 0);
    assert_eq!(app.count("clientes").await, 2 + 4);
    assert_eq!(app.count("emails WHERE chave LIKE 'boas_vindas:%'").await, 4);
    for (email, customer) in &lives {
        let before = rows(&app, email).await;
        // One more look at the truth changes nothing.
        assinatura::sincronia::reler(&app.process.app, customer).await.unwrap();
        assert_eq!(rows(&app, email).await, before, "{email}");
        let sub = before["assinatura"]["id"].as_str().unwrap();
        assert_eq!(before["assinatura"]["status"], peer.object(sub).unwrap()["status"], "{email}");
        assert_eq!(before["contas"], 1);
    }
    // The lives had the same length, begun at different times: their rows say the same where time is not told.
    let kinds: Vec<Value> = futures::future::join_all(lives.iter().map(|(email, _)| rows(&app, email))).await;
    assert!(kinds.iter().all(|r| r["boas_vindas"] == 1), "{kinds:?}");
}

/// What is stored of this cliente, without what a reading stamps.
async fn rows(app: &TestApp, email: &str) -> Value {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Jsonb)]
        row: Value,
    }
    let sql = format!(
        "SELECT jsonb_build_object('status', c.status, 'contas', (SELECT count(*) FROM clientes WHERE email = c.email),
           'assinatura', (SELECT to_jsonb(a) - 'lida_em' FROM assinaturas a WHERE a.cliente_id = c.id),
           'faturas', (SELECT jsonb_agg(to_jsonb(f) - 'lida_em' ORDER BY f.id) FROM faturas f WHERE f.cliente_id = c.id),
           'boas_vindas', (SELECT count(*) FROM emails e WHERE e.cliente_id = c.id AND e.chave LIKE 'boas_vindas:%')) AS row
         FROM clientes c WHERE c.email = '{email}'"
    );
    diesel::sql_query(sql).get_result::<Row>(&mut app.db.connection().await).await.unwrap().row
}

/// splitmix64: the same choices for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

/// The event inside what the stand-in lists.
fn inner(e: &Value) -> &Value {
    if e["event"].is_object() { &e["event"] } else { e }
}

fn customer_of(e: &Value) -> Option<String> {
    let object = &inner(e)["data"]["object"];
    if object["object"] == "customer" { &object["id"] } else { &object["customer"] }.as_str().map(str::to_owned)
}

fn of(peer: &Stripe, customer: &str) -> Vec<Value> {
    let all = peer.events();
    all.iter().filter(|e| customer_of(e).as_deref() == Some(customer)).map(|e| inner(e).clone()).collect()
}

async fn deliver(app: &TestApp, events: Vec<Value>) {
    let calls = events.into_iter().map(|event| {
        let body = event.to_string().into_bytes();
        let header = sign(&stripe::Options::default().secret, &body, app.clock.now());
        answer(app.http.post(format!("{}/webhook/billing", app.base)).header("stripe-signature", header).body(body))
    });
    for answer in futures::future::join_all(calls).await {
        answer.ok();
    }
}

/// Some of the events so far, perhaps again, all at once.
async fn some(app: &TestApp, peer: &Stripe, customer: &str, dice: &mut Dice, n: usize) {
    let known = of(peer, customer);
    let chosen = (0..n).map(|_| known[dice.below(known.len())].clone()).collect();
    deliver(app, chosen).await;
}

/// All of them in any order, each twice.
async fn all(app: &TestApp, peer: &Stripe, customer: &str, dice: &mut Dice) {
    let mut events = of(peer, customer);
    events.extend(events.clone());
    for i in (1..events.len()).rev() {
        events.swap(i, dice.below(i + 1));
    }
    deliver(app, events).await;
}

/// The server as a process, killed at random moments while twelve people pay and Stripe tells of it twice. `FALHAS_SEED`
/// repeats its choices. A mail may come twice: SMTP offers no better. An account may not.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_nothing_is_lost_or_made_twice() {
    const PEOPLE: usize = 12;
    let seed = std::env::var("FALHAS_SEED").ok().map_or_else(|| u64::from(std::process::id()), |s| s.parse().unwrap());
    println!("FALHAS_SEED={seed}");
    let mut dice = Dice(seed);
    let dir = tempfile::tempdir().unwrap();
    let db = test_support::TestDb::new().await;
    let evolution = simulators::evolution::Simulator::start(simulators::evolution::Config::quick(EVOLUTION_KEY));
    let evolution = evolution.await.unwrap();
    let with =
        stripe::Options { retry_base: Duration::from_millis(300), retry_attempts: 40, ..stripe::Options::default() };
    let peer = Stripe::start("127.0.0.1:0".parse().unwrap(), with.clone()).await.unwrap();
    peer.hooks(Hooks { duplicate: 1, shuffle: true, ..Hooks::default() });
    let addr = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    peer.send_to(&format!("http://{addr}/webhook/billing"));
    let env = vec![
        ("PROSEIA_ADDR", addr.clone()),
        ("DATABASE_URL", db.url.clone()),
        ("LANCEDB_URI", dir.path().join("lance").to_string_lossy().into_owned()),
        ("EVOLUTION_URL", evolution.url()),
        ("EVOLUTION_API_KEY", EVOLUTION_KEY.to_owned()),
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef".to_owned()),
        ("STRIPE_SECRET_KEY", with.key),
        ("STRIPE_WEBHOOK_SECRET", with.secret),
        ("STRIPE_API_BASE", peer.url()),
        ("RUST_LOG", "warn,services=info".to_owned()),
    ];
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut server = Server::start(addr.clone(), env, dir.path().join("server.log"));
    server.ready(&http).await;
    let (people, paying) = (http.clone(), std::sync::Arc::new(peer));
    let peer = paying.clone();
    let base = format!("http://{addr}");
    let everybody = tokio::spawn(async move {
        let one = |n: usize| {
            let (http, base, peer) = (people.clone(), base.clone(), paying.clone());
            async move {
                tokio::time::sleep(Duration::from_millis(250) * u32::try_from(n).unwrap()).await;
                // A browser whose server is gone: the person clicks again.
                let checkout = loop {
                    let sent =
                        http.post(format!("{base}/api/v1/checkout")).json(&pedido(&format!("p{n}@teste.com.br")));
                    if let Ok(answer) = sent.send().await
                        && answer.status().is_success()
                        && let Ok(checkout) = answer.json::<Value>().await
                    {
                        break checkout;
                    }
                    tokio::time::sleep(Duration::from_millis(150)).await;
                };
                peer.pay(&sessao(&checkout), &cartao()).unwrap();
            }
        };
        futures::future::join_all((0..PEOPLE).map(one)).await;
    });
    let mut kills = 0;
    while !everybody.is_finished() || kills < 8 {
        tokio::time::sleep(Duration::from_millis(300 + u64::try_from(dice.below(900)).unwrap())).await;
        server.kill();
        kills += 1;
        server.ready(&http).await;
    }
    everybody.await.unwrap();
    let mut conn = db.connection().await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(90);
    while count(&mut conn, "clientes WHERE status = 'ATIVO'").await < PEOPLE as i64
        || count(&mut conn, "eventos_stripe WHERE processado_em IS NULL").await > 0
        || count(&mut conn, "emails WHERE estado = 'NA_FILA'").await > 0
    {
        assert!(tokio::time::Instant::now() < deadline, "not all came through\n{}", server.tail());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let people = PEOPLE as i64;
    assert_eq!(count(&mut conn, "clientes").await, people);
    assert_eq!(count(&mut conn, "assinaturas").await, people);
    assert_eq!(count(&mut conn, "checkouts WHERE status = 'PAGO'").await, people);
    assert_eq!(count(&mut conn, "emails WHERE chave LIKE 'boas_vindas:%' AND estado = 'ENVIADO'").await, people);
    let sessions = peer.events().iter().filter(|e| inner(e)["type"] == "checkout.session.completed").count();
    assert_eq!(sessions, PEOPLE, "nobody paid twice");
    let mails = std::fs::read_dir(dir.path().join(".data/mail")).unwrap().count();
    println!("killed {kills} times: {people} accounts, {mails} mails on disk");
}

async fn count(conn: &mut diesel_async::AsyncPgConnection, from: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct N {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    diesel::sql_query(format!("SELECT count(*) AS n FROM {from}")).get_result::<N>(conn).await.unwrap().n
}
