// The calls that our client makes, made by the official SDK against a recorder: method, path, form and version of each.
// crates/integrations/tests/stripe.rs makes the same with ours and compares.
//
//   node golden.mjs > ../../crates/integrations/tests/fixtures/stripe_requests.json
import { createServer } from 'node:http';
import Stripe from 'stripe';

const recorded = [];
let call;
const recorder = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const url = new URL(request.url, 'http://recorder');
    const form = [...url.searchParams, ...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1));
    recorded.push({ call, method: request.method, path: url.pathname, form, version: request.headers['stripe-version'] });
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"error":{"type":"invalid_request_error","message":"recorded"}}');
  });
});
await new Promise((done) => recorder.listen(0, '127.0.0.1', done));
const stripe = new Stripe('sk_test_x', { host: '127.0.0.1', port: recorder.address().port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });

async function record(name, made) {
  call = name;
  await made.catch((e) => {
    if (e.message !== 'recorded') throw e;
  });
}

const metadata = { checkout_id: 'c-1' };
const customer = (more, locale = 'pt-BR') =>
  stripe.customers.create({ email: 'ana@loja.com.br', name: 'Açaí & Cia', phone: '+5511988887777', preferred_locales: [locale], metadata, ...more });
const session = (locale, trial) =>
  stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: 'cus_1',
    client_reference_id: 'c-1',
    line_items: [{ price: 'price_1', quantity: 1 }],
    success_url: 'https://loja.local/checkout/c-1',
    cancel_url: 'https://loja.local/checkout/c-1?voltou=1',
    locale,
    metadata,
    subscription_data: { metadata, ...trial },
    payment_method_collection: 'always',
    expires_at: 1800000000,
  });
const portal = (more, locale = 'pt-BR') =>
  stripe.billingPortal.sessions.create({ customer: 'cus_1', return_url: 'https://loja.local/dashboard/assinatura', locale, ...more });

await record('prices', stripe.prices.list({ active: true, lookup_keys: ['essencial_mensal', 'essencial_anual'], limit: 100 }));
await record('product', stripe.products.create({ name: 'Proseia Essencial', metadata: { plano: 'essencial' } }));
const price = { currency: 'brl', product: 'prod_1', unit_amount: 9700 };
await record('price by month', stripe.prices.create({ ...price, recurring: { interval: 'month' }, lookup_key: 'essencial_mensal' }));
await record('price by year', stripe.prices.create({ ...price, recurring: { interval: 'year' }, lookup_key: 'essencial_anual' }));
await record('customer with CPF', customer({ tax_id_data: [{ type: 'br_cpf', value: '52998224725' }] }));
await record('customer with CNPJ', customer({ tax_id_data: [{ type: 'br_cnpj', value: '12ABC34501DE35' }] }, 'en'));
await record('customer without a document', customer({}));
await record('session', session('pt-BR', {}));
await record('session with a trial', session('en', { trial_period_days: 7 }));
await record('read a session', stripe.checkout.sessions.retrieve('cs_test_1'));
await record('expire a session', stripe.checkout.sessions.expire('cs_test_1'));
await record('subscriptions', stripe.subscriptions.list({ customer: 'cus_1', status: 'all', limit: 100 }));
await record('invoices', stripe.invoices.list({ customer: 'cus_1', limit: 24, expand: ['data.payments'] }));
await record('refunds', stripe.refunds.list({ payment_intent: 'pi_1', limit: 100 }));
await record('refund', stripe.refunds.create({ payment_intent: 'pi_1' }));
await record('cancel', stripe.subscriptions.cancel('sub_1'));
await record('portal', portal({ configuration: 'bpc_1' }, 'en'));
await record('portal for a card', portal({ flow_data: { type: 'payment_method_update' } }));
const update = { type: 'subscription_update', subscription_update: { subscription: 'sub_1' } };
await record('portal for another plan', portal({ flow_data: update }));
const cancel = { type: 'subscription_cancel', subscription_cancel: { subscription: 'sub_1' } };
await record('portal to cancel', portal({ flow_data: cancel }));
await record('events', stripe.events.list({ types: ['invoice.paid', 'charge.refunded'], limit: 100, starting_after: 'evt_1' }));
recorder.close();
console.log(`[\n${recorded.map((made) => JSON.stringify(made)).join(',\n')}\n]`);
