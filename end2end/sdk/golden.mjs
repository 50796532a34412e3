// The calls of crates/integrations/src/stripe/calls.rs, made by the official SDK to a recorder: what our client has to send.
//
//   node golden.mjs > ../../crates/integrations/tests/golden/stripe.json
//
// A test of `integrations` makes the same calls with our client and compares method, path, decoded form and version.
import { createServer } from 'node:http';
import Stripe from 'stripe';

const calls = [];
const recorder = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const url = new URL(request.url, 'http://x');
    const body = new URLSearchParams(Buffer.concat(parts).toString());
    const form = [...url.searchParams, ...body].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    calls.push({
      method: request.method,
      path: url.pathname,
      form,
      version: request.headers['stripe-version'],
      type: request.method === 'POST' ? request.headers['content-type'] : undefined,
      idempotent: 'idempotency-key' in request.headers,
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'x_1', object: 'list', data: [], has_more: false, url: 'http://x/', status: 'open' }));
  });
});
await new Promise((done) => recorder.listen(0, '127.0.0.1', done));
const stripe = new Stripe('sk_test_gravador', {
  host: '127.0.0.1',
  port: recorder.address().port,
  protocol: 'http',
  telemetry: false,
});

const checkout = '7f6c1d1e-3c86-4c1e-9f0a-2b7d3a1c5e90';
const key = { idempotencyKey: 'uma-chave' };
await stripe.prices.list({ active: true, lookup_keys: ['loja_mensal', 'loja_anual'], limit: 100 });
await stripe.products.create({ name: 'Proseia Loja', metadata: { plano: 'loja' } }, key);
for (const [lookup_key, unit_amount, interval] of [
  ['loja_mensal', 28900, 'month'],
  ['loja_anual', 289000, 'year'],
]) {
  await stripe.prices.create({ currency: 'brl', product: 'prod_1', unit_amount, recurring: { interval }, lookup_key }, key);
}
const cliente = { email: 'sol@teste.com.br', name: 'Padaria São João & Cia', phone: '(11) 98888-7777', metadata: { checkout_id: checkout } };
await stripe.customers.create(
  { ...cliente, preferred_locales: ['pt-BR'], tax_id_data: [{ type: 'br_cpf', value: '52998224725' }] },
  key,
);
await stripe.customers.create(
  { ...cliente, preferred_locales: ['en'], tax_id_data: [{ type: 'br_cnpj', value: '12ABC34501DE35' }] },
  key,
);
await stripe.customers.create({ ...cliente, preferred_locales: ['pt-BR'] }, key);
for (const [locale, trial] of [
  ['pt-BR', { trial_period_days: 7 }],
  ['en', {}],
]) {
  await stripe.checkout.sessions.create(
    {
      mode: 'subscription',
      customer: 'cus_1',
      client_reference_id: checkout,
      line_items: [{ price: 'price_1', quantity: 1 }],
      success_url: `https://app.exemplo/checkout/${checkout}`,
      cancel_url: `https://app.exemplo/checkout/${checkout}?voltou=1`,
      locale,
      metadata: { checkout_id: checkout },
      subscription_data: { metadata: { checkout_id: checkout }, ...trial },
      payment_method_collection: 'always',
      expires_at: 1800000000,
    },
    key,
  );
}
await stripe.checkout.sessions.retrieve('cs_test_1');
await stripe.checkout.sessions.expire('cs_test_1', {}, key);
await stripe.subscriptions.list({ customer: 'cus_1', status: 'all', limit: 100 });
await stripe.invoices.list({ customer: 'cus_1', limit: 24, expand: ['data.payments'] });
await stripe.refunds.list({ payment_intent: 'pi_1', limit: 100 });
await stripe.refunds.create({ payment_intent: 'pi_1' }, key);
await stripe.subscriptions.cancel('sub_1');
const portal = { customer: 'cus_1', return_url: 'https://app.exemplo/dashboard/assinatura', locale: 'pt-BR' };
await stripe.billingPortal.sessions.create(portal, key);
await stripe.billingPortal.sessions.create({ ...portal, configuration: 'bpc_1', flow_data: { type: 'payment_method_update' } }, key);
await stripe.billingPortal.sessions.create(
  { ...portal, flow_data: { type: 'subscription_update', subscription_update: { subscription: 'sub_1' } } },
  key,
);
await stripe.billingPortal.sessions.create(
  { ...portal, flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription: 'sub_1' } } },
  key,
);
await stripe.events.list({ types: ['invoice.paid', 'refund.created'], limit: 100, starting_after: 'evt_1' });
recorder.close();
console.log(JSON.stringify(calls, null, 1));
