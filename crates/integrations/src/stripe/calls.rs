//! The calls we make, each with the fields of reference §4.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use stripe_billing::billing_portal_session::{
    CreateBillingPortalSession, CreateBillingPortalSessionFlowData as Flow,
    CreateBillingPortalSessionFlowDataSubscriptionCancel as FlowCancel,
    CreateBillingPortalSessionFlowDataSubscriptionUpdate as FlowUpdate,
    CreateBillingPortalSessionFlowDataType as FlowType,
};
use stripe_billing::invoice::{ListInvoice, RetrieveInvoice};
use stripe_billing::subscription::{CancelSubscription, ListSubscription, ListSubscriptionStatus, UpdateSubscription};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionPaymentMethodCollection,
    CreateCheckoutSessionSubscriptionData, ExpireCheckoutSession, RetrieveCheckoutSession,
};
use stripe_core::customer::{CreateCustomer, CreateCustomerTaxIdData, CreateCustomerTaxIdDataType};
use stripe_core::event::ListEvent;
use stripe_core::refund::{CreateRefund, ListRefund};
use stripe_product::price::{CreatePrice, CreatePriceRecurring, CreatePriceRecurringInterval, ListPrice};
use stripe_product::product::CreateProduct;

use super::client::StripeClient;
use super::error::StripeError;
use super::types::{Boleto, Event, Invoice, List, Object, Price, Refund, Session, Subscription};

/// Most objects of one page.
const PAGE: i64 = 100;

/// Who is going to pay.
#[derive(Clone, Copy)]
pub struct NovoCliente<'a> {
    /// Where receipts go.
    pub email: &'a str,
    /// Name of the business.
    pub nome: &'a str,
    /// With area code.
    pub telefone: &'a str,
    /// CPF or CNPJ, without punctuation; `None` where Stripe did not take it.
    pub documento: Option<&'a str>,
    /// `pt-BR` or `en`.
    pub idioma: &'a str,
    /// The sign-up it belongs to.
    pub checkout_id: &'a str,
}

/// What is to be paid, and where the browser goes afterwards.
#[derive(Clone, Copy)]
pub struct NovaSessao<'a> {
    /// `cus_…`.
    pub customer: &'a str,
    /// `price_…`.
    pub price: &'a str,
    /// The sign-up it belongs to.
    pub checkout_id: &'a str,
    /// After payment.
    pub success_url: &'a str,
    /// After "back".
    pub cancel_url: &'a str,
    /// `pt-BR` or `en`.
    pub idioma: &'a str,
    /// Days before the first charge; none for 0.
    pub dias_teste: u32,
    /// Between half an hour and a day from now.
    pub expira_em: DateTime<Utc>,
}

