//! Error codes: the stable words of every refusal. `docs/errors.md` lists them; a test compares.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $message:literal;)+) => {
        /// Why a request was refused. The code never changes; the message may.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ErrorCode { $($(#[$doc])* #[serde(rename = $code)] $variant),+ }

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text on the wire.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code),+ } }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status),+ } }

            /// What a person reads: what happened and what to do, in Portuguese.
            pub const fn message(self) -> &'static str { match self { $(Self::$variant => $message),+ } }
        }
    };
}

codes! {
    /// The body is not the JSON that this path takes.
    BadRequest = "bad_request", 400, "Não entendemos o pedido. Confira o formato do JSON enviado.";
    /// A field breaks a rule; `fields` says which and how.
    Validation = "validation_failed", 422, "Há campos para corrigir.";
    /// No token, or one that is not ours, expired or revoked.
    Unauthenticated = "unauthenticated", 401, "Sua sessão terminou. Entre novamente.";
    /// Unknown e-mail or wrong senha; the same words for both.
    WrongCredentials = "wrong_credentials", 401, "E-mail ou senha incorretos.";
    /// The senha is the one we made; it has to be replaced first.
    TrocarSenha = "trocar_senha", 403, "Crie sua senha antes de continuar.";
    /// A link for the senha that is unknown, used, replaced or too old: one answer.
    LinkInvalido = "link_invalido", 410, "Este link não vale mais. Peça outro em \"Esqueci minha senha\".";
    /// A good token of the other audience, or a role that may not do this.
    Forbidden = "forbidden", 403, "Você não tem acesso a esta área.";
    /// The request came from another site.
    CrossSite = "cross_site", 403, "O pedido veio de outro site e foi recusado.";
    /// No such thing, or it belongs to somebody else.
    NotFound = "not_found", 404, "Não encontramos o que você procura.";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "Este endereço não aceita essa operação.";
    /// Somebody else saved in between.
    Conflict = "conflict", 409, "Outra pessoa alterou isto agora há pouco. Recarregue e tente de novo.";
    /// The contato has written since the person looked.
    NewMessage = "new_message", 409, "Chegou uma mensagem nova nesta conversa. Leia antes de resolver.";
    /// The body is larger than this path takes.
    TooLarge = "too_large", 413, "O conteúdo enviado é grande demais.";
    /// Too many tries; wait.
    TooManyRequests = "too_many_requests", 429, "Muitas tentativas. Espere um minuto e tente de novo.";
    /// The number is not connected, so nothing can be sent.
    WhatsappNotConnected = "whatsapp_not_connected", 409, "O WhatsApp não está conectado. Conecte em \"Conectar WhatsApp\" e tente de novo.";
    /// The contato has not written yet: nobody is written to first.
    ContactNeverWrote = "contact_never_wrote", 409, "Este contato ainda não escreveu para você. Só dá para responder a quem escreveu primeiro.";
    /// Evolution did not answer or answered nonsense.
    WhatsappUnavailable = "whatsapp_unavailable", 502, "O servidor do WhatsApp não respondeu. Tente de novo em instantes.";
    /// The assinatura does not allow changes.
    SubscriptionInactive = "subscription_inactive", 402, "Sua assinatura não está ativa. Regularize para continuar.";
    /// There is an account with this e-mail: to sign in instead of paying twice.
    ContaExistente = "conta_existente", 409, "Já existe uma conta com este e-mail. Entre com ela para ver a assinatura.";
    /// A boleto of this cliente can still be paid: not two at once.
    BoletoPendente = "boleto_pendente", 409, "Há um boleto esperando pagamento nesta conta. Pague esse boleto, ou espere ele vencer para pagar de outro jeito.";
    /// Payment is not configured in this installation.
    CheckoutFechado = "checkout_fechado", 503, "As assinaturas estão fechadas no momento. Fale com a gente para ser avisado quando abrirem.";
    /// Stripe did not answer, or refused for a reason of ours.
    PagamentoIndisponivel = "pagamento_indisponivel", 502, "O serviço de pagamento não respondeu. Nada foi cobrado; tente de novo em instantes.";
    /// The plan cannot be bought: no longer sold, or its price at Stripe is another.
    PlanoIndisponivel = "plano_indisponivel", 409, "Este plano não pode ser assinado agora. Escolha outro ou fale com a gente.";
    /// The assinatura is suspended or has ended: what is there can be read and not changed.
    AssinaturaSuspensa = "assinatura_suspensa", 403, "Sua assinatura está suspensa: dá para ver tudo, mas não alterar. Regularize o pagamento para continuar.";
    /// The plan's limit is reached.
    LimiteDoPlano = "limite_do_plano", 409, "Você chegou ao limite do seu plano. Mude de plano para continuar.";
    /// One of our parts is away; try again.
    Unavailable = "unavailable", 503, "Serviço indisponível no momento. Tente de novo em instantes.";
    /// Our fault; the request id leads to the log.
    Internal = "internal", 500, "Algo deu errado do nosso lado. Já registramos; tente de novo.";
}

/// The body of every error answer, of REST and of server functions alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// Stable, for programs.
    pub code: ErrorCode,
    /// Portuguese, for people.
    pub message: String,
    /// Field name to what is wrong with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// To find the request in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl ApiError {
    /// The code with its own message.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, message: code.message().to_owned(), fields: BTreeMap::new(), request_id: None }
    }

    /// A validation error of one field.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self { fields: [(name.to_owned(), message.into())].into(), ..Self::new(ErrorCode::Validation) }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}
