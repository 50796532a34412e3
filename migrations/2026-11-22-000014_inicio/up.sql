-- The start page: what is counted for longer than messages are kept, how far an account has come, and what its knowledge
-- can answer of the questions of its trade.

-- One hour of one cliente. A received line belongs to the hour in which it came, and to who answered it; waits are seconds
-- until that answer, one for each turn. Nothing in it is about a person, so it outlives the messages.
CREATE TABLE metricas_horarias (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  hora timestamptz NOT NULL,
  recebidas integer NOT NULL,
  ia integer NOT NULL,
  pessoa integer NOT NULL,
  conversas integer NOT NULL,
  passadas integer NOT NULL,
  sem_saber integer NOT NULL,
  esperas_ia integer[] NOT NULL DEFAULT '{}',
  esperas_pessoa integer[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (cliente_id, hora)
);

-- What the owner has done or chosen on the way to the first answer; what the database knows anyway is not in it.
CREATE TABLE primeiros_passos (
  cliente_id uuid PRIMARY KEY REFERENCES clientes ON DELETE CASCADE,
  ramo text CHECK (ramo IN ('PIZZARIA', 'RESTAURANTE', 'CLINICA', 'SALAO', 'PETSHOP', 'OFICINA', 'ACADEMIA', 'LOJA',
    'FLORICULTURA', 'CURSO', 'POUSADA', 'MERCADO', 'OUTRO')),
  -- Keys of questions that do not concern this business.
  ignoradas text[] NOT NULL DEFAULT '{}',
  testou_em timestamptz,
  dispensados_em timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The last run of a trade's questions over a version of the text: kept, so that a page view asks nothing.
CREATE TABLE prontidoes (
  cliente_id uuid PRIMARY KEY REFERENCES clientes ON DELETE CASCADE,
  ramo text NOT NULL,
  versao integer NOT NULL,
  -- What is called sure: the threshold, and the shift of the cliente's confidence.
  limiar real NOT NULL,
  ajuste real NOT NULL,
  -- Question's key to whether the assistant would answer it.
  resultado jsonb NOT NULL,
  calculada_em timestamptz NOT NULL
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['metricas_horarias', 'primeiros_passos', 'prontidoes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
