//! The states of the plan, each a closed set spelled as the plan spells it.

use serde::{Deserialize, Serialize};

/// An enum that is stored and sent as upper-case text.
macro_rules! estado {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "diesel", diesel(sql_type = diesel::sql_types::Text))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text stored in the database and sent on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownState;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($text => Ok(Self::$variant),)+ _ => Err(UnknownState(stringify!($name))) }
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(std::str::from_utf8(bytes.as_bytes())?.parse()?)
            }
        }
    };
}

/// A text that is no value of the named state: a database newer than this program, or a bad query parameter.
#[derive(Debug, thiserror::Error)]
#[error("not a value of {0}")]
pub struct UnknownState(&'static str);

estado! {
    /// Why a number is not connected any more. That the owner ended it has no cause.
    CausaQueda {
        /// Nobody scanned the codes in time.
        CodigoNaoLido = "CODIGO_NAO_LIDO",
        /// Removed from the linked devices on the phone (401).
        RemovidaNoCelular = "REMOVIDA_NO_CELULAR",
        /// WhatsApp has banned the number (403).
        NumeroBloqueado = "NUMERO_BLOQUEADO",
        /// Evolution did not answer.
        ServidorFora = "SERVIDOR_FORA",
        /// WhatsApp gave another reason, or none.
        Encerrada = "ENCERRADA",
    }
}

impl CausaQueda {
    /// In words for the owner, with what to do.
    pub const fn frase(self) -> &'static str {
        match self {
            Self::CodigoNaoLido => "O código não foi lido a tempo. Gere outro quando estiver com o celular na mão.",
            Self::RemovidaNoCelular => "A conexão foi removida no celular. Conecte de novo para continuar.",
            Self::NumeroBloqueado => "O WhatsApp bloqueou este número. Peça a análise no aplicativo e conecte depois.",
            Self::ServidorFora => "O servidor do WhatsApp não respondeu. Tente de novo em alguns minutos.",
            Self::Encerrada => "O WhatsApp encerrou a conexão. Conecte de novo para continuar.",
        }
    }
}

estado! {
    /// Who speaks in a conversa (plan, phase 12).
    EstadoConversa {
        /// The assistant answers.
        IaAtiva = "IA_ATIVA",
        /// The assistant gave up or was asked to; nobody has answered yet.
        AguardandoHumano = "AGUARDANDO_HUMANO",
        /// A person has answered; the assistant stays silent.
        HumanoRespondeu = "HUMANO_RESPONDEU",
    }
}

/// What can happen to a conversa. The only way from one [`EstadoConversa`] to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transicao {
    /// The assistant is not sure, failed, or was asked for a person.
    PassarParaHumano,
    /// A person wrote, in the browser or on the phone, or took over before writing.
    HumanoAssumiu,
    /// A person gave the conversa back ("devolver à IA").
    DevolverParaIa,
}

impl EstadoConversa {
    /// The state after `t`, or `None` where `t` changes nothing.
    pub const fn apos(self, t: Transicao) -> Option<Self> {
        match (self, t) {
            (Self::IaAtiva, Transicao::PassarParaHumano) => Some(Self::AguardandoHumano),
            (Self::IaAtiva | Self::AguardandoHumano, Transicao::HumanoAssumiu) => Some(Self::HumanoRespondeu),
            (Self::AguardandoHumano | Self::HumanoRespondeu, Transicao::DevolverParaIa) => Some(Self::IaAtiva),
            _ => None,
        }
    }

    /// Whether the assistant may answer.
    pub const fn ia_responde(self) -> bool {
        matches!(self, Self::IaAtiva)
    }
}

estado! {
    /// The cliente's standing with us (plan, phases 2, 5 and 13).
    StatusCliente {
        /// Paid; everything works.
        Ativo = "ATIVO",
        /// Signed up, not yet paid.
        Pendente = "PENDENTE",
        /// A payment failed; days of grace.
        Inadimplente = "INADIMPLENTE",
        /// Grace is over: the bot is silent.
        Suspenso = "SUSPENSO",
        /// Left.
        Cancelado = "CANCELADO",
    }
}

impl StatusCliente {
    /// "Assinatura ativa" of the plan: the assistant may answer. Grace counts as active.
    pub const fn assinatura_ativa(self) -> bool {
        matches!(self, Self::Ativo | Self::Inadimplente)
    }
}

estado! {
    /// How often a plan is paid.
    Periodicidade {
        /// Every month.
        Mensal = "MENSAL",
        /// A year at once.
        Anual = "ANUAL",
    }
}

estado! {
    /// How far a sign-up has come (`checkouts.status`).
    StatusCheckout {
        /// The payment page waits.
        Aberto = "ABERTO",
        /// Done there; the bank has not confirmed yet (boleto).
        AguardandoPagamento = "AGUARDANDO_PAGAMENTO",
        /// Paid, or the trial has begun: the account exists.
        Pago = "PAGO",
        /// Not paid in time; can be resumed.
        Expirado = "EXPIRADO",
        /// The payment failed for good; can be resumed.
        Falhou = "FALHOU",
    }
}

