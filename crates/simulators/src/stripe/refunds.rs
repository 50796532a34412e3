//! `/v1/refunds`.

use serde_json::{Value, json};

use super::answer::{Answered, Failure, list, one};
use super::form::Form;
use super::state::{State, int, set, text};

pub(super) fn create(state: &mut State, form: &Form) -> Answered {
    form.only(&["payment_intent", "charge", "amount", "reason", "metadata"])?;
    let charge = match (form.text("/charge"), form.text("/payment_intent")) {
        (Some(charge), _) => state.find("charge", charge, "charge")?,
        (None, Some(intent)) => {
            let intent = state.find("payment_intent", intent, "payment_intent")?;
            let refused = || {
                let message = format!(
                    "This PaymentIntent ({}) does not have a successful charge to refund.",
                    text(intent, "/id")
                );
                Failure::invalid(&message).code("payment_intent_unexpected_state").param("payment_intent")
            };
            state.get(text(intent, "/latest_charge")).ok_or_else(refused)?
        }
        _ => {
            let message = "One of the following params should be provided for this request: payment_intent or charge.";
            return Err(Failure::invalid(message).code("parameter_missing"));
        }
    };
    let (id, intent) = (text(charge, "/id").to_owned(), text(charge, "/payment_intent").to_owned());
    let reason = form.text("/reason");
    if !matches!(reason, None | Some("duplicate" | "fraudulent" | "requested_by_customer")) {
        let message = "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer";
        return Err(Failure::invalid(message).param("reason"));
    }
    if text(charge, "/status") != "succeeded" || text(charge, "/payment_method_details/type") == "boleto" {
        return Err(Failure::invalid("This charge cannot be refunded.").code("charge_not_refundable"));
    }
    let left = int(charge, "/amount") - int(charge, "/amount_refunded");
    if left == 0 {
        let message = format!("Charge {id} has already been refunded.");
        return Err(Failure::invalid(&message).code("charge_already_refunded"));
    }
    let amount = form.int("/amount")?.unwrap_or(left);
    if amount <= 0 {
        return Err(Failure::invalid("Invalid positive integer").code("parameter_invalid_integer").param("amount"));
    }
    if amount > left {
        let message = format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
        return Err(Failure::invalid(&message).code("amount_too_large").param("amount"));
    }
    let charge = charge.clone();
    let refund = json!({
        "id": state.id("re"), "object": "refund", "amount": amount, "balance_transaction": null, "charge": id,
        "created": state.now, "currency": charge.get("currency"), "customer": charge.get("customer"), "customer_account": null,
        "destination_details": {"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
            "type": "refund"}, "type": "card"},
        "metadata": form.metadata("/metadata", &Value::Null), "payment_intent": intent,
        "payment_method": charge.get("payment_method"), "reason": reason, "receipt_number": null,
        "source_transfer_reversal": null, "status": "succeeded", "transfer_reversal": null,
    });
    let refund = state.add(refund);
    state.update(&id, "charge.refunded", |charge| {
        let refunded = int(charge, "/amount_refunded") + amount;
        let whole = refunded == int(charge, "/amount");
        set(charge, "/amount_refunded", json!(refunded));
        set(charge, "/refunded", json!(whole));
    });
    state.emit("refund.created", &refund);
    one(state, "refund", &refund)
}

pub(super) fn all(state: &State, form: &Form) -> Answered {
    form.only(&["charge", "payment_intent", "created", "limit", "starting_after", "ending_before"])?;
    list(state, form, "/v1/refunds", "refund", |refund| {
        form.text("/charge").is_none_or(|charge| text(refund, "/charge") == charge)
            && form.text("/payment_intent").is_none_or(|intent| text(refund, "/payment_intent") == intent)
    })
}
