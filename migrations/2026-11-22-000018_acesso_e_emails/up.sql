-- How somebody gets into an account without knowing its senha, and what becomes of each mail.

-- The senha is the one we made; nothing else is answered until it is replaced.
ALTER TABLE clientes ADD COLUMN trocar_senha boolean NOT NULL DEFAULT false;

-- Single use. Only the SHA-256 of the token is kept: it is random, so that is enough.
CREATE TABLE links_acesso (
  hash bytea PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  tipo text NOT NULL CHECK (tipo IN ('PRIMEIRO_ACESSO', 'NOVA_SENHA')),
  expira_em timestamptz NOT NULL,
  usado_em timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX links_acesso_cliente_idx ON links_acesso (cliente_id);
CREATE INDEX links_acesso_expira_idx ON links_acesso (expira_em);

-- Every mail and what became of it. `chave` says what it is about, so that it is sent once however often it is asked for;
-- NULL where each request is a mail. What it says is not kept.
CREATE TABLE emails (
  id uuid PRIMARY KEY,
  chave text UNIQUE,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  para text NOT NULL,
  modelo text NOT NULL,
  idioma text NOT NULL CHECK (idioma IN ('pt-BR', 'en')),
  estado text NOT NULL DEFAULT 'NA_FILA' CHECK (estado IN ('NA_FILA', 'ENVIADO', 'RECUSADO')),
  tentativas integer NOT NULL DEFAULT 0,
  erro text,
  created_at timestamptz NOT NULL DEFAULT now(),
  enviado_em timestamptz
);
CREATE INDEX emails_cliente_idx ON emails (cliente_id, created_at DESC);
CREATE INDEX emails_estado_idx ON emails (estado, id DESC);
CREATE INDEX emails_sem_chave_idx ON emails (created_at) WHERE chave IS NULL;

ALTER TABLE avisos DROP CONSTRAINT avisos_tipo_check;
ALTER TABLE avisos ADD CONSTRAINT avisos_tipo_check CHECK (tipo IN ('CONEXAO_CAIU', 'INSTANCIA_SURDA', 'SILENCIO', 'SEM_RECIBO',
  'MENSAGENS_RECUPERADAS', 'ORCAMENTO_80', 'ORCAMENTO_ESGOTADO', 'EMAIL_RECUSADO'));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['links_acesso', 'emails'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