estado! {
    /// What became of an invoice (`faturas.status`).
    StatusFatura {
        /// To be paid.
        Aberta = "ABERTA",
        /// Paid.
        Paga = "PAGA",
        /// Void.
        Cancelada = "CANCELADA",
        /// Given up.
        Incobravel = "INCOBRAVEL",
    }
}

estado! {
    /// Where the payment portal opens.
    FluxoPortal {
        /// Its start page.
        Inicio = "INICIO",
        /// A new card.
        Cartao = "CARTAO",
        /// Another plan.
        Plano = "PLANO",
        /// Cancel at the end of the period.
        Cancelar = "CANCELAR",
    }
}

estado! {
    /// When the owner has a mail about people who wait (`clientes.avisar_pendentes`).
    AvisarPendentes {
        /// With the first who waits, then at most every half hour.
        NaHora = "NA_HORA",
        /// Every three hours, all together.
        Resumo = "RESUMO",
        /// Never: the panel is enough.
        Nunca = "NUNCA",
    }
}

estado! {
    /// The state of a WhatsApp connection (plan, phase 10).
    StatusInstancia {
        /// No connection; scan again to connect.
        Desconectado = "DESCONECTADO",
        /// Created; Evolution has not shown a QR code or is reconnecting.
        Conectando = "CONECTANDO",
        /// A QR code waits to be scanned.
        AguardandoQr = "AGUARDANDO_QR",
        /// Messages flow.
        Conectado = "CONECTADO",
    }
}

estado! {
    /// Who wrote a line of `historico_mensagens` (its `tipo`).
    TipoMensagem {
        /// The person on WhatsApp.
        Contato = "CONTATO",
        /// The assistant.
        Ia = "IA",
        /// A person of the business, in the browser or on the phone.
        Humano = "HUMANO",
        /// A note of ours in the thread, never sent.
        Sistema = "SISTEMA",
        /// A person's private note in the thread: never sent, and never seen by the assistant.
        Nota = "NOTA",
    }
}

impl TipoMensagem {
    /// Whether it was said between the business and the contato, and not only noted in the thread.
    pub const fn falada(self) -> bool {
        matches!(self, Self::Contato | Self::Ia | Self::Humano)
    }
}

estado! {
    /// What a line is when it is more than typed text (its `detalhes.conteudo`); `midias.tipo` takes the first five.
    TipoConteudo {
        /// A voice note or an audio file.
        Audio = "AUDIO",
        /// A picture.
        Imagem = "IMAGEM",
        /// A film, also a round video note.
        Video = "VIDEO",
        /// A file.
        Documento = "DOCUMENTO",
        /// A sticker.
        Figurinha = "FIGURINHA",
        /// A place, fixed or live.
        Localizacao = "LOCALIZACAO",
        /// One or more contact cards.
        Cartao = "CARTAO",
        /// A poll.
        Enquete = "ENQUETE",
        /// A call, as the chat notes it.
        Ligacao = "LIGACAO",
        /// Something to be seen once; never kept.
        VistaUnica = "VISTA_UNICA",
        /// A kind that is not read.
        Outro = "OUTRO",
    }
}

impl TipoConteudo {
    /// Whether it comes with a file.
    pub const fn tem_arquivo(self) -> bool {
        matches!(self, Self::Audio | Self::Imagem | Self::Video | Self::Documento | Self::Figurinha)
    }

    /// Whether it asks for nothing: shown, neither answered nor handed over.
    pub const fn so_mostra(self) -> bool {
        matches!(self, Self::Figurinha | Self::Ligacao)
    }
}

estado! {
    /// Whether a file that came with a line is here.
    EstadoMidia {
        /// Announced; the job fetches it.
        Pendente = "PENDENTE",
        /// In the media store.
        Guardada = "GUARDADA",
        /// Larger than what is kept; on the phone only.
        Grande = "GRANDE",
        /// WhatsApp did not hand it out; on the phone only.
        Indisponivel = "INDISPONIVEL",
    }
}

estado! {
    /// How far an outgoing message has come.
    StatusEnvio {
        /// Waits in the outbox.
        Pendente = "PENDENTE",
        /// The call to Evolution has begun; whether it arrived is not known yet.
        Enviando = "ENVIANDO",
        /// Evolution took it.
        Enviada = "ENVIADA",
        /// It reached the phone.
        Entregue = "ENTREGUE",
        /// It was read.
        Lida = "LIDA",
        /// Given up; a person can try again.
        Falhou = "FALHOU",
    }
}

estado! {
    /// How far the knowledge text is searchable.
    StatusIndexacao {
        /// No text yet.
        Vazio = "VAZIO",
        /// Saved; the job waits.
        Pendente = "PENDENTE",
        /// Being cut and stored.
        Indexando = "INDEXANDO",
        /// The assistant answers from this text.
        Pronto = "PRONTO",
        /// Failed; the previous index still answers.
        Erro = "ERRO",
    }
}

estado! {
    /// How a version of the knowledge text came about (`conhecimento_versoes.origem`).
    OrigemVersao {
        /// Typed.
        Edicao = "EDICAO",
        /// Out of a file or a web page.
        Importacao = "IMPORTACAO",
        /// An older version taken again.
        Restauracao = "RESTAURACAO",
        /// A question and its answer were added.
        Ensino = "ENSINO",
    }
}

