//! The fault run: 2,000 messages over 50 tenants while nearly everything around and below the server fails. Each message
//! carries a sign of its own, and the simulated model repeats the signs it was asked with, so that what reached the contacts
//! tells which messages each reply is for. `FALHAS_SEED` repeats a run's choices; how they meet is up to the machine.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use contracts::StatusCliente;
use contracts::knowledge::KnowledgeUpdate;
use db::embedded::{Durability, Postgres};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures::StreamExt;
use serde_json::{Value, json};
use server::compose::Process;
use server::config::Config;
use server::http::Parts;
use services::{Clock, Ctx};
use simulators::{evolution, openai};
use tokio::sync::watch;

use crate::support::{EVOLUTION_KEY, SENHA, answer};

const TENANTS: usize = 50;
const CONTACTS: usize = 5;
/// Messages of one contact.
const EACH: usize = 8;
const MESSAGES: usize = TENANTS * CONTACTS * EACH;
const KILLS: usize = 5;
/// Contacts start to write within this time.
const START: Duration = Duration::from_secs(40);
/// How long Evolution is in trouble.
const OUTAGE: Duration = Duration::from_secs(60);
/// Longer than the client waits for a send (30 s), shorter than until it looks for the message (75 s).
const HANG: Duration = Duration::from_secs(40);
/// From the last message to the last reply, on a machine that has other things to do as well.
const PATIENCE: Duration = Duration::from_secs(300);
const JWT_SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Part of the text that calls a person.
const HANDOFF: &str = "chamar uma pessoa";
const KNOWLEDGE: &str = "## Horário\n\nAbrimos de terça a domingo, das 18h às 23h. Segunda-feira a pizzaria fica fechada.\n\n## Entrega\n\nA taxa de entrega no centro custa R$ 7,00. Entregamos em até 50 minutos.\n\n## Pagamento\n\nAceitamos Pix, dinheiro e cartão de crédito.\n";
const QUESTIONS: [&str; 3] = ["Vocês abrem no domingo?", "Qual a taxa de entrega?", "Vocês aceitam Pix?"];
const PERSON: &str = "Quero falar com um atendente";
/// What signs are made of: neither a word for the search nor a number for the gate.
const LETTERS: [char; 16] =
    ['🍎', '🍋', '🍇', '🍓', '🍉', '🍌', '🍍', '🥝', '🥥', '🍒', '🥑', '🍆', '🥕', '🌽', '🍄', '🌶'];
const SIGNS: (char, char) = ('«', '»');

/// SplitMix64: the same plan for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from)
    }
}

struct Message {
    id: String,
    tenant: usize,
    number: String,
    /// Its place among its contact's messages; their seconds differ.
    place: usize,
    text: String,
    sign: String,
}

/// What a contact writes in one go, and how it goes on.
struct Round {
    lines: Vec<usize>,
    typing: Duration,
    /// Waits for the answer to the last line, or goes on after `pause`.
    waits: bool,
    pause: Duration,
}

struct Plan {
    messages: Vec<Message>,
    contacts: Vec<(Duration, Vec<Round>)>,
}

impl Plan {
    fn new(random: &mut Random) -> Self {
        let mut plan = Self { messages: Vec::new(), contacts: Vec::new() };
        for contact in 0..TENANTS * CONTACTS {
            let start = Duration::from_millis(random.below(START.as_millis() as u64));
            // One in sixteen asks for a person some time.
            let person = (random.below(16) == 0).then(|| random.between(2, EACH as u64) as usize);
            let mut rounds = Vec::new();
            let mut place = 0;
            while place < EACH {
                let question = QUESTIONS[random.below(3) as usize];
                let lines = (random.between(1, 4) as usize).min(EACH - place);
                let round = (place..place + lines)
                    .map(|place| {
                        let text = if person == Some(place) { PERSON } else { question };
                        plan.add(contact, place, text)
                    })
                    .collect();
                place += lines;
                rounds.push(Round {
                    lines: round,
                    typing: Duration::from_millis(random.between(1_050, 1_600)),
                    waits: random.below(2) == 0,
                    pause: Duration::from_millis(random.between(1_100, 7_000)),
                });
            }
            plan.contacts.push((start, rounds));
        }
        plan
    }

