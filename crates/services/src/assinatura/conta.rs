//! The account that a payment makes, exactly once: under the customer's lock, with three unique keys behind it (the customer,
//! the e-mail, and the key of the welcome mail), in the transaction that says the checkout is paid.

use contracts::{ClienteId, StatusCliente};
use db::SystemTx;
use db::models::checkout::Checkout;
use db::models::cliente::{self, Cliente};

use crate::ctx::{new_id, random_hex};
use crate::{Ctx, Result, auth};

/// Whose payment it is.
pub(super) enum Conta {
    /// Nobody's until now.
    Nova(ClienteId),
    /// A cliente's that was there.
    Antiga(ClienteId),
    /// The e-mail belongs to somebody who pays already or has closed the account: what was paid here has to be given back.
    Ocupada,
}

/// Finds or makes the account of a paid checkout.
pub(super) async fn de(ctx: &Ctx, tx: &mut SystemTx, checkout: &Checkout, customer: &str) -> Result<Conta> {
    let found = match checkout.cliente_id {
        Some(id) => cliente::find(tx, id).await?,
        None => cliente::find_by_email(tx, &checkout.email).await?,
    };
    // Closed by its owner: nobody is charged for it.
    if found.as_ref().is_some_and(|c| c.encerra_em.is_some()) {
        return Ok(Conta::Ocupada);
    }
    if let Some(found) = found {
        return match found.stripe_customer_id.as_deref() {
            Some(own) if own == customer => Ok(Conta::Antiga(found.id)),
            Some(_) => Ok(Conta::Ocupada),
            // Somebody who has never paid, made by an admin or in the same minute.
            None => {
                cliente::set_customer(tx, found.id, customer, &checkout.documento).await?;
                Ok(Conta::Antiga(found.id))
            }
        };
    }
    let id = ClienteId(new_id());
    // Nobody ever sees this one: the job that sends the welcome makes the one in the mail.
    let hash = auth::senha::hash(&random_hex(32)).await?;
    let row = Cliente {
        telefone: Some(checkout.telefone.clone()),
        idioma: checkout.idioma.clone(),
        trocar_senha: true,
        stripe_customer_id: Some(customer.to_owned()),
        documento: Some(checkout.documento.clone()),
        plano_codigo: Some(checkout.plano_codigo.clone()),
        ..Cliente::novo(id, checkout.nome.clone(), checkout.email.clone(), hash, StatusCliente::Pendente)
    };
    cliente::insert(tx, &row).await?;
    tracing::info!(cliente_id = %id, customer, request_id = ctx.request_id, "account made by a payment");
    Ok(Conta::Nova(id))
}
