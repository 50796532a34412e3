//! Signing up and what is paid: the checkout, the assinatura, its invoices. Amounts are centavos of real.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::planos::PlanoDto;
use crate::{FluxoPortal, Periodicidade, StatusCheckout, StatusCliente, StatusFatura};

/// `POST /api/v1/checkout`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NovoCheckout {
    /// `codigo` of the plan.
    pub plano: String,
    /// How often it is paid.
    pub periodicidade: Periodicidade,
    /// Name of the business.
    pub nome: String,
    /// Login of the account to be, and where its mails go.
    pub email: String,
    /// With area code.
    pub telefone: String,
    /// CPF or CNPJ, as typed.
    pub documento: String,
    /// `pt-BR` or `en`; the payment page and the mails speak it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idioma: Option<String>,
}

impl std::fmt::Debug for NovoCheckout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NovoCheckout").field("plano", &self.plano).finish_non_exhaustive()
    }
}

/// A sign-up on its way. Its id opens it, so it is nobody else's business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckoutDto {
    /// Random; the only key to this page.
    pub id: Uuid,
    /// What is bought.
    pub plano: PlanoDto,
    /// How often it is paid.
    pub periodicidade: Periodicidade,
    /// As typed.
    pub nome: String,
    /// As typed.
    pub email: String,
    /// How far it has come.
    pub status: StatusCheckout,
    /// Where to pay, while `ABERTO`.
    pub url: Option<String>,
    /// `PAGO`, and the account is new: the mail with the way in has been queued.
    pub primeiro_acesso: bool,
    /// `FALHOU`, because the e-mail had an account already: what was paid goes back.
    pub devolvido: bool,
    /// When the payment page closes.
    pub expira_em: DateTime<Utc>,
}

/// `GET /api/v1/assinatura`: how the cliente stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssinaturaDto {
    /// The standing with us.
    pub status: StatusCliente,
    /// What is subscribed to; none where an admin made the account.
    pub plano: Option<PlanoDto>,
    /// How often it is paid.
    pub periodicidade: Option<Periodicidade>,
    /// The next charge; none once it ends.
    pub proxima_cobranca: Option<DateTime<Utc>>,
    /// How much it will be.
    pub valor_centavos: Option<i64>,
    /// The trial lasts until then.
    pub teste_ate: Option<DateTime<Utc>>,
    /// It ends then: cancelled at the end of the period, and can be undone until then.
    pub cancela_em: Option<DateTime<Utc>>,
    /// A payment has been missing since then.
    pub inadimplente_desde: Option<DateTime<Utc>>,
    /// Unpaid until then, the assistant falls silent.
    pub suspende_em: Option<DateTime<Utc>>,
    /// The account's data is erased then.
    pub apaga_em: Option<DateTime<Utc>>,
    /// Where the open invoice is paid.
    pub pagamento_url: Option<String>,
    /// What it asks for.
    pub pagamento_centavos: Option<i64>,
    /// A boleto that was made for a new assinatura and is not paid yet.
    pub boleto: Option<BoletoDto>,
    /// Whether the payment portal can be opened.
    pub gerenciavel: bool,
    /// Whether a new checkout is the way back: nothing runs any more that could be paid.
    pub pode_assinar: bool,
}

/// A boleto that waits for its payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoletoDto {
    /// The sign-up it pays for; its page has the boleto.
    pub checkout: Uuid,
    /// What it asks for.
    pub valor_centavos: i64,
}

/// `GET /api/v1/assinatura/consumo`: what the current month in Brasília has used of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsumoDto {
    /// Automatic messages.
    pub mensagens: i64,
    /// Characters of the knowledge text.
    pub caracteres: i64,
    /// WhatsApp numbers that are connected.
    pub numeros: i64,
    /// What the models have cost, in reais.
    pub custo_brl: f64,
}

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaturaDto {
    /// Stripe's.
    pub id: String,
    /// As printed on it.
    pub numero: Option<String>,
    /// What became of it.
    pub status: StatusFatura,
    /// What it asks for.
    pub total_centavos: i64,
    /// What was given back.
    pub reembolsado_centavos: i64,
    /// When it was made.
    pub emitida_em: DateTime<Utc>,
    /// When it was paid.
    pub paga_em: Option<DateTime<Utc>>,
    /// Where it is shown, and paid.
    pub url: Option<String>,
    /// The same to keep.
    pub pdf: Option<String>,
}

/// `GET /api/v1/assinatura/faturas`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaturasDto {
    /// One page.
    pub itens: Vec<FaturaDto>,
    /// `depois` of the next page; none on the last one.
    pub proximo: Option<String>,
}

/// `POST /api/v1/assinatura/portal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalRequest {
    /// Where it opens.
    pub fluxo: FluxoPortal,
}

/// Its address; good for one visit, soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalDto {
    /// Where to send the browser.
    pub url: String,
}

/// `GET /api/v1/admin/eventos-stripe`, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventosStripeDto {
    /// One page.
    pub itens: Vec<EventoStripeDto>,
    /// `depois` of the next page; none on the last one.
    pub proximo: Option<String>,
}

/// What Stripe sent, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventoStripeDto {
    /// Stripe's.
    pub id: String,
    /// As `invoice.paid`.
    pub tipo: String,
    /// When it happened there.
    pub criado_em: DateTime<Utc>,
    /// When it came.
    pub recebido_em: DateTime<Utc>,
    /// When it was dealt with.
    pub processado_em: Option<DateTime<Utc>>,
    /// How often that was tried.
    pub tentativas: i32,
    /// What became of it, as `lido` or `ignorado:tipo`.
    pub resultado: Option<String>,
    /// Why the last try failed.
    pub erro: Option<String>,
    /// As it came.
    pub payload: serde_json::Value,
}
