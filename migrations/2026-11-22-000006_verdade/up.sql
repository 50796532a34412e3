-- Truth about the connection (what the owner is told, and when it was looked at) and what the models cost.

-- aberta_em: since when this instance of Evolution has been known to reach open; NULL until then, so that a number that
-- was never scanned is not reported as lost.
ALTER TABLE instancias_whatsapp ADD COLUMN aberta_em timestamptz;
UPDATE instancias_whatsapp SET aberta_em = desde WHERE status = 'CONECTADO';

-- The watch's book-keeping, written every minute: apart, so that the connection's own row is not.
CREATE TABLE vigilancia (
  cliente_id uuid PRIMARY KEY REFERENCES clientes ON DELETE CASCADE,
  verificada_em timestamptz NOT NULL,
  examinada_em timestamptz NOT NULL
);

-- recuperado: fetched by us afterwards, not delivered by Evolution.
ALTER TABLE eventos_recebidos ADD COLUMN recuperado boolean NOT NULL DEFAULT false;
CREATE INDEX eventos_recebidos_trafego_idx ON eventos_recebidos (cliente_id, recebido_em)
  WHERE evento = 'messages.upsert' AND NOT recuperado;

-- What an owner must know; one open row of a kind at a time.
CREATE TABLE avisos (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  tipo text NOT NULL CHECK (tipo IN ('CONEXAO_CAIU', 'INSTANCIA_SURDA', 'SILENCIO', 'SEM_RECIBO', 'MENSAGENS_RECUPERADAS',
    'ORCAMENTO_80', 'ORCAMENTO_ESGOTADO')),
  desde timestamptz NOT NULL,
  resolvido_em timestamptz,
  detalhe jsonb NOT NULL DEFAULT '{}',
  email_em timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX avisos_cliente_idx ON avisos (cliente_id, desde DESC);
CREATE INDEX avisos_visto_idx ON avisos (created_at);
CREATE UNIQUE INDEX avisos_aberto_key ON avisos (cliente_id, tipo) WHERE resolvido_em IS NULL;

-- The last sign of life of a part that all clientes share: Evolution, our workers, our webhook.
CREATE TABLE sinais (
  nome text PRIMARY KEY,
  em timestamptz NOT NULL
);

-- Every call of a model. custo_* is NULL where the model's price is not known.
CREATE TABLE uso_openai (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  conversa_id uuid,
  tipo text NOT NULL CHECK (tipo IN ('CHAT', 'EMBEDDING', 'AUDIO', 'VISAO')),
  modelo text NOT NULL,
  tokens_entrada bigint NOT NULL DEFAULT 0,
  tokens_saida bigint NOT NULL DEFAULT 0,
  segundos real NOT NULL DEFAULT 0,
  custo_usd numeric(14, 8),
  custo_brl numeric(14, 8),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- The cost outlives the conversation it came from.
  FOREIGN KEY (cliente_id, conversa_id) REFERENCES conversas (cliente_id, id) ON DELETE SET NULL (conversa_id)
);
CREATE INDEX uso_openai_cliente_idx ON uso_openai (cliente_id, created_at);

-- NULL: the installation's default.
ALTER TABLE configuracoes_bot ADD COLUMN orcamento_mensal_brl numeric(12, 2) CHECK (orcamento_mensal_brl >= 0);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['avisos', 'uso_openai', 'vigilancia'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