/// Where the portal opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portal<'a> {
    /// Its start page.
    Inicio,
    /// A new card.
    Cartao,
    /// Another plan for this subscription.
    Plano(&'a str),
    /// Cancel this subscription.
    Cancelar(&'a str),
}

fn metadata(checkout_id: &str) -> HashMap<String, String> {
    [("checkout_id".to_owned(), checkout_id.to_owned())].into()
}

fn expand(what: &str) -> Vec<String> {
    vec![what.to_owned()]
}

impl StripeClient {
    /// The active prices with these names.
    pub async fn prices(&self, lookup_keys: &[String]) -> Result<Vec<Price>, StripeError> {
        let request = ListPrice::new().active(true).lookup_keys(lookup_keys.to_vec()).limit(PAGE);
        Ok(self.get::<List<Price>>(&request).await?.data)
    }

    /// Something to sell.
    pub async fn create_product(&self, codigo: &str, nome: &str) -> Result<Object, StripeError> {
        let plano: HashMap<String, String> = [("plano".to_owned(), codigo.to_owned())].into();
        self.post(&CreateProduct::new(format!("Proseia {nome}")).metadata(plano), &format!("produto:{codigo}")).await
    }

    /// A price for it, every month or every year.
    pub async fn create_price(
        &self,
        product: &str,
        lookup_key: &str,
        centavos: i64,
        anual: bool,
    ) -> Result<Price, StripeError> {
        let every = if anual { CreatePriceRecurringInterval::Year } else { CreatePriceRecurringInterval::Month };
        let request = CreatePrice::new(stripe_types::Currency::BRL)
            .product(product)
            .unit_amount(centavos)
            .recurring(CreatePriceRecurring::new(every))
            .lookup_key(lookup_key);
        self.post(&request, &format!("preco:{lookup_key}:{centavos}")).await
    }

    /// Who is going to pay, once for each sign-up.
    pub async fn create_customer(&self, cliente: NovoCliente<'_>) -> Result<Object, StripeError> {
        let mut request = CreateCustomer::new()
            .email(cliente.email)
            .name(cliente.nome)
            .phone(cliente.telefone)
            .preferred_locales(vec![cliente.idioma.to_owned()])
            .metadata(metadata(cliente.checkout_id));
        let mut key = format!("cus:{}", cliente.checkout_id);
        match cliente.documento {
            Some(documento) => {
                let kind = if documento.len() == 11 {
                    CreateCustomerTaxIdDataType::BrCpf
                } else {
                    CreateCustomerTaxIdDataType::BrCnpj
                };
                request = request.tax_id_data(vec![CreateCustomerTaxIdData::new(kind, documento)]);
            }
            // Other parameters under the same key would be refused.
            None => key.push_str(":sem-documento"),
        }
        self.post(&request, &key).await
    }

    /// A visit to the payment page; `tentativa` counts those of one sign-up.
    pub async fn create_session(&self, sessao: NovaSessao<'_>, tentativa: i32) -> Result<Session, StripeError> {
        let mut item = CreateCheckoutSessionLineItems::new();
        item.price = Some(sessao.price.to_owned());
        item.quantity = Some(1);
        let mut assinatura = CreateCheckoutSessionSubscriptionData::new();
        assinatura.metadata = Some(metadata(sessao.checkout_id));
        assinatura.trial_period_days = (sessao.dias_teste > 0).then_some(sessao.dias_teste);
        let locale = if sessao.idioma == "en" {
            stripe_checkout::CheckoutSessionLocale::En
        } else {
            stripe_checkout::CheckoutSessionLocale::PtMinusBr
        };
        let request = CreateCheckoutSession::new()
            .mode(stripe_checkout::CheckoutSessionMode::Subscription)
            .customer(sessao.customer)
            .client_reference_id(sessao.checkout_id)
            .line_items(vec![item])
            .success_url(sessao.success_url)
            .cancel_url(sessao.cancel_url)
            .locale(locale)
            .metadata(metadata(sessao.checkout_id))
            .subscription_data(assinatura)
            // A card also for the trial, so that nobody has to come back to pay.
            .payment_method_collection(CreateCheckoutSessionPaymentMethodCollection::Always)
            .expires_at(sessao.expira_em.timestamp());
        self.post(&request, &format!("checkout:{}:{tentativa}", sessao.checkout_id)).await
    }

    /// How far a visit has come.
    pub async fn session(&self, id: &str) -> Result<Session, StripeError> {
        self.get(&RetrieveCheckoutSession::new(id)).await
    }

    /// Closes the payment page, so that it cannot be paid any more. Refused once it is complete or closed.
    pub async fn expire_session(&self, id: &str) -> Result<Session, StripeError> {
        self.post(&ExpireCheckoutSession::new(id), &format!("expira:{id}")).await
    }

    /// Every subscription of a customer, also those that have ended; newest first.
    pub async fn subscriptions(&self, customer: &str) -> Result<Vec<Subscription>, StripeError> {
        let request = ListSubscription::new().customer(customer).status(ListSubscriptionStatus::All).limit(PAGE);
        Ok(self.get::<List<Subscription>>(&request).await?.data)
    }

    /// The last invoices of a customer with what paid them, newest first.
    pub async fn invoices(&self, customer: &str) -> Result<Vec<Invoice>, StripeError> {
        let request = ListInvoice::new().customer(customer).limit(24).expand(expand("data.payments"));
        Ok(self.get::<List<Invoice>>(&request).await?.data)
    }

    /// The boleto that an open invoice waits for; where it waits for none, the invoice itself, which can be paid too.
    pub async fn boleto(&self, invoice: &str) -> Result<Boleto, StripeError> {
        // The deepest that Stripe expands.
        let request = RetrieveInvoice::new(invoice).expand(expand("payments.data.payment.payment_intent"));
        Ok(Boleto::of(&self.get::<serde_json::Value>(&request).await?))
    }

    /// What was given back of a payment.
    pub async fn refunds(&self, payment_intent: &str) -> Result<Vec<Refund>, StripeError> {
        Ok(self.get::<List<Refund>>(&ListRefund::new().payment_intent(payment_intent).limit(PAGE)).await?.data)
    }

    /// Gives all of a payment back, once; says how much.
    pub async fn refund_all(&self, payment_intent: &str) -> Result<i64, StripeError> {
        let request = CreateRefund::new().payment_intent(payment_intent);
        match self.post::<Refund>(&request, &format!("reembolso:{payment_intent}")).await {
            Ok(refund) => Ok(refund.amount),
            Err(StripeError::Refused { code: Some(code), .. }) if code == "charge_already_refunded" => Ok(0),
            Err(e) => Err(e),
        }
    }

    /// Lets a subscription end with the period that is paid, or takes that back. One that has ended is refused.
    pub async fn cancel_at_period_end(&self, id: &str, sim: bool) -> Result<Subscription, StripeError> {
        self.post_anew(&UpdateSubscription::new(id).cancel_at_period_end(sim)).await
    }

    /// Ends a subscription now; nothing more is charged. One that has ended stays so.
    pub async fn cancel_subscription(&self, id: &str) -> Result<(), StripeError> {
        match self.get::<Subscription>(&CancelSubscription::new(id)).await {
            Err(e) if e.is_missing() => Ok(()),
            other => other.map(drop),
        }
    }

    /// An address of the portal; for one click.
    pub async fn portal(
        &self,
        customer: &str,
        fluxo: Portal<'_>,
        return_url: &str,
        idioma: &str,
        configuration: Option<&str>,
    ) -> Result<String, StripeError> {
        let locale = if idioma == "en" {
            stripe_billing::BillingPortalSessionLocale::En
        } else {
            stripe_billing::BillingPortalSessionLocale::PtMinusBr
        };
        let mut request = CreateBillingPortalSession::new().customer(customer).return_url(return_url).locale(locale);
        if let Some(configuration) = configuration {
            request = request.configuration(configuration);
        }
        let flow = match fluxo {
            Portal::Inicio => None,
            Portal::Cartao => Some(Flow::new(FlowType::PaymentMethodUpdate)),
            Portal::Plano(id) => {
                let mut flow = Flow::new(FlowType::SubscriptionUpdate);
                flow.subscription_update = Some(FlowUpdate::new(id));
                Some(flow)
            }
            Portal::Cancelar(id) => {
                let mut flow = Flow::new(FlowType::SubscriptionCancel);
                flow.subscription_cancel = Some(FlowCancel::new(id));
                Some(flow)
            }
        };
        if let Some(flow) = flow {
            request = request.flow_data(flow);
        }
        #[derive(serde::Deserialize)]
        struct Opened {
            url: String,
        }
        Ok(self.post_anew::<Opened>(&request).await?.url)
    }

    /// Events of these kinds after the one named `after`; Stripe keeps them for about 30 days. Newest first.
    pub async fn events(&self, types: &[&str], after: Option<&str>) -> Result<List<Event>, StripeError> {
        let types: Vec<String> = types.iter().map(|t| (*t).to_owned()).collect();
        let mut request = ListEvent::new().types(types).limit(PAGE);
        if let Some(after) = after {
            request = request.starting_after(after);
        }
        self.get(&request).await
    }
}
