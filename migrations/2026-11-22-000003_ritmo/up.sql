-- The pace of answers and the care of the number: burst window, withdrawn drafts, daily caps, pause.

ALTER TABLE configuracoes_bot
  ADD COLUMN janela_min_ms integer NOT NULL DEFAULT 1500,
  ADD COLUMN janela_max_ms integer NOT NULL DEFAULT 6000,
  ADD CONSTRAINT configuracoes_bot_janela_check
    CHECK (janela_min_ms >= 500 AND janela_max_ms <= 15000 AND janela_min_ms <= janela_max_ms);

-- An answer covers the contato's lines after responde_de up to responde_ate (both an ordem); while none of its parts has
-- left it may be withdrawn. Both are NULL for what is never withdrawn: hand-offs, notices, a person's replies.
ALTER TABLE outbox
  ADD COLUMN automatica boolean NOT NULL DEFAULT false,
  ADD COLUMN responde_de bigint,
  ADD COLUMN responde_ate bigint,
  ADD CONSTRAINT outbox_responde_check CHECK ((responde_de IS NULL) = (responde_ate IS NULL));
CREATE INDEX outbox_rascunho_idx ON outbox (cliente_id, conversa_id, responde_ate) WHERE status = 'PENDENTE';

-- A number's life with us. Instances come and go with each connection; this stays.
CREATE TABLE numeros_whatsapp (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  numero text NOT NULL,
  conectado_em timestamptz NOT NULL,
  pausado_ate timestamptz,
  motivo_pausa text,
  PRIMARY KEY (cliente_id, numero),
  CHECK ((pausado_ate IS NULL) = (motivo_pausa IS NULL))
);
INSERT INTO numeros_whatsapp (cliente_id, numero, conectado_em)
  SELECT cliente_id, numero, created_at FROM instancias_whatsapp WHERE numero IS NOT NULL;

-- Automatic messages of a cliente on a day of Brasília.
CREATE TABLE uso_diario (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  dia date NOT NULL,
  enviadas integer NOT NULL CHECK (enviadas >= 0),
  PRIMARY KEY (cliente_id, dia)
);

-- A refusal of WhatsApp; several within an hour pause the number.
CREATE TABLE sinais_whatsapp (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  numero text NOT NULL,
  em timestamptz NOT NULL
);
CREATE INDEX sinais_whatsapp_cliente_idx ON sinais_whatsapp (cliente_id, numero, em);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['numeros_whatsapp', 'uso_diario', 'sinais_whatsapp'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