    fn add(&mut self, contact: usize, place: usize, text: &str) -> usize {
        let n = self.messages.len();
        let letters: String = [n / 256, n / 16 % 16, n % 16].map(|l| LETTERS[l]).iter().collect();
        let sign = format!("{}{letters}{}", SIGNS.0, SIGNS.1);
        self.messages.push(Message {
            id: format!("M{n:04}"),
            tenant: contact / CONTACTS,
            number: format!("55119{:08}", 40_000_000 + contact),
            place,
            text: format!("{text} {sign}"),
            sign,
        });
        n
    }
}

/// The server as a process of its own, started again whenever it has ended.
pub struct Server {
    child: Child,
    addr: String,
    env: Vec<(&'static str, String)>,
    log: PathBuf,
    /// Ends that were not our doing.
    exits: usize,
}

impl Server {
    pub fn start(addr: String, env: Vec<(&'static str, String)>, log: PathBuf) -> Self {
        let child = Self::spawn(&env, &log);
        Self { child, addr, env, log, exits: 0 }
    }

    fn spawn(env: &[(&'static str, String)], log: &Path) -> Child {
        let log_dir = log.parent().unwrap();
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_proseia"));
        command.arg("run").envs(env.iter().map(|(k, v)| (*k, v))).stdout(log.try_clone().unwrap()).stderr(log);
        // It writes mail below where it runs.
        command.current_dir(log_dir).spawn().unwrap()
    }

    pub async fn ready(&mut self, http: &reqwest::Client) {
        let url = format!("http://{}/health", self.addr);
        let deadline = Instant::now() + Duration::from_secs(60);
        while !http.get(&url).send().await.is_ok_and(|r| r.status().is_success()) {
            assert!(Instant::now() < deadline, "the server does not answer\n{}", self.tail());
            self.supervise();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn supervise(&mut self) {
        if self.child.try_wait().unwrap().is_some() {
            self.exits += 1;
            self.child = Self::spawn(&self.env, &self.log);
        }
    }

    /// SIGKILL, and started again.
    pub fn kill(&mut self) {
        self.supervise();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = Self::spawn(&self.env, &self.log);
    }

    pub fn tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().filter(|l| !l.contains(" INFO ")).collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Run {
    evolution: evolution::Simulator,
    model: openai::Simulator,
    url: String,
    http: reqwest::Client,
    plan: Plan,
    instances: Vec<String>,
    sent: watch::Sender<usize>,
}

impl Run {
    async fn sim(&self, tenant: usize, what: &str, body: Value) {
        let url = format!("{}/_sim/{}/{what}", self.evolution.url(), self.instances[tenant]);
        answer(self.http.post(url).json(&body)).await.ok();
    }

    async fn contact(&self, contact: usize) {
        let (start, rounds) = &self.plan.contacts[contact];
        tokio::time::sleep(*start).await;
        for round in rounds {
            for (i, line) in round.lines.iter().enumerate() {
                if i > 0 {
                    tokio::time::sleep(round.typing).await;
                }
                let m = &self.plan.messages[*line];
                let body = json!({ "from": m.number, "name": format!("C{contact}"), "text": m.text, "id": m.id });
                self.sim(m.tenant, "in", body).await;
                self.sent.send_modify(|n| *n += 1);
            }
            if round.waits {
                self.answered(&self.plan.messages[*round.lines.last().unwrap()]).await;
            }
            tokio::time::sleep(round.pause).await;
        }
    }

    /// A contact's patience is 15 s.
    async fn answered(&self, m: &Message) {
        let deadline = Instant::now() + Duration::from_secs(15);
        let there = |text: &str| text.contains(&m.sign) || text.contains(HANDOFF);
        while Instant::now() < deadline
            && !self.reached(m.tenant).iter().any(|r| r.number == m.number && there(&r.text))
        {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// What has reached the contacts of a tenant, oldest first.
    fn reached(&self, tenant: usize) -> Vec<Reached> {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let log = self.evolution.sent(&self.instances[tenant]);
        log.iter().map(|m| Reached { id: text(&m["id"]), number: text(&m["to"]), text: text(&m["text"]) }).collect()
    }

    async fn sent(&self, n: usize) {
        self.sent.subscribe().wait_for(|sent| *sent >= n).await.unwrap();
    }

    /// While Evolution is in trouble, a kill waits for the worst moment: a call under way whose message leaves later.
    async fn something_hangs(&self, outage: Option<&tokio::task::JoinHandle<()>>) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while outage.is_some_and(|o| !o.is_finished())
            && self.evolution.tally().hanging == 0
            && Instant::now() < deadline
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn outage(&self) {
        self.evolution.trouble(evolution::Trouble { failing: 0.3, hanging: 0.08, hang: HANG, ..doubled() });
        tokio::time::sleep(OUTAGE).await;
        self.evolution.trouble(doubled());
    }
}

struct Reached {
    id: String,
    number: String,
    text: String,
}

/// Nearly one in ten webhook events comes twice, up to 8 s later: also when its turn has long been answered.
fn doubled() -> evolution::Trouble {
    evolution::Trouble { doubled: 0.09, doubled_within: Duration::from_secs(8), ..evolution::Trouble::default() }
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    key: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// `key` and `n` of a query; over a connection of its own, since the cluster is restarted.
async fn rows(url: &str, sql: &str) -> Vec<(String, i64)> {
    use diesel_async::RunQueryDsl;
    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(sql).load(&mut conn).await.unwrap();
    rows.into_iter().map(|r| (r.key, r.n)).collect()
}

async fn count(url: &str, from: &str) -> i64 {
    rows(url, &format!("SELECT '' AS key, count(*) AS n FROM {from}")).await[0].1
}

async fn until<F: Future<Output = bool>>(what: &str, server: &mut Server, mut probe: impl FnMut() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !probe().await {
        assert!(Instant::now() < deadline, "never happened: {what}\n{}", server.tail());
        server.supervise();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Clientes with a knowledge and a number, made by the services as the browser's requests would; gives the instances' names.
async fn seed(config: &HashMap<&'static str, String>, mail: PathBuf) -> Vec<String> {
    let config = Config::from(|name| config.get(name).cloned()).unwrap();
    let process = Process::start(config, Parts::default(), Some(mail), Clock::default()).await.unwrap();
    let process = &process;
    // Few at a time: hashing a senha has a queue in which nobody waits for long.
    let made = futures::stream::iter(0..TENANTS).map(|n| async move {
        let (nome, email) = (format!("Pizzaria {n}"), format!("loja{n}@teste.com.br"));
        let id = services::auth::create_cliente(&process.cli_ctx(), &nome, &email, SENHA, StatusCliente::Ativo).await;
        let ctx = Ctx::system(&process.app, id.unwrap(), "falhas".into());
        let update = KnowledgeUpdate { conteudo_texto: KNOWLEDGE.to_owned(), ..Default::default() };
        services::knowledge::put(&ctx, update).await.unwrap();
        services::whatsapp::connect(&ctx).await.unwrap().instance_id.unwrap()
    });
    made.buffered(4).collect().await
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    Kill,
    Postgres,
    Outage,
}

/// When what happens, by the number of messages sent; the kills are spread over the whole run.
fn faults(random: &mut Random) -> Vec<(usize, Fault)> {
    let stretch = (MESSAGES * 9 / 10 / KILLS) as u64;
    let kill = |random: &mut Random, i: usize| (MESSAGES / 20) as u64 + i as u64 * stretch + random.below(stretch);
    let mut all: Vec<(usize, Fault)> = (0..KILLS).map(|i| (kill(random, i) as usize, Fault::Kill)).collect();
    all.push((MESSAGES / 5, Fault::Outage));
    all.push((random.between(MESSAGES as u64 / 2, MESSAGES as u64 * 3 / 4) as usize, Fault::Postgres));
    all.sort_by_key(|(at, _)| *at);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_messages_are_answered_once_and_in_order_whatever_fails() {
    let began = Instant::now();
    let seed_of_run =
        std::env::var("FALHAS_SEED").ok().map_or_else(|| u64::from(std::process::id()), |s| s.parse().unwrap());
    println!("FALHAS_SEED={seed_of_run}");
    let mut random = Random(seed_of_run);

    // A cluster of its own: the other tests share one, and this one is crashed.
    let dir = tempfile::tempdir().unwrap();
    // Postgres runs as another user where the test is root.
    let open = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
    std::fs::set_permissions(dir.path(), open).unwrap();
    let pg_dir = dir.path().join("postgres");
    let pg = tokio::task::spawn_blocking(move || Postgres::start(&pg_dir, Durability::Safe)).await.unwrap().unwrap();
    let pg = Arc::new(Stopped(Some(pg)));
    let database = pg.get().url("proseia");

    let evolution = evolution::Simulator::start(evolution::Config {
        webhook_jitter: Duration::from_millis(2_500),
        retry_base: Duration::from_millis(500),
        read_delay: None,
        seed: seed_of_run,
        ..evolution::Config::quick(EVOLUTION_KEY)
    })
    .await
    .unwrap();
    let model = openai::Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    model.behave(openai::Manner { seed: seed_of_run, limited: 0.12, garbage: 0.05, signs: Some(SIGNS) });

    let addr = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let env = vec![
        ("PROSEIA_ADDR", addr.clone()),
        ("DATABASE_URL", database.clone()),
        ("LANCEDB_URI", dir.path().join("lance").to_string_lossy().into_owned()),
        ("EVOLUTION_URL", evolution.url()),
        ("EVOLUTION_API_KEY", EVOLUTION_KEY.to_owned()),
        ("OPENAI_BASE_URL", model.url()),
        ("JWT_SECRET", JWT_SECRET.to_owned()),
        ("NO_COLOR", "1".to_owned()),
        ("RUST_LOG", "warn,services=info".to_owned()),
    ];
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let config = env.iter().cloned().collect();
    let mut server = Server::start(addr, env, dir.path().join("server.log"));
    server.ready(&http).await;

    let instances = seed(&config, dir.path().join("mail")).await;
    let (url, sent) = (database.clone(), watch::Sender::new(0));
    let run = Arc::new(Run { evolution, model, url, http, plan: Plan::new(&mut random), instances, sent });
    for tenant in 0..TENANTS {
        let phone = format!("55119{:08}", 10_000_000 + tenant);
        run.sim(tenant, "scan", json!({ "phone": phone, "name": "Loja" })).await;
    }
    until("all are connected and indexed", &mut server, || async {
        count(&database, "instancias_whatsapp WHERE status = 'CONECTADO'").await == TENANTS as i64
            && count(&database, "conhecimentos WHERE indexacao = 'PRONTO'").await == TENANTS as i64
    })
    .await;
    let seeded = began.elapsed();

    run.evolution.trouble(doubled());
    let contacts: Vec<_> = (0..TENANTS * CONTACTS)
        .map(|contact| {
            let run = run.clone();
            tokio::spawn(async move { run.contact(contact).await })
        })
        .collect();
    let mut outage: Option<tokio::task::JoinHandle<()>> = None;
    for (at, fault) in faults(&mut random) {
        run.sent(at).await;
        println!("{:>6.1} s  {at} messages sent: {fault:?}", began.elapsed().as_secs_f32());
        match fault {
            Fault::Kill => {
                run.something_hangs(outage.as_ref()).await;
                server.kill();
                server.ready(&run.http).await;
            }
            Fault::Postgres => {
                let pg = pg.clone();
                tokio::task::spawn_blocking(move || pg.get().restart()).await.unwrap().unwrap();
                server.ready(&run.http).await;
            }
            Fault::Outage => {
                let run = run.clone();
                outage = Some(tokio::spawn(async move { run.outage().await }));
            }
        }
    }
    for contact in contacts {
        contact.await.unwrap();
    }
    outage.unwrap().await.unwrap();
    let all_sent = began.elapsed();
    let open = "jobs WHERE kind IN ('evento', 'turno', 'envio') AND state <> 'dead'";
    until("no delivery and no job is left", &mut server, || async {
        run.evolution.tally().under_way == 0 && count(&database, open).await == 0
    })
    .await;

    let ledger = Ledger::of(&run).await;
    let times = [("seeded after", seeded), ("all sent after", all_sent), ("all answered after", began.elapsed())];
    let table = ledger.table(seed_of_run, &run, server.exits, &times);
    println!("{table}");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("falhas.txt");
    std::fs::write(&kept, &table).unwrap();
    assert!(ledger.wrong().is_empty(), "{table}\n{:#?}\n{}", ledger.wrong(), keep_log(&server));
}

/// The log of a failed run outlives it.
fn keep_log(server: &Server) -> String {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("falhas.log");
    std::fs::copy(&server.log, &kept).unwrap();
    format!("the server's log: {}", kept.display())
}

/// Stops the cluster when the test ends, however it ends.
struct Stopped(Option<Postgres>);

impl Stopped {
    fn get(&self) -> &Postgres {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        drop(self.0.take().map(Postgres::stop));
    }
}

/// What became of each message.
#[derive(Default)]
struct Ledger {
    replies: usize,
    handoffs: usize,
    /// By a reply, by the reply that called a person, or kept for that person.
    answered: usize,
    handed_over: usize,
    lost: Vec<String>,
    twice: Vec<String>,
    disordered: Vec<String>,
    /// The webhook was so late that a later message had been answered: no system can keep that order.
    overtaken: usize,
    /// Anything else that must not be.
    strange: Vec<String>,
    turns: i64,
    dead: i64,
    stored: usize,
}

impl Ledger {
    async fn of(run: &Run) -> Self {
        let stored: HashMap<String, i64> = rows(
            &run.url,
            "SELECT externa_id AS key, count(*) AS n FROM historico_mensagens WHERE tipo = 'CONTATO' GROUP BY 1",
        )
        .await
        .into_iter()
        .collect();
        let with_person = rows(
            &run.url,
            "SELECT numero_usuario AS key, count(*) AS n FROM conversas WHERE estado = 'AGUARDANDO_HUMANO' GROUP BY 1",
        );
        let with_person: HashSet<String> = with_person.await.into_iter().map(|(number, _)| number).collect();
        let known = rows(&run.url, "SELECT coalesce(externa_id, '') AS key, 1::bigint AS n FROM outbox").await;
        let known: HashSet<String> = known.into_iter().map(|(id, _)| id).collect();
        let mut ledger = Self {
            turns: count(&run.url, "historico_mensagens WHERE tipo = 'IA'").await,
            dead: count(&run.url, "jobs WHERE state = 'dead'").await,
            stored: stored.len(),
            ..Self::default()
        };
        let taken = run.evolution.taken();
        let mut first: HashMap<&str, (Instant, Instant)> = HashMap::new();
        for t in &taken {
            // One that was doubled may have been stored by either.
            let of = first.entry(&t.id).or_insert((t.began, t.ended));
            *of = (of.0.min(t.began), of.1.min(t.ended));
        }
        let mut conversations: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
        for m in &run.plan.messages {
            conversations.entry(&m.number).or_default().push(m);
        }
        let reached: Vec<Vec<Reached>> = (0..TENANTS).map(|t| run.reached(t)).collect();
        for r in reached.iter().flatten() {
            if !known.contains(&r.id) {
                ledger.strange.push(format!("{} was sent, and the outbox does not know it: {}", r.number, r.text));
            }
            if r.text.contains(openai::MADE_UP) {
                ledger.strange.push(format!("{} was told a price that was made up", r.number));
            }
        }
        for (number, messages) in &conversations {
            let got: Vec<&Reached> = reached[messages[0].tenant].iter().filter(|r| r.number == *number).collect();
            ledger.conversation(number, messages, &got, with_person.contains(*number), &stored, &first);
        }
        ledger
    }

    fn conversation(
        &mut self,
        number: &str,
        messages: &[&Message],
        got: &[&Reached],
        with_person: bool,
        stored: &HashMap<String, i64>,
        first: &HashMap<&str, (Instant, Instant)>,
    ) {
        let calls = got.iter().filter(|r| r.text.contains(HANDOFF)).count();
        self.handoffs += calls;
        self.replies += got.len() - calls;
        if calls > 1 {
            self.twice.push(format!("{number} was told {calls} times that a person is called"));
        }
        if with_person != (calls > 0) {
            self.strange.push(format!("{number}: {calls} calls of a person, and waiting for one is {with_person}"));
        }
        // The replies that hold each message's sign.
        let turns: Vec<Vec<usize>> = messages
            .iter()
            .map(|m| got.iter().enumerate().filter(|(_, r)| r.text.contains(&m.sign)).map(|(k, _)| k).collect())
            .collect();
        for (m, turns) in messages.iter().zip(&turns) {
            match (stored.get(&m.id), turns.len()) {
                (Some(1), 1) => self.answered += 1,
                (Some(1), 0) if calls > 0 => self.handed_over += 1,
                (Some(1) | None, 0) => self.lost.push(format!("{} of {number}", m.id)),
                (lines, replies) => {
                    self.twice.push(format!("{} of {number}: lines {lines:?}, replies {replies}", m.id))
                }
            }
        }
        for (a, turn_a) in messages.iter().zip(&turns) {
            for (b, turn_b) in messages.iter().zip(&turns) {
                let (Some(in_a), Some(in_b)) = (first.get(a.id.as_str()), first.get(b.id.as_str())) else { continue };
                let (Some(of_b), of_a) = (turn_b.first(), turn_a.first()) else { continue };
                let surely_before = in_a.1 < in_b.0;
                match of_a {
                    // Someone waits for a person, and a message taken later was answered.
                    None if surely_before => self.lost.push(format!("{} of {number}, before {}", a.id, b.id)),
                    Some(of_a) if surely_before && of_a > of_b => {
                        self.disordered.push(format!("{} of {number} after {}", a.id, b.id));
                    }
                    Some(of_a) if a.place < b.place && of_a > of_b => self.overtaken += 1,
                    Some(of_a) if a.place < b.place && of_a == of_b => {
                        let text = &got[*of_a].text;
                        if text.find(&a.sign) > text.find(&b.sign) {
                            self.disordered.push(format!("{} and {} of {number} in one turn", a.id, b.id));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn wrong(&self) -> Vec<&String> {
        self.lost.iter().chain(&self.twice).chain(&self.disordered).chain(&self.strange).collect()
    }

    fn table(&self, seed: u64, run: &Run, exits: usize, times: &[(&str, Duration)]) -> String {
        let (e, m) = (run.evolution.tally(), run.model.tally());
        let rows: Vec<(&str, String)> = vec![
            ("seed", seed.to_string()),
            ("tenants, contacts", format!("{TENANTS}, {}", TENANTS * CONTACTS)),
            ("kill -9 of the server", KILLS.to_string()),
            ("  ended by itself", exits.to_string()),
            ("Postgres crashed and restarted", "1".into()),
            ("Evolution in trouble, seconds", OUTAGE.as_secs().to_string()),
            ("  calls answered 5xx", e.failed.to_string()),
            ("  sends that timed out", e.hung.to_string()),
            ("webhook deliveries", e.deliveries.to_string()),
            ("  of them duplicates", e.doubled.to_string()),
            ("  attempts refused, tried again", e.refused.to_string()),
            ("  given up by Evolution", e.lost.to_string()),
            ("model calls", m.calls.to_string()),
            ("  answered 429", m.limited.to_string()),
            ("  answered garbage", m.garbage.to_string()),
            ("messages sent by contacts", run.plan.messages.len().to_string()),
            ("  stored", self.stored.to_string()),
            ("turns decided", self.turns.to_string()),
            ("  replies that reached a contact", self.replies.to_string()),
            ("  hand-offs that reached a contact", self.handoffs.to_string()),
            ("messages answered exactly once", self.answered.to_string()),
            ("messages handed to a person", self.handed_over.to_string()),
            ("  pairs overtaken on the way to us", self.overtaken.to_string()),
            ("jobs dead", self.dead.to_string()),
            ("LOST", self.lost.len().to_string()),
            ("ANSWERED TWICE", self.twice.len().to_string()),
            ("OUT OF ORDER", self.disordered.len().to_string()),
            ("OTHERWISE WRONG", self.strange.len().to_string()),
        ];
        let mut table = String::from("\n  fault run                                 \n");
        for (what, n) in rows {
            writeln!(table, "  {what:<36}{n:>8}").unwrap();
        }
        for (what, time) in times {
            writeln!(table, "  {what:<36}{:>6.1} s", time.as_secs_f32()).unwrap();
        }
        table
    }
}
