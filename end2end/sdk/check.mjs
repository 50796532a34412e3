// The official SDK as the client of the Stripe stand-in: it makes the calls, reads every kind of object, verifies every
// signature, and its TypeScript types are laid over what was answered.
//
//   node check.mjs http://127.0.0.1:3002
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Stripe from 'stripe';
import ts from 'typescript';

const base = new URL(process.argv[2]);
const SECRET = 'whsec_simulador';
const options = { host: base.hostname, port: Number(base.port), protocol: 'http', maxNetworkRetries: 0, telemetry: false };
const stripe = new Stripe('sk_test_simulador', options);

// ---- a webhook of our own --------------------------------------------------------------------------------------------

const received = [];
const hook = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    received.push({ signature: request.headers['stripe-signature'], body: Buffer.concat(parts) });
    response.end();
  });
});
await new Promise((done) => hook.listen(0, '127.0.0.1', done));

async function control(path, body) {
  const answer = await fetch(new URL(`/_sim/${path}`, base), {
    method: body === undefined ? 'GET' : 'POST',
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${path}: ${text}`);
  return JSON.parse(text);
}

await control('webhooks', { url: `http://127.0.0.1:${hook.address().port}/` });

// ---- every kind of object, in every state that matters ---------------------------------------------------------------

/** What was answered, by the name of its type. */
const samples = [];
const seen = (type, object) => (samples.push([type, JSON.parse(JSON.stringify(object))]), object);
const DAY = 86_400;
const advance = (days) => control('clock', { advance_seconds: days * DAY });

const product = seen('Product', await stripe.products.create({ name: 'Essencial', metadata: { codigo: 'essencial' } }));
const priceOf = (interval, unit_amount) =>
  stripe.prices.create({
    currency: 'brl',
    product: product.id,
    unit_amount,
    recurring: { interval },
    lookup_key: `essencial_${interval}`,
    metadata: { codigo: 'essencial' },
  });
const monthly = seen('Price', await priceOf('month', 9700));
const yearly = seen('Price', await priceOf('year', 97000));
assert.equal(monthly.unit_amount_decimal.toString(), '9700');
const prices = await stripe.prices.list({ active: true, lookup_keys: ['essencial_month'], expand: ['data.product'] });
assert.equal(prices.data[0].product.name, 'Essencial');
seen('Price', prices.data[0]);

const newCustomer = async () =>
  seen(
    'Customer',
    await stripe.customers.create(
      {
        email: 'ana@loja.com.br',
        name: 'Ana',
        phone: '+5511988887777',
        preferred_locales: ['pt-BR'],
        metadata: { checkout: '1' },
        tax_id_data: [{ type: 'br_cpf', value: '529.982.247-25' }],
      },
      { idempotencyKey: `cus:${Math.random()}` },
    ),
  );

async function newSession(customer, more = {}, data = {}) {
  return seen(
    'Checkout.Session',
    await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer,
      client_reference_id: 'ref-1',
      line_items: [{ price: monthly.id, quantity: 1 }],
      success_url: 'http://loja.local/volta?s={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://loja.local/voltou',
      locale: 'pt-BR',
      metadata: { checkout: '1' },
      tax_id_collection: { enabled: true },
      customer_update: { name: 'auto' },
      subscription_data: { metadata: { checkout: '1' }, ...data },
      ...more,
    }),
  );
}

const customer = await newCustomer();
const open = await newSession(customer.id);
await control(`checkout/${open.id}/pay`, {});
const paid = seen(
  'Checkout.Session',
  await stripe.checkout.sessions.retrieve(open.id, {
    expand: ['line_items', 'subscription.latest_invoice.payments', 'customer.tax_ids'],
  }),
);
assert.equal(paid.payment_status, 'paid');
assert.equal(paid.subscription.latest_invoice.payments.data[0].status, 'paid');
assert.equal(paid.customer.tax_ids.data[0].type, 'br_cpf');
seen('TaxId', paid.customer.tax_ids.data[0]);
const subscription = paid.subscription.id;
seen('ApiList<Stripe.LineItem>', await stripe.checkout.sessions.listLineItems(open.id));

// Another plan, the end of the period and back.
const item = (await stripe.subscriptions.retrieve(subscription)).items.data[0];
const changed = await stripe.subscriptions.update(subscription, {
  items: [{ id: item.id, price: yearly.id }],
  proration_behavior: 'always_invoice',
  expand: ['latest_invoice'],
});
assert.equal(changed.items.data[0].price.id, yearly.id);
assert.equal(changed.latest_invoice.status, 'paid');
seen('Subscription', changed);
const ending = await stripe.subscriptions.update(subscription, {
  cancel_at_period_end: true,
  cancellation_details: { feedback: 'unused', comment: 'fechei a loja' },
});
assert.ok(ending.cancel_at_period_end && ending.cancel_at);
seen('Subscription', ending);
const kept = await stripe.subscriptions.update(subscription, { cancel_at_period_end: false });
assert.equal(kept.cancel_at, null);

// Refunds, in parts.
const invoices = await stripe.invoices.list({ customer: customer.id, limit: 1, expand: ['data.payments'] });
assert.ok(invoices.has_more);
const all = await stripe.invoices.list({ customer: customer.id, limit: 1 }).autoPagingToArray({ limit: 10 });
assert.equal(all.length, 2);
for (const invoice of all) seen('Invoice', await stripe.invoices.retrieve(invoice.id));
const intent = invoices.data[0].payments.data[0].payment.payment_intent;
const payments = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } });
seen('InvoicePayment', payments.data[0]);
const refund = seen(
  'Refund',
  await stripe.refunds.create({ payment_intent: intent, amount: 1000, reason: 'requested_by_customer', metadata: { admin_id: '1' } }),
);
seen('Charge', await stripe.charges.retrieve(refund.charge, { expand: ['refunds'] }));
seen('PaymentIntent', await stripe.paymentIntents.retrieve(intent, { expand: ['latest_charge', 'payment_method'] }));
await assert.rejects(stripe.refunds.create({ payment_intent: intent, amount: 9_999_999 }), {
  type: 'StripeInvalidRequestError',
  code: 'amount_too_large',
});

