// Signatures by the official SDK, for our verifier: `node vectors.mjs` prints new ones.
import Stripe from 'stripe';

const { webhooks } = new Stripe('sk_test_x');
const now = Math.floor(Date.now() / 1000);
const vector = (payload, secret, timestamp) => ({
  payload,
  secret,
  timestamp,
  header: webhooks.generateTestHeaderString({ payload, secret, timestamp }),
});
const object = { id: 'in_1', object: 'invoice', customer: 'cus_1', customer_name: 'Açaí da Ana 🍧' };
const event = JSON.stringify(
  { id: 'evt_1', object: 'event', type: 'invoice.paid', created: now, livemode: false, data: { object } },
  null,
  2,
);
console.log(
  JSON.stringify(
    [
      vector('{}', 'whsec_x', 1),
      vector(event, 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH', now),
      vector(event, 'sem prefixo', now - 299),
      vector('', 'whsec_vazio', now),
    ],
    null,
    2,
  ),
);
