//! Word lists. All entries are folded (lower case, no accents). Kept short on purpose: each entry must hold in any trade.

/// Written-out form of what people abbreviate on WhatsApp; a word that is none stays itself.
pub(super) fn expand(word: &str) -> Vec<String> {
    let long: &[&str] = match word {
        "vc" | "vcs" | "ce" | "ces" | "c6" => &["voce"],
        "q" | "qe" => &["que"],
        "oq" | "oque" => &["o", "que"],
        "qto" | "qnt" | "qnto" | "quant" | "qt" => &["quanto"],
        "qts" | "qtos" | "qntos" | "qtas" | "qntas" => &["quantos"],
        "qdo" | "qnd" => &["quando"],
        "ql" | "qal" => &["qual"],
        "tb" | "tbm" | "tmb" | "tambm" => &["tambem"],
        "pq" | "pk" => &["porque"],
        "qro" => &["quero"],
        "qria" => &["queria"],
        "hj" => &["hoje"],
        "amnh" | "amanh" => &["amanha"],
        "kd" | "cade" | "ond" | "ondi" => &["onde"],
        "aki" => &["aqui"],
        "eh" => &["e"],
        "n" | "nao" | "naum" | "ñ" => &["nao"],
        "dom" => &["domingo"],
        "seg" => &["segunda"],
        "qua" => &["quarta"],
        "qui" => &["quinta"],
        "sex" => &["sexta"],
        "sab" => &["sabado"],
        "fds" | "findi" => &["fim", "semana", "sabado", "domingo"],
        "cc" => &["cartao", "credito"],
        "cel" => &["celular"],
        "tel" | "fone" | "tels" => &["telefone"],
        "wpp" | "wats" | "whats" | "zap" | "zapzap" => &["whatsapp"],
        "end" => &["endereco"],
        "msg" => &["mensagem"],
        "min" | "mins" => &["minutos"],
        "hr" | "hrs" | "hra" | "hras" => &["horario"],
        "obg" | "obgd" | "vlw" | "brigado" | "brigada" => &["obrigado"],
        "pfv" | "pf" | "pls" | "porfavor" => &["por", "favor"],
        "blz" => &["beleza"],
        "mt" | "mto" | "mta" => &["muito"],
        "agr" => &["agora"],
        "msm" => &["mesmo"],
        "ta" => &["esta"],
        "p" | "pra" | "pro" | "pras" | "pros" => &["para"],
        "bomdia" | "boatarde" | "boanoite" | "tard" => &[],
        "finde" => &["fim", "semana", "sabado", "domingo"],
        "ctg" => &["contigo"],
        "cmg" => &["comigo"],
        "neh" | "nehh" => &["ne"],
        "aond" => &["onde"],
        "prq" | "porq" => &["porque"],
        "pgto" | "pagto" | "pgt" => &["pagamento"],
        "desc" => &["desconto"],
        "conv" => &["convenio"],
        "masc" => &["masculino"],
        "fem" => &["feminino"],
        "inf" => &["infantil"],
        "niver" | "aniver" => &["aniversario"],
        "refri" => &["refrigerante"],
        "dps" => &["depois"],
        other => return vec![other.to_owned()],
    };
    long.iter().map(|&w| w.to_owned()).collect()
}

/// Words that carry no topic, in texts and questions alike (the common Portuguese stop words, folded).
pub(super) fn is_stop(word: &str) -> bool {
    const STOP: &[&str] = &[
        "a", "ao", "aos", "aquela", "aquelas", "aquele", "aqueles", "aquilo", "as", "ate", "b", "c", "com", "como",
        "d", "da", "das", "de", "dela", "delas", "dele", "deles", "depois", "do", "dos", "e", "ela", "elas", "ele",
        "eles", "em", "entre", "era", "essa", "essas", "esse", "esses", "esta", "estao", "estamos", "estar", "estas",
        "este", "estes", "estou", "eu", "f", "foi", "for", "foram", "h", "ha", "isso", "isto", "j", "ja", "k", "l",
        "la", "lhe", "lhes", "mais", "mas", "me", "mesmo", "meu", "meus", "minha", "minhas", "muito", "muita",
        "muitos", "muitas", "na", "nao", "nas", "nem", "no", "nos", "nossa", "nossas", "nosso", "nossos", "num",
        "numa", "o", "os", "ou", "para", "pela", "pelas", "pelo", "pelos", "por", "porque", "porque", "qual", "quais",
        "quando", "que", "quem", "r", "s", "sao", "se", "seja", "sem", "ser", "sera", "seu", "seus", "so", "sobre",
        "somos", "sou", "sua", "suas", "t", "tambem", "te", "tem", "temos", "tenha", "tenho", "ter", "tinha", "u",
        "um", "uma", "umas", "uns", "v", "voce", "voces", "w", "x", "y", "z", "i", "quanta", "quantas", "quantos",
        "cada", "the", "of",
    ];
    STOP.contains(&word)
}

