//! A server of its own for each test, with two clientes and an admin.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use contracts::knowledge::KnowledgeUpdate;
use contracts::{ClienteId, StatusCliente};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::compose::{Process, Roles};
use server::config::{Ambiente, Config, ModelConfig};
use server::http::Parts;
use services::{Clock, Ctx};
use simulators::evolution;
use test_support::TestDb;
use tokio_util::sync::CancellationToken;

pub const SENHA: &str = "senha-de-teste";
pub const EVOLUTION_KEY: &str = "chave-de-teste";
/// What the first cliente knows.
pub const PIZZARIA: &str = "# Pizzaria Bella\n\n## Horário\n\nAbrimos de terça a domingo, das 18h às 23h. Segunda-feira a pizzaria fica fechada.\n\n## Entrega\n\nA taxa de entrega no centro custa R$ 7,00. Entregamos em até 50 minutos.\n\n## Pagamento\n\nAceitamos Pix, dinheiro e cartão de crédito.\n";
/// What the second one knows: nothing of it may be seen by the first.
pub const CLINICA: &str = "# Clínica Sorriso\n\n## Consultas\n\nA consulta de avaliação odontológica custa R$ 120,00. O clareamento dental dura duas sessões.\n";

/// What a test may choose.
#[derive(Default)]
pub struct Options {
    pub chat: Option<ModelConfig>,
    pub embeddings: Option<server::config::EmbeddingsConfig>,
    pub transcription: Option<ModelConfig>,
    pub vision: Option<ModelConfig>,
    pub custos: server::config::CustosConfig,
    /// Mail goes there, not into the directory.
    pub smtp: Option<String>,
    pub stripe: Option<server::config::StripeConfig>,
}

pub struct TestApp {
    pub base: String,
    pub db: TestDb,
    pub process: std::sync::Arc<Process>,
    pub evolution: evolution::Simulator,
    pub http: reqwest::Client,
    pub a: Tenant,
    pub b: Tenant,
    pub admin: User,
    pub clock: Clock,
    pub mail_dir: PathBuf,
    pub midia_dir: PathBuf,
    stop: CancellationToken,
    _dir: tempfile::TempDir,
}

pub struct Tenant {
    pub id: ClienteId,
    pub user: User,
}

/// Somebody with a token, or without.
#[derive(Clone)]
pub struct User {
    pub email: String,
    pub token: Option<String>,
    pub http: reqwest::Client,
    pub base: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text))
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.json()["code"].as_str()), (status, Some(code)), "{}", self.text);
        self.json()
    }
}

impl User {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn post_owned(self, path: &str, body: Value) -> Answer {
        self.post(path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }
}

pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("body") }
}

