-- Paid sign-up: what was typed before there is an account, what Stripe says of a subscription and its invoices, and every
-- event that Stripe sent. Stripe is the truth of all of it; these rows are what was last read there.

-- Found by lookup key (`{codigo}_mensal`, `{codigo}_anual`). None: the price there is missing or another, and the plan
-- cannot be bought.
ALTER TABLE planos
  ADD COLUMN produto_stripe text,
  ADD COLUMN preco_mensal_stripe text UNIQUE,
  ADD COLUMN preco_anual_stripe text UNIQUE;

ALTER TABLE clientes
  ADD COLUMN stripe_customer_id text UNIQUE,
  -- CPF or CNPJ, without punctuation.
  ADD COLUMN documento text,
  ADD COLUMN plano_codigo text REFERENCES planos,
  ADD COLUMN inadimplente_desde timestamptz,
  ADD COLUMN cancelado_em timestamptz;

-- Belongs to no cliente until it is paid. The id opens the return page, so it is random (v4) and never listed.
CREATE TABLE checkouts (
  id uuid PRIMARY KEY,
  plano_codigo text NOT NULL REFERENCES planos,
  periodicidade text NOT NULL CHECK (periodicidade IN ('MENSAL', 'ANUAL')),
  nome text NOT NULL,
  email text NOT NULL,
  telefone text NOT NULL,
  documento text NOT NULL,
  idioma text,
  status text NOT NULL DEFAULT 'ABERTO'
    CHECK (status IN ('ABERTO', 'AGUARDANDO_PAGAMENTO', 'PAGO', 'EXPIRADO', 'FALHOU')),
  -- Counts the sessions made at Stripe; part of their idempotency keys.
  tentativa integer NOT NULL DEFAULT 1,
  stripe_customer_id text,
  stripe_session_id text UNIQUE,
  stripe_subscription_id text,
  url text,
  -- Set from the beginning where a cliente subscribes again.
  cliente_id uuid REFERENCES clientes ON DELETE CASCADE,
  -- Whether this payment made the account.
  criou_conta boolean NOT NULL DEFAULT false,
  expira_em timestamptz NOT NULL,
  concluido_em timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (status <> 'PAGO' OR concluido_em IS NOT NULL)
);
CREATE INDEX checkouts_email_idx ON checkouts (lower(email));
CREATE INDEX checkouts_customer_idx ON checkouts (stripe_customer_id);
CREATE INDEX checkouts_cliente_idx ON checkouts (cliente_id);
CREATE INDEX checkouts_nunca_pagos_idx ON checkouts (updated_at) WHERE status <> 'PAGO';

CREATE TABLE assinaturas (
  id text PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  plano_codigo text REFERENCES planos,
  periodicidade text CHECK (periodicidade IN ('MENSAL', 'ANUAL')),
  -- Stripe's own word, one that we do not know included.
  status text NOT NULL,
  valor_centavos bigint,
  criada_em timestamptz NOT NULL,
  periodo_inicio timestamptz,
  periodo_fim timestamptz,
  cancela_em timestamptz,
  teste_ate timestamptz,
  terminou_em timestamptz,
  lida_em timestamptz NOT NULL
);
CREATE INDEX assinaturas_cliente_idx ON assinaturas (cliente_id, criada_em);

CREATE TABLE faturas (
  id text PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  assinatura_id text,
  numero text,
  status text NOT NULL CHECK (status IN ('ABERTA', 'PAGA', 'CANCELADA', 'INCOBRAVEL')),
  total_centavos bigint NOT NULL,
  moeda text NOT NULL,
  -- Why it was made (Stripe's billing_reason): subscription_create, subscription_cycle, …
  motivo text,
  -- How often a payment was tried, and when it is tried again.
  tentativas integer NOT NULL DEFAULT 0,
  proxima_tentativa timestamptz,
  emitida_em timestamptz NOT NULL,
  vence_em timestamptz,
  paga_em timestamptz,
  periodo_fim timestamptz,
  url text,
  pdf text,
  payment_intent text,
  reembolsado_centavos bigint NOT NULL DEFAULT 0,
  lida_em timestamptz NOT NULL
);
CREATE INDEX faturas_cliente_idx ON faturas (cliente_id, emitida_em DESC, id DESC);
CREATE INDEX faturas_payment_intent_idx ON faturas (payment_intent) WHERE payment_intent IS NOT NULL;

-- What Stripe sent, as it came. A repeated delivery is one row; what became of it stands beside it.
CREATE TABLE eventos_stripe (
  id text PRIMARY KEY,
  tipo text NOT NULL,
  criado_em timestamptz NOT NULL,
  livemode boolean NOT NULL,
  payload jsonb NOT NULL,
  stripe_customer_id text,
  recebido_em timestamptz NOT NULL,
  processado_em timestamptz,
  tentativas integer NOT NULL DEFAULT 0,
  resultado text,
  erro text
);
CREATE INDEX eventos_stripe_recebido_idx ON eventos_stripe (recebido_em DESC, id DESC);
CREATE INDEX eventos_stripe_customer_idx ON eventos_stripe (stripe_customer_id, recebido_em);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['assinaturas', 'faturas'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
GRANT SELECT ON planos TO proseia_tenant;