/// Politeness and scaffolding of a question; in a text the same words may be the topic.
pub(super) fn is_filler(word: &str) -> bool {
    const FILLER: &[&str] = &[
        "oi",
        "oie",
        "ola",
        "opa",
        "oii",
        "eai",
        "ai",
        "alo",
        "hey",
        "tudo",
        "bem",
        "beleza",
        "favor",
        "gentileza",
        "obrigado",
        "obrigada",
        "gostaria",
        "queria",
        "quero",
        "queriamos",
        "preciso",
        "precisava",
        "precisaria",
        "saber",
        "sabe",
        "sabem",
        "pode",
        "podem",
        "posso",
        "podemos",
        "poderia",
        "poderiam",
        "consigo",
        "consegue",
        "conseguem",
        "dizer",
        "diz",
        "falar",
        "fala",
        "informar",
        "informacao",
        "informacoes",
        "ver",
        "vai",
        "vao",
        "vou",
        "ir",
        "da",
        "dar",
        "tipo",
        "algum",
        "alguma",
        "alguns",
        "algumas",
        "duvida",
        "pergunta",
        "amigo",
        "amiga",
        "moca",
        "moco",
        "senhor",
        "senhora",
        "sr",
        "sra",
        "ne",
        "entao",
        "ainda",
        "aqui",
        "esse",
        "fazem",
        "faz",
        "fazer",
        "faco",
        "existe",
        "existem",
        "costuma",
        "seria",
        "ah",
        "eh",
        "hein",
        "pessoal",
        "gente",
        "galera",
        "queridos",
        "querida",
        "tao",
        "mim",
        "comigo",
        "agora",
        "assim",
        "proprio",
        "propria",
        "outro",
        "outra",
        "jeito",
        "possivel",
        "kkk",
        "rs",
        "trabalham",
        "voceis",
        "tiver",
        "fosse",
        "devo",
        "deve",
        "hmm",
        "hum",
        "coisa",
        "coisas",
        "coisinha",
        "coisinhas",
        "dai",
        "ali",
        "uai",
        "oxe",
        "eita",
        "mano",
        "porfa",
        "olha",
    ];
    FILLER.contains(&word)
}

/// What a question word suggests the answer is about.
pub(super) fn hint(word: &str) -> Option<&'static str> {
    match word {
        "onde" | "aonde" | "fica" | "ficam" => Some("endereco"),
        "quanto" => Some("preco"),
        _ => None,
    }
}

/// What customers and owners name differently, by the word both are compared as.
const SAME_MEANING: &[(&str, &[&str])] = &[
    ("preco", &["custa", "custam", "custo", "precos", "valor", "valores", "custaria"]),
    ("entrega", &["delivery", "tele", "telentrega", "motoboy"]),
    ("envio", &["enviar", "envia", "enviam", "enviamos", "mandar", "manda", "mandam", "mandamos", "despachamos"]),
    ("endereco", &["localizacao", "localizado", "localizada", "localizados", "enderecos"]),
    ("horario", &["hora", "horas", "horarios"]),
    (
        "atendimento",
        &[
            "abre",
            "abrem",
            "abrir",
            "abrimos",
            "aberto",
            "aberta",
            "abertos",
            "funciona",
            "funcionam",
            "funcionamento",
            "funcionamos",
            "atendem",
            "atende",
            "atendemos",
        ],
    ),
    ("prazo", &["demora", "demoram", "prazos"]),
    ("pagar", &["pagamento", "pagamentos", "paga", "pagam", "pago"]),
    (
        "parcela",
        &["parcelas", "parcelar", "parcelam", "parcelamos", "parcelado", "parcelamento", "prestacao", "prestacoes"],
    ),
    ("agendamento", &["agendar", "agendamentos", "agenda", "agendo", "marcar", "marcadas", "marcada", "marcado"]),
    ("reserva", &["reservas", "reservar", "reservamos"]),
    ("crianca", &["criancas", "filho", "filha", "filhos", "filhas", "bebe"]),
    ("cachorro", &["cachorros", "cao", "caes", "cadela", "dog", "dogs", "cachorrinho"]),
];

/// One word for what customers and owners name differently; any other word stays itself.
pub(super) fn same_meaning(word: &str) -> &str {
    let group = SAME_MEANING.iter().find(|(_, others)| others.contains(&word));
    group.map_or(word, |(meaning, _)| meaning)
}

/// All words that are compared as another, with that one.
pub(super) fn aliases() -> impl Iterator<Item = (&'static str, &'static str)> {
    SAME_MEANING.iter().flat_map(|(meaning, others)| others.iter().map(move |o| (*o, *meaning)))
}

/// What a word of a text is besides itself: a street is an address, "em 7 dias" a time limit.
pub(super) fn also(word: &str) -> Option<&'static str> {
    match word {
        "rua" | "avenida" | "av" | "rodovia" | "praca" | "alameda" | "travessa" => Some("endereco"),
        "dias" | "minutos" | "semanas" => Some("prazo"),
        _ => None,
    }
}

const WEEK: [&str; 7] = ["segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo"];

fn day(word: &str) -> Option<usize> {
    let word = word.strip_suffix('s').unwrap_or(word);
    WEEK.iter().position(|d| *d == word)
}

/// The days that "segunda [feira] a sexta" or "todos os dias" means without naming them. `words` starts at the day or at
/// "todos".
pub(super) fn days_between(words: &[String]) -> Option<Vec<&'static str>> {
    let mut rest = words.iter().map(String::as_str);
    let first = rest.next()?;
    if first == "todos" {
        return (rest.next() == Some("os") && rest.next() == Some("dias")).then(|| WEEK.to_vec());
    }
    let from = day(first)?;
    let mut link = rest.next()?;
    if link == "feira" {
        link = rest.next()?;
    }
    if !matches!(link, "a" | "as" | "ate") {
        return None;
    }
    let to = day(rest.next()?)?;
    let steps = (to + WEEK.len() - from) % WEEK.len();
    Some(WEEK.iter().cycle().skip(from + 1).take(steps.saturating_sub(1)).copied().collect())
}