/// Waits until `probe` gives something; 20 s, since the machine is shared.
#[track_caller]
pub fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut probe: impl FnMut() -> F,
) -> impl Future<Output = T> {
    let what = what.to_owned();
    async move {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            assert!(tokio::time::Instant::now() < deadline, "never happened: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// The first cliente knows its text and its number is connected; gives the instance's name too.
    pub async fn ready() -> (Self, String) {
        let app = Self::start().await;
        app.teach(&app.a, PIZZARIA).await;
        let instance = app.connect(&app.a).await;
        (app, instance)
    }

    pub async fn with(options: Options) -> Self {
        // `RUST_LOG=info cargo nextest run … --no-capture` shows what the server says.
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
        let db = TestDb::new().await;
        let dir = tempfile::tempdir().expect("directory");
        let evolution = evolution::Simulator::start(evolution::Config::quick(EVOLUTION_KEY)).await.expect("simulator");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let addr = listener.local_addr().expect("address");
        let config = Config {
            ambiente: Ambiente::Development,
            addr,
            public_url: None,
            webhook_base_url: None,
            database_url: Some(db.url.clone()),
            redis_url: None,
            lancedb_uri: Some(dir.path().join("lance").to_string_lossy().into_owned()),
            chat: options.chat,
            embeddings: options.embeddings,
            transcription: options.transcription,
            vision: options.vision,
            midia_dir: Some(dir.path().join("midias")),
            custos: options.custos,
            evolution: Some((
                format!("{}/", evolution.url()).parse().expect("address"),
                SecretString::from(EVOLUTION_KEY),
            )),
            smtp: options.smtp.map(|url| (url, "Proseia <ola@proseia.local>".into())),
            empresa: services::Empresa::default(),
            stripe: options.stripe,
            carencia_dias: server::config::CARENCIA_DIAS,
            jwt_secret: Some(SecretString::from("0123456789abcdef0123456789abcdef")),
            site_root: "target/site".into(),
        };
        let clock = Clock::default();
        let (mail_dir, midia_dir) = (dir.path().join("mail"), dir.path().join("midias"));
        let process =
            Process::start(config, Parts::default(), Some(mail_dir.clone()), clock.clone()).await.expect("process");
        let process = std::sync::Arc::new(process);
        let stop = CancellationToken::new();
        let (running, stopping) = (process.clone(), stop.clone());
        tokio::spawn(async move { running.run(Roles::All, Some(listener), stopping).await.expect("server") });
        let base = format!("http://{addr}");
        let http =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("client");
        let user = |email: &str| User { email: email.into(), token: None, http: http.clone(), base: base.clone() };
        let a = tenant(&process, user("a@teste.com.br"), "Pizzaria Bella").await;
        let b = tenant(&process, user("b@teste.com.br"), "Clínica Sorriso").await;
        let mut admin = user("admin@teste.com.br");
        services::admin::create(&process.cli_ctx(), "Admin", &admin.email, SENHA, "super_admin").await.expect("admin");
        admin.token = Some(token(&admin, "/api/v1/admin/auth/login").await);
        Self { base, db, process, evolution, http, a, b, admin, clock, mail_dir, midia_dir, stop, _dir: dir }
    }

    pub fn anonymous(&self) -> User {
        User { token: None, ..self.a.user.clone() }
    }

    pub async fn login(&self, email: &str) -> User {
        let user = User { email: email.into(), ..self.anonymous() };
        User { token: Some(token(&user, "/api/v1/auth/login").await), ..user }
    }

    pub async fn admin_login(&self) -> User {
        User { token: Some(token(&self.admin, "/api/v1/admin/auth/login").await), ..self.admin.clone() }
    }

    /// Saves the text and waits until it is indexed.
    pub async fn teach(&self, tenant: &Tenant, texto: &str) {
        let ctx = Ctx::system(&self.process.app, tenant.id, "teste".into());
        let update = KnowledgeUpdate { conteudo_texto: texto.into(), ..Default::default() };
        services::knowledge::put(&ctx, update).await.expect("knowledge");
        eventually("knowledge is indexed", || async {
            let now = tenant.user.get("/api/v1/knowledge").await.ok();
            (now["indexacao"] == "PRONTO").then_some(())
        })
        .await;
    }

    /// Connects the tenant's number and gives the instance's name.
    pub async fn connect(&self, tenant: &Tenant) -> String {
        let instance = tenant.user.post("/api/v1/whatsapp/instance", json!({})).await.ok();
        let name = instance["instance_id"].as_str().expect("name").to_owned();
        self.sim(&name, "scan", json!({ "phone": "5511900000001", "name": "Loja" })).await;
        eventually("the number is connected", || async {
            (tenant.user.get("/api/v1/whatsapp/status").await.ok()["status"] == "CONECTADO").then_some(())
        })
        .await;
        name
    }

    /// The control side of the simulated Evolution.
    pub async fn sim(&self, instance: &str, what: &str, body: Value) -> Value {
        let url = format!("{}/_sim/{instance}/{what}", self.evolution.url());
        answer(self.http.post(url).json(&body)).await.ok()
    }

    /// What reached the contacts, in order.
    pub async fn sent(&self, instance: &str) -> Vec<(String, String)> {
        let log = self.sim(instance, "log", json!({})).await;
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        log.as_array().expect("log").iter().map(|m| (text(&m["to"]), text(&m["text"]))).collect()
    }

    /// Waits until `n` messages have reached `to`.
    pub async fn sent_to(&self, instance: &str, to: &str, n: usize) -> Vec<String> {
        eventually("the reply reaches the contact", || async {
            let all: Vec<String> =
                self.sent(instance).await.into_iter().filter(|(t, _)| t == to).map(|(_, x)| x).collect();
            (all.len() >= n).then_some(all)
        })
        .await
    }

    /// The conversation with this number, once it is in the list and `check` holds.
    pub async fn conversa(&self, tenant: &Tenant, numero: &str, check: impl Fn(&Value) -> bool) -> Value {
        eventually("the conversation looks as expected", || async {
            let list = tenant.user.get("/api/v1/conversas").await.ok();
            let found = list["itens"].as_array()?.iter().find(|c| c["numero_usuario"] == numero)?.clone();
            check(&found).then_some(found)
        })
        .await
    }

    /// Changes rows behind the server's back.
    pub async fn execute(&self, sql: &str) {
        use diesel_async::RunQueryDsl;
        diesel::sql_query(sql).execute(&mut self.db.connection().await).await.expect("statement");
    }

    pub async fn count(&self, sql: &str) -> i64 {
        use diesel_async::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct N {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let mut conn = self.db.connection().await;
        diesel::sql_query(format!("SELECT count(*) AS n FROM {sql}")).get_result::<N>(&mut conn).await.expect("count").n
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn tenant(process: &Process, mut user: User, nome: &str) -> Tenant {
    let id = services::auth::create_cliente(&process.cli_ctx(), nome, &user.email, SENHA, StatusCliente::Ativo)
        .await
        .expect("cliente");
    user.token = Some(token(&user, "/api/v1/auth/login").await);
    Tenant { id, user }
}

async fn token(user: &User, path: &str) -> String {
    let body = json!({ "email": user.email, "senha": SENHA });
    User { token: None, ..user.clone() }.post(path, body).await.ok()["token"].as_str().expect("token").to_owned()
}
