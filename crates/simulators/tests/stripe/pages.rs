//! What a person does at the pages, and where they lead.

use serde_json::{Value, json};

use crate::bench::{Bench, id};

impl Bench {
    /// Status, address led to, body.
    async fn form(&self, url: &str, form: &str) -> (u16, String, String) {
        let request = self.http.post(url).header("content-type", "application/x-www-form-urlencoded");
        let response = request.body(form.to_owned()).send().await.unwrap();
        let location = response.headers().get("location").map(|at| at.to_str().unwrap().to_owned()).unwrap_or_default();
        (response.status().as_u16(), location, response.text().await.unwrap())
    }

    async fn page(&self, url: &str) -> String {
        self.http.get(url).send().await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn paying_with_a_card_after_one_that_was_refused() {
    let bench = Bench::open().await;
    let session = bench.session("").await;
    let url = session["url"].as_str().unwrap();
    let html = bench.page(url).await;
    assert!(
        html.contains("R$ 97,00 / mês") && html.contains("http://loja.local/voltou") && html.contains("Gerar boleto")
    );

    let (status, _, html) = bench.form(url, "acao=recusar").await;
    assert!(status == 402 && html.contains("O cartão foi recusado"));
    assert_eq!(bench.form(url, "acao=pagar&numero=1234").await.0, 402);
    assert_eq!(bench.again(&session).await["status"], "open");

    let (status, location, _) = bench.form(url, "acao=pagar&numero=4242+4242+4242+4242").await;
    assert_eq!((status, location), (303, format!("http://loja.local/volta?s={}", id(&session))));
    let session = bench.again(&session).await;
    assert_eq!(
        (&session["status"], &session["payment_status"], &session["url"]),
        (&json!("complete"), &json!("paid"), &Value::Null)
    );
    assert_eq!(session["customer_details"]["email"], "ana@loja.com.br");
    assert!(bench.page(url).await.contains("já foi concluída"));
    assert_eq!(bench.form(url, "acao=pagar&numero=4242424242424242").await.0, 402, "once only");
    assert_eq!(bench.get("/v1/subscriptions").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_boleto_waits_and_is_paid_or_runs_out() {
    let bench = Bench::open().await;
    let session = bench.session("&payment_method_options[boleto][expires_after_days]=2").await;
    let (status, location, _) = bench.form(session["url"].as_str().unwrap(), "acao=boleto").await;
    assert!(status == 303 && location.starts_with("/boleto/pi_"), "{location}");
    let boleto = format!("{}{location}", bench.stripe.url());
    let waiting = bench.again(&session).await;
    assert_eq!((&waiting["status"], &waiting["payment_status"]), (&json!("complete"), &json!("unpaid")));
    let sub = bench.get(&format!("/v1/subscriptions/{}", waiting["subscription"].as_str().unwrap())).await;
    assert_eq!(sub["status"], "incomplete");
    assert!(bench.page(&boleto).await.contains(&format!("http://loja.local/volta?s={}", id(&session))));
    assert_eq!(bench.form(&boleto, "acao=pay").await.0, 303);
    assert_eq!(bench.again(&session).await["payment_status"], "paid");
    assert_eq!(bench.again(&sub).await["status"], "active");
    bench.last("checkout.session.async_payment_succeeded");
    assert_eq!(
        bench.http.get(format!("{boleto}/pdf")).send().await.unwrap().status().as_u16(),
        404,
        "nothing left to pay"
    );

    let late = bench.session("&payment_method_options[boleto][expires_after_days]=2").await;
    bench.control(&format!("checkout/{}/pay", id(&late)), json!({"boleto": true})).await;
    bench.days(3);
    let failed = bench.last("checkout.session.async_payment_failed");
    assert_eq!(
        (&failed["data"]["object"]["id"], &failed["data"]["object"]["payment_status"]),
        (&late["id"], &json!("unpaid"))
    );
    let sub = bench.again(&late).await["subscription"].as_str().unwrap().to_owned();
    assert_eq!(bench.get(&format!("/v1/subscriptions/{sub}")).await["status"], "incomplete_expired");
}

#[tokio::test]
async fn the_portal_changes_the_card_the_plan_and_the_end() {
    let bench = Bench::open().await;
    let sub = bench.subscribed("").await;
    let customer = sub["customer"].as_str().unwrap();
    let open = async |flow: &str| {
        let form = format!("customer={customer}&return_url=http://loja.local/painel{flow}");
        bench.post("/v1/billing_portal/sessions", &form).await["url"].as_str().unwrap().to_owned()
    };
    let portal = open("").await;
    let html = bench.page(&portal).await;
    assert!(
        html.contains("Assinatura de Ana") && html.contains("http://loja.local/painel") && html.contains("final 4242")
    );
    assert_eq!(bench.form(&portal, "acao=cartao&numero=4000000000000002").await.0, 402);
    assert_eq!(bench.form(&portal, "acao=cartao&numero=5555555555554444").await.0, 303);
    assert!(bench.page(&portal).await.contains("final 4444"));

    // One that is kept and fails when it is charged.
    bench.form(&portal, "acao=cartao&numero=4000000000000341").await;
    bench.form(&portal, &format!("acao=plano&price={}", bench.yearly)).await;
    assert_eq!(bench.again(&sub).await["status"], "past_due");
    bench.form(&portal, "acao=cartao&numero=4242424242424242").await;
    let unpaid = bench.latest_invoice(&sub).await;
    bench.post(&format!("/v1/invoices/{}/pay", id(&unpaid)), "").await;
    assert_eq!(bench.again(&sub).await["status"], "active");
    bench.form(&portal, &format!("acao=plano&price={}", bench.monthly)).await;

    bench.form(&portal, "acao=cancelar&motivo=too_expensive").await;
    let ending = bench.again(&sub).await;
    assert_eq!((&ending["cancel_at_period_end"], &ending["status"]), (&json!(true), &json!("active")));
    assert_eq!(ending["cancel_at"], ending["items"]["data"][0]["current_period_end"]);
    assert_eq!(ending["cancellation_details"]["feedback"], "too_expensive");
    let flow =
        format!("&flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]={}", id(&sub));
    let form = format!("customer={customer}{flow}");
    assert_eq!(bench.call("POST", "/v1/billing_portal/sessions", &form, None).await.status, 400, "already ending");
    bench.form(&portal, "acao=desfazer").await;
    let back = bench.again(&sub).await;
    assert_eq!((&back["cancel_at_period_end"], &back["cancel_at"]), (&json!(false), &Value::Null));

    // A link for one thing leads back when it is done.
    let update =
        format!("&flow_data[type]=subscription_update&flow_data[subscription_update][subscription]={}", id(&sub));
    let (status, location, _) = bench.form(&open(&update).await, &format!("acao=plano&price={}", bench.yearly)).await;
    assert_eq!((status, location.as_str()), (303, "http://loja.local/painel"));
    assert_eq!(bench.again(&sub).await["items"]["data"][0]["price"]["id"], json!(bench.yearly));
    bench.stripe.advance(chrono::TimeDelta::hours(2));
    assert!(bench.page(&portal).await.contains("Link expirado"));
}

#[tokio::test]
async fn an_invoice_is_a_page_and_a_pdf() {
    let bench = Bench::open().await;
    let invoice = bench.latest_invoice(&bench.subscribed("").await).await;
    let html = bench.page(invoice["hosted_invoice_url"].as_str().unwrap()).await;
    assert!(html.contains("Fatura") && html.contains("paga") && html.contains("R$ 97,00"), "{html}");
    let pdf = bench.http.get(invoice["invoice_pdf"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF-1.4"));
    assert!(bench.page(&bench.stripe.url()).await.contains("ana@loja.com.br"));
}