// The portal.
seen(
  'BillingPortal.Session',
  await stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'http://loja.local/painel',
    locale: 'pt-BR',
    flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription } },
  }),
);
seen('BillingPortal.Session', await stripe.billingPortal.sessions.create({ customer: customer.id }));

// A trial that becomes a renewal that fails, is tried again and ends unpaid.
const other = await newCustomer();
const trial = await newSession(other.id, {}, { trial_period_days: 7 });
await control(`checkout/${trial.id}/pay`, {});
const trialing = await stripe.subscriptions.list({ customer: other.id, status: 'trialing' });
seen('Subscription', trialing.data[0]);
await control(`customers/${other.id}/card`, { decline: true });
await advance(8);
assert.equal((await stripe.subscriptions.retrieve(trialing.data[0].id)).status, 'past_due');
const due = (await stripe.invoices.list({ customer: other.id, status: 'open' })).data[0];
await assert.rejects(stripe.invoices.pay(due.id), { type: 'StripeCardError', code: 'card_declined', decline_code: 'generic_decline' });
await advance(20);
seen('Subscription', await stripe.subscriptions.retrieve(trialing.data[0].id));
seen('Invoice', await stripe.invoices.retrieve(due.id));
seen('Subscription', await stripe.subscriptions.cancel(trialing.data[0].id, { invoice_now: false, prorate: false }));