estado! {
    /// What the owner has done about a question without an answer (`perguntas.estado`).
    EstadoPergunta {
        /// Nothing yet.
        Aberta = "ABERTA",
        /// Written the answer into the knowledge.
        Ensinada = "ENSINADA",
        /// Decided that it needs none.
        Dispensada = "DISPENSADA",
    }
}

estado! {
    /// What an owner is told about (`avisos.tipo`).
    TipoAviso {
        /// The number is not connected any more, or Evolution is away.
        ConexaoCaiu = "CONEXAO_CAIU",
        /// Evolution says open and holds messages that it never delivered to us.
        InstanciaSurda = "INSTANCIA_SURDA",
        /// Nothing came for a time in which much usually comes, and Evolution holds nothing either.
        Silencio = "SILENCIO",
        /// Nothing that was sent lately has reached a phone.
        SemRecibo = "SEM_RECIBO",
        /// Messages of an outage were found afterwards; those too old were not answered.
        MensagensRecuperadas = "MENSAGENS_RECUPERADAS",
        /// 80 % of the month's budget for models is spent.
        Orcamento80 = "ORCAMENTO_80",
        /// All of it is spent: people answer until the month ends.
        OrcamentoEsgotado = "ORCAMENTO_ESGOTADO",
        /// 80 % of the plan's automatic messages of the month are used.
        Mensagens80 = "MENSAGENS_80",
        /// All of them are: people answer until the month ends.
        MensagensEsgotadas = "MENSAGENS_ESGOTADAS",
        /// A mail to the owner was refused: the address may be wrong.
        EmailRecusado = "EMAIL_RECUSADO",
    }
}

estado! {
    /// Where a mail is (`emails.estado`).
    EstadoEmail {
        /// Not taken by a mail server yet.
        NaFila = "NA_FILA",
        /// A mail server has taken it.
        Enviado = "ENVIADO",
        /// Refused, or tried for two days in vain.
        Recusado = "RECUSADO",
    }
}

estado! {
    /// What a link that signs in was sent for (`links_acesso.tipo`).
    TipoLink {
        /// With the welcome, beside the first senha.
        PrimeiroAcesso = "PRIMEIRO_ACESSO",
        /// Because the senha was forgotten.
        NovaSenha = "NOVA_SENHA",
    }
}

estado! {
    /// What a model was asked for (`uso_openai.tipo`).
    TipoUso {
        /// An answer.
        Chat = "CHAT",
        /// Vectors of a question or of the knowledge.
        Embedding = "EMBEDDING",
        /// Speech to text.
        Audio = "AUDIO",
        /// A picture or a document read.
        Visao = "VISAO",
    }
}

estado! {
    /// The trade of a business, as its owner says (`primeiros_passos.ramo`): which questions its customers ask.
    Ramo {
        /// Pizza, burgers and other delivery.
        Pizzaria = "PIZZARIA",
        /// Restaurant, bar, café.
        Restaurante = "RESTAURANTE",
        /// Doctor, dentist, therapist.
        Clinica = "CLINICA",
        /// Hair, nails, beauty.
        Salao = "SALAO",
        /// Pet shop and vet.
        Petshop = "PETSHOP",
        /// Car repair.
        Oficina = "OFICINA",
        /// Gym, studio.
        Academia = "ACADEMIA",
        /// Clothes, shoes and other goods.
        Loja = "LOJA",
        /// Flowers and gifts.
        Floricultura = "FLORICULTURA",
        /// School, course, private lessons.
        Curso = "CURSO",
        /// Inn, hotel, holiday home.
        Pousada = "POUSADA",
        /// Grocery, bakery, butcher.
        Mercado = "MERCADO",
        /// Anything else.
        Outro = "OUTRO",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for e in EstadoConversa::ALL {
            assert_eq!(e.as_str().parse::<EstadoConversa>().unwrap(), *e);
            assert_eq!(serde_json::to_value(e).unwrap(), e.as_str());
        }
        assert!("ia_ativa".parse::<EstadoConversa>().is_err());
    }

    #[test]
    fn only_the_assistant_hands_over_and_only_a_person_gives_back() {
        use EstadoConversa::*;
        use Transicao::*;
        let table = [
            (IaAtiva, PassarParaHumano, Some(AguardandoHumano)),
            (IaAtiva, HumanoAssumiu, Some(HumanoRespondeu)),
            (IaAtiva, DevolverParaIa, None),
            (AguardandoHumano, PassarParaHumano, None),
            (AguardandoHumano, HumanoAssumiu, Some(HumanoRespondeu)),
            (AguardandoHumano, DevolverParaIa, Some(IaAtiva)),
            (HumanoRespondeu, PassarParaHumano, None),
            (HumanoRespondeu, HumanoAssumiu, None),
            (HumanoRespondeu, DevolverParaIa, Some(IaAtiva)),
        ];
        for (from, t, to) in table {
            assert_eq!(from.apos(t), to, "{from} {t:?}");
        }
    }
}
