//! The public pages: what is sold, in which language, and what search engines are told.

use diesel_async::SimpleAsyncConnection;
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE};

use secrecy::SecretString;
use server::config::StripeConfig;

use crate::support::{Answer, Options, TestApp, answer};

const PAGINAS: [&str; 6] = ["/", "/precos", "/faq", "/termos", "/privacidade", "/checkout"];

async fn page(app: &TestApp, path: &str, headers: &[(reqwest::header::HeaderName, &str)]) -> Answer {
    let mut request = app.http.get(format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let answer = answer(request).await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_prices_on_the_pages_are_those_of_the_table() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let planos = anyone.get("/api/v1/planos").await.ok();
    let planos = planos["itens"].as_array().unwrap();
    let codigos: Vec<&str> = planos.iter().map(|p| p["codigo"].as_str().unwrap()).collect();
    assert_eq!(codigos, ["balcao", "loja", "movimento"]);
    assert_eq!(planos.iter().filter(|p| p["recomendado"] == true).count(), 1);

    let sql = "UPDATE planos SET preco_mensal_centavos = 123456, preco_anual_centavos = 1234560, ordem = 9 WHERE codigo = 'balcao'; \
               UPDATE planos SET ativo = false WHERE codigo = 'movimento'";
    app.db.connection().await.batch_execute(sql).await.unwrap();
    let planos = anyone.get("/api/v1/planos").await.ok();
    let codigos: Vec<&str> =
        planos["itens"].as_array().unwrap().iter().map(|p| p["codigo"].as_str().unwrap()).collect();
    assert_eq!(codigos, ["loja", "balcao"], "what is no longer sold is not shown, and the order is the table's");
    for path in ["/", "/precos"] {
        let html = page(&app, path, &[]).await.text;
        assert!(html.contains("1.234,56") && html.contains("12.345,60"), "{path}");
        assert!(html.contains("/checkout?plano=balcao&amp;ciclo=ano"), "{path}: {html}");
        assert!(!html.contains("Movimento"), "{path}");
    }
    let html = page(&app, "/checkout?plano=balcao&ciclo=ano", &[]).await.text;
    assert!(html.contains(r#"value="balcao" checked"#) && html.contains("12.345,60 por ano"), "{html}");
    let html = page(&app, "/checkout?plano=movimento", &[]).await.text;
    assert!(html.contains(r#"value="loja" checked"#) && html.contains("não existe mais"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_load_no_wasm_and_say_what_they_are() {
    let app = TestApp::start().await;
    for path in PAGINAS {
        let html = page(&app, path, &[]).await;
        assert!(!html.text.contains(".wasm") && !html.text.contains("modulepreload"), "{path} loads WASM");
        assert!(html.text.contains("/site.css?v=") && !html.text.contains("/style.css"), "{path}");
        assert_eq!(html.headers["cache-control"], "private, no-cache", "{path}");
        let canonical = format!(r#"<link rel="canonical" href="{}{path}""#, app.base);
        assert!(html.text.contains(&canonical), "{path}: {}", html.text);
        assert_eq!(html.text.matches("<title>").count(), 1, "{path}");
        assert_eq!(html.text.matches("<h1").count(), 1, "{path}");
        for meta in [r#"name="description""#, r#"property="og:image""#, r#"hreflang="en""#, r#"name="theme-color""#] {
            assert!(html.text.contains(meta), "{path} lacks {meta}");
        }
        assert_eq!(html.text.contains(r#"content="noindex""#), path == "/checkout", "{path}");
        for dados in html.text.split("application/ld+json\">").skip(1) {
            let json = dados.split("</script>").next().unwrap();
            serde_json::from_str::<serde_json::Value>(json).unwrap_or_else(|e| panic!("{path}: {e}: {json}"));
        }
    }
    let login = page(&app, "/login", &[]).await.text;
    assert!(login.contains("/style.css?v=") && login.contains("modulepreload"), "the login is hydrated");
    let css = app.anonymous().get(&::app::style::site_href()).await;
    assert!(css.text.contains("@layer") && css.headers["cache-control"].to_str().unwrap().contains("immutable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_asked_for_then_chosen_then_the_browsers() {
    let app = TestApp::start().await;
    const PT: &str = r#"<html lang="pt-BR""#;
    const EN: &str = r#"<html lang="en""#;
    for (path, accept, cookie, expected) in [
        ("/", None, None, PT),
        ("/", Some("en-GB,en;q=0.9"), None, EN),
        ("/", Some("de,en;q=0.5"), None, EN),
        ("/", Some("de"), None, PT),
        ("/", Some("en"), Some("idioma=pt-BR"), PT),
        ("/", None, Some("tema=dark; idioma=en"), EN),
        ("/precos?idioma=en", Some("pt-BR"), Some("idioma=pt-BR"), EN),
        ("/login", Some("en"), None, EN),
    ] {
        let mut headers = Vec::new();
        headers.extend(accept.map(|a| (ACCEPT_LANGUAGE, a)));
        headers.extend(cookie.map(|c| (COOKIE, c)));
        let html = page(&app, path, &headers).await.text;
        assert!(html.contains(expected), "{path} {accept:?} {cookie:?}");
    }
    let html = page(&app, "/precos?idioma=en", &[]).await.text;
    let canonical = |path: &str| format!(r#"<link rel="canonical" href="{}{path}""#, app.base);
    assert!(html.contains(&canonical("/precos?idioma=en")), "{html}");
    let negotiated = page(&app, "/precos", &[(ACCEPT_LANGUAGE, "en")]).await.text;
    assert!(negotiated.contains(&canonical("/precos")), "an address that shows either language is its own");
    assert!(html.contains("/checkout?plano=loja&amp;ciclo=mes&amp;idioma=en"), "links stay in the language: {html}");

    let choose = async |body: &'static str| {
        let request = app.http.post(format!("{}/idioma", app.base));
        answer(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
    };
    let chosen = choose("de=%2Fcheckout%3Fplano%3Dloja&idioma=en").await;
    assert_eq!((chosen.status.as_u16(), &chosen.headers[LOCATION]), (303, &"/checkout?plano=loja".parse().unwrap()));
    assert!(chosen.headers[SET_COOKIE].to_str().unwrap().starts_with("idioma=en; Path=/; Max-Age="));
    for elsewhere in ["idioma=en", "idioma=en&de=https%3A%2F%2Fevil.example", "idioma=en&de=%2F%2Fevil.example"] {
        assert_eq!(choose(elsewhere).await.headers[LOCATION], "/", "{elsewhere}");
    }
    assert_eq!(choose("idioma=xx&de=%2F").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn crawlers_find_the_public_pages_and_are_kept_out_of_the_rest() {
    let app = TestApp::start().await;
    let robots = app.anonymous().get("/robots.txt").await;
    for closed in ["/dashboard", "/admin", "/api/"] {
        assert!(robots.text.contains(&format!("Disallow: {closed}\n")), "{}", robots.text);
    }
    assert!(robots.text.contains(&format!("Sitemap: {}/sitemap.xml", app.base)), "{}", robots.text);
    let sitemap = app.anonymous().get("/sitemap.xml").await.text;
    let listed: Vec<&str> = sitemap.split("<loc>").skip(1).filter_map(|l| l.split("</loc>").next()).collect();
    assert_eq!(listed.len(), 10, "five pages in two languages: {sitemap}");
    for address in listed {
        let path = address.strip_prefix(&app.base).expect("an address of ours");
        page(&app, path, &[]).await;
    }
    assert!(!sitemap.contains("/checkout"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_contact_the_pages_say_so_and_with_one_they_name_it() {
    let app = TestApp::start().await;
    let html = page(&app, "/checkout", &[]).await.text;
    assert!(html.contains("Fale com quem lhe enviou este endereço") && !html.contains("mailto:"), "{html}");
    let html = page(&app, "/privacidade", &[]).await.text;
    assert!(html.contains("ainda não informada") && !html.contains("{empresa}"));
}

/// The form of the checkout as a browser posts it.
async fn assinar(app: &TestApp, campos: &[(&str, &str)]) -> Answer {
    answer(app.http.post(format!("{}/checkout", app.base)).form(campos)).await
}

const CERTO: [(&str, &str); 6] = [
    ("plano", "balcao"),
    ("periodicidade", "ANUAL"),
    ("nome", "Pizzaria \"do\" Bairro"),
    ("email", "marina@pizzaria.com.br"),
    ("telefone", "(19) 99134-0272"),
    ("documento", "529.982.247-25"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_wrong_comes_back_whole_and_without_wasm() {
    let stripe = StripeConfig {
        key: SecretString::from("sk_test_simulador"),
        segredos: vec![SecretString::from("whsec_de_teste")],
        base: Some("http://127.0.0.1:9/".parse().unwrap()),
        portal: None,
    };
    let app = TestApp::with(Options { stripe: Some(stripe), ..Options::default() }).await;
    let mut errado = CERTO;
    errado[3] = ("email", "marina@pizzaria");
    errado[5] = ("documento", "529.982.247-24");
    let page = assinar(&app, &errado).await;
    assert_eq!(page.status, 422, "{}", page.text);
    // Kept for the way back, asked for again otherwise.
    assert_eq!(page.headers["cache-control"], "private, no-cache");
    for part in [
        r#"value="Pizzaria &quot;do&quot; Bairro""#,
        r#"value="marina@pizzaria""#,
        r#"value="balcao" checked"#,
        r#"value="ANUAL" checked"#,
        "Informe um e-mail válido",
        "não confere",
        "Falta corrigir 2 campos",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains(".wasm") && !page.text.contains("modulepreload"));
    // Stripe is nowhere: nothing is charged and nothing lost.
    let page = assinar(&app, &CERTO).await;
    assert_eq!(page.status, 502, "{}", page.text);
    assert!(page.text.contains("Não deu para abrir o pagamento") && page.text.contains("marina@pizzaria.com.br"));
    // The e-mail of an account leads to the login.
    let tenant = app.a.user.email.clone();
    let mut conta = CERTO;
    conta[3] = ("email", &tenant);
    let page = assinar(&app, &conta).await;
    assert_eq!(page.status, 409, "{}", page.text);
    assert!(page.text.contains("/login?email="), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_checkout_says_so_and_takes_nothing() {
    let app = TestApp::start().await;
    let html = page(&app, "/checkout", &[]).await.text;
    assert!(html.contains("As assinaturas estão fechadas no momento"), "{html}");
    assert!(!html.contains("Ir para o pagamento"), "{html}");
    let refused = assinar(&app, &CERTO).await;
    assert_eq!(refused.status, 503);
    assert!(refused.text.contains("As assinaturas estão fechadas no momento"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_for_its_owner_alone() {
    let app = TestApp::start().await;
    for path in ["/checkout/7f1a5f2e-8f0c-4c39-9d7a-0d8c2b6f3a11", "/checkout/nada"] {
        let gone = answer(app.http.get(format!("{}{path}", app.base))).await;
        assert_eq!(gone.status, 404, "{path}");
        assert_eq!(gone.headers["cache-control"], "no-store", "{path}");
        assert!(gone.text.contains(r#"<meta name="robots" content="noindex">"#), "{path}: {}", gone.text);
        // Not `no-referrer`: the browser would name no origin with the page's own forms either, and they would be refused.
        assert_eq!(gone.headers["referrer-policy"], "same-origin", "{path}");
        assert!(!gone.text.contains(".wasm"), "{path}");
    }
    for path in ["/esqueci-senha", "/nova-senha"] {
        let page = page(&app, path, &[]).await;
        assert_eq!(page.headers["cache-control"], "no-store", "{path}");
        assert!(!page.text.contains(".wasm") && page.text.contains("/style.css?v="), "{path}");
    }
}