// Boletos: one that is paid, one that runs out.
for (const outcome of ['pay', 'expire']) {
  const session = await newSession((await newCustomer()).id);
  await control(`checkout/${session.id}/pay`, { boleto: true });
  const waiting = seen('Checkout.Session', await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice.payments'] }));
  const { payment } = waiting.invoice.payments.data[0];
  seen('PaymentIntent', await stripe.paymentIntents.retrieve(payment.payment_intent));
  await control(`boletos/${session.id}/${outcome}`, {});
}
seen('Checkout.Session', await stripe.checkout.sessions.expire((await newSession(customer.id)).id));
await control('refunds', { payment_intent: intent });
seen('DeletedCustomer', await stripe.customers.del((await newCustomer()).id));

// Errors, as the SDK sorts them.
await assert.rejects(stripe.customers.retrieve('cus_nada'), { type: 'StripeInvalidRequestError', code: 'resource_missing', statusCode: 404 });
await assert.rejects(new Stripe('sk_test_outra', options).customers.list(), { type: 'StripeAuthenticationError' });
const key = { idempotencyKey: 'k' };
const first = await stripe.customers.create({ name: 'A' }, key);
assert.equal((await stripe.customers.create({ name: 'A' }, key)).id, first.id);
await assert.rejects(stripe.customers.create({ name: 'B' }, key), { type: 'StripeIdempotencyError' });

// ---- events ----------------------------------------------------------------------------------------------------------

const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
const types = new Set(events.map((event) => event.type));
for (const event of events) seen('Event', event);
await control('webhooks', { url: `http://127.0.0.1:${hook.address().port}/` });
for (let wait = 0; wait < 500 && (await control('webhooks')).under_way > 0; wait += 1) {
  await new Promise((done) => setTimeout(done, 20));
}
assert.ok(received.length > 20, `${received.length} deliveries`);
for (const { signature, body } of received) {
  // The clock is ahead; signatures are not.
  const event = stripe.webhooks.constructEvent(body, signature, SECRET, 300);
  assert.equal(event.object, 'event');
  assert.throws(() => stripe.webhooks.constructEvent(`${body} `, signature, SECRET), { type: 'StripeSignatureVerificationError' });
  assert.throws(() => stripe.webhooks.constructEvent(body, signature, 'whsec_outro'), { type: 'StripeSignatureVerificationError' });
}
hook.close();

// ---- the types -------------------------------------------------------------------------------------------------------

/** JSON as an expression: the SDK makes numbers of its own out of `*_decimal`. */
function expression(value, name = '') {
  if (name.endsWith('_decimal') && value !== null) return `Stripe.Decimal.from(${JSON.stringify(String(value))})`;
  if (Array.isArray(value)) return `[${value.map((element) => expression(element)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${expression(member, key)}`);
  return `{${members.join(', ')}}`;
}

/** Events by the type of theirs, so that their object is checked too. */
function typeOf(type, object) {
  if (type !== 'Event') return `Stripe.${type}`;
  return `Extract<Stripe.Event, { type: ${JSON.stringify(object.type)} }>`;
}

const dir = mkdtempSync(join(import.meta.dirname, 'samples-'));
let problems;
try {
  const file = join(dir, 'samples.ts');
  const lines = samples.map(([type, object], at) => {
    delete object.lastResponse;
    // Nested parts of it are partial too, which the types do not say.
    if (type === 'Event') delete object.data.previous_attributes;
    return `export const s${at}: ${typeOf(type, object)} = ${expression(object)};`;
  });
  writeFileSync(file, `import Stripe from 'stripe';\n${lines.join('\n')}\n`);
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
  });
  problems = ts.getPreEmitDiagnostics(program).map((problem) => {
    const at = problem.file ? problem.file.getLineAndCharacterOfPosition(problem.start).line - 1 : 0;
    return `${samples[at]?.[0]} ${samples[at]?.[1].type ?? ''}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`;
  });
} finally {
  rmSync(dir, { recursive: true });
}
assert.deepEqual([...new Set(problems)].slice(0, 10), [], `${problems.length} samples are not of their type`);
console.log(`stripe ${Stripe.PACKAGE_VERSION}: ${samples.length} objects, ${types.size} types of event, ${received.length} signatures`);
